// A certificate without a person, a person without a certificate, tokens that were copied, forged, kept too long or
// outlived what they stood for: each is refused by the running platform, and no door is opened (CONTRACT.md 3.1).

import { generateKeyPairSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Agent } from 'node:https';
import { decodeJwt, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exchangeRequest } from '../../src/cli/sign-in.ts';
import { signedIn } from '../../src/demo/psc-world.ts';
import { ManualClock } from '../../src/lib/clock.ts';
import { type Answer, createTestWorld, eligibility, httpsCall, type TestWorld } from '../support/world.ts';

const MINUTE_MS = 60_000;
const CLAIRE = { id: 'claire', number: '899700210037', structure: 'S-PHARMACIE-HALLES' };
const HUGO = { id: 'hugo', structure: 'S-PHARMACIE-GARE' };

let clock: ManualClock;
let world: TestWorld;
beforeAll(async () => {
  clock = new ManualClock(Date.now());
  world = await createTestWorld({ clock });
});
afterAll(() => world.close());

const evidence = {
  kind: 'member-number',
  memberNo: 'G00000000001',
  beneficiary: { nir: '185059912345607', birthDate: '19850517', birthRank: 1 },
};
const ask = (sending: Parameters<TestWorld['send']>[1]) =>
  world.send('/v1/eligibility', { body: { ...eligibility(), evidence: { ...evidence } }, ...sending });
const codeOf = ({ status, body }: Answer) => `${status} ${String(body['code'])}`;
const doors = async () => (await world.vault.call('openedSince', { after: 0 })).out.numbers.length;

/** Time passes; then the switchboard is read once more, without which nothing is answered. */
async function later(ms: number): Promise<void> {
  clock.advance(ms);
  await expect.poll(async () => (await ask({ as: HUGO.id })).status).toBe(200);
}

async function tokensOf(account: string): Promise<{ access: string; refresh: string }> {
  const { status, body } = await world.signIn(account);
  expect(status).toBe(200);
  return { access: String(body['access_token']), refresh: String(body['refresh_token']) };
}

const exchange = async (
  overrides: Record<string, unknown>,
  { as = CLAIRE.id, number = CLAIRE.number }: { as?: string; number?: string } = {},
) => {
  const subject = await signedIn(world.psc, number, clock.nowMs());
  const body = { ...exchangeRequest(subject, CLAIRE.structure), ...overrides };
  return world.send('/v1/token', { as, token: null, body });
};

describe('either identity alone', () => {
  it('a certificate without a token is refused before the body is looked at', async () => {
    const before = await doors();
    expect(codeOf(await ask({ token: null }))).toBe('401 token-required');
    expect(codeOf(await world.send('/v1/eligibility', { token: null, body: 'nonsense' }))).toBe(
      '401 token-required',
    );
    expect(await doors()).toBe(before);
  });

  it('a token without a certificate is refused', async () => {
    const { access } = await tokensOf('claire');
    const before = await doors();
    expect(codeOf(await ask({ as: null, token: access }))).toBe('401 certificate-required');
    expect(await doors()).toBe(before);
  });

  it('both together get an answer', async () => {
    const { access } = await tokensOf('claire');
    const before = await doors();
    expect((await ask({ token: access })).status).toBe(200);
    expect(await doors()).toBe(before + 1);
  });
});

describe('a copied token', () => {
  it('is worth nothing over another certificate, nor is its refresh token', async () => {
    const { access, refresh } = await tokensOf('claire');
    expect(codeOf(await ask({ as: HUGO.id, token: access }))).toBe('401 token-invalid');
    const body = { grant_type: 'refresh_token', refresh_token: refresh };
    expect(codeOf(await world.send('/v1/token', { as: HUGO.id, token: null, body }))).toBe(
      '401 token-invalid',
    );
  });

  it('is worth nothing after five minutes, and its refresh token nothing after four hours', async () => {
    const { access, refresh } = await tokensOf('claire');
    expect((await ask({ token: access })).status).toBe(200);
    await later(5 * MINUTE_MS);
    expect(codeOf(await ask({ token: access }))).toBe('401 token-invalid');
    const renew = () =>
      world.send('/v1/token', { token: null, body: { grant_type: 'refresh_token', refresh_token: refresh } });
    const renewed = await renew();
    expect((await ask({ token: String(renewed.body['access_token']) })).status).toBe(200);
    await later(4 * 60 * MINUTE_MS);
    expect(codeOf(await renew())).toBe('401 token-invalid');
  });

  it('is worth nothing once its holder has signed out', async () => {
    const { access, refresh } = await tokensOf('claire');
    expect((await ask({ token: access })).status).toBe(200);
    const gone = await world.send('/v1/token/revocation', { token: null, body: { token: refresh } });
    expect(gone.status).toBe(200);
    expect(codeOf(await ask({ token: access }))).toBe('401 token-invalid');
    const body = { grant_type: 'refresh_token', refresh_token: refresh };
    expect(codeOf(await world.send('/v1/token', { token: null, body }))).toBe('401 token-invalid');
    const [row] =
      await world.sql`select member_view from ledger_entries where rest like '{"event":"access.ended"%'`;
    expect(row).toBeDefined();
  });
});

describe('where no door is asked for, and the vault is not', () => {
  const ping = (token: string, as = CLAIRE.id) => world.send('/v1/ping', { as, token });

  it('a copied token is worth nothing over another certificate', async () => {
    const { access } = await tokensOf('claire');
    expect((await ping(access)).status).toBe(200);
    expect(codeOf(await ping(access, HUGO.id))).toBe('401 token-invalid');
    const { access: neighbours } = await tokensOf('ines'); // the same pharmacy, another machine
    expect((await ping(neighbours, 'ines')).status).toBe(200);
    expect(codeOf(await ping(neighbours, 'lucien-quai'))).toBe('401 token-invalid');
  });

  it('one of the future (the clock was put back) is worth nothing, nor one that is over, known or not', async () => {
    const { access } = await tokensOf('claire');
    const unseen = await tokensOf('claire');
    expect((await ping(access)).status).toBe(200);
    clock.advance(-MINUTE_MS);
    expect(codeOf(await ping(access))).toBe('401 token-invalid');
    clock.advance(MINUTE_MS);
    expect((await ping(access)).status).toBe(200);
    clock.advance(5 * MINUTE_MS);
    expect(codeOf(await ping(access))).toBe('401 token-invalid');
    expect(codeOf(await ping(unseen.access))).toBe('401 token-invalid');
    await later(0);
  });
});

describe('an attempt', () => {
  const refusedEntries = async (client: string, code: string) => {
    const rows = await world.sql`select rest from ledger_entries where rest like '{"event":"call.refused"%'`;
    return rows.filter(({ rest }) => {
      const said = JSON.parse(String(rest)) as { client: string; code: string };
      return said.client === client && said.code === code;
    }).length;
  };

  it('with a stolen token leaves an entry under the name of the client that presented it', async () => {
    const { access } = await tokensOf('claire');
    const before = await refusedEntries('software-nadia', 'token-invalid');
    expect(codeOf(await ask({ as: 'nadia', token: access }))).toBe('401 token-invalid');
    expect(codeOf(await ask({ as: 'nadia', token: null }))).toBe('401 token-required');
    expect(await refusedEntries('software-nadia', 'token-invalid')).toBe(before + 1);
    expect(await refusedEntries('software-nadia', 'token-required')).toBe(1);
  });

  it('to repeat what another person was answered, on the same machine, is a question of one’s own', async () => {
    // Two people at the quay, one certificate: Inès's software also serves Lucien.
    const [ines, lucien] = ['ines', 'lucien-quai'];
    const subject = await signedIn(world.psc, '899700210148', clock.nowMs());
    const body = exchangeRequest(subject, 'S-PHARMACIE-QUAI');
    const answer = await world.send('/v1/token', { as: ines, token: null, body });
    const his = String(answer.body['access_token']);
    const asked = { ...eligibility(), evidence };
    const before = await doors();
    const first = await world.send('/v1/eligibility', { as: ines, body: asked });
    const second = await world.send('/v1/eligibility', { as: ines, token: his, body: asked });
    const again = await world.send('/v1/eligibility', { as: ines, body: asked });
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(second.body['receipt']).not.toEqual(first.body['receipt']);
    expect(again.body).toEqual(first.body);
    expect(await doors()).toBe(before + 2);
    const rows =
      await world.sql`select rest from ledger_entries where rest like ${`%"account":"${lucien}"%`}`;
    expect(rows.length).toBeGreaterThan(0);
  });

  it('to sign in without end is stopped, and the switchboard is read all the while', async () => {
    const codes = new Set<string>();
    for (let i = 0; i < 70; i += 1)
      codes.add(codeOf(await exchange({}, { as: 'paul', number: '899700210259' })));
    expect(codes).toEqual(new Set(['403 site-refused'])); // another's site costs nothing
    const own = { structure: 'S-CABINET-DENTAIRE-QUAI' };
    const results = await Promise.all(
      Array.from({ length: 70 }, () => exchange(own, { as: 'paul', number: '899700210259' })),
    );
    expect(results.filter(({ status }) => status === 200).length).toBe(60);
    expect(results.filter(({ status }) => status === 429).length).toBe(10);
    await later(60_000);
    expect((await exchange(own, { as: 'paul', number: '899700210259' })).status).toBe(200);
  });
});

describe('a cut', () => {
  it.each(['platform', 'structure:S-PHARMACIE-HALLES', 'account:claire', 'client:software-claire'])(
    'of %s reaches signing in and renewing, and signing out still works',
    async (scope) => {
      const { refresh } = await tokensOf('claire');
      await world.sql`insert into switches (scope, state, reason, author) values (${scope}, 'closed', 'drill', 'sophie')`;
      const renew = () =>
        world.send('/v1/token', {
          token: null,
          body: { grant_type: 'refresh_token', refresh_token: refresh },
        });
      await expect
        .poll(async () => codeOf(await renew()), { timeout: 1_000, interval: 50 })
        .toBe('503 disconnected');
      expect(codeOf(await world.signIn('claire'))).toBe('503 disconnected');
      const out = await world.send('/v1/token/revocation', { token: null, body: { token: refresh } });
      expect(out.status).toBe(200);
      await world.sql`delete from switches`;
      await expect
        .poll(async () => codeOf(await renew()), { timeout: 1_000, interval: 50 })
        .toBe('401 token-invalid');
    },
  );
});

describe('a forged token', () => {
  const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const forged = async (claims: Record<string, unknown> = {}) => {
    const { access } = await tokensOf('claire');
    const payload = { ...decodeJwt(access), ...claims };
    return new SignJWT(payload).setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' }).sign(key);
  };
  it.each<[string, () => Promise<string>]>([
    ['signed by somebody else', () => forged()],
    ['for ever', () => forged({ exp: 4_102_444_800 })],
    ['of Pro Santé Connect itself', () => signedIn(world.psc, CLAIRE.number, clock.nowMs())],
    ['without a signature', async () => `${(await forged()).split('.').slice(0, 2).join('.')}.`],
    ['of letters', async () => 'claire'],
  ])('%s opens nothing', async (_, token) => {
    const before = await doors();
    expect(codeOf(await ask({ token: await token() }))).toBe('401 token-invalid');
    expect(await doors()).toBe(before);
  });
});

describe('a sign-in', () => {
  it('at a site where this person does not work, or that this client does not serve, is refused', async () => {
    expect(codeOf(await exchange({ structure: HUGO.structure }))).toBe('403 site-refused');
    expect(codeOf(await exchange({}, { as: HUGO.id }))).toBe('403 site-refused');
  });

  it('that is not Pro Santé Connect’s, or is old, is refused', async () => {
    expect(codeOf(await exchange({ subject_token: (await tokensOf('claire')).access }))).toBe(
      '401 sign-in-refused',
    );
    const old = await signedIn(world.psc, CLAIRE.number, clock.nowMs() - 10 * MINUTE_MS);
    expect(codeOf(await exchange({ subject_token: old }))).toBe('401 sign-in-refused');
  });

  it('with a field that comes twice, or none, is refused in words', async () => {
    const subject = await signedIn(world.psc, CLAIRE.number, clock.nowMs());
    const form = new URLSearchParams(exchangeRequest(subject, CLAIRE.structure));
    const send = (text: string) =>
      world.send('/v1/token', {
        token: null,
        raw: Buffer.from(text),
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      });
    expect((await send(form.toString())).status).toBe(200); // a form as OAuth has it
    expect(codeOf(await send(`${form}&structure=${HUGO.structure}`))).toBe('422 invalid');
    expect(codeOf(await send(''))).toBe('422 invalid');
    expect(codeOf(await exchange({ structure: undefined }))).toBe('422 invalid');
  });

  it('does not open the check to a form, nor to an insurer', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await ask({ raw: Buffer.from('domain=PHAR'), headers })).status).toBe(415);
    expect(codeOf(await ask({ as: '0999000101-emetteur' }))).toBe('403 wrong-role');
    const body = exchangeRequest('x', CLAIRE.structure);
    expect(codeOf(await world.send('/v1/token', { as: '0999000101-emetteur', body }))).toBe('403 wrong-role');
  });

  it('is refused today when the activity ended yesterday in the directory, and so is its renewal', async () => {
    const { refresh } = await tokensOf('claire');
    const yesterday = new Date(clock.nowMs() - 24 * 60 * MINUTE_MS).toISOString().slice(0, 10);
    await world.sql`update activities set ended_on = ${yesterday}::text::date where account_id = 'claire'`;
    expect(codeOf(await world.signIn('claire'))).toBe('403 site-refused');
    const body = { grant_type: 'refresh_token', refresh_token: refresh };
    expect(codeOf(await world.send('/v1/token', { token: null, body }))).toBe('403 site-refused');
    await world.sql`update activities set ended_on = null where account_id = 'claire'`;
    expect((await world.signIn('claire')).status).toBe(200);
  });

  it('of an account that was not used for 90 days is refused', async () => {
    await world.sql`update activities set last_used_on = current_date - 200 where account_id = 'claire'`;
    expect(codeOf(await world.signIn('claire'))).toBe('403 account-idle');
    await world.sql`update activities set last_used_on = null where account_id = 'claire'`;
  });

  it('leaves an entry that names no national number', async () => {
    await tokensOf('claire');
    const rows =
      await world.sql`select member_view, rest from ledger_entries where rest like '{"event":"access.granted"%'`;
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) expect(JSON.stringify(row)).not.toContain(CLAIRE.number.slice(1));
  });
});

describe('what a token stood for', () => {
  it('ends within a second of the certificate’s revocation, on an open connection too', async () => {
    const { access } = await tokensOf('claire');
    expect((await ask({ token: access })).status).toBe(200);
    await world.sql`update client_certificates set revoked_at = now() where client_id = 'software-claire'`;
    await expect
      .poll(async () => codeOf(await ask({ token: access })), { timeout: 1_000, interval: 50 })
      .toBe('401 certificate-unknown');
    await world.sql`update client_certificates set revoked_at = null where client_id = 'software-claire'`;
  });

  it('ends within a second when the site is taken from the client', async () => {
    const { access } = await tokensOf('hugo');
    await world.sql`update client_sites set revoked_at = now() where client_id = 'software-hugo'`;
    await expect
      .poll(async () => codeOf(await ask({ as: HUGO.id, token: access })), { timeout: 1_000, interval: 50 })
      .toBe('401 token-invalid');
    await world.sql`update client_sites set revoked_at = null where client_id = 'software-hugo'`;
  });

  it('is checked on a resumed TLS session as on a new one', async () => {
    const { access } = await tokensOf('ines');
    const { paths } = world;
    const [ca, cert, key] = await Promise.all(
      [paths.ca, paths.certificate('ines'), paths.key('ines')].map((path) => readFile(path)),
    );
    const agent = new Agent({ ca, cert, key, keepAlive: false, maxCachedSessions: 10 });
    const call = () =>
      httpsCall(agent, new URL('/v1/ping', world.url), { headers: { authorization: `Bearer ${access}` } });
    expect((await call()).status).toBe(200);
    expect((await call()).status).toBe(200);
    await world.sql`update client_certificates set revoked_at = now() where client_id = 'software-ines'`;
    await expect
      .poll(async () => codeOf(await call()), { timeout: 1_000, interval: 50 })
      .toBe('401 certificate-unknown');
    await world.sql`update client_certificates set revoked_at = null where client_id = 'software-ines'`;
    agent.destroy();
  });
});
