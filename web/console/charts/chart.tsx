// What every chart of the console has around its drawing: a title, one sentence that says what is to be seen, a scale,
// and the same values as a table. The drawing itself is decoration to a screen reader.

import { type ReactNode, useId } from 'react';
import { useText } from '../text.ts';

export const WIDTH = 60;
export const HEIGHT = 100;

export type Column = { title: string; values: readonly string[] };

export function Chart({
  title,
  summary,
  top,
  legend,
  axis,
  columns,
  children,
}: {
  title: string;
  summary: string;
  /** What the scale ends with, as text. */
  top: string;
  legend?: ReactNode;
  /** From left to right; the last hour unless told otherwise. */
  axis?: readonly string[];
  /** The table: when first. */
  columns: readonly Column[];
  children: ReactNode;
}) {
  const text = useText();
  const id = useId();
  return (
    <figure className="chart" aria-labelledby={id}>
      <figcaption className="chart-head">
        <h2 id={id}>{title}</h2>
        <p className="chart-summary">{summary}</p>
        {legend}
      </figcaption>
      <div className="chart-plot">
        <span className="chart-top figures" aria-hidden="true">
          {top}
        </span>
        <svg
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
          className="chart-drawing"
          aria-hidden="true"
          focusable="false"
        >
          {[25, 50, 75].map((y) => (
            <line key={y} className="chart-rule" x1="0" x2={WIDTH} y1={y} y2={y} />
          ))}
          {children}
        </svg>
        <span className="chart-axis" aria-hidden="true">
          {(axis ?? [text('chart.hour-ago'), text('chart.half-hour-ago'), text('chart.now')]).map((mark) => (
            <span key={mark}>{mark}</span>
          ))}
        </span>
      </div>
      <details className="chart-values">
        <summary>{text('chart.values')}</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard */}
        <section className="chart-table" tabIndex={0} aria-label={title}>
          <table className="list">
            <thead>
              <tr>
                {columns.map((column) => (
                  <th key={column.title} scope="col" className="right">
                    {column.title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {(columns[0]?.values ?? []).map((_, row) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place in time
                <tr key={row}>
                  {columns.map((column) => (
                    <td key={column.title} className="figures right">
                      {column.values[row]}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      </details>
    </figure>
  );
}

export function Legend({ entries }: { entries: readonly { sign: string; label: string }[] }) {
  return (
    <ul className="chart-legend">
      {entries.map(({ sign, label }) => (
        <li key={sign}>
          <span className={`chart-sign chart-sign-${sign}`} aria-hidden="true" />
          {label}
        </li>
      ))}
    </ul>
  );
}
