// Shapes of POST /v1/quotes and of engagements (CONTRACT.md 3.2), as schemas and as types.

import { type Static, Type } from 'typebox';
import { MOST_QUANTITY } from '../../core/formulas.ts';
import { MOST_CENTS } from '../../core/money.ts';
import { requestId } from '../check/eligibility.ts';
import { receiptSchema } from '../ledger/receipt-schema.ts';
import { termsSchema } from './product-shapes.ts';

const strict = { additionalProperties: false };
export const cents = Type.Integer({ minimum: 0, maximum: MOST_CENTS });
export const careDate = Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' });
/** At most two decimals: core/quote.ts looks at that, a float has no multiples. */
const percent = Type.Number({ minimum: 0, maximum: 100 });

/** 130 bits in Crockford's base 32, as the vault writes them. */
export const engagementNo = Type.String({ pattern: '^[0-9A-HJKMNP-TV-Z]{26}$' });

/** More lines than this are no bill of one care. */
export const MOST_LINES = 60;

export const lineFields = {
  lineNo: Type.Integer({ minimum: 1, maximum: 999 }),
  actCode: Type.String({ pattern: '^[A-Z0-9_]{1,13}$' }),
  quantity: Type.Integer({ minimum: 1, maximum: MOST_QUANTITY }),
  price: cents,
  br: cents,
  amoRate: percent,
  amoAmount: Type.Optional(cents),
  careDate,
  basket: Type.Optional(Type.Union([Type.Literal('RAC0'), Type.Literal('MODERATED'), Type.Literal('FREE')])),
  pathwayRate: Type.Optional(percent),
  optam: Type.Optional(Type.Boolean()),
  otherAmc: Type.Optional(cents),
  exempt: Type.Optional(Type.Boolean()),
  heavyAct: Type.Optional(Type.Boolean()),
};
export const quoteLine = Type.Object(lineFields, strict);

export const quoteRequest = Type.Object(
  {
    requestId,
    engagementNo,
    lines: Type.Array(quoteLine, { maxItems: MOST_LINES }),
    dryRun: Type.Optional(Type.Boolean()),
  },
  strict,
);
export type QuoteRequest = Static<typeof quoteRequest>;

const reason = Type.Object({ fr: Type.String(), en: Type.String() }, strict);
const shares = { amoGross: cents, amc: cents, patient: cents };

export const quoteAnswer = Type.Object(
  {
    engagementNo: Type.String(),
    guaranteeUntil: Type.String(),
    lines: Type.Array(
      Type.Object(
        {
          lineNo: Type.Integer(),
          ...shares,
          rule: Type.String(),
          reasons: Type.Array(reason),
          statement: Type.Object({ amoNet: cents, rest: cents }, strict),
        },
        strict,
      ),
    ),
    total: Type.Object({ price: cents, otherAmc: cents, ...shares }, strict),
    terms: termsSchema,
    dryRun: Type.Boolean(),
    receipt: receiptSchema,
  },
  strict,
);
export type QuoteAnswer = Static<typeof quoteAnswer>;
