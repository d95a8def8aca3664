// The guard on its real tables: what it refuses, how responses rise and fall, and that a kill -9 gives nothing back.

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createOperatorDatabase, type OperatorDatabase } from '../../../test/support/ledger-world.ts';
import { ManualClock } from '../../lib/clock.ts';
import type { NewEntry } from '../ledger/ledger-port.ts';
import { FRESH_COUNTS } from './account-watch.ts';
import type { Alarm } from './alarm.ts';
import { Guard } from './guard.ts';
import type { GuardStore } from './guard-store.ts';
import { sqlGuardStore } from './guard-store-sql.ts';

const START_MS = Date.parse('2026-11-30T08:00:00.000Z');
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const TILLEULS = '0999000101';
const EXERCISE = '0999000190';

let database: OperatorDatabase;
let store: GuardStore;
let clock: ManualClock;
let guard: Guard;
let entries: NewEntry[];
let alarms: Alarm[];
let index: number;
beforeAll(async () => {
  database = await createOperatorDatabase();
  store = sqlGuardStore({ desk: database.login('desk'), history: database.login('log') });
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.owner.unsafe(`
    delete from guard_accounts; delete from guard_days; delete from guard_alarms; delete from ledger_entries;
    update guard_mark set through_seq = -1`);
  clock = new ManualClock(START_MS);
  index = -1;
  guard = await open();
});
afterEach(() => guard.save().catch(() => undefined)); // nothing of one test is written during the next

async function open(): Promise<Guard> {
  entries = [];
  alarms = [];
  return Guard.open({
    store,
    ledger: { owe: (entry) => void entries.push(entry) },
    clock,
    isExercise: (amcNo) => amcNo === EXERCISE,
    onAlarm: (alarm) => void alarms.push(alarm),
  });
}

type Who = { account: string; structure: string; profession: string; signedInAtMs: number };
const CLAIRE: Who = {
  account: 'claire',
  structure: 'S-PHARMACIE-HALLES',
  profession: 'pharmacist',
  signedInAtMs: START_MS - HOUR_MS,
};
const HUGO: Who = { ...CLAIRE, account: 'hugo', structure: 'S-PHARMACIE-GARE' };
const fresh = (who: Who): Who => ({ ...who, signedInAtMs: clock.nowMs() });

type What = { door?: string; code?: '000' | '200'; evidence?: string; amcNo?: string; canary?: boolean };

function entryOf(
  who: Who,
  { code = '000', evidence = 'member-number', amcNo = TILLEULS, canary }: What,
): NewEntry {
  const fields = code === '200' ? [] : ['membership'];
  const { account, structure, profession: by } = who;
  return {
    about: null,
    member: { by, structure, purpose: 'PHAR', evidence, fields, outcome: code },
    rest: { event: 'rights.checked', account, asked: amcNo, ...(canary && { canary }) },
  };
}

/** One look-up as the check makes it: let in, entered (really, for a replay), seen. Gives the refusal's code, or null. */
async function ask(who: Who, what: What = {}): Promise<string | null> {
  const { amcNo = TILLEULS, evidence = 'member-number' } = what;
  try {
    const pass = guard.admit(who, { isTyped: evidence !== 'card', amcNo });
    const entry = entryOf(who, what);
    index += 1;
    await database.owner`insert into ledger_entries (seq, at, member_view, rest, leaf) values (
      ${index}, ${new Date(clock.nowMs())}, ${JSON.stringify(entry.member)},
      ${JSON.stringify({ ...entry.rest, person: what.door ?? `person-${index}` })}, '\\x00')`;
    guard.saw(entry, index, what.door ?? `door-${index}`);
    pass.end();
    return null;
  } catch (error) {
    return (error as { code: string }).code;
  }
}

async function askMany(who: Who, count: number, what: What = {}, everyMs = 200): Promise<(string | null)[]> {
  const answers: (string | null)[] = [];
  for (let i = 0; i < count; i += 1) {
    answers.push(await ask(who, what));
    clock.advance(everyMs);
  }
  return answers;
}

const got = (answers: (string | null)[]) => answers.filter((one) => one === null).length;

describe('a live session in the hands of a thief', () => {
  it('is cut by itself after sixteen people, and the pharmacist next door notices nothing', async () => {
    const answers = await askMany(CLAIRE, 40);
    expect(got(answers)).toBe(16);
    expect(answers.at(-1)).toBe('fresh-sign-in-required');
    expect(await ask(HUGO)).toBeNull();
    expect(alarms).toMatchObject([
      {
        detector: 'pace',
        scope: 'account:claire',
        response: 'fresh-sign-in',
        facts: { people: 16, usualPerDay: 6 },
      },
    ]);
    expect(alarms[0]?.curve).toHaveLength(16);
  });

  it('still serves whoever shows a card', async () => {
    await askMany(CLAIRE, 20);
    expect(await ask(CLAIRE, { evidence: 'card' })).toBeNull();
  });

  it('opens again after a fresh sign-in; the second alarm closes typing for a day, the third until staff look', async () => {
    await askMany(CLAIRE, 20);
    expect(got(await askMany(fresh(CLAIRE), 40))).toBe(16);
    expect(await ask(fresh(CLAIRE))).toBe('typed-closed');
    clock.advance(DAY_MS);
    expect(got(await askMany(fresh(CLAIRE), 25))).toBe(16);
    clock.advance(20 * DAY_MS);
    expect(await ask(fresh(CLAIRE))).toBe('typed-closed');
    expect(alarms.map(({ response }) => response)).toEqual(['fresh-sign-in', 'typed-closed', 'typed-closed']);
    expect(alarms.at(-1)?.endsAt).toBeNull();
    guard.lift(alarms.at(-1)?.id ?? '');
    expect(await ask(fresh(CLAIRE))).toBeNull();
  });

  it('gets nothing of the holder’s fresh sign-in with a session of before it, also after a kill', async () => {
    await askMany(CLAIRE, 20);
    expect(await ask(fresh(CLAIRE))).toBeNull();
    expect(await ask(CLAIRE)).toBe('fresh-sign-in-required');
    expect(await ask(CLAIRE, { evidence: 'card' })).toBeNull();
    await guard.save();
    guard = await open();
    expect(await ask(CLAIRE)).toBe('fresh-sign-in-required');
    expect(await ask(fresh(CLAIRE))).toBeNull();
  });

  it('locks nobody out when all of it happened in a future that a clock only thought of', async () => {
    clock.advance(365 * DAY_MS);
    await askMany(CLAIRE, 20);
    expect(await ask(fresh(CLAIRE))).toBeNull();
    clock.advance(-365 * DAY_MS);
    expect(await ask(fresh(CLAIRE))).toBeNull();
  });

  it('that goes on with such a session closes nobody’s account by it', async () => {
    await askMany(CLAIRE, 20);
    await ask(fresh(CLAIRE));
    expect(new Set(await askMany(CLAIRE, 60))).toEqual(new Set(['fresh-sign-in-required']));
    expect(await ask(fresh(CLAIRE), { evidence: 'card' })).toBeNull();
    expect(await ask(fresh(CLAIRE))).toBeNull();
  });

  it('closes its account when a machine goes on against the closed door, until a person signs in anew', async () => {
    await askMany(CLAIRE, 60);
    expect(await ask(CLAIRE, { evidence: 'card' })).toBe('account-closed');
    expect(alarms.at(-1)).toMatchObject({
      detector: 'refused',
      response: 'account-closed',
      facts: { refused: 30 },
    });
    expect(await ask(fresh(CLAIRE), { evidence: 'card' })).toBeNull();
    expect(await ask(fresh(CLAIRE))).toBeNull();
  });

  it('whose typing is closed for a day stays so when a sign-in opens the account again', async () => {
    await askMany(CLAIRE, 20);
    await askMany(fresh(CLAIRE), 60);
    expect(await ask(CLAIRE, { evidence: 'card' })).toBe('account-closed');
    expect(await ask(fresh(CLAIRE), { evidence: 'card' })).toBeNull();
    expect(await ask(fresh(CLAIRE))).toBe('typed-closed');
    clock.advance(DAY_MS);
    expect(await ask(fresh(CLAIRE))).toBeNull();
  });

  it('gains nothing by asking many at once: what is under way counts', async () => {
    await askMany(CLAIRE, 10, {}, 0);
    const passes = Array.from({ length: 100 }, () => {
      try {
        return guard.admit(CLAIRE, { isTyped: true, amcNo: TILLEULS });
      } catch {
        return null;
      }
    });
    expect(passes.filter((pass) => pass !== null)).toHaveLength(6);
  });

  it('is not helped by a clock that jumps back', async () => {
    await askMany(CLAIRE, 14, {}, 0);
    clock.advance(-DAY_MS);
    expect(got(await askMany({ ...CLAIRE, signedInAtMs: clock.nowMs() - HOUR_MS }, 20, {}, 0))).toBe(2);
  });
});

describe('who is counted', () => {
  it('the same person again costs nothing: distinct people are counted', async () => {
    expect(got(await askMany(CLAIRE, 100, { door: 'one' }))).toBe(100);
    expect(alarms).toEqual([]);
  });

  it('people nobody knows count as misses: nine in a row are a list', async () => {
    expect(got(await askMany(CLAIRE, 20, { code: '200' }))).toBe(9);
    expect(alarms).toMatchObject([{ detector: 'misses', facts: { misses: 9, asked: 9 } }]);
  });

  it('regulars of the site do not count as strangers', async () => {
    expect(got(await askMany(CLAIRE, 70, { evidence: 'known-patient' }, 60_000))).toBe(70);
  });

  it('members of an exercise insurer are nobody: no alarm, and nothing else is closed for them', async () => {
    expect(got(await askMany(CLAIRE, 200, { amcNo: EXERCISE }))).toBe(200);
    await askMany(CLAIRE, 20);
    expect(await ask(CLAIRE, { amcNo: EXERCISE })).toBeNull();
    await guard.save();
    expect(await database.owner`select account from guard_accounts`).toMatchObject([{ account: 'claire' }]);
  });
});

describe('a canary', () => {
  it('that somebody planted on a pharmacist costs a fresh sign-in, not the shop', async () => {
    await ask(CLAIRE, { canary: true, evidence: 'card' });
    expect(alarms).toMatchObject([{ detector: 'canary', response: 'fresh-sign-in' }]);
    expect(await ask(CLAIRE)).toBe('fresh-sign-in-required');
    expect(await ask(CLAIRE, { evidence: 'card' })).toBeNull();
    expect(await ask(fresh(CLAIRE), { evidence: 'card' })).toBeNull();
    expect(await ask(fresh({ ...CLAIRE, account: 'jeanne' }))).toBeNull();
  });

  it('asked for again by the pharmacist who has just signed in for it is no second alarm', async () => {
    const planted = { canary: true, door: 'nobody' };
    await ask(CLAIRE, planted);
    clock.advance(60_000);
    expect(await ask(fresh(CLAIRE), planted)).toBeNull();
    expect(await ask(fresh(CLAIRE))).toBeNull();
    expect(alarms).toHaveLength(1);
  });
});

describe('emergency units', () => {
  it('are an alarm for staff to look at, nothing is refused for them, and a replay raises it once', async () => {
    await ask(CLAIRE);
    guard.sawEmergency(CLAIRE, 10, index);
    expect(alarms).toMatchObject([{ detector: 'emergency', response: 'watched', facts: { units: 10 } }]);
    expect(await ask(CLAIRE)).toBeNull();
    await guard.save();
    guard = await open();
    expect(alarms).toEqual([]);
    expect(await store.alarms({ most: 10 })).toMatchObject([{ detector: 'emergency', reviewedAt: null }]);
  });
});

describe('several accounts, one pattern', () => {
  const at = (i: number): Who => ({ ...CLAIRE, account: `A-${i}`, structure: `S-${i}` });

  it('asks the whole profession for a fresh sign-in after six structures within an hour, cards go on', async () => {
    for (let i = 0; i < 5; i += 1) await askMany(at(i), 17);
    expect(await ask(HUGO)).toBeNull();
    await askMany(at(5), 17);
    expect(alarms.at(-1)).toMatchObject({
      detector: 'cohort',
      scope: 'profession:pharmacist',
      facts: { structures: 6 },
    });
    expect(await ask(HUGO)).toBe('fresh-sign-in-required');
    expect(await ask(HUGO, { evidence: 'card' })).toBeNull();
    expect(await ask(fresh(HUGO))).toBeNull();
    expect(await ask({ ...HUGO, account: 'marc', profession: 'optician' })).toBeNull();
    clock.advance(4 * HOUR_MS);
    expect(await ask(HUGO)).toBeNull();
    await guard.save();
    const ended = (await store.alarms({ most: 10 })).find(({ detector }) => detector === 'cohort');
    expect(ended).toMatchObject({ endedBecause: 'expired' });
  });

  it('never closes a profession, a structure or the country, whatever is raised', async () => {
    for (let i = 0; i < 40; i += 1) await askMany(at(i), 60);
    const shared = alarms.filter(({ scope }) => !scope.startsWith('account:'));
    expect(shared.length).toBeGreaterThan(0);
    expect(new Set(shared.map(({ response }) => response))).toEqual(new Set(['fresh-sign-in']));
    expect(await ask(fresh(HUGO))).toBeNull();
  });

  it('two thousand in step get their sixteen each at most, and whoever comes after them nothing', () => {
    const exposed = new Map<string, number>();
    const look = (who: Who) => {
      try {
        guard.admit(who, { isTyped: true, amcNo: TILLEULS }).end();
      } catch {
        return;
      }
      index += 1;
      guard.saw(entryOf(who, {}), index, `door-${index}`);
      exposed.set(who.account, (exposed.get(who.account) ?? 0) + 1);
    };
    for (let round = 0; round < 20; round += 1) {
      for (let i = 0; i < 2_000; i += 1) look(at(i));
      clock.advance(1_000);
    }
    expect(Math.max(...exposed.values())).toBeLessThanOrEqual(16);
    for (let i = 2_000; i < 4_000; i += 1) look(at(i));
    expect(exposed.size).toBe(2_000);
  });

  it('two accounts of one structure within a day cost that structure a fresh sign-in', async () => {
    await askMany(CLAIRE, 17);
    await askMany({ ...CLAIRE, account: 'jeanne' }, 17);
    expect(alarms.at(-1)).toMatchObject({ detector: 'cohort', scope: 'structure:S-PHARMACIE-HALLES' });
    expect(await ask({ ...CLAIRE, account: 'ines' })).toBe('fresh-sign-in-required');
    expect(await ask(HUGO)).toBeNull();
  });
});

describe('after a kill', () => {
  it('in mid-attack the thief goes on where the count was, not where the last snapshot was', async () => {
    await askMany(CLAIRE, 6, {}, 0);
    await guard.save();
    await askMany(CLAIRE, 6, {}, 0); // these are in the ledger alone
    guard = await open();
    expect(got(await askMany(CLAIRE, 20, {}, 0))).toBe(4);
  });

  it('an alarm still says how many people and since when', async () => {
    await askMany(CLAIRE, 14, {}, 1_000);
    await guard.save();
    guard = await open();
    await askMany(CLAIRE, 3, {}, 1_000);
    expect(alarms).toMatchObject([{ detector: 'pace', facts: { people: 16, seconds: 15 } }]);
  });

  it('what stood still stands, with its alarm, which is one alarm', async () => {
    await askMany(CLAIRE, 20);
    const [alarm] = alarms;
    guard = await open(); // nothing of it was saved by a timer: the alarm itself was
    expect(await ask(CLAIRE)).toBe('fresh-sign-in-required');
    expect(await store.alarms({ most: 10 })).toMatchObject([{ id: alarm?.id, endedAt: null }]);
    expect(await ask(fresh(CLAIRE))).toBeNull();
    await guard.save();
    expect(await store.alarms({ most: 10 })).toMatchObject([
      { id: alarm?.id, endedBecause: 'fresh-sign-in' },
    ]);
  });

  it('an alarm that the crash swallowed is raised again from the ledger, under the same number', async () => {
    const failing: GuardStore = { ...store, save: () => Promise.reject(new Error('the database is away')) };
    guard = await Guard.open({
      store: failing,
      ledger: { owe: () => undefined },
      clock,
      isExercise: () => false,
    }).catch(() => guard);
    await database.owner`delete from guard_alarms`;
    await askMany(CLAIRE, 16, {}, 0);
    await guard.save().catch(() => undefined);
    await database.owner.unsafe(
      'delete from guard_alarms; delete from guard_accounts; update guard_mark set through_seq = -1',
    );
    guard = await open();
    expect(alarms).toMatchObject([{ id: '15-pace', account: 'claire' }]);
    expect(entries).toMatchObject([{ rest: { event: 'guard.alarmed', alarm: '15-pace' } }]);
    expect(await ask(CLAIRE)).toBe('fresh-sign-in-required');
  });

  it('a response that staff ended stays ended', async () => {
    await askMany(CLAIRE, 20);
    await guard.save();
    const id = alarms[0]?.id ?? '';
    await store.undo({
      id,
      at: '2026-11-30T09:00:00.000Z',
      staff: 'sophie',
      reason: 'a busy day',
      text: 'rempart guard undo',
      signature: {},
    });
    guard = await open();
    expect(await ask(CLAIRE)).toBeNull();
  });

  it('a store that is away loses nothing: it is written with the next save', async () => {
    let isAway = true;
    const breaking: GuardStore = {
      ...store,
      save: (changes) => (isAway ? Promise.reject(new Error('away')) : store.save(changes)),
    };
    guard = await Guard.open({
      store: breaking,
      ledger: { owe: () => undefined },
      clock,
      isExercise: () => false,
    });
    await askMany(CLAIRE, 17, {}, 0);
    await expect(guard.save()).rejects.toThrow('away');
    isAway = false;
    await guard.save();
    expect(await store.alarms({ most: 10 })).toMatchObject([{ detector: 'pace' }]);
    expect((await store.load(START_MS)).throughSeq).toBe(index);
  });
});

describe('an account’s own past', () => {
  it('is kept by the day and measured against: a busy pharmacy is not cut where a quiet one is', async () => {
    for (let day = 31; day <= 86; day += 1) {
      const date = new Date(START_MS - day * DAY_MS).toISOString().slice(0, 10);
      await database.owner`insert into guard_days values ('hugo', ${date}, 24, 300)`;
    }
    await database.owner`insert into guard_accounts values ('hugo', ${database.owner.json({ profession: 'pharmacist', counts: FRESH_COUNTS, standings: [] })})`;
    guard = await open();
    expect(guard.watched('hugo')?.usual).toEqual({ strangers: 24, regulars: 300 });
    const quiet = await askMany(CLAIRE, 40, {}, 12 * 60_000);
    clock.advance(-40 * 12 * 60_000);
    const busy = await askMany(HUGO, 40, {}, 12 * 60_000);
    expect(got(quiet)).toBeLessThan(40);
    expect(got(busy)).toBe(40);
  });

  it('grows by each day that is over, and not by one that alarmed', async () => {
    await askMany(CLAIRE, 5, {}, HOUR_MS);
    clock.advance(DAY_MS);
    await askMany(CLAIRE, 17);
    clock.advance(DAY_MS);
    await ask(fresh(CLAIRE));
    await guard.save();
    const days = await database.owner`select day::text, strangers from guard_days order by day`;
    expect(days).toEqual([{ day: '2026-11-30', strangers: 5 }]);
  });

  it('a day that is over counts once, whatever comes before the first typed look-up of the next', async () => {
    await askMany(CLAIRE, 20, {}, 10 * 60_000);
    clock.advance(DAY_MS);
    expect(await askMany(fresh(CLAIRE), 9, { evidence: 'card' })).not.toContain('typed-closed');
    await guard.save();
    guard = await open();
    await askMany(fresh(CLAIRE), 2);
    await guard.save();
    expect(await store.countedDays(['claire'], '2026-11-01')).toMatchObject([
      { account: 'claire', strangers: 20 },
    ]);
    const days = await database.owner`select day::text, strangers from guard_days`;
    expect([...days]).toEqual([{ day: '2026-11-30', strangers: 20 }]);
  });

  it('is read anew on every Paris day, and what is counted now teaches nothing for a month', async () => {
    await askMany(CLAIRE, 12, {}, HOUR_MS);
    clock.advance(DAY_MS);
    await askMany(fresh(CLAIRE), 2);
    await guard.save();
    expect(guard.watched('claire')?.usual).toBeNull();
    clock.advance(31 * DAY_MS);
    await guard.save();
    expect(guard.watched('claire')?.usual).toEqual({
      strangers: (12 + 55 * 6) / 56,
      regulars: (55 * 76) / 56,
    });
  });
});
