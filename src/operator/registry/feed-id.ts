// PURE. How a feed is named to the outside: insurer and sequence number. Must never name a person or an attempt.

import type { AmcNo } from '../../core/ids.ts';
import { parseAmcNo } from '../../core/ids.ts';

const FEED_ID = /^(\d{10})-([1-9]\d{0,14})$/;

export function feedId(amcNo: AmcNo, seq: number): string {
  return `${amcNo}-${seq}`;
}

/** Null for anything that is not a feed id. */
export function parseFeedId(text: string): { amcNo: AmcNo; seq: number } | null {
  const [, insurer, seq] = FEED_ID.exec(text) ?? [];
  const amcNo = parseAmcNo(insurer);
  return amcNo === null ? null : { amcNo, seq: Number(seq) };
}
