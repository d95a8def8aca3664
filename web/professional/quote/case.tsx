// The care that is being billed at this counter: its engagement, the lines, and what the server has answered so far.
// Must never be written anywhere: it lives in the memory of this page, and ends with the session or the next patient.

import { createContext, type ReactNode, useContext, useMemo, useState } from 'react';
import type { CareDomain } from '../../../src/core/care-domains.ts';
import type { QuoteLine } from '../../../src/core/quote.ts';
import type { Day } from '../../shared/api-types.ts';
import { shortDay } from '../../shared/format.ts';
import type { Agreement, ClaimAnswer, QuoteAnswer } from '../../shared/settlement-types.ts';
import type { DraftLine } from './draft.ts';

/** The lines and the button that sends them stand in two places. */
export const LINES_FORM = 'quote-lines';

export type Engagement = { engagementNo: string; domain: CareDomain; careDate: Day; guaranteeUntil: Day };

/** What was reserved: the answer, the lines it is about, and what this page had computed of them. */
export type Guaranteed = { answer: QuoteAnswer; lines: readonly QuoteLine[]; liveAmc: number | null };

export type Case = {
  engagement: Engagement;
  /** As typed. */
  careDay: string;
  lines: readonly DraftLine[];
  guaranteed: Guaranteed | null;
  agreement: Agreement | null;
  claim: ClaimAnswer | null;
};

export type CaseAtHand = {
  atHand: Case | null;
  open(engagement: Engagement): void;
  change(change: Partial<Case> | ((before: Case) => Partial<Case>)): void;
  close(): void;
};

const CaseContext = createContext<CaseAtHand | null>(null);

export function useCase(): CaseAtHand {
  const known = useContext(CaseContext);
  if (known === null) throw new Error('useCase needs a CaseProvider around it');
  return known;
}

export function CaseProvider({ children }: { children: ReactNode }) {
  const [atHand, setAtHand] = useState<Case | null>(null);
  const value = useMemo<CaseAtHand>(
    () => ({
      atHand,
      open: (engagement) =>
        setAtHand({
          engagement,
          careDay: shortDay(engagement.careDate),
          lines: [],
          guaranteed: null,
          agreement: null,
          claim: null,
        }),
      change: (change) =>
        setAtHand(
          (before) => before && { ...before, ...(typeof change === 'function' ? change(before) : change) },
        ),
      close: () => setAtHand(null),
    }),
    [atHand],
  );
  return <CaseContext value={value}>{children}</CaseContext>;
}
