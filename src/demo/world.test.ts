// The demo's papers are made once and kept: what a later version adds to the list is added to a world made before.

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { DEMO_ACCOUNTS } from './accounts.ts';
import { demoPaths } from './paths.ts';
import { demoCertificates, prepareFolder, prepareWorld } from './world.ts';

it('an account added later gets its certificate, and the others keep theirs', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rempart-world-'));
  try {
    const paths = demoPaths(folder);
    const now = new Date('2026-11-22T08:00:00Z');
    await prepareFolder(paths);
    await prepareWorld(paths, now, { operatorPort: 0, accounts: DEMO_ACCOUNTS.slice(0, -1) });
    const before = await readFile(paths.certificate('claire'), 'utf8');

    await prepareWorld(paths, now, { operatorPort: 0, accounts: DEMO_ACCOUNTS });
    expect(await readFile(paths.certificate('claire'), 'utf8')).toBe(before);
    const names = (await demoCertificates(paths, DEMO_ACCOUNTS)).map(({ name }) => name);
    expect(names).toContain('lucien-quai');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
