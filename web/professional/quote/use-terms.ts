// What an engagement's amounts are computed from: the public tables, and the terms that a dry run answers with.

import { useCallback, useEffect, useMemo, useState } from 'react';
import { readActs } from '../../../src/core/acts.ts';
import type { Tables } from '../../../src/core/quote.ts';
import { readTariffs } from '../../../src/core/tariffs.ts';
import { refused } from '../../shared/api-client.ts';
import type { Day, Problem } from '../../shared/api-types.ts';
import type { QuoteAnswer, QuoteRequest, QuoteTerms, ReferenceReply } from '../../shared/settlement-types.ts';
import { usePortal } from '../session.tsx';
import { useLoad } from '../use-load.ts';

export type Known = {
  kind: 'known';
  terms: QuoteTerms;
  guaranteeUntil: Day;
  tables: Tables;
  /** Asks the server again, for instance whether the insurer has agreed meanwhile. */
  reload(): Promise<void>;
};
export type KnownTerms = { kind: 'loading' } | { kind: 'refused'; problem: Problem; retry(): void } | Known;

export function useTerms(engagementNo: string): KnownTerms {
  const { call } = usePortal();
  const [reference, reloadReference] = useLoad<ReferenceReply>('/v1/reference');
  const [tried, setTried] = useState<QuoteAnswer | Problem | null>(null);
  const dryRun = useCallback(async () => {
    const body: QuoteRequest = { requestId: crypto.randomUUID(), engagementNo, lines: [], dryRun: true };
    const result = await call<QuoteAnswer>('POST', '/v1/quotes', { body });
    setTried(result.ok ? result.value : result.problem);
  }, [call, engagementNo]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `call` changes with every answer; the engagement decides
  useEffect(() => {
    void dryRun();
  }, [engagementNo]);

  const tables = useMemo(() => (reference?.ok ? tablesOf(reference.value) : null), [reference]);
  const retry = () => {
    setTried(null);
    void reloadReference();
    void dryRun();
  };
  if (reference && !reference.ok) return { kind: 'refused', problem: reference.problem, retry };
  if (tables === 'unreadable') return { kind: 'refused', problem: refused('bad-answer').problem, retry };
  if (tried && 'code' in tried) return { kind: 'refused', problem: tried, retry };
  if (tables === null || tried === null) return { kind: 'loading' };
  const { terms, guaranteeUntil } = tried;
  return { kind: 'known', terms, guaranteeUntil, tables, reload: dryRun };
}

function tablesOf(reply: ReferenceReply): Tables | 'unreadable' {
  const tariffs = readTariffs(reply.tariffs);
  const acts = readActs(reply.acts);
  return typeof tariffs === 'string' || typeof acts === 'string' ? 'unreadable' : { tariffs, acts };
}
