// `rempart prior-agreement` against a running platform: an insurer's person with that insurer's certificate.

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { priorAgreementCommand } from '../../src/cli/prior-agreement.ts';
import {
  type AgreementWorld,
  createAgreementWorld,
  TILLEULS,
  VIEUX_PORT,
} from '../support/agreement-world.ts';

let world: AgreementWorld;
beforeAll(async () => {
  world = await createAgreementWorld(8);
  process.env['REMPART_DIR'] = world.paths.base;
}, 60_000);
afterAll(() => world?.close());

async function run(...argv: string[]) {
  let out = '';
  let err = '';
  const code = await priorAgreementCommand(argv, {
    stdout: (text) => {
      out += text;
    },
    stderr: (text) => {
      err += text;
    },
    json: true,
    now: () => 0,
  });
  return { code, err, body: out === '' ? null : (JSON.parse(out) as Record<string, unknown>) };
}

/** Orthodontics, for which the contract has nothing to pay: it waits. */
async function waits(): Promise<string> {
  const { body } = await world.request(await world.engagement(world.newMember(), 'ODF'), 'ODF');
  return String(body['priorAgreementId']);
}
const idsOf = ({ body }: { body: Record<string, unknown> | null }) => {
  const list = body?.['priorAgreements'] as Record<string, unknown>[] | undefined;
  return list?.map((one) => one['priorAgreementId']);
};

describe('rempart prior-agreement', () => {
  it('lists what waits for that insurer, and decides it once', async () => {
    const id = await waits();
    expect(idsOf(await run('list', '--insurer', TILLEULS))).toEqual([id]);
    expect(idsOf(await run('list', '--insurer', VIEUX_PORT))).toEqual([]);
    const done = await run('decide', id, '--insurer', TILLEULS, '--accept');
    expect([done.code, done.body]).toEqual([
      0,
      { priorAgreementId: id, state: 'accepted', reason: 'agreed', validUntil: '2027-01-30' },
    ]);
    const again = await run('decide', id, '--insurer', TILLEULS, '--refuse', '--reason', 'price-too-high');
    expect([again.code, again.body?.['code']]).toEqual([1, 'prior-agreement-over']);
    expect(idsOf(await run('list', '--insurer', TILLEULS))).toEqual([]);
  });

  it('is refused what is another insurer’s', async () => {
    const id = await waits();
    const { code, body } = await run('decide', id, '--insurer', VIEUX_PORT, '--accept');
    expect([code, body?.['code']]).toEqual([1, 'prior-agreement-unknown']);
  });

  it.each([
    ['nothing to do', [], 'say `list` or `decide ID`'],
    ['no id', ['decide', '--accept'], 'say `list` or `decide ID`'],
    ['a word too many', ['decide', 'a', 'b'], 'one word too many'],
    ['no answer', ['decide', randomUUID()], 'say --accept or --refuse'],
    ['two answers', ['decide', randomUUID(), '--accept', '--refuse'], 'say --accept or --refuse'],
    ['a refusal without a reason', ['decide', randomUUID(), '--refuse'], '--reason must be one of'],
    [
      'a reason of the other answer',
      ['decide', randomUUID(), '--accept', '--reason', 'price-too-high'],
      '--reason must be one of',
    ],
    ['no insurer', ['list'], '--insurer must be'],
    ['an insurer nobody knows', ['list', '--insurer', '12345678'], 'no insurer'],
  ])('says what is wrong with %s', async (_, argv, sentence) => {
    const { code, err, body } = await run(...argv);
    expect([code, body]).toEqual([2, null]);
    expect(err).toContain(sentence);
    expect(err).toContain('Usage: rempart prior-agreement');
  });
});
