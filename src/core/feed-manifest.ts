// The first line of a feed: who sends what, how much of it, and the hash of every block (CONTRACT.md 3.3).
// Must never be read before its signature was verified over the bytes received, and never fills in a missing value.
import type { AmcNo } from './ids.ts';
import { parseAmcNo } from './ids.ts';
import type { Unchecked } from './json-object.ts';
import { hasOnly, isJsonObject } from './json-object.ts';
import type { UtcInstant } from './paris-day.ts';
import { isUtcInstant, parisDay } from './paris-day.ts';
import type { CareDate } from './period.ts';

/** Lines per block hash. */
export const FEED_BLOCK_LINES = 10_000;

export type FeedManifest = {
  readonly type: 'manifest';
  readonly insurer: AmcNo;
  readonly kind: 'full' | 'delta';
  /** One more than the last feed of this insurer; the caller checks the gap. */
  readonly seq: number;
  /** Lines after the manifest. */
  readonly count: number;
  readonly sentAt: UtcInstant;
  /** SHA-256 of each block of FEED_BLOCK_LINES lines, lower-case hex. */
  readonly blocks: readonly string[];
};

export type FeedManifestResult =
  | { readonly ok: true; readonly manifest: FeedManifest }
  | { readonly ok: false; readonly problem: string };

type RawManifest = Unchecked<'type' | 'insurer' | 'kind' | 'seq' | 'count' | 'sentAt' | 'blocks'>;

const PROPERTIES: ReadonlySet<string> = new Set([
  'type',
  'insurer',
  'kind',
  'seq',
  'count',
  'sentAt',
  'blocks',
]);
const SHA256_HEX = /^[0-9a-f]{64}$/;

/** Checks a manifest that JSON.parse has read. The problem says what to mend and never quotes a value. */
export function readManifest(value: unknown): FeedManifestResult {
  if (!isJsonObject(value)) return refuse('the manifest line must be a JSON object');
  if (!hasOnly(value, PROPERTIES)) return refuse('the manifest holds an unknown property');
  return readFields(value);
}

function readFields(raw: RawManifest): FeedManifestResult {
  const { type, kind, seq, count, sentAt, blocks } = raw;
  const insurer = parseAmcNo(raw.insurer);
  if (type !== 'manifest') return refuse('the first line must have type "manifest"');
  if (insurer === null) return refuse('insurer must be an AMC number, a text of 8 to 10 digits');
  if (kind !== 'full' && kind !== 'delta') return refuse('kind must be "full" or "delta"');
  if (!isWholeNumber(seq, { least: 1 })) return refuse('seq must be a whole number, 1 or more');
  if (!isWholeNumber(count, { least: 0 })) return refuse('count must be a whole number, 0 or more');
  if (!isUtcInstant(sentAt)) return refuse('sentAt must be an RFC 3339 instant in UTC, ending in Z');
  if (!isHashList(blocks))
    return refuse('blocks must be a list of SHA-256 hashes, each 64 lower-case hex digits');
  if (blocks.length !== Math.ceil(count / FEED_BLOCK_LINES))
    return refuse(`blocks must hold one hash per ${FEED_BLOCK_LINES} lines of count`);
  return { ok: true, manifest: { type, insurer, kind, seq, count, sentAt, blocks } };
}

function refuse(problem: string): FeedManifestResult {
  return { ok: false, problem };
}

function isWholeNumber(value: unknown, { least }: { least: number }): value is number {
  return Number.isSafeInteger(value) && typeof value === 'number' && value >= least;
}

function isHashList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((hash) => typeof hash === 'string' && SHA256_HEX.test(hash));
}

/** The day of `sentAt` in Paris: the day on which a full feed closes every reference it does not name. */
export function sentOn(manifest: FeedManifest): CareDate {
  return parisDay(manifest.sentAt);
}
