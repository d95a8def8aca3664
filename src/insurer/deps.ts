// What an insurer's process is made of, as small ports: the composition root (insurer.ts) fills them, app.ts mounts them.

import type { AmcNo } from '../core/ids.ts';
import type { Clock } from '../lib/clock.ts';
import type { CardDeskStore } from './cards/card-store.ts';
import type { DeskParts } from './cards/desk.ts';
import type { InsurerMetrics } from './metrics.ts';

export type InsurerParts = {
  amcNo: AmcNo;
  tls: { key: string; cert: string; ca: string };
  clock: Clock;
  people: Pick<CardDeskStore, 'person'>;
  desk: DeskParts;
  metrics: InsurerMetrics;
  isReady(): Promise<boolean>;
  onInternalError(error: unknown): void;
};
