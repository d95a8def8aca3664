// Tells the operator which cards are revoked: a shard signed anew, and the handles whose doors must go. What could not be
// told stays owed and is tried again; a list of an earlier day is replaced, so that none grows old.

import { deflateSync } from 'node:zlib';
import type { AmcNo, CardHandle } from '../../core/ids.ts';
import { SHARD_BITS, shardName } from '../../core/status-list.ts';
import { LIST_LIFE_SECONDS, shardBits } from '../../core/status-shard.ts';
import { type Clock, parisDate } from '../../lib/clock.ts';
import { type Repeating, repeating } from '../../lib/repeating.ts';
import type { InsurerVaultClient } from '../../vault/insurer/insurer-client.ts';
import { NotTaken, type OperatorLink, type OperatorReply } from '../operator-link.ts';
import type { ShardState, StatusStore } from './card-store.ts';
import type { CardKeyWatch } from './key-watch.ts';

/** In one request; the rest goes with the next list. */
const MOST_HANDLES = 1_000;
const TRY_AGAIN_MS = 3_000;
/** How long whoever revokes a card waits for the operator's word. */
const PATIENCE_MS = 4_000;

export type PublishParts = {
  amcNo: AmcNo;
  store: StatusStore;
  vault: Pick<InsurerVaultClient, 'call'>;
  operator: Pick<OperatorLink, 'send'>;
  keys: Pick<CardKeyWatch, 'listed' | 'signer'>;
  clock: Clock;
  onProblem(error: unknown): void;
  /** Told after each turn how many revocations are still owed. */
  onOwed(owed: number): void;
  everyMs?: number;
};

export class StatusPublisher {
  readonly #parts: PublishParts;
  readonly #turns: Repeating;
  /** By shard: the second of the last list sent; the operator takes only newer ones. */
  readonly #sent = new Map<number, number>();
  /** By shard: who was to sign when its list was last taken. A list of a key that signs no more is replaced. */
  readonly #signer = new Map<number, string | null>();
  /** By shard: why its list is not at the operator. */
  readonly #problems = new Map<number, string>();

  constructor(parts: PublishParts) {
    this.#parts = parts;
    this.#turns = repeating(parts.everyMs ?? TRY_AGAIN_MS, () => this.#publishDue(), parts.onProblem);
  }

  /** A turn now; whoever waits goes on after a few seconds, and what is owed stays owed. */
  async publish(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, PATIENCE_MS);
    });
    await Promise.race([this.#turns.now(), patience]);
    clearTimeout(timer);
  }

  /** Why that shard is still owed: `operator-away`, `vault-away`, or the operator’s own code. */
  problem(shard: number): string {
    return this.#problems.get(shard) ?? 'operator-away'; // no answer yet
  }

  stop(): Promise<void> {
    return this.#turns.stop();
  }

  async #publishDue(): Promise<void> {
    const { store, clock, keys, onOwed } = this.#parts;
    const today = parisDate(clock.nowMs());
    const signer = keys.signer();
    const isDue = ({ shard, owed, issuedAt }: ShardState) =>
      owed > 0 ||
      issuedAt === null ||
      parisDate(issuedAt * 1000) !== today ||
      (signer !== null && this.#signer.get(shard) !== signer);
    const shards = await store.shards();
    onOwed(shards.reduce((sum, { owed }) => sum + owed, 0));
    // Each on its own: one that the operator will not take does not hold up the others.
    const turns = await Promise.allSettled(shards.filter(isDue).map((shard) => this.#publishShard(shard)));
    onOwed((await store.shards()).reduce((sum, { owed }) => sum + owed, 0));
    for (const turn of turns) if (turn.status === 'rejected') throw turn.reason;
  }

  /** Once; again for every further thousand that is owed. */
  async #publishShard({ shard, issuedAt, owed }: ShardState): Promise<void> {
    const signer = this.#parts.keys.signer();
    try {
      for (let left = Math.max(owed, 1); left > 0; left -= MOST_HANDLES) {
        await this.#publishOne(shard, issuedAt);
      }
    } catch (error) {
      this.#problems.set(shard, error instanceof NotTaken ? error.code : 'vault-away');
      throw error;
    }
    this.#signer.set(shard, signer);
    this.#problems.delete(shard);
  }

  /**
   * 1 read what is revoked   if we crash here, nothing has happened: the next turn does the same
   * 2 have the list signed   a list that nobody saw; lists are told apart by their second
   * 3 send it                the operator has it and we do not know: it is sent again, newer, with the same handles
   * 4 note that it is told   done
   */
  async #publishOne(shard: number, lastIssuedAt: number | null): Promise<void> {
    const { amcNo, store, vault, operator, keys } = this.#parts;
    const { owed, places } = await store.revoked(shard, MOST_HANDLES);
    const issuedAt = await this.#nextSecond(shard, lastIssuedAt ?? 0);
    const name = shardName(amcNo, shard * SHARD_BITS);
    const deflated = deflateSync(shardBits(places));
    const expires = issuedAt + LIST_LIFE_SECONDS;
    const claims = { shard: name, issuedAt, expires, listed: keys.listed() };
    const { bytes } = await vault.call('signStatusList', claims, deflated);
    const reply = await sendStatusList(operator, name, bytes, owed);
    this.#sent.set(shard, issuedAt);
    if (reply.status !== 200) throw new NotTaken('the status list', reply);
    await store.told(shard, issuedAt, owed);
  }

  /** Lists are dated in seconds, and the next one must be newer than the last, also than one whose fate is unknown. */
  async #nextSecond(shard: number, lastIssuedAt: number): Promise<number> {
    const { clock } = this.#parts;
    const last = Math.max(lastIssuedAt, this.#sent.get(shard) ?? 0);
    const now = () => Math.floor(clock.nowMs() / 1000);
    // At most a second, unless the clock was set back: then it is the vault that says whether the date is right.
    if (now() === last)
      await new Promise((resolve) => setTimeout(resolve, (last + 1) * 1000 - clock.nowMs()));
    return Math.max(now(), last + 1);
  }
}

/** CONTRACT with the operator: shard and doors in one request. */
export function sendStatusList(
  operator: Pick<OperatorLink, 'send'>,
  shard: string,
  token: Uint8Array,
  revoked: readonly CardHandle[],
): Promise<OperatorReply> {
  const text = Buffer.from(token).toString('base64url');
  return operator.send('PUT', `/v1/status-lists/${shard}`, { token: text, revoked });
}
