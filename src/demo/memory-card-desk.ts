// A mutuelle's card desk in memory: a key of its own, cards and status lists signed with the product's own code. For drills
// and tests: nothing of it outlives the process, and it remembers no card.

import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import type { RawBirthDate } from '../core/birth-date.ts';
import type { CardClaims } from '../core/card-claims.ts';
import type { AmcNo, BirthRank, CardHandle, ConvType, Csr, RuleId } from '../core/ids.ts';
import type { CareDate } from '../core/period.ts';
import { SHARD_BYTES, setRevoked, shardName } from '../core/status-list.ts';
import type { CardKey } from '../core/trust-list.ts';
import { cardKid, signCard, signStatusList } from '../crypto/card-signature.ts';

export type CardDesk = {
  amcNo: AmcNo;
  /** As the trust list names it. */
  key: CardKey;
  kid: Uint8Array;
  privateKey: KeyObject;
  claims(overrides?: Partial<CardClaims>): CardClaims;
  /** A signed card. */
  issue(overrides?: Partial<CardClaims>): Buffer;
  /** A signed shard in which these cards are revoked. Times in seconds since 1970. */
  statusList(list: { revoked: readonly number[]; issuedAt: number; expires?: number }): Buffer;
};

/** Valid for long unless the caller says otherwise. */
export function cardDesk(amcNo: string, overrides: Partial<CardKey> = {}): CardDesk {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const kid = cardKid({ x, y });
  const insurer = amcNo as AmcNo;
  const key: CardKey = {
    kid: Buffer.from(kid).toString('base64url'),
    insurer,
    jwk: { kty: 'EC', crv: 'P-256', x, y },
    from: '2026-01-01' as CareDate,
    to: '2099-12-31' as CareDate,
    revokedOn: null,
    ...overrides,
  };
  const claims = (changed: Partial<CardClaims> = {}): CardClaims => ({
    insurer,
    convType: 'RP' as ConvType,
    csr: '750100200' as Csr,
    handle: 'AAAAAAAAAAAAAAAAAAAAAA' as CardHandle,
    birthDate: '19790614' as RawBirthDate,
    birthRank: 1 as BirthRank,
    cover: [{ domain: 'PHAR', rule: 'R1' as RuleId }],
    notBefore: Date.parse('2025-12-31T23:00:00Z') / 1000,
    expires: Date.parse('2099-12-31T23:00:00Z') / 1000,
    statusIndex: 4_711,
    ...changed,
  });
  return {
    amcNo: insurer,
    key,
    kid,
    privateKey,
    claims,
    issue: (changed) => Buffer.from(signCard(claims(changed), { kid, privateKey })),
    statusList({ revoked, issuedAt, expires = issuedAt + 7 * 86_400 }) {
      const bits = new Uint8Array(SHARD_BYTES);
      for (const index of revoked) setRevoked(bits, index);
      const list = {
        shard: shardName(insurer, revoked[0] ?? 0),
        issuedAt,
        expires,
        deflated: deflateSync(bits),
      };
      return Buffer.from(signStatusList(list, { kid, privateKey }));
    },
  };
}
