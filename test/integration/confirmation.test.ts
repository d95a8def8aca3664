// "Confirm that it is you" in an open session, with a passkey and through Pro Santé Connect: the vault binds the same
// browser key anew, and nothing else changes. And what is tried with it: another person's touch, an answer given twice or
// to another browser, a session that is locked, over, or being closed.

import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { walkThrough } from '../../src/demo/psc-sign-in.ts';
import { ManualClock } from '../../src/lib/clock.ts';
import { Authenticator } from '../../src/vault/passkey-fixture.ts';
import { SoftwareBrowser } from '../support/software-browser.ts';
import { beginPasskeySignIn, ceremony, register } from '../support/software-passkeys.ts';
import { type Answer, createTestWorld, eligibility, type TestWorld } from '../support/world.ts';

const MINUTE_MS = 60_000;
const NUMBERS = {
  claire: '899700210037',
  hugo: '899700210074',
  ines: '899700210111',
  nadia: '899700210222',
} as const;
type Who = keyof typeof NUMBERS;

/** Somebody at the counter, with a passkey of their own. */
type Person = { browser: SoftwareBrowser; key: Authenticator };

let clock: ManualClock;
let world: TestWorld;
let claire: Person;
let hugo: Person;
let nadia: Person;
/** All sign in before any time passes: the simulator of Pro Santé Connect lives by the real clock. */
beforeAll(async () => {
  clock = new ManualClock(Date.now());
  world = await createTestWorld({ clock, simulator: true });
  const withKey = async (who: Who) => {
    const person = { browser: await signedIn(who), key: new Authenticator() };
    expect((await register(person.browser, person.key)).status).toBe(201);
    return person;
  };
  [claire, hugo, nadia] = [await withKey('claire'), await withKey('hugo'), await withKey('nadia')];
}, 60_000);
afterAll(() => world?.close());

const evidence = {
  kind: 'member-number',
  memberNo: 'G00000000001',
  beneficiary: { nir: '185059912345607', birthDate: '19850517', birthRank: 1 },
};
const ask = (browser: SoftwareBrowser) =>
  browser.call('POST', '/v1/eligibility', { body: { ...eligibility(), evidence } });
const codeOf = ({ status, body }: Answer) => `${status} ${String(body['code'])}`;

async function byNirAlone(browser: SoftwareBrowser): Promise<string> {
  const { beneficiary } = evidence;
  const alone = { kind: 'identity-only', beneficiary, reason: 'CARD_FORGOTTEN' };
  return codeOf(
    await browser.call('POST', '/v1/eligibility', { body: { ...eligibility(), evidence: alone } }),
  );
}

async function signedIn(who: Who): Promise<SoftwareBrowser> {
  const browser = new SoftwareBrowser(world.portalUrl);
  await browser.signIn(who);
  return browser;
}

const options = (browser: SoftwareBrowser) => browser.call('POST', '/v1/session/confirmation/options');
const answer = (browser: SoftwareBrowser, body: unknown) =>
  browser.call('POST', '/v1/session/confirmation', { body });

async function touch({ browser }: Person, key: Authenticator): Promise<Answer> {
  const asked = await options(browser);
  return asked.status === 200 ? answer(browser, key.assert(ceremony(browser, asked.body))) : asked;
}

/** To Pro Santé Connect as somebody, and to the address it sends us back to (not opened yet). */
async function leaveToConfirm(browser: SoftwareBrowser, who: Who): Promise<URL> {
  const { body } = await browser.call('POST', '/v1/session/confirmation/sign-in');
  const start = new URL(String(body['redirectTo']));
  expect([start.searchParams.get('prompt'), start.searchParams.get('max_age')]).toEqual(['login', '0']);
  return walkThrough(start, `${world.portalUrl}/auth/callback`, NUMBERS[who]);
}
const comeBack = (browser: SoftwareBrowser, back: URL) => browser.comeBack(back.pathname + back.search);

type Row = { vault_session: string; grant_id: string; psc_sid: string | null };
/** What stands of somebody's living session: what a confirmation may change, and what it may not. */
async function sessionOf(account: string) {
  const [row] = await world.sql<Row[]>`
    select * from sessions where account_id = ${account} and ended_at is null`;
  if (!row) throw new Error(`${account} has no session`);
  const { vault_session: binding, grant_id: grant, psc_sid: sid, ...kept } = row;
  const { last_used_at: _touched, ...fixed } = kept as Record<string, unknown>;
  return { binding: decodeJwt(binding), grant, sid, fixed };
}
const lastEntry = async () =>
  (await world.sql`select rest from ledger_entries order by seq desc limit 1`)[0]?.['rest'];

describe('through Pro Santé Connect', () => {
  it('the same session goes on, with a newer binding and the session of that sign-in there', async () => {
    const ines = await signedIn('ines');
    const before = await sessionOf('ines');
    const cookie = ines.cookies.get(ines.session);
    const back = await leaveToConfirm(ines, 'ines');
    expect(await comeBack(ines, back)).toBe('/confirmed');
    const after = await sessionOf('ines');
    expect(ines.cookies.get(ines.session)).toBe(cookie);
    expect(after.fixed).toEqual(before.fixed);
    expect(after.grant).not.toBe(before.grant);
    expect(after.sid).not.toBe(before.sid);
    expect(JSON.parse(String(await lastEntry()))).toMatchObject({ event: 'access.confirmed', reason: 'psc' });
    expect((await ask(ines)).status).toBe(200);
    // The answer is spent with its cookie; kept and sent again it opens and confirms nothing.
    expect(await comeBack(ines, back)).toBe('/?refused=sign-in-refused');
  });

  it('another person’s sign-in confirms nothing', async () => {
    const ines = await signedIn('ines');
    const before = await sessionOf('ines');
    const back = await leaveToConfirm(ines, 'hugo');
    expect(await comeBack(ines, back)).toBe('/confirmed?refused=site-refused');
    expect(await sessionOf('ines')).toEqual(before);
    expect((await ask(ines)).status).toBe(200);
  });

  it('a sign-in that was begun to open a session confirms none, nor the other way round', async () => {
    const ines = await signedIn('ines');
    const before = await sessionOf('ines');
    const opening = await ines.leaveFor(NUMBERS.ines);
    await ines.call('POST', '/v1/session/confirmation/sign-in'); // its cookie takes the other’s place
    expect(await comeBack(ines, opening)).toBe('/confirmed?refused=sign-in-refused');
    const confirming = await leaveToConfirm(ines, 'ines');
    await ines.send('POST', '/auth/sign-in', { body: { publicKey: ines.publicKey } });
    expect(await comeBack(ines, confirming)).toBe('/?refused=sign-in-refused');
    expect(await sessionOf('ines')).toEqual(before);
  });

  it('a sign-in that Pro Santé Connect only remembers confirms nothing', async () => {
    const ines = await signedIn('ines');
    const before = await sessionOf('ines');
    clock.advance(MINUTE_MS); // whoever signs in there now did so a minute before this began
    const back = await leaveToConfirm(ines, 'ines');
    expect(await comeBack(ines, back)).toBe('/confirmed?refused=sign-in-refused');
    expect(await sessionOf('ines')).toEqual(before);
    clock.advance(-MINUTE_MS);
  });

  it('a passkey and software wait for it when the sign-in is older than ten minutes; revoking does not', async () => {
    const ines = await signedIn('ines');
    const key = new Authenticator();
    clock.advance(8 * MINUTE_MS);
    const asked = await ines.call('POST', '/v1/passkeys/options');
    clock.advance(3 * MINUTE_MS);
    const late = { label: 'Poste 1', response: key.register(ceremony(ines, asked.body)) };
    const enrol = { thumbprint: 'I'.repeat(43) };
    const codes = [
      await ines.call('POST', '/v1/passkeys', { body: late }),
      await ines.call('POST', '/v1/passkeys/options'),
      await ines.call('POST', '/v1/certificates', { body: enrol }),
      await ines.call('DELETE', `/v1/certificates/${enrol.thumbprint}`),
    ].map(codeOf);
    const fresh = '403 fresh-sign-in-required';
    expect(codes).toEqual([fresh, fresh, fresh, '404 not-found']);
    clock.advance(-11 * MINUTE_MS);
  });

  it('a session that was locked meanwhile stays locked', async () => {
    const ines = await signedIn('ines');
    const back = await leaveToConfirm(ines, 'ines');
    await world.sql`update sessions set last_used_at = last_used_at - interval '16 minutes' where account_id = 'ines'`;
    expect(await comeBack(ines, back)).toBe('/confirmed?refused=session-locked');
  });

  it('a session that was closed meanwhile stays closed', async () => {
    const ines = await signedIn('ines');
    const back = await leaveToConfirm(ines, 'ines');
    await world.sql`insert into switches (scope, state, reason, author)
                    values ('account:ines', 'closed', 'test', 'sophie')`;
    expect(await comeBack(ines, back)).toBe('/confirmed?refused=session-ended');
    expect((await ines.get('/v1/session')).body).toEqual({ state: 'none', because: 'closed' });
    await world.sql`delete from switches where scope = 'account:ines'`;
    expect((await ines.get('/v1/session')).body).toMatchObject({ state: 'none' });
  });
});

describe('with a passkey', () => {
  it('the same session gets a newer binding, its own entry, and nothing else', async () => {
    const before = await sessionOf('claire');
    clock.advance(5_000);
    expect((await touch(claire, claire.key)).status).toBe(200);
    const after = await sessionOf('claire');
    expect(after.fixed).toEqual(before.fixed); // account, key, cookie, opened_at, ends_at
    expect(after.sid).toBe(before.sid);
    expect(after.binding.iat).toBe(Number(before.binding.iat) + 5);
    expect(after.binding['cnf']).toEqual(before.binding['cnf']);
    expect(after.binding.sub).toBe('claire');
    expect(after.grant).not.toBe(before.grant);
    expect(JSON.parse(String(await lastEntry()))).toMatchObject({
      event: 'access.confirmed',
      account: 'claire',
      grant: after.grant,
      reason: 'passkey',
    });
    expect((await ask(claire.browser)).status).toBe(200);
  });

  it('what needs a sign-in of ten minutes is refused before, and answered after', async () => {
    const { browser, key } = claire;
    expect(await byNirAlone(browser)).toBe('200 200');
    clock.advance(11 * MINUTE_MS);
    expect(await byNirAlone(browser)).toBe('403 fresh-sign-in-required');
    expect((await ask(browser)).status).toBe(200); // with the member number nothing is asked for
    expect((await touch(claire, key)).status).toBe(200);
    expect(await byNirAlone(browser)).toBe('200 200');
    clock.advance(11 * MINUTE_MS);
    expect(await byNirAlone(browser)).toBe('403 fresh-sign-in-required');
  });

  it('is asked for the passkeys of the session’s own person alone', async () => {
    const { body } = await options(claire.browser);
    expect(body['allowCredentials']).toEqual([{ id: claire.key.id, type: 'public-key' }]);
  });

  it('another person’s touch confirms nothing, nor does one that names the owner’s key', async () => {
    const stranger = hugo.key;
    const before = await sessionOf('claire');
    expect(codeOf(await touch(claire, stranger))).toBe('401 passkey-refused');
    const { body } = await options(claire.browser);
    const named = {
      ...stranger.assert(ceremony(claire.browser, body)),
      id: claire.key.id,
      rawId: claire.key.id,
    };
    expect(codeOf(await answer(claire.browser, named))).toBe('401 passkey-refused');
    expect(await sessionOf('claire')).toEqual(before);
  });

  it('one answer counts once, and none without a question', async () => {
    const { body } = await options(claire.browser);
    const response = claire.key.assert(ceremony(claire.browser, body));
    expect((await answer(claire.browser, response)).status).toBe(200);
    const before = await sessionOf('claire');
    expect(codeOf(await answer(claire.browser, response))).toBe('401 passkey-refused');
    await options(claire.browser);
    expect(codeOf(await answer(claire.browser, response))).toBe('401 passkey-refused');
    expect(await sessionOf('claire')).toEqual(before);
  });

  it('an answer that was given in another browser, or to unlock, confirms nothing', async () => {
    const before = await sessionOf('claire');
    const elsewhere = new SoftwareBrowser(world.portalUrl);
    const foreign = claire.key.assert(ceremony(elsewhere, await beginPasskeySignIn(elsewhere)));
    await options(claire.browser);
    expect(codeOf(await answer(claire.browser, foreign))).toBe('401 passkey-refused');
    const unlock = await claire.browser.call('POST', '/v1/session/unlock/options');
    await options(claire.browser);
    const woken = claire.key.assert(ceremony(claire.browser, unlock.body));
    expect(codeOf(await answer(claire.browser, woken))).toBe('401 passkey-refused');
    expect(await sessionOf('claire')).toEqual(before);
  });

  it('an answer of five minutes ago is too late', async () => {
    const { body } = await options(claire.browser);
    const response = claire.key.assert(ceremony(claire.browser, body));
    clock.advance(5 * MINUTE_MS + 1_000);
    expect(codeOf(await answer(claire.browser, response))).toBe('401 passkey-refused');
  });

  it('the cookie alone begins nothing', async () => {
    const { headers, status } = await fetch(`${world.portalUrl}/v1/session/confirmation/options`, {
      method: 'POST',
      headers: { cookie: `${claire.browser.session}=${claire.browser.cookies.get(claire.browser.session)}` },
    });
    expect(status).toBe(401);
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  });
});

describe('a session that is not open', () => {
  /** Time has passed since the person last asked anything. */
  const usedAt = (account: string, ms: number) =>
    world.sql`update sessions set last_used_at = to_timestamp(${ms}::float8 / 1000) where account_id = ${account}`;

  it('is not confirmed by an answer that was under way when its scope was closed', async () => {
    const { browser, key } = hugo;
    await usedAt('hugo', clock.nowMs());
    const { body } = await options(browser);
    const closing = await world.sql.reserve();
    await closing`begin`;
    await closing`insert into switches (scope, state, reason, author)
                  values ('account:hugo', 'closed', 'test', 'sophie')`; // ends the session in the same write
    const answered = answer(browser, key.assert(ceremony(browser, body)));
    const entered = async () => JSON.parse(String(await lastEntry()));
    await expect.poll(entered).toMatchObject({ event: 'access.confirmed', account: 'hugo' });
    await closing`commit`;
    closing.release();
    expect(codeOf(await answered)).toBe('401 session-ended');
    await world.sql`delete from switches where scope = 'account:hugo'`;
    expect((await browser.get('/v1/session')).body).toEqual({ state: 'none', because: 'closed' });
  });

  it('is not woken: locked, it is unlocked first', async () => {
    const { browser, key } = nadia;
    await usedAt('nadia', clock.nowMs());
    const { body } = await options(browser);
    const response = key.assert(ceremony(browser, body));
    await usedAt('nadia', clock.nowMs() - 16 * MINUTE_MS);
    expect(codeOf(await options(browser))).toBe('401 session-locked');
    expect(codeOf(await answer(browser, response))).toBe('401 session-locked');
  });

  it('is not confirmed after its four hours, and confirming moved their end nowhere', async () => {
    const { fixed } = await sessionOf('claire');
    const endsAtMs = (fixed['ends_at'] as Date).getTime();
    while (clock.nowMs() + 12 * MINUTE_MS < endsAtMs) {
      clock.advance(12 * MINUTE_MS);
      expect((await touch(claire, claire.key)).status).toBe(200);
    }
    expect((await sessionOf('claire')).fixed).toEqual(fixed);
    clock.advance(12 * MINUTE_MS);
    expect(codeOf(await touch(claire, claire.key))).toBe('401 session-ended');
  });
});
