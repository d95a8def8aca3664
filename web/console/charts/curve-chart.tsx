// The curve that raised an alarm: what the detector stood at after each look-up, and the line it must not cross.

import { dayAndTime } from '../../shared/format.ts';
import { useLanguage } from '../../shared/i18n.tsx';
import { curveKey } from '../alarm-words.ts';
import { number } from '../figures.ts';
import type { Alarm } from '../guard-types.ts';
import { useText } from '../text.ts';
import { Chart, HEIGHT, Legend, WIDTH } from './chart.tsx';

export function CurveChart({ alarm }: { alarm: Alarm }) {
  const text = useText();
  const { language } = useLanguage();
  const { curve, threshold, value, detector } = alarm;
  const shown = (height: number) => number(height, language, height % 1 === 0 ? 0 : 1);
  const highest = Math.max(threshold, value, ...curve.map((point) => point.value));
  const end = Math.ceil(1.2 * highest); // the line that was crossed stands high, with air above it
  const y = (height: number) => HEIGHT - (height / end) * HEIGHT;
  const places = placed(curve);
  const from = curve[0]?.at ?? alarm.at;
  return (
    <Chart
      title={text('curve.title')}
      summary={`${text(curveKey(detector))} ${text('curve.summary', { value: shown(value), threshold: shown(threshold) })}`}
      top={shown(end)}
      axis={[dayAndTime(from), dayAndTime(curve.at(-1)?.at ?? alarm.at)]}
      legend={
        <Legend
          entries={[
            { sign: 'curve', label: text('curve.line') },
            { sign: 'threshold', label: text('curve.threshold', { threshold: shown(threshold) }) },
          ]}
        />
      }
      columns={[
        { title: text('curve.at'), values: curve.map((point) => dayAndTime(point.at)) },
        { title: text('curve.value'), values: curve.map((point) => shown(point.value)) },
      ]}
    >
      <line className="line line-threshold" x1="0" x2={WIDTH} y1={y(threshold)} y2={y(threshold)} />
      <path
        className="line line-curve"
        d={places.map(({ x, height }, i) => `${i === 0 ? 'M' : 'L'}${x} ${y(height)}`).join('')}
      />
      {places.slice(-1).map(({ x, height }) => (
        <path key={x} className="line line-alarmed" d={`M${x} ${y(height)}h0`} />
      ))}
    </Chart>
  );
}

/** By time, from edge to edge; points of one moment stand at the right edge. */
function placed(curve: Alarm['curve']): { x: number; height: number }[] {
  const times = curve.map((point) => Date.parse(point.at));
  const [first = 0] = times;
  const long = (times.at(-1) ?? first) - first;
  return curve.map(({ value }, i) => ({
    x: long === 0 ? WIDTH : (((times[i] ?? first) - first) / long) * WIDTH,
    height: value,
  }));
}
