// Each drill on three thousand people, through the real front door: what it reaches is what the documents promise.

import { describe, expect, inject, it } from 'vitest';
import { type DrillRequest, runDrill } from './run.ts';
import type { DrillScore } from './score.ts';

const PEOPLE = 3_000;
const quiet = { stdout: () => undefined, stderr: () => undefined, json: true, now: () => performance.now() };

async function drill(name: DrillRequest['name'], how: Partial<DrillRequest> = {}): Promise<DrillScore> {
  const { score } = await runDrill({
    name,
    people: PEOPLE,
    seed: '7',
    profession: 'pharmacist',
    stolenAccounts: 1,
    rates: null,
    days: 1,
    honestHours: [9, 11],
    postgresUrl: inject('postgresUrl'),
    sealThreads: 0,
    signal: new AbortController().signal,
    io: quiet,
    ...how,
  });
  return score;
}

describe('a stolen session', () => {
  it('reaches a few dozen people at every rate, is named to the person, and nobody honest is refused', async () => {
    const score = await drill('stolen-session', { rates: [20, 1_000, 20_000] });
    expect(score.personsExposed).toBeLessThanOrEqual(60);
    for (const run of score.runs) {
      expect(run.personsExposed).toBeGreaterThan(5); // the thief really got in
      expect(run.exposureList).toMatchObject({ persons: run.personsExposed, precision: 1, recall: 1 });
      expect(run.detectedAfterSeconds).not.toBeNull();
      expect(run.personsExposed).toBeLessThanOrEqual(run.blastRadius?.day.total ?? 0);
    }
    for (const run of score.runs.filter(({ rate }) => rate !== null && rate >= 1_000)) {
      expect(run.cutAfterSeconds).toBeLessThanOrEqual(60);
    }
    expect(score.honestChecks).toBeGreaterThan(50);
    expect(score.honestChecksRefused).toBe(0);
  }, 60_000);

  it('of twenty pharmacists at once raises the cohort’s alarm', async () => {
    const score = await drill('stolen-session', { rates: [1_000], stolenAccounts: 20 });
    expect(score.runs).toHaveLength(1);
    expect(score.runs[0]).toMatchObject({ stolenAccounts: 20, cohortAlarm: true });
    expect(score.personsExposed).toBeLessThanOrEqual(20 * 60);
    expect(score.exposureList).toMatchObject({ persons: score.personsExposed, precision: 1, recall: 1 });
  }, 60_000);
});

describe('other thefts', () => {
  it('a list of another leak reaches at most forty people', async () => {
    const score = await drill('leaked-list', { rates: [100] });
    expect(score.personsExposed).toBeLessThanOrEqual(40);
    expect(score.exposureList).toMatchObject({ precision: 1, recall: 1 });
  }, 60_000);

  it('a password opens nothing, wherever it is tried', async () => {
    const score = await drill('stolen-password');
    expect(score).toMatchObject({ personsExposed: 0, honestChecksRefused: 0 });
    expect(score.attackerQueries).toBeGreaterThan(500);
    expect(score.how.map(({ en }) => en).join()).toContain('No attempt');
  }, 60_000);

  it('a stolen database names nobody', async () => {
    const score = await drill('stolen-database');
    expect(score.personsExposed).toBe(0);
    expect(score.attackerQueries).toBeGreaterThan(10_000);
  }, 60_000);

  it('an edited ledger is named, however it is edited', async () => {
    const score = await drill('edited-ledger');
    expect(score.attempts.length).toBeGreaterThan(10);
    expect(score.how).toHaveLength(1); // a change that goes unnoticed gets a sentence of its own
    expect(score.changes).toEqual({ made: score.attempts.length, named: score.attempts.length });
    expect(score.attempts.filter(({ count }) => count === 0)).toEqual([]);
  }, 60_000);
});
