// Checks of each of the last sixty minutes: answered from the ground, refused hanging from the top edge of their bar.

import { useLanguage } from '../../shared/i18n.tsx';
import type { Minute } from '../console-types.ts';
import { number, scaleEnd } from '../figures.ts';
import { useText } from '../text.ts';
import { Chart, HEIGHT, Legend } from './chart.tsx';

export function RateChart({ minutes }: { minutes: readonly Minute[] }) {
  const text = useText();
  const { language } = useLanguage();
  const end = scaleEnd(Math.max(...minutes.map(({ answered, refused }) => answered + refused), 1));
  const height = (count: number) => (count / end) * HEIGHT;
  const shown = (value: number) => number(value, language);
  const answered = minutes.reduce((sum, minute) => sum + minute.answered, 0);
  const refused = minutes.reduce((sum, minute) => sum + minute.refused, 0);
  return (
    <Chart
      title={text('rate.title')}
      summary={text('rate.summary', { answered: shown(answered), refused: shown(refused) })}
      top={shown(end)}
      legend={
        <Legend
          entries={[
            { sign: 'answered', label: text('rate.answered') },
            { sign: 'refused', label: text('rate.refused') },
          ]}
        />
      }
      columns={[
        { title: text('chart.minutes-ago'), values: minutes.map((_, i) => String(minutes.length - 1 - i)) },
        { title: text('rate.answered'), values: minutes.map((minute) => shown(minute.answered)) },
        { title: text('rate.refused'), values: minutes.map((minute) => shown(minute.refused)) },
      ]}
    >
      {minutes.map((minute, i) => {
        const ground = height(minute.answered);
        const above = height(minute.refused);
        const x = i + 0.12;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a place on the axis is what it is
          <g key={i}>
            <rect className="bar-answered" x={x} width={0.76} y={HEIGHT - ground} height={ground} />
            <rect className="bar-refused" x={x} width={0.76} y={HEIGHT - ground - above} height={above} />
          </g>
        );
      })}
    </Chart>
  );
}
