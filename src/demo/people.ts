// PURE generator of fictitious people and families as lines of a rights feed (CONTRACT.md 3.3).
// Everything follows from the seed, the insurer and the line number: no clock, no ambient randomness, so the same
// seed gives the same bytes on any day and any block can be made alone. It must never make a name, nor a NIR
// that could belong to somebody: commune codes are 991-998, which do not exist.

import { nirKey } from '../core/nir.ts';
import type { CoverHistory, DemoProduct, FeedPeriod } from './insurers.ts';
import { COVER_HISTORIES, DEMO_PRODUCTS, periodsOf } from './insurers.ts';

/** One UPSERT line of a feed as an object. The order of the properties is the order in the line. */
export type FeedPerson = {
  op: 'UPSERT';
  ref: string;
  memberNo: string;
  beneficiary: {
    nir: string;
    birthDate: string;
    birthRank: number;
    quality: 'INSURED' | 'SPOUSE' | 'CHILD' | 'OTHER';
    alsoUnder: string[];
  };
  card: { handle: string; from: string; to: string } | null;
  identityDoor: boolean;
  convType: string;
  csr: string | null;
  responsible: boolean;
  product: string;
  periods: FeedPeriod[];
  /** A fake insured whom only a thief looks up. */
  canary?: true;
};

/** The line of a person without its newline: byte for byte what the generator below writes. */
export function feedLine(person: FeedPerson): string {
  return JSON.stringify(person);
}

export type PeopleOptions = {
  seed: string;
  /** Whose members they are: it goes into the seed, so two insurers never share a person or a ref. */
  insurer: { amcNo: string; convType: string; csr: string | null };
  /** Lines in all, 1 to MAX_PEOPLE. A longer file of the same seed begins with the same lines. */
  count: number;
  /** So many of each 10,000 lines are canaries; 0 unless told. The other lines are the same whatever it is. */
  canaries?: number;
};

/** `lines` lines with their newlines. */
export type PeopleBlock = { lines: number; households: number; bytes: Buffer };

/** Lines under one hash of the manifest (CONTRACT.md 3.3). */
export const BLOCK_LINES = 10_000;

/** Above the longest line there can be: every domain of PREMIUM-2 twice, an older child with a card. */
export const MAX_LINE_BYTES = 2048;

// ---- What there is, in shares ---------------------------------------------------------------------------------

type Weighted = { perMille: number };
type HouseholdKind = Weighted & { adults: 1 | 2; children: number; elder: boolean };

const HOUSEHOLDS: readonly HouseholdKind[] = [
  { perMille: 390, adults: 1, children: 0, elder: false },
  { perMille: 10, adults: 1, children: 0, elder: true },
  { perMille: 260, adults: 2, children: 0, elder: false },
  { perMille: 90, adults: 2, children: 1, elder: false },
  { perMille: 110, adults: 2, children: 2, elder: false },
  { perMille: 45, adults: 2, children: 3, elder: false },
  { perMille: 10, adults: 2, children: 4, elder: false },
  { perMille: 55, adults: 1, children: 1, elder: false },
  { perMille: 30, adults: 1, children: 2, elder: false },
];

const CARD_PER_MILLE = 850;
const IDENTITY_DOOR_PER_MILLE = 700;
const RESPONSIBLE_PER_MILLE = 900;
const OWN_COVER_PER_MILLE = 50;
const TWINS_PER_MILLE = 40;
const SAME_SEX_COUPLE_PER_MILLE = 30;
const VERY_OLD_PER_MILLE = 12;
const INCOMPLETE_BIRTH_DATE_PER_MILLE = 6;
const WAITING_NUMBER_PER_MILLE = 4;
const TEMPORARY_NUMBER_PER_MILLE = 3;
const CARD_OF_NEXT_YEAR_PER_MILLE = 400;

/** Born up to here: 16 on 2026-11-01, so with a Vitale card and a NIR of one's own. 2010 is left out. */
const LAST_BIRTH_YEAR_OF_OWN_NIR = 2009;
const LAST_BIRTH_YEAR_OF_ADULT = 2006;
/** Nobody is born after the first day of the earliest cover. */
const LAST_BIRTH_YEAR = 2023;
const OLDEST_CHILD_BIRTH_YEAR = 2003;

// ---- Randomness that follows from the seed ----------------------------------------------------------------------

/** sfc32: 128 bits of state, so no two households of 33 million ever share a stream (32 bits would). */
class SeededRandom {
  #a = 0;
  #b = 0;
  #c = 0;
  #counter = 1;

  /** The stream of one household. Nothing of an earlier stream is left, so streams can be made in any order. */
  restart(seed: Seed, line: number): void {
    this.#a = seed[0];
    this.#b = seed[1] ^ line;
    this.#c = seed[2];
    this.#counter = 1;
    for (let round = 0; round < 12; round += 1) this.next();
  }

  /** 32 bits. */
  next(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** 0 to `size` - 1. */
  below(size: number): number {
    return Math.floor((this.next() / 4_294_967_296) * size);
  }

  chance(perMille: number): boolean {
    return this.below(1000) < perMille;
  }
}

type Seed = readonly [number, number, number, number];

/** Four 32-bit words of a text (cyrb128): enough to spread seeds, never used where a secret is needed. */
function hashWords(text: string): Seed {
  let a = 1_779_033_703;
  let b = 3_144_134_277;
  let c = 1_013_904_242;
  let d = 2_773_480_762;
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    a = b ^ Math.imul(a ^ unit, 597_399_067);
    b = c ^ Math.imul(b ^ unit, 2_869_860_233);
    c = d ^ Math.imul(c ^ unit, 951_274_213);
    d = a ^ Math.imul(d ^ unit, 2_716_044_179);
  }
  return [scramble(a ^ c), scramble(b ^ d), scramble(c ^ b), scramble(d ^ a)];
}

/** The murmur3 finaliser: every bit of the result depends on every bit of `x`. */
function scramble(x: number): number {
  let h = x;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/**
 * Shuffles 0 … low*high-1 without repeating any: a Feistel network whose halves are counted modulo `low` and `high`,
 * each round adds to one half what depends on the other only and so can be undone. This is what makes
 * NIRs and member numbers unique without remembering them.
 */
export function shuffled(n: number, low: number, high: number, key: number): number {
  let a = n % low;
  let b = Math.floor(n / low);
  for (let round = 0; round < 3; round += 1) {
    b = (b + scramble(a + key + round)) % high;
    a = (a + scramble(b + key - round)) % low;
  }
  return b * low + a;
}

// ---- Small texts made once --------------------------------------------------------------------------------------

const TWO_DIGITS = Array.from({ length: 100 }, (_, n) => String(n).padStart(2, '0'));
const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
/** Two base64url characters for 12 bits. */
const BASE64URL_PAIRS = Array.from({ length: 4096 }, (_, n) => `${BASE64URL[n >> 6]}${BASE64URL[n & 63]}`);

/** 16 random bytes as 22 base64url characters: the last two characters hold 8 bits and 4 zeros. */
function token(random: SeededRandom): string {
  const a = random.next();
  const b = random.next();
  const c = random.next();
  const d = random.next();
  const first = pair(a >>> 20) + pair(a >>> 8) + pair((a << 4) | (b >>> 28)) + pair(b >>> 16) + pair(b >>> 4);
  const middle = pair((b << 8) | (c >>> 24)) + pair(c >>> 12) + pair(c) + pair(d >>> 20) + pair(d >>> 8);
  return first + middle + pair((d & 0xff) << 4);
}

function pair(bits: number): string {
  return at(BASE64URL_PAIRS, bits & 0xfff);
}

/** A row for each thousandth: drawing from a table of shares is then one look-up. */
function byShare<T extends Weighted>(rows: readonly T[]): T[] {
  const table = rows.flatMap((row) => Array.from({ length: row.perMille }, () => row));
  if (table.length !== 1000) throw new Error(`shares add up to ${table.length}, not 1000`);
  return table;
}

/** The periods as written, of every product under every history of cover: the longest part of a line, made once. */
const PERIODS_TEXT = new Map(
  DEMO_PRODUCTS.map((product) => [
    product,
    new Map(COVER_HISTORIES.map((history) => [history, JSON.stringify(periodsOf(product, history))])),
  ]),
);
const HISTORY_BY_SHARE = byShare(COVER_HISTORIES);
const PRODUCT_BY_SHARE = byShare(DEMO_PRODUCTS);
const HOUSEHOLD_BY_SHARE = byShare(HOUSEHOLDS);

/** An element that is there by construction. */
function at<T>(list: readonly T[], index: number): T {
  const element = list[index];
  if (element === undefined) throw new Error(`no element ${index} of ${list.length}`);
  return element;
}

// ---- NIRs and birth dates ---------------------------------------------------------------------------------------

/** 01-95 without 20, then one place each for Corsica and abroad. Overseas is left out: its communes have 2 digits. */
const METROPOLITAN = TWO_DIGITS.slice(1, 96).filter((department) => department !== '20');
const CORSICA = METROPOLITAN.length;
const ABROAD = CORSICA + 1;
const PLACES = ABROAD + 1;
/** Civil records without a month of birth: month codes 20 to 30 and 50 (DOMAIN.md 2.1). */
const INCOMPLETE_MONTHS = ['20', '21', '22', '23', '24', '25', '26', '27', '28', '29', '30', '50'];
const FIRST_COMMUNE = 991;
const COMMUNES = 8;
const ORDERS = 999;
/** A NIR's place among those possible says order, commune, place, month and the birth year modulo 4. */
const YEAR_CLASSES = 4;
const NIR_LOW = ORDERS * COMMUNES;
const NIR_HIGH = PLACES * 12 * YEAR_CLASSES;

/** As many lines as there are different NIRs, less a household: 36.8 million, more than the 33 of the theft of 2024. */
export const MAX_PEOPLE = NIR_LOW * NIR_HIGH - 10;

type Sex = 1 | 2;
type Identity = { nir: string; birthDate: string; birthYear: number };

/** A NIR nobody else of this seed has, for somebody born in `lastYear` or up to three years before. */
function ownIdentity(random: SeededRandom, sex: Sex, lastYear: number, slot: number): Identity {
  const order = 1 + (slot % ORDERS);
  const commune = FIRST_COMMUNE + (Math.floor(slot / ORDERS) % COMMUNES);
  const high = Math.floor(slot / NIR_LOW);
  const place = high % PLACES;
  const month = Math.floor(high / PLACES) % 12;
  const yearClass = Math.floor(high / (PLACES * 12));
  // All years with a NIR lie within one century, so its two digits stand for one year, and the year for its class.
  const birthYear = lastYear - ((lastYear - yearClass) & (YEAR_CLASSES - 1));

  const complete = !random.chance(INCOMPLETE_BIRTH_DATE_PER_MILLE);
  const monthText = complete ? at(TWO_DIGITS, month + 1) : at(INCOMPLETE_MONTHS, month);
  const orderText = String(order).padStart(3, '0');
  const born = at(TWO_DIGITS, birthYear % 100) + monthText + department(place, birthYear, order);
  const n13 = `${kindDigit(random, sex)}${born}${commune}${orderText}`;
  const birthDate = complete
    ? completeDate(random, birthYear, month + 1)
    : incompleteDate(random, birthYear, monthText);
  return { nir: n13 + nirKey(n13), birthDate, birthYear };
}

function kindDigit(random: SeededRandom, sex: Sex): number {
  const draw = random.below(1000);
  if (draw < WAITING_NUMBER_PER_MILLE) return sex + 2;
  if (draw < WAITING_NUMBER_PER_MILLE + TEMPORARY_NUMBER_PER_MILLE) return sex + 6;
  return sex;
}

function department(place: number, birthYear: number, order: number): string {
  if (place === ABROAD) return '99';
  if (place < CORSICA) return at(METROPOLITAN, place);
  if (birthYear < 1976) return '20';
  return order % 2 === 1 ? '2A' : '2B';
}

/** Day 28 at most: every month has it. */
function completeDate(random: SeededRandom, year: number, month: number): string {
  return `${year}${at(TWO_DIGITS, month)}${at(TWO_DIGITS, 1 + random.below(28))}`;
}

/** `19570000`, or a "lunar" date such as `19573045` (DOMAIN.md 2.2). */
function incompleteDate(random: SeededRandom, year: number, monthText: string): string {
  return random.chance(500) ? `${year}0000` : `${year}${monthText}${at(TWO_DIGITS, 32 + random.below(40))}`;
}

// ---- Households -------------------------------------------------------------------------------------------------

type Member = FeedPerson['beneficiary'] & { hasOwnNir: boolean };
/** What the members of a household share. */
type Contract = { memberNo: string; product: DemoProduct; history: CoverHistory; responsible: boolean };

/** Households are dealt out in neighbourhoods of exactly so many lines, so that any line can be found at once. */
const NEIGHBOURHOOD_LINES = 1000;

/** All people of one seed and insurer; nothing is remembered from one household to the next. */
class Town {
  readonly #random = new SeededRandom();
  readonly #seed: Seed;
  readonly #routing: string;
  readonly #canaries: number;

  constructor(options: PeopleOptions) {
    const { amcNo, convType, csr } = options.insurer;
    this.#seed = hashWords(`${options.seed}\n${amcNo}`);
    this.#canaries = options.canaries ?? 0;
    this.#routing = `"convType":${JSON.stringify(convType)},"csr":${JSON.stringify(csr)}`;
  }

  /** The lines, without newlines, of the household that begins at a line; cut to the room its neighbourhood has. */
  household(line: number, room: number): string[] {
    const random = this.#random;
    random.restart(this.#seed, line);
    const kind = at(HOUSEHOLD_BY_SHARE, random.below(1000));
    const contract: Contract = {
      memberNo: this.#memberNo(line),
      product: at(PRODUCT_BY_SHARE, random.below(1000)),
      history: at(HISTORY_BY_SHARE, random.below(1000)),
      responsible: random.chance(RESPONSIBLE_PER_MILLE),
    };
    const members = kind.children > 0 ? this.#parentsAndChildren(kind, line) : this.#adultsOnly(kind, line);
    return members.slice(0, room).map((member, i) => this.#lineOf(member, contract, line + i));
  }

  /** A letter G-Z and 11 digits (CONTRACT.md 1): the line number shuffled among all of 11 digits. */
  #memberNo(line: number): string {
    const digits = shuffled(line, 100_000, 1_000_000, this.#seed[3]);
    return String.fromCharCode(71 + this.#random.below(20)) + String(digits).padStart(11, '0');
  }

  #identity(line: number, sex: Sex, lastYear: number): Identity {
    return ownIdentity(this.#random, sex, lastYear, shuffled(line, NIR_LOW, NIR_HIGH, ~this.#seed[3]));
  }

  #adultsOnly(kind: HouseholdKind, line: number): Member[] {
    const random = this.#random;
    const sex = drawSex(random);
    const insured = this.#identity(line, sex, kind.elder ? 1955 + random.below(25) : adultBirthYear(random));
    const members = [adult(insured, 'INSURED')];
    if (kind.adults === 2) members.push(adult(this.#spouse(line + 1, sex, insured), 'SPOUSE'));
    if (kind.elder) {
      const elder = this.#identity(line + 1, drawSex(random), insured.birthYear - 22 - random.below(10));
      members.push(adult(elder, 'OTHER'));
    }
    return members;
  }

  /** From the youngest child to the oldest, at least two years apart; twins only while they have no NIR of their own. */
  #parentsAndChildren(kind: HouseholdKind, line: number): Member[] {
    const random = this.#random;
    const sex = drawSex(random);
    let year = LAST_BIRTH_YEAR - random.below(1 + LAST_BIRTH_YEAR - OLDEST_CHILD_BIRTH_YEAR);
    const insured = this.#identity(line, sex, year - 24 - random.below(14));
    const members = [adult(insured, 'INSURED')];
    const parents = [insured.nir];
    if (kind.adults === 2) {
      const spouse = this.#spouse(line + 1, sex, insured);
      members.push(adult(spouse, 'SPOUSE'));
      parents.push(spouse.nir);
    }
    const size = members.length + kind.children;
    const firstYear = Math.max(OLDEST_CHILD_BIRTH_YEAR, insured.birthYear + 22);
    while (members.length < size && year >= firstYear) {
      if (year <= LAST_BIRTH_YEAR_OF_OWN_NIR + 1) {
        const lastYear = Math.min(year, LAST_BIRTH_YEAR_OF_OWN_NIR);
        const child = this.#identity(line + members.length, drawSex(random), lastYear);
        members.push({ ...adult(child, 'CHILD'), alsoUnder: parents });
        year = child.birthYear;
      } else {
        const birthDate = completeDate(random, year, 1 + random.below(12));
        members.push(youngChild(birthDate, 1, parents));
        const twins = members.length < size && random.chance(TWINS_PER_MILLE);
        if (twins) members.push(youngChild(birthDate, 2, parents));
      }
      year -= 2 + random.below(3);
    }
    return members;
  }

  #spouse(line: number, sex: Sex, insured: Identity): Identity {
    const random = this.#random;
    const otherSex = sex === 1 ? 2 : 1;
    const spouseSex = random.chance(SAME_SEX_COUPLE_PER_MILLE) ? sex : otherSex;
    const lastYear = Math.min(LAST_BIRTH_YEAR_OF_ADULT, insured.birthYear + random.below(4));
    return this.#identity(line, spouseSex, lastYear);
  }

  /** Written as text at once, in the order of FeedPerson: 33 million lines leave no time to build objects first. */
  #lineOf(member: Member, contract: Contract, line: number): string {
    const random = this.#random;
    const own = random.chance(OWN_COVER_PER_MILLE);
    const history = own ? at(HISTORY_BY_SHARE, random.below(1000)) : contract.history;
    const alsoUnder = member.alsoUnder.length === 0 ? '' : `"${member.alsoUnder.join('","')}"`;
    const identityDoor = member.hasOwnNir && random.chance(IDENTITY_DOOR_PER_MILLE);
    return (
      `{"op":"UPSERT","ref":"${token(random)}","memberNo":"${contract.memberNo}",` +
      `"beneficiary":{"nir":"${member.nir}","birthDate":"${member.birthDate}","birthRank":${member.birthRank},` +
      `"quality":"${member.quality}","alsoUnder":[${alsoUnder}]},"card":${cardText(random, history)},` +
      `"identityDoor":${identityDoor},${this.#routing},"responsible":${contract.responsible},` +
      `"product":"${contract.product.code}","periods":${PERIODS_TEXT.get(contract.product)?.get(history)}` +
      `${this.#isCanary(line) ? ',"canary":true' : ''}}`
    );
  }

  /** Exactly so many of each 10,000; draws nothing, so that every other line stays what it was. */
  #isCanary(line: number): boolean {
    if (this.#canaries === 0) return false;
    const key = this.#seed[2] + Math.floor(line / BLOCK_LINES);
    return shuffled(line % BLOCK_LINES, 100, 100, key) < this.#canaries;
  }
}

function drawSex(random: SeededRandom): Sex {
  return random.chance(500) ? 1 : 2;
}

function adultBirthYear(random: SeededRandom): number {
  return random.chance(VERY_OLD_PER_MILLE) ? 1920 + random.below(17) : 1937 + random.below(70);
}

function adult({ nir, birthDate }: Identity, quality: Member['quality']): Member {
  return { nir, birthDate, birthRank: 1, quality, alsoUnder: [], hasOwnNir: true };
}

/** Under 16: asked for under the first parent's NIR, and also under the second's. */
function youngChild(birthDate: string, birthRank: number, parents: readonly string[]): Member {
  const [nir, ...alsoUnder] = parents;
  if (nir === undefined) throw new Error('a child needs a parent');
  return { nir, birthDate, birthRank, quality: 'CHILD', alsoUnder, hasOwnNir: false };
}

/** A card lives for a calendar year: the year cover ends or begins; for the others next year's may be out already. */
function cardText(random: SeededRandom, history: CoverHistory): string {
  if (!random.chance(CARD_PER_MILLE)) return 'null';
  const year = cardYear(random, history);
  return `{"handle":"${token(random)}","from":"${year}-01-01","to":"${year}-12-31"}`;
}

function cardYear(random: SeededRandom, { stretches }: CoverHistory): string {
  const [from] = at(stretches, 0);
  const [, to] = at(stretches, stretches.length - 1);
  if (to !== null && to < '2027') return to.slice(0, 4);
  return from > '2027' || random.chance(CARD_OF_NEXT_YEAR_PER_MILLE) ? '2027' : '2026';
}

// ---- Out ---------------------------------------------------------------------------------------------------------

/** The lines of a file from one line on (the first is 0), without newlines. */
export function* personLines(options: PeopleOptions, fromLine = 0): Generator<string, void, undefined> {
  for (const household of households(options, { from: fromLine, to: options.count })) yield* household;
}

/** The same by blocks of the manifest, from one block on: a block costs the same wherever it stands. */
export function* peopleBlocks(
  options: PeopleOptions,
  fromBlock = 0,
): Generator<PeopleBlock, void, undefined> {
  for (let from = fromBlock * BLOCK_LINES; from < options.count; from += BLOCK_LINES) {
    yield peopleBlock(options, { from, to: Math.min(from + BLOCK_LINES, options.count) });
  }
}

/** Bytes household by household: strings kept until the block is full would double the time, all of it for the collector. */
function peopleBlock(options: PeopleOptions, range: LineRange): PeopleBlock {
  const room = Buffer.allocUnsafeSlow((range.to - range.from) * MAX_LINE_BYTES);
  let size = 0;
  let count = 0;
  for (const household of households(options, range)) {
    size += room.write(`${household.join('\n')}\n`, size, 'latin1');
    count += 1;
  }
  return { lines: range.to - range.from, households: count, bytes: room.subarray(0, size) };
}

type LineRange = { from: number; to: number };

/** Households cut to the range. It begins at the neighbourhood `from` stands in, and blocks hold whole ones. */
function* households(options: PeopleOptions, { from, to }: LineRange): Generator<string[], void, undefined> {
  if (!Number.isInteger(options.count) || options.count < 1 || options.count > MAX_PEOPLE) {
    throw new RangeError(`count must be 1 to ${MAX_PEOPLE}`);
  }
  const town = new Town(options);
  let line = from - (from % NEIGHBOURHOOD_LINES);
  while (line < to) {
    const household = town.household(line, NEIGHBOURHOOD_LINES - (line % NEIGHBOURHOOD_LINES));
    const wanted = household.slice(Math.max(0, from - line), Math.max(0, to - line));
    if (wanted.length > 0) yield wanted;
    line += household.length;
  }
}
