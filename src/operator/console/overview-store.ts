// Port: what the overview says of feeds and alarms. Per insurer its latest feed and when one last took effect; nobody's
// line. Of alarms how many, not whose.

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

export interface OverviewStore {
  /** Every insurer, in the order of their AMC numbers; at most 2,000. */
  feeds(): Promise<FeedFacts[]>;
  alarms(nowMs: number): Promise<AlarmCounts>;
}
