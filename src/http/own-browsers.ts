// What every listener for people has around its routes: nothing for pages of other origins, and the next nonce with each
// proven answer.

import type { FastifyInstance } from 'fastify';
import { type CookieRules, cookieOf } from './cookies.ts';

/** A page of another site, or a name that was made to point here (DNS rebinding), gets nothing done. */
export function refuseOtherOrigins(app: FastifyInstance, origin: string, refuse: () => Error): void {
  const { host } = new URL(origin);
  app.addHook('onRequest', (request, _reply, done) => {
    const { origin: from, host: asked } = request.headers;
    const isOurs = asked === host && (from === undefined || from === origin);
    done(isOurs ? undefined : refuse());
  });
}

/** Each proven call uses one nonce up and brings the next. */
export function giveFreshNonces(
  app: FastifyInstance,
  cookie: CookieRules,
  freshNonce: (cookie: string) => string,
): void {
  app.addHook('onSend', async (request, reply) => {
    if (request.caller === null) return;
    reply.header('session-nonce', freshNonce(cookieOf(request.headers.cookie, cookie)));
  });
}
