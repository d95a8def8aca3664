// PURE. Claims as a spreadsheet in France reads them: semicolons, decimal commas, a byte order mark. It names nobody.

import type { ListedClaim } from './claim-shapes.ts';

const STATES: Readonly<Record<ListedClaim['state'], string>> = {
  accepted: 'Acceptée',
  rejected: 'Rejetée',
  cancelled: 'Annulée',
  paying: 'En cours de paiement',
  paid: 'Payée',
};

export function claimsCsv(claims: readonly ListedClaim[]): string {
  return csv([
    [
      'Demande',
      'Reçue le',
      'Soins du',
      'N° AMC',
      'Mutuelle',
      'Facturé',
      'Part mutuelle',
      'État',
      'Payée le',
      'Virement',
      'Motif',
    ],
    ...claims.map((claim) => [
      claim.claimId,
      claim.receivedAt,
      claim.careDate,
      claim.insurer.amcNo,
      claim.insurer.name,
      euros(claim.price),
      euros(claim.amc),
      STATES[claim.state],
      claim.paidOn ?? '',
      claim.transferId ?? '',
      claim.rejection?.fr ?? '',
    ]),
  ]);
}

/** With the mark by which spreadsheets know UTF-8, and the line ends of RFC 4180. */
export function csv(rows: readonly (readonly string[])[]): string {
  return `\ufeff${rows.map((row) => row.map(cell).join(';')).join('\r\n')}\r\n`;
}

/** 1234 cents are "12,34". */
export function euros(cents: number): string {
  return `${Math.floor(cents / 100)},${String(cents % 100).padStart(2, '0')}`;
}

/** A cell that begins like a formula is shown, not computed. */
function cell(text: string): string {
  const shown = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[";\r\n]/.test(shown) ? `"${shown.replaceAll('"', '""')}"` : shown;
}
