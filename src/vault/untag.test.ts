// Telling person tags apart: for an incident that two persons signed for, with a line on disk before, and for nothing
// else. Tags are the only way from the ledger to a person.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { tempDir } from '../../test/support/temp-dir.ts';
import type { JournalLine } from './journal.ts';
import type { RunningVault } from './start.ts';
import { TILLEULS, type VaultHome, VIEUX_PORT, vaultHome } from './vault-fixture.ts';

const running: RunningVault[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) await one.close();
});

const IDS = ['00112233445566778899aabbccddeeff', 'ffeeddccbbaa99887766554433221100'];
const MONTH = '2026-03';

/** Outside demo mode unless told: there, two approvals are needed. */
async function taggedPeople(mode: 'demo' | 'production' = 'production') {
  const home = vaultHome(tempDir());
  const one = await home.start({ mode });
  running.push(one);
  const { vault } = one;
  const people = [TILLEULS, VIEUX_PORT].map((amcNo, i) => ({ amcNo, recordId: IDS[i] as string }));
  const tags = await vault.tag(MONTH, people);
  const items = people.map(({ amcNo }, i) => ({ amcNo, tag: tags[i] as string }));
  return { home, vault, items };
}

const signed = (home: VaultHome, staff: string, incident: string) =>
  home.approval(staff, null, { verb: 'untag', incident });
const byTwo = (home: VaultHome, incident = 'I-1') =>
  ['theo', 'sophie'].map((staff) => signed(home, staff, incident));

function untagLines(home: VaultHome): JournalLine[] {
  const directory = home.config.journalDirectory;
  return readdirSync(directory)
    .flatMap((name) => readFileSync(join(directory, name), 'utf8').trimEnd().split('\n'))
    .map((line) => JSON.parse(line) as JournalLine)
    .filter((line) => line.do === 'untag');
}

it('tells whom tags stand for when two persons signed for that incident, and its line says who', async () => {
  const { home, vault, items } = await taggedPeople();
  const call = { incident: 'I-1', month: MONTH, items, approvals: byTwo(home) };
  expect(await vault.untag(call)).toEqual(IDS);
  expect(untagLines(home)).toMatchObject([
    { do: 'untag', incident: 'I-1', count: 2, by: ['sophie', 'theo'] },
  ]);
  expect(JSON.stringify(untagLines(home))).not.toContain(IDS[0]);
});

it('is refused, and leaves no line, without two different persons who signed for this very incident', async () => {
  const { home, vault, items } = await taggedPeople();
  const sophie = signed(home, 'sophie', 'I-1');
  const refused = {
    nobody: [],
    'one person': [sophie],
    'the same person twice': [sophie, signed(home, 'sophie', 'I-1')],
    'one signature under two names': [sophie, { ...sophie, staff: 'theo' }],
    'approvals of another incident': byTwo(home, 'I-2'),
    'one of another incident': [sophie, signed(home, 'theo', 'I-2')],
    'an approval to unlock': [sophie, home.approval('theo', 'I-1')],
    'an incident that was left out': [sophie, home.approval('theo', null, { verb: 'untag' })],
    'somebody unknown': [sophie, { ...signed(home, 'theo', 'I-1'), staff: 'mallory' }],
  };
  for (const [name, approvals] of Object.entries(refused)) {
    const call = { incident: 'I-1', month: MONTH, items, approvals };
    await expect(vault.untag(call), name).rejects.toMatchObject({ code: 'approval-refused' });
  }
  home.enrolment.staff = home.enrolment.staff.filter(({ id }) => id !== 'theo');
  home.writeEnrolment(); // struck off: what he signed before counts for nothing from now on
  const call = { incident: 'I-1', month: MONTH, items, approvals: byTwo(home) };
  await expect(vault.untag(call)).rejects.toMatchObject({ code: 'approval-refused' });
  expect(untagLines(home)).toEqual([]);
});

it('needs no approval in a demo, and leaves its line all the same', async () => {
  const { home, vault, items } = await taggedPeople('demo');
  expect(await vault.untag({ incident: 'I-1', month: MONTH, items, approvals: [] })).toEqual(IDS);
  expect(untagLines(home)).toMatchObject([{ incident: 'I-1', count: 2, by: [] }]);
});

it('goes on while the vault is locked, and for months gone by', async () => {
  const { home, vault, items } = await taggedPeople();
  home.clock.advance(40 * 86_400_000);
  await vault.lock('sophie', 'phishing');
  const call = { incident: 'I-1', month: MONTH, items, approvals: byTwo(home) };
  expect(await vault.untag(call)).toEqual(IDS);
});

it('makes no key for a month or an insurer that has none: the whole call is refused', async () => {
  const { home, vault, items } = await taggedPeople('demo');
  const [first] = items;
  if (!first) return expect.fail('there is a first one');
  const other = { ...first, amcNo: '0999000303' as typeof first.amcNo };
  for (const [month, some] of [
    ['2026-02', items],
    [MONTH, [first, other]],
  ] as const) {
    const call = { incident: 'I-1', month, items: [...some], approvals: [] };
    await expect(vault.untag(call)).rejects.toMatchObject({ code: 'tag-key-gone' });
  }
  expect(readFileSync(home.config.keyringFile, 'utf8')).not.toContain('2026-02');
  expect(untagLines(home)).toEqual([]);
});
