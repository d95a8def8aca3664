// Table of contents of an insurer's listener: what is mounted, who may call, which refusals there are. Opens no port.

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isDatabaseAway } from '../db/database-away.ts';
import { buildHttp, type HttpParts } from '../http/mount.ts';
import { presented } from '../http/peer.ts';
import type { Caller } from '../http/route.ts';
import type { AppError } from '../lib/app-error.ts';
import { InsurerVaultRefused } from '../vault/insurer/insurer-client.ts';
import { VaultUnavailable } from '../vault/vault-client.ts';
import { cardRoutes } from './cards/routes.ts';
import type { InsurerParts } from './deps.ts';
import { refusal } from './errors.ts';
import { healthRoutes } from './health/routes.ts';

export function buildInsurer(parts: InsurerParts): FastifyInstance {
  return buildHttp(httpParts(parts), [...healthRoutes(parts.isReady), ...cardRoutes(parts.desk)]);
}

function httpParts(parts: InsurerParts): HttpParts {
  return {
    info: { title: 'Rempart insurer', version: '1' },
    tls: parts.tls,
    scheme: 'Client-Certificate',
    authenticate: (request) => callerOf(parts, request),
    refusals: {
      wrongRole: () => refusal('wrong-role'),
      invalid: (field) => refusal('invalid', { field }),
      badJson: () => refusal('bad-json'),
      tooLarge: () => refusal('body-too-large'),
      contentType: () => refusal('content-type'),
      notFound: () => refusal('not-found'),
      internal: () => refusal('internal'),
      known: knownFailure,
    },
    noteRefusal: async () => undefined, // an insurer's process keeps no ledger: nothing is disclosed to others
    observe: (route, status, elapsedMs) => parts.metrics.observe(route, status, elapsedMs),
    onInternalError: parts.onInternalError,
  };
}

/** A certificate of ours, within its dates, enrolled and not revoked: asked of the database at every request. */
async function callerOf({ people, clock, amcNo }: InsurerParts, { raw }: FastifyRequest): Promise<Caller> {
  const peer = presented(raw.socket, clock.nowMs());
  if (typeof peer === 'string') throw refusal(peer);
  const person = await people.person(peer.thumbprint);
  if (person === null) throw refusal('certificate-unknown');
  return { role: 'insurer', thumbprint: peer.thumbprint, client: person, person, amcNo };
}

/** Refusals of the vault that pass. */
const FOR_NOW: readonly string[] = ['locked', 'card-key-replaced'];

/** A part behind is away or locked. */
function knownFailure(error: unknown): AppError | null {
  const away =
    error instanceof VaultUnavailable ||
    (error instanceof InsurerVaultRefused && FOR_NOW.includes(error.code)) ||
    isDatabaseAway(error);
  return away ? refusal('disconnected') : null;
}
