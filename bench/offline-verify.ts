// offline-verify: cards verified per second by one core (bytes, signature, claims, status bit) against bare ES256
// verifications of the same signatures, alternating. And what the status lists of the whole country weigh.

import { createPublicKey, generateKeyPairSync, type KeyObject, verify } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import type { CardClaims } from '../src/core/card-claims.ts';
import { CARE_DOMAINS } from '../src/core/care-domains.ts';
import { readSign1 } from '../src/core/cose.ts';
import type { CareDate } from '../src/core/period.ts';
import { isRevoked, SHARD_BITS, SHARD_BYTES, type StatusList, setRevoked } from '../src/core/status-list.ts';
import { toBase64url } from '../src/core/text-codes.ts';
import type { CardKey } from '../src/core/trust-list.ts';
import { cardKid, signCard, verifyCard } from '../src/crypto/card-signature.ts';
import { randomSlice } from '../src/lib/random.ts';
import { inTurns } from './in-turns.ts';
import type { Benchmark } from './report.ts';
import { median } from './statistics.ts';

const ROUNDS = 15;
/** Verified in one round by each side: about half a second. */
const CARDS = 5_000;
/** Verified by one side before it is the other's turn. */
const TURN = 25;
const KEYS = 8;
const DAY = '2026-11-22' as CareDate;
const AT = 1_795_345_200;
const PEOPLE = 33_000_000;
const REVOKED_SHARE = 0.01;

type Made = {
  card: Uint8Array;
  key: KeyObject;
  toBeSigned: Uint8Array;
  signature: Uint8Array;
  claims: CardClaims;
};

export const offlineVerify: Benchmark = {
  name: 'offline-verify',
  summary: 'cards verified without a network against bare ES256 verifications',
  async run(say) {
    const keys = Array.from({ length: KEYS }, (_, at) => newKey(at));
    const trust = { cards: new Map(keys.map(({ listed }) => [listed.kid, listed])) };
    const made = Array.from({ length: CARDS }, (_, at) => makeCard(keys[at % KEYS] as Key, at));
    const list = emptyList();
    const subjectOnce = (some: readonly Made[]) => {
      for (const { card, claims } of some) {
        const verdict = verifyCard(card, trust, { at: AT, day: DAY }, () => list);
        if (!verdict.valid || verdict.claims.handle !== claims.handle)
          throw new Error('a good card was refused');
      }
    };
    const baselineOnce = (some: readonly Made[]) => {
      for (const { key, toBeSigned, signature } of some) {
        if (!verify('sha256', toBeSigned, { key, dsaEncoding: 'ieee-p1363' }, signature))
          throw new Error('refused');
      }
    };
    refusesForgeries(made, trust);
    const measured = inTurns({ all: made, turn: TURN, rounds: ROUNDS, baselineOnce, subjectOnce }, say);
    const bytes = made.map(({ card }) => card.length);
    return {
      unit: 'cards/s',
      ...measured,
      baseline: { name: 'bare ES256 verifications/s', value: measured.baseline },
      switchesOff: [],
      more: { cardBytes: median(bytes), ...nationalLists() },
    };
  },
};

type Key = { listed: CardKey; signing: { kid: Uint8Array; privateKey: KeyObject }; publicKey: KeyObject };

function newKey(at: number): Key {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const kid = cardKid({ x, y });
  const listed: CardKey = {
    kid: toBase64url(kid),
    insurer: `09990001${String(at).padStart(2, '0')}` as CardKey['insurer'],
    jwk: { kty: 'EC', crv: 'P-256', x, y },
    from: '2026-10-01' as CareDate,
    to: '2027-12-31' as CareDate,
    revokedOn: null,
  };
  return { listed, signing: { kid, privateKey }, publicKey: createPublicKey(privateKey) };
}

/** As `rempart card issue` makes them: six domains, a fresh handle, a random place in the lists. */
function makeCard({ listed, signing, publicKey }: Key, at: number): Made {
  const domains = CARE_DOMAINS.filter((_, number) => (at + number) % 19 < 6);
  const claims = {
    insurer: listed.insurer,
    convType: 'RP',
    csr: '750100200',
    handle: randomSlice(16).toString('base64url'),
    birthDate: '19790614',
    birthRank: 1,
    cover: domains.map((domain) => ({ domain, rule: 'R1' })),
    notBefore: AT - 86_400,
    expires: AT + 86_400 * 365,
    statusIndex: randomSlice(4).readUInt32BE() % SHARD_BITS,
  } as unknown as CardClaims;
  const card = signCard(claims, signing);
  const message = readSign1(card);
  if (typeof message === 'string') throw new Error(message);
  const { toBeSigned, signature } = message;
  return { card, claims, key: publicKey, toBeSigned, signature };
}

function emptyList(): Pick<StatusList, 'bits'> {
  return { bits: new Uint8Array(SHARD_BYTES) };
}

/** A verifier that accepts everything would be fast. */
function refusesForgeries(made: readonly Made[], trust: Parameters<typeof verifyCard>[1]): void {
  for (const { card, claims } of made.slice(0, 200)) {
    const forged = card.slice();
    forged[100] = (forged[100] ?? 0) ^ 1;
    const list = emptyList();
    setRevoked(list.bits as Uint8Array, claims.statusIndex);
    const moment = { at: AT, day: DAY };
    if (verifyCard(forged, trust, moment).valid) throw new Error('a forged card was accepted');
    if (verifyCard(card, trust, moment, () => list).valid) throw new Error('a revoked card was accepted');
  }
}

/** Every shard of 33 million people with exactly 1 % of its cards revoked, at random places, compressed. */
function nationalLists() {
  const shards = Math.ceil(PEOPLE / SHARD_BITS);
  let total = 0;
  let revoked = 0;
  let left = PEOPLE;
  for (let shard = 0; shard < shards; shard += 1) {
    const people = Math.min(left, SHARD_BITS);
    left -= people;
    const bits = new Uint8Array(SHARD_BYTES);
    const wanted = Math.round(people * REVOKED_SHARE);
    for (let set = 0; set < wanted; ) {
      const index = randomSlice(4).readUInt32BE() % SHARD_BITS;
      if (isRevoked({ bits }, index)) continue;
      setRevoked(bits, index);
      set += 1;
    }
    revoked += wanted;
    total += deflateSync(bits, { level: 9 }).length;
  }
  return { statusShards: shards, statusRevoked: revoked, statusMegabytes: Math.round(total / 1e4) / 100 };
}
