// Both languages say everything, with the same values put in, and every problem and scope has its words.

import { describe, expect, it } from 'vitest';
import { PROFESSIONS } from '../../src/core/care-domains.ts';
import { FEED_STATES } from './console-types.ts';
import { DETECTORS, ENDINGS, RESPONSES } from './guard-types.ts';
import { MESSAGES_EN } from './messages-en.ts';
import { MESSAGES_FR, type MessageKey } from './messages-fr.ts';
import { PROBLEMS } from './problems.ts';
import { SCOPE_KINDS, standsAlone } from './scopes.ts';

const KEYS = Object.keys(MESSAGES_FR) as MessageKey[];
const placeholders = (sentence: string) => (sentence.match(/\{\w+\}/g) ?? []).sort();

describe('the catalogues', () => {
  it('have the same keys and put the same values in', () => {
    expect(Object.keys(MESSAGES_EN).sort()).toEqual([...KEYS].sort());
    const unequal = KEYS.filter(
      (key) => placeholders(MESSAGES_FR[key]).join() !== placeholders(MESSAGES_EN[key]).join(),
    );
    expect(unequal).toEqual([]);
  });

  it('have no empty sentence, and typographic apostrophes', () => {
    const bad = KEYS.filter((key) =>
      [MESSAGES_FR[key], MESSAGES_EN[key]].some((sentence) => sentence === '' || /'/.test(sentence)),
    );
    expect(bad).toEqual([]);
  });

  it('name every problem, scope, feed state, profession, detector, response and ending', () => {
    const wanted = [
      ...PROBLEMS.map((problem) => `problem.${problem}`),
      ...SCOPE_KINDS.flatMap((kind) => [`scope.${kind}`, `scope.${kind}.named`]),
      ...SCOPE_KINDS.filter((kind) => !standsAlone(kind)).map((kind) => `switches.hint.${kind}`),
      ...FEED_STATES.map((state) => `feeds.state.${state}`),
      ...DETECTORS.flatMap((one) => [`detector.${one}`, `detector.${one}.about`, `detector.${one}.bare`]),
      ...RESPONSES.flatMap((one) => [`response.${one}`, `response.${one}.means`]),
      ...ENDINGS.map((one) => `outcome.${one}`),
      ...Object.keys(PROFESSIONS).map((profession) => `profession.${profession}`),
    ];
    expect(wanted.filter((key) => !(KEYS as string[]).includes(key))).toEqual([]);
  });
});
