// Shapes of WebAuthn that several routes take: the browser's own JSON (WebAuthn Level 3, 5.1.9). Only what we read of it
// is described.

import { Type } from 'typebox';

const open = { additionalProperties: true };
const base64url = (maxLength: number) => Type.String({ pattern: '^[A-Za-z0-9_-]+$', maxLength });

export const credentialId = base64url(1_364);
/** What an authenticator answers when it is touched. */
export const assertion = Type.Object(
  {
    id: credentialId,
    rawId: credentialId,
    type: Type.Literal('public-key'),
    response: Type.Object(
      { clientDataJSON: base64url(4_096), authenticatorData: base64url(4_096), signature: base64url(2_048) },
      open,
    ),
  },
  open,
);
export const registration = Type.Object({ id: credentialId, response: Type.Object({}, open) }, open);
/** What the page hands to the browser as it is. */
export const webauthnOptions = Type.Object({}, open);
