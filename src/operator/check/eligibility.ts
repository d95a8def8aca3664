// Shapes of POST /v1/eligibility (CONTRACT.md 3.1), as schemas and as types.

import { type Static, Type } from 'typebox';
import { CARE_DOMAINS, type CareDomain } from '../../core/care-domains.ts';
import { receiptSchema } from '../ledger/receipt-schema.ts';

const strict = { additionalProperties: false };
/** `type: [.., 'null']` instead of a union: the answer's serialiser is compiled and need not try alternatives. */
const nullableString = Type.Unsafe<string | null>({ type: ['string', 'null'] });
const nullableBoolean = Type.Unsafe<boolean | null>({ type: ['boolean', 'null'] });
const codes = ['000', '001', '101', '102', '103', '200', '301'] as const;

const beneficiary = Type.Object(
  {
    nir: Type.String({ minLength: 15, maxLength: 15 }),
    birthDate: Type.String({ pattern: '^[0-9]{8}$' }),
    birthRank: Type.Integer({ minimum: 1, maximum: 9 }),
  },
  strict,
);

const evidenceKinds = [
  Type.Object(
    { kind: Type.Literal('card'), data: Type.String({ pattern: '^[A-Za-z0-9_-]{1,2048}$' }) },
    strict,
  ),
  Type.Object(
    {
      kind: Type.Literal('member-number'),
      memberNo: Type.String({ pattern: '^[A-Z0-9]{1,20}$' }),
      beneficiary,
    },
    strict,
  ),
  Type.Object(
    {
      kind: Type.Literal('identity-only'),
      beneficiary,
      reason: Type.Union([
        Type.Literal('CARD_FORGOTTEN'),
        Type.Literal('EMERGENCY'),
        Type.Literal('NEWBORN'),
      ]),
    },
    strict,
  ),
] as const;
/** The kind decides which branch is checked, so that a refusal names a field of the evidence that was sent. */
const evidence = Type.Unsafe<Static<(typeof evidenceKinds)[number]>>({
  type: 'object',
  required: ['kind'],
  discriminator: { propertyName: 'kind' },
  oneOf: evidenceKinds,
});

export const requestId = Type.String({
  pattern: '^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$',
});

export const eligibilityRequest = Type.Object(
  {
    requestId,
    structureId: Type.Optional(Type.String({ maxLength: 64 })),
    amcNo: Type.String({ pattern: '^[0-9]{8,10}$' }),
    convType: Type.String({ pattern: '^[A-Z0-9]{2}$' }),
    csr: Type.Optional(Type.String({ pattern: '^[A-Z0-9]{1,9}$' })),
    careDate: Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' }),
    domain: Type.Unsafe<CareDomain>({ type: 'string', enum: CARE_DOMAINS }),
    evidence,
  },
  strict,
);
export type EligibilityRequest = Static<typeof eligibilityRequest>;

export const eligibilityAnswer = Type.Object(
  {
    requestId: Type.String(),
    code: Type.Unsafe<(typeof codes)[number]>({ type: 'string', enum: codes }),
    engagementNo: nullableString,
    covered: Type.Boolean(),
    coverFrom: nullableString,
    coverTo: nullableString,
    guaranteeUntil: nullableString,
    rule: nullableString,
    responsible: nullableBoolean,
    receipt: receiptSchema,
  },
  strict,
);
export type EligibilityAnswer = Static<typeof eligibilityAnswer>;
