// At every start: doors that the vault opened and for which no entry exists (we were killed between the two) get
// theirs, marked as unanswered. Afterwards the ledger and the vault's journal tell the same story.

import type { JournalLine } from '../../vault/journal.ts';
import type { VaultClient } from '../../vault/vault-client.ts';
import type { Ledger, NewEntry } from './ledger-port.ts';
import type { LedgerStore } from './ledger-store.ts';

const AT_ONCE = 1_000;

/** Returns how many doors had no entry. Runs before the first check is answered, so nothing is in flight. */
export async function reconcile(parts: {
  store: LedgerStore;
  vault: VaultClient;
  ledger: Ledger;
}): Promise<number> {
  const { store, vault, ledger } = parts;
  const { out: opened } = await vault.call('openedSince', { after: await store.reconciledUpTo() });
  let missing = 0;
  for (let i = 0; i < opened.numbers.length; i += AT_ONCE) {
    const numbers = opened.numbers.slice(i, i + AT_ONCE);
    const entered = await store.enteredJournalNos(numbers);
    missing += await enter(
      parts,
      numbers.filter((number) => !entered.has(number)),
    );
  }
  // Written last: if we crash before it, the next start looks again and finds the entries made above.
  await ledger.append({
    about: null,
    member: { by: 'operator', structure: null, purpose: null, evidence: null, fields: [], outcome: null },
    rest: { event: 'platform.started', journalUpTo: opened.last, unanswered: missing },
  });
  return missing;
}

async function enter(
  parts: { vault: VaultClient; ledger: Ledger },
  numbers: readonly number[],
): Promise<number> {
  if (numbers.length === 0) return 0;
  const { out } = await parts.vault.call('journal', { numbers: [...numbers] });
  await Promise.all(
    out.lines.map((text) => parts.ledger.append(unanswered(JSON.parse(text) as JournalLine))),
  );
  return out.lines.length;
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
