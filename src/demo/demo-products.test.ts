// The demo's products: each would be taken by the operator, and each rule that a feed names is one that its product has.

import { describe, expect, it } from 'vitest';
import { readFormula } from '../core/formulas.ts';
import type { CareDate } from '../core/period.ts';
import { checkProduct } from '../core/responsible-product.ts';
import { readTables } from '../operator/settlement/tables.ts';
import { DEMO_PEOPLE } from './demo-people.ts';
import { PUBLISHED_PRODUCTS } from './demo-products.ts';

describe('demo products', () => {
  it.each(PUBLISHED_PRODUCTS)('$code keeps to the contrat responsable', async ({ rules, from }) => {
    expect(checkProduct(rules, from as CareDate, await readTables(null))).toEqual([]);
    for (const { formula, baskets = {}, acts = {} } of Object.values(rules)) {
      for (const one of [formula, ...Object.values(baskets), ...Object.values(acts)])
        expect(readFormula(one)).toMatchObject({ ok: true });
    }
  });

  it('say what is paid under every rule of the demo’s people', () => {
    for (const { line } of DEMO_PEOPLE) {
      const product = PUBLISHED_PRODUCTS.find(({ code }) => code === line.product);
      for (const { rule, domain } of line.periods) expect(product?.rules[rule]?.domain).toBe(domain);
    }
  });
});
