// At every start: doors that the vault opened and for which no entry exists (we were killed between the two) get
// theirs, marked as unanswered. Afterwards the ledger and the vault's journal tell the same story.

import type { Clock } from '../../lib/clock.ts';
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
      missing += await enterMissing(parts, numbers.slice(i, i + AT_ONCE), () => true);
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

async function enterMissing(
  { store, vault, ledger }: Parts,
  numbers: readonly number[],
  isDue: (line: JournalLine) => boolean,
): Promise<number> {
  const entered = await store.enteredJournalNos(numbers);
  const missing = numbers.filter((number) => !entered.has(number));
  if (missing.length === 0) return 0;
  const { lines } = (await vault.call('journal', { numbers: missing })).out;
  if (lines.length !== missing.length) throw new Error('the vault must have the lines of the doors it named');
  const due = lines.map((text) => JSON.parse(text) as JournalLine).filter(isDue);
  await Promise.all(due.map((line) => ledger.append(unanswered(line))));
  return due.length;
}

const DOOR_OF = {
  card: 'card',
  'card-doubtful': 'card',
  'member-number': 'member',
  'identity-only': 'identity',
  engagement: 'engagement',
} as const;

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
      asked: line.evidence === 'engagement' ? null : line.insurer, // whose, only the row behind the door says
      door: DOOR_OF[line.evidence],
      journalNo: line.n,
      openedAt: line.at,
    },
  };
}

/** Doors opened before this many journal lines were seen are answered or owed by now. */
const LINES_IN_FLIGHT = 20_000;
/** A door this old with no entry gets none from the check that asked for it: every step of a check is limited. */
const DUE_AFTER_MS = 5_000;
/** A stopped vault reads what was sent to it when it goes on: it is looked after for a while. */
const LOOKED_AFTER_MS = 60_000;

/**
 * Doors whose reply was lost while this process lived on: the vault was stopped or killed between its journal line
 * and its answer. Their entries are made here, a few seconds later, as unanswered.
 */
export class LostReplies {
  readonly #clock: Clock;
  #lastSeen: number;
  #doubt: { after: number; untilMs: number } | null = null;

  constructor(clock: Clock, lastJournalNo: number) {
    this.#clock = clock;
    this.#lastSeen = lastJournalNo;
  }

  /** A reply came with this journal number. */
  seen(journalNo: number): void {
    if (journalNo > this.#lastSeen) this.#lastSeen = journalNo;
  }

  /** A call to open doors failed: nobody knows whether the vault opened them, or still will. */
  lost(): void {
    const after = this.#doubt?.after ?? Math.max(0, this.#lastSeen - LINES_IN_FLIGHT);
    this.#doubt = { after, untilMs: this.#clock.nowMs() + LOOKED_AFTER_MS };
  }

  /** Makes the entries that are missing and due; called on a timer, does nothing while there is no doubt. */
  async settle(parts: Parts): Promise<void> {
    const doubt = this.#doubt;
    if (!doubt) return;
    const nowMs = this.#clock.nowMs();
    const { numbers } = (await parts.vault.call('openedSince', { after: doubt.after })).out;
    for (let i = 0; i < numbers.length; i += AT_ONCE) {
      const some = numbers.slice(i, i + AT_ONCE);
      await enterMissing(parts, some, (line) => Date.parse(line.at) < nowMs - DUE_AFTER_MS);
    }
    if (nowMs > doubt.untilMs && this.#doubt === doubt) this.#doubt = null;
  }
}
