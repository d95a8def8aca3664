// Birth dates of the compulsory insurance, real or not.
import { expect, test } from 'vitest';
import { isRawBirthDate, parseBirthDate } from './birth-date.ts';

test.each([
  ['19850512', '1985-05-12', 'an ordinary day'],
  ['20240229', '2024-02-29', 'a leap day'],
  ['18500101', '1850-01-01', 'the first plausible year'],
  ['21001231', '2100-12-31', 'the last plausible year'],
  ['19570000', null, 'month and day unknown'],
  ['19573045', null, 'lunar'],
  ['19850500', null, 'day unknown'],
  ['19851301', null, 'month 13'],
  ['19850230', null, '30 February'],
  ['20230229', null, '29 February of a common year'],
  ['18491231', null, 'a year before any living person'],
  ['21010101', null, 'a year after any living person'],
  ['00000000', null, 'nothing known'],
])('%s is kept as it is, with the day %s (%s)', (text, isoDate, _why) => {
  expect(parseBirthDate(text)).toEqual({ ok: true, birthDate: text, isoDate });
});

test.each([
  ['', 'length'],
  ['1985051', 'length'],
  ['198505120', 'length'],
  ['1985-05-12', 'length'],
  ['1985051a', 'shape'],
  ['1985 512', 'shape'],
  ['-9850512', 'shape'],
  ['１9850512', 'shape'],
])('"%s" is refused for its %s', (text, reason) => {
  expect(parseBirthDate(text)).toEqual({ ok: false, reason });
});

test('a number is not a raw birth date', () => {
  expect(isRawBirthDate(19850512)).toBe(false);
});
