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

const utf8 = {
  encode: new TextEncoder(),
  decode: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }),
};

/** Deterministic bytes of a value. */
export function encodeCbor(value: CborValue): Uint8Array {
  const out: number[] = [];
  write(out, value);
  return Uint8Array.from(out);
}

function write(out: number[], value: CborValue): void {
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new CborError('only whole numbers can be written');
    if (value >= 0) writeHead(out, UNSIGNED, value);
    else writeHead(out, NEGATIVE, -1 - value);
  } else if (typeof value === 'string') writeBytes(out, TEXT, utf8.encode.encode(value));
  else if (value instanceof Uint8Array) writeBytes(out, BYTES, value);
  else if (value instanceof CborTag) {
    writeHead(out, TAG, value.tag);
    write(out, value.value);
  } else if (value instanceof Map) writeMap(out, value as ReadonlyMap<number | string, CborValue>);
  else {
    const items = value as readonly CborValue[];
    writeHead(out, ARRAY, items.length);
    for (const item of items) write(out, item);
  }
}

function writeBytes(out: number[], major: number, bytes: Uint8Array): void {
  writeHead(out, major, bytes.length);
  for (const byte of bytes) out.push(byte);
}

function writeMap(out: number[], map: ReadonlyMap<number | string, CborValue>): void {
  writeHead(out, MAP, map.size);
  const entries = [...map].map(([key, value]) => ({ key: encodeCbor(key), value }));
  entries.sort((a, b) => compareBytes(a.key, b.key));
  for (const { key, value } of entries) {
    for (const byte of key) out.push(byte);
    write(out, value);
  }
}

function writeHead(out: number[], major: number, value: number): void {
  const bytes = value < 24 ? 0 : value < 0x100 ? 1 : value < 0x1_0000 ? 2 : value < 0x1_0000_0000 ? 4 : 8;
  out.push((major << 5) | (bytes === 0 ? value : 24 + Math.log2(bytes)));
  for (let i = bytes - 1; i >= 0; i -= 1) out.push(Math.floor(value / 256 ** i) % 256);
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
    if (value < least || !Number.isSafeInteger(value)) throw new CborError('not the shortest spelling');
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
    try {
      return utf8.decode.decode(this.#slice(length));
    } catch (error) {
      throw error instanceof CborError ? error : new CborError('a text that is not UTF-8');
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
    let previous: Uint8Array | null = null;
    for (let i = 0; i < length; i += 1) {
      const start = this.at;
      const key = this.value(level + 1);
      const spelling = this.#bytes.subarray(start, this.at);
      if (typeof key !== 'number' && typeof key !== 'string') throw new CborError('a key of another kind');
      if (previous && compareBytes(previous, spelling) >= 0) throw new CborError('keys repeated or unsorted');
      previous = spelling;
      map.set(key, this.value(level + 1));
    }
    return map;
  }
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i += 1) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
