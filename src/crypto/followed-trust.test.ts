// Which trust lists a process takes over, in which order, and what whoever runs it hears of the others.

import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { tempDir } from '../../test/support/temp-dir.ts';
import { ManualClock } from '../lib/clock.ts';
import { FollowedTrust, type FollowedTrustParts } from './followed-trust.ts';

const root = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const NOW = Date.parse('2026-11-23T09:00:00Z');
const point = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });

let directory: string;
let clock: ManualClock;
let problems: string[];
beforeEach(() => {
  directory = join(tempDir(), 'trust');
  mkdirSync(directory);
  clock = new ManualClock(NOW);
  problems = [];
});

/** A list with one key of that name. */
function put(
  kid: string,
  issuedAt: string,
  header: object = { alg: 'ES256' },
  key: KeyObject = root.privateKey,
) {
  const { kty, crv, x, y } = point;
  const card = { kid, insurer: '0999000101', jwk: { kty, crv, x, y }, from: '2026-01-01', to: '2028-12-31' };
  const text = Buffer.from(JSON.stringify({ cards: [card], issuedAt }));
  const head = Buffer.from(JSON.stringify(header)).toString('base64url');
  const signed = Buffer.from(`${head}.${text.toString('base64url')}`);
  const signature = sign('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }).toString('base64url');
  writeFileSync(join(directory, 'trust.json'), text);
  writeFileSync(join(directory, 'trust.json.jws'), `${head}..${signature}`);
}

const follow = (parts: Partial<FollowedTrustParts> = {}) =>
  new FollowedTrust({
    directory,
    root: () => root.publicKey.export({ format: 'jwk' }),
    clock,
    onProblem: (problem) => void problems.push(problem),
    ...parts,
  });

async function look(trust: FollowedTrust, times = 1) {
  for (let i = 0; i < times; i += 1) {
    clock.advance(1_000);
    await trust.follow();
  }
  return [...trust.list.cards.keys()];
}

it('takes a newer list and never an older one, whatever their order on disk', async () => {
  const trust = follow();
  put('one', '2026-11-22T09:00:00Z');
  expect(await look(trust)).toEqual(['one']);
  put('two', '2026-11-22T10:00:00Z');
  expect(await look(trust)).toEqual(['two']);
  put('three', '2026-11-22T09:30:00Z');
  expect(await look(trust, 2)).toEqual(['two']);
  expect(problems).toEqual(['older']);
  expect(trust.newest).toBe('2026-11-22T10:00:00.000Z');
});

it('puts lists in order by their time, not by its spelling', async () => {
  const trust = follow();
  put('one', '2026-11-22T09:00:00.5Z');
  await look(trust);
  put('two', '2026-11-22T09:00:01Z');
  expect(await look(trust)).toEqual(['two']);
});

it('remembers over a restart how new its newest list was', async () => {
  put('one', '2026-11-22T09:00:00Z');
  expect(await look(follow({ newest: '2026-11-22T10:00:00Z' }))).toEqual([]);
});

it.each([
  ['from the future', () => put('two', '2026-11-24T09:00:00Z'), 'issued-in-future'],
  ['in another time zone', () => put('two', '2026-11-23T09:00:00+05:00'), 'not-signed-by-the-root'],
  ['in words', () => put('two', 'Nov 23 2026'), 'not-signed-by-the-root'],
  [
    'of another root',
    () =>
      put(
        'two',
        '2026-11-23T09:00:00Z',
        { alg: 'ES256' },
        generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
      ),
    'not-signed-by-the-root',
  ],
  [
    'with conditions nobody knows',
    () => put('two', '2026-11-23T09:00:00Z', { alg: 'ES256', crit: ['exp'] }),
    'not-signed-by-the-root',
  ],
  [
    'with an unencoded payload',
    () => put('two', '2026-11-23T09:00:00Z', { alg: 'ES256', b64: false }),
    'not-signed-by-the-root',
  ],
])('leaves a list %s alone, says so once, and takes the next good one', async (_what, bad, problem) => {
  const trust = follow();
  put('one', '2026-11-22T09:00:00Z');
  await look(trust);
  bad();
  expect(await look(trust, 4)).toEqual(['one']);
  expect(problems).toEqual([problem]);
  put('three', '2026-11-23T09:00:00Z');
  expect(await look(trust)).toEqual(['three']);
});

it('says at the second look that there is no list at all', async () => {
  const trust = follow({ directory: join(directory, 'nothing') });
  expect(await look(trust, 3)).toEqual([]);
  expect(problems).toEqual(['missing']);
});

it('does not let a list count that could not be noted', async () => {
  let fails = true;
  const onNewer = async () => {
    if (fails) throw new Error('the disk is full');
  };
  const trust = follow({ onNewer });
  put('one', '2026-11-22T09:00:00Z');
  expect(await look(trust)).toEqual([]);
  fails = false;
  expect(await look(trust)).toEqual(['one']);
});
