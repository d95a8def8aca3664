// PURE arithmetic of the benchmarks: medians, percentiles and the bootstrap interval of a median of ratios.

import { generator } from '../src/lib/seeded-random.ts';

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** Linear interpolation between the two nearest ranks; NaN for no values. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * p;
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  const above = sorted[Math.ceil(at)] ?? Number.NaN;
  return below + (above - below) * (at - Math.floor(at));
}

/** Median with a bootstrap 95 % interval (2,000 resamples, fixed seed: the same values give the same interval). */
export function medianWithInterval(values: readonly number[]): { median: number; low: number; high: number } {
  const next = generator(20_261_122);
  const medians = Array.from({ length: 2_000 }, () =>
    median(values.map(() => values[Math.floor(next() * values.length)] ?? Number.NaN)),
  );
  return { median: median(values), low: percentile(medians, 0.025), high: percentile(medians, 0.975) };
}

/** Relative spread of the middle half: (p75 - p25) / median. */
export function spread(values: readonly number[]): number {
  return (percentile(values, 0.75) - percentile(values, 0.25)) / median(values);
}
