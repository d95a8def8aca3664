// Ports of the exposure list: entries of the ledger by the doors they name, and which insured person a record is of.
// Record ids come in and are never given out; nothing here lists persons.

import type { PersonRef } from './exposure.ts';

/** A half-open stretch of time, milliseconds since 1970: `from` is in it, `to` is not. */
export type Window = { fromMs: number; toMs: number };

/** A row as stored: whether it is sound is for the reader to see. */
export type EntryRow = {
  memberSalt: Buffer | null;
  memberView: string | null;
  restSalt: Buffer | null;
  rest: string | null;
  leaf: Buffer;
  journalNo: number | null;
};

export interface ExposureEntries {
  /** Every entry that names one of these journal lines, whenever it was written; a thousand numbers at most. */
  ofDoors(journalNos: readonly number[]): Promise<EntryRow[]>;
  /** Look-ups entered in the window that opened no door, page by page. */
  withoutDoor(window: Window): AsyncIterable<EntryRow[]>;
  /** Entries of the window that name a journal line from `first` to `last`, page by page. */
  between(first: number, last: number, window: Window): AsyncIterable<EntryRow[]>;
  /** How many entries there are, and how many there must be by the highest number among them. */
  extent(): Promise<{ entries: number; size: number }>;
}

export interface PersonRefs {
  /** By record id (32 hexadecimal digits), members and former members; who is nowhere is left out. A thousand at most. */
  refs(recordIds: readonly string[]): Promise<Map<string, PersonRef>>;
}
