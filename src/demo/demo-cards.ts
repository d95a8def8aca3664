// The demo people's cards: ordered from their insurers' card desks as any insurer's system would, kept as files, revoked
// where somebody lost one. A second start finds them.

import { join } from 'node:path';
import type { CardOrder } from '../core/card-order.ts';
import type { CardHandle } from '../core/ids.ts';
import { parisDate } from '../lib/clock.ts';
import { DEMO_PEOPLE, type DemoPerson, type IssuedHandles } from './demo-people.ts';
import { readJsonIfThere, writeJson, writePrivate } from './files.ts';
import type { DemoPaths } from './paths.ts';

/** The card desk of whichever insurer: its own process, or a key file. */
export type CardDesks = {
  issue(
    amcNo: string,
    orders: readonly (CardOrder & { ref: string })[],
  ): Promise<{ handle: CardHandle; card: Buffer }[]>;
  /** Null when no such card was issued. */
  revoke(amcNo: string, handle: string, reason: string): Promise<RevokedCard | null>;
};

/** Reason and time are those of the first time. `published`: the operator knows; `problem`: why it does not. */
export type RevokedCard = {
  reason: string | null;
  revokedAt: string;
  published: boolean;
  problem: string | null;
};

export type DemoCard = { ref: string; amcNo: string; handle: string; file: string };

export async function demoCards(paths: DemoPaths): Promise<DemoCard[]> {
  return (await readJsonIfThere<DemoCard[]>(paths.cardList)) ?? [];
}

/** Of a demo person: this year and the next, for the domains of the product. */
export function demoCardOrder({ line }: DemoPerson, nowMs: number): CardOrder & { ref: string } {
  const year = Number(parisDate(nowMs).slice(0, 4));
  const { birthDate, birthRank } = line.beneficiary;
  const rules = new Map(line.periods.map(({ domain, rule }) => [domain, rule]));
  const order: unknown = {
    ref: line.ref,
    birthDate,
    birthRank,
    convType: line.convType,
    csr: line.csr,
    domains: [...rules].map(([domain, rule]) => ({ domain, rule })),
    from: `${year}-01-01`,
    to: `${year + 1}-12-31`,
  };
  return order as CardOrder & { ref: string }; // constants in their written form (demo-people.test.ts)
}

/**
 * Issues them where there are none, and says whether it did. The list of cards is written last: a start that was cut
 * off issues all of them again.
 */
export async function issueDemoCards(paths: DemoPaths, desks: CardDesks, nowMs: number): Promise<boolean> {
  if ((await demoCards(paths)).length > 0) return false;
  const holders = DEMO_PEOPLE.filter(({ line }) => line.card !== null);
  const cards: DemoCard[] = [];
  for (const amcNo of new Set(holders.map((one) => one.amcNo))) {
    const own = holders.filter((one) => one.amcNo === amcNo);
    const issued = await desks.issue(
      amcNo,
      own.map((one) => demoCardOrder(one, nowMs)),
    );
    for (const [i, { handle, card }] of issued.entries()) {
      const person = own[i];
      if (!person) continue;
      cards.push(await keepCard(paths, person, { handle, card }));
    }
  }
  await writeJson(paths.cardList, cards);
  return true;
}

/** Writes the card of a demo person where demo.json names it. */
async function keepCard(
  paths: DemoPaths,
  person: DemoPerson,
  { handle, card }: { handle: string; card: Buffer },
): Promise<DemoCard> {
  const number = String(DEMO_PEOPLE.indexOf(person)).padStart(2, '0');
  const file = join(paths.cards, `${number}-${person.amcNo}.cbor`);
  await writePrivate(file, card);
  return { ref: person.line.ref, amcNo: person.amcNo, handle, file };
}

/** A new card in the place of the old one, which stays valid until somebody revokes it. */
export async function replaceDemoCard(
  paths: DemoPaths,
  person: DemoPerson,
  made: { handle: string; card: Buffer },
): Promise<DemoCard> {
  const kept = await keepCard(paths, person, made);
  const others = (await demoCards(paths)).filter(({ ref }) => ref !== kept.ref);
  await writeJson(paths.cardList, [...others, kept]);
  return kept;
}

export async function issuedHandles(paths: DemoPaths): Promise<IssuedHandles> {
  return new Map((await demoCards(paths)).map(({ ref, handle }) => [ref, handle]));
}

/** Whoever is marked as having lost a card: revoked after the feed, so that a door goes with it. */
export async function revokeLostDemoCards(paths: DemoPaths, desks: CardDesks): Promise<void> {
  const lost = DEMO_PEOPLE.filter(({ cardRevoked }) => cardRevoked).map(({ line }) => line.ref);
  for (const { ref, amcNo, handle } of await demoCards(paths)) {
    if (lost.includes(ref) && !(await desks.revoke(amcNo, handle, 'LOST')))
      throw new Error('the card of a demo person is unknown at its insurer');
  }
}
