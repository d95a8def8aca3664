// The receipt as it leaves the platform (CONTRACT.md 3.1); flush and path make it verifiable by a stranger.

import { Type } from 'typebox';

export const receiptSchema = Type.Object(
  {
    log: Type.String(),
    index: Type.Integer(),
    leaf: Type.String(),
    signature: Type.String(),
    flush: Type.Object({ first: Type.Integer(), count: Type.Integer() }, { additionalProperties: false }),
    path: Type.String(),
  },
  { additionalProperties: false },
);
