// How long answers took in each of the last sixty minutes: half of them within the thick line, 99 of 100 within the
// broken one. Minutes without a check are gaps, not zeros.

import { useLanguage } from '../../shared/i18n.tsx';
import type { Minute } from '../console-types.ts';
import { duration, scaleEnd } from '../figures.ts';
import { useText } from '../text.ts';
import { Chart, HEIGHT, Legend } from './chart.tsx';

export function LatencyChart({ minutes }: { minutes: readonly Minute[] }) {
  const text = useText();
  const { language } = useLanguage();
  const shown = (ms: number | null) => duration(ms, language);
  const end = scaleEnd(Math.max(...minutes.map(({ p99Ms }) => p99Ms ?? 0), 1));
  const highest = minutes.reduce<number | null>(
    (most, { p99Ms }) => (p99Ms === null ? most : Math.max(most ?? 0, p99Ms)),
    null,
  );
  return (
    <Chart
      title={text('latency.title')}
      summary={highest === null ? text('latency.none') : text('latency.summary', { highest: shown(highest) })}
      top={shown(end)}
      legend={
        <Legend
          entries={[
            { sign: 'p50', label: text('latency.p50') },
            { sign: 'p99', label: text('latency.p99') },
          ]}
        />
      }
      columns={[
        { title: text('chart.minutes-ago'), values: minutes.map((_, i) => String(minutes.length - 1 - i)) },
        { title: text('latency.p50'), values: minutes.map(({ p50Ms }) => shown(p50Ms)) },
        { title: text('latency.p99'), values: minutes.map(({ p99Ms }) => shown(p99Ms)) },
      ]}
    >
      <Line className="line-p50" values={minutes.map(({ p50Ms }) => p50Ms)} end={end} />
      <Line className="line-p99" values={minutes.map(({ p99Ms }) => p99Ms)} end={end} />
    </Chart>
  );
}

/** One path with a new beginning after each gap; a minute alone is a short dash. */
function Line({
  className,
  values,
  end,
}: {
  className: string;
  values: readonly (number | null)[];
  end: number;
}) {
  const steps = values.map((value, i) => {
    if (value === null) return '';
    const y = HEIGHT - (value / end) * HEIGHT;
    const joined = i > 0 && values[i - 1] != null;
    return joined ? `L${i + 0.5} ${y}` : `M${i + 0.1} ${y}L${i + 0.5} ${y}`;
  });
  return <path className={`line ${className}`} d={steps.join('')} />;
}
