// PURE. From the decision to the answer: the public code, what it discloses, and nothing more.
// "Unknown", "wrong proof" and "not covered" all become code 200 with the same keys (DESIGN.md I5).

import type { CardProblem } from '../../core/card.ts';
import type { DisclosedField } from '../../core/disclosed-fields.ts';
import type { Entitlement } from '../../core/entitlement.ts';
import type { EngagementCode } from '../settlement/engagement.ts';
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

type Covered = Extract<Entitlement, { kind: 'covered' }>;

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

/** Somebody who is not covered; null: no door opened a record. */
export function uncoveredVerdict(entitlement: Exclude<Entitlement, Covered> | null): Verdict {
  if (entitlement === null) return { answer: { ...NOTHING, code: '200' }, disclosed: [], cause: 'unknown' };
  switch (entitlement.kind) {
    case 'not-covered':
      return { answer: { ...NOTHING, code: '200' }, disclosed: [], cause: entitlement.why };
    case 'domain-excluded':
      return { answer: { ...NOTHING, code: '101' }, disclosed: ['membership'], cause: 'domain-excluded' };
  }
}

/** Somebody who is covered, and what the insurer is held to. */
export function coveredVerdict(
  { coverFrom, coverTo, guaranteeUntil, rule, responsible }: Covered,
  { code, engagementNo }: { code: EngagementCode; engagementNo: string },
): Verdict {
  const days = { coverFrom, coverTo, guaranteeUntil };
  return {
    answer: { code, engagementNo, covered: true, ...days, rule, responsible },
    disclosed: ['membership', 'cover', 'coverDates', 'rule', 'responsible', 'engagement'],
    cause: 'covered',
  };
}
