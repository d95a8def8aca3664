// Port of the directory: certificates that are enrolled and not revoked, the sites of clients, sign-ins that were
// ended, routes, insurers. One consistent read.

import type { Route } from '../../core/routing.ts';
import type { Caller } from '../../http/route.ts';
import type { Insurer } from './directory.ts';

export interface DirectoryStore {
  load(): Promise<{
    callers: Exclude<Caller, { role: 'professional' | 'staff' }>[];
    sites: { client: string; structure: string }[];
    /** Certificates that a structure revoked for itself. */
    revoked: { thumbprint: string; structure: string }[];
    endedGrants: string[];
    routes: Route[];
    insurers: Insurer[];
  }>;
}

/** May this account be used today? `idle`: not used for 90 days. */
export type AccountState = 'active' | 'ended' | 'idle' | 'unknown';

export interface AccountStore {
  /** The account's state; an active one is noted as used today (Paris, `YYYY-MM-DD`). */
  use(account: string, today: string): Promise<AccountState>;
  /** From now on that sign-in's tokens are refused; `until` (RFC 3339): when the last of them expires. */
  endGrant(grant: string, until: string): Promise<void>;
}
