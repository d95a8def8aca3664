// PURE. From the decision to the answer: the public code, what it discloses, and nothing more.
// "Unknown", "wrong proof" and "not covered" all become code 200 with the same keys (DESIGN.md I5).

import type { CardProblem } from '../../core/card.ts';
import type { DisclosedField } from '../../core/disclosed-fields.ts';
import type { Entitlement } from '../../core/entitlement.ts';
import type { EligibilityAnswer } from './eligibility.ts';

/** The answer without its receipt, and what the ledger says about it. */
export type Verdict = {
  answer: Omit<EligibilityAnswer, 'receipt' | 'requestId'>;
  disclosed: readonly DisclosedField[];
  /** For the internal audit alone: goes into the ledger's rest, never into an answer, a log or a metric. */
  cause: string;
  /** For the guard alone, likewise: a fake insured was looked up. */
  canary?: true;
};

const NOTHING = {
  engagementNo: null,
  covered: false,
  coverFrom: null,
  coverTo: null,
  guaranteeUntil: null,
  rule: null,
  responsible: null,
};

/** A card that is genuine but no longer, or not yet, good for anything: the asker may know (code 301). */
const EXPIRED_OR_REVOKED: readonly CardProblem[] = [
  'key-revoked',
  'key-period',
  'not-yet-valid',
  'expired',
  'revoked',
];

/**
 * What a card that is not accepted is answered with. A forged one is a wrong proof like any other: code 200. Any other
 * code about a record that was found says that this person is, or was, a member (DESIGN.md 8).
 */
export function cardVerdict(reason: CardProblem, isFound: boolean): Verdict {
  const code = EXPIRED_OR_REVOKED.includes(reason) ? '301' : '200';
  const disclosed = isFound && code === '301' ? (['membership'] as const) : [];
  return { answer: { ...NOTHING, code }, disclosed, cause: `card-${reason}` };
}

/** `entitlement` null: no door opened a record. `engagementNo` is used only when the person is covered. */
export function verdictOf(entitlement: Entitlement | null, engagementNo: string): Verdict {
  if (entitlement === null) return { answer: { ...NOTHING, code: '200' }, disclosed: [], cause: 'unknown' };
  switch (entitlement.kind) {
    case 'not-covered':
      return { answer: { ...NOTHING, code: '200' }, disclosed: [], cause: entitlement.why };
    case 'domain-excluded':
      return { answer: { ...NOTHING, code: '101' }, disclosed: ['membership'], cause: 'domain-excluded' };
    case 'covered': {
      const { coverFrom, coverTo, guaranteeUntil, rule, responsible } = entitlement;
      return {
        answer: {
          code: '000',
          engagementNo,
          covered: true,
          coverFrom,
          coverTo,
          guaranteeUntil,
          rule,
          responsible,
        },
        disclosed: ['membership', 'cover', 'coverDates', 'rule', 'responsible', 'engagement'],
        cause: 'covered',
      };
    }
  }
}
