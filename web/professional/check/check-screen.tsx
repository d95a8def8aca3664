// The screen of the counter: two ways to ask, the card first and typing beside it, and one big answer. Keys before mouse.
// Must never lose a keystroke: whatever the state, the focus is where the next one belongs.

import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import type { Profession } from '../../../src/core/care-domains.ts';
import { groupNir } from '../../shared/format.ts';
import { PATHS } from '../paths.ts';
import { useCase } from '../quote/case.tsx';
import { mayRepeat } from '../refusals.ts';
import { useText } from '../text.ts';
import { CardProblemText } from './card-problem.tsx';
import { cardRequestOf } from './card-question.ts';
import { CardShown } from './card-shown.tsx';
import { CardWay } from './card-way.tsx';
import { guardRefusal } from './guard-refusals.ts';
import { Notice, useNotice } from './notice.tsx';
import { Outcome } from './outcome.tsx';
import { FIELDS, type Field, fieldNamed, type Problems } from './question.ts';
import { QuestionForm } from './question-form.tsx';
import { looksScanned, parseScan, type ScanReason } from './scan.ts';
import { type CardOnCounter, useCard } from './use-card.ts';
import { type Asked, type Check, type Phase, useCheck } from './use-check.ts';
import { useDrop } from './use-drop.ts';
import { useWedge } from './use-wedge.ts';

/** A scanner that ends with CR and LF sends two Enters, and a finger may rest: the answer stays at least so long. */
const ANSWER_HOLDS_MS = 500;
/** Faster than any hand. */
const BURST_MS = 60;

/** Fields that are empty until somebody types. */
const TYPED = ['amcNo', 'convType', 'csr', 'memberNo', 'nir', 'birthDate'] as const;

export function CheckScreen({ profession }: { profession: Profession }) {
  const text = useText();
  const check = useCheck(profession);
  const card = useCard();
  const notice = useNotice();
  const navigate = useNavigate();
  const { open: openCase } = useCase();
  const [camera, setCamera] = useState(false);
  const [scan, setScan] = useState('');
  const [scanProblem, setScanProblem] = useState<ScanReason | null>(null);
  const form = useRef<HTMLFormElement>(null);
  const outcome = useRef<HTMLElement>(null);
  const convTypes = useRef(new Map<string, string>());
  const { phase, draft } = check;
  const shown = phase.kind === 'ready' && card.state.kind !== 'none' ? 'card' : phase.kind;
  const isTyping = scan !== '' || TYPED.some((name) => draft[name] !== '');

  const focusOn = (name: Field | 'scan' | 'reason') => {
    const input = form.current?.querySelector<HTMLInputElement>(
      name === 'reason' ? '.reasons input' : `[name="${name}"]`,
    );
    input?.focus();
    if (input?.type === 'text') input.select();
  };
  const next = (firstCharacter = '') => {
    notice.say(null);
    check.clear();
    card.clear();
    setCamera(false);
    setScan(firstCharacter);
    setScanProblem(null);
    form.current?.querySelector<HTMLInputElement>('[name="scan"]')?.focus();
  };

  const openCamera = () => {
    next();
    setCamera(true);
  };

  const toQuote = () => {
    if (phase.kind !== 'answered' || phase.answer.engagementNo === null) return;
    const { engagementNo, guaranteeUntil } = phase.answer;
    const { domain, careDate } = phase.request;
    openCase({ engagementNo, domain, careDate, guaranteeUntil: guaranteeUntil ?? careDate });
    void navigate(PATHS.quote);
  };

  const askAbout = (asked: typeof draft) => {
    const first = firstOf(check.ask(asked));
    if (first) focusOn(first);
  };
  /** One way at a time: a card takes away what was typed, and the camera is off while there is one. */
  const laid = (put: () => Promise<unknown>, ignored: 'asking' | 'drop' = 'asking') => {
    if (phase.kind === 'asking') return notice.say(ignored); // nothing waits its turn; Escape stops the question
    notice.say(null);
    check.clear();
    setScan('');
    setScanProblem(null);
    setCamera(false);
    void put();
  };
  useWedge({
    card: (line) => laid(() => card.scanned(line)),
    other: () => laid(() => card.refuse('other-code')),
  });
  const held = useDrop({ picture: (file) => laid(() => card.picture(file), 'drop'), other: notice.say });
  /** While a question is being asked the form cannot be sent: no line waits in it for its turn. */
  const ignoreLine = () => {
    if (scan.trim() === '') return; // a scanner's second line end
    setScan('');
    notice.say('asking');
  };
  const submit = () => {
    if (phase.kind === 'asking') return;
    notice.say(null);
    card.clear();
    setCamera(false);
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
      const isTyped = phase.request.evidence.kind !== 'card';
      const field = isTyped ? blamed(phase.problem) : null;
      if (field) {
        check.setProblems({ [field]: phase.problem.code === 'nir-invalid' ? 'nir-key' : 'refused' });
        focusOn(field);
      } else outcome.current?.focus();
    }
  }, [phase]);

  useEffect(() => {
    if (card.state.kind === 'reading' || card.state.kind === 'problem') outcome.current?.focus();
  }, [card.state.kind]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: whoever begins to type has put the card away
  useEffect(() => {
    if (isTyping && shown === 'card') card.clear();
  }, [isTyping]);
  useKeys({
    check,
    card,
    next,
    ignoreLine,
    onCard: () => check.edit({ withCard: !draft.withCard }),
    onCamera: openCamera,
    outcome,
  });

  return (
    <div className="check" data-phase={shown}>
      <div className="counter">
        <h1 className="question-title">{text('check.title')}</h1>
        <Notice why={notice.why} />
        {shown === 'ready' ? (
          <CardWay
            camera={camera}
            isMain={!isTyping}
            held={held}
            onCamera={(open) => {
              setCamera(open);
              if (!open) focusOn('scan');
            }}
            onPicture={(file) => laid(() => card.picture(file))}
            onCard={(bytes) => laid(() => card.found(bytes))}
          />
        ) : null}
        {/* Read out when it changes; it has the focus too, so that letters and scans reach it. */}
        <section
          className="check-outcome"
          ref={outcome}
          tabIndex={-1}
          aria-label={text(shown === 'card' ? 'card.region' : 'answer.region')}
          aria-live="polite"
        >
          {shown === 'card' ? (
            <Card
              card={card}
              check={check}
              onAsk={(asked) => {
                card.clear();
                check.askCard(asked);
              }}
              onPutAway={() => next()}
            />
          ) : (
            <Outcome
              phase={phase}
              onNext={() => next()}
              onRepeat={check.repeat}
              onStop={check.stop}
              onCamera={openCamera}
              onQuote={toQuote}
            />
          )}
        </section>
      </div>
      <QuestionForm
        check={check}
        formRef={form}
        scan={scan}
        scanProblem={scanProblem}
        isMain={isTyping && phase.kind !== 'answered' && !isGuarded(phase)}
        onScan={(value) => {
          setScan(value);
          setScanProblem(null);
          card.clear();
        }}
        onSubmit={submit}
        onClear={() => next()}
      />
    </div>
  );
}

/** The card that was scanned: what it says, or why it is not accepted. */
function Card({
  card: { state },
  check,
  onAsk,
  onPutAway,
}: {
  card: CardOnCounter;
  check: Check;
  onAsk(asked: Asked): void;
  onPutAway(): void;
}) {
  const text = useText();
  if (state.kind === 'problem') return <CardProblemText reason={state.reason} onAgain={onPutAway} />;
  if (state.kind !== 'verified') return <p role="status">{text('card.reading')}</p>;
  return (
    <CardShown
      card={state.check}
      back={state.back}
      check={check}
      onAsk={(question) =>
        onAsk({
          request: cardRequestOf(state.check, question, crypto.randomUUID()),
          insurerName: state.check.insurerName,
        })
      }
      onPutAway={onPutAway}
    />
  );
}

/** Asking the same again would change nothing: what to do stands in the message. */
const isGuarded = (phase: Phase) =>
  phase.kind === 'refused' && guardRefusal(phase.problem, phase.request) !== null;

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
  card,
  next,
  ignoreLine,
  onCard,
  onCamera,
  outcome,
}: {
  check: Check;
  card: CardOnCounter;
  next(firstCharacter?: string): void;
  ignoreLine(): void;
  onCard(): void;
  onCamera(): void;
  outcome: { current: HTMLElement | null };
}) {
  const act = (event: KeyboardEvent) => {
    const { phase } = check;
    if (document.querySelector('[role="dialog"]')) return; // its keys are its own
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === 'Escape') {
      event.preventDefault();
      return phase.kind === 'asking' ? check.stop() : next();
    }
    if (event.key === 'F2' && phase.kind !== 'asking') {
      event.preventDefault();
      return onCard();
    }
    if (event.key === 'F4' && phase.kind !== 'asking') {
      event.preventDefault();
      return onCamera();
    }
    const inScan = event.target instanceof HTMLInputElement && event.target.name === 'scan';
    if (event.key === 'Enter' && phase.kind === 'asking' && inScan) return ignoreLine();
    const sinceMs = event.timeStamp - typedAt.current;
    // A line end is the end of a burst: the next letter is a person's again.
    typedAt.current = event.key.length === 1 ? event.timeStamp : Number.NEGATIVE_INFINITY;
    clearTimeout(repeating.current);
    const onNothing = event.target === outcome.current || event.target === document.body;
    const isOver = phase.kind === 'answered' || phase.kind === 'refused' || card.state.kind === 'problem';
    if (!onNothing || !isOver) return;
    const key = event.key.toLowerCase();
    // A letter within a scanner's burst is no shortcut.
    if (/^[a-z]$/.test(key) && sinceMs < BURST_MS) return;
    if (key === 'c') outcome.current?.querySelector<HTMLElement>('[data-copy]')?.click();
    else if (key === 'm') outcome.current?.querySelector<HTMLElement>('[data-quote]')?.click();
    else if (key === 'r' && phase.kind === 'refused' && mayRepeat(phase.problem.code)) {
      // Cards begin with this letter: it counts when nothing follows.
      repeating.current = setTimeout(check.repeat, BURST_MS);
    } else if (/^[\d{]$/.test(key)) {
      event.preventDefault();
      next(event.key);
    } else if (key === 'n' || key === 'enter') {
      event.preventDefault();
      const rested = performance.now() - shownAt.current > ANSWER_HOLDS_MS;
      if (!rested || event.repeat) return;
      // A message may have an action that is expected next; it comes before the next patient.
      const action = key === 'enter' ? outcome.current?.querySelector<HTMLElement>('[data-enter]') : null;
      if (action) action.click();
      else next();
    }
  };
  const shownAt = useRef(0);
  const typedAt = useRef(Number.NEGATIVE_INFINITY);
  const repeating = useRef<ReturnType<typeof setTimeout>>(undefined);
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: each phase is shown from now on
  useEffect(() => {
    shownAt.current = performance.now();
  }, [check.phase, card.state]);
  // Before the screen is painted: who sees it may press a key at once.
  useLayoutEffect(() => {
    const listen = (event: KeyboardEvent) => latest.current(event);
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);
}
