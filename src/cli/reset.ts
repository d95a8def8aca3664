// `rempart reset` (= npm run reset): removes the demo's data. Refuses while a demo is running.

import { rm } from 'node:fs/promises';
import { currentPaths, readDemoWorld } from './demo-world.ts';
import type { CliIo } from './io.ts';
import { operatorAnswers } from './operator-client.ts';

export async function resetCommand(_argv: string[], io: CliIo): Promise<number> {
  const paths = currentPaths();
  const world = await readDemoWorld(paths);
  if (world && (await operatorAnswers(world.operator, world.tls.ca))) {
    io.stderr('The demo is running: stop it first (Ctrl-C in its terminal).\n');
    return 1;
  }
  await rm(paths.base, { recursive: true, force: true });
  await rm(paths.socket, { force: true });
  io.stderr('The demo’s data is gone; the next npm start makes a new world.\n');
  return 0;
}
