// Shapes of prior agreements as they travel (docs/adr/0020-how-much-is-paid.md), as schemas and as types.

import { type Static, Type } from 'typebox';
import { AGE_GROUPS, EARS } from '../../core/frequency.ts';
import { timestamp } from '../../lib/clock.ts';
import { requestId } from '../check/eligibility.ts';
import { receiptSchema } from '../ledger/receipt-schema.ts';
import { ACCEPTING_REASONS, REFUSING_REASONS, wordsOf } from './prior-agreement-reasons.ts';
import { AGREEMENT_DOMAINS, type AgreementFacts } from './prior-agreement-store.ts';
import { engagementNo, quoteLine } from './quote-shapes.ts';

export const strict = { additionalProperties: false };
const oneOf = <T extends string>(words: readonly T[]) => Type.Unsafe<T>({ type: 'string', enum: [...words] });
const nullable = (text: Parameters<typeof Type.String>[0] = {}) =>
  Type.Union([Type.String(text), Type.Null()]);

export const agreementId = Type.String({
  pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$',
});
export const agreementIds = Type.Object({ id: agreementId }, strict);
export const cursor = (name: string) => Type.Object({ [name]: Type.Optional(agreementId) }, strict);

const words = Type.Object({ fr: Type.String(), en: Type.String() }, strict);
const facts = {
  priorAgreementId: Type.String(),
  domain: oneOf(AGREEMENT_DOMAINS),
  state: oneOf(['pending', 'accepted', 'refused', 'cancelled', 'lapsed']),
  why: Type.Array(words),
  validUntil: Type.String(),
  amc: Type.Integer(),
  askedAt: Type.String(),
  decidedAt: nullable(),
};
export const agreementFacts = Type.Object(facts, strict);

/** So many lines always fit into what the insurer is told; an offer for one care has no more. */
const MOST_OFFER_LINES = 16;
export const agreementRequest = Type.Object(
  {
    requestId,
    engagementNo,
    lines: Type.Array(quoteLine, { minItems: 1, maxItems: MOST_OFFER_LINES }),
    /** Glasses: `age` and `sightChanged`; hearing aids: `ears`, both when it is left out; other care: nothing. */
    equipment: Type.Optional(
      Type.Object(
        {
          age: Type.Optional(oneOf(AGE_GROUPS)),
          sightChanged: Type.Optional(Type.Boolean()),
          ears: Type.Optional(Type.Array(oneOf(EARS), { minItems: 1, maxItems: 2, uniqueItems: true })),
        },
        strict,
      ),
    ),
  },
  strict,
);
export type AgreementRequest = Static<typeof agreementRequest>;
export const agreementAnswer = Type.Object({ ...facts, receipt: receiptSchema }, strict);
export type AgreementAnswer = Static<typeof agreementAnswer>;

const equipment = Type.Union([
  Type.Object({ domain: Type.Literal('OPTI'), age: Type.String(), sightChanged: Type.Boolean() }, strict),
  Type.Object({ domain: Type.Literal('AUDI'), ears: Type.Array(Type.String()) }, strict),
  Type.Null(),
]);
const offerLine = Type.Object(
  {
    actCode: Type.String(),
    quantity: Type.Integer(),
    price: Type.Integer(),
    amc: Type.Integer(),
    basket: Type.Optional(Type.String()),
  },
  strict,
);
export const waitingAgreement = Type.Object(
  {
    ...facts,
    structure: Type.String(),
    ref: nullable(),
    careDate: Type.String(),
    product: Type.String(),
    rule: Type.String(),
    equipment,
    earliest: nullable(),
    lines: Type.Array(offerLine),
  },
  strict,
);

export const decision = Type.Object(
  { accept: Type.Boolean(), reason: oneOf([...ACCEPTING_REASONS, ...REFUSING_REASONS]) },
  strict,
);

/** As everybody may see it who may see it at all. */
export function shown<More extends AgreementFacts>({ id, reason, askedAtMs, decidedAtMs, ...rest }: More) {
  return {
    priorAgreementId: id,
    ...rest,
    why: [wordsOf(reason)],
    askedAt: timestamp(askedAtMs),
    decidedAt: decidedAtMs === null ? null : timestamp(decidedAtMs),
  };
}
