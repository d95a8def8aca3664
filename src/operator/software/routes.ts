// HTTP of a structure's software: which client certificates serve it, enrol one, revoke one.

import { Type } from 'typebox';
import { type AnyRoute, type Caller, defineRoute, event, noEntry, none } from '../../http/route.ts';
import { certificatesOf, enrolSoftware, revokeSoftware, type SoftwareParts } from './software.ts';

const strict = { additionalProperties: false };
const thumbprint = Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' });
const certificate = Type.Object(
  {
    thumbprint,
    clientId: Type.String(),
    enrolledAt: Type.String(),
    enrolledBy: Type.String(),
    revokedAt: Type.Union([Type.String(), Type.Null()]),
  },
  strict,
);
const ownStructure = none('the structure’s own few certificates');

export function softwareRoutes(parts: SoftwareParts): AnyRoute[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/certificates',
      summary: 'The client certificates of this structure’s software.',
      who: 'professional',
      input: {},
      output: Type.Object({ certificates: Type.Array(certificate) }, strict),
      budget: ownStructure,
      ledger: noEntry('nobody’s data is disclosed'),
      whenDisconnected: 'goes on',
      handle: async ({ caller }) => ({
        body: { certificates: await certificatesOf(parts, (caller as Professional).structure) },
      }),
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/certificates',
      summary:
        'Enrols a client certificate for this structure; `thumbprint`: base64url SHA-256 of its DER form.',
      who: 'professional',
      input: { body: Type.Object({ thumbprint }, strict) },
      output: Type.Object({}, strict),
      status: 201,
      budget: ownStructure,
      ledger: event('client.enrolled'),
      whenDisconnected: 'refused',
      async handle({ caller }) {
        await enrolSoftware(parts, caller as Professional);
        return { body: {} };
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/v1/certificates/:thumbprint',
      summary: 'Revokes a client certificate for this structure, at once.',
      who: 'professional',
      input: { params: Type.Object({ thumbprint }, strict) },
      output: Type.Object({}, strict),
      budget: ownStructure,
      ledger: event('client.revoked'),
      whenDisconnected: 'goes on',
      async handle({ caller, params }) {
        await revokeSoftware(parts, caller as Professional, params.thumbprint);
        return { body: {} };
      },
    }),
  ];
}

type Professional = Extract<Caller, { role: 'professional' }>;
