// A look-up without the member number needs somebody who has just proven who they are. When that was is what Pro Santé
// Connect said, not when a token was issued; a refusal costs nothing.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tempDir } from '../../test/support/temp-dir.ts';
import { FRESH_SIGN_IN_SECONDS } from '../core/fresh-sign-in.ts';
import { idTokenFor, newBrowser, proofBy } from './browser-fixture.ts';
import type { RunningVault } from './start.ts';
import type { Vault } from './vault.ts';
import {
  accessToken,
  CLAIRE,
  identityItem,
  openItem,
  person,
  pscToken,
  TILLEULS,
  type VaultHome,
  vaultHome,
} from './vault-fixture.ts';

const CLAIRE_ID = '899700200001';

let home: VaultHome;
let running: RunningVault;
let vault: Vault;
beforeEach(async () => {
  home = vaultHome(tempDir());
  running = await home.start();
  vault = running.vault;
  await home.lendHalves(vault);
});
afterEach(() => running.close());

const nowSeconds = () => Math.floor(home.clock.nowMs() / 1000);
const exchange = (claims: Record<string, unknown> = {}) =>
  vault.exchangeToken({ client: CLAIRE, subjectToken: pscToken(CLAIRE_ID, claims), structure: 'S-1' });

/** What comes of a look-up without the member number. */
async function looksUp(token: string): Promise<string> {
  const proof = { kind: 'token', client: CLAIRE, token } as const;
  const [outcome] = await vault.open([identityItem(1, { proof })]);
  return outcome?.ok ? 'opened' : (outcome?.code ?? '');
}

describe('a look-up without the member number', () => {
  it('opens for ten minutes after the sign-in, and no renewed token makes it younger', async () => {
    const first = await exchange();
    expect(await looksUp(first.accessToken)).toBe('opened');
    home.clock.advance(FRESH_SIGN_IN_SECONDS * 1000);
    const renewed = await vault.renewToken({ client: CLAIRE, refreshToken: first.refreshToken });
    expect(renewed.actor.signedInAt).toBe(first.actor.signedInAt);
    expect(await looksUp(renewed.accessToken)).toBe('opened');
    home.clock.advance(1_000);
    expect(await looksUp(renewed.accessToken)).toBe('fresh-sign-in-required');
    expect(await looksUp((await exchange()).accessToken)).toBe('opened');
  });

  it('goes by when the person acted at Pro Santé Connect, whose session may be hours old', async () => {
    const old = await exchange({ auth_time: nowSeconds() - FRESH_SIGN_IN_SECONDS - 1 });
    expect(await looksUp(old.accessToken)).toBe('fresh-sign-in-required');
    const young = await exchange({ auth_time: nowSeconds() - FRESH_SIGN_IN_SECONDS });
    expect(await looksUp(young.accessToken)).toBe('opened');
  });

  it.each([
    ['later than the token', () => nowSeconds() + 3_600],
    ['of no number', () => '2026-03-01'],
  ])('believes no time %s: the token’s own counts then', async (_, at) => {
    const { actor } = await exchange({ auth_time: at() });
    expect(actor.signedInAt).toBe(nowSeconds());
  });

  it.each([undefined, null, '1', 0])('is refused to a token that says %s of it', async (said) => {
    expect(await looksUp(accessToken(CLAIRE, { auth_time: said }))).toBe('fresh-sign-in-required');
  });

  it('is refused by a clock that was put back: a sign-in of the future is none', async () => {
    expect(await looksUp(accessToken(CLAIRE, { auth_time: nowSeconds() + 6 }))).toBe(
      'fresh-sign-in-required',
    );
  });

  it('that is refused for it spends nothing and leaves no line', async () => {
    const last = vault.state().journalNo;
    const old = accessToken(CLAIRE, { auth_time: nowSeconds() - 3_600 });
    for (let i = 0; i < 50; i += 1) expect(await looksUp(old)).toBe('fresh-sign-in-required');
    expect(vault.state().journalNo).toBe(last);
    const asked = Array.from({ length: 21 }, (_, i) => identityItem(i));
    const outcomes = await vault.open(asked); // a pharmacist has 20
    expect(outcomes.map(({ ok }) => ok)).toEqual(asked.map((_, i) => i < 20));
  });

  it('alone is concerned: a typed number needs no fresh sign-in', async () => {
    const old = accessToken(CLAIRE, { auth_time: nowSeconds() - 3_600 });
    const [typed] = await vault.open([openItem(1, { proof: { kind: 'token', client: CLAIRE, token: old } })]);
    expect(typed?.ok).toBe(true);
  });

  it('is for sessions of the portal what it is for software', async () => {
    const browser = newBrowser();
    const { publicKey } = browser;
    const { session } = await vault.bindSession({
      idToken: idTokenFor(CLAIRE_ID, publicKey, { auth_time: nowSeconds() - FRESH_SIGN_IN_SECONDS }),
      publicKey,
      structure: 'S-1',
    });
    const evidence = { kind: 'identity-only', beneficiary: person(1) };
    const asks = async () => {
      const proof = proofBy(browser, session, { body: JSON.stringify({ amcNo: TILLEULS, evidence }) });
      const [outcome] = await vault.open([identityItem(1, { proof })]);
      return outcome?.ok ? 'opened' : outcome?.code;
    };
    expect(await asks()).toBe('opened');
    home.clock.advance(1_000);
    expect(await asks()).toBe('fresh-sign-in-required');
  });
});
