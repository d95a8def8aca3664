import { expect, it } from 'vitest';
import { csvOf } from './csv.ts';

it('cells with commas, quotes and line ends are quoted, and none becomes a formula', () => {
  const rows = [
    ['a', 'b,c', 'd "e"'],
    ['=1+1', '@x', 'two\nlines'],
  ];
  expect(csvOf(rows)).toBe('a,"b,c","d ""e"""\r\n\'=1+1,\'@x,"two\nlines"\r\n');
});
