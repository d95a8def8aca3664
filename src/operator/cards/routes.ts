// HTTP of cards: status lists for everybody (CONTRACT.md 3.4), and from the insurers that sign them.

import { Type } from 'typebox';
import { sha256Hex } from '../../crypto/digest.ts';
import { type AnyRoute, defineRoute, event, noEntry, none } from '../../http/route.ts';
import { refusal } from '../errors.ts';
import { ownNumber } from '../own-number.ts';
import type { StatusLists } from './status-lists.ts';

const strict = { additionalProperties: false };
const shardParam = Type.Object({ shard: Type.String({ maxLength: 20 }) }, strict);

/** Larger than any shard deflates to, base64url included. */
const BODY_LIMIT_BYTES = 512 * 1024;
export const MOST_REVOKED_AT_ONCE = 1_000;

/** A P-256 public key as JWK. */
export type PublicPoint = { kty: string; crv: string; x: string; y: string };

/** For everybody, on the listeners for machines and for people. */
export function publicCardRoutes(lists: StatusLists): AnyRoute[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/status-lists/:shard',
      summary:
        'One shard of an insurer’s status list: which of its cards are revoked (Token Status List, CWT).',
      who: 'public',
      input: { params: shardParam, headers: ['if-none-match'] },
      output: 'bytes',
      contentType: 'application/statuslist+cwt',
      budget: none('signed bytes from memory, and none at all to who has them already'),
      ledger: noEntry('a bit tells of nobody whose card one does not hold'),
      whenDisconnected: 'goes on',
      handle: async ({ params, headers }) => {
        const token = lists.token(params.shard);
        if (!token) throw refusal('not-found');
        // Asked each time, sent when it has changed: a revocation must not wait for a cache.
        const etag = `"${sha256Hex(token).slice(0, 32)}"`;
        const caching = { 'cache-control': 'no-cache', etag };
        if (headers['if-none-match'] === etag)
          return { status: 304, body: Buffer.alloc(0), headers: caching };
        return { body: Buffer.from(token), headers: caching };
      },
    }),
  ];
}

/**
 * The trust root's public key, for the pages of a demo: they are built before its root exists. Outside the demo it is
 * built into the pages, because whoever serves a false list would serve a false root too.
 */
export function trustRootRoutes(root: PublicPoint | null): AnyRoute[] {
  if (!root) return [];
  return [
    defineRoute({
      method: 'GET',
      path: '/trust-root.json',
      summary: 'Public key of the demo’s trust root.',
      who: 'public',
      input: {},
      output: Type.Object(
        { kty: Type.String(), crv: Type.String(), x: Type.String(), y: Type.String() },
        strict,
      ),
      budget: none('a constant'),
      ledger: noEntry('a public key'),
      whenDisconnected: 'goes on',
      handle: async () => ({ body: root }),
    }),
  ];
}

/** For insurers' systems. */
export function insurerCardRoutes(lists: StatusLists): AnyRoute[] {
  return [
    defineRoute({
      method: 'PUT',
      path: '/v1/status-lists/:shard',
      summary:
        'Publishes a shard of the caller’s own status list; doors of the cards named are removed at once.',
      who: 'insurer',
      input: {
        params: shardParam,
        body: Type.Object(
          {
            token: Type.String({ pattern: '^[A-Za-z0-9_-]{1,480000}$' }),
            revoked: Type.Array(Type.String({ pattern: '^[A-Za-z0-9_-]{21}[AQgw]$' }), {
              maxItems: MOST_REVOKED_AT_ONCE,
            }),
          },
          strict,
        ),
      },
      output: Type.Object(
        { shard: Type.String(), issuedAt: Type.String(), doorsRemoved: Type.Integer() },
        strict,
      ),
      bodyLimitBytes: BODY_LIMIT_BYTES,
      budget: none('signed by the insurer itself, and newer than the one before'),
      ledger: event('cards.status-published'),
      whenDisconnected: 'goes on',
      handle: async ({ params: { shard }, body, caller }) => {
        const token = Buffer.from(body.token, 'base64url');
        const published = await lists.publish(ownNumber(caller), { shard, token, revoked: body.revoked });
        return { body: { shard, ...published } };
      },
    }),
  ];
}
