// Which patients a site knows: it saw their card within 24 months (DESIGN.md 4). The vault keeps no such list. It makes
// a tag of site and person for doors that this site has just opened, and gives back the unit a typed look-up has cost.
// Must never make more than one tag for a door that a site has opened, nor any for a site of the caller's choosing. That
// the record is the one behind that door is the operator's word: taken over, it learns one pair a door (SECURITY.md).

import type { KeyObject } from 'node:crypto';
import { lengthPrefixed } from '../lib/bytes.ts';
import { prf } from './derive.ts';
import type { Charge } from './meter.ts';
import type { Spending } from './spending.ts';

/** A check takes milliseconds: what asks later is not one. */
const RECENT_MS = 60_000;
const MOST_RECENT = 50_000;

export type Opened = Readonly<Pick<Spending, 'professional' | 'structure' | 'profession' | 'evidence'>> & {
  /** What this door has cost, for a giving back. */
  readonly charged: readonly Charge[];
};
type Recent = Opened & { readonly atMs: number; isTagged: boolean; isGivenBack: boolean };

/** 32 hexadecimal digits. */
export function tagOfSiteAndPerson(key: KeyObject, structure: string, recordId: string): string {
  return prf(key, lengthPrefixed([structure, recordId])).toString('hex', 0, 16);
}

export class KnownPatients {
  /** Oldest first, by journal number. */
  readonly #recent = new Map<number, Recent>();

  opened(journalNo: number, door: Opened, atMs: number): void {
    const { professional, structure, profession, evidence, charged } = door;
    const kept = { professional, structure, profession, evidence, charged };
    this.#recent.set(journalNo, { ...kept, atMs, isTagged: false, isGivenBack: false });
    for (const [oldest, { atMs: openedMs }] of this.#recent) {
      if (this.#recent.size <= MOST_RECENT && openedMs > atMs - RECENT_MS) break;
      this.#recent.delete(oldest);
    }
  }

  /** 32 hexadecimal digits, once per door; null for a door that is not recent or proves nothing of the kind. */
  tag(key: KeyObject, { journalNo, recordId }: { journalNo: number; recordId: string }): string | null {
    const door = this.#recent.get(journalNo);
    if (!door || door.isTagged || !(door.evidence === 'card' || door.evidence === 'member-number'))
      return null;
    door.isTagged = true;
    return tagOfSiteAndPerson(key, door.structure, recordId);
  }

  /** A typed look-up whose unit may be given back, once, after its tag was made. */
  takeForGivingBack(journalNo: number): Opened | null {
    const door = this.#recent.get(journalNo);
    if (!door?.isTagged || door.isGivenBack || door.evidence !== 'member-number') return null;
    door.isGivenBack = true;
    return door;
  }

  /** What the journal says was given back: its door is still remembered, unless it was no recent one. */
  wasGivenBack(journalNo: number): Opened | null {
    return this.#recent.get(journalNo) ?? null;
  }
}
