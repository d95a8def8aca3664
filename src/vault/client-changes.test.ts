// Enrolling and revoking a structure's own software: by its own people, for itself alone, and past every restart.

import { afterEach, beforeEach, expect, it } from 'vitest';
import { tempDir } from '../../test/support/temp-dir.ts';
import { FRESH_SIGN_IN_SECONDS } from '../core/fresh-sign-in.ts';
import { type Browser, idTokenFor, newBrowser, proofBy } from './browser-fixture.ts';
import type { RunningVault } from './start.ts';
import type { Vault } from './vault.ts';
import { CLAIRE, openItem, pscToken, type VaultHome, vaultHome } from './vault-fixture.ts';

const CLAIRE_ID = '899700200001';
const NEW = 'N'.repeat(43);
const refused = { code: 'subject-refused' };

let home: VaultHome;
let running: RunningVault;
let vault: Vault;
let browser: Browser;
let session: string;
beforeEach(async () => {
  home = vaultHome(tempDir());
  running = await home.start();
  vault = running.vault;
  browser = newBrowser();
  const idToken = idTokenFor(CLAIRE_ID, browser.publicKey);
  const bound = await vault.bindSession({ idToken, publicKey: browser.publicKey, structure: 'S-1' });
  session = bound.session;
});
afterEach(() => running.close());

async function restart() {
  await running.close();
  running = await home.start();
  vault = running.vault;
}

const order = (call: { method?: string; path?: string; body: string }, by = browser) =>
  vault.changeClient({ proof: proofBy(by, session, { path: '/v1/certificates', ...call }) });
const enrol = (thumbprint: unknown = NEW) => order({ body: JSON.stringify({ thumbprint }) });
const revoke = (thumbprint: string) =>
  order({ method: 'DELETE', path: `/v1/certificates/${thumbprint}`, body: '' });
/** Can this client get a token for Claire at S-1? */
const serves = (client: string) =>
  vault.exchangeToken({ client, subjectToken: pscToken(CLAIRE_ID), structure: 'S-1' }).then(
    () => true,
    () => false,
  );

it('an enrolled client serves this structure from then on, also after a restart', async () => {
  expect(await serves(NEW)).toBe(false);
  const change = await enrol();
  expect(change).toEqual({
    thumbprint: NEW,
    client: `C-${'N'.repeat(16)}`,
    structure: 'S-1',
    enrolled: true,
  });
  expect(await serves(NEW)).toBe(true);
  await restart();
  expect(await serves(NEW)).toBe(true);
});

it('a revoked one does not, whoever enrolled it, and no restart brings it back', async () => {
  expect(await serves(CLAIRE)).toBe(true);
  await revoke(CLAIRE);
  expect(await serves(CLAIRE)).toBe(false);
  const [outcome] = await vault.open([openItem(1)]);
  expect(outcome).toMatchObject({ ok: false });
  await restart();
  expect(await serves(CLAIRE)).toBe(false);
  await enrol(CLAIRE);
  expect(await serves(CLAIRE)).toBe(true);
});

it('an order is used once, and by the browser that was signed in', async () => {
  const proof = proofBy(browser, session, {
    path: '/v1/certificates',
    body: JSON.stringify({ thumbprint: NEW }),
  });
  await vault.changeClient({ proof });
  await expect(vault.changeClient({ proof })).rejects.toMatchObject(refused);
  await expect(order({ body: JSON.stringify({ thumbprint: NEW }) }, newBrowser())).rejects.toMatchObject(
    refused,
  );
});

it.each([
  ['a question', { path: '/v1/eligibility', body: JSON.stringify({ thumbprint: NEW }) }],
  ['another method', { method: 'PUT', body: JSON.stringify({ thumbprint: NEW }) }],
  ['no thumbprint', { body: '{}' }],
  ['a thumbprint that is none', { body: JSON.stringify({ thumbprint: '../..' }) }],
  ['no JSON', { body: 'x' }],
  ['a revocation of nothing', { method: 'DELETE', path: '/v1/certificates/', body: '' }],
])('%s is no order', async (_what, call) => {
  await expect(order(call)).rejects.toMatchObject(refused);
  expect(await serves(NEW)).toBe(false);
});

it('enrolling needs a sign-in of the last ten minutes, revoking none', async () => {
  home.clock.advance(FRESH_SIGN_IN_SECONDS * 1000);
  expect(await enrol()).toMatchObject({ enrolled: true });
  home.clock.advance(1_000);
  await expect(enrol('M'.repeat(43))).rejects.toMatchObject({ code: 'fresh-sign-in-required' });
  expect(await serves('M'.repeat(43))).toBe(false);
  expect(await revoke(NEW)).toMatchObject({ enrolled: false });
});

it('a locked vault takes no order', async () => {
  await vault.lock('sophie', 'test');
  await expect(enrol()).rejects.toMatchObject({ code: 'locked' });
});
