// A TypeScript file as a script that Node can start by itself: Node 20 runs none, so the child gets all it needs in one file.

import { basename, dirname, join } from 'node:path';
import { build } from 'vite';
import { tempDir } from './temp-dir.ts';

/** Resolves with the script's path; it goes with the test file. */
export async function childScript(entry: string): Promise<string> {
  const outDir = tempDir();
  const name = `${basename(entry, '.ts')}.mjs`;
  await build({
    configFile: false,
    logLevel: 'error',
    root: dirname(entry),
    ssr: { noExternal: true },
    build: {
      ssr: basename(entry),
      outDir,
      emptyOutDir: false,
      rollupOptions: { output: { entryFileNames: name } },
    },
  });
  return join(outDir, name);
}
