// The console's own calls as the browser sees them: shapes only.

import type { Profession } from '../../src/core/care-domains.ts';
import type { Instant, SessionBinding } from '../shared/api-types.ts';

/** `GET /v1/session` (no proof). */
export type ConsoleSession =
  | { state: 'none'; because?: string }
  | ({ state: 'open'; who: { id: string; name: string }; endsAt: Instant } & SessionBinding);

export type Minute = { answered: number; refused: number; p50Ms: number | null; p99Ms: number | null };

export const FEED_STATES = [
  'receiving',
  'received',
  'applying',
  'waiting-approval',
  'applied',
  'refused',
] as const;
export type FeedState = (typeof FEED_STATES)[number];

export type Feed = {
  amcNo: string;
  name: string;
  /** When a feed last took effect. */
  appliedAt: Instant | null;
  latest: {
    seq: number;
    kind: 'full' | 'delta';
    state: FeedState;
    lines: number;
    received: number;
    begunAt: Instant;
    endedAt: Instant | null;
    rejected: number | null;
    closes: number | null;
    closeLimit: number | null;
    problem: string | null;
  } | null;
};

export type LedgerCheck =
  | { kind: 'unavailable' | 'none' }
  | { kind: 'running'; by: string; startedAt: Instant; entries: number; of: number }
  | { kind: 'failed'; by: string; endedAt: Instant }
  | {
      kind: 'done';
      by: string;
      endedAt: Instant;
      seconds: number;
      ok: boolean;
      entries: number;
      proved: number;
      doors: number;
      firstBad: number | null;
      reason: string | null;
      code: string | null;
    };

export type StandingState = 'closed' | 'card-only' | 'read-only';
export type StandingSwitch = {
  scope: string;
  state: StandingState;
  reason: string;
  author: string;
  at: Instant;
};
export type WaitingAct = {
  id: string;
  scope: string;
  state: 'open';
  reason: string;
  at: Instant;
  firstStaff: string;
};

/** `GET /v1/overview`. */
export type Overview = {
  at: Instant;
  traffic: {
    perSecond: number;
    p50Ms: number | null;
    p99Ms: number | null;
    minutes: Minute[];
    refusals: { code: string; status: number; count: number }[];
  };
  ledger: { entries: number; signed: number; signedAt: Instant | null; check: LedgerCheck };
  vault: 'open' | 'locked' | 'away';
  feeds: Feed[];
  alarms: { standing: number; unreviewed: number; latestAt: Instant | null };
  /** Never an account, nor a structure. */
  payments: {
    late: number;
    /** The first five. */
    lateAdvices: string[];
    unfinished: { run: string; signatures: number } | null;
  };
  switches: StandingSwitch[];
  waiting: WaitingAct[];
};

/** What is to be signed, as text and as WebAuthn options: `POST /v1/switches/acts`, `/v1/guard/alarms/:id/undo`. */
export type ToSign = { id: string; text: string; options: unknown };

export type AccountFacts = {
  id: string;
  profession: Profession;
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
  accounts: { id: string; profession: Profession; endedOn: string | null }[];
  clients: { client: string; thumbprint: string; enrolledAt: Instant; revokedAt: Instant | null }[];
  openSessions: number;
};
