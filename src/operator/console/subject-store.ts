// Port: one account or one structure by its exact id, for staff who were given that id. No method lists or searches, and
// no professional is named: an account is an id, a profession and a site.

export type AccountFacts = {
  id: string;
  profession: string;
  structure: string;
  begunOn: string;
  endedOn: string | null;
  lastUsedOn: string | null;
  openSessions: number;
};

export type StructureFacts = {
  id: string;
  name: string;
  place: string;
  /** At most 200. */
  accounts: { id: string; profession: string; endedOn: string | null }[];
  clients: { client: string; thumbprint: string; enrolledAtMs: number; revokedAtMs: number | null }[];
  openSessions: number;
};

export interface SubjectStore {
  account(id: string, nowMs: number): Promise<AccountFacts | null>;
  structure(id: string, nowMs: number): Promise<StructureFacts | null>;
}
