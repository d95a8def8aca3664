// Joins the shared HTTP layer to the operator's catalogue of refusals, its authentication and its ledger.

import { isDatabaseAway } from '../db/database-away.ts';
import type { HttpParts } from '../http/mount.ts';
import type { AppError } from '../lib/app-error.ts';
import { VaultRefused, VaultUnavailable } from '../vault/vault-client.ts';
import type { OperatorParts } from './deps.ts';
import { refusal } from './errors.ts';
import { LedgerUnavailable } from './ledger/ledger.ts';

/** What machines' and people's listeners have in common. */
export function httpParts(
  parts: Pick<OperatorParts, 'refusalNotes' | 'metrics' | 'onInternalError'>,
  listener: Pick<HttpParts, 'tls' | 'authenticate' | 'signedBodies' | 'scheme'>,
): HttpParts {
  return {
    info: { title: 'Rempart operator', version: '1' },
    ...listener,
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
    noteRefusal: (caller, route, code) => parts.refusalNotes.note(caller, route, code),
    observe: (route, status, elapsedMs, refused) => parts.metrics.observe(route, status, elapsedMs, refused),
    onInternalError: parts.onInternalError,
  };
}

/** A part behind is away or locked: the asker is told to use the card, and nothing of the cause. */
export function knownFailure(error: unknown): AppError | null {
  const away =
    error instanceof VaultUnavailable ||
    error instanceof VaultRefused ||
    error instanceof LedgerUnavailable ||
    isDatabaseAway(error);
  return away ? refusal('disconnected') : null;
}
