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

export type EndReason = 'signed-out' | 'replaced' | 'nonce-replayed' | 'psc-signed-out';

export interface SessionStore {
  /** The living session with that digest: not ended, and its activity has not ended today (Paris). */
  find(idHash: string, today: string): Promise<SessionRow | null>;
  /** Opens it and ends every other one of the same account: one person is at one screen of one site. */
  open(
    session: Omit<SessionRow, 'structure' | 'structureName' | 'place' | 'profession'> & {
      pscSid: string | null;
    },
  ): Promise<void>;
  touch(idHash: string, atMs: number): Promise<void>;
  /** False when it had ended already. */
  end(idHash: string, because: EndReason): Promise<boolean>;
  /** Ends what Pro Santé Connect signed out; gives the sign-ins concerned. */
  endPsc(sid: string): Promise<string[]>;
  activities(professional: string, today: string): Promise<{ who: string; activities: ActivityRow[] }>;
}
