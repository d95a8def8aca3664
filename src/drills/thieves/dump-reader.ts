// A thief with a dump of the operator's database and its files, and all the time in the world: looks for people in every
// form a program might leave behind, and tries every text of the dump as a key. It finds what is there (its test plants it).

import { createHash, createHmac } from 'node:crypto';
import { secretKey, unseal } from '../../crypto/seal.ts';
import type { ListedPerson } from '../listed-person.ts';

/** What was looked at, and what of whom was found. */
export type Reading = {
  values: number;
  bytes: number;
  digestsCompared: number;
  keysTried: number;
  /** Form of what was found, and how often; nobody's value. */
  found: Record<string, number>;
  persons: number;
};

/** Of the sealed values and of the possible keys: enough to notice a key that lies beside its lock. */
const MOST_SEALED = 200;
const MOST_KEYS = 2_000;
/** People whose digests under a found key are computed: each costs as many HMACs as there are keys. */
const KEYED_SAMPLE = 20;

const DIGESTS = ['md5', 'sha1', 'sha256', 'sha512'] as const;
/** Every digest is compared by its first bytes: a cut one is found too. */
const COMPARED_HEX = 32;
const LONG_DIGITS = /\d{13,}/g;
const MEMBER_NO = /[G-Z]\d{11}/g;
/** Eight digits that are a word of their own: random ids and numbers hold such by chance. */
const DATE = /(?<![\w+/-])(?:\d{8}|\d{4}-\d{2}-\d{2})(?![\w+/-])/g;
const BASE64 = /[A-Za-z0-9+/_-]{16,}/g;
const HEX = /(?:[0-9a-f]{2}){12,}/gi;

export class DumpReader {
  readonly #people: ReadonlyMap<string, string>;
  readonly #birthDates: ReadonlySet<string>;
  readonly #digests: ReadonlyMap<string, string>;
  readonly #sample: readonly ListedPerson[];
  readonly #exposed = new Set<string>();
  readonly #keys = new Set<string>();
  readonly #sealed: Buffer[] = [];
  readonly #tokens = new Set<string>();
  readonly #reading: Reading = {
    values: 0,
    bytes: 0,
    digestsCompared: 0,
    keysTried: 0,
    found: {},
    persons: 0,
  };

  constructor(people: readonly ListedPerson[]) {
    // A NIR without its key says as much as with it.
    this.#people = new Map(
      people.flatMap(({ ref, memberNo, beneficiary: { nir } }) =>
        [memberNo, nir, nir.slice(0, 13)].map((value) => [value, ref] as const),
      ),
    );
    this.#birthDates = new Set(people.map(({ beneficiary }) => beneficiary.birthDate));
    this.#digests = digestsOf(people);
    this.#sample = people.slice(0, KEYED_SAMPLE);
  }

  /** One value of a row or one file. */
  take(value: unknown): void {
    this.#reading.values += 1;
    if (value instanceof Uint8Array) this.#bytes(Buffer.from(value));
    else this.#text(typeof value === 'object' ? JSON.stringify(value) : String(value));
  }

  /** When everything was taken: tries what was found as keys. */
  finish(): Reading {
    const sealed = this.#sealed.slice(0, MOST_SEALED);
    for (const text of [...this.#keys].slice(0, MOST_KEYS)) {
      for (const key of keysOf(text)) {
        this.#reading.keysTried += 1;
        if (sealed.some((one) => unseal(secretKey(key), one, Buffer.alloc(0))))
          this.#find('unsealed with a found key', text);
        this.#keyedDigests(key);
      }
    }
    this.#reading.persons = this.#exposed.size;
    return this.#reading;
  }

  #bytes(bytes: Buffer): void {
    this.#reading.bytes += bytes.length;
    if (bytes.length > 28 && this.#sealed.length < MOST_SEALED) this.#sealed.push(bytes);
    this.#plain(bytes.toString('latin1'), 'in bytes');
    this.#token(bytes.toString('hex'), 'digest in bytes');
  }

  #text(text: string): void {
    this.#reading.bytes += text.length;
    this.#plain(text, 'in the clear');
    for (const [date] of text.matchAll(DATE)) {
      if (this.#birthDates.has(date.replaceAll('-', ''))) this.#find('birth date', date);
    }
    for (const [word] of text.replaceAll('-', '').matchAll(HEX)) {
      this.#plain(Buffer.from(word, 'hex').toString('latin1'), 'in hexadecimal');
      this.#token(word.toLowerCase(), 'digest in hexadecimal');
    }
    for (const [word] of text.matchAll(BASE64)) {
      if (this.#keys.size < MOST_KEYS) this.#keys.add(word);
      const bytes = Buffer.from(word, 'base64');
      this.#plain(bytes.toString('latin1'), 'in base64');
      this.#token(bytes.toString('hex'), 'digest in base64');
    }
  }

  #plain(text: string, form: string): void {
    for (const [digits] of text.matchAll(LONG_DIGITS)) {
      for (let i = 0; i + 13 <= digits.length; i += 1)
        this.#known(digits.slice(i, i + 13), `national number ${form}`);
    }
    for (const [memberNo] of text.matchAll(MEMBER_NO)) this.#known(memberNo, `member number ${form}`);
  }

  #known(value: string, form: string): void {
    const ref = this.#people.get(value);
    if (ref !== undefined) this.#find(form, ref);
  }

  #token(hex: string, form: string): void {
    if (hex.length < COMPARED_HEX) return;
    const start = hex.slice(0, COMPARED_HEX);
    this.#reading.digestsCompared += 1;
    this.#tokens.add(start);
    const ref = this.#digests.get(start);
    if (ref !== undefined) this.#find(form, ref);
  }

  #keyedDigests(key: Buffer): void {
    for (const { ref, memberNo, beneficiary } of this.#sample) {
      for (const value of [beneficiary.nir, memberNo]) {
        const digest = createHmac('sha256', key).update(value).digest('hex').slice(0, COMPARED_HEX);
        if (this.#tokens.has(digest)) this.#find('digest under a found key', ref);
      }
    }
  }

  #find(form: string, ref: string): void {
    this.#exposed.add(ref);
    this.#reading.found[form] = (this.#reading.found[form] ?? 0) + 1;
  }
}

function digestsOf(people: readonly ListedPerson[]): Map<string, string> {
  const digests = new Map<string, string>();
  for (const { ref, memberNo, beneficiary } of people) {
    const { nir, birthDate, birthRank } = beneficiary;
    for (const value of [
      nir,
      nir.slice(0, 13),
      memberNo,
      `${nir}${birthDate}`,
      `${nir}${birthDate}${birthRank}`,
    ]) {
      for (const algorithm of DIGESTS) {
        digests.set(createHash(algorithm).update(value).digest('hex').slice(0, COMPARED_HEX), ref);
      }
    }
  }
  return digests;
}

/** The text as a key of 32 bytes: as it stands, decoded, or hashed. */
function keysOf(text: string): Buffer[] {
  const whole = (bytes: Buffer) => (bytes.length === 32 ? [bytes] : []);
  return [
    ...whole(Buffer.from(text, 'base64')),
    ...whole(Buffer.from(text, 'utf8')),
    createHash('sha256').update(text).digest(),
  ];
}
