// Laws of the feed line: total, deaf to order, intolerant of junk anywhere, and a canonical text per meaning.
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CARE_DOMAINS } from './care-domains.ts';
import type { UpsertLine } from './feed-line.ts';
import { canonicalUpsert, FEED_LINE_REASONS, readFeedLine } from './feed-line.ts';
import { nirKey } from './nir.ts';
import type { CareDate } from './period.ts';
import { addDays } from './period.ts';

type Json = { [property: string]: unknown };

const day = fc.nat(500).map((n) => addDays('2025-06-01' as CareDate, n));
const sixteenBytes = fc
  .uint8Array({ minLength: 16, maxLength: 16 })
  .map((bytes) => Buffer.from(bytes).toString('base64url'));
// Communes 991 to 998 do not exist: nobody has these numbers.
const fictitiousNir = fc.tuple(fc.integer({ min: 991, max: 998 }), fc.nat(999)).map(([commune, order]) => {
  const first13 = `1850575${commune}${String(order).padStart(3, '0')}`;
  return first13 + nirKey(first13);
});
const code = fc.string({ unit: fc.constantFrom(...'ABZ019-_'), minLength: 1, maxLength: 20 });

/** Periods of one domain that do not overlap: consecutive pairs of sorted days, the last one perhaps open. */
const periodsOf = (domain: string) =>
  fc
    .tuple(fc.uniqueArray(day, { minLength: 2, maxLength: 6 }), fc.boolean(), code)
    .map(([days, open, rule]) => {
      const sorted = days.toSorted();
      const pairs = Array.from({ length: Math.floor(sorted.length / 2) }, (_, i) =>
        sorted.slice(2 * i, 2 * i + 2),
      );
      return pairs.map(([from, to], i) => ({
        domain,
        from,
        to: open && i === pairs.length - 1 ? null : to,
        rule,
      }));
    });
const periods = fc
  .subarray([...CARE_DOMAINS], { minLength: 1 })
  .chain((domains) => fc.tuple(...domains.map(periodsOf)))
  .map((lists) => lists.flat());

const card = fc
  .tuple(sixteenBytes, day, fc.nat(400))
  .map(([handle, from, days]) => ({ handle, from, to: addDays(from, days) }));

const upsert: fc.Arbitrary<Json> = fc.record({
  op: fc.constant('UPSERT'),
  ref: sixteenBytes,
  memberNo: fc.string({ unit: fc.constantFrom(...'GHZ0189'), minLength: 1, maxLength: 20 }),
  beneficiary: fc.record({
    nir: fictitiousNir,
    birthDate: fc.nat(99_999_999).map((n) => String(n).padStart(8, '0')),
    birthRank: fc.integer({ min: 1, max: 9 }),
    quality: fc.constantFrom('INSURED', 'SPOUSE', 'CHILD', 'OTHER'),
    alsoUnder: fc.array(fictitiousNir, { maxLength: 4 }),
  }),
  card: fc.option(card),
  identityDoor: fc.boolean(),
  convType: fc.constantFrom('VM', 'AL', 'R0'),
  csr: fc.option(fc.string({ unit: fc.constantFrom(...'AZ09'), minLength: 1, maxLength: 9 })),
  responsible: fc.boolean(),
  product: code,
  periods,
  canary: fc.boolean(),
});

function read(value: unknown): UpsertLine {
  const result = readFeedLine(value);
  if (!result.ok || result.line.op !== 'UPSERT') throw new Error(result.ok ? result.line.op : result.reason);
  return result.line;
}

/** The same JSON with properties and lists in reverse order, at every level. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed).reverse();
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, inner]) => [name, reversed(inner)]),
  );
}

/** All objects inside a line, the line itself included. */
function objectsIn(value: unknown): Json[] {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.values(value).flatMap(objectsIn);
  return Array.isArray(value) ? inner : [value as Json, ...inner];
}

test('every line made by the rules is read, and keeps what it said', () => {
  fc.assert(
    fc.property(upsert, (json) => {
      const line = read(json);
      expect(line).toMatchObject({ ref: json['ref'], memberNo: json['memberNo'], card: json['card'] });
      expect(line.rights.periods).toHaveLength((json['periods'] as unknown[]).length);
    }),
  );
});

test('the order of properties, periods and other NIRs carries no meaning', () => {
  fc.assert(
    fc.property(upsert, (json) => {
      expect(read(reversed(json))).toEqual(read(json));
      expect(canonicalUpsert(read(reversed(json)))).toBe(canonicalUpsert(read(json)));
    }),
  );
});

test('two lines have one canonical text exactly when they mean the same', () => {
  const pairs = fc.tuple(upsert, upsert).chain(([a, b]) => {
    // Lines that differ in a few properties only, so that equal texts are really possible.
    const names = fc.subarray(Object.keys(a));
    return names.map(
      (kept) => [a, { ...b, ...Object.fromEntries(kept.map((name) => [name, a[name]])) }] as const,
    );
  });
  fc.assert(
    fc.property(pairs, ([a, b]) => {
      const same = isDeepStrictEqual(read(a), read(b));
      expect(canonicalUpsert(read(a)) === canonicalUpsert(read(b))).toBe(same);
    }),
  );
});

test('an unknown property is refused wherever it stands', () => {
  fc.assert(
    fc.property(upsert, fc.nat(), fc.string({ minLength: 1 }), (json, at, name) => {
      const line = structuredClone(json);
      const objects = objectsIn(line);
      const target = objects[at % objects.length] ?? line;
      fc.pre(!(name in target));
      target[name] = 'anything';
      expect(readFeedLine(line)).toMatchObject({ ok: false, reason: 'property-unknown' });
    }),
  );
});

test('junk in place of any value is refused with a reason of the catalogue', () => {
  const junk = fc.constantFrom<unknown>('', ' ', 'é', -1, 0.5, {}, [[]], [null], '2026/02/30', Number.NaN);
  fc.assert(
    fc.property(upsert, fc.nat(), fc.nat(), junk, (json, at, which, value) => {
      const line = structuredClone(json);
      const objects = objectsIn(line);
      const target = objects[at % objects.length] ?? line;
      const names = Object.keys(target);
      target[names[which % names.length] ?? 'op'] = value;
      const result = readFeedLine(line);
      expect(result.ok ? 'accepted' : Object.hasOwn(FEED_LINE_REASONS, result.reason)).toBe(true);
    }),
  );
});

test('any JSON gets an answer and never an error', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(readFeedLine(value).ok).toBe(false);
    }),
  );
});

test('two periods of one domain that share a day are refused, wherever they stand in the list', () => {
  fc.assert(
    fc.property(upsert, fc.nat(), fc.nat(), (json, which, place) => {
      const list = json['periods'] as Json[];
      const twin = { ...list[which % list.length], rule: 'TWIN' };
      const at = place % (list.length + 1);
      const line = { ...json, periods: [...list.slice(0, at), twin, ...list.slice(at)] };
      expect(readFeedLine(line)).toMatchObject({ ok: false, reason: 'period-overlap' });
    }),
  );
});
