// The status lists that `card verify` is given as files or folders, and how far one of them can still be believed.

import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MOST_STATUS_BYTES, type StatusList } from '../core/status-list.ts';
import type { TrustList } from '../core/trust-list.ts';
import { type Moment, verifyStatusList } from '../crypto/card-signature.ts';
import { readGiven } from './card-trust.ts';
import { UsageError } from './usage.ts';

const DAY_SECONDS = 86_400;
/** After this a list may lack a revocation that everybody else knows (docs/card-format.md). */
export const FRESH_DAYS = 7;

export type StatusLists = {
  readonly lists: ReadonlyMap<string, StatusList>;
  readonly complaints: readonly string[];
};

/** The newest good list of each shard, and a sentence for each file that is none. */
export async function readStatusLists(
  paths: readonly string[],
  trust: TrustList,
  moment: Moment,
): Promise<StatusLists> {
  const lists = new Map<string, StatusList>();
  const complaints: string[] = [];
  for (const path of (await Promise.all(paths.map(filesOf))).flat()) {
    const { size } = await stat(path);
    const list =
      size > MOST_STATUS_BYTES ? 'malformed' : verifyStatusList(await readGiven(path), trust, moment.day);
    if (typeof list === 'string') complaints.push(`${path} is not used: ${list}`);
    else if ((lists.get(list.shard)?.issuedAt ?? -1) < list.issuedAt) lists.set(list.shard, list);
  }
  return { lists, complaints };
}

async function filesOf(path: string): Promise<string[]> {
  const found = await stat(path).catch(() => null); // said here
  if (!found) throw new UsageError(`${path} cannot be read`);
  if (!found.isDirectory()) return [path];
  const entries = await readdir(path, { withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => join(path, name));
}

export type ShownList = { shard: string; issuedAt: string; expires: string; ageDays: number; fresh: boolean };

/** Clocks differ a little. */
const MOST_AHEAD_SECONDS = 300;

/** A set bit stays true for ever; that a bit is not set was true when the list was made, and for a while after. */
export function shownList({ shard, issuedAt, expires }: StatusList, at: number): ShownList {
  const ageDays = Math.floor((at - issuedAt) / DAY_SECONDS);
  const isPast = issuedAt <= at + MOST_AHEAD_SECONDS;
  const fresh = isPast && at - issuedAt <= FRESH_DAYS * DAY_SECONDS && at < expires;
  return { shard, issuedAt: instant(issuedAt), expires: instant(expires), ageDays, fresh };
}

const instant = (seconds: number): string => new Date(seconds * 1000).toISOString();
