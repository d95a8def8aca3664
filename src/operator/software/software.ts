// A professional enrols and revokes the software of their own structure. The order is the call they signed: the vault
// reads it itself. It must never touch another structure's software, nor an insurer's certificate.

import { PORTAL } from '../../core/portal.ts';
import type { Caller } from '../../http/route.ts';
import { timestamp } from '../../lib/clock.ts';
import type { SessionProof } from '../../vault/protocol.ts';
import { type VaultClient, VaultRefused } from '../../vault/vault-client.ts';
import { refusal } from '../errors.ts';
import type { Ledger } from '../ledger/ledger-port.ts';
import type { EnrolledSoftware, SoftwareStore } from './software-store.ts';

type Professional = Extract<Caller, { role: 'professional' }>;

export type SoftwareParts = {
  store: SoftwareStore;
  vault: VaultClient;
  ledger: Ledger;
  owedOrders: OwedOrders;
};

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
 * again mends that. Throws `certificate-refused`, `certificates-full`, `step-up-required` (the session was not opened
 * by Pro Santé Connect) or `fresh-sign-in-required`.
 */
export async function enrolSoftware(parts: SoftwareParts, caller: Professional): Promise<void> {
  const { thumbprint, client, structure } = await tellVault(parts, caller);
  const { account } = caller;
  const done = await parts.store.enrol({ thumbprint, client, structure, account });
  if (done === 'full') throw refusal('certificates-full');
  if (done === 'refused') throw refusal('certificate-refused');
  await enter(parts, caller, { event: 'client.enrolled', enrolled: client });
}

/**
 * The row first: from then on it is refused here, whatever becomes of the vault. The vault, which never forgets, is told
 * with the same signed order; when it is away or locked just now, as soon as it is back (housekeeping). If we crash
 * before that, the row still refuses; only a taken-over operator could let it pass.
 */
export async function revokeSoftware(
  parts: SoftwareParts,
  caller: Professional,
  thumbprint: string,
): Promise<void> {
  const client = await parts.store.revoke(thumbprint, caller.structure);
  if (client === null) throw refusal('not-found');
  await enter(parts, caller, { event: 'client.revoked', enrolled: client });
  await tellVault(parts, caller).catch(() => parts.owedOrders.add(orderOf(caller)));
}

const MOST_OWED = 10_000;

/** Orders that the vault could not take yet. In memory, bounded: each is of somebody signed in. */
export class OwedOrders {
  #orders: SessionProof[] = [];

  add(order: SessionProof): void {
    if (this.#orders.length < MOST_OWED) this.#orders.push(order);
  }

  /** Tells the vault what it was not told; what it refuses now (a session that is over) it will always refuse. */
  async settle(vault: VaultClient): Promise<void> {
    const orders = this.#orders;
    this.#orders = [];
    for (const proof of orders) {
      await vault.call('changeClient', { proof }).catch((error: unknown) => {
        const isFinal = error instanceof VaultRefused && error.code === 'subject-refused';
        if (!isFinal) this.add(proof);
      });
    }
  }
}

async function tellVault(parts: SoftwareParts, caller: Professional) {
  try {
    return (await parts.vault.call('changeClient', { proof: orderOf(caller) })).out;
  } catch (error) {
    if (!(error instanceof VaultRefused)) throw error;
    if (error.code === 'subject-refused') throw refusal('step-up-required');
    if (error.code === 'fresh-sign-in-required') throw refusal(error.code);
    throw error;
  }
}

function orderOf({ proof }: Professional): SessionProof {
  if (proof.kind !== 'session') throw refusal('wrong-role');
  return proof;
}

async function enter(
  { ledger }: SoftwareParts,
  { account, structure, profession }: Professional,
  what: { event: 'client.enrolled' | 'client.revoked'; enrolled: string },
): Promise<void> {
  const entry = {
    about: null,
    member: { by: profession, structure, purpose: null, evidence: null, fields: [], outcome: null },
    rest: { event: what.event, account, client: PORTAL, enrolled: what.enrolled },
  };
  await ledger.append(entry).catch(() => ledger.owe(entry)); // it has happened
}

function certificate(software: EnrolledSoftware): Certificate {
  const { thumbprint, client: clientId, enrolledAtMs, enrolledBy, revokedAtMs } = software;
  const revokedAt = revokedAtMs === null ? null : timestamp(revokedAtMs);
  return { thumbprint, clientId, enrolledAt: timestamp(enrolledAtMs), enrolledBy, revokedAt };
}
