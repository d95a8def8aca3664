// PURE. A payment run as it was frozen, and the digest of it that two persons sign. It must never depend on anything that
// can change later.

import { sha256Hex } from '../../../crypto/digest.ts';

export type FrozenTransfer = {
  /** Reference that the bank carries through, unique for ever. */
  advice: string;
  structure: string;
  claims: number;
  cents: number;
  /** SHA-256 of its claims and their amounts. */
  claimsDigest: string;
  /** The structure's bank details as the vault sealed them. */
  sealed: Buffer;
};

/** What one insurer owes, from one account: one file. */
export type FrozenFile = {
  insurerId: number;
  amcNo: string;
  debtor: { name: string; iban: string; bic: string | null };
  transfers: readonly FrozenTransfer[];
};

export type RunContent = {
  id: string;
  /** Claims received until the end of this day in Paris. */
  day: string;
  frozenAtMs: number;
  executeOn: string;
  files: readonly FrozenFile[];
};

export type FrozenRun = RunContent & {
  claims: number;
  cents: number;
  digest: string;
  /** All files were written and its claims are paid. */
  written: boolean;
};

export function totalsOf({ files }: RunContent): { transfers: number; claims: number; cents: number } {
  const transfers = files.flatMap((file) => file.transfers);
  return {
    transfers: transfers.length,
    claims: transfers.reduce((sum, { claims }) => sum + claims, 0),
    cents: transfers.reduce((sum, { cents }) => sum + cents, 0),
  };
}

/** SHA-256 (hexadecimal) over every amount, account and claim of it: one line each, in the order of the files. */
export function digestOf(run: RunContent): string {
  const lines: unknown[][] = [['rempart/v1/payment-run', run.id, run.day, run.frozenAtMs, run.executeOn]];
  for (const { amcNo, debtor, transfers } of run.files) {
    lines.push([amcNo, debtor.name, debtor.iban, debtor.bic]);
    for (const { advice, structure, claims, cents, claimsDigest, sealed } of transfers) {
      lines.push([advice, structure, claims, cents, claimsDigest, sha256Hex(sealed)]);
    }
  }
  return sha256Hex(lines.map((line) => JSON.stringify(line)).join('\n'));
}
