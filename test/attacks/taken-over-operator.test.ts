// An operator process that is not ours any more talks to the vault directly, with what passes through its hands: the
// tokens and sessions of those who are signed in. It gets their budgets and nothing else, whatever it says beside them,
// and every door it opened is in the journal.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AmcNo } from '../../src/core/ids.ts';
import { DEMO_INSURERS } from '../../src/demo/insurers.ts';
import { PROFESSION_BUDGETS } from '../../src/vault/profession-budgets.ts';
import type { AskerProof, OpenItem, OpenOutcome } from '../../src/vault/protocol.ts';
import { newcomer, openAtOnce, proofOf } from '../support/vault-opener.ts';
import { createTestWorld, type TestWorld } from '../support/world.ts';

const ROW = PROFESSION_BUDGETS.pharmacist;
const TILLEULS = DEMO_INSURERS[0].amcNo as AmcNo;

let world: TestWorld;
const proofs = new Map<string, AskerProof>();
beforeAll(async () => {
  world = await createTestWorld();
  for (const id of ['claire', 'hugo', 'ines', 'marc']) proofs.set(id, await proofOf(world, id));
});
afterAll(() => world.close());

const stolen = (id: string) => proofs.get(id) as AskerProof;

let newcomers = 0;
const item = (proof: AskerProof, kind?: 'member-number' | 'identity-only') => {
  newcomers += 1;
  return newcomer(proof, newcomers, kind);
};
const open = (items: readonly OpenItem[]) => openAtOnce(world, items);
const opened = (outcomes: readonly OpenOutcome[]) => outcomes.flatMap((one) => (one.ok ? [one] : []));
const repeat = (count: number, make: () => OpenItem) => Array.from({ length: count }, make);

describe('a taken-over operator', () => {
  it('opens with a stolen token as many doors as its person has units, and each has its line', async () => {
    const before = (await world.vault.call('state', {})).out.journalNo;
    const doors = opened(await open(repeat(1_000, () => item(stolen('claire')))));
    expect(doors).toHaveLength(ROW.typedPerProfessionalPerDay.size);
    const { numbers } = (await world.vault.call('openedSince', { after: before })).out;
    expect(numbers).toEqual(doors.map(({ journalNo }) => journalNo).sort((a, b) => a - b));
    const { lines } = (await world.vault.call('journal', { numbers })).out;
    expect(new Set(lines.map((line) => JSON.parse(line).account))).toEqual(new Set(['claire']));
  });

  it('gets nothing more by forging, mixing or repeating what it holds', async () => {
    const claire = stolen('claire');
    const hugo = stolen('hugo');
    if (claire.kind !== 'token' || hugo.kind !== 'token') throw new Error('software has tokens');
    const forged = [
      { ...claire, client: hugo.client },
      { ...claire, token: `${claire.token.slice(0, -4)}AAAA` },
      { ...claire, token: `${hugo.token.split('.').slice(0, 2).join('.')}.${claire.token.split('.')[2]}` },
      { ...claire, token: '' },
    ];
    expect(opened(await open(forged.map((proof) => item(proof))))).toEqual([]);
    expect(opened(await open(repeat(100, () => item(claire))))).toEqual([]);
  });

  it('gets units back for patients it claims the site knows, so many a day and no more', async () => {
    const known = ROW.knownPerProfessionalPerDay.size;
    const most = ROW.typedPerProfessionalPerDay.size + known;
    let doors = 0;
    for (let i = 0; i < 2 * known; i += 20) {
      const some = opened(await open(repeat(20, () => item(stolen('hugo')))));
      doors += some.length;
      const journalNos = some.map(({ journalNo }) => journalNo);
      // The tag is asked for first, of any record it likes.
      const recordId = 'ab'.repeat(16);
      const items = journalNos.map((journalNo) => ({ amcNo: TILLEULS, recordId, journalNo }));
      const month = new Date().toISOString().slice(0, 7);
      if (items.length > 0) await world.vault.call('tag', { month, items });
      await world.vault.call('giveBack', { journalNos });
    }
    expect(doors).toBeLessThanOrEqual(most + 1); // one more may be back by now
    expect(doors).toBeGreaterThanOrEqual(most);
  });

  it('opens by NIR alone what the identity-only budget says, within the others', async () => {
    const doors = opened(await open(repeat(200, () => item(stolen('ines'), 'identity-only'))));
    expect(doors).toHaveLength(ROW.identityOnlyPerProfessionalPerDay.size);
    const typed = opened(await open(repeat(200, () => item(stolen('ines')))));
    expect(doors.length + typed.length).toBe(ROW.typedPerProfessionalPerDay.size);
  });

  it('takes the emergency of a structure once, in the name of somebody who is signed in', async () => {
    const optician = PROFESSION_BUDGETS.optician.typedPerProfessionalPerDay.size;
    expect(opened(await open(repeat(100, () => item(stolen('marc')))))).toHaveLength(optician);
    const take = () =>
      world.vault.call('emergency', { proof: stolen('marc'), reason: 'SOFTWARE_FAILURE' }).then(
        ({ out }) => out.units,
        (error: { code?: unknown }) => error.code,
      );
    expect([await take(), await take()]).toEqual([10, 'emergency-spent']);
    expect(opened(await open(repeat(100, () => item(stolen('marc')))))).toHaveLength(10);
  });

  it('cannot declare a real insurer an exercise: that stands in the vault’s own enrolment', async () => {
    await world.sql`update insurers set exercise = true`;
    const spent = await open(repeat(50, () => item(stolen('claire'))));
    expect(opened(spent)).toEqual([]);
  });

  it('gets its units a second time by no restart of the vault', async () => {
    await world.stopVault();
    await world.startVault();
    for (const id of ['claire', 'hugo', 'ines', 'marc']) {
      expect(opened(await open(repeat(50, () => item(stolen(id))))).length, id).toBeLessThanOrEqual(1);
    }
  });
});
