// What the operator is made of, as small ports: the composition root (operator.ts) fills them, app.ts mounts them.

import type { Clock } from '../lib/clock.ts';
import type { BoundTokens } from './access/bound-tokens.ts';
import type { Directory } from './access/directory.ts';
import type { RefusalNotes } from './access/refusal-notes.ts';
import type { TokenParts } from './access/tokens.ts';
import type { StatusLists } from './cards/status-lists.ts';
import type { CheckParts } from './check/check-rights.ts';
import type { EmergencyParts } from './guard/emergency-units.ts';
import type { PublishedLog } from './ledger/published-log.ts';
import type { Metrics } from './metrics.ts';
import type { NoticeRouteParts } from './notices/routes.ts';
import type { Feeds } from './registry/feeds.ts';
import type { Settlement } from './settlement/open.ts';

export type OperatorParts = {
  tls: { key: string; cert: string; ca: string } | null;
  clock: Clock;
  directory: Directory;
  tokens: BoundTokens;
  signIn: TokenParts;
  check: CheckParts;
  emergency: EmergencyParts;
  settlement: Settlement;
  feeds: Feeds;
  statusLists: StatusLists;
  insurers: NoticeRouteParts;
  publishedLog: PublishedLog;
  refusalNotes: RefusalNotes;
  metrics: Metrics;
  isReady(): Promise<boolean>;
  onInternalError(error: unknown): void;
};
