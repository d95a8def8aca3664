// The emergency units: once a day for a structure, ten and never above full, only with a sign-in of just now, and back
// after a kill as they were.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tempDir } from '../../test/support/temp-dir.ts';
import { idTokenFor, newBrowser, proofBy } from './browser-fixture.ts';
import type { AskerProof } from './protocol.ts';
import type { RunningVault } from './start.ts';
import {
  accessToken,
  CLAIRE,
  DAY_MS,
  MARC,
  openItem,
  START_MS,
  type VaultHome,
  vaultHome,
} from './vault-fixture.ts';

const CLAIRE_ID = '899700200001';
const REASON = 'SOFTWARE_FAILURE';

let home: VaultHome;
let running: RunningVault;
beforeEach(async () => {
  home = vaultHome(tempDir());
  running = await home.start();
});
afterEach(() => running.close());

const token = (client = CLAIRE, claims: Record<string, unknown> = {}): AskerProof => ({
  kind: 'token',
  client,
  token: accessToken(client, claims),
});
const take = (proof = token()) => running.vault.emergency({ proof, reason: REASON });

let newcomers = 0;
/** How many people nobody has asked for yet Claire may ask for now. */
async function available(client = CLAIRE): Promise<number> {
  const items = Array.from({ length: 60 }, () => {
    newcomers += 1;
    return openItem(newcomers, { client });
  });
  return (await running.vault.open(items)).filter(({ ok }) => ok).length;
}

async function restart(): Promise<void> {
  await running.close();
  running = await home.start();
}

describe('emergency units', () => {
  it('are ten more people, once a day for the structure, and no other structure pays for it', async () => {
    expect(await available()).toBe(30);
    expect(await take()).toEqual({ units: 10, until: new Date(START_MS + DAY_MS).toISOString() });
    await expect(take()).rejects.toMatchObject({ code: 'emergency-spent' });
    expect(await available()).toBe(10);
    expect((await take(token(MARC))).units).toBe(10);
    home.clock.advance(DAY_MS - 1);
    await expect(take()).rejects.toMatchObject({ code: 'emergency-spent' });
    home.clock.advance(1);
    expect((await take()).units).toBe(10);
  });

  it('fill nothing beyond full', async () => {
    await take();
    expect(await available()).toBe(30);
  });

  it('that were taken are taken, and what they gave is given, after a kill of the vault', async () => {
    expect(await available()).toBe(30);
    await take();
    await restart();
    await expect(take()).rejects.toMatchObject({ code: 'emergency-spent' });
    expect(await available()).toBe(10);
    await restart();
    expect(await available()).toBe(0);
  });

  it('need a sign-in of ten minutes, and a refusal costs the structure nothing', async () => {
    const old = token(CLAIRE, { auth_time: START_MS / 1000 - 601 });
    await expect(take(old)).rejects.toMatchObject({ code: 'fresh-sign-in-required' });
    await expect(take(token(CLAIRE, { structure: 'S-2' }))).rejects.toMatchObject({
      code: 'subject-refused',
    });
    await expect(take({ kind: 'token', client: MARC, token: accessToken(CLAIRE) })).rejects.toMatchObject({
      code: 'subject-refused',
    });
    expect((await take()).units).toBe(10);
  });

  it('taken by a hundred at once are taken once', async () => {
    const taken = await Promise.allSettled(Array.from({ length: 100 }, () => take()));
    expect(taken.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('are in the journal with who and why, before anybody hears of them', async () => {
    await take();
    const line = JSON.parse((await running.vault.journal([2]))[0] ?? '');
    expect(line).toMatchObject({ do: 'emergency', account: 'claire', structure: 'S-1', reason: REASON });
    expect(JSON.stringify(line)).not.toContain(CLAIRE_ID);
  });

  it('are not given while the vault is locked', async () => {
    await running.vault.lock('sophie', 'phishing');
    await expect(take()).rejects.toMatchObject({ code: 'locked' });
  });
});

describe('a browser that orders them', () => {
  const PATH = '/v1/emergency-units';
  const signed = async (call: { path?: string; method?: string; reason?: string } = {}) => {
    const browser = newBrowser();
    const { publicKey } = browser;
    const idToken = idTokenFor(CLAIRE_ID, publicKey);
    const { session } = await running.vault.bindSession({ idToken, publicKey, structure: 'S-1' });
    const { path = PATH, method = 'POST', reason = REASON } = call;
    return proofBy(browser, session, { path, method, body: JSON.stringify({ reason }) });
  };

  it('has signed this very order, once', async () => {
    const proof = await signed();
    expect((await take(proof)).units).toBe(10);
    home.clock.advance(DAY_MS);
    await expect(take(proof)).rejects.toMatchObject({ code: 'subject-refused' });
  });

  it.each([
    ['another call', { path: '/v1/eligibility' }],
    ['another method', { method: 'DELETE' }],
    ['another reason', { reason: 'MANY_WITHOUT_CARD' }],
  ])('that has signed %s has ordered nothing', async (_, call) => {
    await expect(take(await signed(call))).rejects.toMatchObject({ code: 'subject-refused' });
    expect((await take()).units).toBe(10);
  });
});
