// One Chromium for browser tests: the one that comes by npm, so that a machine needs nothing but Node.
// Its files go to a private temporary directory: it would silently reuse a stale copy from a shared one.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Browser } from 'playwright-core';

export type Chromium = { browser: Browser; close(): Promise<void> };

/**
 * What its makers start it with and a test of security must not: in one process closing a page would end the whole
 * browser, and a browser that lets pages read other sites proves nothing.
 */
const UNWANTED: ReadonlySet<string> = new Set([
  '--single-process',
  '--disable-web-security',
  '--allow-running-insecure-content',
  '--disable-site-isolation-trials',
]);

/** `more`: further switches, such as a film for its camera. */
export async function launchChromium(more: string[] = []): Promise<Chromium> {
  const home = mkdtempSync(join(tmpdir(), 'rempart-chromium-'));
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = home;
  process.env['AWS_LAMBDA_JS_RUNTIME'] ??= 'nodejs20.x'; // it then brings the libraries this host may lack
  // Its own configuration looks for fonts in /tmp/fonts only: without these the pages show no letter at all.
  const fonts = ['fonts', '/usr/share/fonts'].map((dir) => `<dir>${resolve(home, dir)}</dir>`).join('');
  writeFileSync(
    join(home, 'fonts.conf'),
    `<fontconfig>${fonts}<cachedir>${home}/font-cache</cachedir></fontconfig>`,
  );
  process.env['FONTCONFIG_FILE'] = join(home, 'fonts.conf');
  try {
    const [{ default: packed }, { chromium }] = await Promise.all([
      import('@sparticuz/chromium'),
      import('playwright-core'),
    ]);
    const browser = await chromium.launch({
      executablePath: await packed.executablePath(),
      args: [...packed.args.filter((arg) => !UNWANTED.has(arg)), ...more],
      headless: true,
    });
    const close = async () => {
      await browser.close();
      rmSync(home, { recursive: true, force: true });
    };
    return { browser, close };
  } finally {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  }
}
