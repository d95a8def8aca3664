// `rempart reset` (= npm run reset): removes the demo's data. Refuses while a demo is running, and any folder that is
// not a demo's: what REMPART_DIR names by mistake must survive.

import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { claim } from '../db/embedded-leftovers.ts';
import { currentPaths } from './demo-world.ts';
import type { CliIo } from './io.ts';
import { readOptions, withUsage } from './usage.ts';

const USAGE = `Usage: rempart reset
Removes the demo's data (.rempart/, or the folder REMPART_DIR names). The next npm start makes a new world.
`;

export function resetCommand(argv: string[], io: CliIo): Promise<number> {
  return withUsage(USAGE, argv, io, async () => {
    readOptions(argv, {});
    const paths = currentPaths();
    if (!existsSync(paths.base)) {
      io.stderr('There is nothing to remove.\n');
      return 0;
    }
    if (!existsSync(paths.world)) {
      io.stderr(`${paths.base} is not a demo's folder (it holds no world.json): nothing was removed.\n`);
      return 1;
    }
    try {
      if (existsSync(dirname(paths.postgres))) claim(paths.postgres)(); // taken by a demo that runs or is starting
    } catch {
      io.stderr('The demo is running: stop it first (Ctrl-C in its terminal).\n');
      return 1;
    }
    await rm(paths.base, { recursive: true, force: true });
    await rm(paths.socket, { force: true });
    io.stderr('The demo’s data is gone; the next npm start makes a new world.\n');
    return 0;
  });
}
