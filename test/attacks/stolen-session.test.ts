// A portal session that was copied, forced upon somebody, or called from elsewhere: cookie without key, key without
// cookie, a call recorded and sent again, a copied browser profile. Each fails closed, and no door is opened.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SoftwareBrowser } from '../support/software-browser.ts';
import { type Answer, createTestWorld, eligibility, type TestWorld } from '../support/world.ts';

const CLAIRE = '899700210037';

let world: TestWorld;
beforeAll(async () => {
  world = await createTestWorld({ simulator: true });
}, 60_000);
afterAll(() => world?.close());

const evidence = {
  kind: 'member-number',
  memberNo: 'G00000000001',
  beneficiary: { nir: '185059912345607', birthDate: '19850517', birthRank: 1 },
};
const question = () => ({ ...eligibility(), evidence });
const ask = (browser: SoftwareBrowser, body: unknown = question()) =>
  browser.call('POST', '/v1/eligibility', { body });
const codeOf = ({ status, body }: Answer) => `${status} ${String(body['code'])}`;
const doors = async () => (await world.vault.call('openedSince', { after: 0 })).out.numbers.length;
const stateOf = async (browser: SoftwareBrowser) => (await browser.get('/v1/session')).body['state'];
const reasons = () =>
  world.sql<{ account: string; reason: string }[]>`
    select rest::jsonb->>'account' as account, rest::jsonb->>'reason' as reason from ledger_entries
    where rest::jsonb->>'event' = 'access.ended' order by seq`;

async function signedIn(account = 'claire'): Promise<SoftwareBrowser> {
  const browser = new SoftwareBrowser(world.portalUrl);
  await browser.signIn(account);
  return browser;
}

describe('an honest session', () => {
  it('opens through Pro Santé Connect, asks, and signs out', async () => {
    const browser = new SoftwareBrowser(world.portalUrl);
    expect(await stateOf(browser)).toBe('none');
    await browser.signIn('claire');
    const { body } = await browser.get('/v1/session');
    expect(body).toMatchObject({
      state: 'open',
      who: { name: 'Claire Aubrac' },
      account: { accountId: 'claire', profession: 'pharmacist', structure: { name: 'Pharmacie des Halles' } },
    });
    const before = await doors();
    const answer = await ask(browser);
    expect([answer.status, answer.body['code']]).toEqual([200, '200']);
    expect(await doors()).toBe(before + 1);
    const { body: today } = await browser.call('GET', '/v1/lookups');
    expect(today['lookups']).toMatchObject([
      { domain: 'PHAR', code: '200', receiptIndex: expect.any(Number) },
    ]);
    expect(JSON.stringify(today)).not.toContain(evidence.beneficiary.nir);
    const out = await browser.call('DELETE', '/v1/session');
    expect(String(out.body['redirectTo'])).toContain('/protocol/openid-connect/logout');
    expect(await stateOf(browser)).toBe('none');
  });

  it('asks for one of several structures, and only for that one', async () => {
    const browser = new SoftwareBrowser(world.portalUrl);
    const back = await browser.leaveFor('899700210148'); // Lucien works at two pharmacies
    await browser.comeBack(back.pathname + back.search);
    const { body } = await browser.get('/v1/session');
    expect(body).toMatchObject({ state: 'choose-structure', structures: [{}, {}] });
    expect(codeOf(await ask(browser))).toBe('401 session-ended'); // nothing is open yet
    const foreign = { body: { accountId: 'claire' } };
    expect(codeOf(await browser.call('POST', '/v1/session/structure', foreign))).toBe('403 site-refused');
    await browser.call('POST', '/v1/session/structure', { body: { accountId: 'lucien-quai' } });
    expect((await ask(browser)).status).toBe(200);
    const other = { ...question(), structureId: 'S-PHARMACIE-MOULIN' };
    expect(codeOf(await ask(browser, other))).toBe('403 structure-mismatch');
  });

  it('one person has one session at one site: a second sign-in ends the first and says so', async () => {
    const first = await signedIn('hugo');
    const second = await signedIn('hugo');
    expect((await first.get('/v1/session')).body).toMatchObject({ state: 'none', because: 'replaced' });
    expect((await ask(second)).status).toBe(200);
  });
});

describe('half of a session', () => {
  it('the cookie without the key opens nothing, and costs its owner nothing', async () => {
    const claire = await signedIn();
    await claire.renew();
    const thief = new SoftwareBrowser(world.portalUrl);
    thief.cookies = new Map(claire.cookies);
    thief.nonces = [...claire.nonces]; // and even her nonces
    const before = await doors();
    expect(codeOf(await ask(thief))).toBe('401 proof-required');
    expect(codeOf(await thief.renew())).toBe('401 proof-required');
    expect(codeOf(await thief.send('POST', '/v1/eligibility', { body: question() }))).toBe(
      '401 proof-required',
    );
    expect(codeOf(await thief.send('DELETE', '/v1/session'))).toBe('401 proof-required');
    expect(await doors()).toBe(before);
    expect((await ask(claire)).status).toBe(200);
  });

  it('who has the cookie cannot keep its owner from getting nonces', async () => {
    const claire = await signedIn();
    const { body } = await claire.get('/v1/session');
    const thief = new SoftwareBrowser(world.portalUrl);
    thief.cookies = new Map(claire.cookies);
    for (let i = 0; i < 20; i += 1) await thief.get('/v1/session');
    const proof = claire.proof('POST', '/v1/session/nonces', String(body['challenge']));
    expect((await claire.send('POST', '/v1/session/nonces', { proof })).status).toBe(200);
    expect(codeOf(await claire.send('POST', '/v1/session/nonces', { proof }))).toBe('401 nonce-unknown'); // once
  });

  it('the key without the cookie opens nothing', async () => {
    const claire = await signedIn();
    await claire.renew();
    const [nonce = ''] = claire.nonces;
    const body = question();
    const proof = claire.proof('POST', '/v1/eligibility', nonce, body);
    const before = await doors();
    expect(codeOf(await claire.send('POST', '/v1/eligibility', { body, proof, cookie: null }))).toBe(
      '401 session-ended',
    );
    expect(
      codeOf(await claire.send('POST', '/v1/eligibility', { body, proof, cookie: 'A'.repeat(43) })),
    ).toBe('401 session-ended');
    expect(await doors()).toBe(before);
  });

  it.each([
    ['body', { body: { ...question(), careDate: '2026-11-19' } }],
    ['path', { path: '/v1/eligibility?x=1' }],
    ['method', { method: 'PUT' }],
  ])('a signature is for its own %s alone', async (_what, changed: Record<string, unknown>) => {
    const claire = await signedIn();
    await claire.renew();
    const body = question();
    const proof = claire.proof('POST', '/v1/eligibility', claire.nonces[0] ?? '', body);
    const method = String(changed['method'] ?? 'POST');
    const path = String(changed['path'] ?? '/v1/eligibility');
    const answer = await claire.send(method, path, { body: changed['body'] ?? body, proof });
    expect(codeOf(answer)).toBe(method === 'PUT' ? '404 not-found' : '401 proof-required');
  });

  it('two cookies of one name are none: nobody chooses which counts', async () => {
    const claire = await signedIn();
    await claire.renew();
    const body = question();
    const proof = claire.proof('POST', '/v1/eligibility', claire.nonces[0] ?? '', body);
    const name = '__Host-rempart-session';
    const headers = { cookie: `${name}=${claire.cookies.get(name)}; ${name}=other` };
    expect(codeOf(await claire.send('POST', '/v1/eligibility', { body, proof, cookie: null, headers }))).toBe(
      '401 session-ended',
    );
  });
});

describe('a recorded call, a copied profile', () => {
  it('a call sent again ends the session for both, and that is in the ledger', async () => {
    const claire = await signedIn();
    await claire.renew();
    const body = question();
    const proof = claire.proof('POST', '/v1/eligibility', claire.nonces.shift() ?? '', body);
    expect((await claire.send('POST', '/v1/eligibility', { body, proof })).status).toBe(200);
    const before = await doors();
    expect(codeOf(await claire.send('POST', '/v1/eligibility', { body, proof }))).toBe('401 session-ended');
    expect(await doors()).toBe(before);
    expect((await claire.get('/v1/session')).body).toMatchObject({
      state: 'none',
      because: 'nonce-replayed',
    });
    expect((await reasons()).at(-1)).toEqual({ account: 'claire', reason: 'nonce-replayed' });
    const metrics = await (await fetch(world.metricsUrl())).text();
    expect(metrics).toMatch(/^rempart_sessions_copied_total [1-9]/m); // what an alarm is set on
  });

  it('a copied profile is noticed at its first parallel use', async () => {
    const claire = await signedIn();
    await claire.renew();
    const copy = claire.copy();
    expect((await ask(copy)).status).toBe(200); // alone, it is the browser
    expect(codeOf(await ask(claire))).toBe('401 session-ended');
    expect(codeOf(await ask(copy))).toBe('401 session-ended');
  });

  it('also when the copy fetches nonces of its own', async () => {
    const claire = await signedIn();
    await claire.renew();
    const copy = claire.copy();
    await copy.renew();
    expect(codeOf(await ask(claire))).toBe('401 session-ended');
    expect((await ask(copy)).status).toBe(401);
  });

  it('an answer that was lost is asked for again with a nonce of its own, and given once', async () => {
    const claire = await signedIn();
    const body = question();
    const first = await ask(claire, body);
    const before = await doors();
    expect((await ask(claire, body)).body).toEqual(first.body);
    expect(await doors()).toBe(before);
  });
});

describe('signing in for somebody else', () => {
  it('the cookie of before is worth nothing after signing in (session fixation)', async () => {
    const victim = new SoftwareBrowser(world.portalUrl);
    const planted = 'A'.repeat(43);
    victim.cookies.set('__Host-rempart-session', planted);
    await victim.signIn('ines');
    expect(victim.cookies.get('__Host-rempart-session')).not.toBe(planted);
    const attacker = new SoftwareBrowser(world.portalUrl);
    attacker.cookies.set('__Host-rempart-session', planted);
    expect(await stateOf(attacker)).toBe('none');
  });

  it('a sign-in finished in another browser than it was begun in is refused', async () => {
    const attacker = new SoftwareBrowser(world.portalUrl);
    const back = await attacker.leaveFor(CLAIRE);
    const victim = new SoftwareBrowser(world.portalUrl);
    expect(await victim.comeBack(back.pathname + back.search)).toBe('/?refused=sign-in-refused');
    await victim.leaveFor(CLAIRE); // even one that is under way itself
    expect(await victim.comeBack(back.pathname + back.search)).toBe('/?refused=sign-in-refused');
  });

  it('a code that was used is used up', async () => {
    const browser = new SoftwareBrowser(world.portalUrl);
    const back = await browser.leaveFor(CLAIRE);
    const flow = new Map(browser.cookies);
    expect(await browser.comeBack(back.pathname + back.search)).toBe('/');
    browser.cookies = flow;
    expect(await browser.comeBack(back.pathname + back.search)).toBe('/?refused=sign-in-refused');
  });

  it('an answer of another issuer is refused, whatever its code (mix-up)', async () => {
    for (const iss of ['https://evil.example', '', world.psc.issuer.replace('wallet', 'wa11et')]) {
      const browser = new SoftwareBrowser(world.portalUrl);
      const back = await browser.leaveFor(CLAIRE);
      back.searchParams.set('iss', iss);
      expect(await browser.comeBack(back.pathname + back.search)).toBe('/?refused=sign-in-refused');
    }
  });

  it('another state, no state, no code, an error: refused', async () => {
    for (const change of [
      (url: URL) => url.searchParams.set('state', 'other'),
      (url: URL) => url.searchParams.delete('state'),
      (url: URL) => url.searchParams.delete('code'),
      (url: URL) => url.searchParams.append('code', 'second'),
      (url: URL) => {
        url.search = `?error=access_denied&state=${url.searchParams.get('state')}`;
      },
    ]) {
      const browser = new SoftwareBrowser(world.portalUrl);
      const back = await browser.leaveFor(CLAIRE);
      change(back);
      expect(await browser.comeBack(back.pathname + back.search)).toBe('/?refused=sign-in-refused');
    }
  });

  it('somebody whose activities all ended yesterday cannot sign in; who was in is out', async () => {
    const marc = await signedIn('marc');
    await world.sql`update activities set ended_on = current_date - 1 where account_id = 'marc'`;
    expect(codeOf(await ask(marc, { ...question(), domain: 'OPTI' }))).toBe('401 session-ended');
    const browser = new SoftwareBrowser(world.portalUrl);
    const back = await browser.leaveFor('899700210185');
    expect(await browser.comeBack(back.pathname + back.search)).toBe('/?refused=site-refused');
    await world.sql`update activities set ended_on = null where account_id = 'marc'`;
  });

  it('an account that was idle for 90 days is closed', async () => {
    await world.sql`update activities set begun_on = current_date - 200, last_used_on = current_date - 91
                    where account_id = 'amel'`;
    const browser = new SoftwareBrowser(world.portalUrl);
    const back = await browser.leaveFor('899700210370');
    expect(await browser.comeBack(back.pathname + back.search)).toBe('/?refused=account-idle');
  });
});

describe('from another site', () => {
  it('a call of another origin, or by another name, is refused before anything else', async () => {
    const claire = await signedIn();
    for (const headers of [{ origin: 'https://evil.example' }, { origin: 'null' }]) {
      expect(codeOf(await claire.call('POST', '/v1/eligibility', { body: question(), headers }))).toBe(
        '403 origin-refused',
      );
      const start = { body: { publicKey: claire.publicKey }, headers };
      expect(codeOf(await claire.send('POST', '/auth/sign-in', start))).toBe('403 origin-refused');
    }
    const elsewhere = world.portalUrl.replace('localhost', '127.0.0.1');
    expect((await fetch(`${elsewhere}/v1/session`)).status).toBe(403);
  });

  it('a form of another site cannot be made to look like a call', async () => {
    const claire = await signedIn();
    const before = await doors();
    const response = await fetch(`${world.portalUrl}/v1/eligibility`, {
      method: 'POST',
      headers: { cookie: `__Host-rempart-session=${claire.cookies.get('__Host-rempart-session')}` },
      body: new URLSearchParams({ amcNo: '0999000101' }),
    });
    expect(response.status).toBe(415);
    expect(await doors()).toBe(before);
  });

  it('a 401 says what is missing: a token for machines, a signed call for browsers (RFC 9110)', async () => {
    const asked = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' };
    const { headers } = await fetch(`${world.portalUrl}/v1/eligibility`, asked);
    expect(headers.get('www-authenticate')).toBe('Session-Proof');
    expect((await world.send('/v1/ping', { token: null })).asksFor).toBe('Bearer');
  });

  it('no page and no answer may be framed, sniffed or cached, and cookies stay where they belong', async () => {
    const paths = ['/', '/v1/session', '/auth/callback', '/nowhere', '/v1/nowhere'];
    for (const path of paths) {
      const { headers } = await fetch(`${world.portalUrl}${path}`, { redirect: 'manual' });
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(headers.get('content-security-policy')).not.toContain('unsafe');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
    }
    const browser = new SoftwareBrowser(world.portalUrl);
    const back = await browser.leaveFor(CLAIRE);
    const { headers } = await fetch(back, {
      redirect: 'manual',
      headers: { cookie: [...browser.cookies].map((pair) => pair.join('=')).join('; ') },
    });
    const [cleared, session] = headers.getSetCookie();
    expect(cleared).toContain('Max-Age=0');
    expect(session).toMatch(/^__Host-rempart-session=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Strict$/);
  });

  it('the way back leads to our own pages only, whatever the address says (open redirect)', async () => {
    for (const query of [
      '?redirect=https://evil.example',
      '?next=//evil.example',
      '?code=x&state=y&to=/\\evil',
    ]) {
      const browser = new SoftwareBrowser(world.portalUrl);
      await browser.leaveFor(CLAIRE);
      expect(await browser.comeBack(`/auth/callback${query}`)).toBe('/?refused=sign-in-refused');
    }
  });
});

describe('what closes a session from outside', () => {
  it('closing a structure ends its sessions in the same write, and none survives the reopening', async () => {
    const ines = await signedIn('ines');
    await world.sql`insert into switches (scope, state, reason, author)
                    values ('structure:S-PHARMACIE-QUAI', 'closed', 'test', 'sophie')`;
    expect((await ines.get('/v1/session')).body).toMatchObject({ state: 'none', because: 'closed' });
    const browser = new SoftwareBrowser(world.portalUrl);
    const atOnce = await browser.leaveFor('899700210111');
    expect(await browser.comeBack(atOnce.pathname + atOnce.search)).toBe('/?refused=disconnected');
    await expect
      .poll(async () => {
        const back = await browser.leaveFor('899700210111');
        return browser.comeBack(back.pathname + back.search);
      })
      .toBe('/?refused=disconnected');
    await world.sql`delete from switches`;
    expect(codeOf(await ask(ines))).toBe('401 session-ended');
  });

  it('signing out of Pro Santé Connect ends it; a forged word of that does not', async () => {
    const claire = await signedIn();
    await claire.renew();
    const forged = { logout_token: 'eyJhbGciOiJub25lIn0.eyJzaWQiOiJ4In0.' };
    const response = await fetch(`${world.portalUrl}/auth/backchannel-logout`, {
      method: 'POST',
      body: new URLSearchParams(forged),
    });
    expect(response.status).toBe(401);
    expect(await stateOf(claire)).toBe('open');
  });

  it('a locked vault opens no session and no door', async () => {
    const claire = await signedIn();
    await world.vault.call('lock', { by: 'sophie', reason: 'test' });
    expect(codeOf(await ask(claire))).toBe('503 disconnected');
    const browser = new SoftwareBrowser(world.portalUrl);
    const back = await browser.leaveFor(CLAIRE);
    expect(await browser.comeBack(back.pathname + back.search)).toBe('/?refused=disconnected');
    await world.unlock();
    expect((await ask(claire)).status).toBe(200);
  });
});
