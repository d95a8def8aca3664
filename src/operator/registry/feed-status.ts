// PURE. What the outside learns about a feed: states, counts and codes, never a value of a line.

import type { AmcNo } from '../../core/ids.ts';
import { ERRORS } from '../errors.ts';
import { feedId } from './feed-id.ts';
import type { Feed } from './feed-store.ts';

export type FeedStatus = {
  feedId: string;
  seq: number;
  kind: 'full' | 'delta';
  state: Feed['state'];
  lines: { total: number; received: number };
  /** The line from which the sender goes on; null when there is nothing to send. */
  resumeFrom: number | null;
  result: { accepted: number; rejected: number; unchanged: number; closed: number; seconds: number } | null;
  problem:
    | ({ code: string; fr: string; en: string } & Record<string, string | number | boolean | null>)
    | null;
  waiting: { closes: number; limit: number } | null;
};

/** The reason for which an insurer took its own feed back: the only one that is nobody's error. */
export const WITHDRAWN = 'feed-withdrawn';

const SENTENCES: Readonly<Record<string, { fr: string; en: string }>> = {
  ...ERRORS,
  [WITHDRAWN]: {
    fr: 'L’organisme a retiré ce flux avant qu’il ne prenne effet.',
    en: 'The insurer withdrew this feed before it took effect.',
  },
};

/** `stagedLines` counts for a feed that is being received. */
export function feedStatus(amcNo: AmcNo, feed: Feed, stagedLines: number): FeedStatus {
  const received =
    { receiving: stagedLines, refused: 0 }[feed.state as 'receiving' | 'refused'] ?? feed.lineCount;
  const mayBeSent = feed.state === 'receiving' || feed.state === 'refused';
  return {
    feedId: feedId(amcNo, feed.seq),
    seq: feed.seq,
    kind: feed.kind,
    state: feed.state,
    lines: { total: feed.lineCount, received },
    resumeFrom: mayBeSent ? received + 1 : null,
    result: feed.result,
    problem: problemOf(feed),
    waiting: feed.waiting,
  };
}

function problemOf({ problem }: Feed): FeedStatus['problem'] {
  if (problem === null) return null;
  const { fr, en } = SENTENCES[problem.code] ?? { fr: '', en: '' };
  return { ...problem.facts, code: problem.code, fr, en };
}
