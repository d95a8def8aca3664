// What insurers are told of look-ups of their members by NIR alone (CONTRACT.md 3.3), so that the member hears of it.
// Written before the entry and the answer: a look-up nobody was told of cannot happen. Sealed, because beside a
// structure's name it would be a diary of care.

import type { AmcNo } from '../../core/ids.ts';
import { type Clock, timestamp } from '../../lib/clock.ts';
import type { VaultClient } from '../../vault/vault-client.ts';
import type { NoticeStore } from './notice-store.ts';
import { openFor, sealFor } from './sealed-notices.ts';

/** One look-up of one of the insurer's members. */
export type Notice = {
  /** The insurer's own reference of the person. */
  ref: string;
  at: string;
  /** Profession and structure of who asked. */
  by: string;
  structure: string;
  /** Care domain. */
  purpose: string;
  /** Why it was asked without the member number. */
  reason: string;
  /** Public code of the answer. */
  outcome: string;
};

export const MOST_NOTICES = 500;
/** As long as a reference, and none: those are 22 characters of base64url. */
const NOBODY = '.'.repeat(22);
/** Longer than any notice, so that all are of one length. */
const NOTICE_CHARACTERS = 512;

export class Notices {
  readonly #parts: { store: NoticeStore; vault: VaultClient; clock: Clock };
  constructor(parts: { store: NoticeStore; vault: VaultClient; clock: Clock }) {
    this.#parts = parts;
  }

  /**
   * Resolves when the notice is durable. For a record that does not exist one is written that is nobody's: it takes the
   * same time, can fail in the same way and has the same length, so that none of these tells who is known.
   */
  async add(about: { amcNo: AmcNo; recordId: string }, facts: Omit<Notice, 'ref' | 'at'>): Promise<void> {
    const { store, vault, clock } = this.#parts;
    const ref = (await store.subjectRef(about.recordId)) ?? NOBODY;
    const at = timestamp(clock.nowMs());
    const notice: Notice = { ref, at, ...facts };
    const sealed = await sealFor(vault, about.amcNo, notice, NOTICE_CHARACTERS);
    await store.add(about.amcNo, { at, sealed });
  }

  /** The next ones after `after`, oldest first. `last`: where to go on; there are no more when nothing came. */
  async after(amcNo: AmcNo, after: number): Promise<{ notices: (Notice & { seq: number })[]; last: number }> {
    const { store, vault } = this.#parts;
    for (let last = after; ; ) {
      const rows = await store.after(amcNo, { after: last, most: MOST_NOTICES });
      if (rows.length === 0) return { notices: [], last };
      last = rows.at(-1)?.seq ?? last;
      const opened = await openFor<Notice>(vault, amcNo, rows);
      const all = opened.map((notice, i) => ({ ...notice, seq: rows[i]?.seq ?? last }));
      const notices = all.filter(({ ref }) => ref !== NOBODY);
      if (notices.length > 0) return { notices, last };
    }
  }
}
