// From a browser's call to a known professional: the session's cookie, and a signature of its key over this very call.

import type { IncomingHttpHeaders } from 'node:http';
import { decodeJwt } from 'jose';
import { PORTAL } from '../../core/portal.ts';
import type { Caller } from '../../http/route.ts';
import { signedInAtMs } from './bound-tokens.ts';
import { browserCall } from './browser-proof.ts';
import { SESSION_COOKIE } from './portal-cookies.ts';
import type { PortalCall, PortalSessions } from './portal-sessions.ts';

type Received = { method: string; path: string; body: string };

type Authenticable = { method: string; url: string; receivedBody: string; headers: IncomingHttpHeaders };

/** The call as its browser signed it. */
export const portalCall = (received: Received, headers: IncomingHttpHeaders): PortalCall =>
  browserCall(SESSION_COOKIE, received, headers);

export function portalAuthentication(sessions: PortalSessions) {
  return async (request: Authenticable): Promise<Caller> => {
    const { method, url: path, receivedBody: body } = request;
    const { session, proof } = await sessions.proven(portalCall({ method, path, body }, request.headers));
    const { account, structure, profession, vaultSession } = session;
    const who = { account, structure, profession, client: PORTAL };
    // Our own row: the vault, which signed it, verifies it before it opens anything.
    return { role: 'professional', ...who, signedInAtMs: signedInAtMs(decodeJwt(vaultSession)), proof };
  };
}
