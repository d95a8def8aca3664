// Every address of the console. Links are made here and nowhere else.

import type { RadiusKind } from './guard-types.ts';

export const PATHS = {
  overview: '/',
  alarms: '/alarms',
  exposure: '/exposure',
  budgets: '/budgets',
  lookup: '/lookup',
  switches: '/switches',
  feeds: '/feeds',
  ledger: '/ledger',
} as const;

export const ALARM_PATH = `${PATHS.alarms}/:id`;
export const alarmPath = (id: string): string => `${PATHS.alarms}/${encodeURIComponent(id)}`;
export const olderAlarms = (before: string): string => `${PATHS.alarms}?${new URLSearchParams({ before })}`;
export const exposurePath = (kind: RadiusKind, id: string): string =>
  `${PATHS.exposure}?${new URLSearchParams({ kind, id })}`;
