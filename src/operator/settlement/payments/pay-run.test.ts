// A payment run against a real database: every step may be the last one of a process, and each claim is paid once.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  addClaims,
  bothSign,
  createPaymentWorld,
  DAY,
  filesIn,
  type PaymentWorld,
  START_MS,
  sealedFor,
  sums,
} from '../../../../test/support/payment-world.ts';
import { tempDir } from '../../../../test/support/temp-dir.ts';
import { timestamp } from '../../../lib/clock.ts';
import { type PayParts, payRun } from './pay-run.ts';

let world: PaymentWorld;
beforeAll(async () => {
  world = await createPaymentWorld(40);
});
afterAll(() => world.database.drop());
beforeEach(() => world.empty());

async function expectPaidOnce(folder: string, claims: number): Promise<void> {
  const all = await sums(world.owner);
  expect(all).toMatchObject({
    claimsPaid: claims,
    claimsNotPaid: 0,
    remittances: claims,
    transferClaims: claims,
    runs: 1,
  });
  expect(all.remittanceCents).toBe(all.claimCents);
  expect(all.transferCents).toBe(all.claimCents);
  expect(all.fileCents).toBe(all.claimCents);
  expect(filesIn(folder).reduce((sum, { cents }) => sum + cents, 0)).toBe(all.claimCents);
}

describe('a payment run', () => {
  it('pays what was accepted, one transfer per structure and insurer, one file per insurer', async () => {
    const folder = tempDir();
    await addClaims(world.owner, 50);
    const outcome = await world.run(folder);
    expect(outcome).toMatchObject({
      kind: 'written',
      run: { id: 'PAY-20261201-1', executeOn: DAY, claims: 50 },
    });
    await expectPaidOnce(folder, 50);
    const files = filesIn(folder);
    expect(files.map(({ name }) => name)).toEqual(['PAY-20261201-1-I1.xml', 'PAY-20261201-1-I2.xml']);
    expect(files.flatMap(({ advices }) => advices)).toEqual(
      [1, 2, 3, 4, 5, 6].map((n) => `PAY-20261201-1-000000${n}`),
    );
  });

  it('made twice on one day pays once, and gives the same bytes when it is asked for again', async () => {
    const folder = tempDir();
    const again = tempDir();
    await addClaims(world.owner, 20);
    await world.run(folder);
    expect(await world.run(tempDir())).toEqual({ kind: 'nothing-to-pay' });
    world.clock.advance(3_600_000);
    expect(await world.run(again, { run: 'PAY-20261201-1' })).toMatchObject({ kind: 'written' });
    expect(filesIn(again)).toEqual(filesIn(folder));
    await expectPaidOnce(folder, 20);
  });

  it('leaves claims received later, or after the day, to the next one', async () => {
    await addClaims(world.owner, 4);
    await addClaims(world.owner, 3, { receivedAtMs: Date.parse('2026-12-01T23:00:00.000Z') }); // midnight in Paris
    expect(await world.run(tempDir())).toMatchObject({ run: { claims: 4 } });
    await addClaims(world.owner, 2);
    expect(await world.run(tempDir())).toMatchObject({ run: { id: 'PAY-20261201-2', claims: 2 } });
    expect(await world.run(tempDir(), { day: '2026-12-02' })).toMatchObject({
      run: { id: 'PAY-20261202-1', claims: 3 },
    });
    expect(await sums(world.owner)).toMatchObject({ claimsPaid: 9, remittances: 9, runs: 3 });
  });

  it('two at once are made one after the other', async () => {
    const folder = tempDir();
    await addClaims(world.owner, 30);
    await world.run(folder, { sign: async () => [] });
    const outcomes = await Promise.all([world.run(folder), world.run(folder)]);
    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['nothing-to-pay', 'written']);
    await expectPaidOnce(folder, 30);
  });

  it('waits for two different persons, who may come one after the other', async () => {
    const folder = tempDir();
    await addClaims(world.owner, 5);
    const sophie: typeof bothSign = async () => [{ staff: 'sophie', jws: 's' }];
    const first = await world.run(folder, { sign: sophie });
    expect(first).toMatchObject({ kind: 'approval-needed', approvedBy: ['sophie'] });
    expect(await world.run(folder, { sign: sophie })).toMatchObject({ kind: 'approval-needed' });
    expect(filesIn(folder)).toEqual([]);
    const theo: typeof bothSign = async () => [{ staff: 'theo', jws: 't' }];
    expect(await world.run(folder, { sign: theo })).toMatchObject({ kind: 'written' });
    await expectPaidOnce(folder, 5);
  });

  it('carries nothing for claims of which nothing is owed, and settles them', async () => {
    await addClaims(world.owner, 3);
    await world.owner`update claims set amc_cents = 0 where id = (select id from claims limit 1)`;
    await world.run(tempDir());
    expect(await sums(world.owner)).toMatchObject({ claimsPaid: 3, remittances: 3, transferClaims: 2 });
  });

  it('leaves rejected and cancelled claims alone', async () => {
    await addClaims(world.owner, 2);
    await world.owner`update claims set state = 'rejected'`;
    expect(await world.run(tempDir())).toEqual({ kind: 'nothing-to-pay' });
  });

  it('says which claims wait, and why', async () => {
    await addClaims(world.owner, 6);
    await world.owner`update claims set structure = 'S-' || n, insurer_id = 1 from
      (select id, 1 + row_number() over () % 3 as n from claims) numbered where numbered.id = claims.id`;
    await world.owner`delete from bank_details where structure = 'S-1'`;
    await world.owner`update bank_details set put_at = ${timestamp(START_MS - 1000)},
      in_force_from = ${timestamp(START_MS + 72 * 3_600_000)} where structure = 'S-2'`;
    const { store } = world.parts('');
    expect(await store.waiting(START_MS)).toMatchObject([
      { structure: 'S-1', insurer: '0999000101', reason: 'bank-details-missing', claims: 2 },
      { structure: 'S-2', reason: 'bank-details-not-in-force', claims: 2 },
    ]);
    expect(await world.run(tempDir())).toMatchObject({ kind: 'written', run: { claims: 2 } });
    await world.owner`update insurers set debtor_iban = null, debtor_name = null`;
    world.clock.advance(73 * 3_600_000);
    expect(await world.run(tempDir())).toEqual({ kind: 'nothing-to-pay' });
    const reasons = (await store.waiting(world.clock.nowMs())).map(({ reason }) => reason);
    expect(reasons).toEqual(['insurer-account-missing', 'insurer-account-missing']);
  });

  it('leaves whoever is owed more than a transfer carries waiting, and pays everybody else', async () => {
    await addClaims(world.owner, 8, { structures: 2 });
    await world.owner`update claims set amc_cents = 60_000_000_000 where structure = 'S-1' and insurer_id = 1`;
    expect(await world.run(tempDir())).toMatchObject({ kind: 'written', run: { claims: 6 } });
    expect(await world.parts('').store.waiting(START_MS)).toMatchObject([
      { structure: 'S-1', insurer: '0999000101', reason: 'above-transfer-limit', claims: 2 },
    ]);
  });

  it('pays to the account that is in force, not to one that was changed less than 72 hours ago', async () => {
    const folder = tempDir();
    const again = tempDir();
    await addClaims(world.owner, 5, { structures: 1 });
    const [changed] =
      await world.owner`insert into bank_details (structure, sealed, masked, put_at, in_force_from)
      values ('S-1', ${sealedFor('Mallory')}, 'x', ${timestamp(START_MS - 1)}, ${timestamp(START_MS - 1 + 72 * 3_600_000)}) returning id`;
    await world.run(folder);
    expect(filesIn(folder)[0]?.text).toContain('<Nm>Pharmacie 1</Nm>');
    world.clock.advance(72 * 3_600_000);
    await world.run(again, { run: 'PAY-20261201-1' });
    expect(filesIn(again), 'a run that was frozen keeps its account').toEqual(filesIn(folder));
    await addClaims(world.owner, 1, { structures: 1 });
    await world.run(tempDir(), { day: '2026-12-04' });
    const [last] = await world.owner`select bank_details_id from transfers order by advice desc limit 1`;
    expect(last?.['bank_details_id']).toBe(changed?.['id']);
  });

  it.each([
    ['the amount of a transfer', "update transfers set cents = cents + 1 where advice like '%1'"],
    [
      'the amount of a claim',
      'update claims set amc_cents = amc_cents + 1 where id = (select id from claims limit 1)',
    ],
    [
      'the account of an insurer in a run',
      "update payment_files set debtor_iban = 'FR7699901000010000000010389'",
    ],
    ['the account of a structure', "update bank_details set sealed = 'x'"],
    [
      'the claims of a transfer',
      'delete from remittances; delete from claims where id = (select id from claims limit 1)',
    ],
    ['the total', "update payment_runs set digest = repeat('0', 64)"],
  ])('is not paid when somebody changed %s after it was frozen', async (_, change) => {
    const folder = tempDir();
    await addClaims(world.owner, 20);
    await world.run(folder, { sign: async () => [] });
    await world.owner.unsafe(change);
    expect(await world.run(folder)).toMatchObject({ kind: 'run-changed' });
    expect(filesIn(folder)).toEqual([]);
  });

  it('gives its file to nobody when the file does not pass the check', async () => {
    const folder = tempDir();
    await addClaims(world.owner, 1);
    const openBankDetails = async () => [{ holder: 'X', iban: 'FR7699901000010000000010380', bic: null }];
    const parts: PayParts = { ...world.parts(folder), openBankDetails };
    expect(await payRun(parts, { day: DAY, run: null, sign: bothSign })).toMatchObject({
      kind: 'file-refused',
      problems: [expect.stringContaining('CdtrAcct/Id/IBAN: not valid')],
    });
    expect(filesIn(folder)).toEqual([]);
  });

  it('knows no run that was never frozen', async () => {
    expect(await world.run(tempDir(), { run: 'PAY-20261201-9' })).toEqual({ kind: 'run-unknown' });
  });

  it('owes the ledger two entries: what was frozen, and that it was written', async () => {
    await addClaims(world.owner, 5);
    await world.run(tempDir());
    const rows = await world.owner`select event, facts, created_by as "by" from payment_entries order by id`;
    expect(rows).toMatchObject([
      { event: 'payment.run', facts: { run: 'PAY-20261201-1', phase: 'frozen', claims: 5 } },
      { event: 'payment.run', facts: { phase: 'written' } },
    ]);
    expect(rows[0]?.['by']).toMatch(/_pay$/);
    expect(JSON.stringify(rows)).not.toMatch(/FR76|Pharmacie/);
  });
});

const PERSISTS = ['begin', 'approve', 'fileWritten', 'writeFile', 'finish'] as const;
type Persist = (typeof PERSISTS)[number];

/** The `nth` call of one persist fails, before its effect or after it. */
function failing(parts: PayParts, at: Persist, when: 'before' | 'after', nth = 1): PayParts {
  let left = nth;
  const around =
    <Args extends unknown[], Result>(name: Persist, work: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      const now = name === at && --left === 0;
      if (now && when === 'before') throw new Error('injected');
      const result = await work(...args);
      if (now) throw new Error('injected');
      return result;
    };
  const { store } = parts;
  return {
    ...parts,
    store: {
      ...store,
      begin: around('begin', store.begin),
      approve: around('approve', store.approve),
      fileWritten: around('fileWritten', store.fileWritten),
      finish: around('finish', store.finish),
    },
    writeFile: around('writeFile', parts.writeFile),
  };
}

describe('a run that fails at a persist and is made again pays each claim once', () => {
  const cases = PERSISTS.flatMap((at) =>
    (['before', 'after'] as const).flatMap((when) =>
      (at === 'writeFile' || at === 'fileWritten' ? [1, 2] : [1]).map((nth) => ({ at, when, nth })),
    ),
  );
  it.each(cases)('$when $at, time $nth', async ({ at, when, nth }) => {
    const folder = tempDir();
    await addClaims(world.owner, 40);
    const asked = { day: DAY, run: null, sign: bothSign };
    await expect(payRun(failing(world.parts(folder), at, when, nth), asked)).rejects.toThrow('injected');
    const before = filesIn(folder);
    world.clock.advance(60_000);
    const outcome = await world.run(folder);
    // Dead after its very last step: it was finished, and there is nothing more to do.
    if (at === 'finish' && when === 'after') expect(outcome).toEqual({ kind: 'nothing-to-pay' });
    else expect(outcome).toMatchObject({ kind: 'written', run: { id: 'PAY-20261201-1' } });
    await expectPaidOnce(folder, 40);
    expect(filesIn(folder).slice(0, before.length)).toEqual(before);
  });
});

it('the totals of 5,000 random claims of 40 structures agree to the cent', async () => {
  const folder = tempDir();
  await addClaims(world.owner, 5_000, { structures: 40, most: 1_000_000 });
  expect(await world.run(folder)).toMatchObject({ kind: 'written' });
  await expectPaidOnce(folder, 5_000);
});
