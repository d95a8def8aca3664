// PURE. Which problems have words of this console's own: those that no server said, and those it says of portals.

import type { Problem } from '../shared/api-types.ts';

export const PROBLEMS = [
  'unreachable',
  'no-answer',
  'bad-answer',
  'cancelled',
  'session-key-missing',
  'passkey-prompt-closed',
  'session-ended',
  'session-replaced',
  'session-nonce-replayed',
  'session-idle',
  'named-person',
  'disconnected',
] as const;
export type KnownProblem = (typeof PROBLEMS)[number];

export function knownProblem({ code, field }: Problem): KnownProblem | null {
  if (code === 'invalid' && field === 'reason') return 'named-person';
  return PROBLEMS.find((known) => known === code) ?? null;
}
