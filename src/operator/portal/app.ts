// Table of contents of the portal, the operator's listener for people: pages, sessions, the same check. It never asks
// for a certificate, and opens no port.

import type { FastifyInstance } from 'fastify';
import { buildHttp } from '../../http/mount.ts';
import { giveFreshNonces, refuseOtherOrigins } from '../../http/own-browsers.ts';
import { servePages } from '../../http/pages.ts';
import { confirmationRoutes } from '../access/confirmation-routes.ts';
import type { Confirmations } from '../access/confirmations.ts';
import { passkeyRoutes } from '../access/passkey-routes.ts';
import type { PortalPasskeys } from '../access/passkeys.ts';
import { portalAuthentication } from '../access/portal-authenticate.ts';
import { SESSION_COOKIE } from '../access/portal-cookies.ts';
import { portalRoutes } from '../access/portal-routes.ts';
import type { PortalSessions } from '../access/portal-sessions.ts';
import { type PublicPoint, publicCardRoutes, trustRootRoutes } from '../cards/routes.ts';
import type { StatusLists } from '../cards/status-lists.ts';
import { checkRoutes } from '../check/routes.ts';
import type { OperatorParts } from '../deps.ts';
import { refusal } from '../errors.ts';
import { emergencyRoutes } from '../guard/emergency-routes.ts';
import { healthRoutes } from '../health/routes.ts';
import { httpParts, knownFailure } from '../http-parts.ts';
import type { PublishedLog } from '../ledger/published-log.ts';
import { trustRoutes } from '../ledger/routes.ts';
import { type LookupParts, lookupRoutes } from '../lookups/routes.ts';
import { bankDetailsRoutes } from '../settlement/bank-details-routes.ts';
import { claimRoutes } from '../settlement/claim-routes.ts';
import { paymentRoutes } from '../settlement/payments/routes.ts';
import { priorAgreementRoutes } from '../settlement/prior-agreement-routes.ts';
import { referenceRoutes } from '../settlement/product-routes.ts';
import { quoteRoutes } from '../settlement/quote-routes.ts';
import { softwareRoutes } from '../software/routes.ts';
import type { SoftwareParts } from '../software/software.ts';

export type PortalParts = Pick<
  OperatorParts,
  'check' | 'settlement' | 'emergency' | 'refusalNotes' | 'metrics' | 'isReady' | 'onInternalError'
> & {
  sessions: PortalSessions;
  confirmations: Confirmations;
  passkeys: PortalPasskeys;
  statusLists: StatusLists;
  publishedLog: PublishedLog;
  /** In the demo only: served to the pages. */
  trustRoot: PublicPoint | null;
  lookups: LookupParts;
  software: SoftwareParts;
  /** Scheme, host and port by which browsers know this listener. */
  origin: string;
  tls: { key: string; cert: string } | null;
  /** Folder of the built pages. */
  pages: string;
};

export function buildPortal(parts: PortalParts): FastifyInstance {
  const { sessions, confirmations, origin } = parts;
  const authenticate = portalAuthentication(sessions);
  const listener = { tls: parts.tls, authenticate, signedBodies: true, scheme: 'Session-Proof' as const };
  const app = buildHttp(httpParts(parts, listener), [
    ...healthRoutes(parts.isReady),
    ...portalRoutes({ sessions, confirmations, known: knownFailure }),
    ...confirmationRoutes(parts),
    ...checkRoutes(parts.check),
    ...quoteRoutes(parts.settlement),
    ...claimRoutes(parts.settlement),
    ...paymentRoutes(parts.settlement),
    ...bankDetailsRoutes(parts.settlement),
    ...priorAgreementRoutes(parts.settlement),
    ...referenceRoutes(parts.settlement.tables),
    ...emergencyRoutes(parts.emergency),
    ...lookupRoutes(parts.lookups),
    ...softwareRoutes(parts.software),
    ...passkeyRoutes(parts),
    ...trustRoutes(parts.publishedLog),
    ...trustRootRoutes(parts.trustRoot),
    ...publicCardRoutes(parts.statusLists),
  ]);
  refuseOtherOrigins(app, origin, () => refusal('origin-refused'));
  giveFreshNonces(app, SESSION_COOKIE, (cookie) => sessions.freshNonce(cookie));
  servePages(app, {
    root: parts.pages,
    title: 'Rempart – portail des professionnels',
    secure: origin.startsWith('https:'),
    scansCards: true,
    isApi: (path) =>
      /^\/(v1|auth|status-lists|trust\.json|trust\.json\.jws|trust-root\.json|openapi\.json|health|ready)(\/|$)/.test(
        path,
      ),
  });
  return app;
}
