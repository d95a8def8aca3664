// PURE. What the status page speaks of: parts of the service as readers know them, and how they stand. Never a structure,
// an account or a client: those are somebody's own affair.

import { isProfession, type Profession } from '../core/care-domains.ts';

/** From best to worst. */
export const STATES = ['open', 'disturbed', 'card-only', 'closed'] as const;
export type State = (typeof STATES)[number];

/** `platform`, `feeds`, `members`, `profession:pharmacist` …, `insurer:0999000101`. */
export type PublicScope = string;

export function isPublicScope(text: string): boolean {
  const [kind, id, ...rest] = text.split(':');
  if (rest.length > 0) return false;
  if (kind === 'profession') return isProfession(id);
  if (kind === 'insurer') return /^\d{10}$/.test(id ?? '');
  return id === undefined && ['platform', 'feeds', 'members'].includes(text);
}

export const isState = (value: unknown): value is State => STATES.some((one) => one === value);

/** Only what looks up rights can be narrowed to the card. */
export const suits = (scope: PublicScope, state: State): boolean =>
  state !== 'card-only' || !['feeds', 'members'].includes(scope);

export const worseOf = (one: State, other: State): State =>
  STATES.indexOf(one) >= STATES.indexOf(other) ? one : other;

export const professionScope = (profession: Profession): PublicScope => `profession:${profession}`;
