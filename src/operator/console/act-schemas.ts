// Schemas that several routes of the console share: ids, reasons, and what is handed to a person to be signed.

import { Type } from 'typebox';
import type { ToSign } from './signed-acts.ts';

export const strict = { additionalProperties: false };
const nullable = <T extends string>(type: T) => ({ type: [type, 'null'] });
export const text = Type.String();
export const instant = Type.String();
export const count = Type.Integer();
export const maybeText = Type.Unsafe<string | null>(nullable('string'));
export const maybeNumber = Type.Unsafe<number | null>(nullable('number'));

export const exactId = Type.String({ pattern: '^[A-Za-z0-9._-]{1,64}$' });
export const actParams = Type.Object({ id: Type.String({ pattern: '^[0-9a-f-]{36}$' }) }, strict);
/** One line: it stands in the text that is signed. */
export const reason = Type.String({ minLength: 3, maxLength: 300, pattern: '^[^\\p{Cc}]+$' });

export const signingRequest = Type.Object(
  { id: text, text, options: Type.Unsafe<unknown>({ type: 'object', additionalProperties: true }) },
  strict,
);

/** PublicKeyCredentialRequestOptionsJSON: only this person's own passkeys, and the user verified. */
export function toSign({ id, text: act, challenge, rpId, passkeys }: ToSign) {
  const allowCredentials = passkeys.map((passkey) => ({ type: 'public-key', id: passkey }));
  return {
    id,
    text: act,
    options: { challenge, rpId, allowCredentials, timeout: 120_000, userVerification: 'required' },
  };
}
