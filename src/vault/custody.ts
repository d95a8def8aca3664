// Outside demo mode a vault and the process it serves are two users of the machine: a process that could read the keys,
// or signal and trace the vault, would make their separation a word (DESIGN.md 1).

import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import type { Mode } from '../config/config.ts';
import { FatalError } from '../lib/app-error.ts';

/** Throws FatalError when this process could reach what only the vault may hold. */
export async function refuseSharedCustody(
  config: { mode: Mode; vaultSocket: string; vaultKeyringFile: string | null },
  ownUid: number,
): Promise<void> {
  if (config.mode === 'demo') return;
  const { uid } = await stat(config.vaultSocket);
  if (uid === ownUid || ownUid === 0) {
    throw new FatalError('this process runs as the vault’s user (or as root): give each its own user');
  }
  if (config.vaultKeyringFile !== null && (await isReadable(config.vaultKeyringFile))) {
    throw new FatalError('this process can read the vault’s keyring: take that right away from its user');
  }
}

function isReadable(path: string): Promise<boolean> {
  return access(path, constants.R_OK).then(
    () => true,
    () => false, // not reachable is as good as not readable
  );
}
