// What test.js and check.js share: running one step as a child, and the test run with its counted result.
// It must never invent a number: what it reports is what vitest wrote into its own report.

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

// Ctrl-C reaches the children too; they tidy up (a database server, temporary files) and we wait for that.
process.on('SIGINT', () => {});

// Colours are for people: in a file or in CI's log they are noise.
const colours = process.stdout.isTTY ? {} : { NO_COLOR: '1' };

/** Runs one of the project's tools with our own Node and terminal; returns its exit code, 1 for a violent end. */
export function run(script, args) {
  const child = spawn(process.execPath, [join(ROOT, script), ...args], {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, ...colours },
  });
  const passOn = () => child.kill('SIGTERM');
  process.once('SIGTERM', passOn);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      process.removeListener('SIGTERM', passOn);
      resolve(code ?? 1);
    });
  });
}

/**
 * Builds dist/ (tests start real processes), then runs vitest; `{ passed, failed }` counts single tests.
 * Sources that do not compile are one failure, and the tests that can do without dist/ still say what they know.
 */
export async function runTests(args) {
  const built = (await run('bin/rempart.js', ['build'])) === 0;
  const { passed, failed } = await runVitest(args);
  return { passed, failed: built ? failed : failed + 1 };
}

async function runVitest(args) {
  const folder = mkdtempSync(join(tmpdir(), 'rempart-report-'));
  const report = join(folder, 'report.json');
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const exitCode = await run('node_modules/vitest/vitest.mjs', ['run', ...reporters, ...args]);
    return count(report, exitCode);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A file that does not load counts as one failed test; so do a crash, and a run in which nothing was tested. */
function count(report, exitCode) {
  let results;
  try {
    results = JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    return { passed: 0, failed: 1 }; // vitest ended without a report: a crash
  }
  const failedFiles = results.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  );
  const passed = results.numPassedTests;
  const failed = results.numFailedTests + failedFiles.length;
  const unexplained = failed === 0 && (exitCode !== 0 || passed === 0);
  return { passed, failed: unexplained ? 1 : failed };
}

/** The last line of every run, alone on its line: CI reads it. */
export function finish({ passed, failed }) {
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}
