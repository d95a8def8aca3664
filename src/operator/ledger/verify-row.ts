// PURE. One row of the ledger against its own leaf hash, and what the row says about doors and erasures.
// It shares nothing with the writer but the leaf hash: the layout of an entry is written down here a second time.

import { hash } from 'node:crypto';
import { leafHash } from './merkle.ts';
import type { VerifyDetail, VerifyReason } from './verify-reasons.ts';

/** A row as stored. The four body columns are null together, once an approved erasure has blanked them. */
export interface LedgerRow {
  readonly seq: number;
  /** The column `at`, cut to whole milliseconds since 1970. */
  readonly atMs: number;
  readonly memberSalt: Uint8Array | null;
  readonly memberView: string | null;
  readonly restSalt: Uint8Array | null;
  readonly rest: string | null;
  readonly leaf: Uint8Array;
  /** The column `journal_no`: a copy of the body's journalNo, and all that is left of it once the body is blank. */
  readonly journalNo: number | null;
}

/** First and last index of entries whose bodies an erasure entry allows to be blank. */
export type ErasedRange = readonly [first: number, last: number];

export type RowReading =
  | { readonly kind: 'entry'; readonly doors: readonly number[]; readonly erased: readonly ErasedRange[] }
  | { readonly kind: 'blank'; readonly doors: readonly number[] }
  /** `certain`: this row differs from its leaf. Otherwise leaf and row agree, and only a checkpoint can tell who wrote them. */
  | {
      readonly kind: 'bad';
      readonly certain: boolean;
      readonly code: VerifyReason;
      readonly detail: VerifyDetail;
    };

const ENTRY_VERSION = 0x01;
const HASH_BYTES = 32;
const SALT_BYTES = 32;
const MOST_VIEWS = 2048;
const NO_DOORS: readonly number[] = [];
const NOTHING_ERASED: readonly ErasedRange[] = [];

type Body = { memberSalt: Uint8Array; memberView: string; restSalt: Uint8Array; rest: string };

/** Checks rows one after another; keeps two buffers, because this runs once per entry of a year's ledger. */
export class RowReader {
  #committed = Buffer.alloc(4096);
  /** Views of the first n bytes of `#committed`, by n: a view costs as much as hashing what it shows. */
  #views: Buffer[] = [];
  readonly #entry = Buffer.alloc(1 + 2 * HASH_BYTES, ENTRY_VERSION);

  read(row: LedgerRow): RowReading {
    if (row.leaf.length !== HASH_BYTES) return edited({ storedLeaf: hex(row.leaf) });
    const body = bodyOf(row);
    if (body === 'blank')
      return { kind: 'blank', doors: row.journalNo === null ? NO_DOORS : [row.journalNo] };
    if (body === 'partly blank') return edited({ storedLeaf: hex(row.leaf), partlyBlank: 'yes' });
    const leaf = this.#leafOf(body);
    if (!leaf.equals(row.leaf))
      return edited({ storedLeaf: hex(row.leaf), computedLeaf: leaf.toString('hex') });
    return readBody(row, body);
  }

  #leafOf(body: Body): Buffer {
    this.#commit(body.memberSalt, body.memberView, 1);
    this.#commit(body.restSalt, body.rest, 1 + HASH_BYTES);
    return leafHash(this.#entry);
  }

  /** Writes SHA-256(salt || text) into the entry. */
  #commit(salt: Uint8Array, text: string, at: number): void {
    const most = salt.length + 3 * text.length; // a UTF-16 unit takes at most three bytes of UTF-8
    if (most > this.#committed.length) this.#grow(2 * most);
    this.#committed.set(salt);
    const length = salt.length + this.#committed.write(text, salt.length, 'utf8');
    // Through a latin1 string: half the price of a Buffer, which node would allocate apart (merkle.ts).
    this.#entry.write(hash('sha256', this.#view(length), 'binary'), at, 'latin1');
  }

  #grow(bytes: number): void {
    this.#committed = Buffer.alloc(bytes);
    this.#views = [];
  }

  #view(length: number): Buffer {
    if (length >= MOST_VIEWS) return this.#committed.subarray(0, length);
    const view = this.#views[length] ?? this.#committed.subarray(0, length);
    this.#views[length] = view;
    return view;
  }
}

function edited(detail: VerifyDetail): RowReading {
  return { kind: 'bad', certain: true, code: 'row-edited', detail };
}

function timeEdited(detail: VerifyDetail): RowReading {
  return { kind: 'bad', certain: true, code: 'time-edited', detail };
}

function malformed(what: string): RowReading {
  return { kind: 'bad', certain: false, code: 'body-malformed', detail: { what } };
}

function bodyOf(row: LedgerRow): Body | 'blank' | 'partly blank' {
  const { memberSalt, memberView, restSalt, rest } = row;
  if (memberSalt === null && memberView === null && restSalt === null && rest === null) return 'blank';
  // With one half gone the leaf cannot be recomputed, so the other half could say anything.
  if (memberSalt === null || memberView === null || restSalt === null || rest === null) return 'partly blank';
  return { memberSalt, memberView, restSalt, rest };
}

function readBody(row: LedgerRow, body: Body): RowReading {
  if (body.memberSalt.length !== SALT_BYTES || body.restSalt.length !== SALT_BYTES) return malformed('salt');
  const member = parseObject(body.memberView);
  const rest = parseObject(body.rest);
  if (member === null || rest === null) return malformed('JSON');
  const committedAtMs = utcMs(member['at']);
  if (committedAtMs === null) return malformed('at');
  const doors = doorsOf(rest);
  if (doors === null) return malformed('journalNo');
  if (typeof rest['event'] !== 'string') return malformed('event');
  if (committedAtMs !== row.atMs) return timeEdited({ columnMs: row.atMs, committedMs: committedAtMs });
  const committedNo = (rest['journalNo'] ?? null) as number | null;
  if (committedNo !== row.journalNo) return edited({ columnJournalNo: row.journalNo, committedNo });
  const erased = rest['event'] === 'erasure' ? erasedBy(rest, row.seq) : NOTHING_ERASED;
  return { kind: 'entry', doors, erased };
}

function parseObject(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null; // reported as a malformed body
  }
}

function utcMs(at: unknown): number | null {
  if (typeof at !== 'string' || !at.endsWith('Z')) return null;
  const ms = Date.parse(at);
  return Number.isNaN(ms) ? null : ms;
}

/** Journal lines the entry names; null when they are not line numbers. */
function doorsOf(rest: Readonly<Record<string, unknown>>): readonly number[] | null {
  const one = rest['journalNo'] ?? null;
  const many = rest['journalNos'] ?? null;
  if (one === null && many === null) return NO_DOORS;
  const doors: unknown[] = [...(one === null ? [] : [one]), ...(Array.isArray(many) ? many : [])];
  return (many === null || Array.isArray(many)) && doors.every(isLineNumber) ? doors : null;
}

function isLineNumber(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}

/** An erasure that lacks a reason, two different approvers or well-formed indexes before its own allows nothing. */
function erasedBy(rest: Readonly<Record<string, unknown>>, seq: number): readonly ErasedRange[] {
  const { indexes, reason, approvers } = rest;
  if (!Array.isArray(indexes) || typeof reason !== 'string' || reason === '') return NOTHING_ERASED;
  if (!areTwoPersons(approvers)) return NOTHING_ERASED;
  const ranges = indexes.map((index) => rangeOf(index, seq));
  return ranges.every((range) => range !== null) ? ranges : NOTHING_ERASED;
}

function areTwoPersons(approvers: unknown): boolean {
  if (!Array.isArray(approvers) || !approvers.every((person) => typeof person === 'string' && person !== ''))
    return false;
  return new Set(approvers).size >= 2;
}

/** An index, or a pair of first and last index (a month that expires is thousands of neighbours). */
function rangeOf(index: unknown, seq: number): ErasedRange | null {
  const [first, last]: unknown[] = Array.isArray(index) && index.length === 2 ? index : [index, index];
  const ordered =
    Number.isSafeInteger(first) && Number.isSafeInteger(last) && (first as number) <= (last as number);
  return ordered && (first as number) >= 0 && (last as number) < seq
    ? [first as number, last as number]
    : null;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
