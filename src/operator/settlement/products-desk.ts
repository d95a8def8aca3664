// An insurer publishes what a product pays from a day on. A product that calls itself responsible and breaks the rules of
// such contracts is refused as a whole, with the article.

import { readFormula } from '../../core/formulas.ts';
import type { AmcNo } from '../../core/ids.ts';
import { isCareDate } from '../../core/period.ts';
import type { Tables } from '../../core/quote.ts';
import { checkProduct, type ProductRule } from '../../core/responsible-product.ts';
import { type Clock, timestamp } from '../../lib/clock.ts';
import type { Directory } from '../access/directory.ts';
import { mayFeed, type Switchboard } from '../containment/switchboard.ts';
import { refusal } from '../errors.ts';
import type { Ledger } from '../ledger/ledger-port.ts';
import type { ProductBody } from './product-shapes.ts';
import type { Products } from './products.ts';

export type ProductParts = {
  clock: Clock;
  directory: Pick<Directory, 'insurer'>;
  switchboard(): Switchboard;
  products: Products;
  tables: Tables;
  ledger: Ledger;
};

/** Throws `disconnected`, `invalid`, `formula-refused` or `product-not-responsible`. */
export async function putProduct(
  { clock, directory, switchboard, products, ledger, tables }: ProductParts,
  by: { amcNo: AmcNo; person: string },
  { code, from, responsible, rules }: ProductBody & { code: string },
): Promise<void> {
  const passage = mayFeed(switchboard(), by.amcNo);
  if (!passage.open) throw refusal('disconnected', { scope: passage.scope });
  if (!isCareDate(from)) throw refusal('invalid', { field: 'from' });
  for (const [rule, one] of Object.entries(rules)) refuseUnread(rule, one);
  const problems = responsible ? checkProduct(rules, from, tables) : [];
  if (problems.length > 0) throw refusal('product-not-responsible', { problems });
  const insurerId = directory.insurer(by.amcNo)?.id;
  if (insurerId === undefined) throw refusal('wrong-role');
  const at = timestamp(clock.nowMs());
  await products.put({ insurerId, code, from, responsible, rules }, by.person, at);
  await ledger.append({
    about: null,
    member: { by: 'insurer', structure: null, purpose: null, evidence: null, fields: [], outcome: null },
    rest: {
      event: 'product.put',
      insurer: by.amcNo,
      by: by.person,
      product: code,
      from,
      responsible,
      rules: Object.keys(rules).length,
    },
  });
}

/** Every version of an insurer's own products. */
export function ownProducts(
  { directory, products }: Pick<ProductParts, 'directory' | 'products'>,
  amcNo: AmcNo,
): (ProductBody & { code: string })[] {
  const insurer = directory.insurer(amcNo);
  if (!insurer) return [];
  return products
    .of(insurer.id)
    .map(({ code, from, responsible, rules }) => ({ code, from, responsible, rules }));
}

/** Yearly amounts of one rule: each is a counter that every quote under it locks, and the vault finds few for a door. */
const MOST_COUNTERS = 12;

function refuseUnread(rule: string, { formula, baskets = {}, acts = {} }: ProductRule): void {
  const formulas = [formula, ...Object.values(baskets), ...Object.values(acts)];
  for (const one of formulas) {
    const reading = readFormula(one);
    if (!reading.ok) throw refusal('formula-refused', { rule, field: reading.field });
  }
  const counted = formulas.filter((one) => 'every' in one).length;
  if (counted > MOST_COUNTERS) throw refusal('formula-refused', { rule, field: 'every' });
}
