// Shapes of POST /v1/claims and of what is told of claims (CONTRACT.md 3.2), as schemas and as types. A claim carries the
// engagement's number, act codes and cents: there is no place for a NIR or a member number, and what is unknown is refused.

import { type Static, Type } from 'typebox';
import { requestId } from '../check/eligibility.ts';
import { receiptSchema } from '../ledger/receipt-schema.ts';
import { cents, engagementNo, lineFields, MOST_LINES } from './quote-shapes.ts';

const strict = { additionalProperties: false };
const nullableText = Type.Unsafe<string | null>({ type: ['string', 'null'] });
const invoiceNumber = Type.String({ pattern: '^[0-9]{1,9}$' });
export const claimId = Type.String({ pattern: '^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$' });

/** A batch is sent again when its answer is lost: it is never so long that this matters. */
export const MOST_CLAIMS = 100;

const claimFields = {
  engagementNo,
  invoiceNo: invoiceNumber,
  lotNo: invoiceNumber,
  lines: Type.Array(Type.Object({ ...lineFields, amcAsked: cents }, strict), {
    minItems: 1,
    maxItems: MOST_LINES,
  }),
};
const claim = Type.Object(claimFields, strict);
export type Claim = Static<typeof claim>;

/** One claim beside the request's id, or a batch of them. */
export const claimRequest = Type.Union([
  Type.Object({ requestId, ...claimFields }, strict),
  Type.Object({ requestId, claims: Type.Array(claim, { minItems: 1, maxItems: MOST_CLAIMS }) }, strict),
]);
export type ClaimRequest = Static<typeof claimRequest>;

const state = Type.Unsafe<ClaimState>({
  type: 'string',
  enum: ['accepted', 'rejected', 'cancelled', 'paying', 'paid'],
});
export type ClaimState = 'accepted' | 'rejected' | 'cancelled' | 'paying' | 'paid';

/** Who can mend a claim that was rejected. */
const who = Type.Unsafe<'professional' | 'software' | 'insurer' | 'operator'>({
  type: 'string',
  enum: ['professional', 'software', 'insurer', 'operator'],
});
const rejection = Type.Object({ code: Type.String(), who, fr: Type.String(), en: Type.String() }, strict);
const nullable = <T>(schema: object) => Type.Unsafe<T | null>({ anyOf: [schema, { type: 'null' }] });

const claimAnswer = Type.Object(
  {
    engagementNo: Type.String(),
    claimId: nullableText,
    state,
    /** What the insurer owes for it, in cents. */
    amc: cents,
    rejection: nullable<Static<typeof rejection>>(rejection),
    receipt: nullable<Static<typeof receiptSchema>>(receiptSchema),
  },
  strict,
);
export type ClaimAnswer = Static<typeof claimAnswer>;
export const claimAnswers = Type.Object({ claims: Type.Array(claimAnswer) }, strict);

export const listedClaim = Type.Object(
  {
    claimId: Type.String(),
    receivedAt: Type.String(),
    careDate: Type.String(),
    insurer: Type.Object({ amcNo: Type.String(), name: Type.String() }, strict),
    price: cents,
    amc: cents,
    state,
    rejection: nullable<Static<typeof rejection>>(rejection),
    paidOn: nullableText,
    transferId: nullableText,
  },
  strict,
);
export type ListedClaim = Static<typeof listedClaim>;

/** `next` is the next page's `before`. */
export const claimList = Type.Object({ claims: Type.Array(listedClaim), next: nullableText }, strict);
export const claimQuery = Type.Object(
  {
    before: Type.Optional(
      Type.String({ pattern: '^[0-9TZ:.-]{20,30}_[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$' }),
    ),
    state: Type.Optional(state),
  },
  strict,
);
export const cancelBody = Type.Object({ engagementNo }, strict);
