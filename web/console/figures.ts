// PURE. How the console writes numbers and ages, and where a chart's scale ends.

import type { Language } from '../shared/format.ts';

const LOCALES = { fr: 'fr-FR', en: 'en-GB' } as const;

export function number(value: number, language: Language, digits = 0): string {
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return new Intl.NumberFormat(LOCALES[language], options).format(value);
}

/** `12 ms`, `1,2 s`; a dash when there is nothing to measure. */
export function duration(ms: number | null, language: Language): string {
  if (ms === null) return '–';
  if (ms >= 1_000) return `${number(ms / 1000, language, 1)} s`;
  return `${number(ms, language, ms < 10 ? 1 : 0)} ms`;
}

const UNITS = {
  fr: { day: 'j', hour: 'h', minute: 'min', second: 's' },
  en: { day: 'd', hour: 'h', minute: 'min', second: 's' },
} as const;

/** `3 j`, `5 h`, `12 min`, `8 s`. */
export function age(ms: number, language: Language): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const unit = UNITS[language];
  if (seconds >= 2 * 86_400) return `${Math.floor(seconds / 86_400)} ${unit.day}`;
  if (seconds >= 2 * 3_600) return `${Math.floor(seconds / 3_600)} ${unit.hour}`;
  if (seconds >= 120) return `${Math.floor(seconds / 60)} ${unit.minute}`;
  return `${seconds} ${unit.second}`;
}

/** The next of 1, 2, 5, 10, 20, 50 … that is not below. */
export function scaleEnd(highest: number): number {
  if (!(highest > 1)) return 1;
  const power = 10 ** Math.floor(Math.log10(highest));
  const step = [1, 2, 5, 10].find((one) => one * power >= highest) ?? 10;
  return step * power;
}

const SPAN_UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;

/** `64 minutes`, `3 jours`, `1 seconde`: a length of time inside a sentence, in a unit of which there are two at least. */
export function span(seconds: number, language: Language): string {
  const [unit, each] = SPAN_UNITS.find(([, one]) => seconds >= 2 * one) ?? (['second', 1] as const);
  const options = { style: 'unit', unit, unitDisplay: 'long', maximumFractionDigits: 0 } as const;
  return new Intl.NumberFormat(LOCALES[language], options).format(Math.round(seconds / each));
}
