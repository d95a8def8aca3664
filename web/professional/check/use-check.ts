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
  | ({ kind: 'asking'; late: boolean } & Asked)
  | ({ kind: 'answered'; answer: EligibilityAnswer; atMs: number } & Asked)
  | ({ kind: 'refused'; problem: Problem; atMs: number } & Asked);

/** `insurerName`: as the card's signature named it; null for typed numbers. */
export type Asked = { request: EligibilityRequest; insurerName: string | null };

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

  const send = async (asked: Asked) => {
    const { request } = asked;
    running.current?.abort();
    const stop = new AbortController();
    running.current = stop;
    setPhase({ kind: 'asking', late: false, ...asked });
    const late = setTimeout(() => setPhase({ kind: 'asking', late: true, ...asked }), LATE_MS);
    const result = await call<EligibilityAnswer>('POST', '/v1/eligibility', {
      body: request,
      signal: stop.signal,
    });
    clearTimeout(late);
    // Another question has begun meanwhile, or the screen is gone: this answer belongs to nobody.
    if (running.current !== stop) return;
    running.current = null;
    const atMs = nowMs();
    if (result.ok) setPhase({ kind: 'answered', answer: result.value, atMs, ...asked });
    else setPhase({ kind: 'refused', problem: result.problem, atMs, ...asked });
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
      if (Object.keys(found).length === 0) {
        void send({ request: requestOf(asked, crypto.randomUUID()), insurerName: null });
      }
      return found;
    },
    /** Asks about a card. What was typed goes: one person, one question. */
    askCard(asked: Asked) {
      setDraft(fresh(asked.request.domain));
      setProblems({});
      void send(asked);
    },
    /** The same request with the same id: it counts once. */
    repeat() {
      if (phase.kind !== 'refused') return;
      const { request, insurerName } = phase;
      void send({ request, insurerName });
    },
    stop() {
      running.current?.abort();
    },
  };
}

function without(problems: Problems, names: readonly string[]): Problems {
  return Object.fromEntries(Object.entries(problems).filter(([name]) => !names.includes(name)));
}
