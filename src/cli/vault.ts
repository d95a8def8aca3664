// `rempart vault`: state, lock by one, unlock by two (demo staff keys are at hand), begin an insurer's next epoch.

import type { JsonWebKey } from 'node:crypto';
import { parseAmcNo } from '../core/ids.ts';
import { readJsonIfThere } from '../demo/files.ts';
import type { DemoPaths } from '../demo/paths.ts';
import { approveUnlock } from '../demo/world.ts';
import { VaultSocketClient } from '../vault/socket-client.ts';
import { type VaultClient, VaultRefused, VaultUnavailable } from '../vault/vault-client.ts';
import { currentPaths } from './demo-world.ts';
import type { CliIo } from './io.ts';
import { readOptions, UsageError, withUsage } from './usage.ts';

const USAGE = `Usage: rempart vault state
       rempart vault lock --by STAFF [--reason TEXT]      cuts every door at once
       rempart vault unlock --by STAFF --and STAFF        two different persons
       rempart vault begin-epoch --insurer AMC            new keys; the next full feed ends the old ones
Demo staff: sophie, theo.
`;

const OPTIONS = {
  by: { type: 'string' },
  and: { type: 'string' },
  reason: { type: 'string' },
  insurer: { type: 'string' },
} as const;

export function vaultCommand(argv: string[], io: CliIo): Promise<number> {
  return withUsage(USAGE, argv, io, async () => {
    const { values, words } = readOptions(argv, OPTIONS);
    const paths = currentPaths();
    const vault = new VaultSocketClient(paths.socket);
    try {
      const result = await perform(words[0] ?? '', values as Record<string, string>, vault, paths);
      io.stdout(`${JSON.stringify(result, null, io.json ? 0 : 2)}\n`);
      return 0;
    } catch (error) {
      if (!(error instanceof VaultRefused || error instanceof VaultUnavailable)) throw error;
      const code = error instanceof VaultRefused ? error.code : 'unreachable';
      io.stdout(`${JSON.stringify({ code, title: error.message })}\n`);
      return 1;
    } finally {
      await vault.close();
    }
  });
}

async function perform(
  verb: string,
  values: Record<string, string>,
  vault: VaultClient,
  paths: DemoPaths,
): Promise<unknown> {
  switch (verb) {
    case 'state':
      return (await vault.call('state', {})).out;
    case 'lock':
      return (await vault.call('lock', { by: needed(values, 'by'), reason: values['reason'] ?? 'by hand' }))
        .out;
    case 'unlock':
      return unlock([needed(values, 'by'), needed(values, 'and')], vault, paths);
    case 'begin-epoch': {
      const amcNo = parseAmcNo(needed(values, 'insurer'));
      if (!amcNo) throw new UsageError('--insurer must be an AMC number (8 to 10 digits)');
      return (await vault.call('beginEpoch', { amcNo })).out;
    }
    default:
      throw new UsageError('say state, lock, unlock or begin-epoch');
  }
}

async function unlock(staff: readonly string[], vault: VaultClient, paths: DemoPaths): Promise<unknown> {
  const { lockId } = (await vault.call('state', {})).out;
  if (lockId === null) return { ok: true, note: 'the vault was not locked' };
  const approvals = await Promise.all(
    staff.map(async (id) => {
      const key = await readJsonIfThere<JsonWebKey>(paths.staff(id));
      if (!key) throw new UsageError(`there is no key of staff member ${id} here`);
      return { staff: id, jws: await approveUnlock(key, lockId) };
    }),
  );
  return (await vault.call('unlock', { approvals })).out;
}

function needed(values: Record<string, string>, name: string): string {
  const value = values[name];
  if (!value) throw new UsageError(`--${name} is missing`);
  return value;
}
