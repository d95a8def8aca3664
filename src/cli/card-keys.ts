// `rempart card keys`: an insurer's card keys as the trust list is to name them. Public halves only; works while the
// insurer's vault is locked.

import { cardKeysConfig } from '../config/config.ts';
import { readEnv } from '../config/env.ts';
import type { AmcNo } from '../core/ids.ts';
import type { CareDate } from '../core/period.ts';
import { parisDate } from '../lib/clock.ts';
import { InsurerVaultClient, InsurerVaultRefused } from '../vault/insurer/insurer-client.ts';
import type { CardKeyFacts } from '../vault/insurer/insurer-protocol.ts';
import { VaultUnavailable } from '../vault/vault-client.ts';
import { currentPaths, readDemoWorld } from './demo-world.ts';
import { type CliIo, printProblem } from './io.ts';
import { readOptions, UsageError, withUsage } from './usage.ts';

const USAGE = `Usage: rempart card keys [--json]
Prints {cards: [{kid, insurer, jwk, from, to}]}, as trust.json lists them: every key whose cards may still be good, that of
this quarter and of the next. A key that was replaced has a remark. Asks the vault of the demo's insurer or, where no demo
runs, the one at INSURER_VAULT_SOCKET.
`;

/** Exit code: 0 printed, 1 no vault or no answer, 2 wrong usage. */
export function cardKeysCommand(argv: string[], io: CliIo): Promise<number> {
  return withUsage(USAGE, argv, io, async () => {
    const { words } = readOptions(argv, {});
    if (words.length > 0) throw new UsageError(`"${words[0]}" is not an option`);
    return withInsurerVault(io, async (vault) => {
      const { insurer } = (await vault.call('state', {})).out;
      const { keys } = (await vault.call('cardKeys', {})).out;
      io.stdout(`${JSON.stringify({ cards: trustEntries(keys, insurer, io) }, null, io.json ? 0 : 2)}\n`);
      return 0;
    });
  });
}

/** With the vault of the demo's insurer, or the one that the environment names. */
export async function withInsurerVault(
  io: CliIo,
  run: (vault: InsurerVaultClient) => Promise<number>,
): Promise<number> {
  const paths = currentPaths();
  const isDemo = (await readDemoWorld(paths))?.insurer;
  const socket = isDemo ? paths.insurerVault.socket : cardKeysConfig(readEnv()).vaultSocket;
  if (socket === null) {
    const title = 'No demo is running here (npm start), and INSURER_VAULT_SOCKET is not set.';
    return printProblem({ type: 'urn:rempart:problem:no-vault', title, code: 'no-vault' }, io);
  }
  const vault = new InsurerVaultClient(socket);
  try {
    return await run(vault);
  } catch (error) {
    if (!(error instanceof InsurerVaultRefused || error instanceof VaultUnavailable)) throw error;
    const code = error instanceof InsurerVaultRefused ? error.code : 'unreachable';
    return printProblem({ type: `urn:rempart:problem:${code}`, title: error.message, code }, io);
  } finally {
    await vault.close();
  }
}

const REPLACED =
  'replaced: it signs nothing any more; set revokedOn if it may be in other hands (docs/runbooks/card-keys.md)';

/** In the list's shape and order; those whose cards have all ended are left out. */
export function trustEntries(keys: readonly CardKeyFacts[], insurer: AmcNo, io: Pick<CliIo, 'now'>) {
  const today = parisDate(io.now()) as CareDate;
  return keys
    .filter(({ to }) => to >= today)
    .map(({ kid, jwk, from, to, retired }) => ({
      ...{ kid, insurer, jwk, from, to },
      ...(retired ? { remark: REPLACED } : {}),
    }));
}
