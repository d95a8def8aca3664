// A statement of an insurer's account is booked: whole or not at all, and once. What it says of our transfers is then shown
// to whoever is paid. It must never keep what it says of anybody else but amounts.

import { sha256Hex } from '../../../crypto/digest.ts';
import { readStatements, type Statement } from './statement.ts';

/** Of one transfer, after all statements so far. */
export type Match = { advice: string; bank: 'paid' | 'returned' | 'other-amount' };

export type BookedStatement = {
  /** AMC number of whose account it is. */
  insurer: string;
  /** False: it was booked before, and nothing has changed. */
  fresh: boolean;
  lines: number;
  /** What became of the transfers that it names. */
  matches: readonly Match[];
};

export interface StatementStore {
  /**
   * All of them in one transaction. Throws StatementRefused: `statement-other-account` (no insurer pays from it) or
   * `statement-changed` (one of this name was booked, and it said something else).
   */
  book(statements: readonly (Statement & { digest: string })[], atMs: number): Promise<BookedStatement[]>;
}

/** Throws StatementRefused with a code, and then nothing of the file is booked. */
export function importStatements(
  store: StatementStore,
  file: string,
  atMs: number,
): Promise<BookedStatement[]> {
  const statements = readStatements(file);
  return store.book(
    statements.map((statement) => ({ ...statement, digest: sha256Hex(JSON.stringify(statement)) })),
    atMs,
  );
}
