// The search that finds nobody in a stolen database finds everybody who is there, in any of the forms it knows.

import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { seal, secretKey } from '../../crypto/seal.ts';
import { generatePeople } from '../crowd.ts';
import { DumpReader } from './dump-reader.ts';

const { all } = generatePeople({ count: 1_000, seed: '7', day: '2026-11-24' });
const [somebody] = all;
if (!somebody) throw new Error('there are people');
const { memberNo, beneficiary } = somebody;
const { nir, birthDate } = beneficiary;

function read(...values: unknown[]) {
  const reader = new DumpReader(all);
  for (const value of values) reader.take(value);
  return reader.finish();
}

const digest = (algorithm: string, value: string) => createHash(algorithm).update(value).digest();

describe('somebody is found', () => {
  it.each<[string, unknown]>([
    ['by the national number', `the NIR is ${nir}.`],
    ['by the national number without its key', nir.slice(0, 13)],
    ['by the member number', { member: memberNo }],
    ['in bytes', Buffer.from(`\u0000${nir}\u0000`)],
    ['in hexadecimal', Buffer.from(nir).toString('hex')],
    ['in base64', Buffer.from(`{"nir":"${nir}"}`).toString('base64')],
    ['by a digest in hexadecimal', digest('md5', nir).toString('hex')],
    ['by a digest in base64', digest('sha1', memberNo).toString('base64')],
    ['by a digest in bytes', digest('sha256', nir)],
    [
      'by a digest of several fields, cut to an id',
      digest('sha256', `${nir}${birthDate}`).subarray(0, 16).toString('hex'),
    ],
    ['by a birth date that stands alone', birthDate],
    [
      'by a birth date as others write it',
      `born ${birthDate.replace(/(....)(..)(..)/, '$1-$2-$3')}, they say`,
    ],
  ])('%s', (_how, value) => {
    expect(read('something else', value).persons).toBe(1);
  });

  it('by a digest under a key that lies beside it, and in a record sealed with one', () => {
    const key = Buffer.alloc(32, 7);
    const keyed = createHmac('sha256', key).update(nir).digest();
    expect(read(key.toString('base64'), keyed).found).toHaveProperty('digest under a found key');
    const sealed = seal(secretKey(key), Buffer.from('a record'), Buffer.alloc(0));
    expect(read(key.toString('base64'), sealed).found).toHaveProperty('unsealed with a found key');
  });
});

it('nobody is found where nobody is', () => {
  const reading = read(
    '0999000101',
    20_261_124,
    Buffer.alloc(64, 9),
    { at: '2026-11-24T08:00:00.000Z' },
    null,
  );
  expect(reading).toMatchObject({ persons: 0, found: {}, values: 5 });
});
