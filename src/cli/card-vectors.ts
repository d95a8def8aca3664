// `rempart card check-vectors`: our verifier over the test vectors, or the results that another implementation gave.
// The vectors are shipped with the package: test/vectors/cards.json.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parisDayOf, shownClaims } from '../core/card-shown.ts';
import { isJsonObject } from '../core/json-object.ts';
import { fromBase64url } from '../core/text-codes.ts';
import { parseTrustList, type TrustList } from '../core/trust-list.ts';
import { verifyCard, verifyStatusList } from '../crypto/card-signature.ts';
import { packageRoot } from '../lib/package-root.ts';
import type { CliIo } from './io.ts';
import { readOptions, UsageError } from './usage.ts';

const USAGE = `Usage: rempart card check-vectors [FILE] [--against RESULTS]
  FILE               test vectors (default: those that come with this package)
  --against RESULTS  JSON [{"name", "valid", "reason"}, …] of another implementation, checked instead of ours
docs/card-format.md says how the vectors are meant. Exit code 0: all as expected, 1: not.
`;

type Expected = { valid: boolean; reason: string | null; status?: string | null; claims?: unknown };
export type Vector = {
  name: string;
  why: string;
  card: string;
  at: string;
  status?: string;
  expected: Expected;
};
export type VectorFile = { trust: unknown; statusLists: Record<string, string>; vectors: Vector[] };
type Got = { valid: boolean; reason: string | null; status?: string | null; claims?: unknown };
type Failure = { name: string; why: string; expected: Expected; got: Got | null };

export const cardCheckVectors = {
  usage: USAGE,
  async run(argv: string[], io: CliIo): Promise<number> {
    const { values, words } = readOptions(argv, { against: { type: 'string' } });
    if (words.length > 1) throw new UsageError('one file of vectors at a time');
    const file = await jsonOf<VectorFile>(words[0] ?? join(packageRoot(), 'test', 'vectors', 'cards.json'));
    if (!isJsonObject(file) || !Array.isArray(file.vectors) || file.vectors.length === 0)
      throw new UsageError('no vectors in this file');
    const results = typeof values['against'] === 'string' ? resultsOf(await jsonOf(values['against'])) : null;
    const judge = results ? (vector: Vector) => results.get(vector.name) ?? null : ownJudge(file);
    const failures = file.vectors.flatMap((vector) => failureOf(vector, judge(vector)));
    return report(file, failures, io);
  },
};

function report({ vectors }: VectorFile, failures: Failure[], io: CliIo): number {
  const good = vectors.filter(({ expected }) => expected.valid).length;
  const counts = { vectors: vectors.length, good, bad: vectors.length - good, failed: failures.length };
  io.stdout(`${JSON.stringify({ ok: failures.length === 0, ...counts, failures }, null, io.json ? 0 : 2)}\n`);
  for (const { name, expected, got } of failures) {
    io.stderr(`${name}: expected ${said(expected)}, got ${got ? said(got) : 'no result'}\n`);
  }
  io.stderr(`${counts.vectors - counts.failed} of ${counts.vectors} vectors as expected.\n`);
  return failures.length === 0 ? 0 : 1;
}

const said = ({ valid, reason }: Got): string => (valid ? 'valid' : `refused (${reason})`);

/** Claims and status are compared where both sides name them. */
function failureOf({ name, why, expected }: Vector, got: Got | null): Failure[] {
  const same =
    got !== null &&
    got.valid === expected.valid &&
    (got.reason ?? null) === expected.reason &&
    (got.status === undefined || expected.status === undefined || got.status === expected.status) &&
    (got.claims === undefined ||
      expected.claims === undefined ||
      isDeepStrictEqual(got.claims, expected.claims));
  return same ? [] : [{ name, why, expected, got }];
}

function ownJudge(file: VectorFile): (vector: Vector) => Got {
  const trust = parseTrustList(file.trust);
  if (!trust) throw new UsageError('the vectors hold no trust list');
  return (vector) => judged(vector, file, trust);
}

/** A status list is verified on the vector's day, as the card is. */
function judged({ card, at, status }: Vector, file: VectorFile, trust: TrustList): Got {
  const atSeconds = Math.floor(Date.parse(at) / 1000);
  const moment = { at: atSeconds, day: parisDayOf(atSeconds) };
  const token = status === undefined ? undefined : file.statusLists[status];
  const list = token === undefined ? null : verifyStatusList(bytesOf(token), trust, moment.day);
  if (typeof list === 'string') throw new UsageError(`status list ${status}: ${list}`);
  const verdict = verifyCard(bytesOf(card), trust, moment, (shard) => (list?.shard === shard ? list : null));
  if (!verdict.valid) return { valid: false, reason: verdict.reason };
  return { valid: true, reason: null, status: verdict.status, claims: shownClaims(verdict.claims) };
}

function bytesOf(text: string): Uint8Array {
  const bytes = fromBase64url(text);
  if (!bytes) throw new UsageError('a vector is not base64url');
  return bytes;
}

function resultsOf(value: unknown): ReadonlyMap<string, Got> {
  if (!Array.isArray(value) || !value.every(isJsonObject))
    throw new UsageError('the results are no JSON list of objects {name, valid, reason}');
  return new Map((value as (Got & { name: string })[]).map((one) => [one.name, one]));
}

async function jsonOf<T>(path: string): Promise<T> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as T;
  } catch (error) {
    throw new UsageError(`${path}: ${error instanceof Error ? error.message : 'cannot be read'}`);
  }
}
