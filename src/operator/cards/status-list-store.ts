// Port: the published shards of the status lists, and the doors of cards that were revoked.

import type { AmcNo } from '../../core/ids.ts';

export type StoredShard = { shard: string; token: Buffer };

export interface StatusListStore {
  /** Every shard, as it was last published. */
  all(): Promise<StoredShard[]>;
  /**
   * Stores the shard and removes the doors in one transaction; says how many doors there were. `locators`: 32
   * hexadecimal digits each. If we crash, either both happened or neither.
   */
  publish(shard: {
    shard: string;
    amcNo: AmcNo;
    issuedAtMs: number;
    token: Uint8Array;
    locators: readonly string[];
  }): Promise<number>;
}
