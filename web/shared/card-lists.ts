// The lists that cards are judged by: fetched when there is a network, kept for when there is none, verified at every
// use. Must never prefer an older list to a newer one, nor believe one that is not signed as it should be.

import type { CareDate } from '../../src/core/period.ts';
import { parseShardName, type StatusList } from '../../src/core/status-list.ts';
import type { TrustList } from '../../src/core/trust-list.ts';
import { type PublicPoint, publicPointOf, verifyStatusList, verifyTrustList } from './card-verify.ts';
import { parisToday } from './format.ts';
import type { KeptList, ListStore } from './list-database.ts';

export type ListParts = {
  fetch: typeof fetch;
  kept: ListStore;
  nowMs(): number;
  /** What the browser believes of its network: a reason to try, never a reason to believe. */
  seemsOnline(): boolean;
  /** Built into the page; null in the demo, whose root is fetched. */
  root: PublicPoint | null;
};

export type Trust = {
  readonly list: TrustList;
  /** Insurers' names, where the list gives them. */
  readonly names: ReadonlyMap<string, string>;
  /** When the server last said that this is the list. */
  readonly confirmedAtMs: number;
};
type Known<T> = { value: T | null /** False when the server could not be reached. */; reached: boolean };

export type CardLists = {
  trust(): Promise<Known<Trust>>;
  shard(name: string, trust: Trust, reached?: boolean): Promise<Known<StatusList>>;
  /** Beforehand, so that the first scan is quick and a cut of the network finds lists. */
  prepare(): Promise<void>;
};

const FRESH_MS = 60_000;
/** A counter waits for the card: what does not come by then is taken from before. */
const FETCH_MS = 1_000;
/** What is prepared without a card, and how old it may be. */
const PREPARED_SHARDS = 40;
const PREPARED_FRESH_MS = 6 * 3_600_000;
const SHARD = 'shard:';

export function createCardLists(parts: ListParts): CardLists {
  const { kept, nowMs } = parts;
  const today = () => parisToday(nowMs()) as CareDate;

  /** Undefined: the server was not reached. Null: it was, and has no such list. */
  async function fetched(path: string): Promise<Uint8Array | null | undefined> {
    try {
      const init = { cache: 'no-store', redirect: 'error', signal: AbortSignal.timeout(FETCH_MS) } as const;
      const response = await parts.fetch(path, init);
      const bytes = new Uint8Array(await response.arrayBuffer());
      return response.ok ? bytes : null;
    } catch {
      return undefined;
    }
  }

  const isFresh = (list: KeptList | null, ms: number) =>
    list !== null && parts.seemsOnline() && Math.abs(nowMs() - list.fetchedAtMs) < ms;

  async function rootKey(reached: boolean): Promise<PublicPoint | null> {
    if (parts.root) return parts.root;
    const bytes = reached ? await fetched('/trust-root.json') : undefined;
    if (bytes) await kept.put('root', { bytes, jws: '', fetchedAtMs: nowMs() });
    const known = bytes ?? (await kept.get('root'))?.bytes;
    return known ? publicPointOf(new TextDecoder().decode(known)) : null;
  }

  async function readTrust(list: KeptList | null, root: PublicPoint): Promise<Trust | null> {
    const verified = list && (await verifyTrustList(list.bytes, list.jws, root));
    return verified && { list: verified, names: namesOf(list.bytes), confirmedAtMs: list.fetchedAtMs };
  }

  async function trust(): Promise<Known<Trust>> {
    const before = await kept.get('trust');
    if (isFresh(before, FRESH_MS)) {
      const root = await rootKey(false);
      const value = root && (await readTrust(before, root));
      if (value) return { value, reached: true };
    }
    const [bytes, jws] = await Promise.all([fetched('/trust.json'), fetched('/trust.json.jws')]);
    const reached = bytes !== undefined && jws !== undefined;
    const root = await rootKey(reached);
    if (!root) return { value: null, reached };
    const known = await readTrust(before, root);
    if (!bytes || !jws) return { value: known, reached };
    const offered = { bytes, jws: new TextDecoder().decode(jws), fetchedAtMs: nowMs() };
    const fresh = await readTrust(offered, root);
    // Somebody between us and the server could hand out a list of before a revocation: it is signed too.
    if (!fresh || (known && fresh.list.issuedAt < known.list.issuedAt)) return { value: known, reached };
    await kept.put('trust', offered);
    return { value: fresh, reached };
  }

  async function shard(
    name: string,
    { list: cards }: Trust,
    tryNetwork = true,
    freshMs = FRESH_MS,
  ): Promise<Known<StatusList>> {
    const read = async (bytes: Uint8Array | undefined | null) => {
      const list = bytes ? await verifyStatusList(bytes, cards, today()) : null;
      return list?.shard === name ? list : null;
    };
    const before = await kept.get(SHARD + name);
    const known = await read(before?.bytes);
    if (known && isFresh(before, freshMs)) return { value: known, reached: true };
    const bytes = tryNetwork || !known ? await fetched(`/status-lists/${name}`) : undefined;
    const fresh = await read(bytes);
    const reached = bytes !== undefined;
    if (!bytes || !fresh || (known && fresh.issuedAt < known.issuedAt)) return { value: known, reached };
    await kept.put(SHARD + name, { bytes, jws: '', fetchedAtMs: nowMs() });
    return { value: fresh, reached };
  }

  async function prepare(): Promise<void> {
    const { value, reached } = await trust();
    if (!value || !reached) return;
    const first = [...value.list.cards.values()].map(({ insurer }) => `${insurer}-0`);
    const before = (await kept.names()).flatMap((name) =>
      name.startsWith(SHARD) ? name.slice(SHARD.length) : [],
    );
    for (const name of [...new Set([...before, ...first])].slice(0, PREPARED_SHARDS)) {
      if (parseShardName(name)) await shard(name, value, true, PREPARED_FRESH_MS);
    }
  }

  return { trust, shard, prepare };
}

/** `insurers` of the list: number to name. Signed with the list, and only shown. */
function namesOf(bytes: Uint8Array): ReadonlyMap<string, string> {
  const { insurers } = JSON.parse(new TextDecoder().decode(bytes)) as { insurers?: unknown };
  const entries = typeof insurers === 'object' && insurers !== null ? Object.entries(insurers) : [];
  return new Map(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
