// What claims write into a person's history of equipment, in a real database with the vault's keys: from then on the rules look
// at it, and a claim that is cancelled leaves it as if it had never been.

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAmcNo } from '../../src/core/ids.ts';
import { addDays, type CareDate } from '../../src/core/period.ts';
import { type Database, openDatabase } from '../../src/db/database.ts';
import { type Engagement, newEngagement } from '../../src/operator/settlement/engagement.ts';
import type { OpenedEngagement } from '../../src/operator/settlement/engagements.ts';
import { EquipmentHistories } from '../../src/operator/settlement/equipment-history.ts';
import { vaultSettlementKeys } from '../../src/operator/settlement/settlement-keys.ts';
import type { SettlementStore } from '../../src/operator/settlement/settlement-store.ts';
import { sqlSettlementStore } from '../../src/operator/settlement/settlement-store-sql.ts';
import {
  type AgreementWorld,
  createAgreementWorld,
  type Member,
  TILLEULS,
  TODAY,
} from '../support/agreement-world.ts';

const today = TODAY as CareDate;
let world: AgreementWorld;
let database: Database;
let store: SettlementStore;
let histories: EquipmentHistories;
beforeAll(async () => {
  world = await createAgreementWorld(16);
  database = openDatabase(world.ownerUrl, { max: 4, applicationName: 'test' });
  store = sqlSettlementStore(database);
  histories = new EquipmentHistories(vaultSettlementKeys(world.vault));
}, 60_000);
afterAll(async () => {
  await database?.end();
  await world?.close();
});

/** As CLAIMS holds it: of this member, in that domain. */
async function opened(
  member: Member,
  domain: 'OPTI' | 'AUDI' | 'DEPR',
  engagementNo: string = randomUUID(),
): Promise<OpenedEngagement> {
  if (domain !== 'DEPR') await world.engagement(member, domain); // the vault finds counters after a door only
  const [row] = await world.sql<{ recordId: string; insurerId: number }[]>`
    select replace(id::text, '-', '') as "recordId", insurer_id as "insurerId" from records
    where subject_ref = ${Buffer.from(member.ref, 'base64url').toString('hex')}`;
  if (!row) throw new Error('the member is published');
  const engagement: Engagement = newEngagement({
    recordId: row.recordId,
    product: 'PEC',
    rule: 'R10',
    domain,
    responsible: false,
    convType: 'RP',
    csr: null,
    careDate: today,
    coverFrom: today,
    guaranteeUntil: today,
    code: '102',
  });
  const insurer = { id: row.insurerId, amcNo: parseAmcNo(TILLEULS) } as OpenedEngagement['insurer'];
  return { engagementNo, insurer, at: { locator: '', key: '' }, sealed: Buffer.alloc(0), engagement };
}
const note = (what: OpenedEngagement, on: CareDate = today) =>
  store.transaction((tx) => histories.noteEquipment(tx, what, { on, today }));
const takeBack = (what: OpenedEngagement) =>
  store.transaction((tx) => histories.takeBackEquipment(tx, what, today));
const asked = async (member: Member, domain: 'OPTI' | 'AUDI', more?: object) =>
  (await world.request(await world.engagement(member, domain), domain, { ...more })).body['state'];

describe('a claim for equipment', () => {
  it('stands against the next, whoever asks, and nobody else’s', async () => {
    const member = world.newMember();
    await note(await opened(member, 'OPTI'));
    expect(await asked(member, 'OPTI')).toBe('pending');
    expect(await asked(world.newMember(), 'OPTI')).toBe('accepted');
    expect(await asked(member, 'AUDI')).toBe('accepted');
  });

  it('counts from the day of its care', async () => {
    const member = world.newMember();
    const almostTwoYears = '2024-12-02' as CareDate;
    await note(await opened(member, 'OPTI'), almostTwoYears);
    expect(await asked(member, 'OPTI')).toBe('pending');
    const other = world.newMember();
    await note(await opened(other, 'OPTI'), addDays(almostTwoYears, -1));
    expect(await asked(other, 'OPTI')).toBe('accepted');
  });

  it('is for both ears when nobody said which, and for the one that was agreed', async () => {
    const both = world.newMember();
    await note(await opened(both, 'AUDI'));
    expect(await asked(both, 'AUDI', { equipment: { ears: ['right-ear'] } })).toBe('pending');
    const one = world.newMember();
    const engagementNo = await world.engagement(one, 'AUDI');
    await world.request(engagementNo, 'AUDI', { equipment: { ears: ['left-ear'] } });
    await note(await opened(one, 'AUDI', engagementNo));
    expect(await asked(one, 'AUDI', { equipment: { ears: ['right-ear'] } })).toBe('accepted');
    expect(await asked(one, 'AUDI', { equipment: { ears: ['left-ear'] } })).toBe('pending');
  });

  it('that is cancelled stands against nothing any more', async () => {
    const member = world.newMember();
    const claim = await opened(member, 'OPTI');
    await note(claim);
    await takeBack(claim);
    expect(await asked(member, 'OPTI')).toBe('accepted');
  });

  it('that is cancelled leaves the agreement it came from standing', async () => {
    const member = world.newMember();
    const engagementNo = await world.engagement(member, 'OPTI');
    await world.request(engagementNo, 'OPTI');
    const claim = await opened(member, 'OPTI', engagementNo);
    await note(claim);
    await takeBack(claim);
    expect(await asked(member, 'OPTI')).toBe('pending');
  });

  it('goes with a transaction that fails', async () => {
    const member = world.newMember();
    const claim = await opened(member, 'OPTI');
    const failing = store.transaction(async (tx) => {
      await histories.noteEquipment(tx, claim, { on: today, today });
      throw new Error('the claim is refused');
    });
    await expect(failing).rejects.toThrow('the claim is refused');
    expect(await asked(member, 'OPTI')).toBe('accepted');
  });
});

it('care without a frequency leaves no row', async () => {
  const rows = async () => (await world.sql`select 1 from counters`).length;
  const before = await rows();
  await note(await opened(world.newMember(), 'DEPR'));
  expect(await rows()).toBe(before);
});
