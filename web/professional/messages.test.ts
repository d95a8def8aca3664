// Both languages say everything, with the same values put in, and every code that can be shown has its words.

import { describe, expect, it } from 'vitest';
import { CARD_PROBLEMS } from '../../src/core/card.ts';
import { CARE_DOMAINS, PROFESSIONS } from '../../src/core/care-domains.ts';
import { ANSWER_CODES } from '../shared/api-types.ts';
import { REFUSALS } from './refusals.ts';
import { SETTLEMENT_TEXTS, type SettlementKey } from './settlement/texts.ts';

const { fr: MESSAGES_FR, en: MESSAGES_EN } = SETTLEMENT_TEXTS;
const KEYS = Object.keys(MESSAGES_FR) as SettlementKey[];
const FOUR = ['title', 'what', 'do', 'who'];
const placeholders = (sentence: string) => (sentence.match(/\{\w+\}/g) ?? []).sort();

describe('the catalogues', () => {
  it('have the same keys', () => {
    expect(Object.keys(MESSAGES_EN).sort()).toEqual([...KEYS].sort());
  });

  it('put the same values in', () => {
    const unequal = KEYS.filter(
      (key) => placeholders(MESSAGES_FR[key]).join() !== placeholders(MESSAGES_EN[key]).join(),
    );
    expect(unequal).toEqual([]);
  });

  it('have no empty sentence, and typographic apostrophes', () => {
    const bad = KEYS.filter((key) =>
      [MESSAGES_FR[key], MESSAGES_EN[key]].some((s) => s === '' || /'/.test(s)),
    );
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
    expect(wanted.filter((key) => !(KEYS as string[]).includes(key))).toEqual([]);
  });
});
