// The card desk: cards are signed, noted and handed out in that order; a revocation is durable before anybody is told.
// It must never keep what a card says of its holder, nor hand out a card that no row knows.

import { type CardOrder, periodProblem } from '../../core/card-order.ts';
import type { CardHandle, SubjectRef } from '../../core/ids.ts';
import type { CareDate } from '../../core/period.ts';
import { type Clock, parisDate, timestamp } from '../../lib/clock.ts';
import { type InsurerVaultClient, InsurerVaultRefused } from '../../vault/insurer/insurer-client.ts';
import { refusal } from '../errors.ts';
import type { CardDeskStore, RevocationReason } from './card-store.ts';
import type { CardKeyWatch } from './key-watch.ts';
import type { StatusPublisher } from './publish.ts';

export type DeskParts = {
  store: CardDeskStore;
  vault: Pick<InsurerVaultClient, 'call'>;
  publisher: Pick<StatusPublisher, 'publish' | 'problem'>;
  keys: Pick<CardKeyWatch, 'listed'>;
  clock: Clock;
  onIssued(cards: number): void;
};

export type DeskOrder = CardOrder & { ref: SubjectRef };
export type DeskCard = {
  ref: SubjectRef;
  handle: CardHandle;
  card: string;
  statusIndex: number;
  from: CareDate;
  to: CareDate;
};

/**
 * All of them or none.
 * 1 the vault signs         if we crash here, cards that nobody has: their places stay empty, the budget is spent
 * 2 their rows are durable  rows of cards that nobody got: who asked asks again and gets others
 * 3 the cards leave
 */
export async function issueCards(parts: DeskParts, orders: readonly DeskOrder[]): Promise<DeskCard[]> {
  const today = parisDate(parts.clock.nowMs()) as CareDate;
  for (const [i, order] of orders.entries()) {
    if (periodProblem(order, today)) throw refusal('invalid', { field: `cards.${i}.to` });
    const domains = new Set(order.domains.map(({ domain }) => domain));
    if (domains.size < order.domains.length) throw refusal('invalid', { field: `cards.${i}.domains` });
  }
  const signed = await sign(parts, orders);
  const cards = orders.flatMap(({ ref, from, to }, i) => {
    const one = signed[i];
    return one ? [{ ...one, ref, from, to }] : [];
  });
  if (cards.length < orders.length) throw new Error('the vault signed fewer cards than it was asked for');
  await parts.store.add(cards);
  parts.onIssued(cards.length);
  return cards.map(({ ref, handle, card, statusIndex, from, to }) => ({
    ref,
    handle,
    card,
    statusIndex,
    from,
    to,
  }));
}

async function sign({ vault, clock, keys }: DeskParts, orders: readonly DeskOrder[]) {
  const cards = orders.map(({ ref: _ours, ...order }) => order);
  try {
    return (await vault.call('signCards', { cards, listed: keys.listed() })).out.cards;
  } catch (error) {
    if (!(error instanceof InsurerVaultRefused)) throw error;
    if (error.code === 'card-refused') throw refusal('card-order-refused');
    if (error.code !== 'cards-spent') throw error;
    throw refusal('cards-spent', { retryAfterSeconds: secondsOfTheDayLeft(clock.nowMs()) });
  }
}

/** Until midnight in Paris, when the vault counts anew; found by trying, as a day may have 23 or 25 hours. */
function secondsOfTheDayLeft(nowMs: number): number {
  const today = parisDate(nowMs);
  let seconds = 3_600 - (Math.floor(nowMs / 1000) % 3_600);
  while (parisDate(nowMs + seconds * 1000) === today) seconds += 3_600;
  return seconds;
}

/** `problem`: why the operator has not confirmed it; `operator-away`, `vault-away`, or the operator’s own code. */
type RevokedCard = {
  reason: RevocationReason;
  revokedAt: string;
  published: boolean;
  problem: string | null;
};

/**
 * 1 the row is durable        if we crash here, it stays owed and is told after the next start
 * 2 the operator is told      see publish.ts
 * 3 the answer leaves         when it is not told yet, with the reason: it will be told again and again
 * Asked for once more, a revocation says what it said first: the reason and the time that count.
 */
export async function revokeCard(
  { store, publisher, clock }: DeskParts,
  handle: CardHandle,
  reason: RevocationReason,
): Promise<RevokedCard> {
  const revocation = await store.revoke(handle, reason, clock.nowMs());
  if (!revocation) throw refusal('card-unknown');
  if (!revocation.told) await publisher.publish();
  const published = revocation.told || (await store.isTold(handle));
  return {
    reason: revocation.reason,
    revokedAt: timestamp(revocation.revokedAtMs),
    published,
    problem: published ? null : publisher.problem(revocation.shard),
  };
}
