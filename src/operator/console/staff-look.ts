// Staff look at somebody whose exact id they know: who looked at whom is entered before anything is shown, and nobody
// looks while `staff` is closed.

import type { Ledger } from '../ledger/ledger-port.ts';
import type { ConsoleSessions } from './sessions.ts';
import { staffEntry } from './staff-entry.ts';

export type StaffLookParts = { sessions: ConsoleSessions; ledger: Ledger };

/** Throws `staff-closed`. No entry, no look. */
export async function enterLook({ sessions, ledger }: StaffLookParts, staff: string, scope: string) {
  sessions.refuseWhenStaffIsClosed();
  await ledger.append(staffEntry(staff, { event: 'staff.looked-up', scope }));
}
