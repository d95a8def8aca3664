// `rempart calculate`: the vectors through the command, and how bad files are refused.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempDir } from '../../test/support/temp-dir.ts';
import vectors from '../../test/vectors/calculation.json' with { type: 'json' };
import { calculateCommand } from './calculate.ts';

async function run(argv: string[], json = true) {
  let stdout = '';
  let stderr = '';
  const io = {
    stdout: (text: string) => (stdout += text),
    stderr: (text: string) => (stderr += text),
    json,
    now: () => 0,
  };
  const code = await calculateCommand(argv, io);
  return { code, stdout, stderr, body: stdout.startsWith('{') ? JSON.parse(stdout) : null };
}
function runOn(document: unknown) {
  const file = join(tempDir(), 'cases.json');
  writeFileSync(file, typeof document === 'string' ? document : JSON.stringify(document));
  return run([file]);
}

const good = {
  id: 'A1',
  date: '2026-11-20',
  price: 3000,
  br: 3000,
  rate: 70,
  pf: 200,
  fr: 0,
  pat: 0,
  f: { k: 'TM' },
};

it('computes every vector to the cent and prints one document', async () => {
  const { code, body, stderr } = await runOn(vectors);
  expect([code, stderr]).toEqual([0, '']);
  expect(body).toEqual({ results: vectors.cases.map(({ id, expected }) => ({ id, ...expected })) });
});

it('ignores what is not its own, and takes days from a quantity', async () => {
  const stay = {
    ...good,
    price: 30_000,
    br: 0,
    rate: 0,
    pf: 0,
    f: { k: 'DAY', eur: 5000, n: 3 },
    label: 'stay',
  };
  const cases = [stay, { ...stay, id: 'A2', quantity: 2 }, { ...stay, id: 'A3', quantity: 9 }];
  const { body } = await runOn({ note: [], cases });
  expect(body.results.map(({ amc }: { amc: number }) => amc)).toEqual([15_000, 10_000, 15_000]);
  expect((await runOn({ cases: [{ ...stay, f: { k: 'DAY', eur: 5000 } }] })).body.results[0].amc).toBe(5000);
});

it('an empty list has no results', async () => {
  expect(await runOn({ cases: [] })).toMatchObject({ code: 0, body: { results: [] } });
});

describe('a case that cannot be computed is named, with its field, and nothing is printed of the others', () => {
  it.each<[string, object, string]>([
    ['no id', { id: 7 }, 'id'],
    ['a day that does not exist', { date: '2026-02-30' }, 'date'],
    ['a negative price', { price: -1 }, 'price'],
    ['half a cent', { price: 30.5 }, 'price'],
    ['a huge base', { br: 1e10 }, 'br'],
    ['an amount as text', { pf: '200' }, 'pf'],
    ['no franchise', { fr: undefined }, 'fr'],
    ['no number', { pat: null }, 'pat'],
    ['a rate above 100', { rate: 101 }, 'rate'],
    ['a rate with three decimals', { rate: 66.667 }, 'rate'],
    ['no quantity', { quantity: 0 }, 'quantity'],
    ['no formula', { f: undefined }, 'f.k'],
    ['an unknown kind', { f: { k: 'ALL' } }, 'f.k'],
    ['an unknown property of the formula', { f: { k: 'TM', pct: 100 } }, 'f.pct'],
    ['a formula without its amount', { f: { k: 'PCT_INCL' } }, 'f.pct'],
    ['a year whose ceiling is not known', { date: '2031-01-01', f: { k: 'PMSS', q: 10 } }, 'date'],
  ])('%s', async (_what, more, field) => {
    const { code, body } = await runOn({ cases: [good, { ...good, id: 'A2', ...more }] });
    const named = field === 'id' ? 'cases[1]' : 'A2';
    expect([code, body]).toMatchObject([1, { code: 'calculation-refused', case: named, field }]);
    expect(body.title).toContain(`${named}: ${field} `);
    expect(body).not.toHaveProperty('results');
  });

  it.each(['', '{', '[]', 'null', '{"cases":{}}', '{"results":[]}'])('a file with %j', async (text) => {
    expect(await runOn(text)).toMatchObject({
      code: 1,
      body: { code: 'calculation-refused', field: 'cases' },
    });
  });

  it('something that is no case', async () => {
    expect(await runOn({ cases: [good, 1] })).toMatchObject({
      code: 1,
      body: { case: 'cases[1]', field: 'id' },
    });
  });
});

it('wrong usage is 2 and help is 0', async () => {
  expect(await run([])).toMatchObject({ code: 2, stdout: '' });
  expect(await run(['a', 'b'])).toMatchObject({ code: 2 });
  expect(await run(['--no-such'])).toMatchObject({ code: 2 });
  expect(await run([join(tempDir(), 'nothing.json')])).toMatchObject({ code: 2 });
  expect(await run(['--help'])).toMatchObject({ code: 0, stderr: '' });
});
