// How the professional's portal is built: hashed assets, nothing inlined, so that the strict CSP needs no exception.

import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { onlyOurLanguages } from '../shared/only-our-languages.ts';

export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  plugins: [react(), onlyOurLanguages()],
  worker: { format: 'es' },
  build: {
    outDir: join(import.meta.dirname, '../../dist/web/professional'),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
