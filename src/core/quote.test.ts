// Quotes by example: what a contract says, what the law makes of it, what counters give, and what is refused.

import { describe, expect, it } from 'vitest';
import type { CounterState } from './counters.ts';
import type { Formula } from './formulas.ts';
import type { CareDate } from './period.ts';
import { countersOf, type Quote, type QuoteLine, quote, type Terms } from './quote.ts';
import { TABLES } from './tables-fixture.ts';

const day = (text: string) => text as CareDate;

/** A consultation of 30 euros on 20 November 2026. */
const line = (more: Partial<QuoteLine> = {}): QuoteLine => ({
  ...{ lineNo: 1, actCode: 'G', quantity: 1, price: 3000, br: 3000, amoRate: 70 },
  careDate: day('2026-11-20'),
  ...more,
});
const terms = (more: Partial<Terms> = {}): Terms => ({
  ...{ product: 'CONFORT-2', rule: 'R1', domain: 'MED', responsible: true, formula: { k: 'TM' } },
  ...more,
});
const answer = (lines: readonly QuoteLine[], given: Terms, counters = new Map<string, CounterState>()) =>
  quote({ lines, terms: given, tables: TABLES, counters });

function quoted(lines: readonly QuoteLine[], given: Terms, counters?: Map<string, CounterState>): Quote {
  const result = answer(lines, given, counters);
  if ('code' in result) throw new Error(JSON.stringify(result));
  return result;
}
/** Of one line: AMO, mutuelle, due at the counter. */
function parts(of: QuoteLine, given: Terms) {
  const [one] = quoted([of], given).lines;
  return one && [one.amoGross, one.amc, one.patient];
}

describe('a quote', () => {
  it('shows what is due at the counter, and later on the statement', () => {
    const { lines, total } = quoted([line()], terms());
    expect(lines).toMatchObject([
      { lineNo: 1, amoGross: 2100, amc: 900, patient: 0, statement: { amoNet: 1900, rest: 200 } },
    ]);
    expect(total).toEqual({ price: 3000, amoGross: 2100, otherAmc: 0, amc: 900, patient: 0 });
  });

  it('takes the formula of the act before that of the basket before that of the rule', () => {
    const given = terms({
      ...{ formula: { k: 'NONE' }, responsible: false },
      baskets: { FREE: { k: 'PCT_ADD', pct: 10 } },
      acts: { CS: { k: 'FULL' } },
    });
    expect(parts(line(), given)).toEqual([2100, 0, 900]);
    expect(parts(line({ basket: 'FREE' }), given)).toEqual([2100, 300, 600]);
    expect(parts(line({ basket: 'FREE', actCode: 'CS' }), given)).toEqual([2100, 900, 0]);
  });

  it.each<[string, Partial<QuoteLine>, Formula, number[]]>([
    ['TM + 20 euros', { price: 6000 }, { k: 'EUR_ADD', eur: 2000, tm: true }, [2100, 2900, 1000]],
    ['20 euros', { price: 6000 }, { k: 'EUR_ADD', eur: 2000 }, [2100, 2000, 1900]],
    ['20 euros, of which 9 are left to pay', {}, { k: 'EUR_ADD', eur: 2000 }, [2100, 900, 0]],
    // 4,005 euros in 2026, 3,864 in 2024
    ['0.5 % PMSS', { price: 9000 }, { k: 'PMSS', q: 0.5 }, [2100, 2003, 4897]],
    [
      '0.5 % PMSS in 2024',
      { price: 9000, careDate: day('2024-12-31') },
      { k: 'PMSS', q: 0.5 },
      [2100, 1932, 4968],
    ],
    ['TM + 0.5 % PMSS', { price: 9000 }, { k: 'PMSS', q: 0.5, tm: true }, [2100, 2903, 3997]],
    ['5 euros a day, 3 days', { quantity: 3 }, { k: 'DAY', eur: 200 }, [2100, 600, 300]],
    ['for 2 days at most', { quantity: 3 }, { k: 'DAY', eur: 200, n: 2 }, [2100, 400, 500]],
    ['TM in Alsace-Moselle', { amoRate: 90 }, { k: 'TM' }, [2700, 300, 0]],
    ['a base above the price', { price: 2000 }, { k: 'PCT_INCL', pct: 200 }, [1400, 600, 0]],
  ])('%s', (_what, more, formula, expected) => {
    expect(parts(line(more), terms({ formula, responsible: false }))).toEqual(expected);
  });

  it('leaves the arithmetic of the AMO to the AMO', () => {
    expect(parts(line({ amoAmount: 2050 }), terms())).toEqual([2050, 950, 0]);
    expect(parts(line({ amoAmount: 0 }), terms())).toEqual([0, 3000, 0]);
    // more than the base: nothing is left of it, and nothing is taken back
    expect(parts(line({ price: 5000, amoAmount: 4000 }), terms())).toEqual([4000, 0, 1000]);
  });

  it('takes PAT by the day of care and no other flat contribution from a heavy act', () => {
    const cataract = { actCode: 'BFGA004', price: 27_170, br: 27_170, amoRate: 100, heavyAct: true };
    const [one] = quoted([line(cataract)], terms()).lines;
    expect(one).toMatchObject({ amoGross: 23_970, amc: 3200, statement: { amoNet: 23_970, rest: 0 } });
    expect(parts(line({ ...cataract, careDate: day('2026-04-21') }), terms())).toEqual([24_770, 2400, 0]);
  });

  it('lets a second insurer work on what the first one left', () => {
    const overrun = { price: 6000, otherAmc: 900 };
    const generous = terms({ formula: { k: 'PCT_INCL', pct: 150 } });
    // its own 24 euros fit into the 30 that are left; of 35 after another 4 they do not
    expect(parts(line(overrun), generous)).toEqual([2100, 2400, 600]);
    expect(parts(line({ price: 6000, otherAmc: 3500 }), generous)).toEqual([2100, 400, 0]);
    expect(quoted([line(overrun)], generous).total).toEqual({
      ...{ price: 6000, amoGross: 2100, otherAmc: 900, amc: 2400, patient: 600 },
    });
  });
});

describe('flat contributions', () => {
  const rests = (lines: QuoteLine[], given: Terms) =>
    quoted(lines, given).lines.map(({ amoGross, statement }) => amoGross - statement.amoNet);

  it('are not due from those exempt', () => {
    expect(rests([line({ exempt: true })], terms())).toEqual([0]);
  });

  it('are due per box', () => {
    const boxes = line({ actCode: 'PH7', quantity: 3, price: 2000, br: 2000, amoRate: 65 });
    expect(rests([boxes], terms({ domain: 'PHAR' }))).toEqual([300]);
    expect(rests([{ ...boxes, careDate: day('2024-03-30') }], terms({ domain: 'PHAR' }))).toEqual([150]);
  });

  it('have a ceiling for each day', () => {
    const act = { actCode: 'AMI', price: 1000, br: 1000, amoRate: 60 };
    const lines = [
      line({ ...act, lineNo: 1, quantity: 3 }),
      line({ ...act, lineNo: 2, quantity: 3 }),
      line({ ...act, lineNo: 3, careDate: day('2026-11-21') }),
    ];
    expect(rests(lines, terms({ domain: 'AUXM' }))).toEqual([300, 100, 100]);
  });

  it('are never more than what the AMO pays', () => {
    expect(rests([line({ price: 200, br: 200 })], terms())).toEqual([140]);
  });
});

describe('a responsible contract', () => {
  it.each<[string, Partial<QuoteLine>, Partial<Terms>, number[]]>([
    ['pays the patient’s share whatever it says', {}, { formula: { k: 'NONE' } }, [2100, 900, 0]],
    ['as others need not', {}, { formula: { k: 'NONE' }, responsible: false }, [2100, 0, 900]],
    [
      'may leave out medicines of moderate benefit',
      { actCode: 'PH4', amoRate: 30 },
      { formula: { k: 'NONE' }, domain: 'PHAR' },
      [900, 0, 2100],
    ],
    [
      'also those known by their number',
      { actCode: '3400930000000', amoRate: 15 },
      { formula: { k: 'NONE' }, domain: 'PHAR' },
      [450, 0, 2550],
    ],
    [
      'but no others',
      { actCode: '3400930000000', amoRate: 65 },
      { formula: { k: 'NONE' }, domain: 'PHAR' },
      [1950, 1050, 0],
    ],
    ['pays nothing without AMO part', { br: 0 }, { formula: { k: 'TM' } }, [0, 0, 3000]],
    [
      'but FJH in full, for however many days',
      { actCode: 'FJH', br: 0, amoRate: 0, quantity: 40, price: 92_000 },
      { domain: 'HOSP', formula: { k: 'DAY', eur: 1000, n: 30 } },
      [0, 92_000, 0],
    ],
    [
      'at the tariff of the day',
      { actCode: 'FPU', br: 0, amoRate: 0, price: 2500 },
      { domain: 'URGE' },
      [0, 2300, 200],
    ],
    // 30 % outside the pathway: the 12 euros of surcharge stay with the patient, whatever the formula
    ...(['TM', 'FULL'] as const).map((k): [string, Partial<QuoteLine>, Partial<Terms>, number[]] => [
      `leaves the surcharge to the patient: ${k}`,
      { amoRate: 30, pathwayRate: 70 },
      { formula: { k } },
      [900, 900, 1200],
    ]),
    [
      'also when a doctor’s bill does not say so',
      { amoRate: 30 },
      { formula: { k: 'TM' } },
      [900, 900, 1200],
    ],
    [
      'which is no rule for other care',
      { actCode: 'PH4', amoRate: 30 },
      { formula: { k: 'TM' }, domain: 'PHAR' },
      [900, 2100, 0],
    ],
    [
      'and PCT_INCL',
      { amoRate: 30, pathwayRate: 70, price: 5000 },
      { formula: { k: 'PCT_INCL', pct: 150 } },
      [900, 2400, 1700],
    ],
    [
      'and EUR_ADD',
      { amoRate: 30, pathwayRate: 70, price: 5000 },
      { formula: { k: 'EUR_ADD', eur: 5000 } },
      [900, 2900, 1200],
    ],
    [
      'which others may pay',
      { amoRate: 30, pathwayRate: 70 },
      { formula: { k: 'FULL' }, responsible: false },
      [900, 2100, 0],
    ],
    [
      'TM_PATHWAY says it itself',
      { amoRate: 30 },
      { formula: { k: 'TM_PATHWAY', pathwayRate: 70 }, responsible: false },
      [900, 900, 1200],
    ],
    [
      'TM_PATHWAY inside the pathway is TM',
      { amoRate: 90 },
      { formula: { k: 'TM_PATHWAY', pathwayRate: 70 } },
      [2700, 300, 0],
    ],
  ])('%s', (_what, more, given, expected) => {
    expect(parts(line(more), terms(given))).toEqual(expected);
  });

  /** 100 euros on a base of 23: the share is 6.90, 20 % of the base 4.60. */
  const outside = { actCode: 'CS', price: 10_000, br: 2300, optam: false };
  it.each<[string, Formula, number]>([
    ['200 % BR: 23.00 less 4.60 of overrun', { k: 'PCT_INCL', pct: 200 }, 690 + 1840],
    ['400 % BR: the base once again', { k: 'PCT_INCL', pct: 400 }, 690 + 2300],
    ['110 % BR: less than nothing', { k: 'PCT_INCL', pct: 110 }, 690],
    ['+ 100 % BR: 16.10 less 4.60', { k: 'PCT_ADD', pct: 100 }, 690 + 1150],
    ['TM + 15 euros', { k: 'EUR_ADD', eur: 1500, tm: true }, 690 + 1040],
    ['15 euros: 8.10 less 4.60', { k: 'EUR_ADD', eur: 1500 }, 690 + 350],
    ['everything', { k: 'FULL' }, 690 + 2300],
    ['TM', { k: 'TM' }, 690],
  ])('outside OPTAM pays of %s', (_what, formula, amc) => {
    expect(parts(line(outside), terms({ formula }))).toEqual([1610, amc, 8390 - amc]);
    expect(quoted([line({ ...outside, optam: true })], terms({ formula })).total.amc).toBeGreaterThanOrEqual(
      amc,
    );
  });
});

describe('glasses under a responsible contract', () => {
  const full = terms({ domain: 'OPTI', formula: { k: 'FULL' } });
  const frame = (price: number, more: Partial<QuoteLine> = {}) =>
    line({ ...{ lineNo: 9, actCode: 'MON', price, br: 5, amoRate: 60 }, ...more });
  const lens = (lineNo: number, actCode: string, price: number, more: Partial<QuoteLine> = {}) =>
    line({ ...{ lineNo, actCode, price, br: 5, amoRate: 60 }, ...more });
  /** What AMO and mutuelle pay together, line by line. */
  const paid = (lines: QuoteLine[], given = full) =>
    quoted(lines, given).lines.map(({ amoGross, amc }) => amoGross + amc);
  const old = { careDate: day('2019-12-31') };

  it('pays 100 euros of a frame at most, 150 before 2020', () => {
    expect(paid([frame(15_000)])).toEqual([10_000]);
    expect(paid([frame(20_000, old)])).toEqual([15_000]);
    expect(paid([frame(20_000)], { ...full, responsible: false })).toEqual([20_000]);
  });

  it.each([
    ['VER', 'VER', 42_000, 47_000],
    ['VER', 'VER_C', 56_000, 61_000],
    ['VER', 'VER_TC', 61_000, 66_000],
    ['VER_C', 'VER_C', 70_000, 75_000],
    ['VER_C', 'VER_TC', 75_000, 80_000],
    ['VER_TC', 'VER_TC', 80_000, 85_000],
  ])('pays of a frame with %s and %s at most %i cents, %i before 2020', (right, left, now, before) => {
    const lenses = (more = {}) => [
      lens(1, right, 90_000, more),
      lens(2, left, 90_000, more),
      frame(9000, more),
    ];
    expect(paid(lenses()).reduce((a, b) => a + b)).toBe(now);
    expect(paid(lenses(old)).reduce((a, b) => a + b)).toBe(before);
  });

  it('gives the ceiling of the pair in the order of the lines', () => {
    expect(paid([frame(12_000), lens(1, 'VER', 20_000), lens(2, 'VER', 20_000)])).toEqual([
      10_000, 20_000, 12_000,
    ]);
    expect(paid([lens(1, 'VER', 50_000, { quantity: 2 }), frame(12_000)])).toEqual([41_997, 3]);
  });

  it('pays class A in full and counts it first', () => {
    const classA = { actCode: 'MON_A', price: 3000, br: 900, basket: 'RAC0' } as const;
    const lines = [lens(1, 'VER', 25_000), lens(2, 'VER', 25_000), frame(3000, classA)];
    expect(paid(lines, terms({ domain: 'OPTI', formula: { k: 'EUR_CAP_INCL', eur: 30_000 } }))).toEqual([
      25_000, 14_000, 3000,
    ]);
  });

  it('counts a lens alone as one of two', () => {
    expect(paid([lens(1, 'VER', 50_000)])).toEqual([42_000]);
  });

  it('leaves contact lenses to the contract', () => {
    expect(paid([line({ actCode: 'OPT', price: 90_000, br: 0, amoRate: 0 })])).toEqual([90_000]);
  });

  it.each([
    ['two frames', [frame(100), frame(100, { lineNo: 8 })]],
    ['three lenses', [lens(1, 'VER', 100, { quantity: 3 })]],
  ])('refuses %s in one quote', (_what, lines) => {
    expect(answer(lines, full)).toMatchObject({ code: 'several-equipments' });
    expect(answer(lines, { ...full, responsible: false })).toHaveProperty('total');
  });
});

describe('hearing aids and 100 % Santé under a responsible contract', () => {
  const audio = (formula: Formula) => terms({ domain: 'AUDI', formula });
  const aid = (more: Partial<QuoteLine>) =>
    line({ actCode: 'PA2', br: 40_000, amoRate: 60, price: 200_000, ...more });

  it('pays 1,700 euros an ear of class II, the AMO part included', () => {
    expect(parts(aid({}), audio({ k: 'FULL' }))).toEqual([24_000, 146_000, 30_000]);
    expect(parts(aid({ quantity: 2, price: 400_000, br: 80_000 }), audio({ k: 'FULL' }))).toEqual([
      48_000, 292_000, 60_000,
    ]);
  });

  it('knows that nobody has more than two ears', () => {
    const three = aid({ quantity: 3, price: 600_000, br: 120_000 });
    expect(answer([three], audio({ k: 'FULL' }))).toMatchObject({ code: 'several-equipments' });
    const one = aid({ actCode: 'PA1', price: 95_000, basket: 'RAC0' });
    const lines = [one, { ...one, lineNo: 2 }, { ...one, lineNo: 3 }];
    expect(answer(lines, audio({ k: 'TM' }))).toMatchObject({ code: 'several-equipments' });
    expect(parts(aid({ quantity: 2, price: 1000, br: 400 }), audio({ k: 'TM' }))).toHaveLength(3);
  });

  it('pays class I up to the maximum price, also where the product forgot it', () => {
    const classI = { actCode: 'PA1', price: 95_000, basket: 'RAC0' } as const;
    expect(parts(aid(classI), audio({ k: 'TM' }))).toEqual([24_000, 71_000, 0]);
    expect(parts(aid(classI), audio({ k: 'RAC0', plv: 95_000 }))).toEqual([24_000, 71_000, 0]);
    const both = { ...classI, quantity: 2, price: 190_000, br: 80_000 };
    expect(parts(aid(both), audio({ k: 'RAC0', plv: 95_000 }))).toEqual([48_000, 142_000, 0]);
  });

  it('says that a price above the maximum is an error of billing', () => {
    const above = aid({ actCode: 'PA1', price: 95_001, basket: 'RAC0' });
    const refused = { code: 'price-above-limit', lineNo: 1, limit: 95_000 };
    expect(answer([above], audio({ k: 'TM' }))).toEqual(refused);
    expect(answer([above], audio({ k: 'RAC0', plv: 95_000 }))).toEqual(refused);
  });

  it('does not guess a maximum price', () => {
    const crown = line({ actCode: 'HBLD036', basket: 'RAC0', price: 50_000, br: 12_000, amoRate: 60 });
    const dental = terms({ domain: 'DEPR' });
    expect(answer([crown], dental)).toEqual({ code: 'price-limit-unknown', lineNo: 1 });
    expect(parts(crown, { ...dental, baskets: { RAC0: { k: 'RAC0', plv: 50_000 } } })).toEqual([
      7200, 42_800, 0,
    ]);
  });
});

describe('yearly and two-yearly amounts', () => {
  const yearly = { k: 'EUR_ADD', eur: 10_000, every: 'YEAR' } as const;
  const osteopath = terms({ domain: 'DIV', formula: yearly });
  const visit = (more: Partial<QuoteLine> = {}) =>
    line({ actCode: 'OST', price: 6000, br: 0, amoRate: 0, ...more });
  const used = (cents: number, from = '2026-01-01', to = '2026-12-31'): Map<string, CounterState> =>
    new Map([['CONFORT-2/R1', [{ from: day(from), to: day(to), used: cents }]]]);
  const none = () => new Map<string, CounterState>([['CONFORT-2/R1', []]]);

  it('give what is left, and say what they took from which window', () => {
    const { total, taken } = quoted([visit()], osteopath, used(7000));
    expect(total).toMatchObject({ amc: 3000, patient: 3000 });
    const window = { from: '2026-01-01', to: '2026-12-31' };
    expect(taken).toEqual([{ counter: 'CONFORT-2/R1', lineNo: 1, ...window, cents: 3000 }]);
  });

  it('go down from line to line of one quote', () => {
    const { lines, taken } = quoted([visit(), visit({ lineNo: 2 }), visit({ lineNo: 3 })], osteopath, none());
    expect(lines.map(({ amc }) => amc)).toEqual([6000, 4000, 0]);
    expect(taken.map(({ cents }) => cents)).toEqual([6000, 4000]);
  });

  it('begin anew with the year of care', () => {
    const { lines } = quoted(
      [visit({ careDate: day('2025-12-31') }), visit({ lineNo: 2 })],
      osteopath,
      used(10_000),
    );
    expect(lines.map(({ amc }) => amc)).toEqual([6000, 0]);
  });

  it('pay nothing when more is used than a new version of the product grants', () => {
    expect(quoted([visit()], osteopath, used(20_000))).toMatchObject({ total: { amc: 0 }, taken: [] });
  });

  it('are not used up by the patient’s share that stands beside them', () => {
    const formula = { k: 'EUR_ADD', eur: 1000, tm: true, every: 'TWO_YEARS' } as const;
    const { lines, taken } = quoted(
      [line({ price: 6000 }), line({ lineNo: 2, price: 6000 })],
      terms({ formula }),
      none(),
    );
    expect(lines.map(({ amc }) => amc)).toEqual([1900, 900]);
    expect(taken).toMatchObject([{ from: '2026-11-20', to: '2028-11-19', cents: 1000 }]);
  });

  it('never leave a responsible contract below the patient’s share', () => {
    const { total, taken } = quoted([line()], terms({ formula: { ...yearly, eur: 1000 } }), used(600));
    expect([total.amc, taken[0]?.cents]).toEqual([900, 400]);
  });

  it('are named by product and rule, and by act or basket where these have their own', () => {
    const given = terms({ formula: yearly, baskets: { FREE: yearly }, acts: { CS: yearly, G: { k: 'TM' } } });
    const names = ['CONFORT-2/R1', 'CONFORT-2/R1/basket/FREE', 'CONFORT-2/R1/act/CS'];
    expect(countersOf(given).map(({ counter }) => counter)).toEqual(names);
    const counters = new Map<string, CounterState>(names.map((name) => [name, []]));
    const lines = [
      line(),
      line({ lineNo: 2, actCode: 'V', basket: 'FREE' }),
      line({ lineNo: 3, actCode: 'CS' }),
    ];
    expect(quoted(lines, given, counters).taken.map(({ counter }) => counter)).toEqual(names.slice(1));
  });

  it('must have been loaded', () => {
    expect(() => quoted([visit()], osteopath)).toThrow('a counter was not loaded');
  });
});

describe('a quote is refused as a whole', () => {
  const fault = (field: string) => ({ code: 'line-malformed', lineNo: 1, field });
  it.each<[string, Partial<QuoteLine>, object]>([
    ['a negative price', { price: -1 }, fault('price')],
    ['a fraction of a cent', { price: 100.5 }, fault('price')],
    ['a huge price', { price: 1e10 }, fault('price')],
    ['no number', { br: Number.NaN }, fault('br')],
    ['a rate with three decimals', { amoRate: 66.667 }, fault('amoRate')],
    ['a rate above 100', { amoRate: 100.01 }, fault('amoRate')],
    ['no piece', { quantity: 0 }, fault('quantity')],
    ['half a piece', { quantity: 0.5 }, fault('quantity')],
    ['a day that does not exist', { careDate: day('2026-02-30') }, fault('careDate')],
    ['a negative AMO amount', { amoAmount: -1 }, fault('amoAmount')],
    ['a negative amount of another insurer', { otherAmc: -1 }, fault('otherAmc')],
    ['a rate of the pathway above 100', { pathwayRate: 101 }, fault('pathwayRate')],
    ['an unknown basket', { basket: 'CHEAP' as 'FREE' }, fault('basket')],
    ['an AMO amount above the price', { amoAmount: 3001 }, { code: 'amo-above-price', lineNo: 1 }],
    [
      'another insurer’s part above the rest',
      { otherAmc: 901 },
      { code: 'other-amc-above-rest', lineNo: 1, limit: 900 },
    ],
    ['an unknown act', { actCode: 'ZZZ' }, { code: 'act-unknown', lineNo: 1 }],
    ['an act of another domain', { actCode: 'PH7' }, { code: 'act-other-domain', lineNo: 1 }],
    [
      'care before the first tariff',
      { careDate: day('2004-12-31') },
      { code: 'tariff-unknown', lineNo: 1, item: 'PF_PER_DAY' },
    ],
  ])('%s', (_what, more, problem) => {
    expect(answer([line({ lineNo: 2, ...more }), line()].reverse(), terms())).toEqual({
      ...problem,
      lineNo: 2,
    });
  });

  it('two lines of one number', () => {
    expect(answer([line(), line()], terms())).toEqual(fault('lineNo'));
    expect(answer([line({ lineNo: 0 })], terms())).toMatchObject({ field: 'lineNo' });
  });

  it('a year whose ceiling is not known', () => {
    const given = terms({ formula: { k: 'PMSS', q: 10 } });
    const unknown = { code: 'tariff-unknown', lineNo: 1, item: 'PMSS' };
    expect(answer([line({ careDate: day('2027-01-01') })], given)).toEqual(unknown);
    expect(answer([line({ careDate: day('2016-12-31') })], given)).toEqual(unknown);
  });

  it('an optics article of which nobody knows what it is', () => {
    const article = line({ actCode: '2223342' });
    expect(answer([article], terms({ domain: 'OPTI' }))).toMatchObject({ code: 'optics-part-unknown' });
    expect(answer([article], terms({ domain: 'OPTI', responsible: false }))).toHaveProperty('total');
  });

  it('far in the future the last tariff holds', () => {
    expect(answer([line({ careDate: day('9999-12-31') })], terms())).toHaveProperty('total.amc', 900);
  });
});
