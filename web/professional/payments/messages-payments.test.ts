// The words of money in both languages: the same keys, the same values put in, typographic apostrophes.

import { describe, expect, it } from 'vitest';
import { PAYMENTS_EN } from './messages-payments-en.ts';
import { PAYMENTS_FR, type PaymentsKey } from './messages-payments-fr.ts';

const KEYS = Object.keys(PAYMENTS_FR) as PaymentsKey[];
const placeholders = (sentence: string) => (sentence.match(/\{\w+\}/g) ?? []).sort().join();

describe('the catalogues of money', () => {
  it('have the same keys and put the same values in', () => {
    expect(Object.keys(PAYMENTS_EN).sort()).toEqual([...KEYS].sort());
    expect(KEYS.filter((key) => placeholders(PAYMENTS_FR[key]) !== placeholders(PAYMENTS_EN[key]))).toEqual(
      [],
    );
  });

  it('have no straight apostrophe', () => {
    expect(KEYS.filter((key) => /'/.test(PAYMENTS_FR[key] + PAYMENTS_EN[key]))).toEqual([]);
  });
});
