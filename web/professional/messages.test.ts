// Both languages say everything, with the same values put in, and every code that can be shown has its words.

import { describe, expect, it } from 'vitest';
import { CARD_PROBLEMS } from '../../src/core/card.ts';
import { CARE_DOMAINS, PROFESSIONS } from '../../src/core/care-domains.ts';
import { ANSWER_CODES } from '../shared/api-types.ts';
import { MESSAGES_EN } from './messages-en.ts';
import { MESSAGES_FR } from './messages-fr.ts';
import { SETTLEMENT_EN } from './messages-settlement-en.ts';
import { SETTLEMENT_FR } from './messages-settlement-fr.ts';
import { REFUSALS } from './refusals.ts';

const FRENCH: Readonly<Record<string, string>> = { ...MESSAGES_FR, ...SETTLEMENT_FR };
const ENGLISH: Readonly<Record<string, string>> = { ...MESSAGES_EN, ...SETTLEMENT_EN };
const KEYS = Object.keys(FRENCH);
const FOUR = ['title', 'what', 'do', 'who'];
const placeholders = (sentence: string) => (sentence.match(/\{\w+\}/g) ?? []).sort();

describe('the catalogues', () => {
  it('have the same keys', () => {
    expect(Object.keys(ENGLISH).sort()).toEqual([...KEYS].sort());
  });

  it('put the same values in', () => {
    const unequal = KEYS.filter(
      (key) => placeholders(FRENCH[key] ?? '').join() !== placeholders(ENGLISH[key] ?? '').join(),
    );
    expect(unequal).toEqual([]);
  });

  it('have no empty sentence, and typographic apostrophes', () => {
    const bad = KEYS.filter((key) => [FRENCH[key], ENGLISH[key]].some((s) => !s || /'/.test(s)));
    expect(bad).toEqual([]);
  });

  it('name every care domain, profession, answer code, refusal and reason against a card', () => {
    const wanted = [
      ...CARE_DOMAINS.map((domain) => `domain.${domain}`),
      ...Object.keys(PROFESSIONS).map((profession) => `profession.${profession}`),
      ...ANSWER_CODES.flatMap((code) => ['title', 'what', 'do'].map((part) => `code.${code}.${part}`)),
      ...CARD_PROBLEMS.flatMap((reason) => FOUR.map((part) => `card.${reason}.${part}`)),
      ...REFUSALS.flatMap((code) => FOUR.map((part) => `refusal.${code}.${part}`)),
    ];
    expect(wanted.filter((key) => !KEYS.includes(key))).toEqual([]);
  });
});
