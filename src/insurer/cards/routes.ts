// The card desk over HTTP: declarations and one call each. There is no route that lists cards.

import { Type } from 'typebox';
import { CARE_DOMAINS } from '../../core/care-domains.ts';
import type { CardHandle } from '../../core/ids.ts';
import { type AnyRoute, defineRoute, noEntry, none } from '../../http/route.ts';
import { refusal } from '../errors.ts';
import { REVOCATION_REASONS, type RevocationReason } from './card-store.ts';
import { type DeskOrder, type DeskParts, issueCards, revokeCard } from './desk.ts';

/** 1,000 orders with every domain. */
const BODY_LIMIT_BYTES = 2 * 1024 * 1024;

const strict = { additionalProperties: false } as const;
const text = (pattern: string) => Type.String({ pattern });
const sixteenBytes = text('^[A-Za-z0-9_-]{21}[AQgw]$');
const day = Type.String({ format: 'date' });
const order = Type.Object(
  {
    ref: sixteenBytes,
    birthDate: text('^[0-9]{8}$'),
    birthRank: Type.Integer({ minimum: 1, maximum: 9 }),
    convType: text('^[A-Z0-9]{2}$'),
    csr: Type.Union([text('^[A-Z0-9]{1,9}$'), Type.Null()]),
    domains: Type.Array(
      Type.Object(
        {
          domain: Type.Union(CARE_DOMAINS.map((one) => Type.Literal(one))),
          rule: text('^[A-Z0-9_-]{1,20}$'),
        },
        strict,
      ),
      { minItems: 1, maxItems: CARE_DOMAINS.length },
    ),
    from: day,
    to: day,
  },
  strict,
);
const issued = Type.Object(
  {
    ref: Type.String(),
    handle: Type.String(),
    card: Type.String({ description: 'the card’s bytes (COSE_Sign1), base64url' }),
    statusIndex: Type.Integer(),
    from: Type.String(),
    to: Type.String(),
  },
  strict,
);

const desk = {
  who: 'insurer',
  ledger: noEntry('an insurer’s own cards: nothing of a member is disclosed to anybody else'),
  whenDisconnected: 'refused',
} as const;

export function cardRoutes(parts: DeskParts): AnyRoute[] {
  return [
    defineRoute({
      ...desk,
      method: 'POST',
      path: '/v1/cards',
      summary:
        'Signs new cards, all of them or none. Each gets a new handle, also for somebody who has a card.',
      budget: none('the vault has a hard budget of cards a day'),
      bodyLimitBytes: BODY_LIMIT_BYTES,
      input: { body: Type.Object({ cards: Type.Array(order, { minItems: 1, maxItems: 1_000 }) }, strict) },
      output: Type.Object({ cards: Type.Array(issued) }, strict),
      // The schema has checked the shapes; the vault checks them once more before it signs.
      handle: async ({ body }) => ({
        body: { cards: await issueCards(parts, body.cards as unknown as DeskOrder[]) },
      }),
    }),
    defineRoute({
      ...desk,
      method: 'POST',
      path: '/v1/cards/:handle/revocation',
      summary: 'From now on this card is void: its door goes, its bit in the status list is set. For good.',
      budget: none('takes away, gives nothing'),
      input: {
        params: Type.Object({ handle: Type.String() }, strict),
        body: Type.Object({ reason: Type.Union(REVOCATION_REASONS.map((one) => Type.Literal(one))) }, strict),
      },
      output: Type.Object(
        {
          reason: Type.String({ description: 'of the first time' }),
          revokedAt: Type.String(),
          published: Type.Boolean(),
          problem: Type.Union([Type.String(), Type.Null()], {
            description:
              'why the operator has not confirmed it yet: operator-away, vault-away, or its own code',
          }),
        },
        strict,
      ),
      handle: async ({ params, body }) => {
        if (!HANDLE.test(params.handle)) throw refusal('card-unknown');
        const reason = body.reason as RevocationReason;
        return { body: await revokeCard(parts, params.handle as CardHandle, reason) };
      },
    }),
  ];
}

const HANDLE = /^[A-Za-z0-9_-]{21}[AQgw]$/;
