// From "covered" to what the insurer is held to: which code the asker gets, and the sealed row that outlives the rights.
// Only for somebody who is covered: code 200 knows none of it.

import type { Entitlement } from '../../core/entitlement.ts';
import { countersOf, type Tables } from '../../core/quote.ts';
import type { Insurer } from '../access/directory.ts';
import type { OpenedRecord } from '../check/open-record.ts';
import type { Opened } from '../check/presence.ts';
import type { Question } from '../check/question.ts';
import type { EngagementRow } from '../ledger/ledger-store.ts';
import type { Counters } from './counters.ts';
import { type EngagementCode, keptUntil, newEngagement, type Promised } from './engagement.ts';
import type { Products } from './products.ts';
import { leftOf } from './quote-answer.ts';
import { sealRow } from './sealed-row.ts';
import { wantsAgreement } from './terms.ts';

type Covered = Extract<Entitlement, { kind: 'covered' }>;

export type PromiseParts = {
  products: Pick<Products, 'terms'>;
  counters: Pick<Counters, 'read'>;
  tables: Tables;
};

/** A promise under a fresh number, and the row in which the ledger stores it with the entry of the look-up. */
export async function promise(
  parts: PromiseParts,
  { insurer, domain, careDate }: Pick<Question, 'insurer' | 'domain' | 'careDate'>,
  { recordId, rights, entitlement, opened }: OpenedRecord & { entitlement: Covered; opened: Opened },
): Promise<{ engagementNo: string; code: EngagementCode; row: EngagementRow }> {
  const at = opened.newEngagement;
  if (!at) throw new Error('the vault gives a number with every door of a look-up');
  const { product, responsible, convType, csr } = rights;
  const { coverFrom, guaranteeUntil, rule } = entitlement;
  const days = { careDate, coverFrom, guaranteeUntil };
  const wanted = { recordId, product, rule, domain, responsible, convType, csr, ...days };
  const code = await codeOf(parts, insurer, wanted);
  const sealed = sealRow('engagement', at, newEngagement({ ...wanted, code }));
  const { no: engagementNo, locator } = at;
  const row = { locator, insurerId: insurer.id, sealed, expiresOn: keptUntil(wanted) };
  return { engagementNo, code, row };
}

/**
 * 102: the insurer wants to be asked first; 103: what it pays is used up; 000 otherwise, also when it has not published
 * the product yet. All three are a promise.
 */
async function codeOf(
  { products, counters, tables }: PromiseParts,
  { id, amcNo }: Insurer,
  promised: Omit<Promised, 'code'>,
): Promise<EngagementCode> {
  const terms = products.terms(id, promised);
  if (!terms) return '000';
  if (wantsAgreement(terms, [])) return '102';
  const names = countersOf(terms).map(({ counter }) => counter);
  const owner = { amcNo, insurerId: id, recordId: promised.recordId };
  const { careDate } = promised;
  const left = leftOf({ terms, counters: await counters.read(owner, names), careDate }, tables.tariffs);
  return left.length > 0 && left.every((one) => one.left === 0) ? '103' : '000';
}
