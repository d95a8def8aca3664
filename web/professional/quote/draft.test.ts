// The lines of a quote as they are typed: what a choice fills in, what is wrong, what is sent.

import { describe, expect, it } from 'vitest';
import type { CareDate } from '../../../src/core/period.ts';
import { TABLES } from '../../../src/core/tables-fixture.ts';
import {
  actsLike,
  type DraftLine,
  emptyLine,
  type LineContext,
  lineFor,
  lineOf,
  lineProblems,
  placed,
  withBasket,
  withField,
} from './draft.ts';
import { TEMPLATES, usualRate } from './usual.ts';

const CARE_DATE = '2026-11-20' as CareDate;
const at = (domain: LineContext['domain']): LineContext => ({ domain, careDate: CARE_DATE, tables: TABLES });
const typed = (context: LineContext, fields: Partial<Record<keyof typeof NAMES, string>>) =>
  Object.entries(fields).reduce<DraftLine>(
    (line, [name, value]) => withField(line, name as keyof typeof NAMES, value, context),
    emptyLine(1),
  );
const NAMES = { actCode: 0, quantity: 0, price: 0, br: 0, amoRate: 0, amoAmount: 0 };

describe('an act that is chosen', () => {
  it.each([
    ['PHAR', 'PH1', '100'],
    ['PHAR', 'PH7', '65'],
    ['PHAR', 'PH4', '30'],
    ['PHAR', 'PH2', '15'],
    ['PHAR', 'PHN', '0'],
    ['OPTI', 'MON', '60'],
    ['DESO', 'SC', '60'],
  ] as const)('in %s: %s comes with its usual rate of %s %%', (domain, actCode, rate) => {
    expect(typed(at(domain), { actCode }).amoRate).toBe(rate);
  });

  it('has the rate of its care date where the law has changed it', () => {
    const act = TABLES.acts.get('SC');
    const before = { ...at('DESO'), careDate: '2023-10-14' as CareDate };
    expect(act && [usualRate(act, before), usualRate(act, at('DESO'))]).toEqual([70, 60]);
  });

  it('brings the base of the tariffs, times the pieces, unless somebody has typed another', () => {
    const frame = typed(at('OPTI'), { actCode: 'MON_A' });
    expect(frame).toMatchObject({ br: '9,00', basket: 'RAC0' });
    expect(withField(frame, 'quantity', '2', at('OPTI')).br).toBe('18,00');
    const own = withField(frame, 'br', '10', at('OPTI'));
    expect(withField(own, 'quantity', '2', at('OPTI')).br).toBe('10');
  });

  it('of a reimbursed medicine has its price as its base, until somebody types another', () => {
    const box = typed(at('PHAR'), { actCode: 'PH7', price: '12,50' });
    expect(box.br).toBe('12,50');
    const generic = withField(box, 'br', '9', at('PHAR'));
    expect(withField(generic, 'price', '13', at('PHAR')).br).toBe('9');
    expect(typed(at('PHAR'), { actCode: 'PHN', price: '12,50' }).br).toBe('0,00');
  });

  it('that is not listed is left as it is: nobody knows more of it than its shape', () => {
    expect(typed(at('OPTI'), { actCode: '2248120' })).toMatchObject({ amoRate: '', br: '', basket: null });
  });
});

describe('a class', () => {
  it('turns a frame into the article of that class and back', () => {
    const frame = typed(at('OPTI'), { actCode: 'MON' });
    expect(frame.basket).toBe('FREE');
    const regulated = withBasket(frame, 'RAC0', at('OPTI'));
    expect(regulated).toMatchObject({ actCode: 'MON_A', basket: 'RAC0', br: '9,00' });
    expect(withBasket(regulated, 'FREE', at('OPTI'))).toMatchObject({ actCode: 'MON', br: '0,05' });
  });

  it('leaves a lens what it is: its code says nothing of the class', () => {
    const lens = typed(at('OPTI'), { actCode: 'VER' });
    expect(withBasket(lens, 'RAC0', at('OPTI'))).toMatchObject({ actCode: 'VER', basket: 'RAC0' });
  });
});

describe('what is wrong', () => {
  it('is told field by field; only the AMO amount may be left out', () => {
    expect(lineProblems(emptyLine(1), at('PHAR'))).toEqual({
      actCode: 'missing',
      price: 'missing',
      br: 'missing',
      amoRate: 'missing',
    });
  });

  it.each([
    [{ quantity: '0' }, { quantity: 'quantity-shape' }],
    [{ price: 'x' }, { price: 'amount-shape' }],
    [{ amoRate: '101' }, { amoRate: 'rate-shape' }],
    [{ amoAmount: '1,234' }, { amoAmount: 'amount-shape' }],
    [{ actCode: 'WRONG' }, { actCode: 'act-unknown' }],
    [{ actCode: 'MON' }, { actCode: 'act-other-domain' }],
  ])('%j', (change, expected) => {
    const good = typed(at('PHAR'), { actCode: 'PH7', price: '10' });
    expect(lineProblems({ ...good, ...change }, at('PHAR'))).toEqual(expected);
  });

  it('of a refusal stands where it can be mended', () => {
    expect(placed({ code: 'price-above-limit', lineNo: 2 })).toEqual({
      lineNo: 2,
      problems: { price: 'price-above-limit' },
    });
    expect(placed({ code: 'invalid', lineNo: 1, field: 'br' })).toEqual({
      lineNo: 1,
      problems: { br: 'line' },
    });
    expect(placed({ code: 'engagement-used' })).toBeNull();
  });
});

it('a line that is complete is sent in cents, as typed', () => {
  const line = typed(at('OPTI'), {
    actCode: 'VER',
    price: '80',
    br: '37,5',
    amoRate: '92.5',
    amoAmount: '3',
  });
  expect(lineOf(line, 3, at('OPTI'))).toEqual({
    lineNo: 3,
    actCode: 'VER',
    quantity: 1,
    price: 8_000,
    br: 3_750,
    amoRate: 92.5,
    amoAmount: 300,
    careDate: CARE_DATE,
    basket: 'FREE',
  });
  expect(lineOf({ ...line, price: '' }, 3, at('OPTI'))).toBeNull();
});

it('acts are found by code or by a word, without accents; a code that begins so comes first', () => {
  const codes = (words: string, domain: LineContext['domain']) =>
    actsLike(words, TABLES.acts, domain).map(({ code }) => code);
  expect(codes('tres', 'OPTI')).toEqual(['VER_TC']);
  expect(codes('mon', 'OPTI').slice(0, 2)).toEqual(['MON', 'MON_A']);
  expect(codes('monture', 'PHAR')).toEqual([]);
});

it('templates are made of acts of their own domain', () => {
  for (const [domain, templates] of Object.entries(TEMPLATES)) {
    const context = at(domain as LineContext['domain']);
    for (const one of templates.flatMap(({ lines }) => lines))
      expect(lineProblems(lineFor(1, one, context), context).actCode).toBeUndefined();
  }
});
