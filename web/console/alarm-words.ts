// PURE. An alarm in a sentence: what was seen, in how long, against what is usual. A count that is missing leaves its
// part of the sentence out; it must never be shown as zero.

import type { Language } from '../shared/format.ts';
import type { Text } from '../shared/i18n.tsx';
import { number, span } from './figures.ts';
import type { AlarmSummary, Detector, Facts } from './guard-types.ts';
import type { MessageKey } from './messages-fr.ts';

export type Speech = { text: Text<MessageKey>; language: Language };
type Counted = 'strangers' | 'regulars' | 'accounts' | 'structures' | 'canaries' | 'units';

/** « 23 personnes nouvelles en 64 minutes ; une journée habituelle de ce compte en compte 6. » */
export function alarmSentence({ detector, facts }: Pick<AlarmSummary, 'detector' | 'facts'>, speech: Speech) {
  return SAYINGS[detector](facts, speech) ?? speech.text(`detector.${detector}.bare`);
}

/** Null when what the sentence is about is not among the facts. */
type Saying = (facts: Facts, speech: Speech) => string | null;

const people =
  (detector: 'strangers' | 'strangers-slow' | 'regulars' | 'pace', what: Counted): Saying =>
  (facts, speech) =>
    facts.people === undefined
      ? null
      : speech.text(`said.${detector}`, {
          people: counted(what, facts.people, speech),
          within: within(facts, speech),
          usual: usual(facts, speech),
        });

const SAYINGS: Record<Detector, Saying> = {
  strangers: people('strangers', 'strangers'),
  'strangers-slow': people('strangers-slow', 'strangers'),
  regulars: people('regulars', 'regulars'),
  pace: people('pace', 'strangers'),
  misses({ misses, asked, ...facts }, speech) {
    if (misses === undefined || asked === undefined) return null;
    const shown = (count: number) => number(count, speech.language);
    return speech.text('said.misses', {
      misses: shown(misses),
      asked: shown(asked),
      within: within(facts, speech),
    });
  },
  canary({ canaries, ...facts }, speech) {
    if (canaries === undefined) return null;
    const said = { canaries: counted('canaries', canaries, speech), within: within(facts, speech) };
    return speech.text('said.canary', said);
  },
  refused({ refused, ...facts }, speech) {
    if (refused === undefined) return null;
    const said = { count: number(refused, speech.language), within: within(facts, speech) };
    return speech.text('said.refused', said);
  },
  cohort(facts, speech) {
    const accounts = facts.accounts && counted('accounts', facts.accounts, speech);
    const structures = facts.structures && counted('structures', facts.structures, speech);
    const who =
      accounts && structures ? speech.text('said.of', { accounts, structures }) : accounts || structures;
    return who ? speech.text('said.cohort', { who, within: within(facts, speech) }) : null;
  },
  emergency: ({ units }, speech) =>
    units === undefined ? null : speech.text('said.emergency', { units: counted('units', units, speech) }),
};

/** What the curve's height counts, for the sentence above it. */
export function curveKey(detector: Detector): `curve.${'people' | 'misses' | 'together'}` {
  if (detector === 'misses') return 'curve.misses';
  return detector === 'cohort' ? 'curve.together' : 'curve.people';
}

function within({ seconds, hours }: Facts, { text, language }: Speech): string {
  const long = seconds ?? (hours === undefined ? undefined : hours * 3_600);
  return long === undefined ? '' : text('said.within', { span: span(Math.max(1, long), language) });
}

function usual({ usualPerDay }: Facts, { text, language }: Speech): string {
  if (usualPerDay === undefined) return '';
  return text('said.usual', { usual: number(usualPerDay, language, usualPerDay % 1 === 0 ? 0 : 1) });
}

/** `1 personne nouvelle`, `23 personnes nouvelles`; none is in the singular in French, in the plural in English. */
export function counted(what: Counted, count: number, { text, language }: Speech): string {
  const isOne = count === 1 || (count === 0 && language === 'fr');
  return text(`count.${what}.${isOne ? 'one' : 'many'}`, { count: number(count, language) });
}

/** Is something still asked of somebody, or closed to them, because of it? */
export function isStanding({ endsAt, endedAt }: AlarmSummary, now: string): boolean {
  return endedAt === null && (endsAt === null || endsAt > now);
}
