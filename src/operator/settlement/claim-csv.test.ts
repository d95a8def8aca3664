// The spreadsheet of claims, cell by cell.

import { expect, it } from 'vitest';
import { claimsCsv, csv, euros } from './claim-csv.ts';

it('a spreadsheet in France reads it: mark, semicolons, decimal commas, line ends', () => {
  const text = claimsCsv([
    {
      claimId: '11111111-1111-4111-8111-111111111111',
      receivedAt: '2026-03-02T08:00:00.000Z',
      careDate: '2026-03-02',
      insurer: { amcNo: '0999000101', name: 'Mutuelle « A ; B »' },
      price: 2_005,
      amc: 700,
      state: 'accepted',
      rejection: null,
      paidOn: null,
      transferId: null,
    },
  ]);
  const [head, row, rest] = text.split('\r\n');
  expect(head?.charCodeAt(0)).toBe(0xfeff);
  expect(head?.split(';')).toHaveLength(11);
  expect(row).toContain('"Mutuelle « A ; B »";20,05;7,00;Acceptée;;;');
  expect(rest).toBe('');
});

it.each(['=1+1', '+1', '-1', '@x', '\tx'])('%j is shown, not computed', (text) => {
  expect(csv([[text]])).toBe(`\ufeff'${text}\r\n`);
});

it.each([
  [0, '0,00'],
  [5, '0,05'],
  [123_456_789, '1234567,89'],
])('%i cents are %s euros', (cents, text) => {
  expect(euros(cents)).toBe(text);
});
