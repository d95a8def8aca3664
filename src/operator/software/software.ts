// A professional enrols and revokes the software of their own structure. The order is the call they signed: the vault
// reads it itself. It must never touch another structure's software, nor an insurer's certificate.

import { PORTAL } from '../../crypto/session-proof.ts';
import type { Caller } from '../../http/route.ts';
import { timestamp } from '../../lib/clock.ts';
import { type VaultClient, VaultRefused } from '../../vault/vault-client.ts';
import { refusal } from '../errors.ts';
import type { Ledger } from '../ledger/ledger-port.ts';
import type { EnrolledSoftware, SoftwareStore } from './software-store.ts';

type Professional = Extract<Caller, { role: 'professional' }>;

export type SoftwareParts = { store: SoftwareStore; vault: VaultClient; ledger: Ledger };

/** As the portal shows it (CONTRACT.md 3: RFC 3339). */
export type Certificate = {
  thumbprint: string;
  clientId: string;
  enrolledAt: string;
  enrolledBy: string;
  revokedAt: string | null;
};

export async function certificatesOf(parts: SoftwareParts, structure: string): Promise<Certificate[]> {
  return (await parts.store.of(structure)).map(certificate);
}

/**
 * The vault first: it alone makes a client count. If we crash before the row is there, nobody can use it, and enrolling
 * again mends that. Throws `certificate-refused` or `step-up-required` (the session was not opened by Pro Santé Connect).
 */
export async function enrolSoftware(parts: SoftwareParts, caller: Professional): Promise<void> {
  const { thumbprint, client, structure } = await ordered(parts, caller);
  const { account } = caller;
  if (!(await parts.store.enrol({ thumbprint, client, structure, account }))) {
    throw refusal('certificate-refused');
  }
  await enter(parts, caller, { event: 'client.enrolled', enrolled: client });
}

/** The row first: from then on it is refused here, whatever becomes of the vault; then the vault, which never forgets. */
export async function revokeSoftware(
  parts: SoftwareParts,
  caller: Professional,
  thumbprint: string,
): Promise<void> {
  await parts.store.revoke(thumbprint, caller.structure);
  const { client } = await ordered(parts, caller);
  await enter(parts, caller, { event: 'client.revoked', enrolled: client });
}

async function ordered(parts: SoftwareParts, { proof }: Professional) {
  if (proof.kind !== 'session') throw refusal('wrong-role');
  try {
    return (await parts.vault.call('changeClient', { proof })).out;
  } catch (error) {
    if (error instanceof VaultRefused && error.code === 'subject-refused') throw refusal('step-up-required');
    throw error;
  }
}

async function enter(
  { ledger }: SoftwareParts,
  { account, structure, profession }: Professional,
  what: { event: 'client.enrolled' | 'client.revoked'; enrolled: string },
): Promise<void> {
  await ledger.append({
    about: null,
    member: { by: profession, structure, purpose: null, evidence: null, fields: [], outcome: null },
    rest: { event: what.event, account, client: PORTAL, enrolled: what.enrolled },
  });
}

function certificate(software: EnrolledSoftware): Certificate {
  const { thumbprint, client: clientId, enrolledAtMs, enrolledBy, revokedAtMs } = software;
  const revokedAt = revokedAtMs === null ? null : timestamp(revokedAtMs);
  return { thumbprint, clientId, enrolledAt: timestamp(enrolledAtMs), enrolledBy, revokedAt };
}
