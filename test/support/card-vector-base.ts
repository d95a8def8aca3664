// The world of the card vectors: fictitious insurers, worthless keys, one standard card and what may differ in it.
// Must never use the encoder under test: `card-vector-tools.ts` writes the bytes.

import { deflateSync, inflateSync } from 'node:zlib';
import {
  ALG,
  type Bytes,
  bstr,
  hex,
  int,
  kidEntry,
  map,
  message,
  type TestKey,
  testKey,
  tstr,
} from './card-vector-tools.ts';

export const TILLEULS = '0999000101';
export const VIEUX_PORT = '0999000102';
export const CIMES = '0999000103';

/** Of the day on which most vectors are judged. */
export const NOON = '2026-11-22T11:00:00Z';

export const KEYS = {
  /** Signs since October 2026; its cards count for a year after its quarter. */
  current: testKey('tilleuls 2026 Q4', TILLEULS),
  /** Signs no more, but its cards still count. */
  previous: testKey('tilleuls 2026 Q1', TILLEULS),
  /** Its last day was 2026-09-30. */
  old: testKey('tilleuls 2025 Q3', TILLEULS),
  /** Its first day is 2027-01-01. */
  next: testKey('tilleuls 2027 Q1', TILLEULS),
  other: testKey('vieux-port 2026 Q4', VIEUX_PORT),
  /** Revoked on 2026-11-10. */
  stolen: testKey('cimes 2026 Q3', CIMES),
  /** In no list. */
  stranger: testKey('nobody', TILLEULS),
} as const satisfies Record<string, TestKey>;

export const PERIODS: Partial<Record<keyof typeof KEYS, { from: string; to: string; revokedOn?: string }>> = {
  current: { from: '2026-10-01', to: '2027-12-31' },
  previous: { from: '2026-01-01', to: '2027-03-31' },
  old: { from: '2025-07-01', to: '2026-09-30' },
  next: { from: '2027-01-01', to: '2028-03-31' },
  other: { from: '2026-10-01', to: '2027-12-31' },
  stolen: { from: '2026-07-01', to: '2027-09-30', revokedOn: '2026-11-10' },
};

/** Written out once more on purpose: a printed card lives for a year, so a number never changes its meaning. */
export const DOMAIN_NUMBERS: Readonly<Record<string, number>> = {
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

/** As expected of whoever reads the card. */
export type VectorClaims = {
  insurer: string;
  convType: string;
  csr: string | null;
  handle: string;
  birthDate: string;
  birthRank: number;
  domains: { domain: string; rule: string }[];
  from: string;
  to: string;
  notBefore: number;
  expires: number;
  statusList: { shard: string; index: number };
};

export type Vector = {
  name: string;
  why: string;
  card: string;
  at: string;
  /** Names the status list at hand; absent: none is. */
  status?: string;
  expected: { valid: boolean; reason: string | null; status?: 'not-revoked' | null; claims?: VectorClaims };
};

export const seconds = (instant: string): number => Date.parse(instant) / 1000;
export const SHARD_BITS = 2 ** 20;
export const HANDLE = hex('8f1c3a5e7092b4d6f80a1c2e40526476');

export const STANDARD = {
  insurer: TILLEULS,
  convType: 'RP',
  csr: '750100200' as string | null,
  handle: HANDLE,
  birthDate: '19790614',
  birthRank: 1,
  rules: { PHAR: 'R1', MED: 'R1', LABO: 'R1', AUXM: 'R2', HOSP: 'R1', FOUR: 'R1' } as Record<string, string>,
  from: '2026-11-01',
  to: '2027-10-31',
  nbf: seconds('2026-11-01T00:00:00+01:00'),
  exp: seconds('2027-11-01T00:00:00+01:00'),
  statusIndex: 123_456,
};
export type Spec = typeof STANDARD;

/** One label of the payload; `null` leaves it out. Others are added at the end, sorted or not. */
export type Labels = { outer?: Record<number, Bytes | null>; card?: Record<number, Bytes | null> };

export const coverOf = (rules: Record<string, string>): Bytes =>
  map(
    ...Object.entries(rules)
      .map(([domain, rule]) => [DOMAIN_NUMBERS[domain] ?? 0, rule] as const)
      .sort(([a], [b]) => a - b)
      .map(([number, rule]): [Bytes, Bytes] => [int(number), tstr(rule)]),
  );

/** Whole-number labels in the order of their bytes: 0 and up, then -1 and down. */
function sortedMap(labels: ReadonlyMap<number, Bytes>): Bytes {
  const rank = (label: number) => (label >= 0 ? label : 2 ** 40 - label);
  return map(
    ...[...labels]
      .sort(([a], [b]) => rank(a) - rank(b))
      .map(([label, value]): [Bytes, Bytes] => [int(label), value]),
  );
}

function replaced(base: Map<number, Bytes>, changes: Record<number, Bytes | null> = {}): Bytes {
  for (const [label, value] of Object.entries(changes)) {
    if (value === null) base.delete(Number(label));
    else base.set(Number(label), value);
  }
  return sortedMap(base);
}

export function payloadOf(spec: Partial<Spec> = {}, labels: Labels = {}): Bytes {
  const all = { ...STANDARD, ...spec };
  const card = new Map<number, Bytes>([
    [1, tstr(all.convType)],
    [3, int(Number(all.birthDate))],
    [4, int(all.birthRank)],
    [5, coverOf(all.rules)],
    [6, int(all.statusIndex)],
  ]);
  if (all.csr !== null) card.set(2, tstr(all.csr));
  const outer = new Map<number, Bytes>([
    [1, tstr(all.insurer)],
    [4, int(all.exp)],
    [5, int(all.nbf)],
    [7, bstr(all.handle)],
    [-65537, replaced(card, labels.card)],
  ]);
  return replaced(outer, labels.outer);
}

export const cardOf = (spec: Partial<Spec> = {}, key: TestKey = KEYS.current): Bytes =>
  message({ key, payload: payloadOf(spec) });

export function claimsOf(spec: Partial<Spec>): VectorClaims {
  const all = { ...STANDARD, ...spec };
  return {
    insurer: all.insurer,
    convType: all.convType,
    csr: all.csr,
    handle: base64url(all.handle),
    birthDate: all.birthDate,
    birthRank: all.birthRank,
    domains: Object.entries(DOMAIN_NUMBERS)
      .sort(([, a], [, b]) => a - b)
      .flatMap(([domain]) => (all.rules[domain] ? [{ domain, rule: all.rules[domain] }] : [])),
    from: all.from,
    to: all.to,
    notBefore: all.nbf,
    expires: all.exp,
    statusList: {
      shard: `${all.insurer}-${Math.floor(all.statusIndex / SHARD_BITS)}`,
      index: all.statusIndex % SHARD_BITS,
    },
  };
}

export const base64url = (value: Bytes): string => Buffer.from(value).toString('base64url');
export const SHARD_0 = `${TILLEULS}-0`;
export const SHARD_1 = `${TILLEULS}-1`;

/** Bits that are set, over all shards. */
export const REVOKED = { shard0: 777, shard1: SHARD_BITS + 41 };

/** The file as it was: zlib may compress otherwise in another version of Node, what it says being the same. */
export type Before = { deflated?: Record<string, string> };

export function statusList(shard: string, revoked: readonly number[], before: Before) {
  const bits = Buffer.alloc(SHARD_BITS / 8);
  for (const index of revoked)
    bits.writeUInt8(
      bits.readUInt8((index % SHARD_BITS) >> 3) | (1 << (index & 7)),
      (index % SHARD_BITS) >> 3,
    );
  const known = Buffer.from(before.deflated?.[shard] ?? '', 'base64url');
  const isSame = known.length > 0 && inflateSync(known).equals(bits);
  const deflated = isSame ? known : deflateSync(bits, { level: 9 });
  const list = map([tstr('lst'), bstr(deflated)], [tstr('bits'), int(1)]);
  const issuedAt = seconds('2026-11-22T02:00:00+01:00');
  const payload = map(
    [int(2), tstr(`/status-lists/${shard}`)],
    [int(4), int(issuedAt + 7 * 86_400)],
    [int(6), int(issuedAt)],
    [int(65533), list],
    [int(65534), int(86_400)],
  );
  const header = map(ALG, kidEntry(KEYS.current.kid), [int(16), tstr('application/statuslist+cwt')]);
  return {
    deflated: base64url(new Uint8Array(deflated)),
    token: message({ key: KEYS.current, payload, header }),
  };
}

/** A status list token, signed as it should be: no card. */
export const tokenOfShard0 = (): Bytes => statusList(SHARD_0, [REVOKED.shard0], {}).token;
