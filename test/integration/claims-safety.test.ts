// What must hold around a claim whatever happens: a step that fails leaves nothing by halves, a repeat finds what was
// decided, every opened door has its entry, no answer names anybody, and what is kept of people goes when its time is over.

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../src/db/database.ts';
import type { ClaimAnswer } from '../../src/operator/settlement/claim-shapes.ts';
import { eraseOldClaims } from '../../src/operator/settlement/claim-store-sql.ts';
import { expectWholeLedger } from '../support/ledger-of-world.ts';
import {
  createSettlementWorld,
  device,
  medicine,
  quoted,
  type SettlementWorld,
} from '../support/settlement-world.ts';
import { forbiddenTexts } from '../support/traces.ts';
import type { Answer } from '../support/world.ts';

let world: SettlementWorld;
let owner: Database;
let invoice = 0;
beforeAll(async () => {
  world = await createSettlementWorld();
  owner = openDatabase(world.ownerUrl, { max: 1, applicationName: 'test-verify' });
  // A revoked privilege would already refuse the lock (`for update`): only this one write is to fail.
  await world.sql.unsafe(`
    create function test_refuse() returns trigger language plpgsql as
    $$ begin raise exception 'refused by the test'; end $$`);
}, 60_000);
afterAll(async () => {
  await owner?.end({ timeout: 1 });
  await world?.close();
});

/** Person 6: PREMIUM-2, devices up to 300 euros a year beyond the patient's share. */
const withCounter = () => world.engagement({ as: 'claire', person: 6, domain: 'FOUR' });
const atPharmacy = () => world.engagement({ as: 'claire', person: 1, domain: 'PHAR' });
const left = async (): Promise<unknown> => {
  const tried = await world.quote('claire', await withCounter(), [], { dryRun: true });
  return quoted(tried).terms.counters[0]?.left;
};
const requestFor = (engagementNo: string, line: Record<string, unknown>) => {
  invoice += 1;
  return { requestId: randomUUID(), engagementNo, invoiceNo: String(invoice), lotNo: '9', lines: [line] };
};
const send = (body: unknown) => world.send('/v1/claims', { as: 'claire', body });
const one = ({ status, body }: Answer) => {
  expect([status, body['code']]).toEqual([200, undefined]);
  return (body['claims'] as ClaimAnswer[])[0] as ClaimAnswer;
};
const takeBack = (claimId: string | null, engagementNo: string) =>
  world.send(`/v1/claims/${claimId}/cancellation`, { as: 'claire', body: { engagementNo } });
const stateOf = async (no: string) =>
  (await world.send(`/v1/engagements/${no}`, { as: 'claire' })).body['state'];
const rowsOf = (no: string) => world.sql<{ state: string; code: string | null }[]>`
  select state, code from claims left join remittances on claim_id = id
  where engagement = sha256(${no}::text::bytea)`;

/** The database refuses this one statement; then the process ends, and another one is asked the same. */
async function failing(statement: string, body: unknown): Promise<Answer> {
  const trigger = `test_refused before ${statement} for each statement execute function test_refuse()`;
  await world.sql.unsafe(`create trigger ${trigger}`);
  const failed = await send(body);
  await world.sql.unsafe(`drop trigger test_refused on ${statement.split(' on ')[1]}`);
  expect(failed.status).toBeGreaterThanOrEqual(500);
  await world.stopOperator();
  await world.startOperator();
  return failed;
}

const ENTRY = 'insert on ledger_entries';

describe('a claim during which the process ends', () => {
  it.each([
    ['before its counters are written', 'update of sealed on counters'],
    ['between counters and claim', 'insert on claims'],
    ['between claim and engagement', 'update of sealed on engagements'],
  ])('%s: nothing of it is there; asked again it is booked, once', async (_, statement) => {
    const no = await withCounter();
    const body = requestFor(no, { ...device(), amcAsked: 12_000 });
    await failing(statement, body);
    expect([await rowsOf(no), await stateOf(no), await left()]).toEqual([[], 'open', 30_000]);
    const answer = one(await send(body));
    expect(answer).toMatchObject({ state: 'accepted', amc: 12_000 });
    expect(one(await send(body))).toEqual(answer);
    expect([await rowsOf(no), await left()]).toEqual([[{ state: 'accepted', code: null }], 20_000]);
    await takeBack(answer.claimId, no);
    expect([await stateOf(no), await left()]).toEqual(['open', 30_000]);
  });

  it('before its entry: the claim is there whole, without an answer; asked again it has the one it would have had', async () => {
    const no = await withCounter();
    const body = requestFor(no, { ...device(), amcAsked: 12_000 });
    const failed = await failing(ENTRY, body);
    expect(failed.body).not.toHaveProperty('claims');
    expect([await stateOf(no), await left()]).toEqual(['used', 20_000]);
    const answer = one(await send(body));
    expect(answer).toMatchObject({ state: 'accepted', amc: 12_000 });
    expect([await rowsOf(no), await left()]).toEqual([[{ state: 'accepted', code: null }], 20_000]);
    await takeBack(answer.claimId, no);
  });

  it('before its rejection is written whole: nothing is there', async () => {
    const no = await atPharmacy();
    const body = requestFor(no, { ...medicine(), amcAsked: 701 });
    await failing('insert on remittances', body);
    expect(await rowsOf(no)).toEqual([]);
    expect(one(await send(body)).rejection?.code).toBe('amount-above-quote');
    expect(await rowsOf(no)).toEqual([{ state: 'rejected', code: 'amount-above-quote' }]);
  });
});

describe('a claim that is taken back', () => {
  it('without a quote before it leaves its engagement open: it can be quoted by other lines', async () => {
    const no = await withCounter();
    const { claimId } = one(await send(requestFor(no, { ...device(), amcAsked: 12_000 })));
    expect(await takeBack(claimId, no)).toMatchObject({ status: 200 });
    expect([await stateOf(no), await left()]).toEqual(['open', 30_000]);
    const other = requestFor(no, { ...device({ price: 20_000 }), amcAsked: 10_000 });
    const again = one(await send(other));
    expect(again).toMatchObject({ state: 'accepted', amc: 10_000 });
    await takeBack(again.claimId, no);
  });

  it('after a quote leaves it quoted, with what the claim had asked of it', async () => {
    const no = await withCounter();
    await world.quote('claire', no, [device()]);
    const { claimId } = one(await send(requestFor(no, { ...device(), amcAsked: 12_000 })));
    await takeBack(claimId, no);
    expect([await stateOf(no), await left()]).toEqual(['quoted', 20_000]);
    await world.send(`/v1/engagements/${no}`, { as: 'claire', method: 'DELETE' });
    expect(await left()).toBe(30_000);
  });
});

describe('what is kept and told of claims', () => {
  it('names nobody: no answer has a field of a person, no table a trace of one', async () => {
    const no = await atPharmacy();
    const sent = await send(requestFor(no, { ...medicine(), amcAsked: 700 }));
    const { claimId } = one(sent);
    const answers = [
      sent,
      await world.send('/v1/claims', { as: 'claire' }),
      await world.send(`/v1/claims/${claimId}`, { as: 'claire' }),
    ];
    const personal = /nir|member|birth|beneficiar|insured|patient|record|sealed|tag|lines|invoice/i;
    for (const { body } of answers) expect(fieldsOf(body).filter((name) => personal.test(name))).toEqual([]);
    const rows = await world.sql<{ text: string; sealed: Buffer | null }[]>`
      select claims::text as text, sealed from claims union all select remittances::text, null from remittances`;
    expect(rows.length).toBeGreaterThan(5);
    const texts = [no, 'PH7', 'recordId', ...forbiddenTexts()];
    for (const { text, sealed } of rows) {
      const all = `${text}\n${sealed?.toString('latin1') ?? ''}`;
      expect(texts.filter((text) => all.includes(text))).toEqual([]);
    }
  });

  it('what was sealed goes after its last day, totals and dates stay', async () => {
    const { claimId } = one(await send(requestFor(await atPharmacy(), { ...medicine(), amcAsked: 700 })));
    const kept = async () => {
      await eraseOldClaims(owner);
      const [row] = await world.sql`
        select length(sealed) as sealed, amc_cents::int, price_cents::int, state from claims where id = ${claimId}`;
      return row;
    };
    const setDay = (days: number) => world.sql`
      update claims set erase_after = (now() at time zone 'Europe/Paris')::date + ${days}::int where id = ${claimId}`;
    expect((await kept())?.['sealed']).toBeGreaterThan(0); // not settled: it has no last day
    await setDay(0);
    expect((await kept())?.['sealed']).toBeGreaterThan(0);
    await setDay(-1);
    expect(await kept()).toEqual({ sealed: 0, amc_cents: 700, price_cents: 2_000, state: 'accepted' });
    const [days] = await world.sql`
      select bool_and(erase_after = (received_at::date + interval '24 months')::date) as ok
      from claims where state in ('rejected', 'cancelled')`;
    expect(days?.['ok']).toBe(true);
  });
});

/** Last: the clock goes on, and never back. */
describe('a repeat on another day', () => {
  it('of a claim rejected before its entry was written has the code of that day', async () => {
    const no = await atPharmacy();
    const body = requestFor(no, { ...medicine({ careDate: '2026-11-21' }), amcAsked: 700 });
    await failing(ENTRY, body);
    expect(await rowsOf(no)).toEqual([{ state: 'rejected', code: 'care-date-in-future' }]);
    world.clock.advance(86_400_000);
    expect(one(await send(body)).rejection?.code).toBe('care-date-in-future');
  });

  it('and every door that a claim opened has its entry', async () => {
    await expectWholeLedger(world, owner);
  });
});

function fieldsOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const below = Object.values(value).flatMap(fieldsOf);
  return Array.isArray(value) ? below : [...Object.keys(value), ...below];
}
