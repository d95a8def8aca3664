// `npm run check`: types, lint and format, tests; exactly what CI runs. Every part runs even when one has failed.

import { finish, run, runTests } from './steps.js';

const oneOf = (exitCode) => (exitCode === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 });

const biome = ['ci', ...(process.stdout.isTTY ? [] : ['--colors=off']), '.'];

const PARTS = [
  ['types', async () => oneOf(await run('node_modules/typescript/bin/tsc', ['-p', 'tsconfig.check.json']))],
  [
    'types of the pages',
    async () => oneOf(await run('node_modules/typescript/bin/tsc', ['-p', 'web/tsconfig.json'])),
  ],
  ['lint and format', async () => oneOf(await run('node_modules/@biomejs/biome/bin/biome', biome))],
  ['tests', () => runTests(process.argv.slice(2))],
];

const total = { passed: 0, failed: 0 };
const summary = [];
for (const [name, part] of PARTS) {
  console.log(`\n=== ${name}`);
  const startedAt = performance.now();
  const { passed, failed } = await part();
  total.passed += passed;
  total.failed += failed;
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  summary.push(`${failed === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`);
}
console.log(`\n${summary.join('\n')}`);
finish(total);
