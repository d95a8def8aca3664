// The life of one question: ready, asking, answered or refused. Must never show an answer beside fields it is not
// about: any edit takes the answer away. Nothing typed outlives the screen.

import { useEffect, useRef, useState } from 'react';
import { type CareDomain, PROFESSIONS, type Profession } from '../../../src/core/care-domains.ts';
import type { EligibilityAnswer, EligibilityRequest, Problem } from '../../shared/api-types.ts';
import { nowMs } from '../../shared/clock.ts';
import { parisToday } from '../../shared/format.ts';
import { usePortal } from '../session.tsx';
import { type Draft, emptyDraft, type Field, type Problems, problemsOf, requestOf } from './question.ts';

export type Phase =
  | { kind: 'ready' }
  | { kind: 'asking'; late: boolean }
  | { kind: 'answered'; answer: EligibilityAnswer; request: EligibilityRequest; atMs: number }
  | { kind: 'refused'; problem: Problem; request: EligibilityRequest; atMs: number };

const LATE_MS = 3_000;

export type Check = ReturnType<typeof useCheck>;

export function useCheck(profession: Profession) {
  const { call } = usePortal();
  const { plannedCare } = PROFESSIONS[profession];
  const domains: readonly CareDomain[] = PROFESSIONS[profession].domains;
  const today = parisToday(nowMs());
  const fresh = (domain: CareDomain) => emptyDraft({ domain, today });

  const [draft, setDraft] = useState(() => fresh(domains[0] ?? 'DIV'));
  const [problems, setProblems] = useState<Problems>({});
  const [phase, setPhase] = useState<Phase>({ kind: 'ready' });
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);

  const send = async (request: EligibilityRequest) => {
    running.current?.abort();
    const stop = new AbortController();
    running.current = stop;
    setPhase({ kind: 'asking', late: false });
    const late = setTimeout(() => setPhase({ kind: 'asking', late: true }), LATE_MS);
    const result = await call<EligibilityAnswer>('POST', '/v1/eligibility', {
      body: request,
      signal: stop.signal,
    });
    clearTimeout(late);
    // Another question has begun meanwhile, or the screen is gone: this answer belongs to nobody.
    if (running.current !== stop) return;
    running.current = null;
    const atMs = nowMs();
    if (result.ok) setPhase({ kind: 'answered', answer: result.value, request, atMs });
    else setPhase({ kind: 'refused', problem: result.problem, request, atMs });
  };

  return {
    draft,
    problems,
    phase,
    domains,
    today,
    plannedCare,
    setProblems,
    /** Takes the answer away with the edit. */
    edit(change: Partial<Draft>) {
      setDraft((before) => ({ ...before, ...change }));
      setProblems((before) => without(before, Object.keys(change)));
      if (phase.kind === 'answered' || phase.kind === 'refused') setPhase({ kind: 'ready' });
    },
    /** The same value, written more legibly. */
    rewrite(name: Field, value: string) {
      setDraft((before) => ({ ...before, [name]: value }));
    },
    /** A new person: the care domain stays, everything else goes. */
    freshDraft: () => fresh(draft.domain),
    clear() {
      running.current?.abort();
      running.current = null;
      setDraft(fresh(draft.domain));
      setProblems({});
      setPhase({ kind: 'ready' });
    },
    /** Asks, or gives back what is wrong. */
    ask(asked: Draft): Problems {
      const found = problemsOf(asked, { today, plannedCare });
      setDraft(asked);
      setProblems(found);
      if (Object.keys(found).length === 0) void send(requestOf(asked, crypto.randomUUID()));
      return found;
    },
    /** Asks about a card. What was typed goes: one person, one question. */
    askCard(request: EligibilityRequest) {
      setDraft(fresh(request.domain));
      setProblems({});
      void send(request);
    },
    /** The same request with the same id: it counts once. */
    repeat() {
      if (phase.kind === 'refused') void send(phase.request);
    },
    stop() {
      running.current?.abort();
    },
  };
}

function without(problems: Problems, names: readonly string[]): Problems {
  return Object.fromEntries(Object.entries(problems).filter(([name]) => !names.includes(name)));
}
