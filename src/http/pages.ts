// Serves one application's pages beside its API, under a policy that allows nothing but themselves. Until the pages are
// built it says so. It must never serve a file from outside their folder, nor let a page be framed.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { buildingPage } from './building-page.ts';
import { PAGE_HEADERS, powers, TLS_HEADERS } from './page-headers.ts';

/** `policies`: names under which a page may make trusted addresses of scripts. */
const pagePolicy = (policies: string) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    `trusted-types ${policies}`,
  ].join('; ');

/**
 * The thread that reads codes obeys the policy of its own file, not the page's: WebAssembly may be compiled there, and
 * nowhere else. It may fetch our files, which is how it gets its WebAssembly, and nothing more.
 */
const SCAN_WORKER_POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "connect-src 'self'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');
const SCAN_WORKER = /^\/assets\/scan-worker-[\w-]+\.js$/;

/**
 * Under `require-trusted-types-for` a thread starts only from a trusted address. This one name makes them: its only
 * rule (web/professional/check/code-reader.ts) gives a constant of the build, whatever it is asked for, and a name can
 * be taken once. A video that shows a camera's stream needs no source, and pictures are read without being shown.
 */
const SCAN_WORKER_TYPES = 'rempart-scan-worker';

const HEADERS = {
  ...PAGE_HEADERS,
  'content-security-policy': pagePolicy("'none'"),
} as const;

const SCANNING_HEADERS = {
  ...HEADERS,
  'content-security-policy': pagePolicy(SCAN_WORKER_TYPES),
  'permissions-policy': powers('(self)'),
} as const;

function headersOf({ scansCards }: Pages, path: string): Readonly<Record<string, string>> {
  if (!scansCards) return HEADERS;
  const isWorker = SCAN_WORKER.test(path);
  return isWorker ? { ...HEADERS, 'content-security-policy': SCAN_WORKER_POLICY } : SCANNING_HEADERS;
}

/** Seconds after which a browser asks again for pages that are being built. */
const BUILDING_SECONDS = 2;

export type Pages = {
  /** Folder with index.html and everything it names. */
  root: string;
  /** Names the service on the page that says it is being built. */
  title: string;
  /** Also on the API's answers. */
  secure: boolean;
  /** They read cards with the camera. */
  scansCards: boolean;
  /** Addresses that are the API's: an unknown one among them is a problem document, never a page. */
  isApi(path: string): boolean;
};

/** What is neither a file nor a page is answered as the API answers it. */
export function servePages(app: FastifyInstance, pages: Pages): void {
  const transport = pages.secure ? TLS_HEADERS : {};
  app.addHook('onSend', async (request, reply) => {
    reply.headers({ ...headersOf(pages, request.url.split('?')[0] ?? ''), ...transport });
  });
  app.register(fastifyStatic, {
    root: pages.root,
    serve: false,
    // Names of the assets carry their content's digest; the page that names them is asked for every time.
    setHeaders(reply, path) {
      const lasts = path.includes(join(pages.root, 'assets'));
      reply.setHeader('cache-control', lasts ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  app.get('/*', { schema: { hide: true } }, async (request, reply) => {
    const path = decoded(request.url);
    if (path === null || pages.isApi(path)) return reply.callNotFound();
    if (!existsSync(join(pages.root, 'index.html'))) return building(pages, reply);
    if (path !== '/' && /\.[a-z0-9]+$/i.test(path)) {
      return existsSync(join(pages.root, path)) ? reply.sendFile(path) : reply.callNotFound();
    }
    return reply.sendFile('index.html'); // the application knows its own addresses
  });
}

function decoded(url: string): string | null {
  try {
    return decodeURIComponent(url.split('?')[0] ?? '/');
  } catch {
    return null;
  }
}

function building({ title }: Pages, reply: FastifyReply): FastifyReply {
  return reply
    .code(503)
    .headers({ 'retry-after': String(BUILDING_SECONDS), 'cache-control': 'no-store' })
    .type('text/html; charset=utf-8')
    .send(buildingPage(title, BUILDING_SECONDS));
}
