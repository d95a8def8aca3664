// The same rows whether sealed here or in threads, and a pool that survives its threads.

import { createSecretKey } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tempDir } from '../../test/support/temp-dir.ts';
import type { AmcNo } from '../core/ids.ts';
import { nirKey } from '../core/nir.ts';
import { epochKeys, purposeKey } from './derive.ts';
import { createSealPool, type SealPool } from './seal-pool.ts';

const master = (n: number) => createSecretKey(Buffer.alloc(32, n));
const keys = {
  amcNo: '0999000101' as AmcNo,
  recordId: purposeKey(master(0), 'recordId'),
  notice: purposeKey(master(0), 'notice'),
  engagement: purposeKey(master(0), 'engagementTerms'),
  counter: purposeKey(master(0), 'counter'),
  epochs: [epochKeys(1, master(1))],
};

function line(n: number): string {
  const first13 = `1800175991${String(n).padStart(3, '0')}`;
  return JSON.stringify({
    op: 'UPSERT',
    ref: Buffer.alloc(16, n).toString('base64url'),
    memberNo: `G${n}`,
    beneficiary: { nir: first13 + nirKey(first13), birthDate: '19800117', birthRank: 1, quality: 'INSURED' },
    convType: 'RP',
    responsible: true,
    product: 'CONFORT-2',
    periods: [{ domain: 'PHAR', from: '2026-01-01', to: null, rule: 'R1' }],
  });
}
const block = (...lines: string[]) => Buffer.from(`${lines.join('\n')}\n`);
const job = (...lines: string[]) => ({
  keys,
  block: block(...lines),
  index: 0,
  unchanged: new Uint8Array(),
  onlyFictitious: true,
});

/** The real thread's script, compiled for whatever Node runs this: Node 20 cannot load TypeScript in a thread. */
async function compiledWorker(): Promise<URL> {
  const outDir = tempDir();
  await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      ssr: join(import.meta.dirname, 'seal-worker.ts'),
      outDir,
      target: 'node20',
      rollupOptions: { output: { entryFileNames: 'seal-worker.mjs' } },
    },
  });
  return pathToFileURL(join(outDir, 'seal-worker.mjs'));
}

let threads: SealPool;
let entry: URL;
beforeAll(async () => {
  entry = await compiledWorker();
  threads = createSealPool({ workers: 2, entry });
}, 30_000);
afterAll(() => threads.close());

describe('threads', () => {
  it('give what sealing in place gives, but for what is random', async () => {
    const inline = createSealPool({ workers: 0 });
    const [here, there] = await Promise.all([
      inline.seal(job(line(1), 'x')),
      threads.seal(job(line(1), 'x')),
    ]);
    expect(there.reply).toEqual(here.reply);
    expect(there.lines.length).toBe(here.lines.length);
    expect(there.doors.subarray(0, 58).equals(here.doors.subarray(0, 58))).toBe(true); // up to the sealed link
    expect(await threads.fingerprint({ keys, block: block(line(1)) })).toEqual(
      await inline.fingerprint({ keys, block: block(line(1)) }),
    );
  });

  it('take a large block without copying it, but never what comes after it: a frame may hold the next one', async () => {
    const large = block(...Array.from({ length: 5_000 }, () => line(1)));
    const alone = Buffer.concat([Buffer.alloc(1_250), large]);
    const followed = Buffer.concat([large, Buffer.from('next frame')]);
    const bitmap = alone.subarray(0, 1_250);
    const sealing = [threads.seal({ ...job(), block: alone.subarray(1_250), unchanged: bitmap })];
    expect([alone.length, bitmap.length]).toEqual([0, 0]); // handed over
    sealing.push(threads.seal({ ...job(), block: followed.subarray(0, -10) }));
    expect(followed.toString('latin1', followed.length - 10)).toBe('next frame');
    for (const { reply } of await Promise.all(sealing)) expect(reply.upserts).toBe(5_000);
  });

  it('answer many jobs at once, each with its own', async () => {
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        threads.seal({ ...job(...Array.from({ length: i + 1 }, () => 'x')), index: i }),
      ),
    );
    replies.forEach(({ reply }, i) => {
      expect(reply.rejected.length).toBe(i + 1);
      expect(reply.rejected[0]?.line).toBe(i * 10_000 + 1);
    });
  });

  it('fail with the place and never with what the line said', async () => {
    const broken = { ...job(line(1)), keys: { ...keys, epochs: [] } };
    const error = await threads.seal(broken).catch((thrown: Error) => thrown);
    expect(error).toBeInstanceOf(Error);
    expect((error as Error).message).toContain('sealing failed in Error');
    expect((error as Error).message).not.toContain('living epoch'); // not even a message of our own
    expect((await threads.seal(job(line(1)))).reply.upserts).toBe(1);
  });

  it('are bounded: a caller gone wrong is refused at once', async () => {
    const pool = createSealPool({ workers: 1, entry });
    const all = await Promise.allSettled(Array.from({ length: 60 }, () => pool.seal(job('x'))));
    const refused = all.filter(({ status }) => status === 'rejected');
    expect(refused.length).toBeGreaterThan(0);
    expect(all.length - refused.length).toBeGreaterThanOrEqual(32);
    await pool.close();
  });

  it('that end are replaced; what they were doing fails', async () => {
    const script = join(tempDir(), 'dying.mjs');
    writeFileSync(
      script,
      `import { parentPort } from 'node:worker_threads';
       parentPort.on('message', (request) => {
         if (request.job.index === 7) throw new Error('a line of somebody');
         parentPort.postMessage({ ok: true, do: 'fingerprint', prints: new Uint8Array(32) });
       });`,
    );
    const pool = createSealPool({ workers: 1, entry: pathToFileURL(script) });
    await expect(pool.seal({ ...job('x'), index: 7 })).rejects.toThrow(
      'a seal worker ended before its answer',
    );
    expect((await pool.fingerprint({ keys, block: block('x') })).length).toBe(32);
    await pool.close();
  });

  it('that cannot start fail the job, and do not take the process with them', async () => {
    const pool = createSealPool({ workers: 1, entry: pathToFileURL('/nowhere/seal-worker.mjs') });
    await expect(pool.seal(job('x'))).rejects.toThrow('a seal worker ended');
    await pool.close();
  });

  it('refuse everything once closed, what waited included', async () => {
    const pool = createSealPool({ workers: 1, entry });
    const waiting = [pool.seal(job('x')), pool.seal(job('x'))].map((sealing) =>
      sealing.catch((error: Error) => error),
    );
    await pool.close();
    for (const outcome of await Promise.all(waiting)) expect(outcome).toBeInstanceOf(Error);
    await expect(pool.seal(job('x'))).rejects.toThrow('closed');
  });
});
