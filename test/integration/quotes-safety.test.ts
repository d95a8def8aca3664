// What must hold around a quote whatever happens: nothing is lost or reserved twice when a step fails, every opened door
// has its entry, who was shown amounts is listed, and a stolen table says nothing.

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../src/db/database.ts';
import { sqlExposureEntries, sqlPersonRefs } from '../../src/operator/breach/exposure-store-sql.ts';
import { listExposure } from '../../src/operator/breach/list-exposure.ts';
import { journalDirectory } from '../../src/operator/ledger/verify-journal-dir.ts';
import { expectWholeLedger } from '../support/ledger-of-world.ts';
import {
  createSettlementWorld,
  demoPerson,
  device,
  medicine,
  quoted,
  type SettlementWorld,
} from '../support/settlement-world.ts';
import { forbiddenTexts } from '../support/traces.ts';

let world: SettlementWorld;
let owner: Database;
beforeAll(async () => {
  world = await createSettlementWorld();
  owner = openDatabase(world.ownerUrl, { max: 1, applicationName: 'test-verify' });
}, 60_000);
afterAll(async () => {
  await owner?.end({ timeout: 1 });
  await world?.close();
});

const withCounter = () => world.engagement({ as: 'claire', person: 6, domain: 'FOUR' });
const cancel = (no: string) => world.send(`/v1/engagements/${no}`, { as: 'claire', method: 'DELETE' });
const left = async (): Promise<unknown> => {
  const tried = await world.quote('claire', await withCounter(), [], { dryRun: true });
  return quoted(tried).terms.counters[0]?.left;
};

describe('a quote whose entry cannot be written', () => {
  it('has no answer; the same request later has the one it would have had, reserved once', async () => {
    const no = await withCounter();
    const requestId = randomUUID();
    await world.sql`revoke insert on ledger_entries from rempart_log`;
    const failed = await world.quote('claire', no, [device()], { requestId });
    await world.sql`grant insert on ledger_entries to rempart_log`;
    expect(failed).toMatchObject({ status: 503, body: { code: 'disconnected' } });
    expect(failed.body).not.toHaveProperty('total');
    // The process ends here, between the transaction and the entry; the next one finds the door without an entry.
    await world.stopOperator();
    await world.startOperator();
    const answer = await world.quote('claire', no, [device()], { requestId });
    expect(quoted(answer).total).toMatchObject({ amc: 22_000 });
    expect(await left()).toBe(10_000);
    expect((await cancel(no)).body['freed']).toBe(22_000);
    expect(await left()).toBe(30_000);
    const [unanswered] = await world.sql<{ rest: string }[]>`
      select rest from ledger_entries where rest like '{"event":"rights.unanswered"%'`;
    expect(JSON.parse(unanswered?.rest ?? '{}')).toMatchObject({ door: 'engagement', account: 'claire' });
  });
});

describe('a check', () => {
  it('keeps a promise for somebody who is covered, one row, and none for anybody else', async () => {
    const rows = async () => {
      const [row] = await world.sql<{ n: number }[]>`select count(*)::int as n from engagements`;
      return row?.n ?? 0;
    };
    const before = await rows();
    expect((await world.check({ as: 'claire', person: 1, domain: 'PHAR' })).body['code']).toBe('000');
    expect(await rows()).toBe(before + 1);
    expect((await world.check({ as: 'claire', person: 8, domain: 'PHAR' })).body['code']).toBe('200');
    expect((await world.check({ as: 'marc', person: 1, domain: 'OPTI' })).body['code']).toBe('101');
    expect(await rows()).toBe(before + 1);
  });
});

describe('a planned admission', () => {
  it('is quoted for a day to come, within the guarantee', async () => {
    const asking = { as: 'admissions', person: 11, domain: 'HOSP', careDate: '2026-12-10' };
    const no = await world.engagement(asking);
    const stay = { ...medicine({ actCode: 'PJ', amoRate: 80 }), careDate: '2026-12-12' };
    expect((await world.quote('admissions', no, [stay])).status).toBe(200);
  });
});

describe('afterwards', () => {
  it('the exposure list says that amounts were shown, to whom they were shown', async () => {
    const [fromMs, toMs] = [world.clock.nowMs() - 1_000, world.clock.nowMs() + 60_000];
    world.clock.advance(5_000);
    await world.quote('claire', await world.engagement({ as: 'claire', person: 1, domain: 'PHAR' }), [
      medicine(),
    ]);
    const listing = await listExposure(
      {
        entries: sqlExposureEntries(owner),
        persons: sqlPersonRefs(owner),
        journal: journalDirectory(world.paths.journal),
        vault: world.vault,
        enter: async () => undefined,
      },
      { asker: { kind: 'account', id: 'claire' }, window: { fromMs, toMs }, incident: 'I-1', approvals: [] },
    );
    const fields = new Map(listing.persons.map(({ subjectRef, fields }) => [subjectRef, fields]));
    expect(fields.get(demoPerson(1).line.ref)).toContain('amount');
    expect(fields.get(demoPerson(6).line.ref)).toContain('amount');
    expect(listing.counts).toMatchObject({ unknownPersons: 0 });
  });

  it('a number nobody was given lists nobody, and every door has its entry', async () => {
    expect((await world.quote('claire', '1'.repeat(26), [medicine()])).status).toBe(404);
    await expectWholeLedger(world, owner);
  });

  it('the tables of engagements and counters are noise, of one length for one line and for five', async () => {
    const no = await world.engagement({ as: 'claire', person: 2, domain: 'PHAR' });
    const sizes = () =>
      world.sql<{ size: number }[]>`select distinct length(sealed) as size from engagements`;
    await world.quote(
      'claire',
      no,
      [1, 2, 3, 4, 5].map((lineNo) => medicine({ lineNo })),
    );
    expect(await sizes()).toHaveLength(1);
    const rows = await world.sql<{ sealed: Buffer; text: string }[]>`
      select sealed, engagements::text as text from engagements
      union all select sealed, counters::text from counters`;
    expect(rows.length).toBeGreaterThan(5);
    for (const { sealed, text } of rows) {
      const all = `${text}\n${sealed.toString('latin1')}`;
      expect([no, 'PREMIUM-2', 'recordId', ...forbiddenTexts()].filter((one) => all.includes(one))).toEqual(
        [],
      );
    }
    const everything = await world.sql<{ text: string }[]>`
      select member_view || rest as text from ledger_entries union all select encode(sealed_answer, 'escape') from replays`;
    expect(everything.filter(({ text }) => text.includes(no))).toEqual([]);
    expect(world.internalErrors).toEqual([]);
  });
});
