// PURE. From a new entry to its leaf: two salted commitments, so that a proof shown to a member opens only the
// member's view. The texts are hashed byte for byte: they are written once and never formatted again.

import { hash } from 'node:crypto';
import type { NewEntry } from './ledger-port.ts';
import { leafHash } from './merkle.ts';

const VERSION = 0x01;
export const SALT_BYTES = 32;

/** SHA-256(salt || text). */
export function commitment(salt: Uint8Array, text: string): Buffer {
  return hash('sha256', Buffer.concat([salt, Buffer.from(text, 'utf8')]), 'buffer');
}

/** What the tree holds of an entry: version || member commitment || rest commitment (65 bytes). */
export function logEntry(views: {
  memberSalt: Uint8Array;
  memberView: string;
  restSalt: Uint8Array;
  rest: string;
}): Buffer {
  return Buffer.concat([
    Buffer.from([VERSION]),
    commitment(views.memberSalt, views.memberView),
    commitment(views.restSalt, views.rest),
  ]);
}

/** Texts and leaf of an entry at its moment. `salts` = 64 random bytes; `tag` = the person's tag or null. */
export function composeEntry(entry: NewEntry, context: { at: string; tag: string | null; salts: Buffer }) {
  const { event, ...rest } = entry.rest;
  // Whom an entry is about is not for its author to say a second time. A feed, about nobody, names its insurer.
  const about = { ...(entry.about && { insurer: entry.about.amcNo }), person: context.tag };
  const views = {
    memberSalt: context.salts.subarray(0, SALT_BYTES),
    memberView: JSON.stringify({ at: context.at, ...entry.member }),
    restSalt: context.salts.subarray(SALT_BYTES, 2 * SALT_BYTES),
    rest: JSON.stringify({ event, insurer: null, ...rest, ...about }),
  };
  return { ...views, leaf: leafHash(logEntry(views)) };
}
