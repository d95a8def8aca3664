// Folders for platforms that nobody keeps: of benchmarks and drills. PostgreSQL's own user may pass through (as root it
// runs as another user).

import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export async function throwAwayFolder(what: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `rempart-${what}-`));
  await chmod(folder, 0o711);
  return folder;
}
