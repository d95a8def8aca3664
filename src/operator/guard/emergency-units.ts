// Units for an emergency, from the word of a professional to the entry and the alarm. The vault decides and counts; it
// must never be that units were given and nobody reads of it.

import type { EmergencyReason } from '../../core/emergency-reasons.ts';
import type { Caller } from '../../http/route.ts';
import type { VaultClient } from '../../vault/vault-client.ts';
import { VaultRefused } from '../../vault/vault-client.ts';
import { refuseWhenClosed } from '../access/tokens.ts';
import type { Switchboard } from '../containment/switchboard.ts';
import { refusal } from '../errors.ts';
import type { Ledger, NewEntry } from '../ledger/ledger-port.ts';
import type { Guard } from './guard.ts';

type Asker = Extract<Caller, { role: 'professional' }>;
export type EmergencyParts = {
  vault: VaultClient;
  ledger: Ledger;
  switchboard(): Switchboard;
  /** Raises an alarm, for staff to look at. */
  guard: Pick<Guard, 'sawEmergency'>;
};
/** `until` (RFC 3339): when the structure may have some again. */
export type EmergencyUnits = { units: number; until: string };

/**
 * Throws `fresh-sign-in-required`, `emergency-spent`, `token-invalid`, `session-ended` or `disconnected`. If we crash
 * before the entry is there, the vault's journal has the line.
 */
export async function takeEmergencyUnits(
  parts: EmergencyParts,
  asker: Asker,
  reason: EmergencyReason,
): Promise<EmergencyUnits> {
  refuseWhenClosed(parts, asker);
  const { out: taken } = await parts.vault
    .call('emergency', { proof: asker.proof, reason })
    .catch((error: unknown) => Promise.reject(refusedAsOurs(asker, error)));
  const entry = entryOf(asker, reason, taken.units);
  const receipt = await parts.ledger.append(entry).catch(() => parts.ledger.owe(entry));
  parts.guard.sawEmergency(asker, taken.units, receipt?.index ?? null);
  return taken;
}

function refusedAsOurs({ proof }: Asker, error: unknown): unknown {
  if (!(error instanceof VaultRefused)) return error;
  if (error.code === 'fresh-sign-in-required' || error.code === 'emergency-spent') return refusal(error.code);
  const isOver = error.code === 'subject-refused';
  return isOver ? refusal(proof.kind === 'token' ? 'token-invalid' : 'session-ended') : error;
}

function entryOf(asker: Asker, reason: EmergencyReason, units: number): NewEntry {
  const { account, structure, profession: by, client } = asker;
  return {
    about: null,
    member: { by, structure, purpose: null, evidence: null, fields: [], outcome: null },
    rest: { event: 'guard.emergency-units', account, client, reason, units },
  };
}
