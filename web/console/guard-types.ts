// PURE. The guard as the browser sees it: shapes of `/v1/guard/…`, and the lists its words are kept by.

import type { Instant } from '../shared/api-types.ts';

export const DETECTORS = [
  'misses',
  'strangers',
  'strangers-slow',
  'regulars',
  'pace',
  'canary',
  'refused',
  'cohort',
  'emergency',
] as const;
export type Detector = (typeof DETECTORS)[number];

export const RESPONSES = ['watched', 'fresh-sign-in', 'typed-closed', 'account-closed'] as const;
export type Response = (typeof RESPONSES)[number];

export const ENDINGS = ['fresh-sign-in', 'expired', 'undone'] as const;

/** Counts behind the sentence. Which ones there are depends on the detector. */
export type Facts = {
  readonly [name in
    | 'people'
    | 'seconds'
    | 'usualPerDay'
    | 'misses'
    | 'asked'
    | 'accounts'
    | 'structures'
    | 'hours'
    | 'canaries'
    | 'refused'
    | 'units']?: number;
};

/** One of `GET /v1/guard/alarms`. */
export type AlarmSummary = {
  id: string;
  at: Instant;
  detector: Detector;
  scope: string;
  account: string | null;
  structure: string | null;
  profession: string;
  response: Response;
  value: number;
  threshold: number;
  facts: Facts;
  endsAt: Instant | null;
  endedAt: Instant | null;
  endedBecause: (typeof ENDINGS)[number] | null;
  endedBy: string | null;
  endedReason: string | null;
  reviewedAt: Instant | null;
  reviewedBy: string | null;
};
export type CurvePoint = { at: Instant; value: number };
export type Alarm = AlarmSummary & { curve: CurvePoint[] };

export const RADIUS_KINDS = ['account', 'structure', 'client'] as const;
export type RadiusKind = (typeof RADIUS_KINDS)[number];
export type PeopleBound = { strangers: number; regulars: number; total: number };
export const SPANS = ['hour', 'day', 'month'] as const;
export type Bounds = Record<(typeof SPANS)[number], PeopleBound>;

/** `GET /v1/guard/blast-radius`. */
export type BlastRadius = Bounds & {
  kind: RadiusKind;
  id: string;
  profession: string | null;
  accounts: number;
  vaultAlone: Bounds;
  usualDay: { strangers: number; regulars: number } | null;
};

export type BudgetLine = {
  name: string;
  profession: string | null;
  kind: 'hard' | 'soft';
  size: number;
  perDay: number | null;
  whenEmpty: string;
  why: string;
};

export type CanaryCount = { amcNo: string; name: string; published: number | null };
