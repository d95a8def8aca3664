// A thousand cards as the insurer's own process and vault issue them, opened with somebody else's COSE: what is signed
// verifies there, and nothing on a card is a NIR, a member number, a name or the insurer's reference of its holder.

import { ECDSAKey } from '@ldclabs/cose-ts/ecdsa';
import { Sign1Message } from '@ldclabs/cose-ts/sign1';
import { decodeCBOR } from '@ldclabs/cose-ts/utils';
import { expect, it } from 'vitest';
import { type FeedPerson, personLines } from '../../src/demo/people.ts';
import { parisDate } from '../../src/lib/clock.ts';
import { betrayed } from '../support/card-secrecy.ts';
import { createInsurerWorld, INSURER } from '../support/insurer-world.ts';
import { createTestWorld } from '../support/world.ts';

const COUNT = 1_000;
const NAMES = ['Camille', 'Tilleul', 'Ginette', 'Rivoire'];
const year = Number(parisDate(Date.now()).slice(0, 4));

function orderOf({ ref, beneficiary, convType, csr, periods }: FeedPerson) {
  const rules = new Map(periods.map(({ domain, rule }) => [domain, rule]));
  return {
    ref,
    birthDate: beneficiary.birthDate,
    birthRank: beneficiary.birthRank,
    convType,
    csr,
    domains: [...rules].map(([domain, rule]) => ({ domain, rule })),
    from: `${year}-01-01`,
    to: `${year}-12-31`,
  };
}

/** The compressed point of a key, as the foreign library takes it. */
function foreignKey({ x, y }: { x: string; y: string }): ECDSAKey {
  const odd = (Buffer.from(y, 'base64url').at(-1) ?? 0) & 1;
  return ECDSAKey.fromPublic(new Uint8Array([2 + odd, ...Buffer.from(x, 'base64url')]));
}

/** Which key signed, by the foreign reader: array of the tagged message, then its protected header. */
function kidOf(card: Uint8Array): string {
  const [header] = decodeCBOR(card.subarray(1)) as [Uint8Array];
  return Buffer.from((decodeCBOR(header) as Map<number, Uint8Array>).get(4) ?? []).toString('base64url');
}

it('no card of a thousand holds a NIR, a member number, a name or the insurer’s reference of its holder', async () => {
  const world = await createTestWorld();
  const insurer = await createInsurerWorld(world, { cardsPerDay: COUNT });
  try {
    const insurerOf = { amcNo: INSURER, convType: 'RP', csr: '750100200' };
    const people = [...personLines({ seed: 'issued-cards', insurer: insurerOf, count: COUNT })].map(
      (line) => JSON.parse(line) as FeedPerson,
    );
    const { body } = await insurer.send('/v1/cards', { body: { cards: people.map(orderOf) } });
    const issued = body['cards'] as { card: string; handle: string; statusIndex: number }[];
    expect(issued).toHaveLength(COUNT);
    const keys = new Map(insurer.keys.map(({ kid, jwk }) => [kid, foreignKey(jwk)]));
    for (const [i, { card }] of issued.entries()) {
      const bytes = new Uint8Array(Buffer.from(card, 'base64url'));
      const kid = kidOf(bytes);
      Sign1Message.fromBytes(keys.get(kid) as ECDSAKey, bytes); // throws when the signature does not hold
      const { beneficiary, memberNo, ref } = people[i] as FeedPerson;
      expect(betrayed(bytes, { nir: beneficiary.nir, memberNo, names: [...NAMES, ref] })).toEqual([]);
      for (const nir of beneficiary.alsoUnder)
        expect(betrayed(bytes, { nir, memberNo, names: [] })).toEqual([]);
    }
    expect(new Set(issued.map(({ handle }) => handle)).size).toBe(COUNT);
    expect(new Set(issued.map(({ statusIndex }) => statusIndex)).size).toBe(COUNT);
  } finally {
    await insurer.close();
    await world.close();
  }
}, 60_000);
