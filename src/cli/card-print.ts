// `rempart card print`: signed cards on paper, by their insurer. Needs no server and no network. What it writes is personal:
// for its owner only, and nothing of it on the screen.

import { isMemberNo } from '../core/ids.ts';
import { jsonObject } from '../core/json-object.ts';
import { cardsPdf } from '../insurer/cards/card-sheet.ts';
import {
  type Holder,
  type Issuer,
  isHolderName,
  isPrintable,
  printedCard,
  rulesOf,
} from '../insurer/cards/printed-card.ts';
import { writeDurably } from '../lib/durable-file.ts';
import { readCardFile } from './card-file.ts';
import { LineRefused, printFile } from './card-print-file.ts';
import { readGiven } from './card-trust.ts';
import { type CliIo, printProblem } from './io.ts';
import { fileProblem, problem } from './problem.ts';
import { readOptions, UsageError } from './usage.ts';

const PER_FILE = 500;
const MOST_PER_FILE = 2_000;

const USAGE = `Usage: rempart card print CARD --insurer NAME --holder NAME [--member-no N] [--responsible] --out FILE.pdf
       rempart card print --file CARDS.ndjson --holders HOLDERS.ndjson --insurer NAME --out FOLDER [--per-file N]
  CARD           the card: its bytes, the text of its code (RMP1…), base64url, or a picture of it
  --file         cards as \`card issue --file\` writes them
  --holders      one line {ref, name, memberNo, responsible} for each card, in the same order; memberNo may be null
  --per-file N   sheets in one PDF, 1 to ${MOST_PER_FILE} (default ${PER_FILE})
  --insurer NAME the mutuelle's name
  --phone PHONE  of the mutuelle, for whoever cannot read a code
  --rules FILE   JSON {RULE: WORD}: what rules mean at the counter, such as {"R1": "100 %", "R2": "PEC"}
A sheet of A4 each, to be folded in three.
`;

const OPTIONS = {
  holder: { type: 'string' },
  'member-no': { type: 'string' },
  responsible: { type: 'boolean' },
  file: { type: 'string' },
  holders: { type: 'string' },
  'per-file': { type: 'string' },
  insurer: { type: 'string' },
  phone: { type: 'string' },
  rules: { type: 'string' },
  out: { type: 'string' },
} as const;
type Given = Readonly<Partial<Record<keyof typeof OPTIONS, string>>>;

/** Exit code: 0 printed, 1 refused, 2 wrong usage. */
export const cardPrint = {
  usage: USAGE,
  async run(argv: string[], io: CliIo): Promise<number> {
    const { values, words } = readOptions(argv, OPTIONS);
    const given = values as Given;
    const [card, ...more] = words;
    if (more.length > 0) throw new UsageError('name one card');
    if ((card === undefined) === (given.file === undefined)) throw new UsageError('name a card, or --file');
    const issuer = await issuerOf(given);
    try {
      const printed =
        card === undefined ? await printMany(given, issuer, io) : await printOne(card, given, issuer);
      io.stdout(`${JSON.stringify(printed)}\n`);
      return 0;
    } catch (error) {
      if (error instanceof LineRefused) {
        return printProblem(
          problem(error.code, `${error.message} Nothing was printed.`, { line: error.line }),
          io,
        );
      }
      const file = fileProblem(error);
      if (!file) throw error;
      return printProblem(file, io);
    }
  },
};

async function printOne(file: string, given: Given, issuer: Issuer) {
  const out = needed(given, 'out');
  if (!out.endsWith('.pdf')) throw new UsageError('--out ends in .pdf');
  const holder = holderOf(given);
  const found = await readCardFile(file);
  const card = found.ok ? printedCard(found.card, holder, issuer) : null;
  if (!card) throw new UsageError(`there is no card in ${file}`);
  await writeDurably(out, await cardsPdf(issuer, [card]));
  return { cards: 1, file: out };
}

function holderOf(given: Given): Holder {
  const name = needed(given, 'holder');
  const memberNo = given['member-no'] ?? null;
  if (!isHolderName(name))
    throw new UsageError('--holder is a name of up to 60 letters, and no number of a person');
  if (memberNo !== null && !isMemberNo(memberNo))
    throw new UsageError('--member-no has 1 to 20 capitals and digits');
  return { name, memberNo, responsible: given.responsible !== undefined };
}

async function printMany(given: Given, issuer: Issuer, io: CliIo) {
  const folder = needed(given, 'out');
  const perFile = Number(given['per-file'] ?? PER_FILE);
  if (!Number.isInteger(perFile) || perFile < 1 || perFile > MOST_PER_FILE) {
    throw new UsageError(`--per-file is 1 to ${MOST_PER_FILE}`);
  }
  const job = { cards: needed(given, 'file'), holders: needed(given, 'holders'), folder, issuer, perFile };
  return { ...(await printFile(job, io)), folder };
}

async function issuerOf(given: Given): Promise<Issuer> {
  const name = needed(given, 'insurer');
  const { phone = null } = given;
  if (!isPrintable(name) || (phone !== null && !isPrintable(phone))) {
    throw new UsageError('--insurer and --phone are one line of up to 60 letters');
  }
  if (given.rules === undefined) return { name, phone, rules: {} };
  const rules = rulesOf(jsonObject((await readGiven(given.rules)).toString('utf8')));
  if (!rules) throw new UsageError('--rules is a JSON object of rules and their words of up to 20 letters');
  return { name, phone, rules };
}

function needed(given: Given, name: keyof Given): string {
  const value = given[name];
  if (value === undefined || value === '') throw new UsageError(`--${name} is missing`);
  return value;
}
