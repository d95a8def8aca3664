// At every start: doors that the vault opened and for which no entry exists (we were killed between the two) get
// theirs, marked as unanswered. Afterwards the ledger and the vault's journal tell the same story.

import type { JournalLine } from '../../vault/journal.ts';
import type { VaultClient } from '../../vault/vault-client.ts';
import type { Ledger, NewEntry } from './ledger-port.ts';
import type { LedgerStore } from './ledger-store.ts';

const AT_ONCE = 1_000;

type Parts = { store: LedgerStore; vault: VaultClient; ledger: Ledger };

/** Returns how many doors had no entry. Runs before the first check is answered, so nothing is in flight. */
export async function reconcile(parts: Parts): Promise<number> {
  const { store, vault, ledger } = parts;
  let missing = 0;
  let upTo = await store.reconciledUpTo();
  for (let more = true; more; ) {
    const { numbers, last } = (await vault.call('openedSince', { after: upTo })).out;
    for (let i = 0; i < numbers.length; i += AT_ONCE) {
      missing += await enterMissing(parts, numbers.slice(i, i + AT_ONCE));
    }
    more = numbers.length > 0;
    upTo = last;
  }
  // Written last: if we crash before it, the next start looks again and finds the entries made above.
  await ledger.append({
    about: null,
    member: { by: 'operator', structure: null, purpose: null, evidence: null, fields: [], outcome: null },
    rest: { event: 'platform.started', journalUpTo: upTo, unanswered: missing },
  });
  return missing;
}

async function enterMissing({ store, vault, ledger }: Parts, numbers: readonly number[]): Promise<number> {
  const entered = await store.enteredJournalNos(numbers);
  const missing = numbers.filter((number) => !entered.has(number));
  if (missing.length === 0) return 0;
  const { lines } = (await vault.call('journal', { numbers: missing })).out;
  if (lines.length !== missing.length) throw new Error('the vault must have the lines of the doors it named');
  await Promise.all(lines.map((text) => ledger.append(unanswered(JSON.parse(text) as JournalLine))));
  return missing.length;
}

function unanswered(line: JournalLine): NewEntry {
  if (line.do !== 'open') throw new Error('only an opened door can be unanswered');
  return {
    about: null,
    member: {
      by: line.profession,
      structure: line.structure,
      purpose: null,
      evidence: line.evidence,
      fields: [],
      outcome: null,
    },
    rest: {
      event: 'rights.unanswered',
      account: line.account,
      client: line.client,
      asked: line.insurer,
      door: line.evidence === 'member-number' ? 'member' : 'identity',
      journalNo: line.n,
      openedAt: line.at,
    },
  };
}
