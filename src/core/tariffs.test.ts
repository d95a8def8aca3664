// The dated tables: the day of care decides, and a day without a row has no value.

import { describe, expect, it } from 'vitest';
import document from '../../data/tariffs.json' with { type: 'json' };
import type { CareDate } from './period.ts';
import { TABLES } from './tables-fixture.ts';
import { readTariffs, tariffOf } from './tariffs.ts';

describe('data/tariffs.json on the last and first day of each value (DOMAIN.md 5.1)', () => {
  it.each([
    ...[['GP_S1', '2017-04-30', null] as const, ['GP_S1', '2017-05-01', 2500] as const],
    ...[['GP_S1', '2023-10-31', 2500] as const, ['GP_S1', '2023-11-01', 2650] as const],
    ...[['GP_S1', '2024-12-21', 2650] as const, ['GP_S1', '2024-12-22', 3000] as const],
    ...[['GP_CHILD6', '2023-10-31', 3000] as const, ['GP_CHILD6', '2023-11-01', 3150] as const],
    ['SPEC_S1', '2024-12-22', 2650] as const,
    ...[['SPEC_DIRECT', '2023-10-31', 3000] as const, ['SPEC_DIRECT', '2023-11-01', 3150] as const],
    ...[['SPEC_COMPLEX', '2023-10-31', null] as const, ['SPEC_COMPLEX', '2023-11-01', 4750] as const],
    ['PSY_S1', '2023-11-01', 5170] as const,
    ['NON_OPTAM', '2026-11-20', 2300] as const,
    ...[['PF', '2004-12-31', null] as const, ['PF', '2005-01-01', 100] as const],
    ...[['PF', '2024-05-14', 100] as const, ['PF', '2024-05-15', 200] as const],
    ...[['FR_BOX', '2024-03-30', 50] as const, ['FR_BOX', '2024-03-31', 100] as const],
    ...[['FR_PARA', '2024-03-30', 50] as const, ['FR_PARA', '2024-03-31', 100] as const],
    ...[['FR_TRANSPORT', '2024-03-30', 200] as const, ['FR_TRANSPORT', '2024-03-31', 400] as const],
    ...[['FJH', '2026-02-28', 2000] as const, ['FJH', '2026-03-01', 2300] as const],
    ...[['FJH_PSY', '2026-02-28', 1500] as const, ['FJH_PSY', '2026-03-01', 1700] as const],
    ...[['FPU', '2021-12-31', null] as const, ['FPU', '2022-01-01', 1961] as const],
    ...[['FPU', '2026-02-28', 1961] as const, ['FPU', '2026-03-01', 2300] as const],
    ...[['FPU_REDUCED', '2026-02-28', 849] as const, ['FPU_REDUCED', '2026-03-01', 996] as const],
    ...[['PAT', '2026-04-21', 2400] as const, ['PAT', '2026-04-22', 3200] as const],
    ...[['RATE_DENTAL', '2023-10-14', 70] as const, ['RATE_DENTAL', '2023-10-15', 60] as const],
    ...[['RATE_TRANSPORT', '2023-07-31', 65] as const, ['RATE_TRANSPORT', '2023-08-01', 55] as const],
    ...[['KINE_75', '2024-02-21', 1613] as const, ['KINE_75', '2024-02-22', 1658] as const],
    ...[['FRAME_B_MAX', '2019-12-31', 15_000] as const, ['FRAME_B_MAX', '2020-01-01', 10_000] as const],
    ...[['PMSS', '2019-06-01', 337_700] as const, ['PMSS', '2027-01-01', null] as const],
    ['PF', '9999-12-31', 200] as const,
    ['NOTHING', '2026-11-20', null] as const,
  ])('%s on %s is %s', (item, day, value) => {
    expect(tariffOf(TABLES.tariffs, item, day as CareDate)).toBe(value);
  });

  it('has a source for every item', () => {
    expect(document.items.filter(({ source }) => source.length < 3)).toEqual([]);
  });
});

describe('a table that cannot be read whole is refused', () => {
  const item = { code: 'X', fr: 'x', en: 'x', unit: 'cents', source: 'test' };
  const row = (from: string, to: string | null, value: unknown = 1) => ({ from, to, value });
  const items = (...values: unknown[]) => ({ items: [{ ...item, values }] });

  it.each([
    ['no object', null, 'items'],
    ['no list', { items: {} }, 'items'],
    ['an item without a code', { items: [{}] }, 'items[0]'],
    [
      'an item twice',
      {
        items: [
          { ...item, values: [row('2020-01-01', null)] },
          { ...item, values: [row('2020-01-01', null)] },
        ],
      },
      'X',
    ],
    ['an unknown property', { items: [{ ...item, values: [row('2020-01-01', null)], valid: true }] }, 'X'],
    ['no value', items(), 'X'],
    ['a day that does not exist', items(row('2020-02-30', null)), 'X'],
    ['an end before its beginning', items(row('2020-01-02', '2020-01-01')), 'X'],
    ['two values on a day', items(row('2020-01-01', '2020-12-31'), row('2020-12-31', null)), 'X'],
    ['a value after an open end', items(row('2020-01-01', null), row('2021-01-01', null)), 'X'],
    ['a fraction of a cent', items(row('2020-01-01', null, 0.5)), 'X'],
    ['a negative amount', items(row('2020-01-01', null, -1)), 'X'],
    ['an unknown unit', { items: [{ ...item, unit: 'euros', values: [row('2020-01-01', null)] }] }, 'X'],
    [
      'a rate above 100',
      { items: [{ ...item, unit: 'percent', values: [row('2020-01-01', null, 101)] }] },
      'X',
    ],
  ])('%s', (_what, table, at) => expect(readTariffs(table)).toBe(at));
});
