// A file of card orders, one JSON object a line: read and checked line by line, so that what is wrong is named by its line
// before the first card is signed. Who signs checks again.

import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { isRawBirthDate } from '../core/birth-date.ts';
import { type CardOrder, cardClaims, periodProblem } from '../core/card-order.ts';
import { CARE_DOMAINS } from '../core/care-domains.ts';
import {
  type AmcNo,
  type CardHandle,
  isBirthRank,
  isConvType,
  isCsr,
  isRuleId,
  isSubjectRef,
} from '../core/ids.ts';
import { isJsonObject, jsonObject, type Unchecked } from '../core/json-object.ts';
import { type CareDate, isCareDate } from '../core/period.ts';
import { DeskRefused } from '../demo/card-desks.ts';

export type FileOrder = CardOrder & { ref: string };
export type OrderLine = { line: number; order: FileOrder };

const MEMBERS: Readonly<Record<keyof FileOrder, (value: unknown) => boolean>> = {
  ref: isSubjectRef,
  birthDate: isRawBirthDate,
  birthRank: isBirthRank,
  convType: isConvType,
  csr: (value) => value === null || isCsr(value),
  domains: (value) => Array.isArray(value) && value.length > 0 && value.every(isCover),
  from: isCareDate,
  to: isCareDate,
};

function isCover(value: unknown): boolean {
  if (!isJsonObject(value) || Object.keys(value).length !== 2) return false;
  const { domain, rule }: Unchecked<'domain' | 'rule'> = value;
  return CARE_DOMAINS.some((one) => one === domain) && isRuleId(rule);
}

/** Of no card: what an order may say does not depend on them. */
const ANY_CARD = { insurer: '0000000000' as AmcNo, handle: 'AAAAAAAAAAAAAAAAAAAAAA' as CardHandle };

/** The first member of an order that no card may be made of; null when there is none. */
export function wrongMember(value: object, today: CareDate): string | null {
  const order: Unchecked<keyof FileOrder> = value;
  const wrong = Object.entries(MEMBERS).find(([name, isRight]) => !isRight(order[name as keyof FileOrder]));
  if (wrong) return wrong[0];
  const extra = Object.keys(order).find((name) => !Object.hasOwn(MEMBERS, name));
  if (extra !== undefined) return extra;
  const known = value as FileOrder;
  if (periodProblem(known, today)) return 'to';
  return cardClaims(known, { ...ANY_CARD, statusIndex: 0 }) ? null : 'domains';
}

/** Every order of the file in turn; throws DeskRefused at the first line that is wrong. Empty lines count, and say nothing. */
export async function* ordersOf(file: string, today: CareDate): AsyncGenerator<OrderLine> {
  let line = 0;
  for await (const text of createInterface({ input: createReadStream(file) })) {
    line += 1;
    if (text.trim() === '') continue;
    const order = jsonObject(text);
    if (!order) throw atLine(line, 'file', 'it is no JSON object');
    const field = wrongMember(order, today);
    if (field !== null) throw atLine(line, 'invalid', `"${field}" is missing or not possible`, field);
    yield { line, order: order as FileOrder };
  }
}

function atLine(line: number, code: string, why: string, field?: string): DeskRefused {
  return new DeskRefused({
    type: `urn:rempart:problem:${code}`,
    title: `Line ${line}: ${why}. No card was issued.`,
    code,
    line,
    ...(field === undefined ? {} : { field }),
  });
}
