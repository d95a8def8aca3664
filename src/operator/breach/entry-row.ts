// PURE. What a stored row says of a look-up, if it is still the row its leaf was made of. A row that was blanked or edited
// says nothing here: its door then counts as one that nobody entered.

import type { DisclosedField } from '../../core/disclosed-fields.ts';
import { DOOR_EVENTS, type DoorEvent, type MemberView } from '../events.ts';
import { logEntry } from '../ledger/entry.ts';
import { leafHash } from '../ledger/merkle.ts';
import type { Entered } from './exposure.ts';
import type { EntryRow } from './exposure-store.ts';

export type EnteredLookUp = Entered & {
  at: string;
  account: string;
  structure: string | null;
  client: string;
};

/** The parts of an entry's rest that are read here (check-rights.ts writes them). */
type Rest = Pick<EnteredLookUp, 'account' | 'client'> & {
  event: string;
  asked: string;
  person: string | null;
  journalNo?: number | null;
};

export function readLookUp(row: EntryRow): EnteredLookUp | null {
  const { memberSalt, memberView, restSalt, rest, leaf, journalNo } = row;
  if (memberSalt === null || memberView === null || restSalt === null || rest === null) return null;
  if (!leafHash(logEntry({ memberSalt, memberView, restSalt, rest })).equals(leaf)) return null;
  const member = JSON.parse(memberView) as MemberView;
  const { event, asked: insurer, person, account, client, ...said } = JSON.parse(rest) as Rest;
  if (!isDoorEvent(event)) return null;
  if ((said.journalNo ?? null) !== journalNo) return null;
  const { at, structure, outcome } = member;
  const fields = member.fields as readonly DisclosedField[];
  const tagged = person === null ? null : { insurer, month: at.slice(0, 7), tag: person };
  return { event, person: tagged, fields, outcome, at, account, structure, client };
}

function isDoorEvent(event: string): event is DoorEvent {
  return DOOR_EVENTS.some((one) => one === event);
}
