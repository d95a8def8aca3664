// A thousand cards of fictitious people, opened with somebody else's reader: no NIR, no member number, no name on them.

import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { expect, it } from 'vitest';
import { type CardClaims, domainNumber } from '../../src/core/card-claims.ts';
import type { CareDomain } from '../../src/core/care-domains.ts';
import type { CardHandle, RuleId } from '../../src/core/ids.ts';
import { parisMidnight } from '../../src/core/paris-day.ts';
import { addDays, type CareDate } from '../../src/core/period.ts';
import { cardKid, signCard, verifyCard } from '../../src/crypto/card-signature.ts';
import { type FeedPerson, personLines } from '../../src/demo/people.ts';
import { randomSlice } from '../../src/lib/random.ts';
import { betrayed, foreignValues, type KnownPerson } from '../support/card-secrecy.ts';

const INSURER = { amcNo: '0999000101', convType: 'RP', csr: '750100200' };
const GIVEN = ['Camille', 'Lucien', 'Ginette', 'Aurélie', 'Bastien', 'Nour', 'Odile', 'Yanis'];
const FAMILY = ['Tilleul', 'Grandourse', 'Vieuxport', 'Montclair', 'Rivoire', 'Castagnier', 'Delorme'];

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const jwk = pair.publicKey.export({ format: 'jwk' }) as { x: string; y: string };
const key = {
  kid: cardKid(jwk),
  privateKey: createPrivateKey(pair.privateKey.export({ format: 'pem', type: 'pkcs8' })),
};

function claimsOf(person: FeedPerson, at: number): CardClaims {
  const rules = new Map(person.periods.map(({ domain, rule }) => [domain as CareDomain, rule as RuleId]));
  const cover = [...rules].map(([domain, rule]) => ({ domain, rule }));
  return {
    insurer: INSURER.amcNo,
    convType: person.convType,
    csr: person.csr,
    handle: randomSlice(16).toString('base64url') as CardHandle,
    birthDate: person.beneficiary.birthDate,
    birthRank: person.beneficiary.birthRank,
    cover: cover.sort((a, b) => domainNumber(a.domain) - domainNumber(b.domain)),
    notBefore: parisMidnight('2026-11-01' as CareDate),
    expires: parisMidnight(addDays('2026-11-01' as CareDate, 365)),
    statusIndex: at * 997,
  } as unknown as CardClaims;
}

const people = [...personLines({ seed: 'card-secrecy', insurer: INSURER, count: 1_000 })].map(
  (line) => JSON.parse(line) as FeedPerson,
);
const knownOf = (person: FeedPerson, at: number): KnownPerson => ({
  nir: person.beneficiary.nir,
  memberNo: person.memberNo,
  names: [GIVEN[at % GIVEN.length] ?? '', FAMILY[at % FAMILY.length] ?? ''],
});

it('no card of a thousand holds a NIR, a member number, a name or the insurer’s reference of its holder', () => {
  const sizes: number[] = [];
  for (const [at, person] of people.entries()) {
    const card = signCard(claimsOf(person, at), key);
    expect(betrayed(card, knownOf(person, at))).toEqual([]);
    for (const other of person.beneficiary.alsoUnder) {
      expect(betrayed(card, { nir: other, memberNo: person.ref, names: [] })).toEqual([]);
    }
    sizes.push(card.length);
  }
  expect(sizes.length).toBe(1_000);
  expect(Math.max(...sizes)).toBeLessThan(220);
});

it('no text on a card is anything but insurer, convention, CSR and rules', () => {
  const texts = people.flatMap((person, at) =>
    foreignValues(signCard(claimsOf(person, at), key)).filter((value) => typeof value === 'string'),
  );
  const rules = new Set(people.flatMap(({ periods }) => periods.map(({ rule }) => rule)));
  const allowed = new Set([INSURER.amcNo, INSURER.convType, INSURER.csr, ...rules]);
  expect([...new Set(texts)].filter((text) => !allowed.has(text as string))).toEqual([]);
  expect([...rules].every((rule) => /^R\d+$/.test(rule))).toBe(true);
});

const [someone] = people as [FeedPerson];
const known = knownOf(someone, 0);
const cardWith = (changes: Partial<Record<keyof CardClaims, unknown>>) =>
  signCard({ ...claimsOf(someone, 0), ...changes } as CardClaims, key);
const asHandle = (bytes: Buffer) =>
  Buffer.concat([bytes, Buffer.alloc(16 - bytes.length)]).toString('base64url');
const packed = Buffer.from(known.nir.slice(0, 13).padStart(14, '0'), 'hex');

it.each([
  ['the NIR as a rule', { cover: [{ domain: 'PHAR', rule: known.nir }] }],
  ['the NIR’s 13 characters as a rule', { cover: [{ domain: 'PHAR', rule: known.nir.slice(0, 13) }] }],
  ['the NIR’s 13 digits as a number', { statusIndex: Number(known.nir.slice(0, 13)) }],
  ['the NIR packed two digits a byte', { handle: asHandle(packed) }],
  ['the NIR as text in the handle', { handle: asHandle(Buffer.from(known.nir)) }],
  ['the member number as a rule', { cover: [{ domain: 'PHAR', rule: known.memberNo }] }],
  ['a name as a rule', { cover: [{ domain: 'PHAR', rule: known.names[0]?.toUpperCase() }] }],
])('the search finds %s', (_what, changes) => {
  expect(betrayed(cardWith(changes), known).length).toBeGreaterThan(0);
});

it('two cards of one person share neither handle nor signature: nothing of the holder is in either', () => {
  const [one, other] = [
    cardWith({ handle: asHandle(randomSlice(16)) }),
    cardWith({ handle: asHandle(randomSlice(16)) }),
  ];
  const trust = {
    cards: new Map([
      [
        Buffer.from(key.kid).toString('base64url'),
        {
          kid: Buffer.from(key.kid).toString('base64url'),
          insurer: INSURER.amcNo as CardClaims['insurer'],
          jwk: { kty: 'EC', crv: 'P-256', x: jwk.x, y: jwk.y } as const,
          from: '2026-01-01' as CareDate,
          to: '2027-12-31' as CareDate,
          revokedOn: null,
        },
      ],
    ]),
  };
  const moment = { at: parisMidnight('2026-11-22' as CareDate), day: '2026-11-22' as CareDate };
  const verdicts = [one, other].map((card) => verifyCard(card, trust, moment));
  const handles = verdicts.map((verdict) => (verdict.valid ? verdict.claims.handle : verdict.reason));
  expect(new Set(handles).size).toBe(2);
  expect(handles[0]).toMatch(/^[\w-]{22}$/);
});
