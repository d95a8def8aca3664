// The status process over real HTTP: what it serves, to whom, with which headers; and that it goes on with what is there.

import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tempDir } from '../../test/support/temp-dir.ts';
import { say } from './folder.ts';
import { CUT } from './log-fixture.ts';
import { startStatus } from './server.ts';

const start = (directory: string, warnings: string[] = []) =>
  startStatus(
    { mode: 'demo', host: 'localhost', port: 0, directory, tls: null },
    { onWarning: (sentence) => warnings.push(sentence) },
  );

describe('the status process', () => {
  const folder = join(tempDir(), 'status');
  let url = '';
  let close = async () => {};
  beforeAll(async () => {
    ({ url, close } = await start(folder));
  });
  afterAll(() => close());

  it('serves a page before anything was ever said', async () => {
    const page = await (await fetch(url)).text();
    expect(page).toContain('Tout fonctionne.');
    expect(page).toContain('Aucun incident à ce jour.');
  });

  it('serves what is said from the next request on, without being told', async () => {
    await say(folder, () => CUT, '2026-12-01T09:04:00.000Z');
    const page = await (await fetch(url)).text();
    expect(page).toContain('Le contrôle des droits est coupé depuis mardi 1er décembre à 10\u00a0h\u00a004.');
    expect(page).toContain('Rights checking has been cut off since Tuesday 1 December, 10:04 Paris time.');
  });

  it.each([
    ['/', 'text/html; charset=utf-8'],
    ['/index.html', 'text/html; charset=utf-8'],
    ['/?x=1', 'text/html; charset=utf-8'],
    ['/status.css', 'text/css; charset=utf-8'],
    ['/status.json', 'application/json; charset=utf-8'],
    ['/feed.atom', 'application/atom+xml; charset=utf-8'],
    ['/phone.txt', 'text/plain; charset=utf-8'],
    ['/log/000001.json', 'application/json; charset=utf-8'],
    ['/health', 'application/json; charset=utf-8'],
    ['/ready', 'application/json; charset=utf-8'],
  ])('answers %s as %s, under a policy that allows nothing but its stylesheet', async (path, type) => {
    const { status, headers } = await fetch(`${url}${path}`);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe(type);
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.has('set-cookie')).toBe(false);
  });

  it('lets other sites show the data, and not the page', async () => {
    expect((await fetch(`${url}/status.json`)).headers.get('access-control-allow-origin')).toBe('*');
    expect((await fetch(url)).headers.has('access-control-allow-origin')).toBe(false);
  });

  it('says in few bytes that nothing is new', async () => {
    const first = await fetch(url);
    const etag = first.headers.get('etag') ?? '';
    const again = await fetch(url, { headers: { 'if-none-match': etag } });
    expect([again.status, await again.text()]).toEqual([304, '']);
    await say(folder, () => CUT, '2026-12-01T09:05:00.000Z');
    expect((await fetch(url, { headers: { 'if-none-match': etag } })).status).toBe(200);
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('takes nothing: %s', async (method) => {
    const answer = await fetch(url, { method });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it('answers HEAD without a body', async () => {
    const answer = await fetch(url, { method: 'HEAD' });
    expect([answer.status, await answer.text()]).toEqual([200, '']);
  });

  it.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/log/../../secret.txt',
    '/log/000001.json/../../../secret.txt',
    '/log/',
    '/log/1.json',
    '/log/000999.json',
    '/toString',
    '/__proto__',
    '/.git/config',
    '/status.json%00.html',
    '//secret.txt',
  ])('knows its files by name, and no other: %s', async (path) => {
    writeFileSync(join(folder, '..', 'secret.txt'), 'hunter2');
    writeFileSync(join(folder, 'secret.txt'), 'hunter2');
    const { status, body } = await raw(url, path);
    expect(status).toBe(404);
    expect(body).not.toContain('hunter2');
  });
});

/** As it was typed: `fetch` would tidy the path up before it asks. */
function raw(url: string, path: string): Promise<{ status: number; body: string }> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const asking = request({ hostname, port, path }, (response) => {
      let body = '';
      response.on('data', (chunk) => (body += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    asking.on('error', reject).end();
  });
}

describe('whatever state its folder is in', () => {
  it('serves the pages that are there when the log does not hold, and says so to its operator', async () => {
    const folder = tempDir();
    await say(folder, () => CUT, '2026-12-01T09:04:00.000Z');
    const file = join(folder, 'log', '000001.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('closed', 'open'));
    const warnings: string[] = [];
    const { url, close } = await start(folder, warnings);
    expect(await (await fetch(url)).text()).toContain('est coupé');
    expect(warnings).toEqual(['the pages were not made anew: entry 1 of the status log is changed']);
    await close();
  });

  it('is not ready, and says so, where there is no page and none can be made', async () => {
    const blocked = join(tempDir(), 'file');
    writeFileSync(blocked, '');
    const warnings: string[] = [];
    const { url, close } = await start(join(blocked, 'status'), warnings);
    expect((await fetch(`${url}/ready`)).status).toBe(503);
    expect((await fetch(`${url}/health`)).status).toBe(200);
    expect((await fetch(url)).status).toBe(404);
    expect(warnings).toEqual(['the pages were not made anew: ENOTDIR']);
    await close();
  });

  it('answers 500 without a word when a file cannot be read, and goes on', async () => {
    const folder = tempDir();
    const { url, close } = await start(folder);
    rmSync(join(folder, 'phone.txt'));
    mkdirSync(join(folder, 'phone.txt'));
    chmodSync(join(folder, 'phone.txt'), 0o700);
    const broken = await fetch(`${url}/phone.txt`);
    expect([broken.status, await broken.text()]).toEqual([500, '']);
    expect((await fetch(url)).status).toBe(200);
    await close();
  });
});
