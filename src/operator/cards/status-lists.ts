// The status lists of all insurers: taken from the insurer that signed them, served to everybody, asked at each card.
// Must never let one insurer speak about another's cards, nor an older list undo a newer one.

import type { AmcNo } from '../../core/ids.ts';
import type { CareDate } from '../../core/period.ts';
import { isRevoked, parseShardName, type StatusList, shardName } from '../../core/status-list.ts';
import { statusListBits, verifyStatusList } from '../../crypto/card-signature.ts';
import type { FollowedTrust } from '../../crypto/followed-trust.ts';
import { type Clock, parisDate } from '../../lib/clock.ts';
import type { VaultClient } from '../../vault/vault-client.ts';
import { refusal } from '../errors.ts';
import type { Ledger } from '../ledger/ledger-port.ts';
import type { StatusListStore } from './status-list-store.ts';

export type StatusListParts = {
  store: StatusListStore;
  trust: FollowedTrust;
  vault: VaultClient;
  ledger: Ledger;
  clock: Clock;
};

/** What an insurer publishes: a shard, and the cards whose doors must go. */
export type Publication = {
  shard: string;
  token: Uint8Array;
  /** Handles of cards revoked since the last list, base64url. */
  revoked: readonly string[];
};

/** 67 million cards of one insurer; each shard takes 128 KB of memory here. */
const MOST_SHARDS_EACH = 64;

/** A minute of difference between two clocks; a list from tomorrow would shut out every honest one until then. */
const MOST_AHEAD_SECONDS = 60;

export class StatusLists {
  readonly #parts: StatusListParts;
  readonly #shards = new Map<string, { token: Uint8Array; list: StatusList }>();
  /** One publication at a time: of two for one shard the newer must win, whichever comes first. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(parts: StatusListParts) {
    this.#parts = parts;
  }

  /** What was published before this start. It was verified then; a key revoked since must not bring cards back. */
  async load(): Promise<void> {
    for (const { shard, token } of await this.#parts.store.all()) {
      const list = statusListBits(token);
      if (list?.shard !== shard) throw new Error('a stored status list cannot be read');
      this.#shards.set(shard, { token, list });
    }
  }

  /** The signed bytes of a shard, or null when there is none of this name. */
  token(shard: string): Uint8Array | null {
    return this.#shards.get(shard)?.token ?? null;
  }

  /** False also when the insurer has published no list: then its door alone decides. */
  isRevoked(amcNo: AmcNo, statusIndex: number): boolean {
    const known = this.#shards.get(shardName(amcNo, statusIndex));
    return known !== undefined && isRevoked(known.list, statusIndex);
  }

  publish(amcNo: AmcNo, publication: Publication): Promise<{ issuedAt: string; doorsRemoved: number }> {
    const done = this.#turn.then(() => this.#publish(amcNo, publication));
    this.#turn = done.catch(() => undefined); // its own caller is told
    return done;
  }

  /**
   * Doors go and the list is stored in one transaction; the entry follows. If we crash before the entry, the insurer
   * got no answer and sends the same list again: it is taken a second time and entered then.
   */
  async #publish(amcNo: AmcNo, { shard, token, revoked }: Publication) {
    const list = await this.#accepted(amcNo, { shard, token });
    const { vault, store, ledger } = this.#parts;
    const handles = [...revoked];
    const { locators } =
      handles.length > 0 ? (await vault.call('locateCards', { amcNo, handles })).out : { locators: [] };
    const issuedAtMs = list.issuedAt * 1000;
    const doorsRemoved = await store.publish({ shard, amcNo, issuedAtMs, token, locators });
    this.#shards.set(shard, { token, list });
    await ledger.append(published({ amcNo, shard, revoked: handles.length, doorsRemoved }));
    return { issuedAt: new Date(issuedAtMs).toISOString(), doorsRemoved };
  }

  async #accepted(amcNo: AmcNo, { shard, token }: Pick<Publication, 'shard' | 'token'>): Promise<StatusList> {
    const named = parseShardName(shard);
    if (named?.insurer !== amcNo) throw refusal('not-yours');
    if (named.shard >= MOST_SHARDS_EACH) throw refusal('status-list-refused', { problem: 'too-many-shards' });
    const { trust, clock } = this.#parts;
    await trust.follow();
    const list = verifyStatusList(token, trust.list, parisDate(clock.nowMs()) as CareDate);
    if (typeof list === 'string') throw refusal('status-list-refused', { problem: list });
    if (list.shard !== shard) throw refusal('status-list-refused', { problem: 'shard' });
    if (list.issuedAt > clock.nowMs() / 1000 + MOST_AHEAD_SECONDS)
      throw refusal('status-list-refused', { problem: 'issued-in-future' });
    const known = this.#shards.get(shard);
    const isRepeat = known !== undefined && Buffer.from(known.token).equals(token);
    if (known && !isRepeat && list.issuedAt <= known.list.issuedAt) throw refusal('status-list-older');
    return list;
  }
}

function published(facts: { amcNo: AmcNo; shard: string; revoked: number; doorsRemoved: number }) {
  const { amcNo, ...rest } = facts;
  return {
    about: null,
    member: { by: 'insurer', structure: null, purpose: null, evidence: null, fields: [], outcome: null },
    rest: { event: 'cards.status-published', insurer: amcNo, ...rest },
  } as const;
}
