// How sure it is that the patient is there, and what the insurer has said of a card since it was signed (DESIGN.md 4).
// The steps are the same for somebody unknown (I5).

import type { AmcNo } from '../../core/ids.ts';
import { type CareDate, contains } from '../../core/period.ts';
import { type Clock, parisDate } from '../../lib/clock.ts';
import type { OpenedPresence, PresenceKind } from '../../vault/protocol.ts';
import type { KnownPatients } from './known-patients.ts';
import type { OpenedRecord } from './open-record.ts';

export type Opened = OpenedPresence;
/** What the ledger says of presence, and the journal's line of the door; null when none was opened. */
export type Seen = { evidence: PresenceKind | 'known-patient' | 'card-refused'; journalNo: number | null };

/** A card is noted, so that this site knows its patient; a typed number of such a patient counts for more, and its unit is given back. */
export async function presence(
  known: KnownPatients,
  { evidence, journalNo }: Opened,
  { tag, isFound }: { tag: string | null; isFound: boolean },
): Promise<Seen['evidence']> {
  if (tag === null) return evidence;
  if (evidence === 'card') {
    if (isFound) known.saw(tag);
    return evidence;
  }
  if (!(await known.has(tag)) || !isFound) return evidence;
  known.giveBack(journalNo);
  return 'known-patient';
}

/** What the insurer has said of a genuine card since it was signed: revoked, or its days cut short. */
export function cardProblem(
  parts: { clock: Clock; revoked(amcNo: AmcNo, statusIndex: number): boolean },
  amcNo: AmcNo,
  { statusIndex }: Opened,
  found: OpenedRecord | null,
): 'revoked' | 'expired' | null {
  if (statusIndex === null) return null;
  if (parts.revoked(amcNo, statusIndex)) return 'revoked';
  const days = found?.rights.card;
  return days && !contains(days, parisDate(parts.clock.nowMs()) as CareDate) ? 'expired' : null;
}
