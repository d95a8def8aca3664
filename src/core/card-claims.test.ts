// What a card says: the frozen numbers of the domains, and claims that come back as they were written.
// What is refused stands in test/vectors/cards.json, one vector for each fault.

import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { type CardClaims, decodeClaims, domainNumber, encodeClaims } from './card-claims.ts';
import { CARE_DOMAINS } from './care-domains.ts';
import { type CborValue, decodeCbor, encodeCbor } from './cbor.ts';
import { toBase64url } from './text-codes.ts';

/** Printed cards live for a year: a number is added at the end, and none ever changes. */
const FROZEN = {
  PHAR: 1,
  MED: 2,
  LABO: 3,
  RADL: 4,
  AUXM: 5,
  SAGE: 6,
  EXTE: 7,
  CSTE: 8,
  HOSP: 9,
  OPTI: 10,
  AUDI: 11,
  DESO: 12,
  DEPR: 13,
  ODF: 14,
  TRAN: 15,
  FOUR: 16,
  URGE: 17,
  SVIL: 18,
  DIV: 19,
};

test('the numbers of the care domains are those that printed cards carry', () => {
  expect(Object.fromEntries(CARE_DOMAINS.map((domain) => [domain, domainNumber(domain)]))).toEqual(FROZEN);
});

const letters = (unit: string, minLength: number, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...unit), minLength, maxLength });
const CAPITALS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

const claims: fc.Arbitrary<CardClaims> = fc
  .record({
    insurer: letters('0123456789', 10, 10),
    convType: letters(CAPITALS, 2, 2),
    csr: fc.option(letters(CAPITALS, 1, 9)),
    handle: fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => toBase64url(bytes)),
    birthDate: letters('0123456789', 8, 8),
    birthRank: fc.integer({ min: 1, max: 9 }),
    cover: fc
      .subarray([...CARE_DOMAINS], { minLength: 1 })
      .chain((domains) =>
        fc.tuple(
          ...domains.map((domain) =>
            fc.record({ domain: fc.constant(domain), rule: letters(`${CAPITALS}_-`, 1, 20) }),
          ),
        ),
      ),
    notBefore: fc.integer({ min: 0, max: 2 ** 40 }),
    lasts: fc.integer({ min: 1, max: 2 ** 40 }),
    statusIndex: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  })
  .map(({ lasts, ...rest }) => ({ ...rest, expires: rest.notBefore + lasts }) as unknown as CardClaims);

test('claims come back as they were written, and are written in one way', () => {
  fc.assert(
    fc.property(claims, (one) => {
      const bytes = encodeClaims(one);
      expect(decodeClaims(bytes)).toEqual(one);
      expect(encodeClaims(decodeClaims(bytes) ?? one)).toEqual(bytes);
    }),
  );
});

test('the longest claims with an envelope stay below the limit of a card', () => {
  fc.assert(
    fc.property(claims, (one) => {
      expect(encodeClaims(one).length + 100).toBeLessThanOrEqual(640);
    }),
  );
});

describe('bytes of anybody', () => {
  it('are refused or are claims, and nothing is thrown', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(decodeClaims(bytes)).toBeNull();
      }),
    );
  });

  it('with one entry changed are refused or read as they stand', () => {
    const other = fc.oneof(
      fc.integer(),
      fc.string(),
      fc.uint8Array({ maxLength: 20 }),
      fc.constant(new Map()),
      fc.constant([]),
    );
    fc.assert(
      fc.property(claims, fc.constantFrom(1, 4, 5, 7, -65537), other, (one, label, value) => {
        const map = new Map(decodeCbor(encodeClaims(one)) as Map<number, CborValue>);
        map.set(label, value as CborValue);
        const bytes = encodeCbor(map);
        const read = decodeClaims(bytes);
        if (read) expect(encodeClaims(read)).toEqual(bytes);
      }),
    );
  });
});
