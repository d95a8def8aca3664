// PURE. What stands against somebody when they ask: which responses are over by now, which a fresh sign-in ends, and what
// is refused by those that are left. It must never refuse a card for anything but a closed account.

import type { Alarm, EndedBecause } from './alarm.ts';

type ByItself = Exclude<EndedBecause, 'undone'>;

export type Standing = {
  /** The alarm it answers. */
  id: string;
  response: Exclude<Alarm['response'], 'watched'>;
  sinceMs: number;
  /** Null: until a fresh sign-in, or until staff end it. */
  endsAtMs: number | null;
};

export type Judged = {
  left: readonly Standing[];
  ended: readonly { standing: Standing; because: ByItself }[];
  refusedWith: 'fresh-sign-in-required' | 'typed-closed' | 'account-closed' | null;
};

/** `signedInAtMs`: when the one who asks last showed that it is them. */
export function judged(
  standings: readonly Standing[],
  { signedInAtMs, isTyped }: { signedInAtMs: number; isTyped: boolean },
  nowMs: number,
): Judged {
  const ended: { standing: Standing; because: ByItself }[] = [];
  const left = standings.filter((one) => {
    const because = endOf(one, signedInAtMs, nowMs);
    if (because) ended.push({ standing: one, because });
    return because === null;
  });
  return { left, ended, refusedWith: refusalBy(left, isTyped) };
}

export function isOver({ endsAtMs }: Standing, nowMs: number): boolean {
  return endsAtMs !== null && endsAtMs <= nowMs;
}

/** Closed typing is not opened by a sign-in: the second alarm of an account says that its holder may be deceived. */
function endOf(one: Standing, signedInAtMs: number, nowMs: number): ByItself | null {
  if (isOver(one, nowMs)) return 'expired';
  return one.response !== 'typed-closed' && signedInAtMs > one.sinceMs ? 'fresh-sign-in' : null;
}

function refusalBy(standings: readonly Standing[], isTyped: boolean): Judged['refusedWith'] {
  const responses = standings.map(({ response }) => response);
  if (responses.includes('account-closed')) return 'account-closed';
  if (!isTyped || responses.length === 0) return null;
  return responses.includes('typed-closed') ? 'typed-closed' : 'fresh-sign-in-required';
}
