// Table of contents of the console, the operator's listener for its own staff: pages, passkeys, overview, switches, guard.
// It never asks for a certificate, mounts nothing that opens a door, and opens no port.

import type { FastifyInstance } from 'fastify';
import { buildHttp } from '../../http/mount.ts';
import { giveFreshNonces, refuseOtherOrigins } from '../../http/own-browsers.ts';
import { servePages } from '../../http/pages.ts';
import type { OperatorParts } from '../deps.ts';
import { refusal } from '../errors.ts';
import { healthRoutes } from '../health/routes.ts';
import { httpParts } from '../http-parts.ts';
import { consoleAuthentication } from './authenticate.ts';
import { CONSOLE_COOKIE } from './console-cookie.ts';
import { type GuardRouteParts, guardRoutes } from './guard-routes.ts';
import { type ConsoleRouteParts, consoleRoutes } from './routes.ts';
import { consoleSessionRoutes } from './session-routes.ts';

export type ConsoleParts = Pick<OperatorParts, 'refusalNotes' | 'metrics' | 'isReady' | 'onInternalError'> &
  ConsoleRouteParts &
  GuardRouteParts & {
    /** Scheme, host and port by which browsers know this listener. */
    origin: string;
    tls: { key: string; cert: string } | null;
    /** Folder of the built pages. */
    pages: string;
  };

export function buildConsole(parts: ConsoleParts): FastifyInstance {
  const { sessions, origin } = parts;
  const authenticate = consoleAuthentication(sessions);
  const listener = { tls: parts.tls, authenticate, signedBodies: true, scheme: 'Session-Proof' as const };
  const app = buildHttp(httpParts(parts, listener), [
    ...healthRoutes(parts.isReady).filter(({ who }) => who === 'public'),
    ...consoleSessionRoutes(sessions),
    ...consoleRoutes(parts),
    ...guardRoutes(parts),
  ]);
  refuseOtherOrigins(app, origin, () => refusal('origin-refused'));
  giveFreshNonces(app, CONSOLE_COOKIE, (cookie) => sessions.freshNonce(cookie));
  servePages(app, {
    root: parts.pages,
    title: 'Rempart – console',
    secure: origin.startsWith('https:'),
    scansCards: false,
    isApi: (path) => /^\/(v1|auth|openapi\.json|health|ready)(\/|$)/.test(path),
  });
  return app;
}
