// A payment run in a process of its own, killed with -9 at every persist: before it, while it is under way, after it. The
// next process goes on; every claim is paid once, and a file that had left is left alone.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { childScript } from '../../../../test/support/child-script.ts';
import {
  addClaims,
  createPaymentWorld,
  DAY,
  filesIn,
  type PaymentWorld,
  START_MS,
  sums,
} from '../../../../test/support/payment-world.ts';
import { tempDir } from '../../../../test/support/temp-dir.ts';

let script: string;
let world: PaymentWorld;
beforeAll(async () => {
  world = await createPaymentWorld();
  script = await childScript(join(import.meta.dirname, 'payment-process-fixture.ts'));
});
afterAll(() => world.database.drop());
beforeEach(() => world.empty());

type Death = { dieAt: number; when: 'before' | 'during' | 'after' };

async function payIn(folder: string, { dieAt, when }: Death, nowMs: number) {
  const orders = { url: world.database.urlOf('pay'), folder, day: DAY, nowMs, dieAt, when };
  const child = spawn(process.execPath, [script, JSON.stringify(orders)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (chunk) => {
    said += String(chunk);
  });
  const [, signal] = await once(child, 'close');
  return { signal, said };
}

/** begin, approve, then note and write each of two files, finish. */
const PERSISTS = 7;
const deaths = Array.from({ length: PERSISTS }, (_, i) =>
  (['before', 'during', 'after'] as const).map((when) => ({ dieAt: i + 1, when })),
).flat();

describe('a run killed with -9', () => {
  it('makes so many persists, no more', async () => {
    await addClaims(world.owner, 12);
    const { said } = await payIn(tempDir(), { dieAt: 0, when: 'before' }, START_MS);
    expect(JSON.parse(said)).toEqual({ kind: 'written', persists: PERSISTS });
  });

  it.each(deaths)('$when persist $dieAt and started again pays each claim once', async (death) => {
    const folder = tempDir();
    await addClaims(world.owner, 30);
    expect((await payIn(folder, death, START_MS)).signal).toBe('SIGKILL');
    const left = filesIn(folder);
    const { signal } = await payIn(folder, { dieAt: 0, when: 'before' }, START_MS + 60_000);
    expect(signal).toBeNull();
    const all = await sums(world.owner);
    expect(all).toMatchObject({
      claimsPaid: 30,
      claimsNotPaid: 0,
      remittances: 30,
      transferClaims: 30,
      runs: 1,
    });
    const files = filesIn(folder);
    expect(files.reduce((sum, { cents }) => sum + cents, 0)).toBe(all.claimCents);
    expect(all.remittanceCents).toBe(all.claimCents);
    expect(new Set(files.flatMap(({ advices }) => advices)).size).toBe(6);
    expect(files.slice(0, left.length), 'bytes that had left').toEqual(left);
  });
});
