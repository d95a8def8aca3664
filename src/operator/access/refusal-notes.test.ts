// Refusals of known callers in the ledger: the first at once, repeats once a minute, and no loop fills anything.

import { beforeEach, describe, expect, it } from 'vitest';
import { type AnyRoute, type Caller, event, noEntry, none } from '../../http/route.ts';
import { ManualClock } from '../../lib/clock.ts';
import { LedgerUnavailable } from '../ledger/ledger.ts';
import type { Ledger, NewEntry, Receipt } from '../ledger/ledger-port.ts';
import { RefusalNotes } from './refusal-notes.ts';

const CLAIRE: Extract<Caller, { role: 'professional' }> = {
  role: 'professional',
  proof: { kind: 'token', client: 'thumbprint', token: 'token' },
  client: 'software-claire',
  signedInAtMs: 0,
  account: 'claire',
  structure: 'S-PHARMACIE-HALLES',
  profession: 'pharmacist',
};
const MARC: Caller = { ...CLAIRE, account: 'marc', client: 'software-marc', profession: 'optician' };
const SENDER: Caller = {
  role: 'insurer',
  thumbprint: 'thumbprint',
  client: 'tilleuls',
  person: 'emetteur',
  amcNo: '0999000101',
};

const route = (path: string, ledger = event('rights.checked')): AnyRoute => ({
  method: 'POST',
  path,
  summary: '',
  who: 'software',
  input: {},
  output: 'bytes',
  budget: none('a test'),
  ledger,
  whenDisconnected: 'refused',
  handle: async () => ({ body: null }),
});
const CHECK = route('/v1/eligibility');
const FEED = route('/v1/feeds/:feedId');
const PING = route('/v1/ping', noEntry('nothing is disclosed'));

const MINUTE_MS = 60_000;

/** Takes entries until it is told that it is away. */
class TestLedger implements Ledger {
  readonly entries: NewEntry[] = [];
  away = false;
  async append(entry: NewEntry): Promise<Receipt> {
    if (this.away) throw new LedgerUnavailable('away');
    this.entries.push(entry);
    return {} as Receipt;
  }
  owe(): void {
    throw new Error('a refusal is not owed');
  }
}

let clock: ManualClock;
let ledger: TestLedger;
let notes: RefusalNotes;
beforeEach(() => {
  clock = new ManualClock(Date.parse('2026-11-20T08:00:00.000Z'));
  ledger = new TestLedger();
  notes = new RefusalNotes(ledger, clock);
});

describe('a refusal', () => {
  it('of a professional is entered with who and why, and without what was asked', async () => {
    await notes.note(CLAIRE, CHECK, 'domain-not-allowed');
    expect(ledger.entries).toEqual([
      {
        about: null,
        member: {
          by: 'pharmacist',
          structure: 'S-PHARMACIE-HALLES',
          purpose: null,
          evidence: null,
          fields: [],
          outcome: null,
        },
        rest: {
          event: 'call.refused',
          account: 'claire',
          client: 'software-claire',
          path: '/v1/eligibility',
          code: 'domain-not-allowed',
        },
      },
    ]);
  });

  it('of an insurer is entered under its person, with the path as declared', async () => {
    await notes.note(SENDER, FEED, 'feed-unknown');
    expect(ledger.entries).toMatchObject([
      {
        member: { by: 'insurer', structure: null },
        rest: { account: 'emetteur', client: 'tilleuls', path: '/v1/feeds/:feedId', code: 'feed-unknown' },
      },
    ]);
  });

  it('on a route that discloses nothing is entered like any other: the caller is known', async () => {
    await notes.note(CLAIRE, PING, 'wrong-role');
    expect(ledger.entries).toMatchObject([{ rest: { path: '/v1/ping', code: 'wrong-role' } }]);
  });
});

describe('a repeat', () => {
  const noteAgain = () => notes.note(CLAIRE, CHECK, 'invalid');
  beforeEach(noteAgain);

  it.each([
    ['at the same moment', 0, 1],
    ['a moment before the minute is over', MINUTE_MS - 1, 1],
    ['after a minute', MINUTE_MS, 2],
    ['with the clock put back a little', -1_000, 1],
    ['with the clock put back by more than a minute: nobody is silent for an hour', -3_600_000, 2],
  ])('%s', async (_, afterMs, entries) => {
    clock.advance(afterMs);
    await noteAgain();
    expect(ledger.entries).toHaveLength(entries);
  });

  it('in a loop of an hour makes one entry a minute', async () => {
    for (let seconds = 1; seconds <= 3_600; seconds += 1) {
      clock.advance(1_000);
      await noteAgain();
    }
    expect(ledger.entries).toHaveLength(61);
  });

  it.each<[string, Caller, AnyRoute, string]>([
    ['for another reason', CLAIRE, CHECK, 'domain-not-allowed'],
    ['of another account', MARC, CHECK, 'invalid'],
    ['on another path', CLAIRE, route('/v1/quotes'), 'invalid'],
  ])('is none %s: it is entered at once', async (_, caller, path, code) => {
    await notes.note(caller, path, code);
    expect(ledger.entries).toHaveLength(2);
  });

  it('is entered when the first could not be', async () => {
    clock.advance(MINUTE_MS);
    ledger.away = true;
    await expect(noteAgain()).rejects.toThrow(LedgerUnavailable);
    ledger.away = false;
    await noteAgain();
    expect(ledger.entries).toHaveLength(2);
    await noteAgain();
    expect(ledger.entries).toHaveLength(2);
  });
});

it('more than 50,000 kinds of refusals are not remembered: the memory begins anew, and only repeats are entered twice', async () => {
  const noteOf = (i: number) => notes.note({ ...CLAIRE, account: `account-${i}` }, CHECK, 'invalid');
  for (let i = 0; i < 50_000; i += 1) await noteOf(i);
  await noteOf(0);
  expect(ledger.entries).toHaveLength(50_000);
  await noteOf(50_000);
  await noteOf(0);
  expect(ledger.entries).toHaveLength(50_002);
});
