// Where structures are paid: the vault seals what a browser signed and nothing else, and opens it for one run that two
// different persons signed, locked or not. Then the claims of that run, for an hour.

import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tempDir } from '../../test/support/temp-dir.ts';
import type { SignedCall } from '../crypto/session-proof.ts';
import { type Browser, idTokenFor, newBrowser, proofBy } from './browser-fixture.ts';
import { HARD_BUDGETS } from './hard-budgets.ts';
import type { RunningVault } from './start.ts';
import { STRANGER, TILLEULS, type VaultHome, VIEUX_PORT, vaultHome } from './vault-fixture.ts';

const CLAIRE_ID = '899700200001';
const IBAN = 'FR1420041010050500013M02606';
const HOLDER = 'Pharmacie Vidal';
const DIGEST = 'd1'.repeat(32);
const RUN = 'run-2026-03-01';

let home: VaultHome;
let running: RunningVault;
let browser: Browser;
let session: string;
beforeEach(async () => {
  home = vaultHome(tempDir());
  running = await home.start();
  browser = newBrowser();
  session = await signIn();
});
afterEach(() => running.close());

async function signIn(more: Record<string, unknown> = {}): Promise<string> {
  const { publicKey } = browser;
  const idToken = idTokenFor(CLAIRE_ID, publicKey, more);
  return (await running.vault.bindSession({ idToken, publicKey, structure: 'S-1' })).session;
}

const signed = (body: unknown, call: Partial<SignedCall> = {}) =>
  proofBy(browser, session, {
    method: 'PUT',
    path: '/v1/bank-details',
    body: JSON.stringify(body),
    ...call,
  });
const sealed = (body: unknown = { holder: HOLDER, iban: IBAN }) =>
  running.vault.sealBankDetails(signed(body));

const approval = (staff: string, says: Record<string, unknown> = {}) =>
  home.approval(staff, null, { verb: 'pay', run: RUN, digest: DIGEST, ...says });
const both = (says: Record<string, unknown> = {}) => [approval('sophie', says), approval('theo', says)];
type Opening = Parameters<RunningVault['vault']['bankDetails']['open']>[0];
const opening = (more: Partial<Opening> = {}) =>
  running.vault.bankDetails.open({ run: RUN, digest: DIGEST, approvals: both(), items: [], ...more });

const refused = (code: string) => ({ code });
const journal = () => readFileSync(`${home.config.journalDirectory}/journal-2026-03-01.ndjson`, 'utf8');
const lines = (what: string) =>
  journal()
    .trim()
    .split('\n')
    .map((text) => JSON.parse(text) as Record<string, unknown>)
    .filter((line) => line['do'] === what);

async function restart(): Promise<void> {
  await running.close();
  running = await home.start();
}

describe('bank details', () => {
  it('are what the browser signed, sealed for the structure of who signed, and shown masked', async () => {
    const one = await sealed({
      holder: HOLDER,
      iban: 'fr14 2004 1010 0505 0001 3M02 606',
      bic: 'REMPFRPPXXX',
    });
    expect(one).toMatchObject({ structure: 'S-1', masked: 'FRxx •••• 2606' });
    expect(await opening({ items: [one] })).toEqual([{ holder: HOLDER, iban: IBAN, bic: 'REMPFRPPXXX' }]);
  });

  it('leave their line before they leave, and nothing of the account in it', async () => {
    const { sealed: text } = await sealed();
    expect(lines('bank-details')).toEqual([expect.objectContaining({ account: 'claire', structure: 'S-1' })]);
    for (const secret of [IBAN, '2606', HOLDER]) {
      expect(journal()).not.toContain(secret);
      expect(Buffer.from(text, 'base64url').includes(secret)).toBe(false);
    }
  });

  it('cannot be swapped: of another body, path or method, or signed before, the vault takes none', async () => {
    const body = JSON.stringify({ holder: 'Mallory', iban: 'DE89370400440532013000' });
    const proof = signed({ holder: HOLDER, iban: IBAN });
    await running.vault.sealBankDetails(proof);
    const bad = [
      { ...signed({ holder: HOLDER, iban: IBAN }), body },
      signed({ holder: HOLDER, iban: IBAN }, { method: 'POST' }),
      signed({ holder: HOLDER, iban: IBAN }, { path: '/v1/feedback' }),
      proof,
    ];
    for (const one of bad) {
      await expect(running.vault.sealBankDetails(one)).rejects.toMatchObject(refused('subject-refused'));
    }
  });

  it('need a sign-in of the last ten minutes', async () => {
    home.clock.advance(600_000);
    await sealed();
    home.clock.advance(1_000);
    await expect(sealed()).rejects.toMatchObject(refused('fresh-sign-in-required'));
    session = await signIn();
    await sealed();
  });

  it.each([
    ['an IBAN with a wrong digit', { holder: HOLDER, iban: 'FR1420041010050500013M02607' }],
    ['an account that SEPA does not reach', { holder: HOLDER, iban: 'BR1500000000000010932840814P2' }],
    ['no IBAN', { holder: HOLDER }],
    ['no holder', { iban: IBAN, holder: '' }],
    ['a holder of two lines', { iban: IBAN, holder: 'a\nb' }],
    ['a holder that is no text', { iban: IBAN, holder: ['x'] }],
    ['a holder too long for an order', { iban: IBAN, holder: 'x'.repeat(71) }],
    ['a wrong BIC', { iban: IBAN, holder: HOLDER, bic: 'PSST' }],
  ])('are refused with %s', async (_, body) => {
    await expect(sealed(body)).rejects.toMatchObject(refused('bank-details-refused'));
    expect(lines('bank-details')).toEqual([]);
  });

  it('are not taken while the vault is locked', async () => {
    await running.vault.lock('sophie', 'test');
    await expect(sealed()).rejects.toMatchObject(refused('locked'));
  });
});

describe('a payment run', () => {
  it('opens bank details with two signatures, in a demo too, also while the vault is locked and after a restart', async () => {
    const one = await sealed();
    await running.vault.lock('sophie', 'an attack');
    await restart();
    expect(running.vault.state().locked).toBe(true);
    expect(await opening({ items: [one] })).toEqual([{ holder: HOLDER, iban: IBAN, bic: null }]);
    expect(lines('pay')).toEqual([
      expect.objectContaining({ run: RUN, digest: DIGEST, count: 1, by: ['sophie', 'theo'] }),
    ]);
  });

  it('opens none with fewer than two different persons, or signatures for anything else', async () => {
    const items = [await sealed()];
    const bad: Partial<Opening>[] = [
      { approvals: [] },
      { approvals: [approval('sophie')] },
      { approvals: [approval('sophie'), approval('sophie')] },
      { approvals: [approval('sophie'), { ...approval('sophie'), staff: 'theo' }] },
      { approvals: [approval('sophie'), approval('theo', { digest: 'd2'.repeat(32) })] },
      { digest: 'd2'.repeat(32) },
      { run: 'run-2026-03-02' },
      { approvals: both({ verb: 'untag' }) },
    ];
    for (const one of bad) {
      await expect(opening({ items, ...one })).rejects.toMatchObject(refused('approval-refused'));
    }
    expect(lines('pay')).toEqual([]);
  });

  it('opens none for another structure than they were sealed for', async () => {
    const { sealed: text } = await sealed();
    const moved = opening({ items: [{ structure: 'S-2', sealed: text }] });
    await expect(moved).rejects.toMatchObject(refused('bank-details-refused'));
  });

  it('has one digest for good: two signatures under another open nothing, after a restart neither', async () => {
    await opening();
    await restart();
    const digest = 'd2'.repeat(32);
    const other = opening({ digest, approvals: both({ digest }) });
    await expect(other).rejects.toMatchObject(refused('approval-refused'));
    await opening();
  });

  it('opens no more than there are structures, counted from the journal after a restart', async () => {
    const items = [await sealed()];
    // What does not open is counted all the same.
    const junk = Array(HARD_BUDGETS.bankDetailsPerRun.size - 1).fill({ structure: 'S-1', sealed: 'AA' });
    await expect(opening({ items: junk })).rejects.toMatchObject(refused('bank-details-refused'));
    await restart();
    expect(await opening({ items })).toHaveLength(1);
    await expect(opening({ items })).rejects.toMatchObject(refused('bank-details-exhausted'));
    const run = 'run-2';
    expect(await opening({ run, approvals: both({ run }), items })).toHaveLength(1);
  });
});

describe('claims', () => {
  const claim = (n: number) => ({ text: `{"n":${n}}`, guard: `S-1|${n}|1|2026-03-01` });
  const sealedClaims = (...numbers: number[]) =>
    running.vault.settlement.sealClaims({ amcNo: TILLEULS, items: numbers.map(claim) });
  const openClaims = (sealed: string[], { amcNo = TILLEULS, run = RUN } = {}) =>
    running.vault.settlement.openClaims({ amcNo, run, sealed });

  it('sent twice have one tag, sealed anew each time; another insurer’s have another', async () => {
    const { items } = await sealedClaims(1, 1, 2);
    expect(items[0]?.tag).toMatch(/^[0-9a-f]{32}$/);
    expect(items[1]?.tag).toBe(items[0]?.tag);
    expect(items[1]?.sealed).not.toBe(items[0]?.sealed);
    expect(items[2]?.tag).not.toBe(items[0]?.tag);
    const elsewhere = await running.vault.settlement.sealClaims({ amcNo: VIEUX_PORT, items: [claim(1)] });
    expect(elsewhere.items[0]?.tag).not.toBe(items[0]?.tag);
  });

  it('are opened for a run that two persons signed, within an hour, also while locked, with a line', async () => {
    const texts = (await sealedClaims(1, 2)).items.map(({ sealed: text }) => text);
    await running.vault.beginEpoch(TILLEULS);
    await running.vault.endEpochsBefore(TILLEULS, 2);
    await expect(openClaims(texts)).rejects.toMatchObject(refused('approval-refused'));
    await opening();
    await running.vault.lock('sophie', 'an attack');
    await restart();
    await expect(openClaims(texts, { run: 'run-2' })).rejects.toMatchObject(refused('approval-refused'));
    expect(await openClaims(texts)).toEqual(['{"n":1}', '{"n":2}']);
    expect(lines('claims')).toEqual([expect.objectContaining({ insurer: TILLEULS, run: RUN, count: 2 })]);
    home.clock.advance(3_600_000);
    await expect(openClaims(texts)).rejects.toMatchObject(refused('approval-refused'));
    home.clock.advance(-3_600_000 - 1);
    expect(await openClaims(texts)).toHaveLength(2);
  });

  it('are opened for their own insurer alone, and are neither sealed while locked nor for a stranger', async () => {
    const texts = (await sealedClaims(1)).items.map(({ sealed: text }) => text);
    await running.vault.settlement.sealClaims({ amcNo: VIEUX_PORT, items: [] });
    await opening();
    await expect(openClaims(texts, { amcNo: VIEUX_PORT })).rejects.toMatchObject(refused('bad-call'));
    await expect(openClaims(texts, { amcNo: STRANGER })).rejects.toMatchObject(refused('insurer-unknown'));
    await expect(running.vault.settlement.sealClaims({ amcNo: STRANGER, items: [] })).rejects.toMatchObject(
      refused('insurer-unknown'),
    );
    await running.vault.lock('sophie', 'test');
    await expect(sealedClaims(1)).rejects.toMatchObject(refused('locked'));
  });

  it('are opened so many a day for each insurer: enough for a run of a million, counted from the journal', async () => {
    const texts = (await sealedClaims(1)).items.map(({ sealed: text }) => text);
    const { size } = HARD_BUDGETS.claimsPerInsurerPerDay;
    expect(size).toBeGreaterThanOrEqual(1_000_000);
    await opening();
    // What does not open is counted all the same.
    const junk = openClaims(Array(size - 1).fill('AA'));
    await expect(junk).rejects.toMatchObject(refused('bad-call'));
    await restart();
    expect(await openClaims(texts)).toHaveLength(1);
    await expect(openClaims(texts)).rejects.toMatchObject(refused('claims-exhausted'));
    const elsewhere = await running.vault.settlement.sealClaims({ amcNo: VIEUX_PORT, items: [claim(1)] });
    const others = elsewhere.items.map(({ sealed: text }) => text);
    expect(await openClaims(others, { amcNo: VIEUX_PORT })).toHaveLength(1);
  });
});
