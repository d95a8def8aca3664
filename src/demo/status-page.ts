// The demo's status page: the process as it runs in production, on localhost. It shares nothing with the other processes.

import { join } from 'node:path';
import { startChild } from './child.ts';
import type { DemoPaths } from './paths.ts';

export async function startStatusPage(
  paths: DemoPaths,
  { port, onRestart }: { port: number; onRestart(): void },
): Promise<{ url: string; stop(): Promise<void> }> {
  const child = await startChild({
    name: 'status',
    env: {
      REMPART_MODE: 'demo',
      STATUS_HOST: 'localhost',
      STATUS_PORT: String(port),
      STATUS_DIRECTORY: paths.status,
    },
    logFile: join(paths.logs, 'status.log'),
    onRestart,
    mostFailures: 20,
  });
  return { url: child.report['url'] ?? '', stop: () => child.stop() };
}
