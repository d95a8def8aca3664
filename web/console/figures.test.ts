// Numbers, ages and scales as they are shown.

import { describe, expect, it } from 'vitest';
import { age, duration, number, scaleEnd, span } from './figures.ts';

const plain = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, ' ');

describe('figures', () => {
  it.each([
    [0, 'fr', '0 s'],
    [119_000, 'fr', '119 s'],
    [120_000, 'en', '2 min'],
    [2 * 3_600_000, 'fr', '2 h'],
    [49 * 3_600_000, 'fr', '2 j'],
    [49 * 3_600_000, 'en', '2 d'],
    [-5, 'fr', '0 s'],
  ] as const)('an age of %i ms in %s is %s', (ms, language, text) => {
    expect(age(ms, language)).toBe(text);
  });

  it.each([
    [null, '–'],
    [1.34, '1,3 ms'],
    [45.2, '45 ms'],
    [1_250, '1,3 s'],
  ] as const)('a duration of %s ms is %s', (ms, text) => {
    expect(plain(duration(ms, 'fr'))).toBe(text);
  });

  it.each([
    [0, 1],
    [1, 1],
    [1.5, 2],
    [3, 5],
    [6, 10],
    [10, 10],
    [11, 20],
    [4_300, 5_000],
  ])('a scale for %f ends at %i', (highest, end) => {
    expect(scaleEnd(highest)).toBe(end);
  });

  it.each([
    [0, '0 seconde', '0 seconds'],
    [119, '119 secondes', '119 seconds'],
    [120, '2 minutes', '2 minutes'],
    [7_199, '120 minutes', '120 minutes'],
    [10_800, '3 heures', '3 hours'],
    [9 * 86_400, '9 jours', '9 days'],
  ])('%d seconds in a sentence are %s', (seconds, french, english) => {
    expect(plain(span(seconds, 'fr'))).toBe(french);
    expect(span(seconds, 'en')).toBe(english);
  });

  it('numbers are grouped as each language does', () => {
    expect(plain(number(1_234_567, 'fr'))).toBe('1 234 567');
    expect(number(1_234_567, 'en')).toBe('1,234,567');
  });
});
