// PURE. What was typed of a bank account: what is wrong with it, and what is sent of it.

import { isBic, isHolder } from '../../../src/core/bank-account.ts';
import { readIban } from '../../../src/core/iban.ts';
import type { BankDetailsRequest, Problem } from '../../shared/api-types.ts';
import { groupsOf } from '../../shared/format.ts';

export const ACCOUNT_FIELDS = ['holder', 'iban', 'bic'] as const;
export type AccountField = (typeof ACCOUNT_FIELDS)[number];
export type AccountTyped = Record<AccountField, string>;
type Wrong = 'missing' | AccountField;

export const NOTHING_TYPED: AccountTyped = { holder: '', iban: '', bic: '' };

const withoutSpaces = (text: string) => text.replace(/\s/g, '').toUpperCase();

export function problemsOf({ holder, iban, bic }: AccountTyped): Partial<Record<AccountField, Wrong>> {
  const code = withoutSpaces(bic);
  return {
    ...(holder.trim() === '' ? { holder: 'missing' } : isHolder(holder.trim()) ? {} : { holder: 'holder' }),
    ...(iban.trim() === '' ? { iban: 'missing' } : readIban(iban) ? {} : { iban: 'iban' }),
    ...(code === '' || isBic(code) ? {} : { bic: 'bic' }),
  };
}

/** Of an account without problems. */
export function requestOf({ holder, iban, bic }: AccountTyped): BankDetailsRequest {
  return { holder: holder.trim(), iban: withoutSpaces(iban), bic: withoutSpaces(bic) || null };
}

/** In groups of four, as it stands on paper. */
export const groupedIban = (typed: string): string => groupsOf(withoutSpaces(typed), 4).join(' ');

/** Where a refusal of the server belongs; null: to the whole. */
export function fieldOf({ code, field }: Problem): AccountField | null {
  return ACCOUNT_FIELDS.find((one) => one === field) ?? (code === 'bank-details-refused' ? 'iban' : null);
}
