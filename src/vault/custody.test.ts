// Operator and insurer refuse to start where it could take the keys itself.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { tempDir } from '../../test/support/temp-dir.ts';
import { refuseSharedCustody } from './custody.ts';

async function files() {
  const folder = await tempDir();
  const [vaultSocket, vaultKeyringFile] = [join(folder, 'vault.sock'), join(folder, 'keyring.json')];
  await writeFile(vaultSocket, '');
  await writeFile(vaultKeyringFile, '{}');
  return { vaultSocket, vaultKeyringFile };
}
const own = process.getuid?.() ?? 0;

it('in production it refuses to run as the vault’s user, as root, or where it can read the keyring', async () => {
  const paths = await files();
  const production = { mode: 'production' as const, ...paths };
  await expect(refuseSharedCustody(production, own)).rejects.toThrow('the vault’s user');
  await expect(refuseSharedCustody(production, 0)).rejects.toThrow('root');
  await expect(refuseSharedCustody(production, own + 1)).rejects.toThrow('can read the vault’s keyring');
});

it('it starts where the keyring is out of reach, and in the demo, where one user runs everything', async () => {
  const paths = await files();
  const unreachable = { ...paths, vaultKeyringFile: join(paths.vaultKeyringFile, 'nowhere') };
  await expect(refuseSharedCustody({ mode: 'production', ...unreachable }, own + 1)).resolves.toBeUndefined();
  await expect(refuseSharedCustody({ mode: 'demo', ...paths }, own)).resolves.toBeUndefined();
});
