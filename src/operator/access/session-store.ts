// Port of the portal's sessions. What the cookie holds never comes here, only its digest.

/** One row; times in milliseconds since 1970. */
export type SessionRow = {
  idHash: string;
  account: string;
  structure: string;
  structureName: string;
  place: string;
  profession: string;
  who: string;
  key: { x: string; y: string };
  vaultSession: string;
  grant: string;
  openedAtMs: number;
  lastUsedAtMs: number;
  endsAtMs: number;
};

/** Somebody's activity that has not ended, as the directory has it. */
export type ActivityRow = {
  account: string;
  structure: string;
  name: string;
  place: string;
  profession: string;
};

/**
 * `closed`: a scope that concerns the session was closed, which ends it in the same write (migration 0006).
 * `not-entered`: the ledger could not take the sign-in, so it did not happen.
 */
export type EndReason =
  | 'signed-out'
  | 'replaced'
  | 'nonce-replayed'
  | 'psc-signed-out'
  | 'closed'
  | 'not-entered';

export type NewSession = Omit<
  SessionRow,
  'structure' | 'structureName' | 'place' | 'profession' | 'openedAtMs'
> & { pscSid: string | null; by: 'psc' | 'passkey' };

export interface SessionStore {
  /** The living session with that digest: not ended, and its activity has not ended today (Paris). */
  find(idHash: string, today: string): Promise<SessionRow | null>;
  /** Why the session with that digest ended; null when it did not, or nobody knows. */
  whyEnded(idHash: string): Promise<EndReason | null>;
  /**
   * Opens it and ends every other one of the same account: one person is at one screen of one site. Gives those that
   * were replaced. `closed`: a scope that concerns it is closed; a closing at the same moment ends it or prevents it.
   */
  open(session: NewSession): Promise<{ replaced: { idHash: string; grant: string }[] } | 'closed'>;
  /** A new binding of the same session; null leaves Pro Santé Connect's session as it is. False when it has ended. */
  rebind(
    idHash: string,
    binding: Pick<SessionRow, 'vaultSession' | 'grant'> & { pscSid: string | null },
  ): Promise<boolean>;
  touch(idHash: string, atMs: number): Promise<void>;
  /** False when it had ended already. */
  end(idHash: string, because: EndReason): Promise<boolean>;
  /** The living sessions that go back to that session of Pro Santé Connect. */
  ofPsc(sid: string): Promise<SessionRow[]>;
  activities(professional: string, today: string): Promise<{ who: string; activities: ActivityRow[] }>;
}
