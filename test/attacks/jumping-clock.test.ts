// Somebody sets the vault's clock, forth and back: what was spent at a time stays spent at that time, so that a jump gives
// what the hour says at most, and never twice.

import { afterEach, beforeEach, expect, it } from 'vitest';
import type { RunningVault } from '../../src/vault/start.ts';
import {
  accessToken,
  CLAIRE,
  DAY_MS,
  identityItem,
  openItem,
  type VaultHome,
  vaultHome,
} from '../../src/vault/vault-fixture.ts';
import { tempDir } from '../support/temp-dir.ts';

const SIZE = 30;

let home: VaultHome;
let running: RunningVault;
beforeEach(async () => {
  home = vaultHome(tempDir());
  running = await home.start();
});
afterEach(() => running.close());

let newcomers = 0;
/** How many people nobody has asked for yet Claire may ask for now, with a token of this very moment. */
async function available(): Promise<number> {
  const items = Array.from({ length: 2 * SIZE }, () => {
    newcomers += 1;
    return openItem(newcomers);
  });
  return (await running.vault.open(items)).filter(({ ok }) => ok).length;
}

it('a clock that is set back gives nothing, for as long as it takes to come back', async () => {
  expect(await available()).toBe(SIZE);
  for (const back of [1_000, DAY_MS, 30 * DAY_MS]) {
    home.clock.advance(-back);
    expect(await available()).toBe(0);
    home.clock.advance(back);
    expect(await available()).toBe(0);
  }
});

it('a clock that goes forth and back, again and again, gives what the later hour gives, once', async () => {
  let given = await available();
  for (let i = 0; i < 20; i += 1) {
    home.clock.advance(2 * DAY_MS);
    given += await available();
    home.clock.advance(-2 * DAY_MS);
    given += await available();
  }
  expect(given).toBe(2 * SIZE);
});

it('nor does a restart in between, which reads the lines as they were written', async () => {
  let given = await available();
  for (let i = 0; i < 4; i += 1) {
    home.clock.advance(2 * DAY_MS);
    given += await available();
    home.clock.advance(-2 * DAY_MS);
    await running.close();
    running = await home.start();
    given += await available();
  }
  expect(given).toBe(2 * SIZE);
});

it('makes no old sign-in fresh, and no emergency come back', async () => {
  await home.lendHalves(running.vault);
  const token = accessToken(CLAIRE);
  const proof = { kind: 'token', client: CLAIRE, token } as const;
  const take = () => running.vault.emergency({ proof, reason: 'SOFTWARE_FAILURE' });
  expect((await take()).units).toBe(10);
  for (const ms of [-3_600_000, 3_600_000]) {
    home.clock.advance(ms);
    const [outcome] = await running.vault.open([identityItem(1, { proof })]);
    if (ms < 0) expect(outcome).toMatchObject({ ok: false, code: 'proof-refused' });
    else expect(outcome?.ok).toBe(true); // where it was
    await expect(take()).rejects.toMatchObject({ code: ms < 0 ? 'subject-refused' : 'emergency-spent' });
  }
});
