// `rempart card revoke`: a card is void from now on, at the operator at once and for others with the next status list.

import { isCardHandle, parseAmcNo } from '../core/ids.ts';
import { openCardDesks } from '../demo/card-desks.ts';
import { demoCards, type RevokedCard } from '../demo/demo-cards.ts';
import { DEMO_PEOPLE } from '../demo/demo-people.ts';
import { ALL_DEMO_INSURERS, DEMO_INSURERS } from '../demo/insurers.ts';
import { personNumber, refused } from './card-issue.ts';
import { currentPaths, NO_DEMO, readDemoWorld } from './demo-world.ts';
import { type CliIo, printProblem } from './io.ts';
import { readOptions, UsageError, withUsage } from './usage.ts';

const REASONS = ['LOST', 'STOLEN', 'REPLACED', 'ENDED', 'ERROR'];
const USAGE = `Usage: rempart card revoke --person N | --handle H [--insurer AMC]  --reason ${REASONS.join('|')}
  --person N    the card of the N-th person of .rempart/demo.json
  --handle H    any card, by its handle (22 characters); --insurer: who issued it (default: ${DEMO_INSURERS[0].name})
`;

const OPTIONS = {
  person: { type: 'string' },
  handle: { type: 'string' },
  insurer: { type: 'string' },
  reason: { type: 'string' },
} as const;

/** Exit code: 0 revoked, 1 refused or unknown, 2 wrong usage. */
export function cardRevokeCommand(argv: string[], io: CliIo): Promise<number> {
  return withUsage(USAGE, argv, io, async () => {
    const { values, words } = readOptions(argv, OPTIONS);
    const { person, handle, insurer, reason } = values as Record<keyof typeof OPTIONS, string | undefined>;
    if (words.length > 0) throw new UsageError(`"${words[0]}" is not an option`);
    if ((person === undefined) === (handle === undefined)) throw new UsageError('say --person or --handle');
    if (reason === undefined || !REASONS.includes(reason))
      throw new UsageError(`--reason must be one of ${REASONS.join(', ')}`);
    if (handle !== undefined && !isCardHandle(handle)) throw new UsageError('--handle has 22 characters');
    const number = person === undefined ? null : personNumber(person);
    const issuer = insurer === undefined ? null : knownInsurer(insurer);
    const world = await readDemoWorld(currentPaths());
    if (!world?.insurer) {
      io.stderr(NO_DEMO);
      return 1;
    }
    const card = number === null ? await cardOfHandle(handle ?? '', issuer) : await cardOfPerson(number);
    if (!card) {
      return printProblem(unknown('This person has no card.'), io);
    }
    return revoke(world.insurer, card, reason, io);
  });
}

/** AMC number of one of the demo's insurers. */
function knownInsurer(text: string): string {
  const amcNo = parseAmcNo(text);
  if (!ALL_DEMO_INSURERS.some((one) => one.amcNo === amcNo))
    throw new UsageError('--insurer: no such insurer');
  return amcNo ?? '';
}

const unknown = (title: string) => ({
  type: 'urn:rempart:problem:card-unknown',
  title,
  status: 404,
  code: 'card-unknown',
});

/** Why the operator does not know, and when it will. */
export function notYetTold(amcNo: string, { problem }: Pick<RevokedCard, 'problem'>): string {
  const why =
    problem === 'operator-away'
      ? 'The operator does not know yet: it is away.'
      : problem === 'vault-away'
        ? 'The operator does not know yet: the insurer’s vault is away or locked.'
        : `The operator refused the status list (${problem}): see docs/runbooks/card-keys.md.`;
  const when =
    amcNo === DEMO_INSURERS[0].amcNo
      ? 'The insurer’s process goes on trying.'
      : 'This insurer is a key file: it is told when the demo starts again, or when this is asked once more.';
  return `${why} ${when}`;
}

type Named = { amcNo: string; handle: string };

async function cardOfPerson(number: number): Promise<Named | null> {
  const ref = DEMO_PEOPLE[number]?.line.ref;
  return (await demoCards(currentPaths())).find((card) => card.ref === ref) ?? null;
}

async function cardOfHandle(handle: string, insurer: string | null): Promise<Named> {
  const known = (await demoCards(currentPaths())).find((card) => card.handle === handle);
  return { amcNo: insurer ?? known?.amcNo ?? DEMO_INSURERS[0].amcNo, handle };
}

async function revoke(insurerUrl: string, card: Named, reason: string, io: CliIo): Promise<number> {
  const desks = await openCardDesks(currentPaths(), insurerUrl);
  try {
    const done = await desks.revoke(card.amcNo, card.handle, reason);
    if (!done) {
      return printProblem(unknown('This insurer has issued no such card.'), io);
    }
    io.stdout(`${JSON.stringify({ ...card, ...done }, null, io.json ? 0 : 2)}\n`);
    if (done.reason !== reason) io.stderr('It was revoked before: that reason and that time stand.\n');
    if (!done.published) io.stderr(`${notYetTold(card.amcNo, done)}\n`);
    return 0;
  } catch (error) {
    return refused(error, io);
  } finally {
    desks.close();
  }
}
