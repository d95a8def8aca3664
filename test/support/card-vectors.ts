// Makes test/vectors/cards.json: keys, trust list, status lists and the good cards; the bad ones are in
// card-vectors-bad.ts. Everything follows from names and fixed days, so the same file comes out each time.

import {
  type Before,
  base64url,
  CIMES,
  cardOf,
  claimsOf,
  DOMAIN_NUMBERS,
  KEYS,
  NOON,
  PERIODS,
  payloadOf,
  REVOKED,
  SHARD_0,
  SHARD_1,
  SHARD_BITS,
  type Spec,
  seconds,
  statusList,
  type Vector,
  VIEUX_PORT,
} from './card-vector-base.ts';
import { type Bytes, hex, malleated, message, type TestKey } from './card-vector-tools.ts';
import { badVectors } from './card-vectors-bad.ts';

type Good = { name: string; why: string; spec?: Partial<Spec>; key?: TestKey; card?: Bytes } & Partial<
  Pick<Vector, 'at' | 'status'>
>;

function good({ name, why, spec = {}, key, card, at = NOON, status }: Good): Vector {
  const list = status ? { status } : {};
  const claims = claimsOf(spec);
  const known = status !== undefined && status === claims.statusList.shard ? 'not-revoked' : null;
  return {
    name,
    why,
    card: base64url(card ?? cardOf(spec, key)),
    at,
    ...list,
    expected: { valid: true, reason: null, status: known, claims },
  };
}

const everyDomain = (rule: (at: number) => string) =>
  Object.fromEntries(Object.keys(DOMAIN_NUMBERS).map((domain, at) => [domain, rule(at)]));
const HANDLE_2 = hex('00ffeeddccbbaa998877665544332211');

function goodVectors(): Vector[] {
  return [
    good({ name: 'standard', why: 'a printed card of six domains, 189 bytes', status: SHARD_0 }),
    good({
      name: 'no-status-list',
      why: 'no status list at hand: valid, but nobody knows whether it was revoked',
    }),
    good({
      name: 'status-list-of-another-shard',
      why: 'a list that does not hold this card says nothing of it',
      status: SHARD_1,
    }),
    good({
      name: 'malleated-signature',
      why: 'the standard card with (r, n - s) instead of (r, s): as valid, and the same handle. Never identify a card by its signature or its bytes',
      card: message({ key: KEYS.current, payload: payloadOf(), signature: malleated }),
      status: SHARD_0,
    }),
    good({ name: 'csr-absent', why: 'routing without a CSR: label 2 is left out', spec: { csr: null } }),
    good({ name: 'csr-shortest', why: 'a CSR of one character', spec: { csr: '7' } }),
    good({ name: 'one-domain', why: 'the smallest cover', spec: { rules: { HOSP: 'R9' } } }),
    good({
      name: 'all-19-domains',
      why: 'every domain number once',
      spec: { rules: everyDomain((at) => `R${at + 1}`) },
    }),
    good({
      name: 'longest',
      why: 'every domain with rule names of 20 characters: the longest card there can be',
      spec: { rules: everyDomain((at) => `RULE-NAME-OF-20_${String(1000 + at)}`), statusIndex: 2 ** 32 - 1 },
    }),
    good({
      name: 'rule-characters',
      why: 'rule names may hold capitals, digits, _ and -',
      spec: { rules: { PHAR: 'A_B-9' } },
    }),
    good({
      name: 'birth-date-incomplete',
      why: 'day and month not known: eight digits are no calendar day',
      spec: { birthDate: '19570000' },
    }),
    good({
      name: 'birth-date-lunar',
      why: 'a month above 12 is used where the day is not known',
      spec: { birthDate: '19861445' },
    }),
    good({
      name: 'birth-date-leading-zeros',
      why: 'the number 570000 means 00570000: always eight digits',
      spec: { birthDate: '00570000' },
    }),
    good({
      name: 'birth-date-zero',
      why: 'nothing is known of the birth date',
      spec: { birthDate: '00000000' },
    }),
    good({ name: 'twin', why: 'second of twins', spec: { birthRank: 2, handle: HANDLE_2 } }),
    good({ name: 'birth-rank-9', why: 'the highest rank', spec: { birthRank: 9 } }),
    good({
      name: 'other-insurer',
      why: 'an insurer without CSR, its own key',
      spec: { insurer: VIEUX_PORT, csr: null, handle: HANDLE_2 },
      key: KEYS.other,
    }),
    good({ name: 'at-nbf', why: 'valid from the very second of nbf', at: '2026-10-31T23:00:00Z' }),
    good({ name: 'last-second', why: 'valid until the second before exp', at: '2027-10-31T22:59:59Z' }),
    good({
      name: 'phone-seven-days',
      why: 'a card on a phone, for seven days; summer time begins in between, so it lasts an hour less',
      at: '2027-03-28T11:00:00Z',
      spec: {
        from: '2027-03-25',
        to: '2027-03-31',
        nbf: seconds('2027-03-25T00:00:00+01:00'),
        exp: seconds('2027-04-01T00:00:00+02:00'),
      },
    }),
    good({
      name: 'previous-quarters-key',
      why: 'the key signs no more, but counts for the cards it signed',
      key: KEYS.previous,
      spec: {
        from: '2026-03-01',
        to: '2027-02-28',
        nbf: seconds('2026-03-01T00:00:00+01:00'),
        exp: seconds('2027-03-01T00:00:00+01:00'),
      },
    }),
    good({
      name: 'keys-last-minutes',
      why: 'days are days in Paris: at 22:59 UTC it is still the last day of the key',
      key: KEYS.current,
      at: '2027-12-31T22:59:59Z',
      spec: { to: '2028-01-31', exp: seconds('2028-02-01T00:00:00+01:00') },
    }),
    good({
      name: 'day-before-key-was-revoked',
      why: 'on 2026-11-09 the key still counted',
      key: KEYS.stolen,
      at: '2026-11-09T11:00:00Z',
      spec: { insurer: CIMES, convType: 'RC', csr: '7380' },
    }),
    good({
      name: 'status-index-0',
      why: 'the first bit of the first shard',
      spec: { statusIndex: 0 },
      status: SHARD_0,
    }),
    good({
      name: 'status-index-last-of-shard',
      why: 'bit 1,048,575 of the first shard',
      spec: { statusIndex: SHARD_BITS - 1 },
      status: SHARD_0,
    }),
    good({
      name: 'status-index-second-shard',
      why: 'index 1,048,576 is bit 0 of the second shard',
      spec: { statusIndex: SHARD_BITS },
      status: SHARD_1,
    }),
    good({
      name: 'neighbour-of-a-revoked-card',
      why: 'bit 776 is not bit 777',
      spec: { statusIndex: REVOKED.shard0 - 1 },
      status: SHARD_0,
    }),
    good({
      name: 'bit-of-the-other-shard',
      why: 'bit 777 of the second shard is not bit 777 of the first',
      spec: { statusIndex: SHARD_BITS + REVOKED.shard0 },
      status: SHARD_1,
    }),
  ];
}

const NOTE = [
  'Test vectors of the Rempart card; docs/card-format.md says how to use them. Everything is fictitious.',
  'The private keys are here so that anybody can make the vectors again. They are worthless: never trust them.',
  'card: base64url of the bytes. at: when it is shown. status: which of statusLists is at hand (absent: none).',
  'expected.reason is the first thing found wrong in the order of the document. expected.status: not-revoked, or null when nobody can know.',
];

/** The whole file as text. */
export function cardVectorsFile(before: Before): string {
  const lists = {
    [SHARD_0]: statusList(SHARD_0, [REVOKED.shard0], before),
    [SHARD_1]: statusList(SHARD_1, [REVOKED.shard1], before),
  };
  const cards = Object.entries(PERIODS).map(([name, period]) => {
    const { kid, insurer, jwk } = KEYS[name as keyof typeof KEYS];
    return { kid: base64url(kid), insurer, jwk, ...period };
  });
  const head = {
    note: NOTE,
    trust: { ledger: null, cards, packs: { jwk: null }, issuedAt: '2026-11-21T08:00:00Z' },
    worthlessPrivateKeys: Object.fromEntries(
      Object.values(KEYS).map(({ kid, jwk, d }) => [base64url(kid), { ...jwk, d }]),
    ),
    statusLists: Object.fromEntries(
      Object.entries(lists).map(([shard, { token }]) => [shard, base64url(token)]),
    ),
  };
  const vectors = [...goodVectors(), ...badVectors()];
  const text = JSON.stringify(head, null, 1).slice(0, -2);
  return `${text},\n "vectors": [\n${vectors.map((one) => `  ${JSON.stringify(one)}`).join(',\n')}\n ]\n}\n`;
}

/** The lists of a file that is there, for `Before`. */
export function deflatedOf(
  file: { statusLists: Record<string, string> },
  open: (token: Bytes) => Bytes,
): Before {
  return {
    deflated: Object.fromEntries(
      Object.entries(file.statusLists).map(([shard, token]) => [
        shard,
        base64url(open(new Uint8Array(Buffer.from(token, 'base64url')))),
      ]),
    ),
  };
}
