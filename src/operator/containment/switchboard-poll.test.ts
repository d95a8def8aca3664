// How fast a switch is heard, and what holds when nothing can be heard. On the real table; time moves by hand.

import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createOperatorDatabase, type OperatorDatabase } from '../../../test/support/ledger-world.ts';
import { ManualClock } from '../../lib/clock.ts';
import { Directory } from '../access/directory.ts';
import { sqlDirectoryStore } from '../access/directory-store-sql.ts';
import { SwitchboardPoll } from './switchboard-poll.ts';
import type { SwitchboardStore } from './switchboard-store.ts';
import { sqlSwitchboardStore } from './switchboard-store-sql.ts';

const CLOSED = new Map([['platform', 'closed']]);
const START_MS = Date.parse('2026-11-20T08:00:00.000Z');

let database: OperatorDatabase;
let store: SwitchboardStore;
let clock: ManualClock;
beforeAll(async () => {
  database = await createOperatorDatabase();
  store = sqlSwitchboardStore(database.login('desk'));
});
afterAll(() => database.drop());
beforeEach(async () => {
  clock = new ManualClock(START_MS);
  await database.owner.unsafe('delete from switches; delete from client_certificates');
});

const close = (scope: string, state = 'closed') => database.owner`
  insert into switches (scope, state, reason, author) values (${scope}, ${state}, 'a drill', 'sophie')
  on conflict (scope) do update set state = excluded.state`;

function pollOf(parts: Partial<ConstructorParameters<typeof SwitchboardPoll>[0]> = {}): SwitchboardPoll {
  return new SwitchboardPoll({ store, clock, onDirectoryChange: async () => undefined, ...parts });
}

/** The real table, until the test says that it is away. */
function breakable() {
  const broken = { now: false };
  const breaking: SwitchboardStore = {
    read: async () => (broken.now ? Promise.reject(new Error('the database is away')) : store.read()),
  };
  return { broken, store: breaking };
}

describe('the board', () => {
  it('has a switch at the next reading after it was committed elsewhere, and loses it the same way', async () => {
    const poll = pollOf();
    await poll.read();
    expect(poll.current()).toEqual(new Map());
    await close('structure:S-PHARMACIE-HALLES');
    await close('door:identity', 'card-only');
    expect(poll.current()).toEqual(new Map());
    await poll.read();
    expect(poll.current()).toEqual(
      new Map([
        ['structure:S-PHARMACIE-HALLES', 'closed'],
        ['door:identity', 'card-only'],
      ]),
    );
    await close('structure:S-PHARMACIE-HALLES', 'open');
    await poll.read();
    expect(poll.current()).toEqual(new Map([['door:identity', 'card-only']]));
  });

  it('is closed before it was ever read', () => {
    expect(pollOf().current()).toEqual(CLOSED);
    expect(pollOf({ clock: new ManualClock(0) }).current()).toEqual(CLOSED);
  });

  it('is as it was for a second after the last good reading, and closed from then on', async () => {
    const { broken, store: breaking } = breakable();
    const poll = pollOf({ store: breaking });
    await poll.read();
    broken.now = true;
    for (let waitedMs = 100; waitedMs <= 1_000; waitedMs += 100) {
      clock.advance(100);
      await expect(poll.read()).rejects.toThrow('the database is away');
      expect(poll.current()).toEqual(new Map());
    }
    clock.advance(1);
    expect(poll.current()).toEqual(CLOSED);
    broken.now = false;
    await poll.read();
    expect(poll.current()).toEqual(new Map());
  });

  it('counts its age from when a reading was asked for, not from when the answer came', async () => {
    const slow: SwitchboardStore = {
      async read() {
        const answer = await store.read();
        clock.advance(900);
        return answer;
      },
    };
    const poll = pollOf({ store: slow });
    await poll.read();
    clock.advance(100);
    expect(poll.current()).toEqual(new Map());
    clock.advance(1);
    expect(poll.current()).toEqual(CLOSED);
  });

  it('does not live on because the clock was put back: it counts as old until it is read again', async () => {
    const poll = pollOf();
    await poll.read();
    clock.advance(-3_600_000);
    expect(poll.current()).toEqual(CLOSED);
    await poll.read();
    expect(poll.current()).toEqual(new Map());
  });

  it('cannot be read from a table that lost its version: nothing is taken for open', async () => {
    const { owner } = database;
    await owner`delete from directory_version`;
    onTestFinished(async () => void (await owner`insert into directory_version values (1)`));
    await close('platform');
    await expect(pollOf().read()).rejects.toThrow('directory_version');
  });
});

describe('the directory', () => {
  const enrol = () => database.owner`
    with structure as (insert into structures values ('S-1', 'Pharmacie', 'Valmoreau') on conflict do nothing)
    insert into client_certificates (thumbprint, client_id) values ('thumbprint', 'software-claire')`;
  const revoke = () => database.owner`update client_certificates set revoked_at = now()`;

  it('is read again when its version has changed, before the new version counts', async () => {
    const directory = new Directory(sqlDirectoryStore(database.login('desk')));
    const poll = pollOf({ onDirectoryChange: () => directory.reload() });
    await poll.read();
    await enrol();
    expect(directory.caller('thumbprint')).toBeNull();
    await poll.read();
    expect(directory.caller('thumbprint')).toMatchObject({ client: 'software-claire' });
    await revoke();
    await poll.read();
    expect(directory.caller('thumbprint')).toBeNull();
  });

  it('is not read again while nothing has changed', async () => {
    const onDirectoryChange = vi.fn(async () => undefined);
    const poll = pollOf({ onDirectoryChange });
    await poll.read();
    await close('platform');
    await poll.read();
    expect(onDirectoryChange).toHaveBeenCalledTimes(1);
  });

  /** A directory that cannot be read while `away`. */
  function breakableDirectory() {
    const directory = {
      away: false,
      reload: vi.fn(async () => directory.away && Promise.reject(new Error('the database is away'))),
    };
    return directory;
  }

  it('that could not be read again is tried at every reading', async () => {
    const directory = breakableDirectory();
    const poll = pollOf({ onDirectoryChange: async () => void (await directory.reload()) });
    directory.away = true;
    await expect(poll.read()).rejects.toThrow('the database is away');
    await expect(poll.read()).rejects.toThrow('the database is away');
    directory.away = false;
    await poll.read();
    await poll.read();
    expect(directory.reload).toHaveBeenCalledTimes(3);
  });

  it('that cannot be read does not delay a closing, and closes everything after a second', async () => {
    const directory = breakableDirectory();
    const poll = pollOf({ onDirectoryChange: async () => void (await directory.reload()) });
    await poll.read();
    directory.away = true;
    await enrol();
    await close('account:claire');
    clock.advance(1_000);
    await expect(poll.read()).rejects.toThrow('the database is away');
    expect(poll.current()).toEqual(new Map([['account:claire', 'closed']]));
    clock.advance(1);
    expect(poll.current()).toEqual(CLOSED);
    directory.away = false;
    await poll.read();
    expect(poll.current()).toEqual(new Map([['account:claire', 'closed']]));
  });
});

describe('the timer', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
  });

  it('reads every 100 ms, goes on after failures, and stops when told to', async () => {
    let reads = 0;
    const counting: SwitchboardStore = {
      async read() {
        reads += 1;
        if (reads === 3) throw new Error('the database is away');
        return { board: new Map(), directoryVersion: 1 };
      },
    };
    const poll = pollOf({ store: counting });
    await poll.start();
    expect(reads).toBe(1);
    await vi.advanceTimersByTimeAsync(99);
    expect(reads).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(reads).toBe(2);
    await vi.advanceTimersByTimeAsync(300);
    expect(reads).toBe(5);
    poll.stop();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(reads).toBe(5);
  });

  it('is not started by a first reading that failed: no check before the switches are known', async () => {
    const { broken, store: breaking } = breakable();
    broken.now = true;
    const poll = pollOf({ store: breaking });
    await expect(poll.start()).rejects.toThrow('the database is away');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does not start again when it was stopped during a reading', async () => {
    let answer = (): void => undefined;
    const waiting: SwitchboardStore = {
      read: () =>
        new Promise((resolve) => (answer = () => resolve({ board: new Map(), directoryVersion: 1 }))),
    };
    const poll = pollOf({ store: waiting });
    const starting = poll.start();
    poll.stop();
    answer();
    await starting;
    expect(vi.getTimerCount()).toBe(0);
  });
});
