// A second implementation of quotes, for comparison only: fractions of big integers, one case after the other as
// DOMAIN.md 5.2 and 5.3 print them. It shares no arithmetic with the first, and takes no care of speed.

import actsDocument from '../../data/acts.json' with { type: 'json' };
import tariffsDocument from '../../data/tariffs.json' with { type: 'json' };
import type { Formula } from './formulas.ts';
import type { QuoteLine, Terms } from './quote.ts';

type Fraction = { readonly n: bigint; readonly d: bigint };
export type NaiveLine = { amoGross: bigint; amc: bigint; patient: bigint; amoNet: bigint; rest: bigint };
/** What is used of each counter, by name and the first day of its window. */
export type NaiveCounters = Map<string, bigint>;

const min = (...all: bigint[]) => all.reduce((a, b) => (b < a ? b : a));
const max = (...all: bigint[]) => all.reduce((a, b) => (b > a ? b : a));

/** 92.5 is 925/1000, out of its decimal text. */
function percent(rate: number): Fraction {
  const [whole = '0', fraction = ''] = String(rate).split('.');
  return { n: BigInt(whole + fraction), d: 100n * 10n ** BigInt(fraction.length) };
}
const of = (amount: bigint, { n, d }: Fraction) => (2n * amount * n + d) / (2n * d);

function tariff(code: string, day: string): bigint {
  const rows = tariffsDocument.items.find((item) => item.code === code)?.values ?? [];
  const row = rows.find(({ from, to }) => from <= day && (to === null || day <= to));
  if (!row) throw new Error(`no ${code} on ${day}`);
  return BigInt(row.value);
}

type ActRow = {
  code: string;
  flat?: string;
  plv?: string;
  charge?: string;
  mayBeLeftOut?: boolean;
  optics?: { part: string; grade?: string };
};
const actRow = (code: string): ActRow =>
  (actsDocument.acts as ActRow[]).find((act) => act.code === code) ?? { code };

function formulaOf(line: QuoteLine, terms: Terms): [Formula, string] {
  const ofAct = terms.acts?.[line.actCode];
  if (ofAct) return [ofAct, `${terms.product}/${terms.rule}/act/${line.actCode}`];
  const ofBasket = line.basket && terms.baskets?.[line.basket];
  if (ofBasket) return [ofBasket, `${terms.product}/${terms.rule}/basket/${line.basket}`];
  return [terms.formula, `${terms.product}/${terms.rule}`];
}

function grossAt(line: QuoteLine, rate: number): bigint {
  const pat = line.heavyAct ? tariff('PAT', line.careDate) : 0n;
  return max(0n, of(min(BigInt(line.price), BigInt(line.br)), percent(rate)) - pat);
}

/** The last column of the table of formulas, with the AMO part `g`. */
function written(f: Formula, line: QuoteLine, g: bigint, x: bigint): bigint {
  const [p, br, pieces] = [BigInt(line.price), BigInt(line.br), BigInt(line.quantity)];
  const tm = max(0n, min(p, br) - g);
  if (f.k === 'NONE') return 0n;
  if (f.k === 'TM' || f.k === 'TM_PATHWAY') return tm;
  if (f.k === 'PCT_INCL') return min(p, of(br, percent(f.pct))) - g;
  if (f.k === 'PCT_ADD') return min(p - g, of(br, percent(f.pct)));
  if (f.k === 'EUR_CAP_INCL') return min(p, BigInt(f.eur)) - g;
  if (f.k === 'EUR_ADD' || f.k === 'PMSS') return min(p - g, (f.tm ? tm : 0n) + x);
  if (f.k === 'FULL') return p - g;
  if (f.k === 'RAC0') return min(p, BigInt(f.plv) * pieces) - g;
  return min(p - g, BigInt(f.eur) * min(pieces, BigInt(f.n ?? line.quantity)));
}

function amountX(f: Formula, day: string): bigint {
  if (f.k === 'EUR_ADD') return BigInt(f.eur);
  return f.k === 'PMSS' ? of(tariff('PMSS', day), percent(f.q)) : 0n;
}

/** What an OPTAM doctor's overrun would get, were the price without end. */
function nominalOverrun(f: Formula, line: QuoteLine, g: bigint, x: bigint): bigint {
  const [p, br] = [BigInt(line.price), BigInt(line.br)];
  const tm = max(0n, br - g);
  if (f.k === 'PCT_INCL') return of(br, percent(f.pct)) - g - tm;
  if (f.k === 'PCT_ADD') return of(br, percent(f.pct)) - tm;
  if (f.k === 'EUR_CAP_INCL') return BigInt(f.eur) - g - tm;
  if (f.k === 'EUR_ADD' || f.k === 'PMSS') return f.tm ? x : x - tm;
  if (f.k === 'FULL') return p - g - tm;
  if (f.k === 'RAC0') return BigInt(f.plv) * BigInt(line.quantity) - g - tm;
  if (f.k === 'DAY') return written(f, { ...line, price: 1e13 }, g, x) - tm;
  return 0n;
}

function owedAtLeast(f: Formula, line: QuoteLine, g: bigint, domain: string): bigint {
  const act = actRow(line.actCode);
  const pieces = BigInt(line.quantity);
  const plv = f.k === 'RAC0' ? BigInt(f.plv) : act.plv ? tariff(act.plv, line.careDate) : null;
  if (line.basket === 'RAC0' && plv !== null) return plv * pieces - g;
  if (act.charge) return tariff(act.charge, line.careDate) * pieces;
  if (act.mayBeLeftOut || (domain === 'PHAR' && line.amoRate <= 30)) return 0n;
  return max(0n, BigInt(line.br) - g);
}

const HALF: Record<string, string> = {
  simple: 'LENS_SIMPLE_MAX',
  complex: 'LENS_COMPLEX_MAX',
  'very-complex': 'LENS_VERY_COMPLEX_MAX',
};

function pairRoom(lines: readonly QuoteLine[]): bigint | null {
  const glasses = lines.filter(({ actCode }) => actRow(actCode).optics);
  const lenses = glasses.flatMap((line) => {
    const { optics } = actRow(line.actCode);
    const half = optics?.part === 'lens' ? tariff(HALF[optics.grade ?? ''] ?? '', line.careDate) : null;
    return half === null ? [] : Array.from({ length: line.quantity }, () => half);
  });
  const [first] = lenses;
  if (first === undefined) return null;
  const ceiling = first + (lenses[1] ?? first);
  const gone = glasses.map((line) =>
    line.basket === 'RAC0' ? BigInt(line.price) : BigInt(line.amoAmount ?? grossAt(line, line.amoRate)),
  );
  return max(0n, ceiling - gone.reduce((a, b) => a + b, 0n));
}

const windowDay = (f: Formula, day: string) =>
  (f.k === 'EUR_ADD' || f.k === 'PMSS') && f.every === 'YEAR' ? day.slice(0, 4) : null;

const DAILY: Record<string, string | undefined> = {
  PF: 'PF_PER_DAY',
  FR_PARA: 'FR_PARA_PER_DAY',
  FR_TRANSPORT: 'FR_TRANSPORT_PER_DAY',
};

const isDoctors = (domain: string) => domain === 'MED' || domain === 'RADL';

/** Knows yearly counters only. */
export function naiveQuote(lines: readonly QuoteLine[], terms: Terms, counters: NaiveCounters): NaiveLine[] {
  let room = terms.responsible ? pairRoom(lines) : null;
  const flatOf = new Map<string, bigint>();
  return lines.map((line) => {
    const [f, name] = formulaOf(line, terms);
    const act = actRow(line.actCode);
    const p = BigInt(line.price);
    const br = BigInt(line.br);
    const other = BigInt(line.otherAmc ?? 0);
    const amoGross = BigInt(line.amoAmount ?? grossAt(line, line.amoRate));
    let g = amoGross;
    const isUntold = isDoctors(terms.domain) && line.amoRate > 0 && line.amoRate <= 30;
    const told = line.pathwayRate ?? (isUntold ? 70 : undefined);
    const inside = f.k === 'TM_PATHWAY' ? (line.pathwayRate ?? f.pathwayRate) : told;
    if (inside !== undefined && (terms.responsible || f.k === 'TM_PATHWAY'))
      g = max(g, grossAt(line, inside));
    const x = amountX(f, line.careDate);
    const tm = max(0n, br - g);
    let amc = max(0n, written(f, line, g, x));
    let least = 0n;
    if (terms.responsible) {
      if (line.optam === false) {
        const fifth = of(br, percent(20));
        amc = min(amc, tm + min(br, max(0n, nominalOverrun(f, line, g, x) - fifth)));
      }
      least = owedAtLeast(f, line, g, terms.domain);
      amc = max(amc, min(least, p - g));
      const classB = line.basket !== 'RAC0';
      if (classB && terms.domain === 'AUDI') {
        amc = min(amc, tariff('HEARING_II_MAX', line.careDate) * BigInt(line.quantity) - amoGross);
      }
      if (classB && act.optics?.part === 'frame') {
        amc = min(amc, tariff('FRAME_B_MAX', line.careDate) * BigInt(line.quantity) - amoGross);
      }
      if (classB && act.optics && room !== null) amc = min(amc, room);
    }
    amc = max(0n, min(amc, p - g - other));
    const year = windowDay(f, line.careDate);
    if (year !== null) {
      const key = `${name} ${year}`;
      const left = max(0n, x - (counters.get(key) ?? 0n));
      const beside = 'tm' in f && f.tm ? tm : 0n;
      const takes = min(left, max(0n, amc - beside));
      counters.set(key, (counters.get(key) ?? 0n) + takes);
      amc = min(amc, max(beside + takes, least));
    }
    if (room !== null && act.optics && line.basket !== 'RAC0') room -= amc;
    let flat = 0n;
    if (act.flat && !line.exempt && !line.heavyAct) {
      const key = `${act.flat} ${line.careDate}`;
      const before = flatOf.get(key) ?? 0n;
      flat = tariff(act.flat, line.careDate) * BigInt(line.quantity);
      const daily = DAILY[act.flat];
      if (daily) flat = min(flat, max(0n, tariff(daily, line.careDate) - before));
      flatOf.set(key, before + flat);
    }
    const amoNet = max(0n, amoGross - flat);
    return { amoGross, amc, patient: p - amoGross - other - amc, amoNet, rest: p - amoNet - other - amc };
  });
}
