// Estimating and guaranteeing: what the lines come to here, and what the server answers when they are sent.
// Must never send a line of which anything is still to be mended.

import { useState } from 'react';
import type { QuoteLine } from '../../../src/core/quote.ts';
import type { Problem } from '../../shared/api-types.ts';
import type { QuoteAnswer } from '../../shared/settlement-types.ts';
import { useRequestId } from '../request-id.ts';
import { usePortal } from '../session.tsx';
import { type Case, useCase } from './case.tsx';
import {
  type DraftLine,
  type LineContext,
  type LineProblems,
  lineOf,
  lineProblems,
  placed,
} from './draft.ts';
import { amountsOf } from './line-editor.tsx';
import { liveQuote } from './live.ts';
import type { Known } from './use-terms.ts';

export type Desk = ReturnType<typeof useDesk>;

export function useDesk({
  atHand: { engagement, lines, guaranteed },
  known,
  context,
  dayIsGood,
}: {
  atHand: Case;
  known: Known;
  context: LineContext;
  dayIsGood: boolean;
}) {
  const { call } = usePortal();
  const { change } = useCase();
  const request = useRequestId();
  const [tried, setTried] = useState(false);
  const [isSending, setIsSending] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);

  const drafted = lines.map((line, i) => lineOf(line, i + 1, context));
  const complete = drafted.filter((line): line is QuoteLine => line !== null);
  const live = liveQuote({
    lines: complete,
    terms: known.terms,
    careDate: context.careDate,
    tables: known.tables,
  });
  const wrong = placed('code' in live ? live : (problem ?? { code: '' }));
  const quote = 'code' in live ? null : live;
  const isAsGuaranteed =
    guaranteed !== null && sameLines(guaranteed.lines, complete) && complete.length === lines.length;

  const problemsOf = (line: DraftLine, lineNo: number): LineProblems => {
    const own = lineProblems(line, context);
    const shown = tried ? own : withoutUnfinished(own);
    return wrong?.lineNo === lineNo ? { ...wrong.problems, ...shown } : shown;
  };

  return {
    quote,
    isSending,
    problem: problem && placed(problem) === null ? problem : null,
    isComplete: lines.length > 0 && complete.length === lines.length && quote !== null && dayIsGood,
    /** Lines without amounts are not in the totals. */
    left: lines.length - (quote ? complete.length : 0),
    isAsGuaranteed,
    /** The legal maximum that a refusal speaks of, in cents. */
    limit: ('code' in live ? live.limit : problem?.limit) ?? null,
    problemsOf,
    amountsOf: (lineNo: number) => {
      const answered = isAsGuaranteed
        ? guaranteed.answer.lines.find((one) => one.lineNo === lineNo)
        : undefined;
      return answered ?? amountsOf(quote?.lines.find((one) => one.lineNo === lineNo));
    },
    lines: complete,
    forget() {
      setProblem(null);
    },
    /** Reserves; gives the selector of what is to be mended first, or null. */
    async guarantee(): Promise<string | null> {
      setTried(true);
      if (!dayIsGood) return '[name="careDay"]';
      const first = lines.findIndex((line, i) => Object.keys(problemsOfTried(line, i + 1)).length > 0);
      if (lines.length === 0) return '[data-add]';
      if (first >= 0) return fieldSelector(problemsOfTried(lines[first] as DraftLine, first + 1), first + 1);
      if (isSending) return null;
      setIsSending(true);
      setProblem(null);
      const asked = { engagementNo: engagement.engagementNo, lines: complete };
      const result = await call<QuoteAnswer>('POST', '/v1/quotes', {
        body: { requestId: request.idFor(asked), ...asked },
      });
      setIsSending(false);
      if (result.ok) {
        request.answered();
        change({
          guaranteed: { answer: result.value, lines: complete, liveAmc: quote?.total.amc ?? null },
          claim: null,
        });
        return null;
      }
      setProblem(result.problem);
      const at = placed(result.problem);
      return at ? fieldSelector(at.problems, at.lineNo) : null;
    },
  };

  function problemsOfTried(line: DraftLine, lineNo: number): LineProblems {
    const own = lineProblems(line, context);
    return 'code' in live && wrong?.lineNo === lineNo ? { ...wrong.problems, ...own } : own;
  }
}

/** Before anybody has sent the lines, what is not typed yet is no mistake. */
function withoutUnfinished({ actCode, ...problems }: LineProblems): LineProblems {
  const finished = Object.entries(problems).filter(([, problem]) => problem !== 'missing');
  return actCode === 'act-other-domain'
    ? { actCode, ...Object.fromEntries(finished) }
    : Object.fromEntries(finished);
}

const fieldSelector = (problems: LineProblems, lineNo: number) =>
  `[name="${Object.keys(problems)[0] ?? 'actCode'}-${lineNo}"]`;

function sameLines(a: readonly QuoteLine[], b: readonly QuoteLine[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
