// Which of an insurer's card keys signs today: the newest that is not retired, and of these rather one that the operator's
// trust list names already, so that a late list does not stop the insurer. A retired key must never be chosen.

import type { CareDate } from './period.ts';

export type SigningKey = {
  readonly kid: string;
  /** First and last day on which a card of this key may be accepted. */
  readonly from: CareDate;
  readonly to: CareDate;
  /** Replaced: it signs nothing any more. */
  readonly retired: boolean;
};

/** `listed`: kids that the trust list names as good; null when it could not be read. `until`: the card's last day. */
export type SigningWish = { listed: readonly string[] | null; until: CareDate };

/** `keys`: oldest first. Null when none may sign today. */
export function signingKey<K extends SigningKey>(
  keys: readonly K[],
  today: CareDate,
  { listed, until }: SigningWish,
): K | null {
  const able = keys.filter(({ retired, from, to }) => !retired && from <= today && today <= to);
  // An older key whose days are over before the card's is no help: its card would end early, everywhere.
  const known = able.filter(({ kid, to }) => listed?.includes(kid) === true && until <= to);
  return known.at(-1) ?? able.at(-1) ?? null;
}
