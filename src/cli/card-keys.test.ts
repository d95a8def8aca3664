// `rempart card keys` and `card replace-key` with an insurer's vault behind its socket, and no demo.

import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { tempDir } from '../../test/support/temp-dir.ts';
import type { AmcNo } from '../core/ids.ts';
import { parseTrustList } from '../core/trust-list.ts';
import { ManualClock } from '../lib/clock.ts';
import { encodeVkey, rawPublicKey } from '../operator/ledger/note.ts';
import type { CardKeyFacts } from '../vault/insurer/insurer-protocol.ts';
import { startInsurerVault } from '../vault/insurer/start.ts';
import { cardCommand } from './card.ts';
import { trustEntries } from './card-keys.ts';

const INSURER = '0999000101' as AmcNo;
const NOW = Date.parse('2026-11-23T11:00:00Z');

let vault: { close(): Promise<void> };
beforeEach(async () => {
  const folder = tempDir();
  const enrolmentFile = join(folder, 'enrolment.json');
  const { publicKey } = generateKeyPairSync('ed25519');
  const vkey = encodeVkey('log.example', rawPublicKey(publicKey));
  writeFileSync(enrolmentFile, JSON.stringify({ operator: { vkey }, staff: [] }));
  const config = {
    mode: 'demo',
    insurer: INSURER,
    socket: join(folder, 'vault.sock'),
    socketMode: 0o600,
    keyringFile: join(folder, 'keyring'),
    passphraseFile: null,
    enrolmentFile,
    journalDirectory: join(folder, 'journal'),
    startLocked: false,
    cardsPerDay: 10,
  } as const;
  vi.stubEnv('REMPART_DIR', join(folder, 'no-demo'));
  vi.stubEnv('INSURER_VAULT_SOCKET', config.socket);
  vault = await startInsurerVault(config, {
    clock: new ManualClock(NOW),
    onInternalError: (error) => {
      throw error;
    },
  });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await vault.close();
});

async function run(...argv: string[]) {
  let stdout = '';
  let stderr = '';
  const code = await cardCommand(argv, {
    stdout: (text) => (stdout += text),
    stderr: (text) => (stderr += text),
    json: true,
    now: () => NOW,
  });
  return { code, stderr, body: stdout === '' ? {} : (JSON.parse(stdout) as Record<string, unknown>) };
}
type Entry = { kid: string; from: string; to: string; remark?: string };
const keys = async () => (await run('keys')).body['cards'] as Entry[];

it('card keys prints this quarter’s key and the next in the shape of the trust list', async () => {
  const { code, body } = await run('keys');
  expect(code).toBe(0);
  expect(body).toMatchObject({
    cards: [
      { insurer: INSURER, from: '2026-10-01', to: '2028-12-31' },
      { insurer: INSURER, from: '2027-01-01', to: '2029-03-31' },
    ],
  });
  expect(parseTrustList({ ...body, issuedAt: '2026-11-23T11:00:00Z' })?.cards.size).toBe(2);
});

it('card replace-key has the key signed no more; card keys goes on naming it, with a remark', async () => {
  const [stolen, next] = await keys();
  const { code, body } = await run('replace-key', `--kid=${stolen?.kid}`);
  const [old, fresh, ...others] = await keys();
  expect([code, body]).toEqual([0, { replaced: stolen?.kid, cards: [old, fresh, ...others] }]);
  expect(old).toEqual({ ...stolen, remark: expect.stringContaining('signs nothing any more') });
  expect(fresh).toMatchObject({ from: stolen?.from, to: stolen?.to });
  expect(fresh).not.toHaveProperty('remark');
  expect(others).toEqual([next]);
  const list = parseTrustList({ cards: await keys(), issuedAt: '2026-11-23T11:00:00Z' });
  expect(list?.cards.size).toBe(3);
});

it('card keys leaves out a key whose cards have all ended', async () => {
  const { body } = await run('keys');
  const facts = (body['cards'] as CardKeyFacts[]).map((key) => ({ ...key, retired: false }));
  const kidsAt = (day: string) =>
    trustEntries(facts, INSURER, { now: () => Date.parse(`${day}T11:00:00Z`) }).map(({ kid }) => kid);
  expect(kidsAt('2028-12-31')).toHaveLength(2);
  expect(kidsAt('2029-01-01')).toEqual([facts[1]?.kid]);
});

it('an unknown key is a problem and exit code 1, a missing one wrong usage', async () => {
  const unknown = await run('replace-key', '--kid', 'AAAAAAAAAAA');
  expect([unknown.code, unknown.body]).toMatchObject([1, { code: 'card-key-unknown' }]);
  expect((await run('replace-key')).code).toBe(2);
  expect((await run('keys', 'more')).code).toBe(2);
});

it('no vault is a problem and exit code 1, whether it is away or nobody said where it is', async () => {
  await vault.close();
  expect(await run('keys')).toMatchObject({ code: 1, body: { code: 'unreachable' } });
  vi.stubEnv('INSURER_VAULT_SOCKET', '');
  expect(await run('keys')).toMatchObject({ code: 1, body: { code: 'no-vault' } });
});
