// PURE. The curve of persons exposed over time as an inline SVG, beside those of 2024. Both axes are logarithmic.

export type CurveLine = {
  label: string;
  points: readonly { seconds: number; persons: number }[];
  endsAtSeconds: number | null;
};

const WIDTH = 460;
const HEIGHT = 340;
const PLOT = { left: 58, right: 12, top: 16, bottom: 30 };
const COLOURS = ['#1b6e53', '#2a5bd7', '#b35c00', '#8a2fb0', '#55635d'];
const DASHES = ['', '7 4', '2 3', '10 3 2 3', '4 2'];
const LEAST_SECONDS = 0.1;
const TIME_TICKS: readonly (readonly [seconds: number, label: string])[] = [
  [1, '1 s'],
  [10, '10 s'],
  [60, '1 min'],
  [600, '10 min'],
  [3_600, '1 h'],
  [14_400, '4 h'],
  [86_400, '1 j'],
  [2_592_000, '30 j'],
];

/** `then`: how many in 2024. */
export function curveSvg(lines: readonly CurveLine[], then: number): string {
  const last = Math.max(3_600, ...lines.map(lastSeconds));
  const x = scale([LEAST_SECONDS, last * 1.2], [PLOT.left, WIDTH - PLOT.right]);
  const y = scale([1, then * 1.5], [HEIGHT - PLOT.bottom, PLOT.top]);
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Personnes exposées au fil du temps. People exposed over time.">
${personTicks(then, y)}
${timeTicks(last * 1.2, x)}
<line class="then" x1="${PLOT.left}" x2="${WIDTH - PLOT.right}" y1="${y(then)}" y2="${y(then)}"/>
<text class="then-label" x="${PLOT.left + 8}" y="${y(then) + 16}">2024 : 33 millions de personnes</text>
${lines.map((line, i) => curve(line, i, { x, y })).join('\n')}
</svg>
<ul class="legend">${lines.map(legend).join('\n')}</ul>`;
}

function lastSeconds({ points, endsAtSeconds }: CurveLine): number {
  return Math.max(endsAtSeconds ?? 0, points.at(-1)?.seconds ?? 0);
}

type Scale = (value: number) => number;

function scale([from, to]: [number, number], [start, end]: [number, number]): Scale {
  const span = Math.log(to) - Math.log(from);
  return (value) =>
    round(start + ((Math.log(Math.max(value, from)) - Math.log(from)) / span) * (end - start));
}

const round = (value: number) => Math.round(value * 10) / 10;

function personTicks(most: number, y: Scale): string {
  const ticks: string[] = [];
  for (let persons = 1; persons <= most; persons *= 10) {
    const label =
      persons >= 1e6 ? `${persons / 1e6} M` : String(persons).replace(/\B(?=(\d{3})+$)/g, '\u202f');
    ticks.push(`<line class="grid" x1="${PLOT.left}" x2="${WIDTH - PLOT.right}" y1="${y(persons)}" y2="${y(persons)}"/>
<text class="tick" x="${PLOT.left - 8}" y="${y(persons) + 4}" text-anchor="end">${label}</text>`);
  }
  return ticks.join('\n');
}

function timeTicks(most: number, x: Scale): string {
  return TIME_TICKS.filter(([seconds]) => seconds <= most)
    .map(
      ([seconds, label]) =>
        `<text class="tick" x="${x(seconds)}" y="${HEIGHT - PLOT.bottom + 20}" text-anchor="middle">${label}</text>`,
    )
    .join('\n');
}

/** In steps, since people come one by one; flat from the last to the cut, which is a dot. */
function curve(line: CurveLine, index: number, { x, y }: { x: Scale; y: Scale }): string {
  const [first] = line.points;
  if (!first) return '';
  const steps = line.points.map(({ seconds, persons }) => `H${x(seconds)} V${y(persons)}`);
  const end = lastSeconds(line);
  const persons = line.points.at(-1)?.persons ?? 0;
  return `<path class="curve" d="M${x(first.seconds)} ${y(first.persons)} ${steps.join(' ')} H${x(end)}" ${stroke(index)}/>
<circle cx="${x(end)}" cy="${y(persons)}" r="4" fill="${COLOURS[index % COLOURS.length]}"/>`;
}

function legend({ label, points }: CurveLine, index: number): string {
  const persons = points.at(-1)?.persons ?? 0;
  return `<li><svg viewBox="0 0 34 8" aria-hidden="true"><path class="curve" d="M1 4 H33" ${stroke(index)}/></svg>${label} : <strong>${persons}</strong></li>`;
}

/** Told apart by colour and by dashes. */
function stroke(index: number): string {
  const dash = DASHES[index % DASHES.length];
  return `stroke="${COLOURS[index % COLOURS.length]}"${dash ? ` stroke-dasharray="${dash}"` : ''}`;
}
