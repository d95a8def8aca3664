// Table of contents of the operator's listener for machines: what is mounted, nothing else. Opens no port.

import type { FastifyInstance } from 'fastify';
import { buildHttp } from '../http/mount.ts';
import { authentication } from './access/authenticate.ts';
import { tokenRoutes } from './access/token-routes.ts';
import { insurerCardRoutes, publicCardRoutes } from './cards/routes.ts';
import { checkRoutes } from './check/routes.ts';
import type { OperatorParts } from './deps.ts';
import { emergencyRoutes } from './guard/emergency-routes.ts';
import { healthRoutes } from './health/routes.ts';
import { httpParts } from './http-parts.ts';
import { ledgerRoutes } from './ledger/routes.ts';
import { noticeRoutes } from './notices/routes.ts';
import { feedRoutes } from './registry/routes.ts';
import { claimRoutes } from './settlement/claim-routes.ts';
import { paymentRoutes } from './settlement/payments/routes.ts';
import { insurerAgreementRoutes, priorAgreementRoutes } from './settlement/prior-agreement-routes.ts';
import { productRoutes, referenceRoutes } from './settlement/product-routes.ts';
import { quoteRoutes } from './settlement/quote-routes.ts';

export function buildOperator(parts: OperatorParts): FastifyInstance {
  const listener = { tls: parts.tls, authenticate: authentication(parts), scheme: 'Bearer' as const };
  return buildHttp(httpParts(parts, listener), [
    ...healthRoutes(parts.isReady),
    ...tokenRoutes(parts.signIn),
    ...checkRoutes(parts.check),
    ...quoteRoutes(parts.settlement),
    ...claimRoutes(parts.settlement),
    ...paymentRoutes(parts.settlement),
    ...priorAgreementRoutes(parts.settlement),
    ...emergencyRoutes(parts.emergency),
    ...feedRoutes(parts.feeds),
    ...productRoutes(parts.settlement),
    ...insurerAgreementRoutes(parts.settlement),
    ...referenceRoutes(parts.settlement.tables),
    ...publicCardRoutes(parts.statusLists),
    ...insurerCardRoutes(parts.statusLists),
    ...noticeRoutes(parts.insurers),
    ...ledgerRoutes(parts.publishedLog),
  ]);
}
