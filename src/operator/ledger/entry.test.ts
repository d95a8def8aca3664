// An entry and its leaf: the layout as a second party would write it down, and what a member needs to prove his half.

import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { AmcNo } from '../../core/ids.ts';
import { commitment, composeEntry, logEntry, SALT_BYTES } from './entry.ts';
import type { NewEntry } from './ledger-port.ts';
import { leafHash } from './merkle.ts';

const sha256 = (...parts: (Uint8Array | string)[]) =>
  hash('sha256', Buffer.concat(parts.map((part) => Buffer.from(part as string))), 'buffer');

const ENTRY: NewEntry = {
  about: { amcNo: '0999000101' as AmcNo, recordId: 'c0ffee00c0ffee00c0ffee00c0ffee00' },
  member: {
    by: 'pharmacist',
    structure: 'S-PHARMACIE-HALLES',
    purpose: 'PHAR',
    evidence: 'member-number',
    fields: ['covered'],
    outcome: '000',
  },
  rest: { event: 'rights.checked', account: 'claire', journalNo: 17 },
};
const SALTS = Buffer.from(Array.from({ length: 2 * SALT_BYTES }, (_, i) => i));
const AT = '2026-11-20T08:00:00.000Z';
const TAG = 'abcdef0123456789abcdef0123456789';
const composed = composeEntry(ENTRY, { at: AT, tag: TAG, salts: SALTS });

describe('the texts', () => {
  it('are these, byte for byte: they are hashed as they stand', () => {
    expect(composed.memberView).toBe(
      '{"at":"2026-11-20T08:00:00.000Z","by":"pharmacist","structure":"S-PHARMACIE-HALLES","purpose":"PHAR","evidence":"member-number","fields":["covered"],"outcome":"000"}',
    );
    expect(composed.rest).toBe(
      '{"event":"rights.checked","insurer":"0999000101","account":"claire","journalNo":17,"person":"abcdef0123456789abcdef0123456789"}',
    );
  });

  it('name no insurer and no person when the entry is about nobody', () => {
    const { rest } = composeEntry({ ...ENTRY, about: null }, { at: AT, tag: null, salts: SALTS });
    expect(rest).toBe(
      '{"event":"rights.checked","insurer":null,"account":"claire","journalNo":17,"person":null}',
    );
  });

  it('name the insurer of a feed, which is about nobody', () => {
    const feed: NewEntry = { ...ENTRY, about: null, rest: { event: 'feed.applied', insurer: '0999000202' } };
    const { rest } = composeEntry(feed, { at: AT, tag: null, salts: SALTS });
    expect(rest).toBe('{"event":"feed.applied","insurer":"0999000202","person":null}');
  });

  it('have the tag that the vault made, whatever else the entry says', () => {
    const person: object = { person: 'somebody else' }; // what does not compile may be said all the same
    const forged: NewEntry = { ...ENTRY, rest: { ...ENTRY.rest, ...person, insurer: '0999000202' } };
    const { rest } = composeEntry(forged, { at: AT, tag: TAG, salts: SALTS });
    expect(JSON.parse(rest)).toMatchObject({ insurer: '0999000101', person: TAG });
  });
});

describe('the leaf', () => {
  it('is the hash of a version and two commitments, each with its own salt', () => {
    const member = sha256(SALTS.subarray(0, 32), composed.memberView);
    const rest = sha256(SALTS.subarray(32), composed.rest);
    const entry = Buffer.concat([Buffer.from([1]), member, rest]);
    expect(logEntry(composed)).toEqual(entry);
    expect(composed.leaf).toEqual(sha256(Buffer.from([0]), entry));
  });

  it('is proved by the member’s view and salt and 32 bytes for the rest, without a word of it', () => {
    const shown = {
      salt: composed.memberSalt,
      view: composed.memberView,
      rest: logEntry(composed).subarray(33),
    };
    const entry = Buffer.concat([Buffer.from([1]), sha256(shown.salt, shown.view), shown.rest]);
    expect(leafHash(entry)).toEqual(composed.leaf);
    expect(shown.view).not.toMatch(/claire|rights\.checked|journalNo|0999000101|abcdef0123456789/);
  });

  it('does not let the rest be guessed: without its salt even the right text proves nothing', () => {
    const hidden = logEntry(composed).subarray(33);
    expect(hidden).not.toEqual(sha256(composed.rest));
    expect(hidden).not.toEqual(sha256(composed.memberSalt, composed.rest));
    expect(hidden).toEqual(sha256(composed.restSalt, composed.rest));
  });

  it.each(['memberView', 'rest'] as const)('changes with one letter of %s', (text) => {
    const changed = { ...composed, [text]: composed[text].replace('r', 'R') };
    expect(leafHash(logEntry(changed))).not.toEqual(composed.leaf);
  });

  it('differs for the same words with other salts', () => {
    const again = composeEntry(ENTRY, { at: AT, tag: TAG, salts: Buffer.alloc(64, 9) });
    expect(again.memberView).toBe(composed.memberView);
    expect(again.leaf).not.toEqual(composed.leaf);
  });
});

it('a commitment is of the UTF-8 bytes', () => {
  expect(commitment(Buffer.from([1, 2]), 'é€')).toEqual(
    sha256(Buffer.from([1, 2, 0xc3, 0xa9, 0xe2, 0x82, 0xac])),
  );
});
