// One Chromium for browser tests: the one that comes by npm, so that a machine needs nothing but Node.
// Its files go to a private temporary directory: it would silently reuse a stale copy from a shared one.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Browser } from 'playwright-core';

export type Chromium = { browser: Browser; close(): Promise<void> };

export async function launchChromium(): Promise<Chromium> {
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
      // In one process, as its makers start it, closing a page would end the whole browser.
      args: packed.args.filter((arg) => arg !== '--single-process'),
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
