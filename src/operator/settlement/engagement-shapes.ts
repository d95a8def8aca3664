// Shapes of what an engagement's structure is told of it (CONTRACT.md 3.2), as schemas and as types.

import { type Static, Type } from 'typebox';
import { domain, priorAgreement } from './product-shapes.ts';
import { cents } from './quote-shapes.ts';

const strict = { additionalProperties: false };

const state = Type.Unsafe<'open' | 'quoted' | 'used' | 'cancelled'>({
  type: 'string',
  enum: ['open', 'quoted', 'used', 'cancelled'],
});

export const engagementAnswer = Type.Object(
  {
    engagementNo: Type.String(),
    state,
    domain,
    careDate: Type.String(),
    guaranteeUntil: Type.String(),
    reserved: Type.Union([Type.Object({ amc: cents }, strict), Type.Null()]),
    priorAgreement,
  },
  strict,
);
export type EngagementAnswer = Static<typeof engagementAnswer>;

export const cancelledAnswer = Type.Object(
  { engagementNo: Type.String(), state: Type.Literal('cancelled'), freed: cents },
  strict,
);
export type CancelledAnswer = Static<typeof cancelledAnswer>;
