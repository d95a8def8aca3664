// What professionals keep themselves in the portal: software of their structure, passkeys of their own. On the whole
// platform, with an authenticator in software whose answers the real library checks.

import { readFile } from 'node:fs/promises';
import { Agent } from 'node:https';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exchangeRequest } from '../../src/cli/sign-in.ts';
import { createDemoCa, issueCertificate, thumbprintOf } from '../../src/demo/certificates.ts';
import { signedIn as pscToken } from '../../src/demo/psc-world.ts';
import { Authenticator } from '../../src/vault/passkey-fixture.ts';
import { SoftwareBrowser } from '../support/software-browser.ts';
import { beginPasskeySignIn, ceremony, passkeySignIn, register } from '../support/software-passkeys.ts';
import { type Answer, createTestWorld, eligibility, httpsCall, type TestWorld } from '../support/world.ts';

let world: TestWorld;
beforeAll(async () => {
  world = await createTestWorld({ simulator: true });
}, 60_000);
afterAll(() => world?.close());

const CLAIRE = { id: 'claire', number: '899700210037', structure: 'S-PHARMACIE-HALLES' };
const codeOf = ({ status, body }: Answer) => `${status} ${String(body['code'])}`;
const evidence = {
  kind: 'member-number',
  memberNo: 'G00000000001',
  beneficiary: { nir: '185059912345607', birthDate: '19850517', birthRank: 1 },
};
const ask = (browser: SoftwareBrowser) =>
  browser.call('POST', '/v1/eligibility', { body: { ...eligibility(), evidence } });

async function signedIn(account = CLAIRE.id): Promise<SoftwareBrowser> {
  const browser = new SoftwareBrowser(world.portalUrl);
  await browser.signIn(account);
  return browser;
}

describe('software of a structure', () => {
  /** A certificate of the platform's authority that nobody has enrolled. */
  async function newSoftware(): Promise<{ agent: Agent; thumbprint: string }> {
    const { ca, caKey } = world.paths;
    const authority = { certPem: await readFile(ca, 'utf8'), keyPem: await readFile(caKey, 'utf8') };
    const made = await issueCertificate(authority, {
      kind: 'client',
      commonName: 'Poste 2',
      now: new Date(),
    });
    const agent = new Agent({ ca: authority.certPem, cert: made.certPem, key: made.keyPem });
    return { agent, thumbprint: thumbprintOf(made.certPem) };
  }

  /** Signs Claire in through that software; gives her access token, or the refusal. */
  async function tokenThrough(agent: Agent): Promise<Answer> {
    const subject = await pscToken(world.psc, CLAIRE.number, Date.now());
    const body = exchangeRequest(subject, CLAIRE.structure);
    return httpsCall(agent, new URL('/v1/token', world.url), { body });
  }
  const asked = (agent: Agent, token: string) =>
    httpsCall(agent, new URL('/v1/eligibility', world.url), {
      body: { ...eligibility(), evidence },
      headers: { authorization: `Bearer ${token}` },
    });

  it('is enrolled by who works there, asks, and is refused within a second of its revocation', async () => {
    const claire = await signedIn();
    const { agent, thumbprint } = await newSoftware();
    expect(codeOf(await tokenThrough(agent))).toBe('401 certificate-unknown');
    const enrolled = await claire.call('POST', '/v1/certificates', { body: { thumbprint } });
    expect(enrolled.status).toBe(201);
    await expect.poll(async () => (await tokenThrough(agent)).status).toBe(200);
    const token = String((await tokenThrough(agent)).body['access_token']);
    expect((await asked(agent, token)).status).toBe(200);

    const { body } = await claire.call('GET', '/v1/certificates');
    expect(body['certificates']).toContainEqual({
      thumbprint,
      clientId: `C-${thumbprint.slice(0, 16)}`,
      enrolledAt: expect.any(String),
      enrolledBy: 'Claire Aubrac',
      revokedAt: null,
    });

    expect((await claire.call('DELETE', `/v1/certificates/${thumbprint}`)).status).toBe(200);
    const startedAt = performance.now();
    await expect
      .poll(async () => codeOf(await asked(agent, token)), { interval: 10 })
      .toBe('401 token-invalid');
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    expect(codeOf(await tokenThrough(agent))).toBe('403 site-refused');
    agent.destroy();
  });

  it('cannot be enrolled or revoked for somebody else’s structure, nor an insurer’s certificate for any', async () => {
    const hugo = await signedIn('hugo');
    const clairesOwn = thumbprintOf(await readFile(world.paths.certificate('claire'), 'utf8'));
    await hugo.call('DELETE', `/v1/certificates/${clairesOwn}`);
    expect((await world.ask({ evidence })).status).toBe(200);
    const insurers = thumbprintOf(await readFile(world.paths.certificate('0999000101-emetteur'), 'utf8'));
    const taken = await hugo.call('POST', '/v1/certificates', { body: { thumbprint: insurers } });
    expect(codeOf(taken)).toBe('409 certificate-refused');
    expect((await world.send('/v1/feeds', { as: '0999000101-emetteur' })).status).toBe(200);
  });

  it('of another authority stays a stranger, enrolled or not', async () => {
    const claire = await signedIn();
    const foreign = await createDemoCa({ now: new Date() });
    const made = await issueCertificate(foreign, { kind: 'client', commonName: 'x', now: new Date() });
    const thumbprint = thumbprintOf(made.certPem);
    await claire.call('POST', '/v1/certificates', { body: { thumbprint } });
    const ca = await readFile(world.paths.ca, 'utf8');
    const agent = new Agent({ ca, cert: made.certPem, key: made.keyPem });
    expect(codeOf(await tokenThrough(agent))).toBe('401 certificate-unknown');
    agent.destroy();
  });

  it('that never served this structure cannot be revoked for it', async () => {
    const claire = await signedIn();
    const answer = await claire.call('DELETE', `/v1/certificates/${'Q'.repeat(43)}`);
    expect(codeOf(answer)).toBe('404 not-found');
  });

  it('is revoked one certificate at a time: another of the same client goes on', async () => {
    const own = thumbprintOf(await readFile(world.paths.certificate('nadia'), 'utf8'));
    const rotated = 'R'.repeat(43);
    await world.sql`insert into client_certificates (thumbprint, client_id) values (${rotated}, 'software-nadia')`;
    const nadia = await signedIn('nadia');
    expect((await nadia.call('DELETE', `/v1/certificates/${rotated}`)).status).toBe(200);
    const { body } = await nadia.call('GET', '/v1/certificates');
    const revoked = (body['certificates'] as { thumbprint: string; revokedAt: string | null }[]).map(
      ({ thumbprint, revokedAt }) => [thumbprint, revokedAt !== null],
    );
    expect(new Map(revoked as [string, boolean][])).toEqual(
      new Map([
        [own, false],
        [rotated, true],
      ]),
    );
    expect((await world.signIn('nadia')).status).toBe(200);
  });

  it('is revoked and entered also while the vault is locked, which is told afterwards', async () => {
    const sonia = await signedIn('sonia');
    const own = thumbprintOf(await readFile(world.paths.certificate('sonia'), 'utf8'));
    await world.vault.call('lock', { by: 'sophie', reason: 'test' });
    expect((await sonia.call('DELETE', `/v1/certificates/${own}`)).status).toBe(200);
    const [entry] = await world.sql`
      select rest::jsonb->>'account' as account from ledger_entries
      where rest like '{"event":"client.revoked"%' order by seq desc limit 1`;
    expect(entry?.['account']).toBe('sonia');
    await world.unlock();
    const subjectToken = await pscToken(world.psc, '899700210296', Date.now());
    const exchange = () =>
      world.vault.call('exchangeToken', { client: own, subjectToken, structure: 'S-LABO-VALMOREAU' }).then(
        () => 'granted',
        ({ code }: { code: string }) => code,
      );
    await expect.poll(exchange, { timeout: 5_000 }).toBe('not-enrolled');
  });

  it('fifty certificates are enough for one structure', async () => {
    const paul = await signedIn('paul');
    const codes: string[] = [];
    for (let i = 0; i < 51; i += 1) {
      const thumbprint = `P${String(i).padStart(42, '0')}`;
      codes.push(codeOf(await paul.call('POST', '/v1/certificates', { body: { thumbprint } })));
    }
    expect(codes.filter((code) => code.startsWith('201'))).toHaveLength(49); // his own is the fiftieth
    expect(codes.at(-1)).toBe('409 certificates-full');
  }, 30_000);

  it('leaves its entries', async () => {
    const events = await world.sql<{ event: string }[]>`
      select rest::jsonb->>'event' as event from ledger_entries where rest like '{"event":"client.%' order by seq`;
    expect(events.map(({ event }) => event)).toContain('client.enrolled');
    expect(events.map(({ event }) => event)).toContain('client.revoked');
  });
});

describe('passkeys of a professional', () => {
  it('one opens a session without Pro Santé Connect, asks, and cannot beget another', async () => {
    const key = new Authenticator();
    const ines = await signedIn('ines');
    expect((await register(ines, key)).status).toBe(201);
    expect((await ines.call('GET', '/v1/passkeys')).body['passkeys']).toMatchObject([
      { id: key.id, label: 'Poste 1', lastUsedAt: null },
    ]);
    await ines.call('DELETE', '/v1/session');

    const { browser, answer } = await passkeySignIn(world.portalUrl, key);
    expect(answer.status).toBe(200);
    expect((await ask(browser)).status).toBe(200);
    expect(codeOf(await register(browser, new Authenticator()))).toBe('401 passkey-refused');
    const thumbprint = 'Z'.repeat(43);
    expect(codeOf(await browser.call('POST', '/v1/certificates', { body: { thumbprint } }))).toBe(
      '403 step-up-required',
    );
    const [entry] = await world.sql`
      select rest::jsonb->>'reason' as reason from ledger_entries
      where rest like '{"event":"access.granted"%' order by seq desc limit 1`;
    expect(entry?.['reason']).toBe('passkey');
  });

  it('a person has two at most; a removed one opens nothing', async () => {
    const hugo = await signedIn('hugo');
    const [first, second] = [new Authenticator(), new Authenticator()];
    expect((await register(hugo, first)).status).toBe(201);
    expect((await register(hugo, second)).status).toBe(201);
    expect(codeOf(await register(hugo, new Authenticator()))).toBe('409 passkeys-full');
    expect((await hugo.call('DELETE', `/v1/passkeys/${first.id}`)).status).toBe(200);
    expect(codeOf((await passkeySignIn(world.portalUrl, first)).answer)).toBe('401 passkey-refused');
    expect((await passkeySignIn(world.portalUrl, second)).answer.status).toBe(200);
    const claire = await signedIn();
    expect(codeOf(await claire.call('DELETE', `/v1/passkeys/${second.id}`))).toBe('404 not-found');
  });

  it('an answer is for one browser and one time', async () => {
    const key = new Authenticator();
    await register(await signedIn(), key);
    const browser = new SoftwareBrowser(world.portalUrl);
    const response = key.assert(ceremony(browser, await beginPasskeySignIn(browser)));
    const other = new SoftwareBrowser(world.portalUrl);
    await beginPasskeySignIn(other);
    expect(codeOf(await other.flow('POST', '/auth/passkey', { body: response }))).toBe('401 passkey-refused');
    const flow = new Map(browser.cookies);
    expect((await browser.flow('POST', '/auth/passkey', { body: response })).status).toBe(200);
    browser.cookies = flow;
    expect(codeOf(await browser.flow('POST', '/auth/passkey', { body: response }))).toBe(
      '401 passkey-refused',
    );
  });

  it('a forged answer opens nothing and tells nothing, also for somebody with several structures', async () => {
    const own = new Authenticator();
    const lucien = await signedIn('lucien');
    await register(lucien, own, 'Coffre');
    const forger = new Authenticator();
    const browser = new SoftwareBrowser(world.portalUrl);
    const options = await beginPasskeySignIn(browser);
    const forged = { ...forger.assert(ceremony(browser, options)), id: own.id, rawId: own.id };
    for (let i = 0; i < 70; i += 1) {
      const answer = await browser.flow('POST', '/auth/passkey', { body: forged });
      expect(codeOf(answer)).toBe('401 passkey-refused');
    }
    expect((await browser.get('/v1/session')).body).toEqual({ state: 'none' });
    const [row] = await world.sql`select last_used_at from passkeys where credential_id = ${own.id}`;
    expect(row?.['last_used_at']).toBeNull();
    // And its owner is not kept out by any of that.
    const { answer, browser: again } = await passkeySignIn(world.portalUrl, own);
    expect(answer.status).toBe(200);
    expect((await again.get('/v1/session')).body).toMatchObject({ state: 'choose-structure' });
    await again.call('POST', '/v1/session/structure', { body: { accountId: 'lucien-quai' } });
    expect((await ask(again)).status).toBe(200);
  }, 30_000);

  it('a touch reopens an idle session, its own person’s touch alone', async () => {
    const [own, stranger] = [new Authenticator(), new Authenticator()];
    const lucien = await signedIn('lucien');
    await register(lucien, own);
    await register(await signedIn('marc'), stranger);
    await world.sql`update sessions set last_used_at = now() - interval '20 minutes' where account_id = 'lucien'`;
    expect(codeOf(await ask(lucien))).toBe('401 session-locked');
    const touch = async (key: Authenticator) => {
      const { body: options } = await lucien.call('POST', '/v1/session/unlock/options');
      return lucien.call('POST', '/v1/session/unlock', { body: key.assert(ceremony(lucien, options)) });
    };
    expect(codeOf(await touch(stranger))).toBe('401 passkey-refused');
    const { body } = await lucien.call('POST', '/v1/session/unlock/options');
    const named = { ...stranger.assert(ceremony(lucien, body)), id: own.id, rawId: own.id };
    expect(codeOf(await lucien.call('POST', '/v1/session/unlock', { body: named }))).toBe(
      '401 passkey-refused',
    );
    expect(codeOf(await ask(lucien))).toBe('401 session-locked');
    expect((await touch(own)).status).toBe(200);
    expect((await ask(lucien)).status).toBe(200);
  });

  it('a dump of the table holds no secret: what it says opens nothing without the authenticator', async () => {
    const rows = await world.sql`select * from passkeys`;
    const browser = new SoftwareBrowser(world.portalUrl);
    const forger = new Authenticator();
    const forged = {
      ...forger.assert(ceremony(browser, await beginPasskeySignIn(browser))),
      id: rows[0]?.['credential_id'],
    };
    expect(
      codeOf(await browser.flow('POST', '/auth/passkey', { body: { ...forged, rawId: forged.id } })),
    ).toBe('401 passkey-refused');
  });
});
