// A temporary folder that PostgreSQL's own user may pass through (as root it runs as another user).

import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export async function benchFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rempart-bench-'));
  await chmod(folder, 0o711);
  return folder;
}
