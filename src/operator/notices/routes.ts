// HTTP for insurers: notices of look-ups by NIR alone, and their half of the identity key (CONTRACT.md 3.3, DESIGN.md 3).

import { Type } from 'typebox';
import { type AnyRoute, type Caller, defineRoute, event, noEntry, none } from '../../http/route.ts';
import type { Ledger } from '../ledger/ledger-port.ts';
import { ownNumber } from '../own-number.ts';
import type { IdentityHalfDesk } from './identity-half-desk.ts';
import { MOST_NOTICES, type Notices } from './notices.ts';

const strict = { additionalProperties: false };

const notice = Type.Object(
  {
    seq: Type.Integer(),
    ref: Type.String(),
    at: Type.String(),
    by: Type.String(),
    structure: Type.String(),
    purpose: Type.String(),
    reason: Type.String(),
    outcome: Type.String(),
  },
  strict,
);

export type NoticeRouteParts = { notices: Notices; identityHalves: IdentityHalfDesk; ledger: Ledger };

export function noticeRoutes({ notices, identityHalves, ledger }: NoticeRouteParts): AnyRoute[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/notices',
      summary: `Look-ups of the caller’s own members without their member number, oldest first, at most ${MOST_NOTICES}.`,
      who: 'insurer',
      input: {
        query: Type.Object({ after: Type.Optional(Type.String({ pattern: '^[0-9]{1,15}$' })) }, strict),
      },
      output: Type.Object({ notices: Type.Array(notice), last: Type.Integer() }, strict),
      budget: none('the vault opens so many a day and no more (noticesPerInsurerPerDay)'),
      ledger: event('notices.read'),
      whenDisconnected: 'refused',
      handle: async ({ query, caller }) => {
        const amcNo = ownNumber(caller);
        const page = await notices.after(amcNo, Number(query.after ?? 0));
        if (page.notices.length > 0) {
          const { person } = caller as Extract<Caller, { role: 'insurer' }>;
          await ledger.append(
            readEntry({ insurer: amcNo, account: person, last: page.last, count: page.notices.length }),
          );
        }
        return { body: page };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/identity-half',
      summary: 'The key of the operator’s vault to which an insurer seals its half of the identity key.',
      who: 'insurer',
      input: {},
      output: Type.Object(
        {
          key: Type.Object(
            { kty: Type.String(), crv: Type.String(), x: Type.String(), y: Type.String() },
            strict,
          ),
          signature: Type.String(),
          wanted: Type.Boolean(),
        },
        strict,
      ),
      budget: none('a public key'),
      ledger: noEntry('nothing personal is disclosed'),
      whenDisconnected: 'refused',
      handle: async ({ caller }) => ({ body: await identityHalves.shown(ownNumber(caller)) }),
    }),
    defineRoute({
      method: 'PUT',
      path: '/v1/identity-half',
      summary: 'Lends the caller’s half of the identity key until the next lock or restart of the vault.',
      who: 'insurer',
      input: { body: Type.Object({ jwe: Type.String({ minLength: 1, maxLength: 4_096 }) }, strict) },
      output: Type.Object({ ok: Type.Boolean() }, strict),
      budget: none('signed by the insurer itself, and the same half every time'),
      ledger: event('insurer.identity-half-lent'),
      whenDisconnected: 'refused',
      handle: async ({ body, caller }) => {
        await identityHalves.lend(ownNumber(caller), body.jwe);
        return { body: { ok: true } };
      },
    }),
  ];
}

function readEntry(facts: { insurer: string; account: string; last: number; count: number }) {
  return {
    about: null,
    member: { by: 'insurer', structure: null, purpose: null, evidence: null, fields: [], outcome: null },
    rest: { event: 'notices.read', ...facts },
  } as const;
}
