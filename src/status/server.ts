// The status process: serves a folder to everybody. It asks no database, no vault and no other process for anything, and must
// never serve a file that it does not know by name.

import { readFile, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { StatusConfig } from '../config/status-config.ts';
import { PAGE_HEADERS, TLS_HEADERS } from '../http/page-headers.ts';
import { readPageTls } from '../http/page-tls.ts';
import { LogBroken, publish } from './folder.ts';
import { PAGE_POLICY } from './page.ts';

const TYPES: Readonly<Record<string, string>> = {
  'index.html': 'text/html; charset=utf-8',
  'status.css': 'text/css; charset=utf-8',
  'status.json': 'application/json; charset=utf-8',
  'feed.atom': 'application/atom+xml; charset=utf-8',
  'phone.txt': 'text/plain; charset=utf-8',
};
const ENTRY = /^log\/\d{6}\.json$/;
/** Other sites may show what is public anyhow. */
const FOR_OTHER_SITES = {
  'access-control-allow-origin': '*',
  'cross-origin-resource-policy': 'cross-origin',
} as const;
/** Seconds: many readers come at once, and a cache in front may carry them; stale is better than nothing. */
const CACHE = 'public, max-age=15, stale-if-error=86400';

export type RunningStatus = { url: string; close(): Promise<void> };

/** `onWarning`: the pages could not be made anew; what is there is served. */
export async function startStatus(
  config: StatusConfig,
  { onWarning }: { onWarning(sentence: string): void },
): Promise<RunningStatus> {
  await renew(config.directory, onWarning);
  const tls = await readPageTls(config.tls);
  const headers = { ...PAGE_HEADERS, ...(tls ? TLS_HEADERS : {}) };
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    answer(request, config.directory).then(
      ({ status, body, more }) =>
        response
          .writeHead(status, { ...headers, 'content-security-policy': POLICY, ...more })
          .end(request.method === 'HEAD' ? undefined : body),
      () => response.writeHead(500, headers).end(),
    );
  };
  const server = tls ? createTlsServer(tls, listener) : createServer(listener);
  await listening(server, config);
  const { port } = server.address() as AddressInfo;
  return { url: `${tls ? 'https' : 'http'}://${config.host}:${port}`, close: () => closed(server) };
}

const POLICY = `${PAGE_POLICY}; frame-ancestors 'none'`;

/** A new release may have better pages; a folder that is read-only, or a log that does not hold, is served as it is. */
async function renew(directory: string, onWarning: (sentence: string) => void): Promise<void> {
  await publish(directory).catch((error: NodeJS.ErrnoException) => {
    const reason = error instanceof LogBroken ? error.message : (error.code ?? error.name);
    onWarning(`the pages were not made anew: ${reason}`);
  });
}

type Answer = { status: number; body: string | Buffer; more: Readonly<Record<string, string>> };

const plain = (status: number, body: string, more: Answer['more'] = {}): Answer => ({
  status,
  body,
  more: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store', ...more },
});

async function answer({ method, url, headers }: IncomingMessage, directory: string): Promise<Answer> {
  if (method !== 'GET' && method !== 'HEAD') return plain(405, 'GET, HEAD\n', { allow: 'GET, HEAD' });
  const path = (url ?? '/').split('?')[0] ?? '/';
  if (path === '/health') return json(200, { status: 'alive' });
  if (path === '/ready') return ready(directory);
  const name = path === '/' ? 'index.html' : path.slice(1);
  const type = ENTRY.test(name) ? TYPES['status.json'] : Object.hasOwn(TYPES, name) ? TYPES[name] : undefined;
  const file = type === undefined ? null : await fileOf(join(directory, name));
  if (type === undefined || file === null) return plain(404, 'Il n’y a rien ici. There is nothing here.\n');
  const more = {
    etag: file.etag,
    'cache-control': CACHE,
    ...(name.endsWith('.json') || name.endsWith('.atom') ? FOR_OTHER_SITES : {}),
  };
  if (headers['if-none-match'] === file.etag) return { status: 304, body: '', more };
  return { status: 200, body: file.content, more: { ...more, 'content-type': type } };
}

function json(status: number, value: object): Answer {
  return plain(status, `${JSON.stringify(value)}\n`, { 'content-type': 'application/json; charset=utf-8' });
}

async function ready(directory: string): Promise<Answer> {
  const page = await fileOf(join(directory, 'index.html'));
  return page ? json(200, { status: 'ready' }) : json(503, { status: 'no page yet' });
}

/** Null when it is not there. Files are put in place whole, so size and time tell one from the next. */
async function fileOf(path: string): Promise<{ content: Buffer; etag: string } | null> {
  try {
    const { mtimeMs, size, ino } = await stat(path);
    return { content: await readFile(path), etag: `"${size}-${mtimeMs}-${ino}"` };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw error;
  }
}

function listening(server: Server, { host, port }: StatusConfig): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
