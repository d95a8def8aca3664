// What a benchmark returns, and how the table is printed (CONTRACT.md 1, `bench/results/latest.json`).

export type BenchResult = {
  /** What `value` counts. */
  unit: string;
  value: number;
  /** Subject divided by baseline, round by round: median and bootstrap 95 % interval. */
  ratio: { median: number; low: number; high: number };
  baseline: { name: string; value: number };
  /** (p75 - p25) / median of the baseline's rounds. */
  baselineSpread: number;
  cpuSecondsPerMillion: number;
  /** Safety switches found off; a figure with one is worthless and the run fails. */
  switchesOff: string[];
  /** Everything else worth keeping: latencies, memory, probes. */
  more: Record<string, number | string>;
};

export type Benchmark = {
  name: string;
  summary: string;
  run(say: (text: string) => void): Promise<BenchResult>;
};

export function table(results: Readonly<Record<string, BenchResult>>): string {
  const rows = Object.entries(results).map(([name, one]) => [
    name,
    `${format(one.value)} ${one.unit}`,
    `${one.ratio.median.toFixed(2)} (${one.ratio.low.toFixed(2)}-${one.ratio.high.toFixed(2)})`,
    `${one.baseline.name}: ${format(one.baseline.value)} ±${(one.baselineSpread * 50).toFixed(0)} %`,
    `${one.cpuSecondsPerMillion.toFixed(0)} s`,
    one.switchesOff.length === 0 ? 'none' : one.switchesOff.join(', '),
  ]);
  const header = ['benchmark', 'rate', 'ratio (95 %)', 'baseline', 'CPU per million', 'switches off'];
  const widths = header.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('   ')
      .trimEnd();
  const more = Object.entries(results).map(
    ([name, one]) =>
      `${name}: ${Object.entries(one.more)
        .map(([key, value]) => `${key} ${value}`)
        .join(', ')}`,
  );
  return `${[header, ...rows].map(line).join('\n')}\n\n${more.join('\n')}\n`;
}

function format(value: number): string {
  return Math.round(value).toLocaleString('en-GB');
}
