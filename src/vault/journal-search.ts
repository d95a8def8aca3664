// Looks lines of the journal up for an operator that must enter what it did not answer. Reads alone; knows no key.

import { journalTexts } from './journal.ts';

/** Doors named in one reply: about ten megabytes. */
const MOST_OPENED = 1_000_000;

/** The lines with these numbers. */
export async function linesNumbered(directory: string, numbers: readonly number[]): Promise<string[]> {
  const wanted = new Set(numbers);
  const lines: string[] = [];
  for await (const { n, text } of journalTexts(directory, Math.min(...numbers) - 1)) {
    if (wanted.has(n)) lines.push(text);
    if (lines.length === wanted.size) break;
  }
  return lines;
}

/** Numbers of the doors opened after line `after`, and the line up to which these are all; lines beyond `last` may be half written. */
export async function doorsAfter(
  directory: string,
  { after, last }: { after: number; last: number },
): Promise<{ numbers: number[]; last: number }> {
  const numbers: number[] = [];
  for await (const { n, text } of journalTexts(directory, after)) {
    if (n > last) break;
    if (text.includes('"do":"open"')) numbers.push(n);
    if (numbers.length === MOST_OPENED) return { numbers, last: n };
  }
  return { numbers, last };
}
