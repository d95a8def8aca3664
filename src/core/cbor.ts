// The part of CBOR that cards need (RFC 8949, deterministic encoding of section 4.2.1): whole numbers, texts, bytes,
// arrays, maps and one tag. Must never accept a second spelling of a value: longer heads, indefinite lengths, unsorted
// or repeated map keys and bytes after the end are refused, so that what was signed can be read in one way only.

export type CborValue =
  | number
  | string
  | Uint8Array
  | readonly CborValue[]
  | ReadonlyMap<number | string, CborValue>
  | CborTag;

export class CborTag {
  readonly tag: number;
  readonly value: CborValue;
  constructor(tag: number, value: CborValue) {
    this.tag = tag;
    this.value = value;
  }
}

/** The bytes are not deterministic CBOR of the kinds above. */
export class CborError extends Error {
  constructor(what: string) {
    super(what);
    this.name = 'CborError';
  }
}

const UNSIGNED = 0;
const NEGATIVE = 1;
const BYTES = 2;
const TEXT = 3;
const ARRAY = 4;
const MAP = 5;
const TAG = 6;
/** Cards nest four deep. */
const MOST_LEVELS = 8;

const LONE_SURROGATE = /\p{Surrogate}/u;

const utf8 = {
  encode: new TextEncoder(),
  decode: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }),
};

/** Deterministic bytes of a value. Throws CborError for a value that `decodeCbor` would not give back. */
export function encodeCbor(value: CborValue): Uint8Array {
  const writer = new Writer();
  writer.value(value);
  return writer.done();
}

/** Bytes at the start; doubled when they are full. A card fits. */
const FIRST_ROOM = 512;

class Writer {
  #bytes = new Uint8Array(FIRST_ROOM);
  #at = 0;

  done(): Uint8Array {
    return this.#bytes.slice(0, this.#at);
  }

  value(value: CborValue): void {
    if (typeof value === 'number') this.#number(value);
    else if (typeof value === 'string') this.#text(value);
    else if (value instanceof Uint8Array) this.#block(BYTES, value);
    else if (value instanceof CborTag) {
      if (!Number.isSafeInteger(value.tag) || value.tag < 0) throw new CborError('a tag is a count');
      this.#head(TAG, value.tag);
      this.value(value.value);
    } else if (value instanceof Map) this.#map(value as ReadonlyMap<number | string, CborValue>);
    else {
      const items = value as readonly CborValue[];
      this.#head(ARRAY, items.length);
      for (const item of items) this.value(item);
    }
  }

  #number(value: number): void {
    if (!Number.isSafeInteger(value)) throw new CborError('only whole numbers can be written');
    if (value >= 0) this.#head(UNSIGNED, value);
    else this.#head(NEGATIVE, -1 - value);
  }

  #text(text: string): void {
    // The encoder would write U+FFFD for it: another text, and perhaps the key of another entry.
    if (LONE_SURROGATE.test(text)) throw new CborError('a text with half a character');
    this.#block(TEXT, utf8.encode.encode(text));
  }

  #map(map: ReadonlyMap<number | string, CborValue>): void {
    this.#head(MAP, map.size);
    const entries = [...map].map(([key, value]) => ({ key: encodeCbor(key), value }));
    entries.sort((a, b) => compareBytes(a.key, b.key));
    for (const { key, value } of entries) {
      this.#raw(key);
      this.value(value);
    }
  }

  #head(major: number, value: number): void {
    const bytes = value < 24 ? 0 : value < 0x100 ? 1 : value < 0x1_0000 ? 2 : value < 0x1_0000_0000 ? 4 : 8;
    this.#room(1 + bytes);
    this.#byte((major << 5) | (bytes === 0 ? value : 24 + Math.log2(bytes)));
    for (let i = bytes - 1; i >= 0; i -= 1) this.#byte(Math.floor(value / 256 ** i) % 256);
  }

  #block(major: number, bytes: Uint8Array): void {
    this.#head(major, bytes.length);
    this.#raw(bytes);
  }

  #raw(bytes: Uint8Array): void {
    this.#room(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  #byte(byte: number): void {
    this.#bytes[this.#at] = byte;
    this.#at += 1;
  }

  #room(more: number): void {
    const needed = this.#at + more;
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}

/** Reads exactly one value. Throws CborError for everything that `encodeCbor` would have written otherwise. */
export function decodeCbor(bytes: Uint8Array): CborValue {
  const reader = new Reader(bytes);
  const value = reader.value(0);
  if (reader.at !== bytes.length) throw new CborError('bytes after the end');
  return value;
}

class Reader {
  at = 0;
  readonly #bytes: Uint8Array;
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  value(level: number): CborValue {
    if (level > MOST_LEVELS) throw new CborError('nested too deep');
    const major = (this.#bytes[this.at] ?? 0) >> 5;
    const value = this.#head();
    switch (major) {
      case UNSIGNED:
        return value;
      case NEGATIVE:
        // One further down, -2^53, no number holds exactly.
        if (value === Number.MAX_SAFE_INTEGER) throw new CborError('too small a number');
        return -1 - value;
      case BYTES:
        return this.#slice(value);
      case TEXT:
        return this.#text(value);
      case ARRAY:
        return this.#array(value, level);
      case MAP:
        return this.#map(value, level);
      case TAG:
        return new CborTag(value, this.value(level + 1));
      default:
        throw new CborError('a kind of value that no card holds');
    }
  }

  /** The number in a head, in its shortest spelling. */
  #head(): number {
    const first = this.#bytes[this.at];
    if (first === undefined) throw new CborError('ends too early');
    this.at += 1;
    const short = first & 31;
    if (short < 24) return short;
    if (short > 27) throw new CborError('indefinite or reserved length');
    const length = 1 << (short - 24);
    const end = this.at + length;
    if (end > this.#bytes.length) throw new CborError('ends too early');
    let value = 0;
    for (; this.at < end; this.at += 1) value = value * 256 + (this.#bytes[this.at] ?? 0);
    const least = length === 1 ? 24 : 256 ** (length / 2);
    if (value < least) throw new CborError('not the shortest spelling');
    if (!Number.isSafeInteger(value)) throw new CborError('too large a number');
    return value;
  }

  #slice(length: number): Uint8Array {
    const end = this.at + length;
    if (end > this.#bytes.length) throw new CborError('ends too early');
    const part = this.#bytes.subarray(this.at, end);
    this.at = end;
    return part;
  }

  #text(length: number): string {
    const bytes = this.#slice(length);
    const ascii = shortAscii(bytes);
    if (ascii !== null) return ascii;
    try {
      return utf8.decode.decode(bytes);
    } catch {
      throw new CborError('a text that is not UTF-8');
    }
  }

  #array(length: number, level: number): CborValue[] {
    const items: CborValue[] = [];
    // What is announced may be far more than there is: the bytes run out first.
    for (let i = 0; i < length; i += 1) items.push(this.value(level + 1));
    return items;
  }

  #map(length: number, level: number): Map<number | string, CborValue> {
    const map = new Map<number | string, CborValue>();
    let previous = { start: 0, end: 0 };
    for (let i = 0; i < length; i += 1) {
      const start = this.at;
      const key = this.value(level + 1);
      if (typeof key !== 'number' && typeof key !== 'string') throw new CborError('a key of another kind');
      const spelling = { start, end: this.at };
      if (i > 0 && !this.#ascends(previous, spelling)) throw new CborError('keys repeated or unsorted');
      previous = spelling;
      map.set(key, this.value(level + 1));
    }
    return map;
  }

  /** No spelling of a key is the beginning of another, so the first byte that differs decides. */
  #ascends(a: { start: number; end: number }, b: { start: number; end: number }): boolean {
    const shared = Math.min(a.end - a.start, b.end - b.start);
    for (let i = 0; i < shared; i += 1) {
      const difference = (this.#bytes[b.start + i] ?? 0) - (this.#bytes[a.start + i] ?? 0);
      if (difference !== 0) return difference > 0;
    }
    return false;
  }
}

/** Texts on cards are short and ASCII: calling the platform's decoder for each costs more than all the rest. */
function shortAscii(bytes: Uint8Array): string | null {
  if (bytes.length > 24) return null;
  let text = '';
  for (let i = 0; i < bytes.length; i += 1) {
    const byte = bytes[i] ?? 0;
    if (byte >= 0x80) return null;
    text += String.fromCharCode(byte);
  }
  return text;
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i += 1) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
