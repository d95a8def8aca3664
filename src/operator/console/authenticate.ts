// From a browser's call to a known member of the staff: the console's cookie, and a signature of its key over this call.

import type { IncomingHttpHeaders } from 'node:http';
import type { Caller } from '../../http/route.ts';
import { browserCall } from '../access/browser-proof.ts';
import { CONSOLE, CONSOLE_COOKIE } from './console-cookie.ts';
import type { ConsoleSessions } from './sessions.ts';

type Authenticable = { method: string; url: string; receivedBody: string; headers: IncomingHttpHeaders };

export function consoleAuthentication(sessions: ConsoleSessions) {
  return async (request: Authenticable): Promise<Caller> => {
    const { method, url: path, receivedBody: body } = request;
    const call = browserCall(CONSOLE_COOKIE, { method, path, body }, request.headers);
    const { staff } = await sessions.proven(call);
    return { role: 'staff', staff, client: CONSOLE };
  };
}

/** Who calls a route of role `staff`. */
export const staffOf = (caller: Caller | null): string =>
  (caller as Extract<Caller, { role: 'staff' }>).staff;
