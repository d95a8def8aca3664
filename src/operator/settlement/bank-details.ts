// A professional says where their structure is paid. The account number is in the call they signed: the vault reads it there
// and gives it back sealed, so nothing between can put another in its place. It must never be logged, entered or answered.

import { PORTAL } from '../../core/portal.ts';
import type { Caller } from '../../http/route.ts';
import { type Clock, timestamp } from '../../lib/clock.ts';
import { type VaultClient, VaultRefused } from '../../vault/vault-client.ts';
import { refusal } from '../errors.ts';
import type { Ledger } from '../ledger/ledger-port.ts';
import type { BankDetailsRow, BankDetailsStore } from './bank-details-store.ts';

/** Long enough for whoever works there to see a change that was not theirs. */
const FREEZE_MS = 72 * 3_600_000;

type Professional = Extract<Caller, { role: 'professional' }>;

export type BankDetailsParts = {
  bankDetails: BankDetailsStore;
  vault: VaultClient;
  ledger: Ledger;
  clock: Clock;
};

/** As the portal shows it (CONTRACT.md 3: RFC 3339). */
export type ShownBankDetails = { masked: string; inForceFrom: string };

export async function bankDetailsOf(
  { bankDetails, clock }: Pick<BankDetailsParts, 'bankDetails' | 'clock'>,
  structure: string,
): Promise<{ inForce: ShownBankDetails | null; waiting: ShownBankDetails | null }> {
  const { inForce, waiting } = await bankDetails.of(structure, clock.nowMs());
  return { inForce: shown(inForce), waiting: shown(waiting) };
}

/**
 * In force after 72 hours. Throws `bank-details-refused`, `step-up-required` (the session was not opened by Pro Santé
 * Connect) or `fresh-sign-in-required`.
 */
export async function putBankDetails(
  parts: BankDetailsParts,
  caller: Professional,
): Promise<ShownBankDetails> {
  const { bankDetails, clock } = parts;
  const { structure, sealed, masked } = await sealedByVault(parts, caller);
  const atMs = clock.nowMs();
  const inForceFromMs = atMs + FREEZE_MS;
  await bankDetails.put({ structure, sealed, masked, atMs, inForceFromMs });
  const inForceFrom = timestamp(inForceFromMs);
  await enter(parts, caller, inForceFrom);
  return { masked, inForceFrom };
}

async function sealedByVault({ vault }: BankDetailsParts, { proof }: Professional) {
  if (proof.kind !== 'session') throw refusal('wrong-role');
  try {
    return (await vault.call('sealBankDetails', { proof })).out;
  } catch (error) {
    if (!(error instanceof VaultRefused)) throw error;
    if (error.code === 'subject-refused') throw refusal('step-up-required');
    if (error.code === 'fresh-sign-in-required' || error.code === 'bank-details-refused')
      throw refusal(error.code);
    throw error;
  }
}

async function enter(
  { ledger }: BankDetailsParts,
  { account, structure, profession }: Professional,
  inForceFrom: string,
): Promise<void> {
  const entry = {
    about: null,
    member: { by: profession, structure, purpose: null, evidence: null, fields: [], outcome: null },
    rest: { event: 'bank-details.changed', account, client: PORTAL, inForceFrom },
  } as const;
  await ledger.append(entry).catch(() => ledger.owe(entry)); // it has happened
}

function shown(row: BankDetailsRow | null): ShownBankDetails | null {
  return row && { masked: row.masked, inForceFrom: timestamp(row.inForceFromMs) };
}
