// The test vectors of the card: the file is what its makers write, our verifier agrees with all of it, and so does
// somebody else's COSE library. Renew the file with `npx vitest run test/integration/card-vectors.test.ts -u`.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ECDSAKey } from '@ldclabs/cose-ts/ecdsa';
import { Sign1Message } from '@ldclabs/cose-ts/sign1';
import { decodeCBOR } from '@ldclabs/cose-ts/utils';
import { describe, expect, it } from 'vitest';
import type { Vector, VectorFile } from '../../src/cli/card-vectors.ts';
import { CARD_PROBLEMS } from '../../src/core/card.ts';
import { type ShownClaims, shownClaims } from '../../src/core/card-shown.ts';
import { readSign1 } from '../../src/core/cose.ts';
import { decodeStatusClaims } from '../../src/core/status-list.ts';
import { parseTrustList } from '../../src/core/trust-list.ts';
import { cardKid, verifyCard } from '../../src/crypto/card-signature.ts';
import { DOMAIN_NUMBERS } from '../support/card-vector-base.ts';
import { cardVectorsFile, deflatedOf } from '../support/card-vectors.ts';

const PATH = join(import.meta.dirname, '..', 'vectors', 'cards.json');

type File = VectorFile & {
  trust: { cards: { kid: string; insurer: string; jwk: { x: string; y: string } }[] };
};

function committed(): File | null {
  try {
    return JSON.parse(readFileSync(PATH, 'utf8')) as File;
  } catch {
    return null; // it is being made for the first time
  }
}
const before = committed();
const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, 'base64url'));
const vectors = before?.vectors ?? [];
const good = vectors.filter(({ expected }) => expected.valid);
const bad = vectors.filter(({ expected }) => !expected.valid);

describe('test/vectors/cards.json', () => {
  it('is what its makers write', async () => {
    const opened = (token: Uint8Array) => {
      const message = readSign1(token);
      if (typeof message === 'string') throw new Error(message);
      return decodeStatusClaims(message.payload)?.deflated ?? new Uint8Array(0);
    };
    await expect(cardVectorsFile(before ? deflatedOf(before, opened) : {})).toMatchFileSnapshot(PATH);
  });

  it('names each vector once, and no card twice but for what is around it', () => {
    expect(new Set(vectors.map(({ name }) => name)).size).toBe(vectors.length);
    const whole = vectors.map(({ card, at, status }) => `${card} ${at} ${status}`);
    expect(whole.filter((one, i) => whole.indexOf(one) !== i)).toEqual([]);
  });

  it('has a vector for each reason there is, and no other reason', () => {
    const reasons = new Set(bad.map(({ expected }) => expected.reason));
    expect([...reasons].sort()).toEqual([...CARD_PROBLEMS].sort());
  });

  it('names its keys as the format says: the first 8 bytes of the thumbprint', () => {
    for (const { kid, jwk } of before?.trust.cards ?? []) {
      expect(Buffer.from(cardKid(jwk)).toString('base64url')).toBe(kid);
      const thumbprint = createHash('sha256').update(
        JSON.stringify({ crv: 'P-256', kty: 'EC', x: jwk.x, y: jwk.y }),
      );
      expect(thumbprint.digest().subarray(0, 8).toString('base64url')).toBe(kid);
    }
  });

  it('the standard card takes 189 bytes', () => {
    const standard = vectors.find(({ name }) => name === 'standard');
    expect(bytesOf(standard?.card ?? '').length).toBe(189);
  });
});

/** What a stranger knows: the trust list, base64url and the page about the format. */
function foreignKeyOf(kid: Uint8Array): ECDSAKey | null {
  const found = before?.trust.cards.find((key) => key.kid === Buffer.from(kid).toString('base64url'));
  if (!found) return null;
  const point = Buffer.concat([Buffer.of(4), bytesOf(found.jwk.x), bytesOf(found.jwk.y)]);
  return ECDSAKey.fromPublic(new Uint8Array(point));
}

function foreignKid(card: Uint8Array): Uint8Array {
  const [header] = decodeCBOR<[Uint8Array]>(card.subarray(1));
  return decodeCBOR<Map<number, Uint8Array>>(header).get(4) ?? new Uint8Array(0);
}

function foreignClaims(payload: Uint8Array): ShownClaims {
  const claims = decodeCBOR<Map<number, unknown>>(payload);
  const card = claims.get(-65537) as Map<number, unknown>;
  const index = Number(card.get(6));
  const names = Object.entries(DOMAIN_NUMBERS);
  const day = (at: number) => new Date(at * 1000).toLocaleDateString('en-CA', { timeZone: 'Europe/Paris' });
  const [notBefore, expires] = [Number(claims.get(5)), Number(claims.get(4))];
  return {
    insurer: claims.get(1),
    convType: card.get(1),
    csr: card.get(2) ?? null,
    handle: Buffer.from(claims.get(7) as Uint8Array).toString('base64url'),
    birthDate: String(card.get(3)).padStart(8, '0'),
    birthRank: card.get(4),
    domains: [...(card.get(5) as Map<number, string>)].map(([number, rule]) => ({
      domain: names.find(([, known]) => known === number)?.[0],
      rule,
    })),
    from: day(notBefore),
    to: day(expires - 1),
    notBefore,
    expires,
    statusList: { shard: `${claims.get(1)}-${Math.floor(index / 2 ** 20)}`, index: index % 2 ** 20 },
  } as unknown as ShownClaims;
}

describe('a foreign COSE library', () => {
  it.each(good.map((vector) => [vector.name, vector] as const))(
    'accepts and reads alike: %s',
    (_name, vector) => {
      const card = bytesOf(vector.card);
      const key = foreignKeyOf(foreignKid(card));
      if (!key) throw new Error('no key');
      const message = Sign1Message.fromBytes(key, card);
      expect(foreignClaims(message.payload)).toEqual(vector.expected.claims);
    },
  );

  const forged = bad.filter(({ expected }) => expected.reason === 'signature');
  it.each(forged.map((vector) => [vector.name, vector] as const))(
    'refuses the signature: %s',
    (_name, vector) => {
      const card = bytesOf(vector.card);
      const key = foreignKeyOf(foreignKid(card));
      if (!key) throw new Error('no key');
      expect(() => Sign1Message.fromBytes(key, card)).toThrow();
    },
  );

  const lists = Object.entries(before?.statusLists ?? {});
  it.each(lists)('verifies the status list %s', (shard, token) => {
    const bytes = bytesOf(token);
    const key = foreignKeyOf(foreignKid(bytes));
    if (!key) throw new Error('no key');
    const claims = decodeCBOR<Map<number, unknown>>(Sign1Message.fromBytes(key, bytes).payload);
    expect(claims.get(2)).toBe(`/status-lists/${shard}`);
  });
});

describe('a card and its malleated twin', () => {
  it('are both valid, differ in their bytes and are the same card: only the handle names it', () => {
    const trust = parseTrustList(before?.trust);
    const twins = vectors.filter(({ name }) => name === 'standard' || name === 'malleated-signature');
    if (!trust || twins.length !== 2) throw new Error('two twins');
    const read = (vector: Vector) => {
      const verdict = verifyCard(bytesOf(vector.card), trust, {
        at: 1_795_345_200,
        day: '2026-11-22' as never,
      });
      if (!verdict.valid) throw new Error(verdict.reason);
      return shownClaims(verdict.claims);
    };
    const [one, other] = twins.map(read);
    expect(twins[0]?.card).not.toBe(twins[1]?.card);
    expect(one).toEqual(other);
    expect(one?.handle).toBe(other?.handle);
  });
});
