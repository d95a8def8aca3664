// What may stand in a line of a quote. A schema at the border checks the same; here nothing relies on it, because
// browsers, files and tests come in by other doors.

import { isQuantity } from './formulas.ts';
import { isCents, isPercent } from './money.ts';
import { isCareDate } from './period.ts';
import type { QuoteLine } from './quote.ts';

const BASKETS: ReadonlySet<unknown> = new Set([undefined, 'RAC0', 'MODERATED', 'FREE']);

/** The first property that cannot be so, or null. */
export function lineFault(line: QuoteLine): keyof QuoteLine | null {
  if (!Number.isInteger(line.lineNo) || line.lineNo < 1) return 'lineNo';
  if (typeof line.actCode !== 'string') return 'actCode';
  if (!isQuantity(line.quantity)) return 'quantity';
  if (!isCents(line.price)) return 'price';
  if (!isCents(line.br)) return 'br';
  if (!isPercent(line.amoRate, 100)) return 'amoRate';
  if (!isCareDate(line.careDate)) return 'careDate';
  if (line.amoAmount !== undefined && !isCents(line.amoAmount)) return 'amoAmount';
  if (line.otherAmc !== undefined && !isCents(line.otherAmc)) return 'otherAmc';
  if (line.pathwayRate !== undefined && !isPercent(line.pathwayRate, 100)) return 'pathwayRate';
  return BASKETS.has(line.basket) ? null : 'basket';
}
