// The vault's verbs on real files: whom it refuses and at what price, that nothing leaves before its line is on disk,
// that a lock wins over everything, and that no second tree is ever signed.

import { createHmac, createPublicKey, hash, verify } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { tempDir } from '../../test/support/temp-dir.ts';
import { FollowedTrust } from '../crypto/followed-trust.ts';
import { timestamp } from '../lib/clock.ts';
import { Frontier, leafHash, rootOf } from '../operator/ledger/merkle.ts';
import { openNote, parseCheckpoint, parseVkey } from '../operator/ledger/note.ts';
import { flushMessage } from '../operator/ledger/receipt.ts';
import { AccessTokens } from './access-tokens.ts';
import { ApprovedRuns } from './approved-runs.ts';
import { BrowserKeys } from './browser-keys.ts';
import { ClientChanges } from './client-changes.ts';
import { Emergencies } from './emergencies.ts';
import { Enrolment } from './enrolment.ts';
import { openFileKeyring } from './file-keyring.ts';
import { HARD_BUDGETS } from './hard-budgets.ts';
import { IdentityHalves } from './identity-halves.ts';
import { Journal, type JournalLine } from './journal.ts';
import { KnownPatients } from './known-patients.ts';
import { logIdentity } from './log-identity.ts';
import { Meter } from './meter.ts';
import { PasskeyChallenges } from './passkey-challenges.ts';
import { Passkeys } from './passkeys.ts';
import type { Approval, OpenItem, OpenOutcome } from './protocol.ts';
import { PscTrust } from './psc-trust.ts';
import { Sessions } from './sessions.ts';
import { SignedClaims } from './signed-claims.ts';
import type { RunningVault } from './start.ts';
import { Vault } from './vault.ts';
import {
  accessToken,
  CLAIRE,
  compactJws,
  DAY_MS,
  encoded,
  INSURERS,
  identityItem,
  MARC,
  memberNo,
  openItem,
  person,
  START_MS,
  STRANGER,
  TILLEULS,
  type VaultHome,
  VIEUX_PORT,
  vaultHome,
} from './vault-fixture.ts';

const running: RunningVault[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) await one.close();
});

async function start(home: VaultHome, overrides: Parameters<VaultHome['start']>[0] = {}) {
  const one = await home.start(overrides);
  running.push(one);
  return one;
}

async function newVault() {
  const home = vaultHome(tempDir());
  const { vault } = await start(home);
  return { home, vault };
}

/** A vault whose identity doors are open. */
async function newVaultWithHalves() {
  const made = await newVault();
  await made.home.lendHalves(made.vault);
  return made;
}

/** Without closing anything, as after kill -9; the socket's name is not free yet. */
async function restartKilled(home: VaultHome) {
  return start(home, { socket: `${home.config.socket}.${running.length}` });
}

function journalLines(home: VaultHome): JournalLine[] {
  const { journalDirectory } = home.config;
  return readdirSync(journalDirectory)
    .sort()
    .flatMap((name) => readFileSync(join(journalDirectory, name), 'utf8').split('\n').slice(0, -1))
    .map((text) => JSON.parse(text) as JournalLine);
}

/** Today's file of the journal. */
const journalOf = ({ config, clock }: VaultHome) =>
  join(config.journalDirectory, `journal-${timestamp(clock.nowMs()).slice(0, 10)}.ndjson`);

const linesThat = (home: VaultHome, what: JournalLine['do']) =>
  journalLines(home).filter((line) => line.do === what);

function opened(outcome: OpenOutcome | undefined): Extract<OpenOutcome, { ok: true }> {
  if (!outcome?.ok) throw new Error(`not opened: ${JSON.stringify(outcome)}`);
  return outcome;
}

const approvals = (home: VaultHome, lockId: string | null, ids = ['sophie', 'theo']) =>
  ids.map((id) => home.approval(id, lockId));

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** What a value may look like in a file: plain, hexadecimal, base64 wherever it began, or as an unkeyed digest. */
function traces(value: string): string[] {
  const bytes = Buffer.from(value);
  const base64 = [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    return text.slice(Math.ceil((before * 4) / 3), Math.floor(((before + bytes.length) * 4) / 3));
  });
  const digest = hash('sha256', bytes, 'buffer');
  const digests = (['hex', 'base64', 'base64url'] as const).map((encoding) =>
    digest.toString(encoding).slice(0, 12),
  );
  return [value, bytes.toString('hex'), ...base64, ...digests];
}

const leaf = (i: number) => leafHash(Buffer.from(`entry ${i}`));
const leaves = (from: number, to: number) =>
  Buffer.concat(Array.from({ length: to - from }, (_, i) => leaf(from + i)));

describe('opening', () => {
  it('lets one site of a vendor’s certificate close nothing to the vendor’s other sites', async () => {
    const { home, vault } = await newVault();
    const vendor = 'vendor'.padEnd(43, 'x');
    home.enrolment.clients.push({ thumbprint: vendor, client: 'vendor', structures: ['S-1', 'S-2'] });
    home.writeEnrolment();
    const at = (account: string, structure: string, profession: string) => {
      const token = accessToken(vendor, { sub: account, structure, profession, client_id: 'vendor' });
      const evidence = { kind: 'card', data: 'AAAA' } as const;
      return openItem(1, { proof: { kind: 'token', client: vendor, token }, evidence });
    };
    const { size } = HARD_BUDGETS.cardsRefusedPerStructurePerDay;
    const tried = await vault.open(Array.from({ length: size + 1 }, () => at('claire', 'S-1', 'pharmacist')));
    expect(tried.at(-2)).toMatchObject({ code: 'card-refused' });
    expect(tried.at(-1)).toMatchObject({ budget: 'cardsRefusedPerStructurePerDay' });
    const [elsewhere] = await vault.open([at('marc', 'S-2', 'optician')]);
    expect(elsewhere).toMatchObject({ code: 'card-refused' });
  });

  it('refuses an unknown certificate and an unknown insurer one by one, and spends nothing on them', async () => {
    const { home, vault } = await newVault();
    const outcomes = await vault.open([
      openItem(1, { client: 'mallory' }),
      openItem(1, { amcNo: STRANGER }),
      openItem(1),
      openItem(1, { client: 'mallory', amcNo: STRANGER }),
    ]);
    expect(outcomes.map((one) => (one.ok ? 'opened' : one.code))).toEqual([
      'not-enrolled',
      'insurer-unknown',
      'opened',
      'not-enrolled',
    ]);
    expect(linesThat(home, 'open')).toHaveLength(1);
  });

  it('lets in whom the enrolment names since a moment, and shuts out within a second whom it names no more', async () => {
    const { home, vault } = await newVault();
    const [claire, marc] = home.enrolment.clients;
    if (!claire || !marc) throw new Error('the fixture enrols two');
    const nadine = { ...claire, thumbprint: 'nadine' };
    const activities = [{ account: 'nadine', structure: 'S-1', profession: 'pharmacist' }];
    home.enrolment.professionals.push({ id: '899700200003', activities });
    home.enrolment.clients = [marc, nadine];
    home.writeEnrolment();
    opened((await vault.open([openItem(1, { client: 'nadine' })]))[0]);
    opened((await vault.open([openItem(1, { client: MARC })]))[0]);
    home.enrolment.clients = [nadine];
    home.writeEnrolment();
    home.clock.advance(1_000);
    expect(await vault.open([openItem(1, { client: MARC })])).toEqual([{ ok: false, code: 'not-enrolled' }]);
    expect(await vault.open([openItem(1)])).toEqual([{ ok: false, code: 'not-enrolled' }]);
  });

  it('goes on for those it knows when the enrolment file is spoilt, and believes nothing in it', async () => {
    const { home, vault } = await newVault();
    const [claire] = home.enrolment.clients;
    const clients = [{ ...claire, thumbprint: 'mallory' }];
    writeFileSync(
      home.config.enrolmentFile,
      JSON.stringify({ ...home.enrolment, clients, staff: [{ id: 'sophie' }] }),
    );
    home.clock.advance(1_000);
    const outcomes = await vault.open([openItem(1), openItem(1, { client: 'mallory' })]);
    opened(outcomes[0]);
    expect(outcomes[1]).toEqual({ ok: false, code: 'not-enrolled' });
    await expect(vault.insurerKeys(TILLEULS)).rejects.toThrow(); // what somebody watches says that it is broken
  });

  it('has the line of each door on disk when the answer is there, with no more in it than it needs', async () => {
    const { home, vault } = await newVaultWithHalves();
    const outcomes = await vault.open([openItem(1), identityItem(2)]);
    const lines = linesThat(home, 'open');
    expect(lines.map((line) => line.n)).toEqual(outcomes.map((one) => opened(one).journalNo));
    expect(Object.keys(lines[0] ?? {}).sort()).toEqual(
      [
        ...'n at do account client structure professional profession insurer evidence door fields prev'.split(
          ' ',
        ),
      ].sort(),
    );
    expect(lines).toMatchObject([
      { account: 'claire', structure: 'S-1', evidence: 'member-number', insurer: TILLEULS },
      { account: 'claire', structure: 'S-1', evidence: 'identity-only', insurer: TILLEULS },
    ]);
  });

  it('finds the same place for the same fields, and another for any other', async () => {
    const { vault } = await newVaultWithHalves();
    const { memberNo: mine, ...rest } = { memberNo: memberNo(1), ...person(1) };
    const base = openItem(1);
    const items: OpenItem[] = [
      base,
      openItem(1, { client: MARC }), // who asks changes nothing
      openItem(1, { amcNo: VIEUX_PORT }),
      identityItem(1),
      openItem(1, { evidence: { kind: 'member-number', ...rest, memberNo: `${mine}0` } }),
      openItem(1, { evidence: { kind: 'member-number', ...rest, memberNo: mine, birthRank: 2 } }),
      openItem(1, { evidence: { kind: 'member-number', ...rest, memberNo: mine, birthDate: '19900105' } }),
      openItem(1, { evidence: { kind: 'member-number', ...rest, memberNo: mine, nir: person(2).nir } }),
    ];
    const doors = (await vault.open(items)).map((one) => opened(one).doors[0]);
    expect(doors[1]).toEqual(doors[0]);
    const others = doors.slice(1);
    expect(new Set(others.map((door) => door?.locator)).size).toBe(others.length);
    expect(new Set(others.map((door) => door?.doorKey)).size).toBe(others.length);
    expect(doors.map((door) => door?.kind)).toEqual(
      items.map(({ evidence }) => (evidence.kind === 'identity-only' ? 'identity' : 'member')),
    );
  });

  it('gives one place per living epoch, newest first, and never two', async () => {
    const { vault } = await newVault();
    const first = opened((await vault.open([openItem(1)]))[0]).doors;
    expect(await vault.beginEpoch(TILLEULS)).toBe(2);
    const both = opened((await vault.open([openItem(1)]))[0]).doors;
    expect(both.map(({ epoch }) => epoch)).toEqual([2, 1]);
    expect(both[1]).toEqual(first[0]);
    expect(both[0]?.locator).not.toBe(first[0]?.locator);
    await expect(vault.beginEpoch(TILLEULS)).rejects.toThrow('epochs-full');
    await expect(vault.endEpochsBefore(TILLEULS, 3)).rejects.toThrow('bad-call');
    expect(await vault.endEpochsBefore(TILLEULS, 2)).toEqual([1]);
    expect(opened((await vault.open([openItem(1)]))[0]).doors).toEqual([both[0]]);
    expect(await vault.epochs(TILLEULS)).toEqual([2]);
  });

  it('spends before it answers: the budget that is empty is named, and no line tells of a door that stayed shut', async () => {
    const { home, vault } = await newVaultWithHalves();
    const asked = Array.from({ length: 10 }, (_, i) => identityItem(i, { client: MARC }));
    const outcomes = await vault.open(asked); // an optician has 8
    expect(outcomes.map(({ ok }) => ok)).toEqual([...Array(8).fill(true), false, false]);
    expect(outcomes[9]).toEqual({
      ok: false,
      code: 'budget-exhausted',
      budget: 'identityOnlyPerProfessionalPerDay',
      retryAfterSeconds: DAY_MS / 8 / 1000,
    });
    expect(linesThat(home, 'open')).toHaveLength(8);
    home.clock.advance(DAY_MS / 8);
    opened((await vault.open([identityItem(10, { client: MARC })]))[0]);
  });

  it('lets a search for somebody’s insurer go no further than three', async () => {
    const { vault } = await newVaultWithHalves();
    const outcomes = await vault.open(INSURERS.map((amcNo) => identityItem(1, { amcNo })));
    expect(outcomes.map((one) => (one.ok ? 'opened' : (one as { budget?: string }).budget))).toEqual([
      'opened',
      'opened',
      'opened',
      'insurersPerPersonPerDay',
    ]);
  });

  it('comes back after a kill with what was spent, to the unit', async () => {
    const { home, vault } = await newVaultWithHalves();
    await vault.open(Array.from({ length: 5 }, (_, i) => identityItem(i, { client: MARC })));
    const { vault: second } = await restartKilled(home);
    await home.lendHalves(second);
    await second.open([identityItem(5, { client: MARC }), identityItem(6, { client: MARC })]);
    home.clock.advance(1_000);
    const { vault: third } = await restartKilled(home);
    await home.lendHalves(third);
    const outcomes = await third.open([identityItem(7, { client: MARC }), identityItem(8, { client: MARC })]);
    expect(outcomes.map(({ ok }) => ok)).toEqual([true, false]);
    expect(linesThat(home, 'start')).toHaveLength(3);
  });

  it('puts no field of a person into any of the vault’s files, in any encoding', async () => {
    const { home, vault } = await newVaultWithHalves();
    const people = Array.from({ length: 20 }, (_, i) => i);
    await vault.open(people.flatMap((i) => [openItem(i), identityItem(i)]));
    await vault.lock('sophie', 'the end');
    const folder = join(home.config.journalDirectory, '..');
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    const files = names.map((name) => join(folder, name)).filter((path) => statSync(path).isFile());
    expect(files.length).toBeGreaterThanOrEqual(3);
    const all = files.map((path) => readFileSync(path, 'latin1')).join('\n');
    for (const i of people) {
      const { nir, birthDate, birthRank } = person(i);
      const joined = [nir, birthDate, birthRank].join('');
      const values = [nir, nir.slice(0, 13), birthDate, memberNo(i), joined, memberNo(i) + joined];
      expect(values.flatMap(traces).filter((text) => all.includes(text))).toEqual([]);
    }
  });

  it('tells the openings since a line, and gives back lines as they stand', async () => {
    const { home, vault } = await newVault();
    const [first] = await vault.open([openItem(1)]);
    await vault.noteFeed(TILLEULS, 1, 'digest');
    const later = await vault.open([openItem(2), openItem(3)]);
    const numbers = [first, ...later].map((one) => opened(one).journalNo);
    expect(await vault.openedSince(0)).toEqual({ numbers, last: 5 });
    expect(await vault.openedSince(numbers[0] ?? 0)).toEqual({ numbers: numbers.slice(1), last: 5 });
    expect(await vault.openedSince(5)).toEqual({ numbers: [], last: 5 });
    const lines = await vault.journal([...numbers].reverse());
    expect(lines.map((text) => JSON.parse(text))).toEqual(linesThat(home, 'open'));
    expect(await vault.journal([])).toEqual([]);
    expect(await vault.journal([999])).toEqual([]);
  });
});

describe('a locked vault', () => {
  it('refuses everything that needs a door’s key and goes on tagging and signing', async () => {
    const { home, vault } = await newVault();
    opened((await vault.open([openItem(1)]))[0]);
    const recordId = 'ab'.repeat(16);
    const [tag] = await vault.tag('2026-03', [{ amcNo: TILLEULS, recordId }]);
    const lockId = await vault.lock('sophie', 'phishing');
    expect(vault.state()).toMatchObject({ locked: true, lockId });
    const refused: [string, () => unknown][] = [
      ['open', () => vault.open([openItem(1)])],
      ['open nothing', () => vault.open([])],
      ['replay', async () => vault.replay([{ scope: 's', body: 'b' }])],
      ['epochs', () => vault.epochs(TILLEULS)],
      ['beginEpoch', () => vault.beginEpoch(TILLEULS)],
      ['endEpochsBefore', () => vault.endEpochsBefore(TILLEULS, 1)],
      ['insurerKeys', () => vault.insurerKeys(TILLEULS)],
    ];
    for (const [name, verb] of refused) await expect(verb(), name).rejects.toMatchObject({ code: 'locked' });
    expect(await vault.tag('2026-03', [{ amcNo: TILLEULS, recordId }])).toEqual([tag]);
    home.clock.advance(31 * DAY_MS); // a new month begins during the lock
    expect((await vault.tag('2026-04', [{ amcNo: TILLEULS, recordId }]))[0]).not.toBe(tag);
    expect(vault.log.signFlush({ first: 0, count: 1, root: leaf(0).toString('base64') })).toBeTruthy();
    expect((await vault.log.signCheckpoint(0, leaves(0, 3))).size).toBe(3);
    expect((await vault.openedSince(0)).numbers).toHaveLength(1);
    expect(linesThat(home, 'lock')).toMatchObject([{ lockId, by: 'sophie', reason: 'phishing' }]);
  });

  it('wins over an opening whose line is being flushed', async () => {
    const { vault } = await newVault();
    const item = openItem(1);
    opened((await vault.open([item]))[0]); // keys and token are known from here on: nothing but the disk is waited for
    const before = vault.state().journalNo;
    const opening = vault.open([item]);
    while (vault.state().journalNo === before) await null; // its line is appended, nothing is on disk yet
    const locking = vault.lock('sophie', 'now');
    await expect(opening).rejects.toMatchObject({ code: 'locked' });
    const lockId = await locking;
    expect(lockId).toBe(vault.state().lockId);
  });

  it('wins over an opening that waits for the keys of a new insurer, which then spends nothing', async () => {
    const { home, vault } = await newVault();
    const opening = vault.open([openItem(2)]); // the first for this insurer: its keys are being written
    const locking = vault.lock('sophie', 'now');
    await expect(opening).rejects.toMatchObject({ code: 'locked' });
    await locking;
    expect(linesThat(home, 'open')).toHaveLength(0);
  });

  it('lets no other work that needs keys end with a result', async () => {
    const { vault } = await newVault();
    let finish = (_: string) => {};
    const sealing = vault.whileOpen(() => new Promise<string>((resolve) => (finish = resolve)));
    const locking = vault.lock('sophie', 'now');
    finish('sealed rows');
    await expect(sealing).rejects.toMatchObject({ code: 'locked' });
    await locking;
  });

  it('takes any text as name and reason, cuts what is too long, and can be started again', async () => {
    const { home, vault } = await newVault();
    const reason = `\u2028"\n{"do":"open"}\\ ${'é'.repeat(10_000)}`;
    await vault.lock('x'.repeat(5_000), reason);
    const [line] = linesThat(home, 'lock') as { by: string; reason: string }[];
    expect(line?.by).toHaveLength(100);
    expect(reason.startsWith(line?.reason ?? 'nothing')).toBe(true);
    expect((await vault.openedSince(0)).numbers).toEqual([]);
    expect((await restartKilled(home)).vault.state().locked).toBe(true);
  });

  it('stays locked after a stop and after a kill, under the same name, whatever the configuration says', async () => {
    const home = vaultHome(tempDir());
    const first = await home.start();
    const lockId = await first.vault.lock('sophie', 'phishing');
    await first.close();
    const { vault: second } = await start(home, { startLocked: false });
    expect(second.state()).toMatchObject({ locked: true, lockId });
    const { vault: third } = await restartKilled(home);
    expect(third.state()).toMatchObject({ locked: true, lockId });
    await third.unlock(approvals(home, lockId));
    expect(third.state()).toMatchObject({ locked: false, lockId: null });
    expect((await restartKilled(home)).vault.state().locked).toBe(false);
  });

  it('is what production starts with, each time under a new name', async () => {
    const home = vaultHome(tempDir());
    const { vault } = await start(home, { startLocked: true });
    await expect(vault.open([openItem(1)])).rejects.toMatchObject({ code: 'locked' });
    const { lockId } = vault.state();
    await vault.unlock(approvals(home, lockId));
    opened((await vault.open([openItem(1)]))[0]);
    const { vault: again } = await start(home, { startLocked: true, socket: `${home.config.socket}.2` });
    expect(again.state().locked).toBe(true);
    expect(again.state().lockId).not.toBe(lockId);
    await expect(again.unlock(approvals(home, lockId))).rejects.toMatchObject({ code: 'approval-refused' });
  });
});

describe('unlocking', () => {
  type Case = { name: string; approvals(home: VaultHome, lockId: string): Approval[] };
  const good = (home: VaultHome, lockId: string) => home.approval('sophie', lockId);
  const header = (fields: object, payload: object) => `${encoded(fields)}.${encoded(payload)}`;
  const cases: Case[] = [
    { name: 'nobody', approvals: () => [] },
    { name: 'one person', approvals: (home, lockId) => [good(home, lockId)] },
    { name: 'the same person twice', approvals: (home, lockId) => [good(home, lockId), good(home, lockId)] },
    {
      name: 'the same person under two names',
      approvals: (home, lockId) => [good(home, lockId), { ...good(home, lockId), staff: 'theo' }],
    },
    {
      name: 'an approval of another lock',
      approvals: (home, id) => [good(home, id), home.approval('theo', 'other')],
    },
    {
      name: 'an approval of another verb',
      approvals: (home, lockId) => [
        good(home, lockId),
        home.approval('theo', lockId, { verb: 'untag', lockId }),
      ],
    },
    {
      name: 'an approval of a lock whose name is missing',
      approvals: (home, lockId) => [good(home, lockId), home.approval('theo', lockId, { verb: 'unlock' })],
    },
    {
      name: 'somebody who is no staff member',
      approvals: (home, lockId) => [
        good(home, lockId),
        { ...home.approval('theo', lockId), staff: 'mallory' },
      ],
    },
    {
      name: 'a key of an insurer',
      approvals: (home, lockId) => {
        const key = home.feedKeys[TILLEULS];
        if (!key) throw new Error('the fixture has feed keys');
        return [good(home, lockId), { staff: 'theo', jws: compactJws(key, { verb: 'unlock', lockId }) }];
      },
    },
    {
      name: 'no signature at all (alg none)',
      approvals: (home, lockId) => [
        good(home, lockId),
        { staff: 'theo', jws: `${header({ alg: 'none' }, { verb: 'unlock', lockId })}.` },
      ],
    },
    {
      name: 'an HMAC made with the public key (alg HS256)',
      approvals: (home, lockId) => {
        const jwk = home.enrolment.staff.find(({ id }) => id === 'theo')?.key;
        if (!jwk) throw new Error('theo is enrolled');
        const pem = createPublicKey({ key: jwk, format: 'jwk' }).export({ format: 'pem', type: 'spki' });
        const input = header({ alg: 'HS256' }, { verb: 'unlock', lockId });
        const mac = createHmac('sha256', pem).update(input).digest('base64url');
        return [good(home, lockId), { staff: 'theo', jws: `${input}.${mac}` }];
      },
    },
    {
      name: 'a payload changed after signing',
      approvals: (home, lockId) => {
        const [head, , signature] = home.approval('theo', 'other').jws.split('.');
        const jws = [head, encoded({ verb: 'unlock', lockId }), signature].join('.');
        return [good(home, lockId), { staff: 'theo', jws }];
      },
    },
    {
      name: 'a critical header that nobody understands',
      approvals: (home, lockId) => {
        const [, payload, signature] = home.approval('theo', lockId).jws.split('.');
        const jws = [encoded({ alg: 'ES256', crit: ['x'], x: 1 }), payload, signature].join('.');
        return [good(home, lockId), { staff: 'theo', jws }];
      },
    },
    { name: 'no JWS', approvals: (home, lockId) => [good(home, lockId), { staff: 'theo', jws: 'null' }] },
  ];

  it('is refused for each bad approval, and the same vault then opens for two different persons', async () => {
    const { home, vault } = await newVault();
    const before = opened((await vault.open([openItem(1)]))[0]);
    const lockId = await vault.lock('sophie', 'phishing');
    for (const { name, approvals: made } of cases) {
      await expect(vault.unlock(made(home, lockId)), name).rejects.toMatchObject({
        code: 'approval-refused',
      });
      expect(vault.state().locked, name).toBe(true);
      await expect(vault.open([openItem(1)]), name).rejects.toMatchObject({ code: 'locked' });
    }
    expect(linesThat(home, 'unlock')).toHaveLength(0);
    await vault.unlock(approvals(home, lockId, ['theo', 'nadia']));
    expect(linesThat(home, 'unlock')).toMatchObject([{ lockId, by: ['nadia', 'theo'] }]);
    expect(opened((await vault.open([openItem(1)]))[0]).doors).toEqual(before.doors);
  });

  it('does not work a second time with the approvals of an earlier lock', async () => {
    const { home, vault } = await newVault();
    const old = approvals(home, await vault.lock('sophie', 'first'));
    await vault.unlock(old);
    await vault.lock('sophie', 'second');
    await expect(vault.unlock(old)).rejects.toMatchObject({ code: 'approval-refused' });
  });

  it('counts no staff member who has been struck off', async () => {
    const { home, vault } = await newVault();
    const lockId = await vault.lock('sophie', 'theo has left');
    home.enrolment.staff = home.enrolment.staff.filter(({ id }) => id !== 'theo');
    home.writeEnrolment();
    await expect(vault.unlock(approvals(home, lockId))).rejects.toMatchObject({ code: 'approval-refused' });
    await vault.unlock(approvals(home, lockId, ['sophie', 'nadia']));
    expect(vault.state().locked).toBe(false);
  });

  it.each([
    ['at once', async () => {}],
    ['after a turn of the event loop', () => turns(1)],
    ['after some turns', () => turns(8)],
    ['after many turns', () => turns(64)],
    [
      'when its line is written but not yet on disk',
      async (home: VaultHome, vault: Vault) => {
        const last = linesThat(home, 'lock')[0]?.n ?? 0;
        while (vault.state().journalNo === last) await turns(1);
      },
    ],
    [
      'when it is over',
      async (_: VaultHome, vault: Vault) => {
        while (vault.state().locked) await turns(1);
      },
    ],
  ])('loses against a lock that arrives %s, and a restart agrees', async (_, moment) => {
    const { home, vault } = await newVault();
    const lockId = await vault.lock('sophie', 'first');
    const unlocking = vault.unlock(approvals(home, lockId)).catch((error: { code?: string }) => error.code);
    await moment(home, vault);
    await vault.lock('theo', 'second thoughts');
    expect([undefined, 'approval-refused']).toContain(await unlocking);
    expect(vault.state().locked).toBe(true);
    await expect(vault.open([openItem(1)])).rejects.toMatchObject({ code: 'locked' });
    expect((await restartKilled(home)).vault.state().locked).toBe(true);
  });

  it('that cannot be written down leaves the keys closed, as a lock does from its first moment', async () => {
    const home = vaultHome(tempDir());
    const { config, clock } = home;
    const keyring = await openFileKeyring({ path: config.keyringFile, passphrase: null });
    const journal = await Journal.open(config.journalDirectory, clock, () => {});
    const enrolment = await Enrolment.open(config.enrolmentFile);
    const claims = new SignedClaims(keyring, clock);
    const grants = { claims, psc: new PscTrust(enrolment, clock), enrolment, newGrant: () => 'grant-1' };
    const sessions = new Sessions(grants);
    const challenges = new PasskeyChallenges({ claims, newId: () => 'id-1' });
    const trust = new FollowedTrust({ directory: config.trustDirectory, root: () => null, clock });
    const tokens = new AccessTokens(grants);
    const meter = new Meter();
    const vault = new Vault({
      keyring,
      enrolment,
      claims,
      tokens,
      sessions,
      passkeys: new Passkeys({ claims, sessions, challenges, enrolment }),
      clientChanges: new ClientChanges({ sessions, enrolment }),
      emergencies: new Emergencies({ tokens, sessions, keyring, meter, journal, clock }),
      browserKeys: new BrowserKeys(),
      runs: new ApprovedRuns(),
      trust,
      identityHalves: new IdentityHalves({ keyring, trust, clock }),
      known: new KnownPatients(),
      journal,
      journalDirectory: config.journalDirectory,
      meter,
      clock,
      isDemo: true,
      log: logIdentity(config.logOrigin, keyring.signing.ledger),
      lockId: null,
      frontier: new Frontier(),
      newLockId: () => 'lock-1',
    });
    const locking = vault.lock('sophie', 'phishing');
    expect(keyring.isOpen).toBe(false);
    await locking;
    clock.advance(DAY_MS);
    mkdirSync(journalOf(home));
    await expect(vault.unlock(approvals(home, 'lock-1'))).rejects.toThrow('could not be written');
    expect(keyring.isOpen).toBe(false);
    expect(vault.state().locked).toBe(true);
    await journal.close();
  });

  it('of a vault that is open does nothing', async () => {
    const { home, vault } = await newVault();
    await vault.unlock([]);
    expect(linesThat(home, 'unlock')).toHaveLength(0);
  });
});

it('nobody is tagged for a month that is not now: old entries would be joined to records again', async () => {
  const { home, vault } = await newVault();
  opened((await vault.open([openItem(1)]))[0]);
  const tag = (month: string) => vault.tag(month, [{ amcNo: TILLEULS, recordId: 'ab'.repeat(16) }]);
  const [march] = await tag('2026-03');
  for (const month of ['2026-02', '2026-04', '2025-03'])
    await expect(tag(month)).rejects.toMatchObject({ code: 'bad-call' });
  const aprilMs = Date.parse('2026-04-01T00:00:00Z');
  home.clock.advance(aprilMs + 59_000 - home.clock.nowMs());
  expect(await tag('2026-03')).toEqual([march]); // composed in the last moments of March
  const [april] = await tag('2026-04');
  home.clock.advance(1_001);
  await expect(tag('2026-03')).rejects.toMatchObject({ code: 'bad-call' });
  home.clock.advance(-120_000 + 30_000); // the clock is set back into March
  expect(await tag('2026-04')).toEqual([april]);
});

describe('checkpoints', () => {
  it('are signed over the tree that the leaves make, in whatever portions they come', async () => {
    const { vault } = await newVault();
    const { vkey, origin } = vault.state().ledger;
    let size = 0;
    for (const portion of [1, 2, 0, 7, 1, 32, 100]) {
      const signed = await vault.log.signCheckpoint(size, leaves(size, size + portion));
      size += portion;
      const root = rootOf(Array.from({ length: size }, (_, i) => leaf(i)));
      expect(signed).toMatchObject({ size, root: root.toString('base64') });
      const checkpoint = parseCheckpoint(openNote(signed.note, [parseVkey(vkey)]).text);
      expect(checkpoint).toEqual({ origin, size, root, extensions: [] });
      expect(vault.state().ledger).toMatchObject({ size, root: root.toString('base64') });
    }
  });

  it('are refused for a shorter ledger, for one that skips entries, and for half a leaf', async () => {
    const { vault } = await newVault();
    await vault.log.signCheckpoint(0, leaves(0, 5));
    const { ledger } = vault.state();
    await expect(vault.log.signCheckpoint(4, leaves(4, 9))).rejects.toMatchObject({ code: 'ledger-shorter' });
    await expect(vault.log.signCheckpoint(0, leaves(0, 9))).rejects.toMatchObject({ code: 'ledger-shorter' });
    await expect(vault.log.signCheckpoint(6, leaves(6, 9))).rejects.toMatchObject({ code: 'ledger-forked' });
    await expect(vault.log.signCheckpoint(Number.NaN, leaves(5, 9))).rejects.toMatchObject({
      code: 'ledger-forked',
    });
    await expect(vault.log.signCheckpoint(5, leaves(5, 9).subarray(0, 40))).rejects.toMatchObject({
      code: 'ledger-forked',
    });
    expect(vault.state().ledger).toEqual(ledger);
  });

  it('never show two trees of one size, however many callers extend the same tree at once', async () => {
    const { home, vault } = await newVault();
    const rivals = await Promise.allSettled(
      Array.from({ length: 10 }, (_, i) => vault.log.signCheckpoint(0, leaves(i * 10, i * 10 + 3))),
    );
    expect(rivals.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(linesThat(home, 'checkpoint')).toHaveLength(1);
  });

  it('go on after a kill from the tree last signed, and a forked ledger is found out', async () => {
    const { home, vault } = await newVault();
    await vault.log.signCheckpoint(0, leaves(0, 5));
    const { vault: restarted } = await restartKilled(home);
    expect(restarted.state().ledger).toEqual(vault.state().ledger);
    await expect(restarted.log.signCheckpoint(0, leaves(0, 9))).rejects.toMatchObject({
      code: 'ledger-shorter',
    });
    const { root } = await restarted.log.signCheckpoint(5, leaves(5, 9));
    expect(root).toBe(rootOf(Array.from({ length: 9 }, (_, i) => leaf(i))).toString('base64'));
  });

  it('a signature over a flush is the log’s own, for these numbers and this root only', async () => {
    const { vault } = await newVault();
    const { origin, vkey } = vault.state().ledger;
    const flush = { first: 7, count: 2, root: rootOf([leaf(7), leaf(8)]).toString('base64') };
    const signature = Buffer.from(vault.log.signFlush(flush), 'base64');
    const { publicKey } = parseVkey(vkey);
    const holds = (overrides: object) => {
      const { root, ...rest } = { ...flush, ...overrides };
      return verify(
        null,
        flushMessage({ ...rest, origin, root: Buffer.from(root, 'base64') }),
        publicKey,
        signature,
      );
    };
    expect(holds({})).toBe(true);
    expect(holds({ first: 8 })).toBe(false);
    expect(holds({ count: 3 })).toBe(false);
    expect(holds({ root: leaf(7).toString('base64') })).toBe(false);
  });
});

it('a vault whose journal cannot be written opens nothing more until it is started again', async () => {
  const { home, vault } = await newVault();
  opened((await vault.open([openItem(1)]))[0]);
  home.clock.advance(DAY_MS);
  const today = journalOf(home);
  mkdirSync(today);
  await expect(vault.open([openItem(2)])).rejects.toThrow('could not be written');
  rmdirSync(today);
  await expect(vault.open([openItem(3)])).rejects.toThrow('could not be written');
  await expect(vault.log.signCheckpoint(0, leaves(0, 1))).rejects.toThrow('could not be written');
  expect(vault.state().ledger.size).toBe(0);
  // A lock holds at once all the same, though nobody could write it down.
  await expect(vault.lock('sophie', 'disk')).rejects.toThrow('could not be written');
  await expect(vault.open([openItem(3)])).rejects.toMatchObject({ code: 'locked' });
  const { vault: restarted } = await restartKilled(home);
  opened((await restarted.open([openItem(3)]))[0]);
  expect(linesThat(home, 'open')).toHaveLength(2);
});

it('no way of printing a vault shows a key or a spending', async () => {
  const { home, vault } = await newVault();
  opened((await vault.open([openItem(1)]))[0]);
  const printed = [
    JSON.stringify(vault),
    inspect(vault, { depth: 20, showHidden: true }),
    inspect(await vault.insurerKeys(TILLEULS), { depth: 20, showHidden: true }),
    JSON.stringify(await vault.insurerKeys(TILLEULS)),
  ].join('\n');
  const keyring = readFileSync(home.config.keyringFile, 'utf8');
  const secrets = keyring.match(/[A-Za-z0-9+/]{43,}=*/g) ?? [];
  expect(secrets.length).toBeGreaterThanOrEqual(4);
  for (const secret of secrets) {
    expect(printed).not.toContain(secret);
    expect(printed).not.toContain(Buffer.from(secret, 'base64').toString('hex'));
  }
  expect(printed).not.toContain('S-1');
  expect(printed).not.toContain(CLAIRE);
  expect(home.clock.nowMs()).toBe(START_MS);
});

it('a second vault at the same place is refused before it touches the journal or the keys of the first', async () => {
  const { home, vault } = await newVault();
  opened((await vault.open([openItem(1)]))[0]);
  const before = journalLines(home).length;
  await expect(home.start()).rejects.toThrow('another vault already listens');
  expect(journalLines(home)).toHaveLength(before);
  opened((await vault.open([openItem(2)]))[0]);
  await restartKilled(home); // the chain is whole
});

it('a vault that cannot start leaves its place to the next one', async () => {
  const home = vaultHome(tempDir());
  writeFileSync(home.config.enrolmentFile, 'spoilt');
  await expect(home.start()).rejects.toThrow();
  home.writeEnrolment();
  opened((await (await start(home)).vault.open([openItem(1)]))[0]);
});

it('an unknown insurer gets no keys', async () => {
  const { home, vault } = await newVault();
  await expect(vault.epochs(STRANGER)).rejects.toMatchObject({ code: 'insurer-unknown' });
  await expect(vault.beginEpoch(STRANGER)).rejects.toMatchObject({ code: 'insurer-unknown' });
  await expect(vault.insurerKeys(STRANGER)).rejects.toMatchObject({ code: 'insurer-unknown' });
  await expect(vault.endEpochsBefore(STRANGER, 1)).rejects.toMatchObject({ code: 'insurer-unknown' });
  expect(readFileSync(home.config.keyringFile, 'utf8')).not.toContain(STRANGER);
});
