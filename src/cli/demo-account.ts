// An account of the running demo and a connection with its certificate: what every command that asks as somebody needs.

import type { DemoPaths } from '../demo/paths.ts';
import { currentPaths, type DemoWorld, NO_DEMO, readDemoWorld, type SoftwareAccount } from './demo-world.ts';
import type { CliIo } from './io.ts';
import { type OperatorClient, openOperatorClient } from './operator-client.ts';
import { UsageError } from './usage.ts';

export type DemoAccess = {
  paths: DemoPaths;
  world: DemoWorld;
  account: SoftwareAccount;
  client: OperatorClient;
};

/** `as`: an account of demo.json, the first one unless told. Gives the exit code; 1 when no demo is running. */
export async function asDemoAccount(
  as: string | boolean | undefined,
  io: CliIo,
  work: (access: DemoAccess) => Promise<number>,
): Promise<number> {
  const paths = currentPaths();
  const world = await readDemoWorld(paths);
  if (!world) {
    io.stderr(NO_DEMO);
    return 1;
  }
  const accounts = world.accounts.filter((one) => one.kind === 'software');
  const account = accounts.find(({ id }) => id === (as ?? accounts[0]?.id));
  if (!account) throw new UsageError(`--as must be one of ${accounts.map(({ id }) => id).join(', ')}`);
  const client = await openOperatorClient(world.operator, { ca: world.tls.ca, ...account.tls });
  try {
    return await work({ paths, world, account, client });
  } finally {
    client.close();
  }
}
