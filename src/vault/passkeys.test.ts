// Passkeys as the vault sees them: an authenticator in software answers, and the real library checks what it says.

import { generateKeyPairSync, hash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tempDir } from '../../test/support/temp-dir.ts';
import { type Browser, idTokenFor, newBrowser, proofBy } from './browser-fixture.ts';
import { openFileKeyring } from './file-keyring.ts';
import { HARD_BUDGETS } from './hard-budgets.ts';
import { PasskeyChallenges } from './passkey-challenges.ts';
import { Authenticator, type Ceremony, newMaker } from './passkey-fixture.ts';
import type { SessionProof, VaultVerbs } from './protocol.ts';
import { SignedClaims } from './signed-claims.ts';
import { VaultSocketClient } from './socket-client.ts';
import type { RunningVault } from './start.ts';
import type { Vault } from './vault.ts';
import {
  CLAIRE,
  compactJws,
  encoded,
  memberNo,
  openItem,
  person,
  signedToken,
  TILLEULS,
  type VaultHome,
  vaultHome,
} from './vault-fixture.ts';

const CLAIRE_ID = '899700200001';
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const refused = { code: 'subject-refused' };

let home: VaultHome;
let running: RunningVault;
let vault: Vault;
let browser: Browser;
let authenticator: Authenticator;
beforeEach(async () => {
  home = vaultHome(tempDir());
  running = await home.start();
  vault = running.vault;
  browser = newBrowser();
  authenticator = new Authenticator();
});
afterEach(() => running.close());

async function restart() {
  await running.close();
  running = await home.start();
  vault = running.vault;
}

type Challenge = VaultVerbs['passkeyChallenge']['out'];
const challengeFor = (purpose: 'register' | 'sign-in', by = browser) =>
  vault.passkeyChallenge({ purpose, publicKey: by.publicKey });

/** A session that Pro Santé Connect opened. */
async function pscSession(by = browser): Promise<string> {
  const idToken = idTokenFor(CLAIRE_ID, by.publicKey);
  return (await vault.bindSession({ idToken, publicKey: by.publicKey, structure: 'S-1' })).session;
}

const registration = (session: string, response: unknown, by = browser, more: Partial<SessionProof> = {}) =>
  proofBy(by, session, { path: '/v1/passkeys', body: JSON.stringify({ label: 'key', response }) }, more);

type Registering = Partial<Ceremony> & {
  by?: Browser;
  session?: string;
  asked?: Challenge;
  show?: Partial<SessionProof>;
};
async function register({ by = browser, session, asked, show, ...lies }: Registering = {}) {
  const { challenge, challengeToken } = asked ?? (await challengeFor('register', by));
  const response = authenticator.register({ challenge, ...lies });
  const proof = registration(session ?? (await pscSession(by)), response, by, show);
  return vault.registerPasskey({ proof, challengeToken });
}

type SigningIn = Partial<Ceremony> & {
  by?: Browser;
  asked?: Challenge;
  with?: Authenticator;
  structure?: string;
};
async function signIn(passkey: string, more: SigningIn = {}) {
  const { by = browser, asked, with: used = authenticator, structure = 'S-1', ...lies } = more;
  const { challenge, challengeToken } = asked ?? (await challengeFor('sign-in', by));
  const response = used.assert({ challenge, ...lies });
  const { publicKey } = by;
  const { signIn: signedIn } = await vault.passkeySignIn({ passkey, challengeToken, response, publicKey });
  return vault.bindPasskeySession({ signIn: signedIn, publicKey, structure });
}

function question(i: number, session: string, by: Browser) {
  const evidence = { kind: 'member-number', memberNo: memberNo(i), beneficiary: person(i) };
  return openItem(i, {
    proof: proofBy(by, session, { body: JSON.stringify({ amcNo: TILLEULS, evidence }) }),
  });
}

async function opens(session: string, by = browser): Promise<string> {
  const [outcome] = await vault.open([question(1, session, by)]);
  return outcome?.ok ? 'opened' : (outcome?.code ?? '');
}

describe('a passkey', () => {
  it('registered in a session of Pro Santé Connect signs in for four hours, in any browser, after a restart too', async () => {
    const { passkey, credentialId } = await register();
    expect(credentialId).toBe(authenticator.id);
    await restart();
    const other = newBrowser();
    const { session, expiresAt, actor } = await signIn(passkey, { by: other });
    expect(actor).toMatchObject({ account: 'claire', structure: 'S-1', client: 'portal' });
    expect(expiresAt * 1000 - home.clock.nowMs()).toBe(4 * HOUR_MS);
    expect(await opens(session, other)).toBe('opened');
    expect(await opens(session)).toBe('proof-refused');
    home.clock.advance(4 * HOUR_MS);
    expect(await opens(session, other)).toBe('proof-refused');
  });

  it('was touched when it was touched, however long its person took to say for which structure', async () => {
    const { passkey } = await register();
    const asked = await challengeFor('sign-in');
    const response = authenticator.assert(asked);
    const { publicKey } = browser;
    const touchedAt = home.clock.nowMs() / 1000;
    const { signIn: word } = await vault.passkeySignIn({
      passkey,
      challengeToken: asked.challengeToken,
      response,
      publicKey,
    });
    home.clock.advance(300_000);
    const { actor } = await vault.bindPasskeySession({ signIn: word, publicKey, structure: 'S-1' });
    expect(actor.signedInAt).toBe(touchedAt);
  });

  it('signs in over the socket as it does here', async () => {
    const client = new VaultSocketClient(home.config.socket);
    const asked = async (purpose: 'register' | 'sign-in') =>
      (await client.call('passkeyChallenge', { purpose, publicKey: browser.publicKey })).out;
    const first = await asked('register');
    const response = authenticator.register(first);
    const proof = registration(await pscSession(), response);
    const { challengeToken } = first;
    const { passkey } = (await client.call('registerPasskey', { proof, challengeToken })).out;
    const second = await asked('sign-in');
    const { publicKey } = browser;
    const { out: touched } = await client.call('passkeySignIn', {
      passkey,
      challengeToken: second.challengeToken,
      response: authenticator.assert(second),
      publicKey,
    });
    expect(touched.professional).toBe(CLAIRE_ID);
    const { signIn: signedIn } = touched;
    const { out } = await client.call('bindPasskeySession', {
      signIn: signedIn,
      publicKey,
      structure: 'S-1',
    });
    await client.close();
    expect(Object.keys(out).sort()).toEqual(['actor', 'expiresAt', 'session']);
    expect(await opens(out.session)).toBe('opened');
  });

  it('touched for one browser binds no session of another, and none when ten minutes have passed', async () => {
    const { passkey } = await register();
    const { challenge, challengeToken } = await challengeFor('sign-in');
    const { publicKey } = browser;
    const response = authenticator.assert({ challenge });
    const { signIn: word } = await vault.passkeySignIn({ passkey, challengeToken, response, publicKey });
    const bind = (by: Browser, signedIn = word) =>
      vault.bindPasskeySession({ signIn: signedIn, publicKey: by.publicKey, structure: 'S-1' });
    await expect(bind(newBrowser())).rejects.toMatchObject(refused);
    await expect(bind(browser, passkey)).rejects.toMatchObject(refused); // another word of the vault's
    await expect(bind(browser)).resolves.toHaveProperty('session');
    home.clock.advance(10 * MINUTE_MS);
    await expect(bind(browser)).rejects.toMatchObject(refused);
  });

  it('may count its uses or not: the vault remembers no number', async () => {
    const { passkey } = await register({ counter: 7 });
    await signIn(passkey, { counter: 9 });
    await signIn(passkey, { counter: 9 });
    await expect(signIn(passkey, { counter: 0 })).resolves.toHaveProperty('session');
  });

  it('may vouch for itself, but no certificate for it: nobody asks the vault to fetch a revocation list', async () => {
    await expect(register({ vouchedBy: 'itself' })).resolves.toHaveProperty('passkey');
    await expect(register({ vouchedBy: await newMaker() })).rejects.toMatchObject(refused);
  });

  it('is registered within ten minutes of a sign-in, and in no older session', async () => {
    const session = await pscSession();
    home.clock.advance(10 * MINUTE_MS);
    await expect(register({ session })).resolves.toHaveProperty('passkey');
    home.clock.advance(1_000);
    await expect(register({ session })).rejects.toMatchObject({ code: 'fresh-sign-in-required' });
    await expect(register()).resolves.toHaveProperty('passkey');
  });

  it('lifts the bound of a new browser a day after it was registered, and not for whoever makes one on the spot', async () => {
    const { passkey } = await register();
    /** How many doors it opens from a browser that nobody knows. */
    const opensAnew = async (from: number) => {
      const by = newBrowser();
      const { session } = await signIn(passkey, { by });
      const outcomes = await vault.open(
        Array.from({ length: 20 }, (_, i) => question(from + i, session, by)),
      );
      return outcomes.filter(({ ok }) => ok).length;
    };
    const { size } = HARD_BUDGETS.typedOnNewBrowsersPerProfessionalPerDay;
    expect(await opensAnew(0)).toBe(size);
    home.clock.advance(DAY_MS - 1_000);
    expect(await opensAnew(100)).toBeLessThan(size); // what a day less a second gives back, at most
    home.clock.advance(1_000);
    expect(await opensAnew(200)).toBe(20);
    home.clock.advance(-1_000); // a clock that was put back makes it a young one again
    expect(await opensAnew(300)).toBeLessThan(size);
  });

  it('is over after two years', async () => {
    const { passkey } = await register();
    home.clock.advance(729 * DAY_MS);
    await expect(signIn(passkey)).resolves.toHaveProperty('session');
    home.clock.advance(2 * DAY_MS);
    await expect(signIn(passkey)).rejects.toMatchObject(refused);
  });

  it('leaves a line in the journal when it is registered and at each sign-in, without its id or the person’s number', async () => {
    const { passkey } = await register();
    await signIn(passkey);
    const files = readdirSync(home.config.journalDirectory);
    const text = files.map((file) => readFileSync(join(home.config.journalDirectory, file), 'utf8')).join('');
    const lines = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const seen = lines.filter((line) => String(line['do']).includes('passkey'));
    expect(seen).toMatchObject([
      { do: 'register-passkey', account: 'claire', structure: 'S-1' },
      { do: 'passkey-sign-in', account: 'claire', structure: 'S-1' },
    ]);
    expect(seen[0]?.['credential']).toBe(seen[1]?.['credential']);
    expect(text).not.toContain(authenticator.id);
    expect(text).not.toContain(CLAIRE_ID);
  });
});

describe('a challenge', () => {
  it('made for another browser’s key is refused', async () => {
    const { passkey } = await register();
    const other = newBrowser();
    const foreign = () => challengeFor('sign-in', other);
    await expect(signIn(passkey, { asked: await foreign() })).rejects.toMatchObject(refused);
    await expect(register({ asked: await challengeFor('register', other) })).rejects.toMatchObject(refused);
  });

  it('made for the other purpose is refused', async () => {
    const { passkey } = await register();
    await expect(signIn(passkey, { asked: await challengeFor('register') })).rejects.toMatchObject(refused);
    await expect(register({ asked: await challengeFor('sign-in') })).rejects.toMatchObject(refused);
  });

  it('counts once, also when two answers come at the same time', async () => {
    const asked = await challengeFor('register');
    const session = await pscSession();
    const { passkey } = await register({ asked, session });
    await expect(register({ asked, session })).rejects.toMatchObject(refused);
    const again = await challengeFor('sign-in');
    const both = await Promise.allSettled([
      signIn(passkey, { asked: again }),
      signIn(passkey, { asked: again }),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await expect(signIn(passkey, { asked: again })).rejects.toMatchObject(refused);
  });

  it('is used up by a sign-in at a foreign site, and by no answer that was wrong', async () => {
    const { passkey } = await register();
    const asked = await challengeFor('sign-in');
    await expect(signIn(passkey, { asked, userVerified: false })).rejects.toMatchObject(refused);
    await expect(signIn(passkey, { asked, structure: 'S-2' })).rejects.toMatchObject({
      code: 'site-refused',
    });
    await expect(signIn(passkey, { asked })).rejects.toMatchObject(refused);
  });

  it('is over after five minutes', async () => {
    const { passkey } = await register();
    const asked = await challengeFor('sign-in');
    home.clock.advance(5 * MINUTE_MS - 1_000);
    await expect(signIn(passkey, { asked })).resolves.toHaveProperty('session');
    const late = await challengeFor('sign-in');
    home.clock.advance(5 * MINUTE_MS);
    await expect(signIn(passkey, { asked: late })).rejects.toMatchObject(refused);
  });

  it('does not count a second time nor before its time when the clock is put back', async () => {
    const { passkey } = await register();
    const [used, later] = [await challengeFor('sign-in'), await challengeFor('sign-in')];
    await signIn(passkey, { asked: used });
    home.clock.advance(10 * MINUTE_MS);
    await expect(signIn(passkey)).resolves.toHaveProperty('session');
    home.clock.advance(-10 * MINUTE_MS);
    await expect(signIn(passkey, { asked: used })).rejects.toMatchObject(refused);
    home.clock.advance(-1_000);
    await expect(signIn(passkey, { asked: later })).rejects.toMatchObject(refused);
  });

  it('of before a restart is refused, since nobody knows whether it was used', async () => {
    const { passkey } = await register();
    const asked = await challengeFor('sign-in');
    await restart();
    await expect(signIn(passkey, { asked })).rejects.toMatchObject(refused);
    await expect(signIn(passkey)).resolves.toHaveProperty('session');
  });

  it('is refused while 100,000 are used and not over yet, rather than forgetting one of them', async () => {
    const keyring = await openFileKeyring({ path: home.config.keyringFile, passphrase: null });
    const claims = new SignedClaims(keyring, home.clock);
    const challenges = new PasskeyChallenges({ claims, newId: () => 'id-1' });
    const used = (id: string) => challenges.use({ id, challenge: '', expiresAt: claims.nowSeconds() + 300 });
    for (let i = 0; i < 100_000; i += 1) used(`of now ${i}`);
    expect([used('one more'), used('of now 0')]).toEqual([false, false]);
    home.clock.advance(5 * MINUTE_MS);
    expect(used('one more')).toBe(true);
  });

  it('that the vault did not make is refused', async () => {
    const { passkey } = await register();
    const session = await pscSession();
    const { challengeToken } = await challengeFor('sign-in');
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    const foreign = compactJws(other, decodeJwt(challengeToken), { typ: 'challenge+jwt' });
    const ofAnotherType = signedToken('', decodeJwt(challengeToken), home.clock.nowMs());
    for (const token of [foreign, ofAnotherType, session, passkey, '']) {
      const asked = { challengeToken: token, challenge: hash('sha256', token, 'base64url') };
      await expect(signIn(passkey, { asked })).rejects.toMatchObject(refused);
    }
  });
});

describe('an authenticator', () => {
  const other = new Authenticator();
  const outside = { id: 'a', rawId: 'a', type: 'public-key' };
  it.each<[string, Partial<Ceremony>]>([
    ['another challenge', { challenge: 'A'.repeat(43) }],
    ['another origin', { origin: 'https://portail.rempart.example.evil.example' }],
    ['the origin of another port', { origin: 'https://portail.rempart.example:8443' }],
    ['another RP ID', { rpId: 'portail.rempart.example' }],
    ['a user who was only present', { userVerified: false }],
    ['a page inside another page', { framed: true }],
    ['the other ceremony', { type: 'webauthn.create' }],
    ['the signature of a foreign key', { signedBy: other.privateKey }],
  ])('that answers for %s signs nobody in', async (_, lie) => {
    const { passkey } = await register();
    await expect(signIn(passkey, lie)).rejects.toMatchObject(refused);
    await expect(signIn(passkey)).resolves.toHaveProperty('session');
  });

  it.each<[string, Partial<Ceremony>]>([
    ['another challenge', { challenge: 'A'.repeat(43) }],
    ['another origin', { origin: 'https://evil.example' }],
    ['another RP ID', { rpId: 'evil.example' }],
    ['a user who was only present', { userVerified: false }],
    ['a page inside another page', { framed: true }],
    ['the other ceremony', { type: 'webauthn.get' }],
    ['the signature of a foreign key', { signedBy: other.privateKey, vouchedBy: 'itself' }],
  ])('that answers for %s is not registered', async (_, lie) => {
    await expect(register(lie)).rejects.toMatchObject(refused);
  });

  it('of somebody else signs nobody in with this certificate, whichever id it names', async () => {
    const { passkey } = await register();
    await expect(signIn(passkey, { with: other })).rejects.toMatchObject(refused);
    const asked = await challengeFor('sign-in');
    const { response } = other.assert(asked);
    const { challengeToken } = asked;
    const named = { ...authenticator.assert(asked), response };
    const more = { publicKey: browser.publicKey };
    await expect(
      vault.passkeySignIn({ passkey, challengeToken, response: named, ...more }),
    ).rejects.toMatchObject(refused);
    const renamed = { ...authenticator.assert(asked), id: other.id, rawId: other.id };
    await expect(
      vault.passkeySignIn({ passkey, challengeToken, response: renamed, ...more }),
    ).rejects.toMatchObject(refused);
  });

  it.each<[unknown]>([
    [undefined],
    [null],
    ['response'],
    [[]],
    [{}],
    [{ ...outside, response: {} }],
    [{ ...outside, response: { clientDataJSON: 'bnVsbA', attestationObject: 'oA' } }],
    [{ ...outside, response: { clientDataJSON: 'e30', attestationObject: 'm////////////' } }],
  ])('that answers nonsense (%j) is refused without an error', async (response) => {
    const { challengeToken } = await challengeFor('register');
    const proof = registration(await pscSession(), response);
    await expect(vault.registerPasskey({ proof, challengeToken })).rejects.toMatchObject(refused);
  });
});

describe('a certificate', () => {
  it('of another signer, of no signer, or of another type is refused', async () => {
    const { passkey } = await register();
    const said = decodeJwt(passkey);
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    const unsigned = `${encoded({ alg: 'none', typ: 'passkey+jwt' })}.${encoded(said)}.`;
    const [, , signature = ''] = passkey.split('.');
    const { challengeToken } = await challengeFor('sign-in');
    for (const forged of [
      compactJws(other, said, { typ: 'passkey+jwt' }),
      unsigned,
      unsigned + signature,
      signedToken('', said, home.clock.nowMs()),
      challengeToken,
      await pscSession(),
      '',
    ]) {
      await expect(signIn(forged), forged).rejects.toMatchObject(refused);
    }
  });

  it('made for another RP ID than today’s is refused', async () => {
    const { passkey } = await register();
    home.enrolment.portal = { origin: 'https://rempart.other.example', rpId: 'rempart.other.example' };
    home.writeEnrolment();
    const there = { origin: 'https://rempart.other.example', rpId: 'rempart.other.example' };
    await expect(signIn(passkey, there)).rejects.toMatchObject(refused);
    const renewed = await register(there);
    await expect(signIn(renewed.passkey, there)).resolves.toHaveProperty('session');
  });

  it('opens no door, neither as a session nor as a token', async () => {
    const { passkey } = await register();
    expect(await opens(passkey)).toBe('proof-refused');
    const proof = { kind: 'token' as const, client: CLAIRE, token: passkey };
    const [outcome] = await vault.open([openItem(1, { proof })]);
    expect(outcome?.ok).toBe(false);
  });

  it('of a person without an activity at the site, or struck off, signs nobody in', async () => {
    const { passkey } = await register();
    const siteRefused = { code: 'site-refused' };
    await expect(signIn(passkey, { structure: 'S-2' })).rejects.toMatchObject(siteRefused);
    home.enrolment.professionals = [];
    home.writeEnrolment();
    await expect(signIn(passkey)).rejects.toMatchObject(siteRefused);
  });
});

describe('a registration', () => {
  it('in a session that a passkey opened is refused: one passkey does not beget others', async () => {
    const { passkey } = await register();
    const { session } = await signIn(passkey);
    authenticator = new Authenticator();
    await expect(register({ session })).rejects.toMatchObject(refused);
    await expect(register()).resolves.toHaveProperty('passkey');
  });

  it('under another id than the authenticator made is refused', async () => {
    const { challenge, challengeToken } = await challengeFor('register');
    const { id } = new Authenticator();
    const response = { ...authenticator.register({ challenge }), id, rawId: id };
    const proof = registration(await pscSession(), response);
    await expect(vault.registerPasskey({ proof, challengeToken })).rejects.toMatchObject(refused);
  });

  it('signed by another browser, or changed after it was signed, is refused', async () => {
    const session = await pscSession();
    await expect(register({ session, by: newBrowser() })).rejects.toMatchObject(refused);
    const theirs = new Authenticator();
    const asked = await challengeFor('register');
    const body = JSON.stringify({ label: 'key', response: theirs.register(asked) });
    await expect(register({ session, asked, show: { body } })).rejects.toMatchObject(refused);
    await expect(register({ session, show: { path: '/v1/eligibility' } })).rejects.toMatchObject(refused);
  });

  it('uses its nonce up: the same signed call opens no door, and another with this nonce registers nothing', async () => {
    const session = await pscSession();
    const evidence = { kind: 'member-number', memberNo: memberNo(1), beneficiary: person(1) };
    const call = async (nonce: string) => {
      const { challenge, challengeToken } = await challengeFor('register');
      const response = authenticator.register({ challenge });
      const body = JSON.stringify({ amcNo: TILLEULS, evidence, response });
      return { proof: proofBy(browser, session, { body, nonce }), challengeToken };
    };
    const [first, second, third] = [
      await call('N'.repeat(22)),
      await call('N'.repeat(22)),
      await call('O'.repeat(22)),
    ];
    await vault.registerPasskey(first);
    const [outcome] = await vault.open([openItem(1, { proof: first.proof })]);
    expect(outcome).toEqual({ ok: false, code: 'proof-refused' });
    await expect(vault.registerPasskey(second)).rejects.toMatchObject(refused);
    await expect(vault.registerPasskey(third)).resolves.toHaveProperty('passkey');
  });

  it('in a session that is over, or of a person struck off, is refused', async () => {
    const session = await pscSession();
    home.clock.advance(4 * HOUR_MS);
    await expect(register({ session })).rejects.toMatchObject(refused);
    const young = await pscSession();
    home.enrolment.professionals = [];
    home.writeEnrolment();
    await expect(register({ session: young })).rejects.toMatchObject(refused);
  });
});

describe('without', () => {
  it('a portal in the enrolment there are no passkeys', async () => {
    const { passkey } = await register();
    const [forNew, forOld] = [await challengeFor('register'), await challengeFor('sign-in')];
    delete home.enrolment.portal;
    home.writeEnrolment();
    const off = { code: 'passkeys-off' };
    await expect(challengeFor('sign-in')).rejects.toMatchObject(off);
    await expect(register({ asked: forNew })).rejects.toMatchObject(off);
    await expect(signIn(passkey, { asked: forOld })).rejects.toMatchObject(off);
    expect(await opens(await pscSession())).toBe('opened');
  });

  it('its keys a locked vault does nothing with passkeys', async () => {
    const session = await pscSession();
    const { passkey } = await register({ session });
    const [forNew, forOld] = [await challengeFor('register'), await challengeFor('sign-in')];
    await vault.lock('sophie', 'phishing');
    const locked = { code: 'locked' };
    await expect(challengeFor('sign-in')).rejects.toMatchObject(locked);
    await expect(register({ session, asked: forNew })).rejects.toMatchObject(locked);
    await expect(signIn(passkey, { asked: forOld })).rejects.toMatchObject(locked);
  });
});
