// Random lines and contracts for the laws of quotes: every kind of formula, both sides of every change of tariff.

import fc from 'fast-check';
import type { CareDomain } from './care-domains.ts';
import type { Every, Formula } from './formulas.ts';
import type { CareDate } from './period.ts';
import type { Basket, QuoteLine, Terms } from './quote.ts';

const MOST_PRICE = 250_000;
const cents = (most: number) => fc.oneof(fc.integer({ min: 0, max: most }), fc.constantFrom(0, 1, most));
const rate = fc.oneof(
  fc.constantFrom(0, 15, 30, 55, 60, 65, 70, 80, 90, 92.5, 100),
  fc.integer({ min: 0, max: 10_000 }).map((hundredths) => hundredths / 100),
);
const pct = fc.integer({ min: 0, max: 60_000 }).map((hundredths) => hundredths / 100);
const overTime = fc.record({ tm: fc.boolean(), every: fc.constant<Every>('YEAR') }, { requiredKeys: [] });

export const formulas: fc.Arbitrary<Formula> = fc.oneof(
  fc.constantFrom<Formula>({ k: 'NONE' }, { k: 'TM' }, { k: 'FULL' }),
  rate.map((pathwayRate): Formula => ({ k: 'TM_PATHWAY', pathwayRate })),
  pct.map((value): Formula => ({ k: 'PCT_INCL', pct: value })),
  pct.map((value): Formula => ({ k: 'PCT_ADD', pct: value })),
  cents(120_000).map((eur): Formula => ({ k: 'EUR_CAP_INCL', eur })),
  fc.tuple(cents(60_000), overTime).map(([eur, more]): Formula => ({ k: 'EUR_ADD', eur, ...more })),
  fc.tuple(pct, overTime).map(([q, more]): Formula => ({ k: 'PMSS', q: Math.round(q * 10) / 100, ...more })),
  fc
    .tuple(cents(9000), fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined }))
    .map(([eur, n]): Formula => (n === undefined ? { k: 'DAY', eur } : { k: 'DAY', eur, n })),
);

export const careDates = fc
  .constantFrom(
    ...['2021-01-01', '2023-10-31', '2023-11-01', '2024-03-30', '2024-03-31', '2024-05-14', '2024-05-15'],
    ...['2025-12-31', '2026-02-28', '2026-03-01', '2026-04-21', '2026-04-22', '2026-11-20'],
  )
  .map((day) => day as CareDate);

const ACTS: Partial<Record<CareDomain, readonly string[]>> = {
  MED: ['G', 'CS', 'CCX'],
  PHAR: ['PH1', 'PH7', 'PH4', 'PHN'],
  AUXM: ['AMI', 'AMK'],
  TRAN: ['VSL', 'ABA'],
  HOSP: ['GHS', 'FJH', 'CHP'],
  AUDI: ['PA2'],
  OPTI: ['MON', 'VER', 'VER_C', 'VER_TC', 'OPT'],
  DIV: ['OST'],
};
/** The act that has a formula of its own. */
const actOfOwn = (domain: CareDomain) => ACTS[domain]?.[1] ?? 'X';
const domains = fc.constantFrom(...(Object.keys(ACTS) as CareDomain[]));

const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 2 });

/** Of `lineNo`; everything that makes a line more special is as often there as not. */
export function linesOf(domain: CareDomain, lineNo: number): fc.Arbitrary<QuoteLine> {
  const special = fc.record({
    amoShare: optional(fc.integer({ min: 0, max: 100 })),
    otherShare: optional(fc.integer({ min: 0, max: 100 })),
    pathwayRate: optional(rate),
    optam: optional(fc.boolean()),
    exempt: optional(fc.boolean()),
    heavyAct: optional(fc.boolean()),
    basket: optional(fc.constantFrom<Basket>('RAC0', 'MODERATED', 'FREE')),
  });
  return fc
    .tuple(
      fc.record({
        lineNo: fc.constant(lineNo),
        actCode: fc.constantFrom(...(ACTS[domain] ?? [])),
        quantity: domain === 'OPTI' || domain === 'AUDI' ? fc.constant(1) : fc.integer({ min: 1, max: 5 }),
        price: cents(MOST_PRICE),
        br: fc.oneof(cents(MOST_PRICE), cents(5000)),
        amoRate: rate,
        careDate: careDates,
      }),
      special,
    )
    .map(([plain, { amoShare, otherShare, ...more }]) => {
      const { price } = plain;
      // Its own formula does not say what the maximum price is.
      if (plain.actCode === actOfOwn(domain) && more.basket === 'RAC0') more.basket = 'FREE';
      const flags = Object.fromEntries(Object.entries(more).filter(([, value]) => value !== undefined));
      const amoAmount = amoShare === undefined ? {} : { amoAmount: Math.floor((price * amoShare) / 100) };
      // An AMO amount that is not given may be the whole price: another insurer's part only beside a given one.
      const otherAmc =
        otherShare === undefined || amoAmount.amoAmount === undefined
          ? {}
          : { otherAmc: Math.floor(((price - amoAmount.amoAmount) * otherShare) / 100) };
      return { ...plain, ...flags, ...amoAmount, ...otherAmc };
    });
}

export const terms = (domain: CareDomain): fc.Arbitrary<Terms> =>
  fc
    .record({ responsible: fc.boolean(), formula: formulas, ofFree: formulas, ofAct: formulas })
    .map(({ responsible, formula, ofFree, ofAct }) => ({
      ...{
        product: 'CONFORT-2',
        rule: 'R1',
        domain,
        responsible,
        formula,
        baskets: { FREE: ofFree, RAC0: { k: 'RAC0', plv: MOST_PRICE } },
      },
      acts: { [actOfOwn(domain)]: ofAct },
    }));

/** A contract and up to four lines; of glasses at most one frame and two lenses, two hearing aids. */
export const cases = domains.chain((domain) =>
  fc.record({
    given: terms(domain),
    lines: fc
      .tuple(...[1, 2, 3, 4].map((lineNo) => linesOf(domain, lineNo)))
      .chain((all) =>
        fc
          .integer({ min: 1, max: 4 })
          .map((count) => onePair(all.slice(0, domain === 'AUDI' ? Math.min(count, 2) : count))),
      ),
  }),
);

function onePair(lines: readonly QuoteLine[]): QuoteLine[] {
  let frames = 0;
  let lenses = 0;
  return lines.filter(({ actCode }) => {
    if (actCode === 'MON') frames += 1;
    if (actCode.startsWith('VER')) lenses += 1;
    return (actCode !== 'MON' || frames === 1) && (!actCode.startsWith('VER') || lenses <= 2);
  });
}
