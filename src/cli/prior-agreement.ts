// `rempart prior-agreement`: an insurer's person sees which prior agreements wait, and decides. In the demo with the
// certificate of that insurer's first person. Members appear by the insurer's own references only.

import { ACCEPTING_REASONS, REFUSING_REASONS } from '../operator/settlement/prior-agreement-reasons.ts';
import { namedInsurer } from './insurer-access.ts';
import type { CliIo } from './io.ts';
import { type OperatorClient, openOperatorClient, type Reply } from './operator-client.ts';
import { readOptions, UsageError, withUsage } from './usage.ts';

const USAGE = `Usage: rempart prior-agreement list --insurer AMC
       rempart prior-agreement decide ID --insurer AMC --accept | --refuse [--reason WHY]
  list      what waits for this insurer, oldest first
  decide    the insurer's word, once; the structure sees it and the reason
  --reason  with --accept: ${ACCEPTING_REASONS.join(', ')} (default: the first)
            with --refuse, needed: ${REFUSING_REASONS.join(', ')}
`;

const OPTIONS = {
  insurer: { type: 'string' },
  accept: { type: 'boolean' },
  refuse: { type: 'boolean' },
  reason: { type: 'string' },
} as const;

type Wish = { id: string; accept: boolean; reason: string };

/** Exit code: 0 done, 1 refused or failed, 2 wrong usage. `argv` is what follows `prior-agreement`. */
export function priorAgreementCommand(argv: string[], io: CliIo): Promise<number> {
  return withUsage(USAGE, argv, io, async () => {
    const { values, words } = readOptions(argv, OPTIONS);
    const wish = wishOf(words, values);
    const access = await namedInsurer(values['insurer']);
    const client = await openOperatorClient(access.operatorUrl, { ca: access.ca, ...access.sender });
    try {
      return print(wish ? await decide(client, wish) : await list(client), io);
    } finally {
      client.close();
    }
  });
}

/** Null: to list. Throws UsageError. */
function wishOf([verb, id, ...more]: string[], values: Record<string, unknown>): Wish | null {
  if (more.length > 0) throw new UsageError(`"${more[0]}" is one word too many`);
  if (verb === 'list' && id === undefined) return null;
  if (verb !== 'decide' || id === undefined) throw new UsageError('say `list` or `decide ID`');
  const accept = values['accept'] === true;
  if (accept === (values['refuse'] === true)) throw new UsageError('say --accept or --refuse');
  const reasons: readonly string[] = accept ? ACCEPTING_REASONS : REFUSING_REASONS;
  const reason = values['reason'] ?? (accept ? ACCEPTING_REASONS[0] : undefined);
  if (typeof reason !== 'string' || !reasons.includes(reason))
    throw new UsageError(`--reason must be one of ${reasons.join(', ')}`);
  return { id, accept, reason };
}

function decide(client: OperatorClient, { id, accept, reason }: Wish): Promise<Reply> {
  const path = `/v1/prior-agreements/${encodeURIComponent(id)}/decision`;
  return client.send('POST', path, { accept, reason });
}

/** All pages as one. */
async function list(client: OperatorClient): Promise<Reply> {
  const priorAgreements: unknown[] = [];
  for (let after = ''; ; ) {
    const reply = await client.send('GET', `/v1/prior-agreements/pending${after}`);
    if (reply.status !== 200) return reply;
    priorAgreements.push(...(reply.body['priorAgreements'] as unknown[]));
    if (reply.body['next'] === null) return { status: 200, body: { priorAgreements } };
    after = `?after=${String(reply.body['next'])}`;
  }
}

function print({ status, body }: Reply, io: CliIo): number {
  io.stdout(`${JSON.stringify(body, null, io.json ? 0 : 2)}\n`);
  if (status === 200) return 0;
  if (!io.json) io.stderr(`${String(body['title'])}\n`);
  return 1;
}
