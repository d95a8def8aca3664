// Covered or not: the rules as a table, one line per case, refusals by precedence.
import { describe, expect, test } from 'vitest';
import type { CareDomain } from './care-domains.ts';
import { CARE_DOMAINS } from './care-domains.ts';
import type { CoverPeriod, Entitlement, Rights } from './entitlement.ts';
import { decideEntitlement, GUARANTEE_DAYS } from './entitlement.ts';
import type { CareDate } from './period.ts';

const date = (text: string) => text as CareDate;

function period(domain: CareDomain, from: string, to: string | null, rule = 'R1'): CoverPeriod {
  return { domain, from: date(from), to: to === null ? null : date(to), rule };
}

function rightsWith(...periods: CoverPeriod[]): Rights {
  return { product: 'CONFORT-2', responsible: true, convType: 'VM', csr: null, card: null, periods };
}

function decide(
  periods: readonly CoverPeriod[],
  { on, domain = 'PHAR', closedOn = null }: { on: string; domain?: CareDomain; closedOn?: string | null },
): Entitlement {
  const closed = closedOn === null ? null : date(closedOn);
  return decideEntitlement({ rights: rightsWith(...periods), closedOn: closed, domain, careDate: date(on) });
}

const YEAR_2026 = period('PHAR', '2026-01-01', '2026-12-31');
const OPEN = period('PHAR', '2026-01-01', null);

describe('covered', () => {
  test('tells the dates, rule and kind of contract of that domain, and nothing more', () => {
    expect(decide([YEAR_2026, period('OPTI', '2026-01-01', null, 'R9')], { on: '2026-11-22' })).toEqual({
      kind: 'covered',
      coverFrom: '2026-01-01',
      coverTo: '2026-12-31',
      guaranteeUntil: '2026-11-23',
      rule: 'R1',
      responsible: true,
    });
  });

  test.each([
    ['on the first day', [YEAR_2026], '2026-01-01', null, '2026-12-31', '2026-01-02'],
    [
      'on the last day the guarantee ends with the cover',
      [YEAR_2026],
      '2026-12-31',
      null,
      '2026-12-31',
      '2026-12-31',
    ],
    ['an open end stays open and the guarantee bounded', [OPEN], '2026-11-22', null, null, '2026-11-23'],
    [
      'a closing date to come ends an open period',
      [OPEN],
      '2026-11-22',
      '2026-11-30',
      '2026-11-30',
      '2026-11-23',
    ],
    ['the closing day itself is covered', [OPEN], '2026-11-30', '2026-11-30', '2026-11-30', '2026-11-30'],
    [
      'a closing date after the end changes nothing',
      [YEAR_2026],
      '2026-11-22',
      '2027-06-30',
      '2026-12-31',
      '2026-11-23',
    ],
    [
      'a renewal without a gap under the same rule carries the guarantee over the new year',
      [YEAR_2026, period('PHAR', '2027-01-01', '2027-12-31')],
      '2026-12-31',
      null,
      '2027-12-31',
      '2027-01-01',
    ],
    [
      'a renewal after one day without cover does not',
      [YEAR_2026, period('PHAR', '2027-01-02', '2027-12-31')],
      '2026-12-31',
      null,
      '2026-12-31',
      '2026-12-31',
    ],
    [
      'a renewal under another rule does not',
      [YEAR_2026, period('PHAR', '2027-01-01', '2027-12-31', 'R2')],
      '2026-12-31',
      null,
      '2026-12-31',
      '2026-12-31',
    ],
    [
      'a renewal of another domain does not',
      [YEAR_2026, period('MED', '2027-01-01', '2027-12-31')],
      '2026-12-31',
      null,
      '2026-12-31',
      '2026-12-31',
    ],
    [
      'a closing date before the renewal takes the renewal away',
      [YEAR_2026, period('PHAR', '2027-01-01', '2027-12-31')],
      '2026-12-31',
      '2026-12-31',
      '2026-12-31',
      '2026-12-31',
    ],
    [
      'the last day that can be written ends the search',
      [period('PHAR', '2026-01-01', '9999-12-31')],
      '9999-12-31',
      null,
      '9999-12-31',
      '9999-12-31',
    ],
  ])('%s', (_label, periods, on, closedOn, coverTo, guaranteeUntil) => {
    expect(decide(periods, { on, closedOn })).toMatchObject({ kind: 'covered', coverTo, guaranteeUntil });
  });

  test('earlier years are not told: cover begins with the period that decides', () => {
    const lastYear = period('PHAR', '2025-01-01', '2025-12-31');
    expect(decide([lastYear, YEAR_2026], { on: '2026-11-22' })).toMatchObject({ coverFrom: '2026-01-01' });
  });

  test('of two periods that contain the day, the one that began later decides, until it ends', () => {
    const special = period('PHAR', '2026-06-01', '2026-06-30', 'R2');
    expect(decide([special, YEAR_2026], { on: '2026-05-31' })).toMatchObject({
      rule: 'R1',
      coverTo: '2026-05-31',
    });
    expect(decide([special, YEAR_2026], { on: '2026-06-01' })).toMatchObject({
      rule: 'R2',
      coverTo: '2026-06-30',
    });
    expect(decide([special, YEAR_2026], { on: '2026-07-01' })).toMatchObject({
      rule: 'R1',
      coverTo: '2026-12-31',
    });
  });
});

test('twins in a damaged record are told apart by their rule, never by their place', () => {
  const twins = [period('PHAR', '2026-01-01', null, 'R2'), period('PHAR', '2026-01-01', null, 'R1')];
  expect(decide(twins, { on: '2026-11-22' })).toMatchObject({ rule: 'R1' });
  expect(decide(twins.toReversed(), { on: '2026-11-22' })).toMatchObject({ rule: 'R1' });
});

test('another domain covered on the day makes the domain excluded', () => {
  expect(decide([period('OPTI', '2026-01-01', null)], { on: '2026-11-22' })).toEqual({
    kind: 'domain-excluded',
  });
});

describe('not covered', () => {
  test.each([
    ['ended', 'the last period of the domain ended', [YEAR_2026], '2027-01-01', null],
    ['ended', 'between two periods', [YEAR_2026, period('PHAR', '2027-03-01', null)], '2027-01-15', null],
    ['not-started', 'before the first period', [YEAR_2026], '2025-12-31', null],
    [
      'never',
      'no period of the domain, the others over',
      [period('OPTI', '2025-01-01', '2025-12-31')],
      '2026-11-22',
      null,
    ],
    ['never', 'no period at all', [], '2026-11-22', null],
    [
      'never',
      'the only period is impossible',
      [period('PHAR', '2026-12-01', '2026-01-01')],
      '2026-06-01',
      null,
    ],
    ['closed', 'the day after the closing', [OPEN], '2026-12-01', '2026-11-30'],
    [
      'closed',
      'closed before the period would begin',
      [period('PHAR', '2027-01-01', null)],
      '2027-06-01',
      '2026-11-30',
    ],
    ['closed', 'closing beats every other reason', [YEAR_2026], '2027-06-01', '2026-11-30'],
    [
      'closed',
      'closing also ends the domain that would have meant excluded',
      [period('OPTI', '2026-01-01', null)],
      '2026-12-01',
      '2026-11-30',
    ],
  ])('%s: %s', (why, _label, periods, on, closedOn) => {
    expect(decide(periods, { on, closedOn })).toEqual({ kind: 'not-covered', why });
  });
});

test('every domain has its days of guarantee, and they are these', () => {
  const byDays = new Map<number, CareDomain[]>();
  for (const domain of CARE_DOMAINS)
    byDays.set(GUARANTEE_DAYS[domain], [...(byDays.get(GUARANTEE_DAYS[domain]) ?? []), domain]);
  expect(Object.fromEntries(byDays)).toEqual({
    1: ['PHAR', 'MED', 'RADL', 'SAGE', 'EXTE', 'CSTE', 'DESO', 'TRAN', 'FOUR', 'URGE', 'SVIL', 'DIV'],
    30: ['LABO', 'AUXM', 'HOSP'],
    60: ['OPTI', 'AUDI', 'DEPR', 'ODF'],
  });
});

test.each(CARE_DOMAINS)('the guarantee of %s runs its own number of days', (domain) => {
  const answer = decide([period(domain, '2026-01-01', null)], { on: '2026-01-01', domain });
  const ends = { 1: '2026-01-02', 30: '2026-01-31', 60: '2026-03-02' }[GUARANTEE_DAYS[domain]];
  expect(answer).toMatchObject({ kind: 'covered', guaranteeUntil: ends });
});
