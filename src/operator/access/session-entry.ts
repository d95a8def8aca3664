// PURE. What the ledger says of a session: it was opened, confirmed, or ended, whose it is and why.

import type { TokenActor } from '../../vault/protocol.ts';

/** When somebody signed in is the entry’s own time. */
export type EnteredActor = Omit<TokenActor, 'signedInAt'>;

export type SessionEvent = 'access.granted' | 'access.confirmed' | 'access.ended';

/** `why`: how somebody signed in or why it ended, as a short code; null says nothing of it. */
export function sessionEntry(event: SessionEvent, actor: EnteredActor, why: string | null) {
  const { account, structure, profession, grant, client } = actor;
  return {
    about: null,
    member: { by: profession, structure, purpose: null, evidence: null, fields: [], outcome: null },
    rest: { event, account, client, grant, ...(why === null ? {} : { reason: why }) },
  } as const;
}
