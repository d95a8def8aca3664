// Manifests: a good one, and one line per way of being wrong.
import { expect, test } from 'vitest';
import { FEED_BLOCK_LINES, readManifest, sentOn } from './feed-manifest.ts';

const HASH = 'ab'.repeat(32);
const GOOD = {
  type: 'manifest',
  insurer: '99900012',
  kind: 'full',
  seq: 12,
  count: 1,
  sentAt: '2026-11-22T10:00:00Z',
  blocks: [HASH],
};
const without = (property: keyof typeof GOOD) =>
  Object.fromEntries(Object.entries(GOOD).filter(([name]) => name !== property));

test('a good manifest is read, with the AMC number padded', () => {
  expect(readManifest(GOOD)).toEqual({ ok: true, manifest: { ...GOOD, insurer: '0099900012' } });
});

test.each([
  [0, 0],
  [1, 1],
  [FEED_BLOCK_LINES, 1],
  [FEED_BLOCK_LINES + 1, 2],
  [33_000_000, 3_300],
])('%i lines need %i block hashes', (count, blocks) => {
  const hashes = (n: number) => Array.from({ length: n }, () => HASH);
  expect(readManifest({ ...GOOD, count, blocks: hashes(blocks) }).ok).toBe(true);
  expect(readManifest({ ...GOOD, count, blocks: hashes(blocks + 1) }).ok).toBe(false);
  if (blocks > 0) expect(readManifest({ ...GOOD, count, blocks: hashes(blocks - 1) }).ok).toBe(false);
});

test.each([
  [null, 'the manifest line must be a JSON object'],
  [[GOOD], 'the manifest line must be a JSON object'],
  [{ ...GOOD, note: 'hello' }, 'the manifest holds an unknown property'],
  [{ ...GOOD, type: 'Manifest' }, 'the first line must have type "manifest"'],
  [{ ...GOOD, insurer: '9990001' }, 'insurer must be an AMC number, a text of 8 to 10 digits'],
  [{ ...GOOD, insurer: 99900012 }, 'insurer must be an AMC number, a text of 8 to 10 digits'],
  [{ ...GOOD, kind: 'FULL' }, 'kind must be "full" or "delta"'],
  [{ ...GOOD, seq: 0 }, 'seq must be a whole number, 1 or more'],
  [{ ...GOOD, seq: 1.5 }, 'seq must be a whole number, 1 or more'],
  [{ ...GOOD, seq: 2 ** 53 }, 'seq must be a whole number, 1 or more'],
  [{ ...GOOD, seq: '12' }, 'seq must be a whole number, 1 or more'],
  [{ ...GOOD, count: -1 }, 'count must be a whole number, 0 or more'],
  [{ ...GOOD, count: null }, 'count must be a whole number, 0 or more'],
  [
    { ...GOOD, sentAt: '2026-11-22T10:00:00+01:00' },
    'sentAt must be an RFC 3339 instant in UTC, ending in Z',
  ],
  [{ ...GOOD, sentAt: '2026-02-30T10:00:00Z' }, 'sentAt must be an RFC 3339 instant in UTC, ending in Z'],
  [{ ...GOOD, blocks: HASH }, 'blocks must be a list of SHA-256 hashes, each 64 lower-case hex digits'],
  [
    { ...GOOD, blocks: [HASH.toUpperCase()] },
    'blocks must be a list of SHA-256 hashes, each 64 lower-case hex digits',
  ],
  [
    { ...GOOD, blocks: [HASH.slice(1)] },
    'blocks must be a list of SHA-256 hashes, each 64 lower-case hex digits',
  ],
  [{ ...GOOD, blocks: [] }, 'blocks must hold one hash per 10000 lines of count'],
])('the manifest %j is refused: %s', (manifest, problem) => {
  expect(readManifest(manifest)).toEqual({ ok: false, problem });
});

test.each(Object.keys(GOOD) as (keyof typeof GOOD)[])('a manifest without %s is refused', (property) => {
  expect(readManifest(without(property)).ok).toBe(false);
});

test.each([
  ['2026-11-22T22:59:59Z', '2026-11-22'],
  ['2026-11-22T23:00:00Z', '2026-11-23'],
  ['2026-07-01T22:00:00Z', '2026-07-02'],
])('a feed sent at %s was sent on the Paris day %s', (sentAt, day) => {
  const result = readManifest({ ...GOOD, sentAt });
  if (!result.ok) throw new Error(result.problem);
  expect(sentOn(result.manifest)).toBe(day);
});
