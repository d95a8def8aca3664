// Insurers' products from the outside: published with the insurer's own certificate, by effective date, and refused when
// they call themselves responsible and are not.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createSettlementWorld,
  medicine,
  quoted,
  type SettlementWorld,
  TILLEULS,
} from '../support/settlement-world.ts';

let world: SettlementWorld;
beforeAll(async () => {
  world = await createSettlementWorld();
}, 60_000);
afterAll(() => world?.close());

const sender = `${TILLEULS}-emetteur`;
const put = (code: string, body: unknown, as = sender) =>
  world.send(`/v1/products/${code}`, { as, method: 'PUT', body });
const rules = (formula: unknown) => ({ R1: { domain: 'PHAR', formula } });
const product = (more: Record<string, unknown> = {}) => ({
  from: '2026-01-01',
  responsible: true,
  rules: rules({ k: 'TM' }),
  ...more,
});

describe('PUT /v1/products/{code}', () => {
  it('counts at once, for care from its date on', async () => {
    const better = rules({ k: 'PCT_INCL', pct: 125 });
    const answer = await put('CONFORT-2', product({ from: '2026-11-20', rules: better }));
    expect(answer.body).toEqual({ code: 'CONFORT-2', from: '2026-11-20', rules: 1 });
    const on = async (careDate: string) => {
      const no = await world.engagement({ as: 'claire', person: 1, domain: 'PHAR', careDate });
      const answer = await world.quote('claire', no, [medicine({ careDate, price: 3_000 })]);
      return quoted(answer).lines[0]?.amc;
    };
    // Of a price of 30.00 with a base of 20.00: the share of 7.00; from then on 125 % of the base, less the AMO's 13.00.
    expect(await on('2026-11-19')).toBe(700);
    expect(await on('2026-11-20')).toBe(1_200);
    const { body } = await world.send('/v1/products', { as: sender });
    const versions = (body['products'] as { code: string; from: string }[]).filter(
      ({ code }) => code === 'CONFORT-2',
    );
    expect(versions.map(({ from }) => from)).toEqual(['2026-11-20', '2024-01-01']);
  });

  it('says which article a product breaks that calls itself responsible, and keeps nothing of it', async () => {
    const answer = await put('PAUVRE-1', product({ rules: rules({ k: 'PCT_INCL', pct: 80 }) }));
    expect(answer).toMatchObject({ status: 422, body: { code: 'product-not-responsible' } });
    const [problem] = answer.body['problems'] as Record<string, string>[];
    expect(problem).toMatchObject({ rule: 'R1', article: 'CSS R871-2' });
    expect(Object.keys(problem ?? {}).sort()).toEqual(['article', 'en', 'fr', 'rule']);
    const { body } = await world.send('/v1/products', { as: sender });
    expect(JSON.stringify(body)).not.toContain('PAUVRE-1');
  });

  const bad: [string, unknown, string][] = [
    ['a kind of formula nobody knows', product({ rules: rules({ k: 'GIFT' }) }), 'formula-refused'],
    ['half a cent', product({ rules: rules({ k: 'EUR_CAP_INCL', eur: 0.5 }) }), 'formula-refused'],
    ['a property that its kind has not', product({ rules: rules({ k: 'TM', pct: 5 }) }), 'formula-refused'],
    [
      'more yearly amounts in a rule than a quote may lock',
      product({
        responsible: false,
        rules: {
          R1: {
            ...rules({ k: 'TM' }).R1,
            acts: Object.fromEntries(
              Array.from({ length: 13 }, (_, i) => [`A${i}`, { k: 'EUR_ADD', eur: 1, every: 'YEAR' }]),
            ),
          },
        },
      }),
      'formula-refused',
    ],
    ['a formula that is no object', product({ rules: rules('TM') }), 'invalid'],
    ['a day that does not exist', product({ from: '2026-02-30' }), 'invalid'],
    [
      'a care domain nobody knows',
      product({ rules: { R1: { domain: 'XXXX', formula: { k: 'TM' } } } }),
      'invalid',
    ],
    ['a rule with a name that no feed has', product({ rules: { 'r 1': rules({ k: 'TM' }).R1 } }), 'invalid'],
    ['no rule', product({ rules: {} }), 'invalid'],
    ['a property nobody knows', product({ price: 1 }), 'invalid'],
  ];
  it.each(bad)('refuses %s', async (_what, body, code) => {
    expect(await put('NOUVEAU-1', body)).toMatchObject({ status: 422, body: { code } });
  });

  it('is for insurers, each for its own', async () => {
    expect(await put('CONFORT-2', product(), 'claire')).toMatchObject({
      status: 403,
      body: { code: 'wrong-role' },
    });
    const other = '0999000102-emetteur';
    expect((await put('A-MOI', product(), other)).status).toBe(200);
    const { body } = await world.send('/v1/products', { as: sender });
    expect(JSON.stringify(body)).not.toContain('A-MOI');
  });

  it('is entered in the ledger with who did it', async () => {
    await put('ENTERED-1', product());
    const [entry] = await world.sql<{ rest: string }[]>`
      select rest from ledger_entries where rest like '{"event":"product.put"%' order by seq desc limit 1`;
    expect(JSON.parse(entry?.rest ?? '{}')).toMatchObject({
      insurer: TILLEULS,
      by: `emetteur-${TILLEULS}`,
      product: 'ENTERED-1',
      from: '2026-01-01',
      rules: 1,
    });
  });
});

it('GET /v1/reference gives everybody the tables that amounts are computed from', async () => {
  const { status, body } = await world.send('/v1/reference', { as: null });
  expect(status).toBe(200);
  const { tariffs, acts } = body as { tariffs: { items: unknown[] }; acts: { acts: unknown[] } };
  expect(tariffs.items).toContainEqual(expect.objectContaining({ code: 'PMSS' }));
  expect(acts.acts).toContainEqual(expect.objectContaining({ code: 'VER' }));
});
