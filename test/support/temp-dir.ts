// A directory for a test, removed when its file is done. PostgreSQL, which never runs as root, may pass through it.

import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

const made: string[] = [];
afterAll(() => {
  for (const path of made) rmSync(path, { recursive: true, force: true });
});

export function tempDir(): string {
  const path = mkdtempSync(join(tmpdir(), 'rempart-'));
  made.push(path);
  chmodSync(path, 0o711); // entered by others, but not listed
  return path;
}
