// The bits of a shard, and for how long a list is believed: an answer that a card is not revoked is only as fresh as the list
// it comes from.
import { SHARD_BYTES, setRevoked } from './status-list.ts';

/** Nobody relies on a list for longer; a new one comes every night. */
export const LIST_LIFE_SECONDS = 7 * 86_400;

/** The bits of a shard in which exactly these places (status indexes) are revoked. */
export function shardBits(places: Iterable<number>): Uint8Array {
  const bits = new Uint8Array(SHARD_BYTES);
  for (const place of places) setRevoked(bits, place);
  return bits;
}
