// Sessions of the portal as the vault sees them: bound to one browser's key, one signature for one question.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tempDir } from '../../test/support/temp-dir.ts';
import { type Browser, idTokenFor, newBrowser, proofBy } from './browser-fixture.ts';
import type { PresenceItem, SessionProof } from './protocol.ts';
import type { RunningVault } from './start.ts';
import type { Vault } from './vault.ts';
import {
  accessToken,
  CLAIRE,
  memberNo,
  openItem,
  person,
  pscToken,
  TILLEULS,
  type VaultHome,
  VIEUX_PORT,
  vaultHome,
} from './vault-fixture.ts';

const CLAIRE_ID = '899700200001';
const HOUR_MS = 3_600_000;

let home: VaultHome;
let running: RunningVault;
let vault: Vault;
let browser: Browser;
beforeEach(async () => {
  home = vaultHome(tempDir());
  running = await home.start();
  vault = running.vault;
  browser = newBrowser();
});
afterEach(() => running.close());

const idToken = (key = browser.publicKey, more: Record<string, unknown> = {}) =>
  idTokenFor(CLAIRE_ID, key, more);
const bind = (more: Partial<Parameters<Vault['bindSession']>[0]> = {}) =>
  vault.bindSession({ idToken: idToken(), publicKey: browser.publicKey, structure: 'S-1', ...more });

/** What the browser would send about person `i`. */
const question = (i: number, amcNo: string = TILLEULS) => {
  const { nir, birthDate, birthRank } = person(i);
  const beneficiary = { nir, birthDate, birthRank };
  return JSON.stringify({ amcNo, evidence: { kind: 'member-number', memberNo: memberNo(i), beneficiary } });
};

const proofOf = (session: string, more: Partial<SessionProof> = {}, by = browser) =>
  proofBy(by, session, { body: question(1), ...more }, more);

async function opens(proof: SessionProof, item: Partial<PresenceItem> = {}): Promise<string> {
  const [outcome] = await vault.open([openItem(1, { proof, ...item })]);
  return outcome?.ok ? 'opened' : (outcome?.code ?? '');
}

describe('a sign-in', () => {
  it('whose nonce is the browser key’s thumbprint is bound to that key for four hours', async () => {
    const { session, expiresAt, actor } = await bind();
    expect(actor).toMatchObject({
      account: 'claire',
      structure: 'S-1',
      profession: 'pharmacist',
      client: 'portal',
    });
    expect(expiresAt * 1000 - home.clock.nowMs()).toBe(4 * HOUR_MS);
    expect(await opens(proofOf(session))).toBe('opened');
    home.clock.advance(4 * HOUR_MS);
    expect(await opens(proofOf(session))).toBe('proof-refused');
  });

  it('made for another browser is refused', async () => {
    const other = newBrowser();
    await expect(bind({ publicKey: other.publicKey })).rejects.toMatchObject({ code: 'subject-refused' });
    await expect(bind({ idToken: pscToken(CLAIRE_ID) })).rejects.toMatchObject({ code: 'subject-refused' });
  });

  it('for another client, of a lower assurance, or at a foreign site is refused', async () => {
    const refused = { code: 'subject-refused' };
    await expect(bind({ idToken: idToken(browser.publicKey, { aud: 'other' }) })).rejects.toMatchObject(
      refused,
    );
    await expect(bind({ idToken: idToken(browser.publicKey, { acr: 'eidas0' }) })).rejects.toMatchObject(
      refused,
    );
    await expect(bind({ structure: 'S-2' })).rejects.toMatchObject({ code: 'site-refused' });
  });
});

describe('a call', () => {
  it('counts once: the same signature opens no second door', async () => {
    const proof = proofOf((await bind()).session);
    expect(await opens(proof)).toBe('opened');
    expect(await opens(proof)).toBe('proof-refused');
  });

  it('opens no door for another person, insurer or kind of evidence than the one that was signed', async () => {
    const { session } = await bind();
    const evidence = openItem(2).evidence;
    expect(await opens(proofOf(session), { evidence })).toBe('proof-refused');
    expect(await opens(proofOf(session), { amcNo: VIEUX_PORT })).toBe('proof-refused');
    const identity = { kind: 'identity-only' as const, ...person(1) };
    expect(await opens(proofOf(session), { evidence: identity })).toBe('proof-refused');
    expect(await opens(proofOf(session, { body: 'nonsense' }))).toBe('proof-refused');
    expect(await opens(proofOf(session, { body: '{}' }))).toBe('proof-refused');
  });

  it('a call that is no question opens no door, whatever its body says', async () => {
    const { session } = await bind();
    const body = question(1);
    expect(await opens(proofBy(browser, session, { path: '/v1/certificates', body }))).toBe('proof-refused');
    expect(await opens(proofBy(browser, session, { method: 'PUT', body }))).toBe('proof-refused');
    expect(await opens(proofBy(browser, session, { body }))).toBe('opened');
  });

  it.each<[string, Partial<SessionProof>]>([
    ['another method', { method: 'PUT' }],
    ['another path', { path: '/v1/quotes' }],
    ['another nonce', { nonce: 'A'.repeat(22) }],
    ['another signature', { signature: 'A'.repeat(86) }],
  ])('with %s than the one that was signed is refused', async (_, change) => {
    const proof = proofOf((await bind()).session);
    expect(await opens({ ...proof, ...change })).toBe('proof-refused');
  });

  it('signed by another key is refused, whichever key it names', async () => {
    const { session } = await bind();
    const other = newBrowser();
    expect(await opens(proofOf(session, {}, other))).toBe('proof-refused');
    expect(await opens(proofOf(session, { publicKey: browser.publicKey }, other))).toBe('proof-refused');
    const noPoint = { x: 'A'.repeat(43), y: 'A'.repeat(43) };
    expect(await opens(proofOf(session, { publicKey: noPoint }))).toBe('proof-refused');
  });

  it('with an access token for a session, or a session for a token, is refused', async () => {
    const { session } = await bind();
    expect(await opens(proofOf(accessToken(CLAIRE)))).toBe('proof-refused');
    const [outcome] = await vault.open([
      openItem(1, { proof: { kind: 'token', client: CLAIRE, token: session } }),
    ]);
    expect(outcome).toEqual({ ok: false, code: 'proof-refused' });
  });

  it('is refused within a second after the activity was struck off, and at once when the vault is locked', async () => {
    const { session } = await bind();
    expect(await opens(proofOf(session))).toBe('opened');
    home.enrolment.professionals = [];
    home.writeEnrolment();
    home.clock.advance(1_000);
    expect(await opens(proofOf(session))).toBe('proof-refused');
    await vault.lock('sophie', 'phishing');
    await expect(opens(proofOf(session))).rejects.toMatchObject({ code: 'locked' });
    await expect(bind()).rejects.toMatchObject({ code: 'locked' });
  });

  it('goes on after a restart of the vault', async () => {
    const { session } = await bind();
    await running.close();
    running = await home.start();
    vault = running.vault;
    expect(await opens(proofOf(session))).toBe('opened');
  });
});
