// A platform whose insurers have published the demo's people and products, and what a counter does with them: ask for
// rights, quote, cancel. Time is the test's.

import { randomUUID } from 'node:crypto';
import { DEMO_PEOPLE, type DemoPerson, demoFeedLines } from '../../src/demo/demo-people.ts';
import { DEMO_INSURERS } from '../../src/demo/insurers.ts';
import { ManualClock } from '../../src/lib/clock.ts';
import type { QuoteAnswer } from '../../src/operator/settlement/quote-shapes.ts';
import { type Answer, createTestWorld, eligibility, memberEvidence, type TestWorld } from './world.ts';

export type SettlementWorld = TestWorld & {
  clock: ManualClock;
  /** The answer of POST /v1/eligibility about the `number`-th of the demo's people, by typed member number. */
  check(asking: Asking): Promise<Answer>;
  /** The engagement's number of that answer. */
  engagement(asking: Asking): Promise<string>;
  quote(
    as: string,
    engagementNo: string,
    lines: readonly unknown[],
    more?: Record<string, unknown>,
  ): Promise<Answer>;
};
type Asking = { as: string; person: number; domain: string; careDate?: string };

export const START = '2026-11-20T09:00:00.000Z';
export const TODAY = '2026-11-20';
export const TILLEULS = DEMO_INSURERS[0].amcNo;

export const demoPerson = (number: number) => DEMO_PEOPLE[number - 1] as DemoPerson;

export async function createSettlementWorld(): Promise<SettlementWorld> {
  const clock = new ManualClock(Date.parse(START));
  const world = await createTestWorld({ clock });
  for (const { amcNo } of DEMO_INSURERS) await world.publish(amcNo, demoFeedLines(amcNo));
  const check = ({ as, person, domain, careDate = TODAY }: Asking) =>
    world.send('/v1/eligibility', { as, body: { ...about(demoPerson(person)), domain, careDate } });
  return {
    ...world,
    clock,
    check,
    async engagement(asking) {
      const { body } = await check(asking);
      if (typeof body['engagementNo'] !== 'string') throw new Error(`no engagement: ${JSON.stringify(body)}`);
      return body['engagementNo'];
    },
    quote: (as, engagementNo, lines, more = {}) =>
      world.send('/v1/quotes', { as, body: { requestId: randomUUID(), engagementNo, lines, ...more } }),
  };
}

/** A request about that person, as printed on the card. */
export function about({ amcNo, line }: DemoPerson) {
  const { csr: _default, ...base } = eligibility();
  const csr = line.csr === null ? {} : { csr: line.csr };
  return { ...base, amcNo, convType: line.convType, ...csr, evidence: memberEvidence(line) };
}

/** A box of medicine at 65 %: 20.00 euros, of which the AMO pays 13.00. */
export function medicine(more: Record<string, unknown> = {}) {
  return {
    lineNo: 1,
    actCode: 'PH7',
    quantity: 1,
    price: 2_000,
    br: 2_000,
    amoRate: 65,
    careDate: TODAY,
    ...more,
  };
}

/** A device above its base: 250.00 euros, base 50.00 at 60 %. */
export function device(more: Record<string, unknown> = {}) {
  return {
    lineNo: 1,
    actCode: 'MAD',
    quantity: 1,
    price: 25_000,
    br: 5_000,
    amoRate: 60,
    careDate: TODAY,
    ...more,
  };
}

export const quoted = ({ body }: Answer) => body as unknown as QuoteAnswer;
