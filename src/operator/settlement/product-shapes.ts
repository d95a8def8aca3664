// Shapes of PUT /v1/products/{code} and of the terms that a quote is made under. What a formula may say is read by
// core/formulas.ts, not here.

import { type Static, Type } from 'typebox';
import { CARE_DOMAINS, type CareDomain } from '../../core/care-domains.ts';
import type { Formula } from '../../core/formulas.ts';
import type { Basket } from '../../core/quote.ts';

const strict = { additionalProperties: false };
/** One contract seldom has more than one rule per care domain. */
const MOST_RULES = 60;
const MOST_ACTS = 200;
const CODE = '^[A-Z0-9_-]{1,20}$';

export const productCode = Type.String({ pattern: CODE });
export const domain = Type.Unsafe<CareDomain>({ type: 'string', enum: CARE_DOMAINS });
const formula = Type.Unsafe<Formula>({ type: 'object', required: ['k'], additionalProperties: true });
const formulas = {
  formula,
  baskets: Type.Optional(
    Type.Unsafe<Readonly<Partial<Record<Basket, Formula>>>>({
      type: 'object',
      properties: { RAC0: formula, MODERATED: formula, FREE: formula },
      additionalProperties: false,
    }),
  ),
  acts: Type.Optional(
    Type.Unsafe<Readonly<Record<string, Formula>>>({
      type: 'object',
      propertyNames: { pattern: '^[A-Z0-9_]{1,13}$' },
      maxProperties: MOST_ACTS,
      additionalProperties: formula,
    }),
  ),
};

const rules = Type.Record(productCode, Type.Object({ domain, ...formulas }, strict), {
  minProperties: 1,
  maxProperties: MOST_RULES,
  additionalProperties: false,
});

export const productBody = Type.Object(
  {
    from: Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' }),
    responsible: Type.Boolean(),
    rules,
  },
  strict,
);
export type ProductBody = Static<typeof productBody>;

export const productList = Type.Object(
  { products: Type.Array(Type.Object({ code: productCode, ...productBody.properties }, strict)) },
  strict,
);

/** Whether the insurer wants to agree first, and how far that is. Null: it does not. */
export const PRIOR_AGREEMENT_STATES = ['needed', 'pending', 'accepted', 'refused'] as const;
export type PriorAgreementState = (typeof PRIOR_AGREEMENT_STATES)[number];
export const priorAgreement = Type.Unsafe<PriorAgreementState | null>({
  enum: [...PRIOR_AGREEMENT_STATES, null],
});

/** What amounts are computed from: the portal computes the same ones while they are typed. */
export const termsSchema = Type.Object(
  {
    product: Type.String(),
    rule: Type.String(),
    domain,
    responsible: Type.Boolean(),
    ...formulas,
    pec: priorAgreement,
    counters: Type.Array(
      Type.Object(
        { counter: Type.String(), from: Type.String(), to: Type.String(), left: Type.Integer() },
        strict,
      ),
    ),
  },
  strict,
);
