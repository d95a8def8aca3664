// PURE. What a structure is told of its payments, and the same as a table for its own books.

import { csv, euros } from '../claim-csv.ts';

/** What the statements of the paying account say. `not-seen`: nothing yet; `late`: nothing by the third business day. */
export const BANK_STATES = ['not-seen', 'late', 'paid', 'returned', 'other-amount'] as const;
type BankState = (typeof BANK_STATES)[number];

export type PaidClaim = { claimId: string; amc: number };

/** Amounts in cents. */
export type Payment = {
  /** The reference on the structure's own bank statement. */
  advice: string;
  executeOn: string;
  cents: number;
  insurer: string;
  insurerName: string;
  claims: number;
  /** The first thousand of them. */
  list: PaidClaim[];
  bank: BankState;
  /** The day on which the bank booked it, or took it back. */
  bankOn: string | null;
};

export type PaymentLine = Pick<Payment, 'advice' | 'executeOn' | 'insurer' | 'cents' | 'bank' | 'bankOn'> &
  PaidClaim;

export interface PaymentsStore {
  /** The newest first; `before`: an advice. */
  page(structure: string, asked: { before: string | null; most: number }): Promise<Payment[]>;
  /** One per claim. */
  lines(structure: string, most: number): Promise<PaymentLine[]>;
}

const BANK_SAYS: Readonly<Record<BankState, string>> = {
  'not-seen': 'Pas encore vu',
  late: 'En retard',
  paid: 'Crédité',
  returned: 'Retourné',
  'other-amount': 'Autre montant',
};

export function paymentsCsv(lines: readonly PaymentLine[]): string {
  return csv([
    ['Virement', 'Date', 'N° AMC', 'Montant du virement', 'Demande', 'Montant', 'En banque', 'Le'],
    ...lines.map(({ advice, executeOn, insurer, cents, claimId, amc, bank, bankOn }) => [
      advice,
      executeOn,
      insurer,
      euros(cents),
      claimId,
      euros(amc),
      BANK_SAYS[bank],
      bankOn ?? '',
    ]),
  ]);
}
