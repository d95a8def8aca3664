// PURE. The text of an act that staff sign with their passkeys: what is closed or opened again, why and when. Its digest
// is the challenge, so the signature is for this act and no other.

import { sha256Base64url } from '../../crypto/digest.ts';

export type SwitchAct = {
  /** UUID, drawn for this act: no two texts are alike. */
  id: string;
  scope: string;
  state: 'closed' | 'open';
  reason: string;
  /** RFC 3339 UTC: when the first person was asked. */
  at: string;
};

/** One line each; a reason has no line ends (its schema says so). */
export function actText({ id, scope, state, reason, at }: SwitchAct): string {
  return ['rempart switch act', id, scope, state, reason, at].join('\n');
}

export const actChallenge = (text: string): string => sha256Base64url(text);
