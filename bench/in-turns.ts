// Compares two sides that compute in this one process: rounds of many short turns, one side after the other.

import { cpuSeconds } from './processes.ts';
import { median, medianWithInterval, spread } from './statistics.ts';

type Side<Item> = (some: readonly Item[]) => void;

export type Contest<Item> = {
  all: readonly Item[];
  /** Items of one side before it is the other's turn. */
  turn: number;
  rounds: number;
  baselineOnce: Side<Item>;
  subjectOnce: Side<Item>;
  /** What is counted, when an item is more than one of it. */
  perItem?: number;
};

export function inTurns<Item>(contest: Contest<Item>, say: (text: string) => void) {
  const { all, rounds, baselineOnce, subjectOnce, perItem = 1 } = contest;
  subjectOnce(all);
  baselineOnce(all);
  const baseline: number[] = [];
  const subject: number[] = [];
  const cpuBefore = cpuSeconds();
  for (let round = 0; round < rounds; round += 1) {
    const { base, own } = oneRound(contest);
    baseline.push(base * perItem);
    subject.push(own * perItem);
    say(
      `round ${round + 1} of ${rounds}: ${Math.round(own * perItem)}/s, baseline ${Math.round(base * perItem)}/s`,
    );
  }
  // Both sides ran in turn in this one process: the subject's share of its time is its share of the work.
  const share = 1 / median(subject) / (1 / median(subject) + 1 / median(baseline));
  const cpu = (cpuSeconds() - cpuBefore) * share;
  return {
    value: median(subject),
    ratio: medianWithInterval(subject.map((value, i) => value / (baseline[i] ?? Number.NaN))),
    baseline: median(baseline),
    baselineSpread: spread(baseline),
    cpuSecondsPerMillion: (cpu / (rounds * all.length * perItem)) * 1e6,
  };
}

/**
 * Both sides in turns of a few milliseconds, and of each side its median turn: what else the machine does falls on
 * both alike, and a turn that was interrupted does not count.
 */
function oneRound<Item>({ all, turn, baselineOnce, subjectOnce }: Contest<Item>): {
  base: number;
  own: number;
} {
  const rates: Record<'base' | 'own', number[]> = { base: [], own: [] };
  const timed = (side: keyof typeof rates, once: Side<Item>, some: readonly Item[]) => {
    const startedAt = performance.now();
    once(some);
    rates[side].push((some.length * 1000) / (performance.now() - startedAt));
  };
  for (let from = 0; from < all.length; from += turn) {
    const some = all.slice(from, from + turn);
    const baseFirst = (from / turn) % 2 === 0;
    if (baseFirst) timed('base', baselineOnce, some);
    timed('own', subjectOnce, some);
    if (!baseFirst) timed('base', baselineOnce, some);
  }
  return { base: median(rates.base), own: median(rates.own) };
}
