// Routing against the shared vectors, and the tables that are refused.
import { describe, expect, test } from 'vitest';
import vectors from '../../test/vectors/routing.json' with { type: 'json' };
import type { AmcNo } from './ids.ts';
import { parseAmcNo } from './ids.ts';
import type { RouteRow } from './routing.ts';
import { findRoute, loadRoutes } from './routing.ts';

const AMC = '0099900012' as AmcNo;

function amcNo(printed: string): AmcNo {
  const parsed = parseAmcNo(printed);
  if (parsed === null) throw new Error('the test uses a malformed AMC number');
  return parsed;
}

const row = (csr: string | null, target = 'op-a'): RouteRow => ({
  amcNo: '99900012',
  convType: 'VM',
  csr,
  target,
});

describe('vectors', () => {
  const table = loadRoutes(vectors.rows);

  test.each(vectors.cases)('$id: $label', ({ query, expected }) => {
    const route = findRoute(table, { ...query, amcNo: amcNo(query.amcNo) });
    expect(route?.target ?? null).toBe(expected.target ?? null);
  });

  test('a route carries the padded AMC number', () => {
    expect(findRoute(table, { amcNo: amcNo('999000789'), convType: 'RO', csr: null })?.amcNo).toBe(
      '0999000789',
    );
  });
});

test('fewer wildcards win even over a literal further to the left', () => {
  const table = loadRoutes([row('9??', 'op-a'), row('?01', 'op-b')]);
  expect(findRoute(table, { amcNo: AMC, convType: 'VM', csr: '901' })?.target).toBe('op-b');
});

test.each(['94???????', '?', '', 'abc', '0123456789'])(
  'a card with the malformed CSR "%s" has no route, not even the default',
  (csr) => {
    const table = loadRoutes([row(null), row('94???????', 'op-b')]);
    expect(findRoute(table, { amcNo: AMC, convType: 'VM', csr })).toBeNull();
  },
);

test('a card without CSR never takes a pattern', () => {
  const table = loadRoutes([row('?')]);
  expect(findRoute(table, { amcNo: AMC, convType: 'VM', csr: null })).toBeNull();
  expect(findRoute(table, { amcNo: AMC, convType: 'VM', csr: '7' })?.target).toBe('op-a');
});

test.each([
  ['the same pattern', [row('94?'), row('95?'), row('94?', 'op-b')], 1, 3],
  ['two default rows', [row(null), row(null, 'op-b')], 1, 2],
  ['one AMC number printed in two ways', [row('9'), { ...row('9'), amcNo: '0099900012' }], 1, 2],
])('two rows for one key are refused by their places: %s', (_label, rows, first, second) => {
  expect(() => loadRoutes(rows)).toThrow(`routing rows ${first} and ${second} have the same`);
});

test.each([
  [{ ...row(null), amcNo: '123' }],
  [{ ...row(null), convType: 'vm' }],
  [{ ...row(null), target: '' }],
  [row('')],
  [row('94*')],
  [row('0123456789')],
])('the malformed row %j is refused by its place', (malformed) => {
  expect(() => loadRoutes([row('1'), malformed])).toThrow('routing row 2 is malformed');
});
