// What an insurer's vault must not forget over a restart: how many cards it signed today, which place comes next, whether
// it is locked. Its journal is the memory; a start replays it line by line.

import { parisDate } from '../../lib/clock.ts';
import type { Numbered } from '../journal.ts';
import type { LockFacts } from '../lock.ts';

/** Lines of the journal. No birth date, no reference: the card says whose it is, the journal how many there are. */
export type InsurerJournalFacts =
  | { do: 'start' }
  | LockFacts
  /** `nextPlace`: how many places are given away with these. */
  | { do: 'sign-cards'; cards: number; nextPlace: number; kid: string }
  | { do: 'sign-status-list'; shard: string; issuedAt: number }
  | { do: 'wrap-identity-half'; key: string }
  /** From this line on the key signs nothing. */
  | { do: 'replace-card-key'; kid: string };

export class InsurerPast {
  /** A lock outlives a restart: killing a locked vault must not open it. */
  lockId: string | null = null;
  nextPlace = 0;
  /** Kids that sign nothing any more, whether or not the keyring says so already. */
  readonly replaced = new Set<string>();
  #day = '';
  #cards = 0;

  replay(line: Numbered & InsurerJournalFacts): void {
    if (line.do === 'lock') this.lockId = line.lockId;
    if (line.do === 'unlock') this.lockId = null;
    if (line.do === 'replace-card-key') this.replaced.add(line.kid);
    if (line.do === 'sign-cards') {
      this.spend(line.cards, Date.parse(line.at));
      this.nextPlace = line.nextPlace;
    }
  }

  /** Cards signed on this day of Paris; a clock that was set back does not give a day once more. */
  cardsOn(nowMs: number): number {
    return parisDate(nowMs) > this.#day ? 0 : this.#cards;
  }

  spend(cards: number, nowMs: number): void {
    this.#cards = this.cardsOn(nowMs) + cards;
    const day = parisDate(nowMs);
    if (day > this.#day) this.#day = day;
  }
}
