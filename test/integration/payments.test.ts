// From bank details to the file at the bank, on the whole platform: a professional says where the structure is paid, 72
// hours later a run pays its claims, with the operator down, the platform closed and the vault locked.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { payCommand } from '../../src/cli/pay.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { insertClaim } from '../support/payment-rows.ts';
import { filesIn } from '../support/payment-world.ts';
import { SoftwareBrowser } from '../support/software-browser.ts';
import { tempDir } from '../support/temp-dir.ts';
import { type Answer, createTestWorld, type TestWorld } from '../support/world.ts';

const HOUR_MS = 3_600_000;
/** Of a bank code that nobody has. */
const IBAN = 'FR7699901000010000000010389';
const OTHER_IBAN = 'FR7699901000010000000010292';
const MASKED = 'FRxx •••• 0389';
const STRUCTURE = 'S-PHARMACIE-HALLES';

let world: TestWorld;
/** Pro Santé Connect and the command go by the machine's time: the platform's may only run ahead of it. */
let aheadMs = 0;
const clock: Clock = { nowMs: () => Date.now() + aheadMs };
beforeAll(async () => {
  world = await createTestWorld({ simulator: true, clock });
  await writeFile(world.paths.demo, JSON.stringify({ database: world.ownerUrl }));
}, 60_000);
afterAll(() => world?.close());
afterEach(() => vi.unstubAllEnvs());

async function signedIn(account = 'claire'): Promise<SoftwareBrowser> {
  const browser = new SoftwareBrowser(world.portalUrl);
  await browser.signIn(account);
  return browser;
}
const put = (browser: SoftwareBrowser, body: unknown) => browser.call('PUT', '/v1/bank-details', { body });
const codeOf = ({ status, body }: Answer) => `${status} ${String(body['code'])}`;
/** For the rows: a sign-in could not be made in the future. */
const threeDaysPass = () => world.sql`
  update bank_details set put_at = put_at - interval '72 hours', in_force_from = in_force_from - interval '72 hours'`;
const details = { holder: 'Pharmacie des Halles', iban: IBAN };

async function pay(...argv: string[]) {
  vi.stubEnv('REMPART_DIR', world.paths.base);
  let stdout = '';
  let stderr = '';
  const io = {
    stdout: (text: string) => {
      stdout += text;
    },
    stderr: (text: string) => {
      stderr += text;
    },
    json: true,
    now: () => 0,
  };
  const code = await payCommand(argv, io);
  return { code, stderr, stdout, body: stdout ? (JSON.parse(stdout) as Record<string, unknown>) : {} };
}

const addClaim = (structure: string, cents: number) => insertClaim(world.sql, structure, cents);

describe('bank details', () => {
  it('are taken from the signed call, shown masked and in force 72 hours later', async () => {
    const claire = await signedIn();
    expect((await claire.call('GET', '/v1/bank-details')).body).toEqual({
      masked: null,
      inForceFrom: null,
      waiting: null,
    });
    const before = clock.nowMs();
    const { status, body } = await put(claire, details);
    expect({ status, masked: body['masked'] }).toEqual({ status: 200, masked: MASKED });
    const freezeMs = Date.parse(String(body['inForceFrom'])) - before;
    expect(freezeMs).toBeGreaterThanOrEqual(72 * HOUR_MS);
    expect(freezeMs).toBeLessThan(73 * HOUR_MS);
    expect((await claire.call('GET', '/v1/bank-details')).body).toEqual({
      masked: null,
      inForceFrom: null,
      waiting: body,
    });
    await threeDaysPass();
    expect((await claire.call('GET', '/v1/bank-details')).body).toMatchObject({
      masked: MASKED,
      waiting: null,
    });
  });

  it('keep the old ones until a change is 72 hours old, and a change of the change never comes into force', async () => {
    const mallory = await signedIn();
    await put(mallory, { ...details, iban: OTHER_IBAN });
    const claire = await signedIn();
    expect((await claire.call('GET', '/v1/bank-details')).body).toMatchObject({
      masked: MASKED,
      waiting: { masked: 'FRxx •••• 0292' },
    });
    await put(claire, details);
    const rows = await world.sql`
      select masked, superseded_at is not null as superseded from bank_details order by id`;
    expect(rows).toEqual([
      { masked: MASKED, superseded: false },
      { masked: 'FRxx •••• 0292', superseded: true },
      { masked: MASKED, superseded: false },
    ]);
  });

  it.each([
    ['an account whose key is wrong', { ...details, iban: IBAN.replace('FR76', 'FR77') }],
    ['an account of another form', { ...details, iban: 'FR76' }],
    ['a holder of two lines', { ...details, holder: 'Pharmacie\nMallory' }],
    ['a bank code that is none', { ...details, bic: 'X' }],
  ])('are refused with nothing changed: %s', async (_, body) => {
    expect(codeOf(await put(await signedIn(), body))).toBe('422 bank-details-refused');
    expect(await world.sql`select from bank_details`).toHaveLength(3);
  });

  it('are changed in the portal only, within ten minutes of a sign-in', async () => {
    const claire = await signedIn();
    expect((await world.send('/v1/bank-details', { method: 'PUT', body: details })).status).toBe(404);
    aheadMs = 11 * 60_000;
    expect(codeOf(await put(claire, details))).toBe('403 fresh-sign-in-required');
    aheadMs = 0;
  });

  it('are in no table, no entry and no log in a form that anybody could use', async () => {
    const tables = await world.sql<{ name: string }[]>`
      select table_name as name from information_schema.tables where table_schema = 'public'`;
    for (const { name } of tables) {
      if (name === 'insurers') continue; // companies' own accounts
      const [row] = await world.sql`
        select count(*)::int as found from ${world.sql(name)} t where t::text ~ ${`${IBAN}|${OTHER_IBAN}|99901`}`;
      expect(row?.['found'], name).toBe(0);
    }
    const entries = await world.sql`select rest from ledger_entries where rest like '%bank-details.changed%'`;
    expect(entries).toHaveLength(3);
    expect(JSON.stringify(entries)).toContain(`"account\\":\\"claire`);
  });
});

describe('rempart pay', () => {
  it('pays with the operator down, the platform closed and the vault locked; twice pays once', async () => {
    const paid = await addClaim(STRUCTURE, 12_345);
    await addClaim(STRUCTURE, 55);
    await addClaim('S-PHARMACIE-GARE', 777);
    await world.sql`insert into switches (scope, state, reason, author) values ('platform', 'closed', 'test', 'sophie')`;
    await world.vault.call('lock', { by: 'sophie', reason: 'test' });
    await world.stopOperator();

    const out = tempDir();
    const alone = await pay('run', '--out', out, '--by', 'sophie');
    expect(alone).toMatchObject({ code: 1, body: { code: 'approval-needed', approvedBy: ['sophie'] } });
    expect(filesIn(out)).toEqual([]);
    const run = String(alone.body['run']);
    expect(await pay('approve', run, '--by', 'theo')).toMatchObject({
      code: 0,
      body: { approvedBy: ['sophie', 'theo'] },
    });
    const done = await pay('run', '--out', out);
    expect(done).toMatchObject({ code: 0, body: { run, claims: 2, cents: 12_400 } });
    expect(done.stdout).not.toContain('FR76');
    const [file] = filesIn(out);
    expect(file?.cents).toBe(12_400);
    expect(file?.text).toContain(`<Nm>Pharmacie des Halles</Nm></Cdtr><CdtrAcct><Id><IBAN>${IBAN}</IBAN>`);

    expect(await pay('run', '--out', out, '--by', 'sophie', '--and', 'theo')).toMatchObject({
      code: 0,
      body: { code: 'nothing-to-pay' },
    });
    const again = tempDir();
    await pay('run', '--out', again, '--run', run);
    expect(filesIn(again)).toEqual(filesIn(out));
    const [claim] = await world.sql`select state from claims where id = ${paid}`;
    expect(claim).toEqual({ state: 'paid' });
    expect((await pay('show')).body).toMatchObject({
      runs: [{ run, transfers: 1, bank: { notSeen: 1, late: 0 }, approvedBy: ['sophie', 'theo'] }],
      waiting: [{ structure: 'S-PHARMACIE-GARE', reason: 'bank-details-missing', cents: 777 }],
    });
    await world.unlock();
    await world.sql`delete from switches`;
    await world.startOperator();
    const entries = () => world.sql`select rest from ledger_entries where rest like '%"payment.run"%'`;
    await expect.poll(async () => (await entries()).length).toBe(2);
    expect((await world.vault.call('state', {})).out.locked).toBe(false);
  });

  it('one person alone, or one who is nobody, opens no bank details', async () => {
    await addClaim(STRUCTURE, 1);
    await pay('run', '--out', tempDir(), '--by', 'sophie');
    const [run] = await world.sql`select id, digest from payment_runs where written_at is null`;
    await world.sql`insert into payment_approvals (run_id, staff, jws)
      select run_id, 'mallory', jws from payment_approvals where run_id = ${String(run?.['id'])}`;
    const out = tempDir();
    expect(await pay('run', '--out', out)).toMatchObject({ code: 1, body: { code: 'approval-refused' } });
    expect(filesIn(out)).toEqual([]);
    await world.sql`delete from payment_approvals where staff = 'mallory'`;
    expect(await pay('run', '--out', out, '--by', 'theo')).toMatchObject({ code: 0, body: { cents: 1 } });
  });

  it('shows a structure its payments with the claims they pay, and nobody else’s', async () => {
    const claire = await signedIn();
    const { body } = await claire.call('GET', '/v1/payments');
    const payments = body['payments'] as { advice: string; list: unknown[] }[];
    expect(payments).toMatchObject([
      { cents: 1, claims: 1, bank: 'not-seen', bankOn: null, insurer: '0999000101' },
      { cents: 12_400, claims: 2, list: [{ amc: expect.any(Number) }, { amc: expect.any(Number) }] },
    ]);
    const next = await claire.call('GET', `/v1/payments?before=${payments[0]?.advice}`);
    expect(next.body['payments']).toHaveLength(1);
    const hugo = await signedIn('hugo');
    expect((await hugo.call('GET', '/v1/payments')).body).toEqual({ payments: [] });
    expect((await world.send('/v1/payments')).body).toEqual(body);
    const { advice } = payments[0] ?? {};
    await world.sql`update transfers set bank_state = 'paid', bank_on = '2026-12-02' where advice = ${String(advice)}`;
    expect((await claire.call('GET', '/v1/payments')).body['payments']).toMatchObject([
      { advice, bank: 'paid', bankOn: '2026-12-02' },
      {},
    ]);
  });

  it('books what the bank says, once, and says what did not arrive', async () => {
    const out = tempDir();
    await addClaim(STRUCTURE, 4_200);
    const done = await pay('run', '--out', out, '--by', 'sophie', '--and', 'theo');
    const file = join(out, filesIn(out)[0]?.name ?? '');
    const { body } = await pay('demo-bank', file);
    const booked = { insurer: '0999000101', lines: 1, transfers: 1 };
    expect(await pay('statement', String(body['statement']))).toMatchObject({
      code: 0,
      body: { statements: [{ ...booked, fresh: true }], wrong: [] },
    });
    expect((await pay('statement', String(body['statement']))).body).toEqual({
      statements: [{ ...booked, fresh: false }],
      wrong: [],
    });
    expect((await pay('show', String(done.body['run']))).body).toMatchObject({
      bank: { paid: 1, notSeen: 0 },
      list: [{ structure: STRUCTURE, cents: 4_200, bank: 'paid' }],
    });
    expect(await pay('statement', file)).toMatchObject({
      code: 1,
      body: { code: 'statement-other-message' },
    });
    await world.sql`update payment_runs set late_from = current_date - 1`;
    expect((await pay('late')).body['late']).toMatchObject([{ cents: 12_400, structure: STRUCTURE }]);
    const entries = () => world.sql`select rest from ledger_entries where rest like '%"payment.%'`;
    await expect
      .poll(async () => (await entries()).filter(({ rest }) => String(rest).includes('late')))
      .toHaveLength(1);
    await expect
      .poll(async () => (await entries()).some(({ rest }) => String(rest).includes('statement')))
      .toBe(true);
  });

  it.each([
    [['run'], '--out is missing'],
    [['run', '--out', 'x', '--day', '2026-13-01'], '--day must be a day'],
    [['run', '--out', 'x', '--by', 'sophie', '--and', 'sophie'], 'two persons'],
    [['run', '--out', 'x', '--by', 'nobody'], 'no key of staff member nobody'],
    [['approve'], 'say which run'],
    [['run', 'now', '--out', 'x'], 'now is not understood'],
    [['refund'], 'say run, approve'],
    [['statement'], 'say which file'],
    [['statement', '/nowhere.xml'], 'cannot be read'],
  ])('explains wrong usage: %j', async (argv, expected) => {
    await addClaim(STRUCTURE, 1);
    const answer = await pay(...argv);
    expect(answer).toMatchObject({ code: 2, stdout: '' });
    expect(answer.stderr).toContain(expected);
  });
});
