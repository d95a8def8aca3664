// Seals a block of an insurer's lines: people in, sealed rows out (DESIGN.md 3). Pure computing, run by a worker.
// Must never let a value of a line into a reason, an error or an unsealed column, and never return a door key.

import { type KeyObject, randomFillSync } from 'node:crypto';
import { dayNumber, digitsAt } from '../core/calendar.ts';
import type { CloseLine, EraseLine, FeedLine, FeedLineReason, UpsertLine } from '../core/feed-line.ts';
import { canonicalUpsert, readFeedLine } from '../core/feed-line.ts';
import { isFictitiousNir } from '../core/nir.ts';
import type { CareDate } from '../core/period.ts';
import { SEAL_OVERHEAD_BYTES, sealInto, secretKey } from '../crypto/seal.ts';
import { CopyRows } from './copy-rows.ts';
import type { Door, EpochKeys } from './derive.ts';
import {
  cardFields,
  DOOR_KINDS,
  deriveDoor,
  hasDoor,
  identityFields,
  linkAad,
  memberFields,
  ownerTag,
  prf,
  recordAad,
} from './derive.ts';
import type { InsurerKeys } from './keyring.ts';
import type { SealReply } from './protocol.ts';

/** Lines under one hash of the manifest, hence in one block. */
export const BLOCK_LINES = 10_000;

/**
 * What a staged line asks for; the numbers stand in the staging tables (feed-store-sql.ts reads them).
 * `named`: rejected, but its ref could be read, so a full feed does not close that person.
 * `keep`: the operator has this line already, sealed under the newest epoch.
 */
export const LINE_OPS = { named: 0, upsert: 1, keep: 2, close: 3, erase: 4 } as const;
type LineOp = keyof typeof LINE_OPS;

const LINE_FIELDS = 8;
const DOOR_FIELDS = 6;
const RECORD_VERSION = 1;
/** The length of a record tells only how many times 64 bytes its rights take. */
const PADDING_BYTES = 64;
/** Room that every record has, so that its length does not say who is a canary. */
const CANARY_MARK_BYTES = ',"canary":true'.length;
const RECORD_KEY_BYTES = 32;
/** Record id, record key, zeros: every link has the same length. */
const LINK_BYTES = 64;

export type SealJob = {
  readonly keys: InsurerKeys;
  /** Whole lines; the very last of a feed may lack its newline. */
  readonly block: Uint8Array;
  /** Which block of the feed, from 0: line numbers follow from it. */
  readonly index: number;
  /** Bit i (from the lowest of byte 0) set: line i need not be sealed again. Empty: none. */
  readonly unchanged: Uint8Array;
  /** Demo mode, or an exercise: NIRs that a living person could have are rejected (CONTRACT.md 1, R28). */
  readonly onlyFictitious: boolean;
};

export type SealedBlock = { readonly reply: SealReply; readonly lines: Buffer; readonly doors: Buffer };

/** Every line becomes a staged line with its doors, or a rejection by line number and reason. */
export function sealBlock(job: SealJob): SealedBlock {
  const block = bufferOf(job.block);
  const sealing = new Sealing(job, countLines(block));
  try {
    forEachLine(block, (text, i) => sealing.line(text, i));
    return sealing.result();
  } finally {
    sealing.wipe();
  }
}

/** For each line 32 bytes: record id and fingerprint, or zeros where the line is no valid UPSERT. */
export function fingerprintBlock(job: { readonly keys: InsurerKeys; readonly block: Uint8Array }): Buffer {
  const block = bufferOf(job.block);
  const epoch = newestEpoch(job.keys);
  const prints = Buffer.alloc(countLines(block) * 32);
  forEachLine(block, (text, i) => {
    const read = readText(text);
    if (!read.ok || read.line.op !== 'UPSERT') return;
    prints.set(recordIdOf(job.keys, read.line.ref), i * 32);
    prints.set(fingerprintOf(epoch, read.line), i * 32 + 16);
  });
  return prints;
}

class Sealing {
  readonly #keys: InsurerKeys;
  readonly #epoch: EpochKeys;
  readonly #firstLine: number;
  readonly #unchanged: Uint8Array;
  readonly #onlyFictitious: boolean;
  readonly #lines: CopyRows;
  readonly #doors: CopyRows;
  readonly #reply: SealReply = { rejected: [], upserts: 0, closes: 0, erases: 0, unchanged: 0, canaries: 0 };
  // Everything below is secret or somebody's rights in clear, and is wiped at the end.
  readonly #recordKeys: Buffer;
  readonly #link = Buffer.alloc(LINK_BYTES);
  #plain = Buffer.allocUnsafeSlow(4096);

  constructor(job: SealJob, lines: number) {
    this.#keys = job.keys;
    this.#epoch = newestEpoch(job.keys);
    this.#firstLine = job.index * BLOCK_LINES + 1;
    this.#unchanged = job.unchanged;
    this.#onlyFictitious = job.onlyFictitious;
    // A sealed record is about as long as its line, and most people have two or three doors.
    this.#lines = new CopyRows(job.block.length + lines * 150);
    this.#doors = new CopyRows(lines * 480);
    this.#recordKeys = randomFillSync(Buffer.allocUnsafeSlow(lines * RECORD_KEY_BYTES));
  }

  line(text: string, i: number): void {
    const lineNo = this.#firstLine + i;
    const read = readText(text);
    if (!read.ok) this.#reject(lineNo, read.reason, read.ref);
    else if (this.#onlyFictitious && !isFictitious(read.line))
      this.#reject(lineNo, 'nir-not-fictitious', read.line.ref);
    else if (read.line.op === 'CLOSE') this.#close(lineNo, read.line);
    else if (read.line.op === 'ERASE') this.#erase(lineNo, read.line);
    else {
      if (read.line.rights.canary) this.#reply.canaries += 1;
      if (isSet(this.#unchanged, i)) this.#keep(lineNo, read.line);
      else this.#upsert(lineNo, i, read.line);
    }
  }

  result(): SealedBlock {
    return { reply: this.#reply, lines: this.#lines.rows, doors: this.#doors.rows };
  }

  wipe(): void {
    this.#recordKeys.fill(0);
    this.#link.fill(0);
    this.#plain.fill(0);
  }

  #reject(lineNo: number, reason: FeedLineReason, ref: string | null): void {
    this.#reply.rejected.push({ line: lineNo, reason, ref });
    if (ref === null) return;
    this.#beginLine(lineNo, 'named', recordIdOf(this.#keys, ref), 0);
    for (let rest = 3; rest < LINE_FIELDS; rest += 1) this.#lines.null();
  }

  #keep(lineNo: number, line: UpsertLine): void {
    this.#reply.unchanged += 1;
    this.#beginLine(lineNo, 'keep', recordIdOf(this.#keys, line.ref), 0);
    for (let rest = 3; rest < LINE_FIELDS; rest += 1) this.#lines.null();
  }

  #upsert(lineNo: number, i: number, line: UpsertLine): void {
    this.#reply.upserts += 1;
    const recordId = recordIdOf(this.#keys, line.ref);
    const recordKey = this.#recordKeys.subarray(i * RECORD_KEY_BYTES, (i + 1) * RECORD_KEY_BYTES);
    const plain = this.#plainRights(line);
    const sealedBytes = plain.length + SEAL_OVERHEAD_BYTES;
    const rows = this.#lines;
    this.#beginLine(lineNo, 'upsert', recordId, sealedBytes);
    rows.uuidOfBase64url(line.ref);
    rows.uuid(fingerprintOf(this.#epoch, line));
    rows.int4OrNull(expiryDay(line));
    rows.null();
    const at = rows.reserve(sealedBytes);
    const aad = recordAad(this.#keys.amcNo, recordId);
    sealInto(rows.buffer, at, { key: secretKey(recordKey), plain, aad });
    this.#link.set(recordId, 0);
    this.#link.set(recordKey, recordId.length);
    for (const door of doorsOf(this.#epoch, line)) this.#sealedDoor(lineNo, door, line.ref);
  }

  #close(lineNo: number, line: CloseLine): void {
    this.#reply.closes += 1;
    const rows = this.#lines;
    this.#beginLine(lineNo, 'close', recordIdOf(this.#keys, line.ref), 0);
    rows.uuidOfBase64url(line.ref);
    rows.null();
    rows.null();
    rows.int4(postgresDay(line.on));
    rows.null();
  }

  // The doors are named in every living epoch, so that none stays behind.
  #erase(lineNo: number, line: EraseLine): void {
    this.#reply.erases += 1;
    this.#beginLine(lineNo, 'erase', recordIdOf(this.#keys, line.ref), 0);
    this.#lines.uuidOfBase64url(line.ref);
    for (let rest = 4; rest < LINE_FIELDS; rest += 1) this.#lines.null();
    for (const epoch of this.#keys.epochs) {
      for (const door of erasedDoors(epoch, line)) {
        this.#beginDoor(lineNo, door, line.ref, 0);
        this.#doors.null();
      }
    }
  }

  #beginLine(lineNo: number, op: LineOp, recordId: Buffer, sealedBytes: number): void {
    const rows = this.#lines;
    rows.beginRow(LINE_FIELDS, sealedBytes);
    rows.int4(lineNo);
    rows.int2(LINE_OPS[op]);
    rows.uuid(recordId);
  }

  #beginDoor(lineNo: number, door: Door, ref: string, sealedBytes: number): void {
    const rows = this.#doors;
    rows.beginRow(DOOR_FIELDS, sealedBytes);
    rows.int4(lineNo);
    rows.uuid(door.locator);
    rows.int2(DOOR_KINDS[door.kind]);
    rows.int2(door.epoch);
    rows.int8(ownerTag(door, ref));
  }

  #sealedDoor(lineNo: number, door: Door, ref: string): void {
    const sealedBytes = LINK_BYTES + SEAL_OVERHEAD_BYTES;
    this.#beginDoor(lineNo, door, ref, sealedBytes);
    const at = this.#doors.reserve(sealedBytes);
    const aad = linkAad(this.#keys.amcNo, door.kind, door.epoch, door.locator);
    sealInto(this.#doors.buffer, at, { key: secretKey(door.doorKey), plain: this.#link, aad });
    door.doorKey.fill(0);
  }

  /** Version byte, then the rights as compact JSON (ASCII, as every field of a line was checked to be), padded. */
  #plainRights(line: UpsertLine): Buffer {
    const text = JSON.stringify(line.rights);
    const marked = text.length + (line.rights.canary ? 0 : CANARY_MARK_BYTES);
    const length = 1 + Math.ceil(marked / PADDING_BYTES) * PADDING_BYTES;
    if (length > this.#plain.length) {
      this.#plain.fill(0);
      this.#plain = Buffer.allocUnsafeSlow(length * 2);
    }
    this.#plain[0] = RECORD_VERSION;
    this.#plain.write(text, 1, 'latin1');
    this.#plain.fill(' ', 1 + text.length, length);
    return this.#plain.subarray(0, length);
  }
}

type Read = ReturnType<typeof readFeedLine>;
const NOT_JSON: Read = { ok: false, reason: 'line-not-json', ref: null };

function readText(text: string): Read {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return NOT_JSON; // the error's message quotes the line, so it goes no further
  }
  return readFeedLine(value);
}

function isFictitious({ nir, alsoUnder }: FeedLine): boolean {
  return isFictitiousNir(nir) && alsoUnder.every(isFictitiousNir);
}

// Fields are ASCII: anything else is refused whatever it decodes to, so Latin-1, the cheapest decoding, says enough.
function forEachLine(block: Buffer, handle: (text: string, i: number) => void): void {
  let start = 0;
  for (let i = 0; start < block.length; i += 1) {
    const newline = block.indexOf(10, start);
    const end = newline === -1 ? block.length : newline;
    handle(block.toString('latin1', start, end), i);
    start = end + 1;
  }
}

function countLines(block: Buffer): number {
  let lines = 0;
  for (let at = block.indexOf(10); at !== -1; at = block.indexOf(10, at + 1)) lines += 1;
  return block.length > 0 && block[block.length - 1] !== 10 ? lines + 1 : lines;
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function isSet(bitmap: Uint8Array, i: number): boolean {
  return ((bitmap[i >> 3] ?? 0) & (1 << (i & 7))) !== 0;
}

function newestEpoch(keys: InsurerKeys): EpochKeys {
  const newest = keys.epochs[0];
  if (newest === undefined) throw new Error('an insurer has at least one living epoch');
  return newest;
}

export function recordIdOf(keys: Pick<InsurerKeys, 'recordId'>, ref: string): Buffer {
  return half(keys.recordId, ref);
}

function fingerprintOf(epoch: EpochKeys, line: UpsertLine): Buffer {
  return half(epoch.fingerprint, canonicalUpsert(line));
}

function half(key: KeyObject, ascii: string): Buffer {
  return prf(key, Buffer.from(ascii, 'latin1')).subarray(0, 16);
}

function doorsOf(epoch: EpochKeys, line: UpsertLine): Door[] {
  const doors = memberDoors(epoch, line);
  if (line.identityDoor) doors.push(deriveDoor(epoch, 'identity', identityFields(line)));
  if (line.card !== null) doors.push(deriveDoor(epoch, 'card', cardFields(line.card.handle)));
  return doors;
}

// Whether the person ever had an identity door is not known here: it is named in any case.
function erasedDoors(epoch: EpochKeys, line: EraseLine): Door[] {
  const doors = memberDoors(epoch, line);
  // An older epoch whose half is gone has no identity door that anybody could still open.
  if (hasDoor(epoch, 'identity')) doors.push(deriveDoor(epoch, 'identity', identityFields(line)));
  if (line.cardHandle !== null) doors.push(deriveDoor(epoch, 'card', cardFields(line.cardHandle)));
  return doors;
}

// A child is asked for under either parent's NIR: one door per NIR.
function memberDoors(epoch: EpochKeys, line: UpsertLine | EraseLine): Door[] {
  const doors = [deriveDoor(epoch, 'member', memberFields(line.memberNo, line))];
  for (const nir of line.alsoUnder) {
    const under = { nir, birthDate: line.birthDate, birthRank: line.birthRank };
    doors.push(deriveDoor(epoch, 'member', memberFields(line.memberNo, under)));
  }
  return doors;
}

/** Day 0 of PostgreSQL's dates. */
const POSTGRES_EPOCH_DAY = dayNumber({ year: 2000, month: 1, day: 1 });

function postgresDay(date: CareDate): number {
  const year = digitsAt(date, { start: 0, length: 4 });
  const month = digitsAt(date, { start: 5, length: 2 });
  const day = digitsAt(date, { start: 8, length: 2 });
  return dayNumber({ year, month, day }) - POSTGRES_EPOCH_DAY;
}

/**
 * When the record may be purged: the first of the month after the last day of cover, so that the clear column shows
 * no exact date. Null when a period is open, or ends so late that it is meant to be.
 */
function expiryDay(line: UpsertLine): number | null {
  let last = '';
  for (const { to } of line.rights.periods) {
    if (to === null || to >= '9999') return null;
    if (to > last) last = to;
  }
  const month = digitsAt(last, { start: 5, length: 2 });
  const year = digitsAt(last, { start: 0, length: 4 });
  const next = month === 12 ? { year: year + 1, month: 1 } : { year, month: month + 1 };
  return dayNumber({ ...next, day: 1 }) - POSTGRES_EPOCH_DAY;
}
