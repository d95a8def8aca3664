// One card at the counter, judged on the spot: what it says, whether it is authentic, whether it is known to be revoked
// and as of when. Needs the network for fresher lists only. Must never send the card anywhere.

import type { CardProblem } from '../../src/core/card.ts';
import type { CardClaims } from '../../src/core/card-claims.ts';
import type { CareDate } from '../../src/core/period.ts';
import type { StatusList } from '../../src/core/status-list.ts';
import { type CardLists, createCardLists, type Trust } from './card-lists.ts';
import { publicPointOf, verifyCard } from './card-verify.ts';
import { learnServerTime, nowMs } from './clock.ts';
import { parisToday } from './format.ts';
import { browserLists } from './list-database.ts';

/** What is known of the card's revocation. */
export type Revocation =
  | { readonly kind: 'not-revoked'; readonly asOfMs: number }
  /** A list was there, but it is too old to be relied on. */
  | { readonly kind: 'too-old'; readonly asOfMs: number }
  /** The list is of a later moment than now: one of two clocks is wrong, and its age unknown. */
  | { readonly kind: 'clock'; readonly asOfMs: number; readonly nowMs: number }
  | { readonly kind: 'no-list' };

export type CardCheck =
  | {
      readonly kind: 'verified';
      readonly card: Uint8Array;
      readonly claims: CardClaims;
      readonly insurerName: string | null;
      readonly revocation: Revocation;
      /** When the list of keys was last confirmed; null while that is recent enough not to be spoken of. */
      readonly keysAsOfMs: number | null;
      /** False: the server was asked for fresher lists and could not be reached. */
      readonly reached: boolean;
    }
  /** Its claims are shown only when the signature holds. */
  | { readonly kind: 'refused'; readonly reason: CardProblem; readonly claims: CardClaims | null }
  /** There is no trust list here: nothing can be said of any card. */
  | { readonly kind: 'no-trust'; readonly reached: boolean };

/** DESIGN.md 7: offline, lists are relied on for a week. */
const RELIED_ON_MS = 7 * 24 * 3_600_000;
/** Clocks are a little apart everywhere; more is a clock that was never set, or set wrongly. */
const CLOCKS_APART_MS = 5 * 60_000;

export async function checkCard(card: Uint8Array, lists: CardLists, atMs: number): Promise<CardCheck> {
  const { value: trust, reached } = await lists.trust();
  if (!trust) return { kind: 'no-trust', reached };
  const moment = { at: Math.floor(atMs / 1000), day: parisToday(atMs) as CareDate };
  let stillReached = reached;
  const { verdict, list } = await verifyCard(card, trust.list, moment, async (name) => {
    const known = await lists.shard(name, trust, reached);
    stillReached &&= known.reached;
    return known.value;
  });
  if (!verdict.valid) return { kind: 'refused', reason: verdict.reason, claims: verdict.claims };
  return {
    kind: 'verified',
    card,
    claims: verdict.claims,
    insurerName: trust.names.get(verdict.claims.insurer) ?? null,
    revocation: revocationOf(list, atMs),
    keysAsOfMs: keysAge(trust, atMs),
    reached: stillReached,
  };
}

function revocationOf(list: StatusList | null, atMs: number): Revocation {
  if (!list) return { kind: 'no-list' };
  const asOfMs = list.issuedAt * 1000;
  if (asOfMs - atMs > CLOCKS_APART_MS) return { kind: 'clock', asOfMs, nowMs: atMs };
  const isOld = atMs - asOfMs > RELIED_ON_MS || atMs >= list.expires * 1000;
  return { kind: isOld ? 'too-old' : 'not-revoked', asOfMs };
}

function keysAge({ confirmedAtMs }: Trust, atMs: number): number | null {
  const agoMs = atMs - confirmedAtMs;
  return agoMs > RELIED_ON_MS || agoMs < -CLOCKS_APART_MS ? confirmedAtMs : null;
}

declare global {
  interface ImportMetaEnv {
    /** Public key of the trust root (JWK), put in by scripts/build-web.js; empty in the demo. */
    readonly REMPART_TRUST_ROOT?: string;
  }
}
const BUILT_IN_ROOT = import.meta.env.REMPART_TRUST_ROOT;

const browserCardLists = createCardLists({
  fetch: async (input, init) => {
    const response = await fetch(input, init);
    learnServerTime(response.headers.get('date'));
    return response;
  },
  kept: browserLists,
  nowMs,
  seemsOnline: () => navigator.onLine,
  root: BUILT_IN_ROOT ? publicPointOf(BUILT_IN_ROOT) : null,
});

export const checkCardHere = (card: Uint8Array): Promise<CardCheck> =>
  checkCard(card, browserCardLists, nowMs());
export const prepareCardLists = (): Promise<void> => browserCardLists.prepare();
/** Is the server there again? The only way to know is to ask it. */
export const isServerReached = async (): Promise<boolean> => (await browserCardLists.trust()).reached;
