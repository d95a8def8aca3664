// One line of an insurer's feed (CONTRACT.md 3.3): is it well formed, and what does it say?
// Written by hand because it runs on every line of an import; a schema validator costs ten times as much.
// Must never repair a value, keep an unknown property, or let a value of the line into a reason.
import type { RawBirthDate } from './birth-date.ts';
import { isRawBirthDate } from './birth-date.ts';
import { careDomainRank, isCareDomain } from './care-domains.ts';
import type { CoverPeriod, Rights } from './entitlement.ts';
import type { Sentence } from './feed-line-reasons.ts';
import { REASONS } from './feed-line-reasons.ts';
import type { BirthRank, CardHandle, MemberNo, SubjectRef } from './ids.ts';
import {
  isBirthRank,
  isCardHandle,
  isConvType,
  isCsr,
  isMemberNo,
  isProductCode,
  isRuleId,
  isSubjectRef,
} from './ids.ts';
import type { Unchecked } from './json-object.ts';
import { hasOnly, isJsonObject } from './json-object.ts';
import type { Nir } from './nir.ts';
import { checkNir, isNir } from './nir.ts';
import type { CareDate } from './period.ts';
import { isCareDate, isImpossible, overlaps } from './period.ts';

export type FeedLineReason = keyof typeof REASONS;
/** Every reason with what to say to the insurer. */
export const FEED_LINE_REASONS: Readonly<Record<FeedLineReason, Sentence>> = REASONS;

export const MAX_PERIODS = 200;
export const MAX_ALSO_UNDER = 4;

export type Quality = 'INSURED' | 'SPOUSE' | 'CHILD' | 'OTHER';

/** What all operations say: whose line this is, under every door it may have. */
type Person = {
  readonly ref: SubjectRef;
  readonly memberNo: MemberNo;
  readonly nir: Nir;
  readonly birthDate: RawBirthDate;
  readonly birthRank: BirthRank;
  /** Sorted, without `nir` itself and without repeats, so that no door is made twice. */
  readonly alsoUnder: readonly Nir[];
};
type PersonWithQuality = Person & { readonly quality: Quality | null };

export type FeedCard = { readonly handle: CardHandle; readonly from: CareDate; readonly to: CareDate };

export type UpsertLine = Person & {
  readonly op: 'UPSERT';
  readonly quality: Quality;
  readonly card: FeedCard | null;
  readonly identityDoor: boolean;
  /** Periods in the order of CARE_DOMAINS, then by first day. */
  readonly rights: Rights;
};
/** `on` is the last day of cover. */
export type CloseLine = Person & { readonly op: 'CLOSE'; readonly on: CareDate };
export type EraseLine = Person & { readonly op: 'ERASE'; readonly cardHandle: CardHandle | null };
export type FeedLine = UpsertLine | CloseLine | EraseLine;

export type FeedLineResult =
  | { readonly ok: true; readonly line: FeedLine }
  | { readonly ok: false; readonly reason: FeedLineReason; readonly ref: SubjectRef | null };

type RawLine = Unchecked<
  | 'op'
  | 'ref'
  | 'memberNo'
  | 'beneficiary'
  | 'card'
  | 'identityDoor'
  | 'convType'
  | 'csr'
  | 'responsible'
  | 'product'
  | 'periods'
  | 'canary'
  | 'on'
>;

const UPSERT_PROPERTIES: ReadonlySet<string> = new Set([
  'op',
  'ref',
  'memberNo',
  'beneficiary',
  'card',
  'identityDoor',
  'convType',
  'csr',
  'responsible',
  'product',
  'periods',
  'canary',
]);
const CLOSE_PROPERTIES: ReadonlySet<string> = new Set(['op', 'ref', 'memberNo', 'beneficiary', 'on']);
const ERASE_PROPERTIES: ReadonlySet<string> = new Set(['op', 'ref', 'memberNo', 'beneficiary', 'card']);
const BENEFICIARY_PROPERTIES: ReadonlySet<string> = new Set([
  'nir',
  'birthDate',
  'birthRank',
  'quality',
  'alsoUnder',
]);
const CARD_PROPERTIES: ReadonlySet<string> = new Set(['handle', 'from', 'to']);
const PERIOD_PROPERTIES: ReadonlySet<string> = new Set(['domain', 'from', 'to', 'rule']);

/**
 * Checks one line that JSON.parse has read. Reports the first thing wrong, in the order in which the contract writes
 * the properties, with the line's `ref` when that at least is well formed.
 */
export function readFeedLine(value: unknown): FeedLineResult {
  if (!isJsonObject(value)) return { ok: false, reason: 'not-an-object', ref: null };
  const raw: RawLine = value;
  const line = readByOp(raw);
  if (typeof line !== 'string') return { ok: true, line };
  return { ok: false, reason: line, ref: isSubjectRef(raw.ref) ? raw.ref : null };
}

// From here on a text is the reason for a refusal, an object is what was read: nothing is allocated to say no.
function readByOp(raw: RawLine): FeedLine | FeedLineReason {
  switch (raw.op) {
    case 'UPSERT':
      return hasOnly(raw, UPSERT_PROPERTIES) ? readUpsert(raw) : 'property-unknown';
    case 'CLOSE':
      return hasOnly(raw, CLOSE_PROPERTIES) ? readClose(raw) : 'property-unknown';
    case 'ERASE':
      return hasOnly(raw, ERASE_PROPERTIES) ? readErase(raw) : 'property-unknown';
    default:
      return 'op-unknown';
  }
}

function readUpsert(raw: RawLine): UpsertLine | FeedLineReason {
  const person = readPerson(raw);
  if (typeof person === 'string') return person;
  const { quality, ref, memberNo, nir, birthDate, birthRank, alsoUnder } = person;
  if (quality === null) return 'quality-unknown';
  const card = readCard(raw.card);
  if (typeof card === 'string') return card;
  const identityDoor = raw.identityDoor === undefined ? false : raw.identityDoor;
  if (typeof identityDoor !== 'boolean') return 'identity-door-malformed';
  const rights = readRights(raw, card);
  if (typeof rights === 'string') return rights;
  return {
    op: 'UPSERT',
    ref,
    memberNo,
    nir,
    birthDate,
    birthRank,
    quality,
    alsoUnder,
    card,
    identityDoor,
    rights,
  };
}

function readClose(raw: RawLine): CloseLine | FeedLineReason {
  const person = readPerson(raw);
  if (typeof person === 'string') return person;
  const { ref, memberNo, nir, birthDate, birthRank, alsoUnder } = person;
  const { on } = raw;
  if (!isCareDate(on)) return 'close-date-malformed';
  return { op: 'CLOSE', ref, memberNo, nir, birthDate, birthRank, alsoUnder, on };
}

function readErase(raw: RawLine): EraseLine | FeedLineReason {
  const person = readPerson(raw);
  if (typeof person === 'string') return person;
  const { ref, memberNo, nir, birthDate, birthRank, alsoUnder } = person;
  const card = readCard(raw.card);
  if (typeof card === 'string') return card;
  return {
    op: 'ERASE',
    ref,
    memberNo,
    nir,
    birthDate,
    birthRank,
    alsoUnder,
    cardHandle: card?.handle ?? null,
  };
}

function readPerson(raw: RawLine): PersonWithQuality | FeedLineReason {
  const { ref, memberNo, beneficiary } = raw;
  if (!isSubjectRef(ref)) return 'ref-malformed';
  if (!isMemberNo(memberNo)) return 'member-no-malformed';
  if (!isJsonObject(beneficiary)) return 'beneficiary-malformed';
  if (!hasOnly(beneficiary, BENEFICIARY_PROPERTIES)) return 'property-unknown';
  return readBeneficiary(beneficiary, { ref, memberNo });
}

function readBeneficiary(
  raw: Unchecked<'nir' | 'birthDate' | 'birthRank' | 'quality' | 'alsoUnder'>,
  { ref, memberNo }: Pick<Person, 'ref' | 'memberNo'>,
): PersonWithQuality | FeedLineReason {
  const { nir, birthDate, birthRank, quality } = raw;
  if (!isNir(nir)) return nirReason(nir);
  if (!isRawBirthDate(birthDate)) return 'birth-date-malformed';
  if (!isBirthRank(birthRank)) return 'birth-rank-malformed';
  if (quality !== undefined && !isQuality(quality)) return 'quality-unknown';
  const alsoUnder = readAlsoUnder(raw.alsoUnder, nir);
  if (typeof alsoUnder === 'string') return alsoUnder;
  return { ref, memberNo, nir, birthDate, birthRank, quality: quality ?? null, alsoUnder };
}

function nirReason(nir: unknown): FeedLineReason {
  const reason = typeof nir === 'string' ? checkNir(nir) : 'length';
  if (reason === 'key') return 'nir-key';
  return reason === 'shape' ? 'nir-shape' : 'nir-length';
}

function isQuality(value: unknown): value is Quality {
  return value === 'INSURED' || value === 'SPOUSE' || value === 'CHILD' || value === 'OTHER';
}

const NOBODY_ELSE: readonly Nir[] = [];

// Absent means nobody else: the least that a line can open.
function readAlsoUnder(value: unknown, own: Nir): readonly Nir[] | FeedLineReason {
  if (value === undefined) return NOBODY_ELSE;
  if (!isShortNirList(value)) return 'also-under-malformed';
  if (value.length === 0) return NOBODY_ELSE;
  return [...new Set(value)].filter((nir) => nir !== own).sort();
}

function isShortNirList(value: unknown): value is readonly Nir[] {
  return Array.isArray(value) && value.length <= MAX_ALSO_UNDER && value.every(isNir);
}

function readCard(value: unknown): FeedCard | null | FeedLineReason {
  if (value === undefined || value === null) return null;
  if (!isJsonObject(value)) return 'card-malformed';
  if (!hasOnly(value, CARD_PROPERTIES)) return 'property-unknown';
  const { handle, from, to }: Unchecked<'handle' | 'from' | 'to'> = value;
  if (!isCardHandle(handle) || !isCareDate(from) || !isCareDate(to)) return 'card-malformed';
  const card = { handle, from, to };
  return isImpossible(card) ? 'card-period-impossible' : card;
}

function readRights(raw: RawLine, card: FeedCard | null): Rights | FeedLineReason {
  const { convType, responsible, product } = raw;
  const csr = raw.csr === undefined ? null : raw.csr;
  if (!isConvType(convType) || !(csr === null || isCsr(csr))) return 'routing-malformed';
  if (typeof responsible !== 'boolean') return 'responsible-malformed';
  if (!isProductCode(product)) return 'product-malformed';
  const periods = readPeriods(raw.periods);
  if (typeof periods === 'string') return periods;
  const { canary = false } = raw;
  if (typeof canary !== 'boolean') return 'canary-malformed';
  const cardDays = card === null ? null : { from: card.from, to: card.to };
  const rights = { product, responsible, convType, csr, card: cardDays, periods };
  return canary ? { ...rights, canary } : rights;
}

// An empty list is refused: somebody without cover has no place in the registry (CLOSE, or absence from a full feed).
function readPeriods(value: unknown): readonly CoverPeriod[] | FeedLineReason {
  if (!Array.isArray(value) || value.length === 0 || value.length > MAX_PERIODS) return 'periods-malformed';
  const periods: CoverPeriod[] = [];
  for (const item of value) {
    const period = readPeriod(item);
    if (typeof period === 'string') return period;
    periods.push(period);
  }
  periods.sort(comparePeriods);
  return haveOverlap(periods) ? 'period-overlap' : periods;
}

// `to` must be written: a lost property must not turn into cover without end.
function readPeriod(value: unknown): CoverPeriod | FeedLineReason {
  if (!isJsonObject(value)) return 'periods-malformed';
  if (!hasOnly(value, PERIOD_PROPERTIES)) return 'property-unknown';
  const { domain, from, to, rule }: Unchecked<'domain' | 'from' | 'to' | 'rule'> = value;
  if (!isCareDomain(domain)) return 'domain-unknown';
  if (!isCareDate(from) || !(to === null || isCareDate(to))) return 'periods-malformed';
  if (!isRuleId(rule)) return 'rule-malformed';
  const period = { domain, from, to, rule };
  return isImpossible(period) ? 'period-impossible' : period;
}

function comparePeriods(a: CoverPeriod, b: CoverPeriod): number {
  if (a.domain !== b.domain) return careDomainRank(a.domain) - careDomainRank(b.domain);
  if (a.from === b.from) return 0;
  return a.from < b.from ? -1 : 1;
}

// In sorted order an overlap of any two shows between neighbours: what lies between them begins before the later one.
function haveOverlap(sorted: readonly CoverPeriod[]): boolean {
  return sorted.some((period, i) => {
    const before = sorted[i - 1];
    return before !== undefined && before.domain === period.domain && overlaps(before, period);
  });
}

/**
 * One text per meaning: the same whatever the order of properties and periods in the line. The separators occur in no
 * field, so two different lines never give one text. It holds the NIR: only a keyed fingerprint of it may be kept,
 * and only the vault makes that.
 */
export function canonicalUpsert(line: UpsertLine): string {
  const { rights, card } = line;
  const person = `${line.ref}|${line.memberNo}|${line.nir}|${line.birthDate}|${line.birthRank}|${line.quality}`;
  const doors = `${line.alsoUnder.join(',')}|${cardText(card)}|${line.identityDoor}`;
  const contract = `${rights.convType}|${rights.csr ?? ''}|${rights.responsible}|${rights.product}`;
  const canary = rights.canary ? '|canary' : ''; // the same text as ever for everybody else
  return `UPSERT/1|${person}|${doors}|${contract}|${rights.periods.map(periodText).join('|')}${canary}`;
}

function cardText(card: FeedCard | null): string {
  return card === null ? '' : `${card.handle},${card.from},${card.to}`;
}

function periodText({ domain, from, to, rule }: CoverPeriod): string {
  return `${domain},${from},${to ?? ''},${rule}`;
}
