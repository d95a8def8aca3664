// Times as they are typed: the last or the next in Paris, also around midnight and the changes of the clock.

import { expect, it } from 'vitest';
import { instantOf } from './clock-time.ts';

it.each([
  ['10:04', 'last', '2026-12-01T09:10:00.000Z', '2026-12-01T09:04:00.000Z'],
  ['10h04', 'last', '2026-12-01T09:10:00.000Z', '2026-12-01T09:04:00.000Z'],
  ['9:00', 'next', '2026-12-01T09:10:00.000Z', '2026-12-02T08:00:00.000Z'],
  ['10:10', 'last', '2026-12-01T09:10:00.000Z', '2026-12-01T09:10:00.000Z'],
  ['10:10', 'next', '2026-12-01T09:10:00.000Z', '2026-12-02T09:10:00.000Z'],
  ['23:50', 'last', '2026-12-01T23:10:00.000Z', '2026-12-01T22:50:00.000Z'], // just after midnight in Paris
  ['00:30', 'next', '2026-12-01T22:50:00.000Z', '2026-12-01T23:30:00.000Z'],
  ['11:30', 'next', '2026-07-01T09:00:00.000Z', '2026-07-01T09:30:00.000Z'],
  ['02:30', 'next', '2026-03-29T00:30:00.000Z', '2026-03-30T00:30:00.000Z'], // that night it does not exist
  ['03:30', 'next', '2026-03-29T00:30:00.000Z', '2026-03-29T01:30:00.000Z'],
  ['02:30', 'next', '2026-10-24T23:30:00.000Z', '2026-10-25T00:30:00.000Z'], // that night it comes twice
  ['02:30', 'last', '2026-10-25T02:00:00.000Z', '2026-10-25T01:30:00.000Z'],
  ['2026-12-24T18:00:00Z', 'next', '2026-12-01T09:10:00.000Z', '2026-12-24T18:00:00.000Z'],
] as const)('%s, the %s one at %s, is %s', (text, which, now, at) => {
  expect(new Date(instantOf(text, which, Date.parse(now)) ?? Number.NaN).toISOString()).toBe(at);
});

it.each(['24:00', '10:60', '10', 'demain', '2026-12-24', '2026-12-24T18:00:00+01:00', ''])(
  '“%s” is no time',
  (text) => {
    expect(instantOf(text, 'next', 0)).toBeNull();
  },
);
