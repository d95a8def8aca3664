// The screen of the counter: the question on one side, one big answer on the other. Keys before mouse.
// Must never lose a keystroke: whatever the state, the focus is where the next one belongs.

import { useEffect, useRef, useState } from 'react';
import type { Profession } from '../../../src/core/care-domains.ts';
import { groupNir } from '../../shared/format.ts';
import { mayRepeat } from '../refusals.ts';
import { useText } from '../text.ts';
import { Outcome } from './outcome.tsx';
import { FIELDS, type Field, fieldNamed, type Problems } from './question.ts';
import { QuestionForm } from './question-form.tsx';
import { looksScanned, parseScan, type ScanReason } from './scan.ts';
import { type Check, useCheck } from './use-check.ts';

/** A scanner that ends with CR and LF sends two Enters, and a finger may rest: the answer stays at least so long. */
const ANSWER_HOLDS_MS = 500;

export function CheckScreen({ profession }: { profession: Profession }) {
  const text = useText();
  const check = useCheck(profession);
  const [scan, setScan] = useState('');
  const [scanProblem, setScanProblem] = useState<ScanReason | null>(null);
  const form = useRef<HTMLFormElement>(null);
  const outcome = useRef<HTMLElement>(null);
  const convTypes = useRef(new Map<string, string>());
  const { phase, draft } = check;

  const focusOn = (name: Field | 'scan' | 'reason') => {
    const input = form.current?.querySelector<HTMLInputElement>(
      name === 'reason' ? '.reasons input' : `[name="${name}"]`,
    );
    input?.focus();
    if (input?.type === 'text') input.select();
  };
  const next = (firstCharacter = '') => {
    check.clear();
    setScan(firstCharacter);
    setScanProblem(null);
    form.current?.querySelector<HTMLInputElement>('[name="scan"]')?.focus();
  };

  const askAbout = (asked: typeof draft) => {
    const first = firstOf(check.ask(asked));
    if (first) focusOn(first);
  };
  const submit = () => {
    if (phase.kind === 'asking') return;
    const line = scan.trim() !== '' ? scan : FIELDS.map((name) => draft[name]).find(looksScanned);
    if (line === undefined) return askAbout(draft);
    const read = parseScan(line, check.domains);
    if (!read.ok) {
      setScanProblem(read.reason);
      return focusOn('scan');
    }
    setScan('');
    setScanProblem(null);
    const { amcNo = '', convType = convTypes.current.get(amcNo) ?? '' } = read.fields;
    const { nir = '' } = read.fields;
    askAbout({ ...check.freshDraft(), ...read.fields, convType, nir: groupNir(nir) });
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each answer
  useEffect(() => {
    if (phase.kind === 'answered') {
      convTypes.current.set(phase.request.amcNo, phase.request.convType);
      outcome.current?.focus();
    }
    if (phase.kind === 'refused') {
      const field = blamed(phase.problem);
      if (field) {
        check.setProblems({ [field]: phase.problem.code === 'nir-invalid' ? 'nir-key' : 'refused' });
        focusOn(field);
      } else outcome.current?.focus();
    }
  }, [phase]);

  useKeys({ check, next, onCard: () => check.edit({ withCard: !draft.withCard }), outcome });

  return (
    <div className="check" data-phase={phase.kind}>
      <QuestionForm
        check={check}
        formRef={form}
        scan={scan}
        scanProblem={scanProblem}
        onScan={(value) => {
          setScan(value);
          setScanProblem(null);
        }}
        onSubmit={submit}
        onClear={() => next()}
      />
      {/* Read out when it changes; it has the focus too, so that letters and scans reach it. */}
      <section
        className="check-outcome"
        ref={outcome}
        tabIndex={-1}
        aria-label={text('answer.region')}
        aria-live="polite"
      >
        <Outcome phase={phase} onNext={() => next()} onRepeat={check.repeat} onStop={check.stop} />
      </section>
    </div>
  );
}

function firstOf(problems: Problems): Field | 'reason' | null {
  return FIELDS.find((field) => problems[field]) ?? (problems.reason ? 'reason' : null);
}

/** The field that a refusal is about, so that the next keystroke corrects it. */
function blamed({ code, field }: { code: string; field?: string }): Field | null {
  if (code === 'routing-unknown') return 'amcNo';
  if (code === 'nir-invalid') return 'nir';
  if (code === 'care-date-in-future') return 'careDate';
  return fieldNamed(field);
}

/** Keys of the whole screen. Letters work only where nothing can be typed: on the answer, or on nothing at all. */
function useKeys({
  check,
  next,
  onCard,
  outcome,
}: {
  check: Check;
  next(firstCharacter?: string): void;
  onCard(): void;
  outcome: { current: HTMLElement | null };
}) {
  const act = (event: KeyboardEvent) => {
    const { phase } = check;
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === 'Escape') {
      event.preventDefault();
      return phase.kind === 'asking' ? check.stop() : next();
    }
    if (event.key === 'F2' && phase.kind !== 'asking') {
      event.preventDefault();
      return onCard();
    }
    const onNothing = event.target === outcome.current || event.target === document.body;
    if (!onNothing || (phase.kind !== 'answered' && phase.kind !== 'refused')) return;
    const key = event.key.toLowerCase();
    if (key === 'c') outcome.current?.querySelector<HTMLElement>('[data-copy]')?.click();
    else if (key === 'r' && phase.kind === 'refused' && mayRepeat(phase.problem.code)) check.repeat();
    else if (/^[\d{]$/.test(key)) {
      event.preventDefault();
      next(event.key);
    } else if (key === 'n' || key === 'enter') {
      event.preventDefault();
      const rested = performance.now() - shownAt.current > ANSWER_HOLDS_MS;
      if (rested && !event.repeat) next();
    }
  };
  const shownAt = useRef(0);
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: each phase is shown from now on
  useEffect(() => {
    shownAt.current = performance.now();
  }, [check.phase]);
  useEffect(() => {
    const listen = (event: KeyboardEvent) => latest.current(event);
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);
}
