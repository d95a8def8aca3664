// Shapes that several of the portal's routes take.

import { Type } from 'typebox';

const coordinate = Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' });

/** Public half of the key that a browser has made for its session (P-256, JWK). */
export const browserKey = Type.Object(
  { kty: Type.Literal('EC'), crv: Type.Literal('P-256'), x: coordinate, y: coordinate },
  { additionalProperties: false },
);
