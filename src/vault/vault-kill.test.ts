// A vault in a process of its own, killed with -9 in the middle of its work: what it had answered is on disk, what it
// had spent stays spent, what it had signed is not forgotten, and a lock holds.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { childScript } from '../../test/support/child-script.ts';
import { tempDir } from '../../test/support/temp-dir.ts';
import { leafHash, rootOf } from '../operator/ledger/merkle.ts';
import { type JournalLine, readJournal } from './journal.ts';
import { VaultSocketClient } from './socket-client.ts';
import {
  EXERCISE,
  identityItem,
  MARC,
  openItem,
  START_MS,
  TILLEULS,
  type VaultHome,
  vaultHome,
} from './vault-fixture.ts';

let script: string;
let living: ChildProcess | null = null;

beforeAll(async () => {
  script = await childScript(join(import.meta.dirname, 'vault-process-fixture.ts'));
});
afterAll(() => void living?.kill('SIGKILL'));

async function startProcess(home: VaultHome): Promise<ChildProcess> {
  const child = spawn(process.execPath, [script, JSON.stringify(home.config)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  living = child;
  const [said] = await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  expect(String(said)).toBe('ready\n');
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

const leaf = (i: number) => leafHash(Buffer.from(`entry ${i}`));

async function linesOf(home: VaultHome): Promise<JournalLine[]> {
  const lines: JournalLine[] = [];
  for await (const { line } of readJournal(home.config.journalDirectory)) lines.push(line);
  return lines;
}

/** Asks without pause until the vault is gone; gives what was answered. */
async function openUntilGone(client: VaultSocketClient, from: number): Promise<number[]> {
  const answered: number[] = [];
  for (let i = from; ; i += 100) {
    const reply = await client
      .call('open', { items: [i, i + 1].map((one) => openItem(one, { amcNo: EXERCISE })) })
      .catch(() => null);
    if (!reply) return answered;
    for (const one of reply.out.items) if (one.ok) answered.push(one.journalNo);
  }
}

/** Signs one more leaf at a time until the vault is gone; gives the size last answered. */
async function signUntilGone(client: VaultSocketClient): Promise<number> {
  for (let size = 0; ; size += 1) {
    const reply = await client.call('signCheckpoint', { from: size, count: 1 }, leaf(size)).catch(() => null);
    if (!reply) return size;
  }
}

it('a killed vault comes back knowing all that it had answered', async () => {
  const home = vaultHome(tempDir());
  home.clock.advance(Date.now() - START_MS); // the process goes by the real clock, so must the tokens
  const client = new VaultSocketClient(home.config.socket);
  const first = await startProcess(home);
  await home.lendHalves(client);
  await client.call('open', { items: [1, 2, 3].map((i) => identityItem(i, { client: MARC })) });
  const opening = Promise.all([10, 20, 30, 40].map((from) => openUntilGone(client, from)));
  const signing = signUntilGone(client);
  while ((await client.call('state', {})).out.journalNo < 150); // well under way
  const attack = Array.from({ length: 20 }, (_, i) => openItem(500 + i));
  void client.call('open', { items: attack }).catch(() => null);
  void client.call('open', { items: [4, 5].map((i) => identityItem(i, { client: MARC })) }).catch(() => null);
  await kill(first);
  const answered = (await opening).flat();
  const signedSize = await signing;

  const second = await startProcess(home); // takes the socket that was left behind
  await home.lendHalves(client); // a killed vault has forgotten them
  const lines = await linesOf(home);
  const doors = new Set(lines.filter((line) => line.do === 'open').map((line) => line.n));
  expect(answered.length).toBeGreaterThan(50);
  expect(answered.filter((n) => !doors.has(n))).toEqual([]);
  const { ledger } = (await client.call('state', {})).out;
  expect(ledger.size).toBeGreaterThanOrEqual(signedSize);
  expect(ledger.size).toBeLessThanOrEqual(signedSize + 1); // the one whose answer was lost
  expect(ledger.root).toBe(rootOf(Array.from({ length: ledger.size }, (_, i) => leaf(i))).toString('base64'));

  // An optician has eight: those that stand in the journal are spent, answered or not.
  const spent = lines.filter((line) => line.do === 'open' && line.structure === 'S-2').length;
  expect(spent).toBeGreaterThanOrEqual(3);
  expect(spent).toBeLessThanOrEqual(5);
  const more = await client.call('open', {
    items: Array.from({ length: 8 }, (_, i) => identityItem(10 + i, { client: MARC })),
  });
  expect(more.out.items.filter(({ ok }) => ok)).toHaveLength(8 - spent);

  // A pharmacist has thirty people of real insurers, in mid-attack too.
  const taken = lines.filter(
    (line) =>
      line.do === 'open' && 'insurer' in line && line.account === 'claire' && line.insurer === TILLEULS,
  );
  const again = await client.call('open', { items: Array.from({ length: 40 }, (_, i) => openItem(900 + i)) });
  expect(again.out.items.filter(({ ok }) => ok)).toHaveLength(30 - taken.length);

  const { lockId } = (await client.call('lock', { by: 'sophie', reason: 'phishing' })).out;
  await kill(second);
  const third = await startProcess(home);
  expect((await client.call('state', {})).out).toMatchObject({ locked: true, lockId });
  await expect(client.call('open', { items: [openItem(1)] })).rejects.toMatchObject({ code: 'locked' });
  await client.call('unlock', { approvals: ['sophie', 'theo'].map((id) => home.approval(id, lockId)) });
  await kill(third);
  await startProcess(home);
  expect((await client.call('state', {})).out.locked).toBe(false);
  await client.close();
});
