// The console against the running platform: codes, passkeys, switches with signatures, what it shows, what it refuses.

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Authenticator } from '../../src/vault/passkey-fixture.ts';
import { insertPaymentTrouble, LATE_ADVICES, removePayments, UNSIGNED_RUN } from '../support/payment-rows.ts';
import { SoftwareBrowser } from '../support/software-browser.ts';
import { codeFor, enrolled, StaffMember } from '../support/staff.ts';
import { type Answer, createTestWorld, type TestWorld } from '../support/world.ts';

let world: TestWorld;
let sophie: StaffMember;
let theo: StaffMember;
beforeAll(async () => {
  world = await createTestWorld({ simulator: true });
  sophie = await enrolled(world, 'sophie');
  theo = await enrolled(world, 'theo');
}, 60_000);
afterAll(() => world?.close());
afterEach(async () => {
  await world.sql`update switch_requests set withdrawn_at = now() where done_at is null and withdrawn_at is null`;
  await world.sql`delete from switches`;
});

const codeOf = ({ status, body }: Answer) =>
  status < 300 ? `${status}` : `${status} ${String(body['code'])}`;
const overview = async (who: StaffMember) =>
  (await who.call('GET', '/v1/overview')).body as never as Overview;
type Overview = {
  traffic: { minutes: { answered: number; refused: number }[]; refusals: { code: string; count: number }[] };
  ledger: { entries: number; signed: number; signedAt: string; check: Record<string, unknown> };
  vault: string;
  feeds: { amcNo: string; appliedAt: string | null; latest: Record<string, unknown> | null }[];
  switches: { scope: string; state: string; author: string }[];
  waiting: { id: string; scope: string; firstStaff: string }[];
};
const standing = async (scope: string) =>
  (await world.sql`select state from switches where scope = ${scope}`)[0]?.['state'] ?? 'open';
const entries = (event: string) =>
  world.sql<{ rest: Record<string, unknown> }[]>`
    select rest::jsonb as rest from ledger_entries where rest::jsonb->>'event' = ${event} order by seq`;
const STRUCTURE = 'structure:S-PHARMACIE-HALLES';

describe('a code', () => {
  it('registers one passkey and opens nothing else', async () => {
    const code = await codeFor(world, 'nadia');
    const nadia = new StaffMember(world.consoleUrl);
    expect(codeOf(await nadia.call('GET', '/v1/overview'))).toBe('401 session-ended');
    expect(codeOf(await nadia.enrol(code))).toBe('200');
    expect(codeOf(await nadia.call('GET', '/v1/overview'))).toBe('200');
    const again = new StaffMember(world.consoleUrl);
    expect(codeOf(await again.enrol(code))).toBe('401 code-refused');
    const [entry] = (await entries('staff.enrolled')).slice(-1);
    expect(entry?.rest).toMatchObject({ account: 'nadia', client: 'console', codeBy: expect.any(String) });
    expect(JSON.stringify(await world.sql`select * from staff_codes`)).not.toContain(code);
  });

  it('is good for small letters and blanks, not when it is wrong', async () => {
    const code = await codeFor(world, 'pavel');
    const pavel = new StaffMember(world.consoleUrl);
    const wrong = `${code.slice(0, -1)}${code.endsWith('7') ? '8' : '7'}`;
    expect(codeOf(await pavel.enrol(wrong))).toBe('401 code-refused');
    expect(codeOf(await pavel.enrol(code.toLowerCase().replaceAll('-', ' ')))).toBe('200');
  });

  it('ends after fifteen minutes, and when another one is made', async () => {
    const old = await codeFor(world, 'rosa', Date.now() - 15 * 60_000 - 1);
    expect(codeOf(await new StaffMember(world.consoleUrl).enrol(old))).toBe('401 code-refused');
    const first = await codeFor(world, 'rosa');
    await codeFor(world, 'rosa');
    expect(codeOf(await new StaffMember(world.consoleUrl).enrol(first))).toBe('401 code-refused');
  });

  it('two who use it at once: one of them registers', async () => {
    const code = await codeFor(world, 'yann');
    const both = [1, 2].map(() => new StaffMember(world.consoleUrl));
    const codes = await Promise.all(both.map(async (one) => codeOf(await one.enrol(code))));
    expect(codes.toSorted()).toEqual(['200', '401 code-refused']);
  });

  it('an authenticator that did not verify its user is not registered, nor one of another page', async () => {
    const code = await codeFor(world, 'zoe');
    const zoe = new StaffMember(world.consoleUrl);
    expect(codeOf(await zoe.enrol(code, { userVerified: false }))).toBe('401 staff-passkey-refused');
    expect(codeOf(await zoe.enrol(code, { origin: world.portalUrl }))).toBe('401 staff-passkey-refused');
    expect(codeOf(await zoe.enrol(code))).toBe('200');
  });

  it('a passkey that is known already is not registered for somebody else', async () => {
    const thief = new StaffMember(world.consoleUrl);
    Object.assign(thief, { authenticator: sophie.authenticator });
    expect(codeOf(await thief.enrol(await codeFor(world, 'mallory')))).toBe('401 staff-passkey-refused');
  });
});

describe('signing in', () => {
  it('takes the registered passkey, its user verified, at this page, for this browser', async () => {
    const browser = new StaffMember(world.consoleUrl);
    const { authenticator } = sophie;
    expect(codeOf(await browser.signIn({}, new Authenticator()))).toBe('401 staff-passkey-refused');
    expect(codeOf(await browser.signIn({ userVerified: false }, authenticator))).toBe(
      '401 staff-passkey-refused',
    );
    expect(codeOf(await browser.signIn({ origin: 'https://evil.example' }, authenticator))).toBe(
      '401 staff-passkey-refused',
    );
    expect(codeOf(await browser.signIn({ challenge: 'x' }, authenticator))).toBe('401 staff-passkey-refused');
    expect(codeOf(await browser.signIn({ signedBy: new Authenticator().privateKey }, authenticator))).toBe(
      '401 staff-passkey-refused',
    );
  });

  it('an assertion opens one session, for the browser key it was asked for', async () => {
    const rosa = await enrolled(world, 'rosa');
    const { publicKey } = rosa.browser;
    const options = await rosa.browser.send('POST', '/auth/options', { body: { publicKey } });
    const challenge = String(options.body['challenge']);
    const response = rosa.authenticator.assert(rosa.ceremony(challenge));
    const thief = new StaffMember(world.consoleUrl);
    const stolen = { publicKey: thief.browser.publicKey, challenge, response };
    expect(codeOf(await thief.browser.send('POST', '/auth/sign-in', { body: stolen }))).toBe(
      '401 staff-passkey-refused',
    );
    const body = { publicKey, challenge, response };
    expect(codeOf(await rosa.browser.send('POST', '/auth/sign-in', { body }))).toBe('200');
    expect(codeOf(await rosa.browser.send('POST', '/auth/sign-in', { body }))).toBe(
      '401 staff-passkey-refused',
    );
  });

  it('who left, or lost a passkey, is out at once', async () => {
    const ines = await enrolled(world, 'ines');
    await world.sql`update staff_passkeys set revoked_at = now() where id = ${ines.authenticator.id}`;
    expect(codeOf(await ines.call('GET', '/v1/overview'))).toBe('401 session-ended');
    expect(codeOf(await ines.signIn())).toBe('401 staff-passkey-refused');
    const omar = await enrolled(world, 'omar');
    await world.sql`update staff set ended_at = now() where id = 'omar'`;
    expect(codeOf(await omar.call('GET', '/v1/overview'))).toBe('401 session-ended');
    expect(codeOf(await omar.signIn())).toBe('401 staff-passkey-refused');
    expect(
      await codeFor(world, 'omar').then((code) => new StaffMember(world.consoleUrl).enrol(code)),
    ).toMatchObject({
      status: 401,
    });
  });

  it('a call without the key, or sent twice, is refused; a copied profile ends the session', async () => {
    const lea = await enrolled(world, 'lea');
    const thief = new StaffMember(world.consoleUrl);
    thief.browser.cookies = new Map(lea.browser.cookies);
    await lea.browser.renew();
    thief.browser.nonces = [...lea.browser.nonces];
    expect(codeOf(await thief.call('GET', '/v1/overview'))).toBe('401 proof-required');
    const proof = lea.browser.proof('GET', '/v1/overview', lea.browser.nonces[0] ?? '');
    expect(codeOf(await lea.browser.send('GET', '/v1/overview', { proof }))).toBe('200');
    expect(codeOf(await lea.browser.send('GET', '/v1/overview', { proof }))).toBe('401 session-ended');
    expect(codeOf(await lea.browser.send('GET', '/v1/overview', { proof: null }))).toBe('401 session-ended');
  });
});

describe('portal and console', () => {
  it('know nothing of each other’s sessions', async () => {
    const claire = new SoftwareBrowser(world.portalUrl);
    await claire.signIn('claire');
    const professional = new SoftwareBrowser(world.consoleUrl, '__Host-rempart-console');
    professional.key = claire.key;
    const cookie = claire.cookies.get('__Host-rempart-session') ?? '';
    professional.cookies.set('__Host-rempart-console', cookie);
    expect((await professional.get('/v1/session')).body).toEqual({ state: 'none' });
    expect(codeOf(await professional.call('GET', '/v1/overview'))).toBe('401 session-ended');
    const staff = new SoftwareBrowser(world.portalUrl);
    staff.key = sophie.browser.key;
    staff.cookies.set('__Host-rempart-session', sophie.browser.cookies.get('__Host-rempart-console') ?? '');
    expect((await staff.get('/v1/session')).body).toEqual({ state: 'none' });
    expect(codeOf(await staff.call('GET', '/v1/lookups'))).toBe('401 session-ended');
  });

  it('the console has no check, no feed and no list of anybody', async () => {
    const description = await fetch(`${world.consoleUrl}/openapi.json`).then((answer) => answer.json());
    const { paths } = description as { paths: Record<string, unknown> };
    expect(Object.keys(paths).toSorted()).toEqual([
      '/auth/enrolment',
      '/auth/enrolment/options',
      '/auth/options',
      '/auth/sign-in',
      '/health',
      '/ready',
      '/v1/accounts/{id}',
      '/v1/guard/acts/{id}/signature',
      '/v1/guard/alarms',
      '/v1/guard/alarms/{id}',
      '/v1/guard/alarms/{id}/review',
      '/v1/guard/alarms/{id}/undo',
      '/v1/guard/blast-radius',
      '/v1/guard/budgets',
      '/v1/guard/canaries',
      '/v1/ledger/verification',
      '/v1/overview',
      '/v1/session',
      '/v1/session/nonces',
      '/v1/structures/{id}',
      '/v1/switches/acts',
      '/v1/switches/acts/{id}',
      '/v1/switches/acts/{id}/options',
      '/v1/switches/acts/{id}/signature',
    ]);
    for (const path of [
      '/v1/accounts',
      '/v1/structures',
      '/v1/staff',
      '/v1/accounts/%25',
      '/v1/structures/S-',
    ]) {
      expect((await sophie.call('GET', path)).status).toBeGreaterThanOrEqual(404);
    }
    expect(codeOf(await sophie.call('POST', '/v1/eligibility', {}))).toBe('404 not-found');
  });

  it('another site gets nothing done', async () => {
    const headers = { origin: 'https://evil.example' };
    expect(codeOf(await sophie.browser.call('GET', '/v1/overview', { headers }))).toBe('403 origin-refused');
    const { publicKey } = sophie.browser;
    expect(codeOf(await sophie.browser.send('POST', '/auth/options', { body: { publicKey }, headers }))).toBe(
      '403 origin-refused',
    );
  });
});

const askAs = () =>
  world.ask({
    evidence: {
      kind: 'member-number',
      memberNo: 'G00000000001',
      beneficiary: { nir: '185059912345607', birthDate: '19850517', birthRank: 1 },
    },
  });

describe('a switch', () => {
  /** Where the time is measured a busy machine may take a breath: two more tries, each from open scopes. */
  it('closed by one person takes effect on a check within 250 ms, and is entered', { retry: 2 }, async () => {
    await world.sql`delete from switches`;
    await expect.poll(async () => codeOf(await askAs()), { interval: 5, timeout: 10_000 }).toBe('200');
    const asked = await sophie.propose(STRUCTURE, 'closed', 'Poste volé au comptoir');
    expect(String(asked.body['text'])).toContain('Poste volé au comptoir');
    expect(await standing(STRUCTURE)).toBe('open');
    const startedAt = performance.now();
    const signed = sophie.sign(asked);
    let refusedAt = Number.NaN;
    while (Number.isNaN(refusedAt) && performance.now() - startedAt < 3_000) {
      if (codeOf(await askAs()) === '503 disconnected') refusedAt = performance.now();
    }
    expect((await signed).body).toEqual({ state: 'done' });
    expect(refusedAt - startedAt).toBeLessThan(250);
    const [entry] = (await entries('switch.closed')).slice(-1);
    expect(entry?.rest).toMatchObject({ account: 'sophie', scope: STRUCTURE, act: asked.body['id'] });
    const [row] = await world.sql`select * from switch_requests where id = ${String(asked.body['id'])}`;
    expect(row).toMatchObject({
      first_staff: 'sophie',
      first_passkey: sophie.authenticator.id,
      reason: 'Poste volé au comptoir',
    });
    expect(row?.['first_assertion'].response.signature).toEqual(expect.any(String));
  });

  it('opens again only when a second person signs the same text', async () => {
    await sophie.act(STRUCTURE, 'closed');
    const asked = await sophie.propose(STRUCTURE, 'open', 'Poste remplacé');
    expect((await sophie.sign(asked)).body).toEqual({ state: 'waiting' });
    expect(await standing(STRUCTURE)).toBe('closed');
    const { waiting, switches } = await overview(theo);
    expect(waiting).toMatchObject([{ id: asked.body['id'], scope: STRUCTURE, firstStaff: 'sophie' }]);
    expect(switches).toMatchObject([{ scope: STRUCTURE, state: 'closed', author: 'sophie' }]);
    expect((await theo.second(String(asked.body['id']))).body).toEqual({ state: 'done' });
    expect(await standing(STRUCTURE)).toBe('open');
    expect(await overview(theo)).toMatchObject({ waiting: [], switches: [] });
    const [entry] = (await entries('switch.opened')).slice(-1);
    expect(entry?.rest).toMatchObject({ account: 'theo', first: 'sophie', scope: STRUCTURE });
    expect(codeOf(await theo.second(String(asked.body['id'])))).toBe('409 act-not-waiting');
    await expect.poll(async () => codeOf(await askAs())).toBe('200');
  });

  it('the same person twice is refused, also with a second passkey of theirs, also by the database', async () => {
    await sophie.act(STRUCTURE, 'closed');
    const asked = await sophie.propose(STRUCTURE, 'open');
    await sophie.sign(asked);
    expect(codeOf(await sophie.second(String(asked.body['id'])))).toBe('403 second-person-needed');
    expect(codeOf(await sophie.sign(asked))).toBe('403 second-person-needed');
    const again = await enrolled(world, 'sophie'); // another key, the same person
    expect(codeOf(await again.second(String(asked.body['id'])))).toBe('403 second-person-needed');
    expect(codeOf(await again.sign(asked))).toBe('403 second-person-needed');
    await expect(
      world.sql`update switch_requests set second_staff = 'sophie', second_passkey = ${again.authenticator.id},
                second_assertion = '{}', done_at = now() where id = ${String(asked.body['id'])}`,
    ).rejects.toThrow(/check constraint/);
    await expect(
      world.sql`update switch_requests set done_at = now() where id = ${String(asked.body['id'])}`,
    ).rejects.toThrow(/check constraint/);
    expect(await standing(STRUCTURE)).toBe('closed');
    await sophie.signIn(); // the session of her other key had ended this one
  });

  it('a signature is for its own act: another act’s, another person’s, or none of a passkey is refused', async () => {
    const one = await sophie.propose(STRUCTURE, 'closed', 'une raison');
    const other = await sophie.propose('structure:S-PHARMACIE-GARE', 'closed', 'une raison');
    const { options } = other.body as { options: { challenge: string } };
    const elsewhere = sophie.authenticator.assert(sophie.ceremony(options.challenge));
    const path = `/v1/switches/acts/${String(one.body['id'])}/signature`;
    expect(codeOf(await sophie.call('POST', path, { response: elsewhere }))).toBe(
      '401 staff-passkey-refused',
    );
    expect(codeOf(await sophie.sign(one, {}, theo.authenticator))).toBe('401 staff-passkey-refused');
    expect(codeOf(await sophie.sign(one, { userVerified: false }))).toBe('401 staff-passkey-refused');
    expect(codeOf(await sophie.sign(one, { origin: world.portalUrl }))).toBe('401 staff-passkey-refused');
    expect(codeOf(await theo.sign(one))).toBe('409 act-not-waiting'); // his own key, her proposal
    expect(await standing(STRUCTURE)).toBe('open');
    expect((await sophie.sign(one)).body).toEqual({ state: 'done' });
  });

  it('a signature that was used is used up, before and after a reopening', async () => {
    const asked = await sophie.propose(STRUCTURE, 'closed');
    const { options } = asked.body as { options: { challenge: string } };
    const response = sophie.authenticator.assert(sophie.ceremony(options.challenge));
    const path = `/v1/switches/acts/${String(asked.body['id'])}/signature`;
    expect(codeOf(await sophie.call('POST', path, { response }))).toBe('200');
    expect(codeOf(await sophie.call('POST', path, { response }))).toBe('409 act-not-waiting');
    const [waiting] = await Promise.all([sophie.propose(STRUCTURE, 'open')]);
    await sophie.sign(waiting);
    await theo.second(String(waiting.body['id']));
    expect(codeOf(await sophie.call('POST', path, { response }))).toBe('409 act-not-waiting');
    expect(await standing(STRUCTURE)).toBe('open');
  });

  it('a closing takes back what waits; anybody may take back', async () => {
    await sophie.act(STRUCTURE, 'closed');
    const first = await sophie.propose(STRUCTURE, 'open');
    await sophie.sign(first);
    const asked = await theo.call('POST', `/v1/switches/acts/${String(first.body['id'])}/options`);
    await sophie.act(STRUCTURE, 'closed', 'encore');
    expect(codeOf(await theo.sign(asked))).toBe('409 act-not-waiting');
    expect(await standing(STRUCTURE)).toBe('closed');
    const second = await sophie.propose(STRUCTURE, 'open');
    await sophie.sign(second);
    expect(codeOf(await theo.call('DELETE', `/v1/switches/acts/${String(second.body['id'])}`))).toBe('200');
    expect(codeOf(await theo.second(String(second.body['id'])))).toBe('409 act-not-waiting');
    expect((await entries('switch.request-withdrawn')).slice(-1)[0]?.rest).toMatchObject({ account: 'theo' });
  });

  it('what is not there, is open already, or names a person in its reason is refused', async () => {
    expect(codeOf(await sophie.propose('structure:S-NOWHERE', 'closed'))).toBe('404 scope-unknown');
    expect(codeOf(await sophie.propose('everything', 'closed'))).toBe('404 scope-unknown');
    expect(codeOf(await sophie.propose(STRUCTURE, 'open'))).toBe('409 switch-is-open');
    const named = await sophie.propose(STRUCTURE, 'closed', 'Patient 1 85 05 99 123 456 07');
    expect([codeOf(named), named.body['field']]).toEqual(['422 invalid', 'reason']);
    expect(codeOf(await sophie.propose(STRUCTURE, 'closed', 'ab'))).toBe('422 invalid');
    expect(codeOf(await sophie.propose(STRUCTURE, 'closed', 'ligne\nligne'))).toBe('422 invalid');
    for (const scope of [
      'platform',
      'feeds',
      'door:identity',
      'profession:optician',
      'insurer:0999000101',
      'account:claire',
    ]) {
      expect(codeOf(await sophie.propose(scope, 'closed'))).toBe('200');
    }
  });

  it('the desk’s login moves no switch by itself and changes no signature', async () => {
    const desk = (text: string) =>
      world.sql.begin(async (tx) => {
        await tx`set local role rempart_desk`;
        await tx.unsafe(text);
      });
    for (const text of [
      `insert into switches (scope, state, reason, author) values ('platform', 'closed', 'x', 'x')`,
      `update switches set state = 'open'`,
      `delete from switches`,
      `update switch_requests set first_staff = 'theo'`,
      `delete from switch_requests`,
      `insert into staff_codes (code_hash, staff_id, expires_at) values ('x', 'theo', now() + interval '1 day')`,
      `insert into staff (id, name) values ('eve', 'Eve')`,
      `update staff_passkeys set staff_id = 'theo'`,
      `update staff_sessions set staff_id = 'theo'`,
    ]) {
      await expect(desk(text), text).rejects.toThrow(/permission denied/);
    }
  });

  it('`staff` closed: nobody enrols, looks up or verifies; who is known still closes and reopens', async () => {
    await sophie.act('staff', 'closed');
    const code = await codeFor(world, 'vera');
    await expect
      .poll(async () => codeOf(await new StaffMember(world.consoleUrl).enrol(code)))
      .toBe('503 staff-closed');
    expect(codeOf(await sophie.call('GET', '/v1/accounts/claire'))).toBe('503 staff-closed');
    expect(codeOf(await sophie.call('POST', '/v1/ledger/verification'))).toBe('503 staff-closed');
    expect(codeOf(await theo.signIn())).toBe('200');
    const asked = await sophie.propose('staff', 'open');
    await sophie.sign(asked);
    expect((await theo.second(String(asked.body['id']))).body).toEqual({ state: 'done' });
    await expect.poll(async () => codeOf(await sophie.call('GET', '/v1/accounts/claire'))).toBe('200');
  });
});

describe('what the console shows', () => {
  it('the last hour in numbers, feeds, vault and ledger; nobody’s number and no outcome of a check', async () => {
    await world.sql`select 1`;
    await expect.poll(async () => codeOf(await askAs())).toBe('200');
    await world.ask({ domain: 'OPTI' });
    const { status, body } = await sophie.call('GET', '/v1/overview');
    expect(status).toBe(200);
    const shown = body as never as Overview;
    const minutes = shown.traffic.minutes;
    expect(minutes).toHaveLength(60);
    expect(minutes.reduce((sum, { answered }) => sum + answered, 0)).toBeGreaterThan(0);
    expect(shown.traffic.refusals.map(({ code }) => code)).toContain('disconnected');
    expect(shown).toMatchObject({
      vault: 'open',
      ledger: { entries: expect.any(Number), check: { kind: 'none' } },
    });
    expect(shown.feeds).toHaveLength(4);
    expect(Date.parse(shown.ledger.signedAt)).toBeGreaterThan(Date.now() - 60_000);
    expect(JSON.stringify(body)).not.toMatch(/185059912345607|G00000000001|Aubrac/);
  });

  it('payments that need somebody: a run without its second signature, transfers without money; no account, no site', async () => {
    const payments = async () => (await sophie.call('GET', '/v1/overview')).body['payments'];
    expect(await payments()).toEqual({ late: 0, lateAdvices: [], unfinished: null });
    await insertPaymentTrouble(world.sql);
    await expect.poll(payments).toEqual({
      late: 2,
      lateAdvices: LATE_ADVICES,
      unfinished: { run: UNSIGNED_RUN, signatures: 1 },
    });
    await removePayments(world.sql);
  });

  it('an account and a structure by exact id, without anybody’s name, and who looked is entered', async () => {
    expect((await sophie.call('GET', '/v1/accounts/claire')).body).toMatchObject({
      id: 'claire',
      profession: 'pharmacist',
      structure: 'S-PHARMACIE-HALLES',
      endedOn: null,
    });
    const { body } = await sophie.call('GET', '/v1/structures/S-PHARMACIE-HALLES');
    expect(body).toMatchObject({
      accounts: [{ id: 'claire', profession: 'pharmacist' }],
      clients: [{ client: 'software-claire', revokedAt: null }],
    });
    expect(JSON.stringify(body)).not.toContain('Aubrac');
    expect((await entries('staff.looked-up')).slice(-1)[0]?.rest).toMatchObject({
      account: 'sophie',
      scope: 'structure:S-PHARMACIE-HALLES',
    });
    for (const id of ['clair', 'claire2', 'CLAIRE']) {
      expect(codeOf(await sophie.call('GET', `/v1/accounts/${id}`))).toBe('404 id-unknown');
    }
  });

  it('“verify now” runs the command beside the platform and shows what it found', async () => {
    expect(codeOf(await sophie.call('POST', '/v1/ledger/verification'))).toBe('202');
    expect(codeOf(await theo.call('POST', '/v1/ledger/verification'))).toBe('409 verification-running');
    expect((await overview(sophie)).ledger.check).toMatchObject({ kind: 'running', by: 'sophie' });
    const check = async () => (await overview(sophie)).ledger.check;
    await expect
      .poll(check, { timeout: 60_000, interval: 300 })
      .toMatchObject({ kind: 'done', ok: true, firstBad: null });
    const { entries: read } = (await check()) as { entries: number };
    expect(read).toBeGreaterThan(10);
    expect((await entries('ledger.verified')).slice(-1)[0]?.rest).toMatchObject({
      account: 'sophie',
      ok: true,
    });
    await world.sql`update ledger_entries set rest = replace(rest, 'console', 'konsole') where seq = 3`;
    await sophie.call('POST', '/v1/ledger/verification');
    await expect
      .poll(check, { timeout: 60_000, interval: 300 })
      .toMatchObject({ kind: 'done', ok: false, firstBad: 3 });
    await world.sql`update ledger_entries set rest = replace(rest, 'konsole', 'console') where seq = 3`;
  }, 130_000);
});

it('nothing of it is an internal error', () => {
  expect(world.internalErrors).toEqual([]);
});
