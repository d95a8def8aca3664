// PURE. What a bank says of an account (ISO 20022 camt.053, versions 02 and 08), read and added up. A statement whose sums do
// not agree is worth nothing: it must be refused whole, never mended. No name and no text of it goes further than here.

import { isCareDate } from '../../../core/period.ts';
import { all, at, readXml, textAt, type XmlElement, XmlRefused } from './xml.ts';

const MESSAGES = ['02', '08'].map((version) => `urn:iso:std:iso:20022:tech:xsd:camt.053.001.${version}`);
/** The bank's own words for the balances before and after; PRCD: the one before, as some banks say it. */
const OPENING = ['OPBD', 'PRCD'];
const CLOSING = ['CLBD'];

export const STATEMENT_PROBLEMS = {
  'statement-not-xml': 'The file is not well-formed XML, or declares a document type.',
  'statement-other-message': 'The file is not a camt.053 statement of version 02 or 08.',
  'statement-malformed': 'Something that belongs into a statement is missing or is not of its form.',
  'statement-other-currency': 'The statement holds an amount that is not in euro.',
  'statement-unbalanced': 'Opening balance and entries do not add up to the closing balance.',
  'statement-wrong-totals': 'Counts or sums that the statement gives of its entries are not theirs.',
  'statement-other-account': 'The statement is of an account from which no insurer pays here.',
  'statement-changed': 'A statement of this account and name was booked before, and it said something else.',
  'statement-in-pages': 'The statement is one page of several: import the whole one.',
} as const;
export type StatementProblem = keyof typeof STATEMENT_PROBLEMS;

export class StatementRefused extends Error {
  readonly code: StatementProblem;
  constructor(code: StatementProblem) {
    super(`the statement is refused: ${code}`);
    this.code = code;
  }
}

/** One movement of money; negative: it left the account. */
export type StatementLine = {
  cents: number;
  /** YYYY-MM-DD. */
  bookedOn: string;
  /** The reference of a transfer, if it names one (EndToEndId). */
  reference: string | null;
};

export type Statement = {
  /** As the bank names it, unique per account. */
  id: string;
  iban: string;
  openingCents: number;
  closingCents: number;
  lines: readonly StatementLine[];
};

/** Every statement of the file; nothing of it is booked when one is wrong. Throws StatementRefused with a StatementProblem. */
export function readStatements(file: string): Statement[] {
  const document = xmlOf(file);
  if (document.name !== 'Document' || !MESSAGES.includes(document.namespace))
    throw new StatementRefused('statement-other-message');
  const statements = all(at(document, 'BkToCstmrStmt'), 'Stmt');
  if (statements.length === 0) throw new StatementRefused('statement-malformed');
  return statements.map(readStatement);
}

function xmlOf(file: string): XmlElement {
  try {
    return readXml(file);
  } catch (error) {
    if (error instanceof XmlRefused) throw new StatementRefused('statement-not-xml');
    throw error;
  }
}

function readStatement(statement: XmlElement): Statement {
  if (textAt(statement, 'StmtPgntn', 'LastPgInd') === 'false')
    throw new StatementRefused('statement-in-pages');
  const id = textAt(statement, 'Id');
  const iban = textAt(statement, 'Acct', 'Id', 'IBAN');
  if (id === '' || id.length > 35 || iban === '') throw new StatementRefused('statement-malformed');
  const entries = all(statement, 'Ntry').filter(isBooked);
  const openingCents = balance(statement, OPENING);
  const closingCents = balance(statement, CLOSING);
  const booked = entries.reduce((sum, entry) => sum + signedCents(entry), 0);
  if (openingCents + booked !== closingCents) throw new StatementRefused('statement-unbalanced');
  verifySummary(at(statement, 'TxsSummry'), entries);
  return { id, iban, openingCents, closingCents, lines: entries.flatMap(linesOf) };
}

/** Announced movements are not in the balances, and may never come. */
function isBooked(entry: XmlElement): boolean {
  return (textAt(entry, 'Sts', 'Cd') || textAt(entry, 'Sts')) === 'BOOK';
}

function balance(statement: XmlElement, codes: readonly string[]): number {
  for (const code of codes) {
    const found = all(statement, 'Bal').find((one) => textAt(one, 'Tp', 'CdOrPrtry', 'Cd') === code);
    if (found) return signedCents(found);
  }
  throw new StatementRefused('statement-malformed');
}

function verifySummary(summary: XmlElement | undefined, entries: readonly XmlElement[]): void {
  const onSide = (side: string) => entries.filter((entry) => textAt(entry, 'CdtDbtInd') === side);
  verifyTotal(at(summary, 'TtlNtries'), entries);
  verifyTotal(at(summary, 'TtlCdtNtries'), onSide('CRDT'));
  verifyTotal(at(summary, 'TtlDbtNtries'), onSide('DBIT'));
}

/** Count and sum may each be left out. */
function verifyTotal(said: XmlElement | undefined, entries: readonly XmlElement[]): void {
  const count = textAt(said, 'NbOfNtries');
  const sum = textAt(said, 'Sum');
  const cents = entries.reduce((total, entry) => total + centsOf(at(entry, 'Amt')), 0);
  const isRight =
    (count === '' || Number(count) === entries.length) && (sum === '' || decimalCents(sum) === cents);
  if (!isRight) throw new StatementRefused('statement-wrong-totals');
}

/** One line for each transfer in it; an entry without details is one line that names none. */
function linesOf(entry: XmlElement): StatementLine[] {
  const bookedOn = textAt(entry, 'BookgDt', 'Dt') || textAt(entry, 'BookgDt', 'DtTm').slice(0, 10);
  if (!isCareDate(bookedOn)) throw new StatementRefused('statement-malformed');
  const sign = signOf(entry);
  const total = at(entry, 'Amt');
  const details = all(entry, 'NtryDtls').flatMap((one) => all(one, 'TxDtls'));
  if (details.length === 0) return [{ cents: sign * centsOf(total), bookedOn, reference: null }];
  const lines = details.map((one) => ({
    cents: sign * centsOf(amountOf(one) ?? (details.length === 1 ? total : undefined)),
    bookedOn,
    reference: textAt(one, 'Refs', 'EndToEndId') || null,
  }));
  const sum = lines.reduce((cents, line) => cents + line.cents, 0);
  if (sum !== sign * centsOf(total)) throw new StatementRefused('statement-wrong-totals');
  return lines;
}

/** Version 02 may say it in the second place only. */
function amountOf(details: XmlElement): XmlElement | undefined {
  return at(details, 'Amt') ?? at(details, 'AmtDtls', 'TxAmt', 'Amt');
}

function signedCents(said: XmlElement): number {
  return signOf(said) * centsOf(at(said, 'Amt'));
}

function signOf(said: XmlElement): 1 | -1 {
  const side = textAt(said, 'CdtDbtInd');
  if (side !== 'CRDT' && side !== 'DBIT') throw new StatementRefused('statement-malformed');
  return side === 'CRDT' ? 1 : -1;
}

function centsOf(amount: XmlElement | undefined): number {
  if (!amount) throw new StatementRefused('statement-malformed');
  if (amount.attributes['Ccy'] !== 'EUR') throw new StatementRefused('statement-other-currency');
  return decimalCents(amount.text.trim());
}

/** 12, 12.3 and 12.34 without a fraction in between; a third decimal is no euro amount. */
function decimalCents(text: string): number {
  const found = /^(\d{1,13})(?:\.(\d{1,2})0*)?$/.exec(text);
  if (!found) throw new StatementRefused('statement-malformed');
  return Number(found[1]) * 100 + Number((found[2] ?? '').padEnd(2, '0'));
}
