// HTTP of the emergency units: POST /v1/emergency-units, for software and for the portal.

import { Type } from 'typebox';
import { EMERGENCY_REASONS } from '../../core/emergency-reasons.ts';
import { type AnyRoute, budget, type Caller, defineRoute, event } from '../../http/route.ts';
import { type EmergencyParts, takeEmergencyUnits } from './emergency-units.ts';

const strict = { additionalProperties: false };
const reason = Type.Union(EMERGENCY_REASONS.map((one) => Type.Literal(one)));

export function emergencyRoutes(parts: EmergencyParts): AnyRoute[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/v1/emergency-units',
      summary: 'A few more typed look-ups for a structure in an emergency, once a day; reviewed afterwards.',
      who: 'professional',
      input: { body: Type.Object({ reason }, strict) },
      output: Type.Object({ units: Type.Integer(), until: Type.String() }, strict),
      budget: budget('emergencyPerStructurePerDay'),
      ledger: event('guard.emergency-units'),
      whenDisconnected: 'refused',
      async handle({ body, caller }) {
        const asker = caller as Extract<Caller, { role: 'professional' }>;
        return { body: await takeEmergencyUnits(parts, asker, body.reason) };
      },
    }),
  ];
}
