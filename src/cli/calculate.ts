// `rempart calculate`: who pays what of each case in a file. No server, no network, nothing kept.

import { type Calculation, type CalculationProblem, calculateAll } from '../core/calculate.ts';
import { isJsonObject, type Unchecked } from '../core/json-object.ts';
import { readTables } from '../operator/settlement/tables.ts';
import { readGiven } from './card-trust.ts';
import { type CliIo, printProblem } from './io.ts';
import { readOptions, UsageError, withUsage } from './usage.ts';

const USAGE = `Usage: rempart calculate FILE [--json]
  FILE  {"cases": [{id, date, price, br, rate, pf, fr, pat, f, quantity?}]}: amounts in euro cents, rates in percent;
        f is the contract's formula, for example {"k": "PCT_INCL", "pct": 190}; other properties are ignored
Prints {results: [{id, amoGross, amoNet, amc, rac}]} in cents. Exit code 0: computed, 1: a case cannot be, 2: wrong usage.
`;

/** Exit code: 0 computed, 1 the problem document names case and field, 2 wrong usage. */
export function calculateCommand(argv: string[], io: CliIo): Promise<number> {
  return withUsage(USAGE, argv, io, async () => {
    const { words } = readOptions(argv, {});
    const [file, ...more] = words;
    if (file === undefined || more.length > 0) throw new UsageError('name one file');
    const cases = casesOf((await readGiven(file)).toString('utf8'));
    if (!cases) return printProblem(problemOf({ caseId: '', field: 'cases' }), io);
    const { tariffs } = await readTables(null);
    const results = calculateAll(cases, tariffs);
    if (!Array.isArray(results)) return printProblem(problemOf(results), io);
    print(results, io);
    return 0;
  });
}

function casesOf(text: string): unknown[] | null {
  try {
    const document: unknown = JSON.parse(text);
    const { cases }: Unchecked<'cases'> = isJsonObject(document) ? document : {};
    return Array.isArray(cases) ? cases : null;
  } catch {
    return null; // no JSON: said without what the file holds
  }
}

function print(results: readonly Calculation[], io: CliIo): void {
  io.stdout(`${JSON.stringify({ results }, null, io.json ? 0 : 2)}\n`);
}

const CENTS = 'is to be an amount in whole euro cents, 0 to 9,999,999,999';
const RATE = 'is to be a rate in percent, 0 to 100 with at most two decimals';
const WHAT: Readonly<Record<string, string>> = {
  cases: 'The file is to be JSON with a list "cases".',
  id: 'is to be a text',
  date: 'is to be a day YYYY-MM-DD; for PMSS one in a year whose social security ceiling is known (data/tariffs.json)',
  ...{ price: CENTS, br: CENTS, pf: CENTS, fr: CENTS, pat: CENTS, rate: RATE },
  quantity: 'is to be a whole number, 1 to 999',
};

function problemOf({ caseId, field }: CalculationProblem): Record<string, unknown> {
  const what = WHAT[field] ?? 'is missing, wrong or not known for this kind of formula';
  return {
    type: 'urn:rempart:problem:calculation-refused',
    title: field === 'cases' ? what : `Case ${caseId}: ${field} ${what}.`,
    code: 'calculation-refused',
    case: caseId,
    field,
  };
}
