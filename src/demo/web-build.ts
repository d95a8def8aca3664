// Builds the pages beside the running demo: nobody waits for them, and until they are there the portal says so.

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../lib/package-root.ts';

export type WebBuild = { stop(): Promise<void> };

/** Null in an installed package, which brings its pages along. `say` is told when they are ready, or why they are not. */
export function buildPages(say: (step: string) => void): WebBuild | null {
  const root = packageRoot();
  const script = join(root, 'scripts', 'build-web.js');
  if (!existsSync(script)) return null;
  const build = spawn(process.execPath, [script], { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  build.stderr.on('data', (chunk: Buffer) => {
    said = `${said}${chunk.toString()}`.slice(-2_000);
  });
  let stopping = false;
  const ended = new Promise<void>((resolve) => {
    build.once('error', () => resolve());
    build.once('exit', (code) => {
      if (!stopping && code !== 0) say(`the pages could not be built: ${said.trim()}`);
      else if (!stopping && said.includes('built ')) say('the pages are built');
      resolve();
    });
  });
  return {
    async stop() {
      stopping = true;
      build.kill('SIGKILL'); // it writes beside dist/ and moves at the end: half a build is never seen
      await ended;
    },
  };
}
