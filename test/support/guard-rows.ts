// Alarms as the guard writes them, put into the database by hand: one of each kind, some standing, some over. For tests
// of what staff see; nobody in them exists.

import type postgres from 'postgres';
import type { Alarm, CurvePoint } from '../../src/operator/guard/alarm.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** A rise from nothing to `value`, over that time, ending at `endMs`. */
function rise(endMs: number, { value, minutes, points }: { value: number; minutes: number; points: number }) {
  return Array.from({ length: points }, (_, i): CurvePoint => {
    const share = i / (points - 1);
    const at = new Date(endMs - (1 - share) * minutes * MINUTE_MS).toISOString();
    return { at, value: Math.round(value * share ** 1.3 * 100) / 100 };
  });
}

type Story = Pick<Alarm, 'detector' | 'response' | 'facts'> &
  Partial<Alarm> & {
    agoMs: number;
    /** Without it: until somebody ends it. */
    lastsMs?: number;
  };

const CLAIRE = { account: 'claire', structure: 'S-PHARMACIE-HALLES', profession: 'pharmacist' };
const MARC = { account: 'marc', structure: 'S-OPTIQUE-BEFFROI', profession: 'optician' };

/** Newest first, as the desk gives them. */
const STORIES: readonly Story[] = [
  {
    ...CLAIRE,
    agoMs: 4 * MINUTE_MS,
    detector: 'strangers',
    response: 'fresh-sign-in',
    facts: { people: 23, seconds: 64 * 60, usualPerDay: 6 },
    value: 22.6,
    threshold: 22.35,
  },
  {
    ...MARC,
    agoMs: 2 * HOUR_MS,
    detector: 'misses',
    response: 'typed-closed',
    lastsMs: 24 * HOUR_MS,
    facts: { misses: 9, asked: 12, seconds: 230 },
    value: 17.7,
    threshold: 16.1,
  },
  {
    ...MARC,
    agoMs: 3 * HOUR_MS,
    detector: 'refused',
    response: 'account-closed',
    lastsMs: 24 * HOUR_MS,
    facts: { refused: 30, seconds: 95 },
    value: 30,
    threshold: 30,
    curve: [],
  },
  {
    ...CLAIRE,
    agoMs: 5 * HOUR_MS,
    detector: 'canary',
    response: 'fresh-sign-in',
    facts: { canaries: 1 },
    value: 1,
    threshold: 1,
    curve: [],
    endedBecause: 'fresh-sign-in',
  },
  {
    account: null,
    structure: null,
    profession: 'pharmacist',
    scope: 'profession:pharmacist',
    agoMs: 9 * HOUR_MS,
    detector: 'cohort',
    response: 'fresh-sign-in',
    facts: { structures: 5 },
    value: 5,
    threshold: 5,
    endedBecause: 'expired',
  },
  {
    ...CLAIRE,
    agoMs: 26 * HOUR_MS,
    detector: 'emergency',
    response: 'watched',
    facts: { units: 10 },
    value: 1,
    threshold: 1,
    curve: [],
    endedBecause: 'expired',
  },
  {
    ...MARC,
    agoMs: 30 * HOUR_MS,
    detector: 'pace',
    response: 'fresh-sign-in',
    facts: { people: 11, seconds: 48, usualPerDay: 2 },
    value: 10.4,
    threshold: 10,
    endedBecause: 'undone',
    endedBy: 'theo',
    endedReason: 'Rattrapage après une panne, confirmé par téléphone',
  },
  {
    ...CLAIRE,
    agoMs: 50 * HOUR_MS,
    detector: 'strangers-slow',
    response: 'typed-closed',
    facts: { people: 61, seconds: 9 * 86_400, usualPerDay: 2.5 },
    value: 29.8,
    threshold: 29.5,
  },
  {
    ...CLAIRE,
    agoMs: 80 * HOUR_MS,
    detector: 'regulars',
    response: 'fresh-sign-in',
    facts: { people: 180, seconds: 3 * 3_600, usualPerDay: 76 },
    value: 84,
    threshold: 83.6,
    endedBecause: 'fresh-sign-in',
  },
];

/** Puts them in; the ids, newest first. */
export async function insertAlarms(sql: postgres.Sql, nowMs: number): Promise<string[]> {
  const ids: string[] = [];
  for (const [i, story] of STORIES.entries()) {
    const atMs = nowMs - story.agoMs;
    const { value = 1, account = null, structure = null, endedBecause = null } = story;
    const id = `${900 - i}-${story.detector}`;
    const row = {
      id,
      at: new Date(atMs),
      detector: story.detector,
      scope: story.scope ?? `account:${account}`,
      account,
      structure,
      profession: story.profession ?? '',
      response: story.response,
      value,
      threshold: story.threshold ?? 1,
      facts: sql.json(story.facts),
      curve: sql.json([...(story.curve ?? rise(atMs, { value, minutes: 64, points: 24 }))]),
      ends_at: story.lastsMs === undefined ? null : new Date(atMs + story.lastsMs),
      ended_at: endedBecause === null ? null : new Date(atMs + 20 * MINUTE_MS),
      ended_because: endedBecause,
      ended_by: story.endedBy ?? null,
      ended_reason: story.endedReason ?? null,
    };
    await sql`insert into guard_alarms ${sql(row)}`;
    ids.push(id);
  }
  return ids;
}
