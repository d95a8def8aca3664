// A vault in the process of a benchmark, on its real socket, with its real keyring and journal. It believes nobody but the
// staff it is told of.

import type { JsonWebKey } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../src/lib/clock.ts';
import { type RunningVault, startVault } from '../src/vault/start.ts';

export const vaultSocket = (folder: string) => join(folder, 'vault.sock');
export const vaultKeyring = (folder: string) => join(folder, 'keyring.json');

export async function startBenchVault(
  folder: string,
  staff: readonly { id: string; key: JsonWebKey }[] = [],
): Promise<RunningVault> {
  const enrolmentFile = join(folder, 'enrolment.json');
  const psc = { issuer: '', clients: [], keys: [] };
  const enrolment = { clients: [], professionals: [], psc, insurers: [], staff };
  await writeFile(enrolmentFile, JSON.stringify(enrolment), { mode: 0o600 });
  return startVault(
    {
      mode: 'demo',
      socket: vaultSocket(folder),
      socketMode: 0o600,
      keyringFile: vaultKeyring(folder),
      passphraseFile: null,
      enrolmentFile,
      journalDirectory: join(folder, 'journal'),
      logOrigin: 'rempart.example/bench/log-1',
      trustDirectory: folder,
      startLocked: false,
      sealThreads: 1,
    },
    { clock: systemClock, onInternalError: (error) => process.stderr.write(`${String(error)}\n`) },
  );
}
