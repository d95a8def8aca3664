// Every look-up of an account, structure or client in a window, each once, in bounded memory. The vault's journal leads:
// a look-up counts at the moment its door was opened, whenever its entry was written. The ledger alone is asked for
// look-ups that opened no door, and for what the journal has lost.

import type { VaultClient } from '../../vault/vault-client.ts';
import type { JournalSource } from '../ledger/verify-journal.ts';
import { type EnteredLookUp, readLookUp } from './entry-row.ts';
import type { LookUp, Missing } from './exposure.ts';
import type { EntryRow, ExposureEntries, Window } from './exposure-store.ts';
import { type Asker, type Door, JournalDoors } from './journal-doors.ts';

/** What one call to the vault or the store takes. */
export const AT_ONCE = 1_000;

export type LookUpSources = {
  entries: ExposureEntries;
  /** The vault's journal, or a copy of it. */
  journal: JournalSource;
  vault: VaultClient;
};

/** Hands every look-up to `take`; says what is missing of the two accounts of what happened. */
export async function takeLookUps(
  { entries, journal, vault }: LookUpSources,
  { asker, window }: { asker: Asker; window: Window },
  take: (lookUp: LookUp) => void,
): Promise<Missing> {
  const { journalNo, ledger } = (await vault.call('state', {})).out;
  const { last } = (await vault.call('openedSince', { after: journalNo })).out; // on disk up to there from now on
  const opened = new JournalDoors(journal, asker, window);
  for await (const doors of opened.doors(last)) {
    for (const some of chunks(doors, AT_ONCE)) {
      const rows = await entries.ofDoors(some.map(({ n }) => n));
      for (const lookUp of joined(some, rows)) take(lookUp);
    }
  }
  for await (const rows of entries.withoutDoor(window)) {
    for (const lookUp of enteredBy(asker, rows)) take({ ...lookUp, opened: false });
  }
  for (const [first, to] of opened.lost) {
    for await (const rows of entries.between(first, to, window)) {
      for (const lookUp of enteredBy(asker, rows)) take({ ...lookUp, opened: true });
    }
  }
  const { entries: there, size } = await entries.extent();
  return {
    entries: Math.max(size, ledger.size) - there,
    journalLines: opened.lost.reduce((sum, [first, to]) => sum + to - first + 1, 0),
  };
}

function joined(doors: readonly Door[], rows: readonly EntryRow[]): LookUp[] {
  const entered = new Map<number, EnteredLookUp[]>(doors.map(({ n }) => [n, []]));
  for (const row of rows) {
    const entry = readLookUp(row);
    if (entry) entered.get(row.journalNo ?? 0)?.push(entry);
  }
  return doors.map(({ n, at }) => ({ at, opened: true, entries: entered.get(n) ?? [] }));
}

function enteredBy({ kind, id }: Asker, rows: readonly EntryRow[]): Omit<LookUp, 'opened'>[] {
  return rows.flatMap((row) => {
    const entry = readLookUp(row);
    return entry?.[kind] === id ? [{ at: entry.at, entries: [entry] }] : [];
  });
}

export function* chunks<T>(list: readonly T[], size: number): Generator<T[]> {
  for (let at = 0; at < list.length; at += size) yield list.slice(at, at + size);
}
