// From lines and the terms of a contract to who pays what (DOMAIN.md 5.3). Also runs in the browser.
// Must never look at a clock, at a person or at anything but its arguments.

import { type Act, type ActProblem, type Acts, actFor, isKnownByShape } from './acts.ts';
import { amoGrossOf } from './amounts.ts';
import type { CareDomain } from './care-domains.ts';
import { type CounterState, type Taken, take, windowFor } from './counters.ts';
import type { Every, Formula } from './formulas.ts';
import { lineFault } from './line-fault.ts';
import { type LineTariffs, tariffsOfLine } from './line-tariffs.ts';
import type { Cents, Percent } from './money.ts';
import type { CareDate } from './period.ts';
import { type Step, settleLine } from './quote-line.ts';
import { equipmentRoom } from './responsible.ts';
import type { Tariffs } from './tariffs.ts';

/** Class A / B of optics, I / II of hearing aids, the three baskets of dental prostheses. */
export type Basket = 'RAC0' | 'MODERATED' | 'FREE';

/** One act as billed (CONTRACT.md 3.2). `price` and `br` are of the whole line, not of one unit. */
export type QuoteLine = {
  readonly lineNo: number;
  readonly actCode: string;
  readonly quantity: number;
  readonly price: Cents;
  /** Reimbursement base; 0 for a charge the AMO has no part in. */
  readonly br: Cents;
  readonly amoRate: Percent;
  /** What the AMO says it pays: wins over our own arithmetic. */
  readonly amoAmount?: Cents;
  readonly careDate: CareDate;
  readonly basket?: Basket;
  /** Outside the pathway: the rate inside it. */
  readonly pathwayRate?: Percent;
  /** False: a doctor of sector 2 who is not in OPTAM. */
  readonly optam?: boolean;
  /** What an earlier insurer pays of this line. */
  readonly otherAmc?: Cents;
  /** No flat contribution is due: under 18, maternity, CSS … */
  readonly exempt?: boolean;
  /** 120 euros and more: the flat contribution PAT takes the place of the patient's share. */
  readonly heavyAct?: boolean;
};

/** What the contract says about this domain, on these days. */
export type Terms = {
  readonly product: string;
  readonly rule: string;
  readonly domain: CareDomain;
  readonly responsible: boolean;
  readonly formula: Formula;
  /** Instead of `formula` for these baskets, and before that for these acts. */
  readonly baskets?: Readonly<Partial<Record<Basket, Formula>>>;
  readonly acts?: Readonly<Record<string, Formula>>;
};

export type Tables = { readonly tariffs: Tariffs; readonly acts: Acts };

export type QuoteInput = {
  readonly lines: readonly QuoteLine[];
  readonly terms: Terms;
  readonly tables: Tables;
  /** Those that `countersOf` names; one that is missing was forgotten, which is a fault of the caller. */
  readonly counters: ReadonlyMap<string, CounterState>;
};

export type QuotedLine = {
  readonly lineNo: number;
  /** What the AMO pays the professional. */
  readonly amoGross: Cents;
  readonly amc: Cents;
  /** Due at the counter. With the AMO part, an earlier insurer's and `amc` it adds up to the price. */
  readonly patient: Cents;
  /** The member's later view: the AMO takes PF and franchise back from another payment. */
  readonly statement: { readonly amoNet: Cents; readonly rest: Cents };
  /** How it came about (reasons.ts makes sentences of it). */
  readonly steps: readonly Step[];
};

export type Quote = {
  readonly lines: readonly QuotedLine[];
  readonly total: {
    readonly price: Cents;
    readonly amoGross: Cents;
    readonly otherAmc: Cents;
    readonly amc: Cents;
    readonly patient: Cents;
  };
  readonly taken: readonly Taken[];
};

/** Why there is no quote at all: nothing is quoted by halves. */
export type QuoteProblem = {
  readonly code:
    | ActProblem
    | 'line-malformed'
    /** The tables do not know `item` on the care date. */
    | 'tariff-unknown'
    | 'amo-above-price'
    | 'other-amc-above-rest'
    /** 100 % Santé: the price is above `limit`, the legal maximum: a billing error. */
    | 'price-above-limit'
    /** 100 % Santé: neither the contract nor the act says what the maximum is. */
    | 'price-limit-unknown'
    /** An optics article of which nobody knows whether it is a frame or what lens: it has no ceiling. */
    | 'optics-part-unknown'
    /** One quote is for one frame and two lenses at most. */
    | 'several-equipments';
  readonly lineNo: number;
  readonly field?: string;
  readonly item?: string;
  readonly limit?: Cents;
};

/** A yearly or two-yearly amount of the contract, as its counter is called. */
export type CountedFormula = { readonly counter: string; readonly formula: Formula; readonly every: Every };

/** The counters of a contract in its domain. */
export function countersOf(terms: Terms): CountedFormula[] {
  const { formula, baskets = {}, acts = {} } = terms;
  const all = [
    { formula, suffix: '' },
    ...Object.entries(baskets).map(([basket, own]) => ({ formula: own, suffix: `/basket/${basket}` })),
    ...Object.entries(acts).map(([code, own]) => ({ formula: own, suffix: `/act/${code}` })),
  ];
  return all.flatMap((one) => countedOf(one, terms) ?? []);
}

export type Chosen = { readonly formula: Formula; readonly suffix: string };

/** The formula that holds for a line: of its act, else of its basket, else of the rule. */
export function chosenFor({ actCode, basket }: QuoteLine, { formula, baskets, acts }: Terms): Chosen {
  const ofAct = acts && Object.hasOwn(acts, actCode) ? acts[actCode] : undefined;
  if (ofAct) return { formula: ofAct, suffix: `/act/${actCode}` };
  const ofBasket = basket && baskets?.[basket];
  return ofBasket ? { formula: ofBasket, suffix: `/basket/${basket}` } : { formula, suffix: '' };
}

function countedOf({ formula, suffix }: Chosen, { product, rule }: Terms): CountedFormula | null {
  const every = formula.k === 'EUR_ADD' || formula.k === 'PMSS' ? formula.every : undefined;
  return every ? { counter: `${product}/${rule}${suffix}`, formula, every } : null;
}

/** Who pays what of each line, and what it takes from the counters. Refused as a whole, or quoted as a whole. */
export function quote({ lines, terms, tables, counters }: QuoteInput): Quote | QuoteProblem {
  const inHand = takeInHand(lines, terms, tables);
  if (!Array.isArray(inHand)) return inHand;
  const room = terms.responsible ? equipmentRoom(inHand) : null;
  if (room === 'several-equipments') return { code: room, lineNo: lines[0]?.lineNo ?? 0 };
  const books: Books = { counters: new Map(counters), taken: [], room, flatOfDay: new Map() };
  const quoted = inHand.map((line) => enter(line, terms, books));
  return { lines: quoted, total: totalOf(lines, quoted), taken: books.taken };
}

/** One line with what was looked up for it. */
export type LineInHand = {
  readonly line: QuoteLine;
  readonly act: Act;
  readonly chosen: Chosen;
  readonly tariffs: LineTariffs;
  /** What the AMO pays by our arithmetic, and what it says it pays. */
  readonly ours: Cents;
  readonly amoGross: Cents;
};

function takeInHand(lines: readonly QuoteLine[], terms: Terms, tables: Tables): LineInHand[] | QuoteProblem {
  const inHand: LineInHand[] = [];
  const numbers = new Set<number>();
  for (const line of lines) {
    const field = numbers.has(line.lineNo) ? 'lineNo' : lineFault(line);
    numbers.add(line.lineNo);
    const one = field === null ? inHandOf(line, terms, tables) : { code: 'line-malformed' as const, field };
    if ('code' in one) return { lineNo: line.lineNo, ...one };
    inHand.push(one);
  }
  return inHand;
}

type LineProblem = Omit<QuoteProblem, 'lineNo'>;

function inHandOf(line: QuoteLine, terms: Terms, { tariffs: table, acts }: Tables): LineInHand | LineProblem {
  const act = actFor(acts, line.actCode, terms.domain);
  if (typeof act === 'string') return { code: act };
  const chosen = chosenFor(line, terms);
  const tariffs = tariffsOfLine({ line, act, formula: chosen.formula, terms, tariffs: table });
  if ('missing' in tariffs) return { code: 'tariff-unknown', item: tariffs.missing };
  const ours = amoGrossOf({ price: line.price, br: line.br, rate: line.amoRate, pat: tariffs.pat });
  const one = { line, act, chosen, tariffs, ours, amoGross: line.amoAmount ?? ours };
  return priceProblem(one, terms) ?? one;
}

function priceProblem({ line, act, tariffs, amoGross }: LineInHand, terms: Terms): LineProblem | null {
  const { price, quantity, basket, otherAmc = 0 } = line;
  if (amoGross > price) return { code: 'amo-above-price' };
  if (amoGross + otherAmc > price) return { code: 'other-amc-above-rest', limit: price - amoGross };
  const limit = tariffs.plv === null ? null : tariffs.plv * quantity;
  if (limit !== null && price > limit) return { code: 'price-above-limit', limit };
  if (!terms.responsible) return null;
  if (basket === 'RAC0') return limit === null ? { code: 'price-limit-unknown' } : null;
  return terms.domain === 'OPTI' && isKnownByShape(act) ? { code: 'optics-part-unknown' } : null;
}

/** What changes from line to line of one quote. */
type Books = {
  readonly counters: Map<string, CounterState>;
  readonly taken: Taken[];
  /** What the mutuelle may still pay for class B parts of the pair of glasses. */
  room: Cents | null;
  /** Flat contributions of each day so far: they have a daily ceiling. */
  readonly flatOfDay: Map<string, Cents>;
};

function enter(inHand: LineInHand, terms: Terms, books: Books): QuotedLine {
  const { line, act, chosen, amoGross } = inHand;
  const isClassB = act.optics !== undefined && line.basket !== 'RAC0';
  const counted = countedOf(chosen, terms);
  const window = counted && windowFor(stateOf(counted, books), counted.every, line.careDate);
  const { amc, counterTakes, steps } = settleLine(inHand, {
    terms,
    window,
    room: isClassB ? books.room : null,
  });
  if (isClassB && books.room !== null) books.room -= amc;
  if (counted && window && counterTakes > 0)
    enterTaken({ ...window, ...counted, lineNo: line.lineNo, cents: counterTakes }, books);
  const flat = enterFlat(inHand, books);
  const amoNet = Math.max(0, amoGross - flat);
  const left = line.price - (line.otherAmc ?? 0) - amc;
  return {
    lineNo: line.lineNo,
    amoGross,
    amc,
    patient: left - amoGross,
    statement: { amoNet, rest: left - amoNet },
    steps: flat === 0 ? steps : [...steps, { k: 'flat', item: act.flat ?? 'PF', cents: flat }],
  };
}

function stateOf({ counter }: Pick<Taken, 'counter'>, { counters }: Books): CounterState {
  const state = counters.get(counter);
  if (!state) throw new Error('a counter was not loaded');
  return state;
}

function enterTaken({ lineNo, counter, from, to, cents }: Taken, books: Books): void {
  books.taken.push({ lineNo, counter, from, to, cents });
  books.counters.set(counter, take(stateOf({ counter }, books), { from, to, cents }));
}

/** What this line still has to bear of the day's flat contributions. */
function enterFlat({ line, act, tariffs }: LineInHand, { flatOfDay }: Books): Cents {
  if (tariffs.flat === 0) return 0;
  const day = `${act.flat} ${line.careDate}`;
  const before = flatOfDay.get(day) ?? 0;
  const due = Math.max(0, Math.min(tariffs.flat, tariffs.flatPerDay - before));
  flatOfDay.set(day, before + due);
  return due;
}

function totalOf(lines: readonly QuoteLine[], quoted: readonly QuotedLine[]): Quote['total'] {
  const total = { price: 0, amoGross: 0, otherAmc: 0, amc: 0, patient: 0 };
  for (const { price, otherAmc = 0 } of lines) {
    total.price += price;
    total.otherAmc += otherAmc;
  }
  for (const { amoGross, amc, patient } of quoted) {
    total.amoGross += amoGross;
    total.amc += amc;
    total.patient += patient;
  }
  return total;
}
