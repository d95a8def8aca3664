// What looks like the number of an insured person, however it is written, and what does not.

import { expect, it } from 'vitest';
import { namesAPerson } from './names-a-person.ts';

it.each([
  ['1850599123456', true],
  ['1 85 05 99 123 456 07', true],
  ['NIR 2-79-05-2A-991-456', true],
  ['Poste volé le 22/11/2026 à 14:05', false],
  ['mutuelle 0999000101, 3 flux', false],
])('a text “%s” names a person: %s', (text, named) => {
  expect(namesAPerson(text)).toBe(named);
});
