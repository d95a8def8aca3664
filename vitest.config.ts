// How the tests run: against a real PostgreSQL that lives as long as the run (test/support/global-setup.ts).

import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'web/**/*.test.ts'],
    environment: 'node',
    globalSetup: ['test/support/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 30_000,
    restoreMocks: true,
    // It imports its own files without their endings, which Node alone refuses.
    server: { deps: { inline: ['@ldclabs/cose-ts'] } },
    // A test that leaves a rejected promise behind is a failed test.
    dangerouslyIgnoreUnhandledErrors: false,
  },
});
