// A browser that a structure has not known for a day opens eight doors and no more, whichever of its keys is shown; what
// makes one known is a day, not a person's word. The list first, then the vault that goes by it.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tempDir } from '../../test/support/temp-dir.ts';
import { type Browser, idTokenFor, newBrowser, proofBy } from './browser-fixture.ts';
import { BrowserKeys } from './browser-keys.ts';
import type { RunningVault } from './start.ts';
import {
  DAY_MS,
  memberNo,
  openItem,
  person,
  START_MS,
  TILLEULS,
  type VaultHome,
  vaultHome,
} from './vault-fixture.ts';

const CLAIRE_ID = '899700200001';
const SIZE = 8;

describe('the browsers of a structure', () => {
  const browser = { structure: 'S-1', key: 'k' };

  it('are known a day after they were first seen, whatever was seen of them since', () => {
    const keys = new BrowserKeys();
    expect(keys.isNew(browser, START_MS)).toBe(true);
    for (const hour of [0, 4, 8, 23]) keys.bound(browser, START_MS + hour * 3_600_000);
    expect(keys.isNew(browser, START_MS + DAY_MS - 1)).toBe(true);
    expect(keys.isNew(browser, START_MS + DAY_MS)).toBe(false);
    expect(keys.isNew({ ...browser, structure: 'S-2' }, START_MS + DAY_MS)).toBe(true);
    expect(keys.isNew({ ...browser, key: 'other' }, START_MS + DAY_MS)).toBe(true);
  });

  it('are new again when they were away for 35 days, and not a moment earlier', () => {
    const keys = new BrowserKeys();
    keys.bound(browser, START_MS);
    keys.bound(browser, START_MS + 35 * DAY_MS - 1);
    expect(keys.isNew(browser, START_MS + 35 * DAY_MS)).toBe(false);
    keys.bound(browser, START_MS + 70 * DAY_MS);
    expect(keys.isNew(browser, START_MS + 70 * DAY_MS)).toBe(true);
  });

  it('are new when the clock is put back to before they came', () => {
    const keys = new BrowserKeys();
    keys.bound(browser, START_MS);
    expect(keys.isNew(browser, START_MS - DAY_MS)).toBe(true);
  });

  it('are forgotten from the one that was away longest: new, never known by mistake', () => {
    const keys = new BrowserKeys(2);
    const [a, b, c] = ['a', 'b', 'c'].map((key) => ({ structure: 'S-1', key }));
    if (!a || !b || !c) throw new Error('three browsers');
    for (const [i, one] of [a, b, a, c].entries()) keys.bound(one, START_MS + i);
    const later = START_MS + 2 * DAY_MS;
    expect([a, b, c].map((one) => keys.isNew(one, later))).toEqual([false, true, false]);
  });
});

describe('a sign-in through Pro Santé Connect', () => {
  let home: VaultHome;
  let running: RunningVault;
  beforeEach(async () => {
    home = vaultHome(tempDir());
    running = await home.start();
  });
  afterEach(() => running.close());

  async function signIn(browser: Browser): Promise<string> {
    const { publicKey } = browser;
    const idToken = idTokenFor(CLAIRE_ID, publicKey);
    return (await running.vault.bindSession({ idToken, publicKey, structure: 'S-1' })).session;
  }

  /** How many of these people it opens the doors of. */
  async function opens(browser: Browser, from: number, count = 40): Promise<number> {
    const session = await signIn(browser);
    const items = Array.from({ length: count }, (_, i) => {
      const { nir, birthDate, birthRank } = person(from + i);
      const beneficiary = { nir, birthDate, birthRank };
      const evidence = { kind: 'member-number', memberNo: memberNo(from + i), beneficiary };
      const body = JSON.stringify({ amcNo: TILLEULS, evidence });
      return openItem(from + i, { proof: proofBy(browser, session, { body }) });
    });
    return (await running.vault.open(items)).filter(({ ok }) => ok).length;
  }

  it('from a new browser opens eight doors; after a day as many as any other', async () => {
    const browser = newBrowser();
    expect(await opens(browser, 0)).toBe(SIZE);
    home.clock.advance(DAY_MS);
    expect(await opens(browser, 100)).toBe(30);
  });

  it('gets no more by making another key, nor by killing the vault', async () => {
    expect(await opens(newBrowser(), 0)).toBe(SIZE);
    expect(await opens(newBrowser(), 100)).toBe(0);
    await running.close();
    running = await home.start();
    expect(await opens(newBrowser(), 200)).toBe(0);
  });

  it('makes the browser known to the whole structure, also after a kill of the vault', async () => {
    const browser = newBrowser();
    await signIn(browser);
    await running.close();
    running = await home.start();
    home.clock.advance(DAY_MS);
    expect(await opens(browser, 0)).toBe(30);
  });

  it('is in the journal with a digest of the key, and not with the key', async () => {
    const browser = newBrowser();
    await signIn(browser);
    const line = JSON.parse((await running.vault.journal([2]))[0] ?? '');
    expect(line).toMatchObject({ do: 'bind', account: 'claire', structure: 'S-1', by: 'psc' });
    expect(line.key).toMatch(/^[\w-]{22}$/);
    expect(JSON.stringify(line)).not.toContain(browser.publicKey.x);
  });
});
