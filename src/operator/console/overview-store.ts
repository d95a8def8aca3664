// Port: what the overview says of feeds, alarms and payments. Per insurer its latest feed and when one last took effect;
// nobody's line. Of alarms how many, not whose; of payments how many and their references, never an account or a structure.

export type FeedFacts = {
  insurerId: number;
  amcNo: string;
  name: string;
  /** The latest feed, whatever became of it; null before the first. */
  latest: {
    seq: number;
    kind: 'full' | 'delta';
    state: 'receiving' | 'received' | 'applying' | 'waiting-approval' | 'applied' | 'refused';
    lines: number;
    begunAtMs: number;
    endedAtMs: number | null;
    rejected: number | null;
    closes: number | null;
    closeLimit: number | null;
    problem: string | null;
  } | null;
  /** When a feed last took effect: its age is how far behind this insurer's rights are. */
  appliedAtMs: number | null;
};

export type AlarmCounts = {
  /** Something is asked of somebody, or closed to them, because of it. */
  standing: number;
  /** Nobody has looked at it yet. */
  unreviewed: number;
  latestAtMs: number | null;
};

export type PaymentFacts = {
  /** Transfers that no statement had shown by the third business day. */
  late: number;
  /** The first of them. */
  lateAdvices: string[];
  /** The run that is frozen and whose files are not written, if there is one, and how many have signed it. */
  unfinished: { run: string; signatures: number } | null;
};

export interface OverviewStore {
  /** Every insurer, in the order of their AMC numbers; at most 2,000. */
  feeds(): Promise<FeedFacts[]>;
  alarms(nowMs: number): Promise<AlarmCounts>;
  payments(): Promise<PaymentFacts>;
}
