// Test support: an insurer's vault in a process of its own, which a test can kill. Its configuration is the first
// argument. It must never be imported by anything that runs in production.

import type { InsurerVaultConfig } from '../../config/config.ts';
import { systemClock } from '../../lib/clock.ts';
import { startInsurerVault } from './start.ts';

const config = JSON.parse(process.argv[2] ?? '') as InsurerVaultConfig;
await startInsurerVault(config, {
  clock: systemClock,
  onInternalError: (error) => process.stderr.write(`${String(error)}\n`),
});
process.stdout.write('ready\n');
