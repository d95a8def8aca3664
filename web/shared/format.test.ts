// How things are written for people.

import { describe, expect, it } from 'vitest';
import {
  clockTime,
  dayAndTime,
  euros,
  groupNir,
  groupsOf,
  longDay,
  parisToday,
  remaining,
  shortDay,
} from './format.ts';

describe('days and times', () => {
  it('are written as the language wants', () => {
    expect(shortDay('2026-11-02')).toBe('02/11/2026');
    expect(longDay('2026-11-23', 'fr')).toBe('lundi 23 novembre 2026');
    expect(longDay('2026-11-23', 'en')).toMatch(/^Monday,? 23 November 2026$/);
  });

  it.each([
    ['2026-11-22T22:59:59Z', '2026-11-22', '23:59'],
    ['2026-11-22T23:00:00Z', '2026-11-23', '00:00'],
    ['2026-07-14T22:00:00Z', '2026-07-15', '00:00'],
  ])('are those of Paris: %s', (instant, day, time) => {
    expect(parisToday(Date.parse(instant))).toBe(day);
    expect(clockTime(instant)).toBe(time);
    expect(dayAndTime(instant)).toBe(`${shortDay(day)} ${time}`);
  });

  it.each([
    [4 * 3_600_000, '4 h 00'],
    [3 * 3_600_000 + 12 * 60_000 + 59_999, '3 h 12'],
    [59 * 60_000 + 59_000, '59 min'],
    [59_999, '59 s'],
    [-5, '0 s'],
  ])('%d ms are left: %s', (ms, text) => {
    expect(remaining(ms)).toBe(text);
  });
});

describe('amounts', () => {
  it.each([
    [123_456, '1\u202f234,56\u00a0€', '€1,234.56'],
    [5, '0,05\u00a0€', '€0.05'],
    [0, '0,00\u00a0€', '€0.00'],
  ])('of %d cents are written as the language wants', (cents, french, english) => {
    expect([euros(cents, 'fr'), euros(cents, 'en')]).toEqual([french, english]);
  });
});

describe('long numbers', () => {
  it.each([
    ['185057599145673', '1 85 05 75 991 456 73'],
    ['18505', '1 85 05'],
    ['', ''],
  ])('the NIR %s is read as %s', (compact, grouped) => {
    expect(groupNir(compact)).toBe(grouped);
  });

  it('are cut into groups that join to the number itself', () => {
    expect(groupsOf('XXC1NMNJJS0D', 5)).toEqual(['XXC1N', 'MNJJS', '0D']);
    expect(groupsOf('', 5)).toEqual([]);
  });
});
