// Every limit of the real table has a name in both languages and its reasons in French; no translation is left over.

import { expect, it } from 'vitest';
import { budgetLines } from '../../src/operator/guard/budget-lines.ts';
import { budgetName, reasonIn } from './budget-words.ts';
import { MESSAGES_FR } from './messages-fr.ts';
import { REASONS_FR } from './reasons-fr.ts';

const LINES = budgetLines();
const REASONS = new Set(LINES.flatMap(({ whenEmpty, why }) => [whenEmpty, why]));

it('every limit has a name in words, and no name is of a limit that is gone', () => {
  expect(LINES.filter(({ name }) => budgetName(name) === null).map(({ name }) => name)).toEqual([]);
  const known = Object.keys(MESSAGES_FR).filter((key) => key.startsWith('budget.'));
  expect(known.filter((key) => !LINES.some(({ name }) => `budget.${name}` === key))).toEqual([]);
});

it('every reason and every consequence is said in French, and none that is gone', () => {
  expect([...REASONS].filter((reason) => !REASONS_FR.has(reason))).toEqual([]);
  expect([...REASONS_FR.keys()].filter((reason) => !REASONS.has(reason))).toEqual([]);
});

it('English is the table’s own; a sentence without a translation is shown as it is', () => {
  expect(reasonIn('faster is no person at a counter', 'en')).toBe('faster is no person at a counter');
  expect(reasonIn('faster is no person at a counter', 'fr')).toMatch(/comptoir/);
  expect(reasonIn('something new', 'fr')).toBe('something new');
});
