// HTTP of insurers' products, and the public tables that every amount is computed from.

import { Type } from 'typebox';
import type { Acts } from '../../core/acts.ts';
import type { Tariffs } from '../../core/tariffs.ts';
import { type AnyRoute, type Caller, defineRoute, event, noEntry, none } from '../../http/route.ts';
import { ownNumber } from '../own-number.ts';
import { productBody, productCode, productList } from './product-shapes.ts';
import { ownProducts, type ProductParts, putProduct } from './products-desk.ts';

const strict = { additionalProperties: false };
/** Sixty rules with acts of their own. */
const BODY_LIMIT_BYTES = 512 * 1024;

export function productRoutes(parts: ProductParts): AnyRoute[] {
  return [
    defineRoute({
      method: 'PUT',
      path: '/v1/products/:code',
      summary: 'What one of the caller’s products pays, by care domain, from a care date on.',
      who: 'insurer',
      input: { params: Type.Object({ code: productCode }, strict), body: productBody },
      bodyLimitBytes: BODY_LIMIT_BYTES,
      output: Type.Object({ code: productCode, from: Type.String(), rules: Type.Integer() }, strict),
      budget: none('it concerns nobody in particular, and only the caller’s own products'),
      ledger: event('product.put'),
      whenDisconnected: 'refused',
      handle: async ({ params: { code }, body, caller }) => {
        const { person } = caller as Extract<Caller, { role: 'insurer' }>;
        await putProduct(parts, { amcNo: ownNumber(caller), person }, { code, ...body });
        return { body: { code, from: body.from, rules: Object.keys(body.rules).length } };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/products',
      summary: 'Every version of the caller’s own products, newest first.',
      who: 'insurer',
      input: {},
      output: productList,
      budget: none('the caller’s own contracts'),
      ledger: noEntry('nothing personal is disclosed'),
      whenDisconnected: 'goes on',
      handle: async ({ caller }) => ({ body: { products: ownProducts(parts, ownNumber(caller)) } }),
    }),
  ];
}

/** The tables as they are kept in their files: the portal and whoever checks our arithmetic read them again. */
export function referenceRoutes({ tariffs, acts }: { tariffs: Tariffs; acts: Acts }): AnyRoute[] {
  const text = JSON.stringify({
    tariffs: { items: [...tariffs.values()] },
    acts: { acts: [...acts.values()] },
  });
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/reference',
      summary: 'Tariffs and ceilings by care date with their sources, and the acts known by name.',
      who: 'public',
      input: {},
      output: 'bytes',
      contentType: 'application/json; charset=utf-8',
      budget: none('public tables, ready in memory'),
      ledger: noEntry('public'),
      whenDisconnected: 'goes on',
      handle: async () => ({ body: text }),
    }),
  ];
}
