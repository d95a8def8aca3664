// Whose data an account, a structure or a client was shown in a window (DESIGN.md 8), read top to bottom: doors of the
// vault's journal, the entries that name them, the persons behind the tags, the entry that says that somebody asked.
// No list leaves before that entry is durable. It trusts no row that does not match its own leaf; whether leaves are
// those that were signed is for `rempart ledger verify` to say.

import type { AmcNo } from '../../core/ids.ts';
import { timestamp } from '../../lib/clock.ts';
import type { Approval } from '../../vault/protocol.ts';
import { type VaultClient, VaultRefused } from '../../vault/vault-client.ts';
import type { NewEntry } from '../ledger/ledger-port.ts';
import { type Exposure, ExposureTally, type PersonRef, type TaggedPerson } from './exposure.ts';
import type { PersonRefs, Window } from './exposure-store.ts';
import type { Asker } from './journal-doors.ts';
import { AT_ONCE, chunks, type LookUpSources, takeLookUps } from './take-look-ups.ts';

export type ExposureParts = LookUpSources & {
  persons: PersonRefs;
  /** Resolves when the entry is durable. */
  enter(listing: ExposureListing): Promise<unknown>;
};

export type ExposureQuestion = {
  asker: Asker;
  window: Window;
  /** The open incident this is for: up to 64 letters, digits and `_.:-`. */
  incident: string;
  /** Of two persons, over that incident; none in a demo. */
  approvals: readonly Approval[];
};

/** What the ledger is told of a list: for which incident, about whom, how many; nobody on it. */
export type ExposureListing = {
  /** `account:ID`, `structure:ID` or `client:ID`. */
  scope: string;
  from: string;
  to: string;
  incident: string;
  persons: number;
  unknownPersons: number;
};

/** Throws VaultRefused (`approval-refused`) without the approvals, and whatever the stores throw: then there is no list. */
export async function listExposure(parts: ExposureParts, question: ExposureQuestion): Promise<Exposure> {
  const tally = new ExposureTally();
  const missing = await takeLookUps(parts, question, (lookUp) => tally.add(lookUp));
  const refs = await namesOf(parts, question, tally.tagged);
  const exposure = tally.exposure((person) => refs.get(person) ?? null, missing);
  const { asker, window, incident } = question;
  await parts.enter({
    scope: `${asker.kind}:${asker.id}`,
    from: timestamp(window.fromMs),
    to: timestamp(window.toMs),
    incident,
    persons: exposure.counts.persons,
    unknownPersons: exposure.counts.unknownPersons,
  });
  return exposure;
}

/** `by` names who asked. */
export function listingEntry(listing: ExposureListing, by: string): NewEntry {
  return {
    about: null,
    member: { by: 'operator', structure: null, purpose: null, evidence: null, fields: [], outcome: null },
    rest: { event: 'exposure.listed', by, ...listing },
  };
}

/** Tags of one insurer and month go to the vault together: each call is a line of its journal. */
async function namesOf(
  { vault, persons }: ExposureParts,
  { incident, approvals }: ExposureQuestion,
  tagged: readonly TaggedPerson[],
): Promise<Map<TaggedPerson, PersonRef>> {
  const names = new Map<TaggedPerson, PersonRef>();
  for (const group of byInsurerAndMonth(tagged)) {
    for (const some of chunks(group, AT_ONCE)) {
      const recordIds = await untagged(vault, { incident, approvals, tagged: some });
      const refs = await persons.refs(recordIds);
      some.forEach((person, i) => {
        const ref = refs.get(recordIds[i] ?? '');
        if (ref?.insurer === person.insurer) names.set(person, ref);
      });
    }
  }
  return names;
}

function byInsurerAndMonth(tagged: readonly TaggedPerson[]): TaggedPerson[][] {
  const groups = new Map<string, TaggedPerson[]>();
  for (const person of tagged) {
    const key = `${person.insurer} ${person.month}`;
    const group = groups.get(key);
    if (group) group.push(person);
    else groups.set(key, [person]);
  }
  return [...groups.values()];
}

/** None when the month's key is gone: then nobody can name these persons any more. */
async function untagged(
  vault: VaultClient,
  {
    tagged,
    incident,
    approvals,
  }: Pick<ExposureQuestion, 'incident' | 'approvals'> & { tagged: TaggedPerson[] },
): Promise<string[]> {
  const items = tagged.map(({ insurer, tag }) => ({ amcNo: insurer as AmcNo, tag }));
  try {
    const month = tagged[0]?.month ?? '';
    return (await vault.call('untag', { incident, month, items, approvals: [...approvals] })).out.recordIds;
  } catch (error) {
    if (error instanceof VaultRefused && error.code === 'tag-key-gone') return [];
    throw error;
  }
}
