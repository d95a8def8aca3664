// HTTP of the feeds (CONTRACT.md 3.3): an insurer sends its lines, asks how far they are, and a second person approves
// what closes many. Nobody sees another insurer's feeds.

import { Type } from 'typebox';
import { type AnyRoute, defineRoute, event, noEntry, none, type StreamBody } from '../../http/route.ts';
import type { FeedPerson, Feeds } from './feeds.ts';

const LISTED_FEEDS = 20;
const MOST_REJECTS = 1_000;

const count = Type.Integer({ minimum: 0 });
const nullableCount = Type.Unsafe<number | null>({ type: ['integer', 'null'] });
const nullable = <T extends Record<string, unknown>>(properties: T) =>
  Type.Unsafe<unknown>({ type: 'object', nullable: true, properties });

const status = Type.Object({
  feedId: Type.String(),
  seq: count,
  kind: Type.Unsafe<'full' | 'delta'>({ type: 'string', enum: ['full', 'delta'] }),
  state: Type.String(),
  lines: Type.Object({ total: count, received: count }),
  resumeFrom: nullableCount,
  result: nullable({
    accepted: count,
    rejected: count,
    unchanged: count,
    closed: count,
    seconds: Type.Number(),
  }),
  problem: Type.Unsafe<unknown>({ type: 'object', nullable: true, additionalProperties: true }),
  waiting: nullable({ closes: count, limit: count }),
});

const rejects = Type.Object({
  rejects: Type.Array(
    Type.Object({ line: count, reason: Type.String(), fr: Type.String(), en: Type.String() }),
  ),
  next: nullableCount,
});

const strict = { additionalProperties: false };
const feedParams = Type.Object({ id: Type.String({ maxLength: 32 }) }, strict);
/** Query values are texts: numbers are written as digits. */
const digits = Type.String({ pattern: '^[0-9]{1,15}$' });

const insurerOnly = {
  who: 'insurer',
  budget: none('one feed at a time per insurer, blocks with back-pressure'),
} as const;
const reading = {
  ...insurerOnly,
  ledger: noEntry('counts and line numbers of the insurer’s own feed: nobody’s data'),
  whenDisconnected: 'goes on',
} as const;

export function feedRoutes(feeds: Feeds): AnyRoute[] {
  return [
    defineRoute({
      ...insurerOnly,
      method: 'POST',
      path: '/v1/feeds',
      summary:
        'Send a feed: manifest line, then the lines. Header Feed-Signature: detached JWS over the manifest.',
      input: { headers: ['feed-signature', 'feed-resume-from'] },
      bodyAs: 'stream',
      contentType: 'application/json; charset=utf-8',
      output: Type.Object({ feedId: Type.String() }),
      status: 202,
      ledger: event('feed.received'),
      whenDisconnected: 'refused',
      handle: async ({ body, caller, headers }) => {
        const stream = body as StreamBody;
        const feedId = await feeds.receive({
          person: caller as FeedPerson,
          signature: headers['feed-signature'],
          resumeFrom: headers['feed-resume-from'],
          body: stream,
        });
        // A feed that is known already is not read to its end: the connection cannot serve another request.
        return { body: { feedId }, ...(stream.readableEnded ? {} : { headers: { connection: 'close' } }) };
      },
    }),
    defineRoute({
      ...reading,
      method: 'GET',
      path: '/v1/feeds',
      summary: 'The next sequence number and the latest feeds.',
      input: {},
      output: Type.Object({ nextSeq: count, feeds: Type.Array(status) }),
      handle: async ({ caller }) => ({ body: await feeds.list(caller as FeedPerson, LISTED_FEEDS) }),
    }),
    defineRoute({
      ...reading,
      method: 'GET',
      path: '/v1/feeds/:id',
      summary: 'How far a feed is, and its result.',
      input: { params: feedParams },
      output: status,
      handle: async ({ params, caller }) => ({ body: await feeds.status(caller as FeedPerson, params.id) }),
    }),
    defineRoute({
      ...reading,
      method: 'GET',
      path: '/v1/feeds/:id/rejects',
      summary: 'Rejected lines by number and reason, page by page; `next` is the next page’s `after`.',
      input: {
        params: feedParams,
        query: Type.Object({ after: Type.Optional(digits), limit: Type.Optional(digits) }, strict),
      },
      output: rejects,
      handle: async ({ params, query, caller }) => {
        const limit = Math.min(Math.max(Number(query.limit ?? MOST_REJECTS), 1), MOST_REJECTS);
        const page = { after: Number(query.after ?? 0), limit };
        return { body: await feeds.rejects(caller as FeedPerson, params.id, page) };
      },
    }),
    defineRoute({
      ...insurerOnly,
      method: 'POST',
      path: '/v1/feeds/:id/approval',
      summary:
        'A second person approves a feed that closes many; `closes` must be the number that waits, if given.',
      input: { params: feedParams, query: Type.Object({ closes: Type.Optional(digits) }, strict) },
      output: status,
      ledger: event('feed.approved'),
      whenDisconnected: 'refused',
      handle: async ({ params, query, caller }) => {
        const closes = query.closes === undefined ? null : Number(query.closes);
        return { body: await feeds.approve(caller as FeedPerson, params.id, closes) };
      },
    }),
    defineRoute({
      ...insurerOnly,
      method: 'DELETE',
      path: '/v1/feeds/:id',
      summary: 'Take back a feed that is being received or waits for approval; its number can be used again.',
      input: { params: feedParams },
      output: status,
      ledger: event('feed.refused'),
      whenDisconnected: 'goes on',
      handle: async ({ params, caller }) => ({ body: await feeds.withdraw(caller as FeedPerson, params.id) }),
    }),
  ];
}
