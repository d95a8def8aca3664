// What may never happen: a repeat that is taken for new. Fake clock, a reader that counts its questions.

import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../lib/clock.ts';
import { SeenRequests } from './seen-requests.ts';

const HOUR = 3_600_000;
const STORED = { tag: 'tag', sealedAnswer: Buffer.from('answer') };
const newId = () => randomUUID().replaceAll('-', '');

let clock: ManualClock;
let asked: string[];
let seen: SeenRequests;
beforeEach(() => {
  clock = new ManualClock(Date.UTC(2026, 10, 22));
  asked = [];
  const reader = {
    async find(client: string, requestId: string) {
      asked.push(`${client} ${requestId}`);
      return STORED;
    },
  };
  seen = new SeenRequests(reader, clock);
});

async function* pages(...all: string[][]) {
  yield* all;
}

describe('until everything stored is known', () => {
  it('the database is asked about every request', async () => {
    expect(await seen.find('claire', newId())).toBe(STORED);
    expect(asked).toHaveLength(1);
  });

  it('and for ever when it could not be read', async () => {
    const broken = async function* () {
      yield [newId()];
      throw new Error('the database went away');
    };
    await expect(seen.load(broken())).rejects.toThrow('went away');
    expect(await seen.find('claire', newId())).toBe(STORED);
  });
});

describe('afterwards', () => {
  it('the database is not asked about a new request', async () => {
    await seen.load(pages());
    for (let i = 0; i < 1_000; i += 1) expect(await seen.find('claire', newId())).toBeNull();
    expect(asked).toEqual([]);
  });

  it('it is asked about an id that was stored before the start, by whomever', async () => {
    const [old, other] = [newId(), newId()];
    await seen.load(pages([newId()], [old, other]));
    expect(await seen.find('claire', old)).toBe(STORED);
    expect(await seen.find('hugo', other)).toBe(STORED);
  });

  it('it is asked about every id that came within the last 24 hours, whatever came between', async () => {
    await seen.load(pages());
    const step = fc.record({ id: fc.uuid(), pauseMs: fc.integer({ min: 0, max: 30 * HOUR }) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 20 }), async (steps) => {
        const came: { id: string; atMs: number }[] = [];
        for (const { id, pauseMs } of steps) {
          clock.advance(pauseMs);
          const name = id.replaceAll('-', '');
          await seen.find('claire', name);
          came.push({ id: name, atMs: clock.nowMs() });
          const due = came.filter(({ atMs }) => clock.nowMs() - atMs < 24 * HOUR);
          asked = [];
          for (const one of due) await seen.find('claire', one.id);
          expect(asked).toHaveLength(due.length);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('an id is forgotten after two days', async () => {
    await seen.load(pages());
    const id = newId();
    await seen.find('claire', id);
    clock.advance(24 * HOUR);
    await seen.find('claire', newId());
    clock.advance(24 * HOUR);
    expect(await seen.find('claire', id)).toBeNull();
  });

  it('a clock that is set back forgets nothing of the last generation', async () => {
    await seen.load(pages());
    const id = newId();
    await seen.find('claire', id);
    clock.advance(-25 * HOUR);
    expect(await seen.find('claire', id)).toBe(STORED);
  });
});
