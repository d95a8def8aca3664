// PURE. The lines of a quote as they stand on the screen, what a choice of act fills in, and what is wrong with them.
// What it fills in is a suggestion that can be typed over: the rate comes from the request, never from a constant.

import { type Act, type Acts, actFor } from '../../../src/core/acts.ts';
import type { CareDomain } from '../../../src/core/care-domains.ts';
import { MOST_QUANTITY } from '../../../src/core/formulas.ts';
import type { CareDate } from '../../../src/core/period.ts';
import type { Basket, QuoteLine, QuoteProblem, Tables } from '../../../src/core/quote.ts';
import { tariffOf } from '../../../src/core/tariffs.ts';
import { centsOf, percentOf, typedCents, typedPercent } from '../../shared/amount-text.ts';
import { twinOf, usualBasket, usualRate } from './usual.ts';

/** More lines than this are no bill of one care (the server refuses them too). */
export const MOST_LINES = 60;

export const LINE_FIELDS = ['actCode', 'quantity', 'price', 'br', 'amoRate', 'amoAmount'] as const;
export type LineField = (typeof LINE_FIELDS)[number];
/** Texts as typed; `key` tells lines apart while they come and go. */
export type DraftLine = Record<LineField, string> & { key: number; basket: Basket | null };

/** Codes of core/quote.ts and of the server that are about one line. */
export type LineCode =
  | Exclude<QuoteProblem['code'], 'line-malformed'>
  | 'care-date-outside-guarantee'
  | 'care-date-in-future';
export type LineProblem = 'missing' | 'quantity-shape' | 'amount-shape' | 'rate-shape' | 'line' | LineCode;
export type LineProblems = Partial<Record<LineField, LineProblem>>;

/** What the lines of one quote have in common. */
export type LineContext = { domain: CareDomain; careDate: CareDate; tables: Tables };

export function emptyLine(key: number): DraftLine {
  return { key, actCode: '', quantity: '1', price: '', br: '', amoRate: '', amoAmount: '', basket: null };
}

/** A line that begins with an act, and a class where that is a matter of choice. */
export function lineFor(key: number, given: { actCode: string; basket?: Basket }, context: LineContext) {
  const line = withField(emptyLine(key), 'actCode', given.actCode, context);
  return given.basket ? { ...line, basket: given.basket } : line;
}

/** The line after an edit: a known act fills in class, base and rate; of a medicine the base goes with the price. */
export function withField(line: DraftLine, field: LineField, value: string, context: LineContext): DraftLine {
  const edited = { ...line, [field]: value };
  if (field === 'actCode') return filledIn(edited, context);
  if (field === 'quantity' && line.br === usualBase(line, context))
    return { ...edited, br: usualBase(edited, context) };
  if (field === 'price' && line.br === usualBase(line, context) && isReimbursedMedicine(line, context))
    return { ...edited, br: value };
  return edited;
}

/** The line with another class; some classes have an act of their own. */
export function withBasket(line: DraftLine, basket: Basket, context: LineContext): DraftLine {
  const twin = twinOf(line.actCode, basket);
  const turned = twin === null ? line : filledIn({ ...line, actCode: twin }, context);
  return { ...turned, basket };
}

function filledIn(line: DraftLine, context: LineContext): DraftLine {
  const act = context.tables.acts.get(line.actCode);
  if (act === undefined) return line; // known by its shape, or not typed to its end
  return {
    ...line,
    basket: usualBasket(act, context.domain),
    amoRate: typedPercent(usualRate(act, context)),
    br: usualBase(line, context),
  };
}

/** The base that the act has whatever the price; that of a reimbursed medicine is its price; else it has to be typed. */
function usualBase(line: DraftLine, context: LineContext): string {
  const act = context.tables.acts.get(line.actCode);
  if (act === undefined) return '';
  if (isReimbursedMedicine(line, context)) return line.price;
  const piece = act.br === undefined ? null : tariffOf(context.tables.tariffs, act.br, context.careDate);
  const quantity = quantityOf(line.quantity);
  if (piece !== null && quantity !== null) return typedCents(piece * quantity);
  return usualRate(act, context) === 0 ? typedCents(0) : '';
}

function isReimbursedMedicine({ actCode }: DraftLine, { domain, tables }: LineContext): boolean {
  return domain === 'PHAR' && tables.acts.get(actCode)?.flat === 'FR_BOX';
}

function quantityOf(typed: string): number | null {
  const quantity = /^\d{1,5}$/.test(typed.trim()) ? Number(typed.trim()) : 0;
  return quantity >= 1 && quantity <= MOST_QUANTITY ? quantity : null;
}

const CHECKS: Readonly<Record<LineField, (typed: string) => LineProblem | null>> = {
  actCode: () => null,
  quantity: (typed) => (quantityOf(typed) === null ? 'quantity-shape' : null),
  price: (typed) => (centsOf(typed) === null ? 'amount-shape' : null),
  br: (typed) => (centsOf(typed) === null ? 'amount-shape' : null),
  amoRate: (typed) => (percentOf(typed) === null ? 'rate-shape' : null),
  amoAmount: (typed) => (centsOf(typed) === null ? 'amount-shape' : null),
};

/** What is wrong with one line before anything is computed; an AMO amount may be left out. */
export function lineProblems(line: DraftLine, { domain, tables }: LineContext): LineProblems {
  const problems: LineProblems = {};
  for (const field of LINE_FIELDS) {
    const typed = line[field].trim();
    const found = typed === '' ? (field === 'amoAmount' ? null : 'missing') : CHECKS[field](typed);
    if (found) problems[field] = found;
  }
  const act = problems.actCode ? null : actFor(tables.acts, line.actCode, domain);
  if (typeof act === 'string') problems.actCode = act;
  return problems;
}

/** The line as it is sent; null while anything is wrong with it. */
export function lineOf(line: DraftLine, lineNo: number, context: LineContext): QuoteLine | null {
  if (Object.keys(lineProblems(line, context)).length > 0) return null;
  const amoAmount = line.amoAmount.trim() === '' ? null : centsOf(line.amoAmount);
  return {
    lineNo,
    actCode: line.actCode,
    quantity: quantityOf(line.quantity) ?? 1,
    price: centsOf(line.price) ?? 0,
    br: centsOf(line.br) ?? 0,
    amoRate: percentOf(line.amoRate) ?? 0,
    ...(amoAmount === null ? {} : { amoAmount }),
    careDate: context.careDate,
    ...(line.basket ? { basket: line.basket } : {}),
  };
}

/** Which field of its line a refusal is about. */
const FIELD_OF: Readonly<Record<LineCode, LineField>> = {
  'act-unknown': 'actCode',
  'act-other-domain': 'actCode',
  'tariff-unknown': 'actCode',
  'optics-part-unknown': 'actCode',
  'several-equipments': 'quantity',
  'price-limit-unknown': 'actCode',
  'price-above-limit': 'price',
  'amo-above-price': 'price',
  'other-amc-above-rest': 'price',
  'care-date-outside-guarantee': 'actCode',
  'care-date-in-future': 'actCode',
};

/** A refusal of the arithmetic or of the server, put where it can be mended; null when it is about no line. */
export function placed(problem: { code: string; lineNo?: number; field?: string }): {
  lineNo: number;
  problems: LineProblems;
} | null {
  const { code, lineNo, field } = problem;
  if (lineNo === undefined) return null;
  const known = Object.hasOwn(FIELD_OF, code) ? (code as LineCode) : null;
  if (known) return { lineNo, problems: { [FIELD_OF[known]]: known } };
  const named = LINE_FIELDS.find((one) => one === field) ?? 'actCode';
  return { lineNo, problems: { [named]: 'line' } };
}

/** The acts of a domain that match what was typed, by code or by words; a code that begins so comes first. */
export function actsLike(typed: string, acts: Acts, domain: CareDomain): Act[] {
  const words = plain(typed);
  const ofDomain = [...acts.values()].filter(({ domains }) => domains.includes(domain));
  const rank = ({ code }: Act) => (plain(code).startsWith(words) ? 0 : 1);
  return ofDomain
    .filter(({ code, fr, en }) => plain(`${code} ${fr} ${en}`).includes(words))
    .sort((a, b) => rank(a) - rank(b));
}

/** Without accents and case: nobody types "très". */
const plain = (text: string) => text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase().trim();
