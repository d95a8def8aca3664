// `rempart ask`: asks for rights as the demo pharmacy software does, with a client certificate and
// the token of a professional (CONTRACT.md 1).

import { createReadStream, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { toBase64url } from '../core/text-codes.ts';
import { parisDate } from '../lib/clock.ts';
import { randomId } from '../lib/random.ts';
import { readCardFile, routingOf } from './card-file.ts';
import { asDemoAccount, type DemoAccess } from './demo-account.ts';
import type { DemoWorld } from './demo-world.ts';
import type { CliIo } from './io.ts';
import type { Reply } from './operator-client.ts';
import { forgetSignIn, tokenOf } from './sign-in.ts';
import { readOptions, UsageError, withUsage } from './usage.ts';

const USAGE = `Usage: rempart ask --person N [--domain PHAR] [--care-date YYYY-MM-DD] [--as ACCOUNT]
       rempart ask --amc AMC --member-no M --nir NIR --birth-date YYYYMMDD [--birth-rank 1] …
       rempart ask --card FILE …
       rempart ask --file FILE.ndjson …
  --person N        the N-th of .rempart/demo.json, counted from 0
  --card FILE       a signed card: its bytes, the text of its printed code, or a picture of it (cardFile of demo.json)
  --identity-only --reason CARD_FORGOTTEN|EMERGENCY|NEWBORN   without the member number
  --conv-type, --csr   as printed on the card (default: that insurer's in demo.json)
  --domain D        care domain, PHAR unless told       --care-date   today in Paris unless told
  --as ACCOUNT      who asks: an account of demo.json, the first pharmacist unless told
  --structure ID    the structure to ask for (default: the account's own)
  --file FILE       lines {amcNo, memberNo, nir, birthDate, birthRank, domain, careDate}: one connection,
                    one answer or problem per line, in order, and the count of each on stderr. The guard stops a long
                    list; people of the exercise insurer 0999000190 are nobody and may be asked about in thousands
`;

const OPTIONS = {
  person: { type: 'string' },
  amc: { type: 'string' },
  'member-no': { type: 'string' },
  nir: { type: 'string' },
  'birth-date': { type: 'string' },
  'birth-rank': { type: 'string' },
  'identity-only': { type: 'boolean' },
  reason: { type: 'string' },
  card: { type: 'string' },
  'conv-type': { type: 'string' },
  csr: { type: 'string' },
  domain: { type: 'string' },
  'care-date': { type: 'string' },
  as: { type: 'string' },
  structure: { type: 'string' },
  file: { type: 'string' },
} as const;

/** Asks with certificate and token; a sign-in that was refused is the answer. */
type Asker = { ask(request: unknown): Promise<Reply> };
type Values = Record<string, string | boolean | undefined>;
type Person = {
  amcNo: string;
  memberNo?: string | undefined;
  nir: string;
  birthDate: string;
  birthRank: number;
};

export function askCommand(argv: string[], io: CliIo): Promise<number> {
  return withUsage(USAGE, argv, io, async () => {
    const { values, words } = readOptions(argv, OPTIONS);
    refuseContradictions(values, words);
    return asDemoAccount(values['as'], io, (access) => {
      const asker: Asker = { ask: (request) => askWithToken(access, request, io) };
      const { file } = values;
      return typeof file === 'string'
        ? askFile(asker, access.world, values, file, io)
        : askOne(asker, access.world, values, io);
    });
  });
}

/** A new sign-in helps: the token is refused (signed out meanwhile, another vault), or is of too old a sign-in. */
const SIGN_IN_ANEW: Readonly<Record<string, string>> = {
  'token-invalid': '',
  'fresh-sign-in-required': 'This needs a fresh sign-in: signing in anew at Pro Santé Connect.\n',
};

/** With certificate and token, which is got anew once where that helps. */
async function askWithToken(access: DemoAccess, request: unknown, io: CliIo): Promise<Reply> {
  const { paths, account, client } = access;
  const attempt = async () => {
    const token = await tokenOf(client, account, { paths, io });
    return typeof token === 'string' ? client.send('POST', '/v1/eligibility', request, token) : token;
  };
  const reply = await attempt();
  const words = SIGN_IN_ANEW[String(reply.body['code'])];
  if (words === undefined) return reply;
  io.stderr(words);
  await forgetSignIn(account, paths);
  await nextSecond(io);
  return attempt();
}

/** Pro Santé Connect gives the time of a sign-in in whole seconds: one of the alarm's own second is not later than it. */
function nextSecond(io: CliIo): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1_000 - (io.now() % 1_000)));
}

/** What would be ignored is refused: a reason that is not sent, or a person named twice, would be a silent untruth. */
function refuseContradictions(values: Values, words: readonly string[]): void {
  const given = (...names: string[]) => names.some((name) => values[name] !== undefined);
  if (words.length > 0) throw new UsageError(`"${words[0]}" is not an option`);
  if (given('reason') && !values['identity-only']) throw new UsageError('--reason goes with --identity-only');
  if (values['identity-only'] && !given('reason')) throw new UsageError('--identity-only needs --reason');
  const byHand = given('amc', 'member-no', 'nir', 'birth-date', 'birth-rank');
  const byCard = given('card');
  if (byCard && (given('member-no', 'nir', 'birth-date', 'birth-rank') || values['identity-only']))
    throw new UsageError('a card needs no member number, NIR or birth date beside it');
  const ways = [byHand && !byCard, given('person'), given('file'), byCard];
  if (ways.filter(Boolean).length > 1) {
    throw new UsageError('name the person once: --person, or --amc and the fields, or --card, or --file');
  }
}

async function askOne(asker: Asker, world: DemoWorld, values: Values, io: CliIo): Promise<number> {
  const startedAtMs = io.now();
  const { card } = values;
  const read = typeof card === 'string' ? await readCardFile(card) : null;
  if (read && !read.ok) throw new UsageError(`no card was found in this picture: ${read.reason}`);
  const request = read
    ? requestWithCard(world, values, read.card, io)
    : requestFor(world, values, personOf(world, values), io);
  const reply = await asker.ask(request);
  io.stdout(`${JSON.stringify(documentOf(reply), null, io.json ? 0 : 2)}\n`);
  if (!io.json) io.stderr(`${sentenceOf(reply)} (${io.now() - startedAtMs} ms, connection included)\n`);
  return reply.status === 200 ? 0 : 1;
}

async function askFile(
  asker: Asker,
  world: DemoWorld,
  values: Values,
  file: string,
  io: CliIo,
): Promise<number> {
  if (!existsSync(file)) {
    io.stderr(`There is no file ${file}.\n`);
    return 1;
  }
  let answered = true;
  const counts = new Map<string, number>();
  const count = (code: string) => counts.set(code, (counts.get(code) ?? 0) + 1);
  for await (const text of createInterface({ input: createReadStream(file) })) {
    if (text.trim() === '') continue;
    const line = parseLine(text);
    if (!line) {
      io.stdout(`${JSON.stringify(BROKEN_LINE)}\n`);
      count(BROKEN_LINE.code);
      continue;
    }
    const perLine = {
      ...values,
      domain: line['domain'] ?? values['domain'],
      'care-date': line['careDate'] ?? values['care-date'],
    };
    const reply = await asker.ask(requestFor(world, perLine as Values, line as Person, io));
    const document = documentOf(reply);
    io.stdout(`${JSON.stringify(document)}\n`);
    count(String(document['code']));
    answered &&= reply.status !== 0;
  }
  io.stderr(`${[...counts].map(([code, times]) => `${times} × ${code}`).join(', ')}\n`);
  return answered ? 0 : 1;
}

/** A line that cannot be sent gets its problem here; one that lacks a field gets the operator's own. */
const BROKEN_LINE = {
  type: 'urn:rempart:problem:bad-json',
  title: 'This line of the file is not a JSON object.',
  status: 400,
  code: 'bad-json',
  detail: 'Cette ligne du fichier n’est pas un objet JSON.',
};

function parseLine(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** The card says where to ask; when it cannot be read the operator is asked all the same, and says why it refuses. */
function requestWithCard(world: DemoWorld, values: Values, card: Uint8Array, io: CliIo) {
  const said = routingOf(card);
  const [first] = world.insurers;
  const amcNo = values['amc'] ?? said?.amcNo ?? first?.amcNo ?? '';
  const csr = said?.csr ?? null;
  const routing = said ? { 'conv-type': said.convType, ...(csr === null ? {} : { csr }) } : {};
  const request = requestFor(world, { ...routing, ...values }, { amcNo } as Person, io);
  const evidence = { kind: 'card', data: toBase64url(card) };
  if (csr !== null || values['csr'] !== undefined || !said) return { ...request, evidence };
  const { csr: _default, ...withoutCsr } = request as typeof request & { csr?: unknown };
  return { ...withoutCsr, evidence };
}

function requestFor(world: DemoWorld, values: Values, person: Person, io: CliIo) {
  const padded = String(person.amcNo).padStart(10, '0');
  const insurer = world.insurers.find(({ amcNo }) => amcNo === padded);
  const csr = values['csr'] ?? insurer?.csr ?? null;
  const { nir, birthDate, birthRank } = person;
  const beneficiary = { nir, birthDate, birthRank };
  const evidence = values['identity-only']
    ? { kind: 'identity-only', beneficiary, reason: values['reason'] }
    : { kind: 'member-number', memberNo: person.memberNo, beneficiary };
  return {
    requestId: randomId(),
    ...(typeof values['structure'] === 'string' ? { structureId: values['structure'] } : {}),
    amcNo: person.amcNo,
    convType: values['conv-type'] ?? insurer?.convType ?? '',
    ...(csr === null ? {} : { csr }),
    careDate: values['care-date'] ?? parisDate(io.now()),
    domain: values['domain'] ?? 'PHAR',
    evidence,
  };
}

function personOf(world: DemoWorld, values: Values): Person {
  if (typeof values['person'] === 'string') {
    const person = /^\d+$/.test(values['person']) ? world.people[Number(values['person'])] : undefined;
    if (!person) throw new UsageError(`--person must be a number from 0 to ${world.people.length - 1}`);
    return person;
  }
  const { amc, nir } = values;
  const birthDate = values['birth-date'];
  if (typeof amc !== 'string' || typeof nir !== 'string' || typeof birthDate !== 'string') {
    throw new UsageError('name a person: --person N, or --amc, --nir and --birth-date');
  }
  const memberNo = values['member-no'];
  if (typeof memberNo !== 'string' && !values['identity-only']) {
    throw new UsageError('--member-no is missing (or say --identity-only --reason …)');
  }
  const birthRank = Number(values['birth-rank'] ?? 1);
  return {
    amcNo: amc,
    memberNo: typeof memberNo === 'string' ? memberNo : undefined,
    nir,
    birthDate,
    birthRank,
  };
}

/** The answer, or the problem document with `status` and `code`. */
function documentOf(reply: Reply): Record<string, unknown> {
  return reply.status === 200 ? reply.body : { status: reply.status, code: 'unreachable', ...reply.body };
}

function sentenceOf(reply: Reply): string {
  if (reply.status !== 200)
    return `refused: ${String(reply.body['title'] ?? reply.body['code'])}${fieldOf(reply)}`;
  switch (reply.body['code']) {
    case '000':
      return 'covered, payment guaranteed';
    case '101':
      return 'covered, but not for this care domain';
    case '301':
      return 'the card has expired or was revoked: ask for the new one, or type the member number';
    case '200':
      return 'not identified or not covered: check what was typed, or ask for the card';
    default:
      return `code ${String(reply.body['code'])}`;
  }
}

function fieldOf(reply: Reply): string {
  return typeof reply.body['field'] === 'string' ? ` (field: ${reply.body['field']})` : '';
}
