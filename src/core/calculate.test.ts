// The golden cases from public sources, to the cent, and every value that the dated tables must give for them.

import { describe, expect, it } from 'vitest';
import vectors from '../../test/vectors/calculation.json' with { type: 'json' };
import { calculateAll } from './calculate.ts';
import type { CareDate } from './period.ts';
import { TABLES } from './tables-fixture.ts';
import { tariffOf } from './tariffs.ts';

const { tariffs } = TABLES;

describe('test/vectors/calculation.json', () => {
  it.each(vectors.cases.map((one) => [one.id, one.label, one] as const))('%s: %s', (id, _label, one) => {
    expect(calculateAll([one], tariffs)).toEqual([{ id, ...one.expected }]);
  });

  const entries = vectors.cases.flatMap(({ id, date, tariff }) =>
    Object.entries(tariff ?? {}).map(([item, value]) => ({ id, date: date as CareDate, item, value })),
  );
  it.each(entries)('$id: $item on $date is $value', ({ item, date, value }) => {
    expect(tariffOf(tariffs, item, date)).toBe(value);
  });
});
