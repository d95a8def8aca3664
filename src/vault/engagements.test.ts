// Engagements as the vault sees them: a number nobody can guess, a door for the structure that obtained it alone, a
// content key of two halves, and no more counters than doors.

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tempDir } from '../../test/support/temp-dir.ts';
import type { AmcNo } from '../core/ids.ts';
import { secretKey } from '../crypto/seal.ts';
import { type Browser, idTokenFor, newBrowser, proofBy } from './browser-fixture.ts';
import { purposeKey } from './derive.ts';
import { contentKey, counterPlace, engagementDoor } from './engagements.ts';
import { COUNTERS_PER_DOOR, HARD_BUDGETS } from './hard-budgets.ts';
import type { InsurerKeys } from './keyring.ts';
import type { NewEngagement, OpenedEngagement, SessionProof } from './protocol.ts';
import type { RunningVault } from './start.ts';
import {
  CLAIRE,
  engagementItem,
  identityItem,
  MARC,
  openItem,
  STRANGER,
  TILLEULS,
  type VaultHome,
  VIEUX_PORT,
  vaultHome,
} from './vault-fixture.ts';

const OTHER_NO = '7'.repeat(26);

let home: VaultHome;
let running: RunningVault;
beforeEach(async () => {
  home = vaultHome(tempDir());
  running = await home.start();
});
afterEach(() => running.close());

/** Claire looks somebody up. */
async function obtained(amcNo = TILLEULS): Promise<NewEngagement> {
  const [outcome] = await running.vault.open([openItem(1, { amcNo })]);
  if (!outcome?.ok || !outcome.newEngagement) throw new Error('a look-up gives a number');
  return outcome.newEngagement;
}

async function opened(engagementNo: string, client = CLAIRE): Promise<OpenedEngagement> {
  const [outcome] = await running.vault.open([engagementItem(engagementNo, client)]);
  if (!outcome?.ok || outcome.evidence !== 'engagement') throw new Error('not opened');
  return outcome;
}

async function keyBehind({ doors: [door] }: OpenedEngagement, amcNo = TILLEULS): Promise<string> {
  if (!door) throw new Error('one door');
  const { locator, doorKey } = door;
  const [key = ''] = await running.vault.settlement.engagementKeys([{ amcNo, locator, doorKey }]);
  return key;
}

const refused = (code: string) => ({ code });
const journal = () =>
  readFileSync(`${home.config.journalDirectory}/journal-2026-03-01.ndjson`, 'utf8').trim().split('\n');

describe('an engagement', () => {
  it('opens with its number for the structure that obtained it: the place and key it was given', async () => {
    const { no, locator, key } = await obtained();
    expect(no).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
    const outcome = await opened(no);
    expect(outcome).toMatchObject({ doors: [{ kind: 'engagement', epoch: 0, locator }], statusIndex: null });
    expect(await keyBehind(outcome)).toBe(key);
    expect((await obtained()).no).not.toBe(no);
  });

  it('is another door for another structure, and another key for another insurer', async () => {
    const { no, locator, key } = await obtained();
    const marcs = await opened(no, MARC);
    expect(marcs.doors[0]?.locator).not.toBe(locator);
    expect(await keyBehind(marcs)).not.toBe(key);
    expect(await keyBehind(await opened(no), VIEUX_PORT)).not.toBe(key);
  });

  it('outlives a new epoch and a restart: what was promised is not of a feed', async () => {
    const { no, key } = await obtained();
    await running.vault.beginEpoch(TILLEULS);
    await running.vault.endEpochsBefore(TILLEULS, 2);
    await running.close();
    running = await home.start();
    expect(await keyBehind(await opened(no))).toBe(key);
  });

  it('comes with every door to a record, of whatever kind', async () => {
    await home.lendHalves(running.vault);
    const [outcome] = await running.vault.open([identityItem(2)]);
    expect(outcome).toMatchObject({ ok: true, newEngagement: { no: expect.any(String) } });
  });

  it('has its line in the journal, which holds neither the number nor whose member it is', async () => {
    const { no, locator } = await obtained();
    const { journalNo } = await opened(no);
    const line = journal()[journalNo - 1] ?? '';
    expect(JSON.parse(line)).toMatchObject({ do: 'open', evidence: 'engagement', structure: 'S-1' });
    expect(line).not.toContain('insurer');
    for (const secret of [no, locator]) expect(journal().join('\n')).not.toContain(secret);
    expect((await running.vault.openedSince(0)).numbers).toContain(journalNo);
  });

  it('has no key when the insurer has none, and none opens while the vault is locked', async () => {
    const { no } = await obtained();
    const door = await opened(no);
    await expect(keyBehind(door, STRANGER)).rejects.toMatchObject(refused('insurer-unknown'));
    await running.vault.lock('sophie', 'test');
    await expect(opened(no)).rejects.toMatchObject(refused('locked'));
    await expect(keyBehind(door)).rejects.toMatchObject(refused('locked'));
    await expect(running.vault.settlement.counterKeys([])).rejects.toMatchObject(refused('locked'));
  });

  it('is opened only so often a day at a structure, also after a restart, and no other structure pays for it', async () => {
    const { size } = HARD_BUDGETS.engagementPerStructurePerDay;
    const { no } = await obtained();
    const items = Array.from({ length: 1_000 }, () => engagementItem(no));
    for (let i = 0; i < size; i += items.length) await running.vault.open(items);
    await running.close();
    running = await home.start();
    const budget = 'engagementPerStructurePerDay';
    const [outcome] = await running.vault.open([engagementItem(no)]);
    expect(outcome).toMatchObject({ ok: false, code: 'budget-exhausted', budget });
    expect((await opened(no, MARC)).ok).toBe(true);
    expect((await running.vault.open([openItem(3)]))[0]?.ok).toBe(true);
  });
});

describe('a call of the portal', () => {
  let browser: Browser;
  let session: string;
  beforeEach(async () => {
    browser = newBrowser();
    const { publicKey } = browser;
    const idToken = idTokenFor('899700200001', publicKey);
    session = (await running.vault.bindSession({ idToken, publicKey, structure: 'S-1' })).session;
  });

  const signed = (path: string, body: unknown, method = 'POST') =>
    proofBy(browser, session, { method, path, body: body === null ? '' : JSON.stringify(body) });
  async function codes(proof: SessionProof, ...numbers: string[]): Promise<string[]> {
    const items = numbers.map((engagementNo) => ({ ...engagementItem(engagementNo), proof }));
    return (await running.vault.open(items)).map((one) => (one.ok ? 'opened' : one.code));
  }

  it('opens the engagement that its body or its path names, and no other', async () => {
    const { no } = await obtained();
    const calls = [
      signed('/v1/quotes', { engagementNo: no, lines: [] }),
      signed('/v1/prior-agreements', { engagementNo: no }),
      signed('/v1/claims/7', { engagementNo: no }, 'DELETE'),
      signed(`/v1/engagements/${no}`, null, 'GET'),
      signed(`/v1/engagements/${no}`, null, 'DELETE'),
    ];
    for (const proof of calls) expect(await codes(proof, OTHER_NO, no)).toEqual(['proof-refused', 'opened']);
  });

  it('may name many claims, each of which it opens once', async () => {
    const numbers = await Promise.all([obtained(), obtained(VIEUX_PORT)]).then((all) =>
      all.map(({ no }) => no),
    );
    const proof = signed('/v1/claims', { claims: numbers.map((engagementNo) => ({ engagementNo })) });
    expect(await codes(proof, ...numbers)).toEqual(['opened', 'opened']);
    expect(await codes(proof, ...numbers, OTHER_NO)).toEqual(Array(3).fill('proof-refused'));
  });

  it('about anything else opens none, whatever it holds', async () => {
    const { no } = await obtained();
    const others = [
      signed('/v1/eligibility', { engagementNo: no }),
      signed('/v1/feedback', { engagementNo: no }),
      signed('/v1/quotesx', { engagementNo: no }),
      signed('/v1/quotes', { lines: [{ engagementNo: no }] }),
      signed('/v1/quotes', { engagementNo: [no] }),
      signed('/v1/claims', { claims: [null, no] }),
      signed('/v1/claims', { claims: no }),
      signed('/v1/quotes', null),
      signed(`/v1/engagements/${no}/x`, null),
      { ...signed('/v1/quotes', { engagementNo: OTHER_NO }), body: JSON.stringify({ engagementNo: no }) },
    ];
    for (const proof of others) expect(await codes(proof, no)).toEqual(['proof-refused']);
  });
});

describe('counters', () => {
  const recordId = 'a'.repeat(32);
  const names = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ amcNo: TILLEULS, recordId, counter: `R1 ${i}` }));

  it('are found again under insurer, record and name', async () => {
    await obtained();
    const [first] = await running.vault.settlement.counterKeys(names(1));
    await obtained();
    expect(await running.vault.settlement.counterKeys(names(1))).toEqual([first]);
    expect(first).toEqual({
      locator: expect.stringMatching(/^[0-9a-f]{32}$/),
      key: expect.stringMatching(/^[\w-]{43}$/),
    });
    const [other] = await running.vault.settlement.counterKeys(
      names(1).map((one) => ({ ...one, amcNo: VIEUX_PORT })),
    );
    expect(other).not.toEqual(first);
    const stranger = names(1).map((one) => ({ ...one, amcNo: STRANGER }));
    await expect(running.vault.settlement.counterKeys(stranger)).rejects.toMatchObject(
      refused('insurer-unknown'),
    );
  });

  it('of a stolen list of records cannot be read: a few for each door that was opened, and no more', async () => {
    await expect(running.vault.settlement.counterKeys(names(1))).rejects.toMatchObject(
      refused('counters-exhausted'),
    );
    const { no } = await obtained();
    await opened(no);
    expect(await running.vault.settlement.counterKeys(names(2 * COUNTERS_PER_DOOR))).toHaveLength(
      2 * COUNTERS_PER_DOOR,
    );
    await expect(running.vault.settlement.counterKeys(names(1))).rejects.toMatchObject(
      refused('counters-exhausted'),
    );
  });

  it('are kept in mind for a thousand doors at most: quiet hours save nothing up', async () => {
    const { no } = await obtained();
    for (let i = 0; i < 2; i += 1) await running.vault.open(Array(1_000).fill(engagementItem(no)));
    for (let i = 0; i < COUNTERS_PER_DOOR; i += 1) await running.vault.settlement.counterKeys(names(1_000));
    await expect(running.vault.settlement.counterKeys(names(1))).rejects.toMatchObject(
      refused('counters-exhausted'),
    );
  });
});

it('no two numbers, structures, insurers, records or counters share a place or a key', () => {
  const master = (n: number) => secretKey(Buffer.alloc(32, n));
  const doorKey = purposeKey(master(9), 'engagementDoor');
  const insurer = (n: number) => {
    const [engagement, counter] = [
      purposeKey(master(n), 'engagementTerms'),
      purposeKey(master(n), 'counter'),
    ];
    return { amcNo: `${n}` as AmcNo, engagement, counter } as InsurerKeys;
  };
  const text = fc.string({ unit: fc.constantFrom('1', '2', 'S'), minLength: 1, maxLength: 3 });
  const one = fc.record({
    insurer: fc.nat(1),
    no: text,
    structure: text,
    record: fc.constantFrom('0'.repeat(32), '1'.repeat(32)),
    counter: text,
  });
  fc.assert(
    fc.property(one, one, (a, b) => {
      const doors = [a, b].map(({ no, structure }) => engagementDoor(doorKey, no, structure));
      const keys = [a, b].map((each, i) =>
        contentKey(insurer(each.insurer), doors[i] as (typeof doors)[number]).toString('hex'),
      );
      const places = [a, b].map((each) => counterPlace(insurer(each.insurer), each.record, each.counter));
      const isSameDoor = a.no === b.no && a.structure === b.structure;
      expect(doors[0]?.locator.equals(doors[1]?.locator ?? Buffer.of())).toBe(isSameDoor);
      expect(doors[0]?.doorKey.equals(doors[1]?.doorKey ?? Buffer.of())).toBe(isSameDoor);
      expect(keys[0] === keys[1]).toBe(isSameDoor && a.insurer === b.insurer);
      const isSameCounter = a.insurer === b.insurer && a.record === b.record && a.counter === b.counter;
      expect(places[0]?.locator === places[1]?.locator).toBe(isSameCounter);
      expect(places[0]?.key === places[1]?.key).toBe(isSameCounter);
    }),
  );
});
