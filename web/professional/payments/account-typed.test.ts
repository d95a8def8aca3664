// Accounts as people type them, right and wrong. The numbers are of a bank code that nobody has.

import { describe, expect, it } from 'vitest';
import { fieldOf, groupedIban, problemsOf, requestOf } from './account-typed.ts';

const GOOD = { holder: ' Pharmacie du Quai ', iban: 'fr76 9990 1000 0100 0000 0010 389', bic: 'rempfrpp ' };
const problem = (code: string, field?: string) => ({
  ...{ type: '', title: '', status: 422, code, detail: '' },
  ...(field ? { field } : {}),
});

describe('an account that was typed', () => {
  it('is sent in its one written form, without a bank code when none was given', () => {
    expect(problemsOf(GOOD)).toEqual({});
    expect(requestOf(GOOD)).toEqual({
      holder: 'Pharmacie du Quai',
      iban: 'FR7699901000010000000010389',
      bic: 'REMPFRPP',
    });
    expect(requestOf({ ...GOOD, bic: ' ' }).bic).toBeNull();
  });

  it.each([
    ['nothing', { holder: ' ', iban: '', bic: '' }, { holder: 'missing', iban: 'missing' }],
    ['a wrong digit', { ...GOOD, iban: GOOD.iban.replace('389', '388') }, { iban: 'iban' }],
    ['a country outside SEPA', { ...GOOD, iban: 'BR1500000000000010932840814P2' }, { iban: 'iban' }],
    ['a holder too long', { ...GOOD, holder: 'P'.repeat(71) }, { holder: 'holder' }],
    ['a bank code of nine', { ...GOOD, bic: 'REMPFRPPX' }, { bic: 'bic' }],
  ])('says what is wrong: %s', (_, typed, wrong) => {
    expect(problemsOf(typed)).toEqual(wrong);
  });

  it('stands in groups of four', () => {
    expect(groupedIban('fr76 99901000 0100')).toBe('FR76 9990 1000 0100');
    expect(groupedIban('')).toBe('');
  });
});

describe('a refusal of the server', () => {
  it('stands at the field it names, or at the number when the account as a whole was refused', () => {
    expect(fieldOf(problem('invalid', 'holder'))).toBe('holder');
    expect(fieldOf(problem('bank-details-refused'))).toBe('iban');
    expect(fieldOf(problem('overloaded'))).toBeNull();
    expect(fieldOf(problem('invalid', 'elsewhere'))).toBeNull();
  });
});
