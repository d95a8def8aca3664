// The tag of a site and a person: once per door, for the last minute, and only where it proves something.

import { createSecretKey } from 'node:crypto';
import { expect, it } from 'vitest';
import { KnownPatients, type Opened } from './known-patients.ts';

const KEY = createSecretKey(Buffer.alloc(32, 1));
const RECORD = 'ab'.repeat(16);
const typed: Opened = {
  professional: 'P-1',
  structure: 'S-1',
  profession: 'pharmacist',
  evidence: 'member-number',
  charged: [],
};
const card: Opened = { ...typed, evidence: 'card' };

function opened(...doors: Opened[]) {
  const known = new KnownPatients();
  for (const [i, door] of doors.entries()) known.opened(i + 1, door, i);
  return known;
}
const tag = (known: KnownPatients, journalNo: number, recordId = RECORD) =>
  known.tag(KEY, { journalNo, recordId });

it('is the same for card and number at one site, and another for any other site or person', () => {
  const known = opened(card, typed, { ...typed, structure: 'S-2' }, typed);
  const first = tag(known, 1);
  expect(first).toMatch(/^[0-9a-f]{32}$/);
  expect(tag(known, 2)).toBe(first);
  expect(tag(known, 3)).not.toBe(first);
  expect(tag(known, 4, 'cd'.repeat(16))).not.toBe(first);
});

it('is made once for a door, so that nobody tries one record after another', () => {
  const known = opened(typed);
  tag(known, 1);
  expect(tag(known, 1, 'cd'.repeat(16))).toBeNull();
});

it('is not made for a door that nobody opened, nor a minute later', () => {
  const known = opened(typed);
  expect(tag(known, 7)).toBeNull();
  known.opened(2, typed, 60_001);
  expect(tag(known, 1)).toBeNull();
  expect(tag(known, 2)).not.toBeNull();
});

it.each(['card-doubtful', 'identity-only'] as const)('is not made for %s', (evidence) => {
  expect(tag(opened({ ...typed, evidence }), 1)).toBeNull();
});

it('lets a unit come back once, after the tag, for a typed number only', () => {
  const known = opened(typed, card);
  expect(known.takeForGivingBack(1)).toBeNull();
  tag(known, 1);
  tag(known, 2);
  expect(known.takeForGivingBack(1)).toMatchObject(typed);
  expect(known.takeForGivingBack(1)).toBeNull();
  expect(known.takeForGivingBack(2)).toBeNull();
});

it('remembers no more doors than it may', () => {
  const known = new KnownPatients();
  for (let i = 1; i <= 50_001; i += 1) known.opened(i, typed, 0);
  expect(tag(known, 1)).toBeNull();
  expect(tag(known, 2)).not.toBeNull();
});
