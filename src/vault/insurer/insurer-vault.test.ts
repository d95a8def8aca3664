// An insurer's vault over its socket: what it signs, what it refuses, and what a restart does not change.

import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { tempDir } from '../../../test/support/temp-dir.ts';
import type { InsurerVaultConfig } from '../../config/config.ts';
import type { CardOrder } from '../../core/card-order.ts';
import type { AmcNo } from '../../core/ids.ts';
import type { CareDate } from '../../core/period.ts';
import { SHARD_BYTES } from '../../core/status-list.ts';
import { verifyCard, verifyStatusList } from '../../crypto/card-signature.ts';
import { halfKeyMessage } from '../../crypto/identity-half.ts';
import { ManualClock } from '../../lib/clock.ts';
import { encodeVkey, rawPublicKey } from '../../operator/ledger/note.ts';
import { compactJws } from '../vault-fixture.ts';
import { InsurerVaultClient } from './insurer-client.ts';
import { openInsurerKeyring } from './insurer-keyring.ts';
import { InsurerPast } from './insurer-past.ts';
import type { InsurerVaultRefusal, InsurerVerbs } from './insurer-protocol.ts';
import { InsurerVault } from './insurer-vault.ts';
import { startInsurerVault } from './start.ts';

const INSURER = '0999000101' as AmcNo;
const NOON = Date.parse('2026-11-23T11:00:00Z');
const DAY = '2026-11-23' as CareDate;
const DAY_MS = 86_400_000;

const toClose: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of toClose.splice(0).reverse()) await one.close();
});

const ec = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
const jwk = (key: KeyObject) => key.export({ format: 'jwk' });

async function home(overrides: Partial<InsurerVaultConfig> = {}) {
  const folder = tempDir();
  const clock = new ManualClock(NOON);
  const ledger = generateKeyPairSync('ed25519');
  const staff = Object.fromEntries(['sophie', 'theo'].map((id) => [id, ec()]));
  const enrolment = {
    operator: { vkey: encodeVkey('log.example', rawPublicKey(ledger.publicKey)) },
    staff: Object.entries(staff).map(([id, { publicKey }]) => ({ id, key: jwk(publicKey) })),
  };
  const config: InsurerVaultConfig = {
    mode: 'demo',
    insurer: INSURER,
    socket: join(folder, 'vault.sock'),
    socketMode: 0o600,
    keyringFile: join(folder, 'keyring'),
    passphraseFile: null,
    enrolmentFile: join(folder, 'enrolment.json'),
    journalDirectory: join(folder, 'journal'),
    startLocked: false,
    cardsPerDay: 10,
    ...overrides,
  };
  writeFileSync(config.enrolmentFile, JSON.stringify(enrolment));
  const errors: unknown[] = [];
  const start = async () => {
    const running = await startInsurerVault(config, {
      clock,
      onInternalError: (error) => errors.push(error),
    });
    toClose.push(running);
    return running;
  };
  let running = await start();
  const client = new InsurerVaultClient(config.socket);
  toClose.push(client);
  return {
    config,
    clock,
    client,
    ledger,
    errors,
    async restart() {
      await running.close();
      toClose.splice(toClose.indexOf(running), 1);
      running = await start();
    },
    async sign(
      count: number,
      changed: Record<string, unknown> = {},
      listed: readonly string[] | null = null,
    ) {
      const cards = Array.from({ length: count }, () => order(changed));
      return (await client.call('signCards', { cards, listed })).out.cards;
    },
    async trust() {
      const { keys } = (await client.call('cardKeys', {})).out;
      return { cards: new Map(keys.map((key) => [key.kid, { ...key, insurer: INSURER, revokedOn: null }])) };
    },
    approvals: (lockId: string, ...ids: string[]) =>
      ids.map((id) => ({
        staff: id,
        jws: compactJws(staff[id]?.privateKey as KeyObject, { verb: 'unlock', lockId }),
      })),
    journal: () =>
      readdirSync(config.journalDirectory)
        .map((name) => readFileSync(join(config.journalDirectory, name), 'utf8'))
        .join(''),
  };
}

function order(changed: Record<string, unknown> = {}): CardOrder {
  return {
    birthDate: '19790614',
    birthRank: 1,
    convType: 'RP',
    csr: '750100200',
    domains: [{ domain: 'PHAR', rule: 'R1' }],
    from: '2026-01-01',
    to: '2027-12-31',
    ...changed,
  } as unknown as CardOrder;
}

const refused = (code: InsurerVaultRefusal) => expect.objectContaining({ code });

describe('cards', () => {
  it('are good with the key of this quarter, each with a handle and a place of its own', async () => {
    const { sign: signCards, trust, client, clock } = await home();
    const cards = await signCards(3);
    const at = { at: clock.nowMs() / 1000, day: DAY };
    for (const { card, handle, statusIndex } of cards) {
      const verdict = verifyCard(Buffer.from(card, 'base64url'), await trust(), at);
      expect(verdict).toMatchObject({
        valid: true,
        claims: { insurer: INSURER, handle, statusIndex, birthDate: '19790614' },
      });
    }
    expect(new Set(cards.map(({ handle }) => handle)).size).toBe(3);
    expect(new Set(cards.map(({ statusIndex }) => statusIndex)).size).toBe(3);
    const { keys } = (await client.call('cardKeys', {})).out;
    expect(keys.map(({ from, to }) => [from, to])).toEqual([
      ['2026-10-01', '2028-12-31'],
      ['2027-01-01', '2029-03-31'],
    ]);
    expect(cards[0]?.kid).toBe(keys[0]?.kid);
  });

  it('of the next quarter are signed with the key that was there before it began', async () => {
    const { sign: signCards, clock, client } = await home();
    const before = (await client.call('cardKeys', {})).out.keys;
    clock.advance(45 * DAY_MS); // 7 January
    const [card] = await signCards(1);
    expect(card?.kid).toBe(before[1]?.kid);
    expect((await client.call('cardKeys', {})).out.keys.slice(0, 2)).toEqual(before);
  });

  it.each([
    ['a card longer than two years', { to: '2028-01-01' }],
    ['a card that is over', { from: '2025-01-01', to: '2026-11-22' }],
    ['a card beyond the days of its key', { from: '2028-01-01', to: '2029-01-01' }],
    ['a domain twice', { domains: [order().domains[0], order().domains[0]] }],
    ['no domain', { domains: [] }],
  ])('refuses %s, and then spends nothing', async (_, changed) => {
    const { sign: signCards, client } = await home();
    await expect(signCards(1, changed)).rejects.toEqual(refused('card-refused'));
    expect((await client.call('state', {})).out.cardsLeft).toBe(10);
  });

  it.each([
    ['an unknown domain', { domains: [{ domain: 'XXXX', rule: 'R1' }] }],
    ['a birth date that is a number', { birthDate: 19790614 }],
    ['a day that does not exist', { to: '2027-02-30' }],
  ])('of the wrong shape are no call: %s', async (_, changed) => {
    const { sign: signCards } = await home();
    await expect(signCards(1, changed)).rejects.toEqual(refused('bad-call'));
  });

  it('leave a line of the journal with their number, and nothing of anybody', async () => {
    const { sign: signCards, journal } = await home();
    const cards = await signCards(2);
    expect(journal()).toContain('"do":"sign-cards","cards":2,"nextPlace":2');
    for (const trace of ['19790614', '1979-06-14', ...cards.map(({ handle }) => handle)])
      expect(journal()).not.toContain(trace);
  });
});

describe('the budget of a day', () => {
  it('is refused as a whole when it does not suffice, and what is left can still be spent', async () => {
    const { sign: signCards, client } = await home();
    await signCards(7);
    await expect(signCards(4)).rejects.toEqual(refused('cards-spent'));
    await signCards(3);
    await expect(signCards(1)).rejects.toEqual(refused('cards-spent'));
    expect((await client.call('state', {})).out.cardsLeft).toBe(0);
  });

  it('is not refilled by a restart, nor by a clock that is set back, but by the next day in Paris', async () => {
    const { sign: signCards, restart, clock } = await home();
    await signCards(10);
    await restart();
    await expect(signCards(1)).rejects.toEqual(refused('cards-spent'));
    clock.advance(-DAY_MS);
    await expect(signCards(1)).rejects.toEqual(refused('cards-spent'));
    clock.advance(DAY_MS + 12 * 3_600_000 - 60_000); // 23:59 in Paris
    await expect(signCards(1)).rejects.toEqual(refused('cards-spent'));
    clock.advance(60_000);
    await signCards(10);
  });

  it('and places go on after a restart: none is given twice', async () => {
    const { sign: signCards, restart, clock } = await home();
    const before = await signCards(10);
    clock.advance(DAY_MS);
    await restart();
    const after = await signCards(10);
    expect(new Set([...before, ...after].map(({ statusIndex }) => statusIndex)).size).toBe(20);
  });

  it('holds for calls that come together', async () => {
    const { sign: signCards } = await home();
    const calls = await Promise.allSettled(Array.from({ length: 6 }, () => signCards(3)));
    const signed = calls.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
    expect(signed).toHaveLength(9);
    expect(new Set(signed.map(({ statusIndex }) => statusIndex)).size).toBe(9);
  });
});

describe('status lists', () => {
  const list = deflateSync(new Uint8Array(SHARD_BYTES));
  const now = NOON / 1000;
  const claims = { shard: `${INSURER}-0`, issuedAt: now, expires: now + 86_400 };
  const asked = { ...claims, listed: null };

  it('are signed with the card key', async () => {
    const { client, trust } = await home();
    const { bytes } = await client.call('signStatusList', asked, list);
    expect(verifyStatusList(bytes, await trust(), DAY)).toMatchObject(claims);
  });

  it.each([
    ['of another insurer', { ...claims, shard: '0999000102-0' }, list],
    ['of yesterday', { ...claims, issuedAt: now - 86_400 }, list],
    ['of tomorrow', { ...claims, issuedAt: now + 86_400, expires: now + 2 * 86_400 }, list],
    ['for a year', { ...claims, expires: now + 365 * 86_400 }, list],
    ['that is no list', claims, Buffer.from('no list')],
    ['shorter than a shard', claims, deflateSync(new Uint8Array(SHARD_BYTES - 1))],
    ['longer than a shard', claims, deflateSync(new Uint8Array(SHARD_BYTES + 1))],
  ])('%s are refused', async (_, input, bytes) => {
    const { client } = await home();
    await expect(client.call('signStatusList', { ...asked, ...input }, bytes)).rejects.toEqual(
      refused('list-refused'),
    );
  });
});

describe('the identity half', () => {
  const halfKey = () => {
    const { x = '', y = '' } = jwk(ec().publicKey);
    return { x, y };
  };
  const vouched = (key: { x: string; y: string }, ledger: KeyObject) =>
    sign(null, halfKeyMessage(key), ledger).toString('base64');

  it('is wrapped for a key that the operator’s ledger key signed, and for no other', async () => {
    const { client, ledger } = await home();
    const key = halfKey();
    const good: InsurerVerbs['wrapIdentityHalf']['in'] = {
      key,
      signature: vouched(key, ledger.privateKey),
      listed: null,
    };
    expect((await client.call('wrapIdentityHalf', good)).out.jwe.split('.')).toHaveLength(5);
    const stranger = generateKeyPairSync('ed25519').privateKey;
    for (const bad of [
      { key, signature: vouched(key, stranger) },
      { key: halfKey(), signature: good.signature },
    ]) {
      await expect(client.call('wrapIdentityHalf', { ...bad, listed: null })).rejects.toEqual(
        refused('half-refused'),
      );
    }
  });
});

describe('a lock', () => {
  it('stops cards, lists and halves at once, outlives a restart, and opens for two people only', async () => {
    const { client, sign: signCards, restart, approvals, ledger, errors } = await home();
    const key = { x: jwk(ec().publicKey).x ?? '', y: jwk(ec().publicKey).y ?? '' };
    const half = {
      key,
      signature: sign(null, halfKeyMessage(key), ledger.privateKey).toString('base64'),
      listed: null,
    };
    const list = { shard: `${INSURER}-0`, issuedAt: NOON / 1000, expires: NOON / 1000 + 60, listed: null };
    const known = (await client.call('cardKeys', {})).out.keys;
    const { lockId } = (await client.call('lock', { by: 'sophie', reason: 'drill' })).out;
    const allRefused = async () => {
      await expect(signCards(1)).rejects.toEqual(refused('locked'));
      const bits = deflateSync(new Uint8Array(SHARD_BYTES));
      await expect(client.call('signStatusList', list, bits)).rejects.toEqual(refused('locked'));
      await expect(client.call('wrapIdentityHalf', half)).rejects.toEqual(refused('locked'));
    };
    await allRefused();
    await restart();
    await allRefused();
    expect((await client.call('cardKeys', {})).out.keys).toEqual(known); // public halves are no secret
    for (const few of [approvals(lockId, 'sophie'), approvals(lockId, 'sophie', 'sophie')]) {
      await expect(client.call('unlock', { approvals: few })).rejects.toEqual(refused('approval-refused'));
    }
    await client.call('unlock', { approvals: approvals(lockId, 'sophie', 'theo') });
    expect(await signCards(1)).toHaveLength(1);
    expect(errors).toEqual([]);
  });
});

describe('a card key that is replaced', () => {
  const keysOf = async (client: InsurerVaultClient) => (await client.call('cardKeys', {})).out.keys;

  it('signs nothing from then on; a new one of its quarter does, and the old one stays, marked', async () => {
    const { client, sign: signCards, trust, journal, clock } = await home();
    const [stolen, next] = await keysOf(client);
    const kid = stolen?.kid ?? '';
    const { keys } = (await client.call('replaceCardKey', { kid })).out;
    const [, fresh] = keys;
    expect(keys).toEqual([{ ...stolen, retired: true }, fresh, next]);
    expect(fresh).toMatchObject({ from: stolen?.from, to: stolen?.to, retired: false });
    expect(await keysOf(client)).toEqual(keys);
    // Whatever the trust list still says of it.
    const [card] = await signCards(1, {}, [kid]);
    expect(card?.kid).toBe(fresh?.kid);
    const list = { shard: `${INSURER}-0`, issuedAt: NOON / 1000, expires: NOON / 1000 + 60, listed: [kid] };
    const { bytes } = await client.call('signStatusList', list, deflateSync(new Uint8Array(SHARD_BYTES)));
    const without = { cards: new Map([...(await trust()).cards].filter(([one]) => one !== kid)) };
    expect(verifyStatusList(bytes, without, DAY)).toMatchObject({ shard: list.shard });
    expect(journal()).toContain(`"do":"replace-card-key","kid":"${kid}"`);
    clock.advance(45 * DAY_MS); // 7 January: the key of the next quarter is the one made in November
    expect((await signCards(1))[0]?.kid).toBe(next?.kid);
  });

  it('can be the one of the next quarter, and the new one too; once more changes nothing', async () => {
    const { client, sign: signCards, clock } = await home();
    const [, next] = await keysOf(client);
    const replace = async (kid = '') => (await client.call('replaceCardKey', { kid })).out.keys;
    const once = await replace(next?.kid);
    expect(await replace(next?.kid)).toEqual(once);
    const twice = await replace(once[2]?.kid);
    expect(twice.map(({ retired }) => retired)).toEqual([false, true, true, false]);
    clock.advance(45 * DAY_MS);
    expect((await signCards(1))[0]?.kid).toBe(twice[3]?.kid);
  });

  it('stays replaced over a restart, also when the keyring on disk does not know', async () => {
    const { client, config, restart, sign: signCards } = await home();
    const [stolen] = await keysOf(client);
    const before = readFileSync(config.keyringFile);
    await client.call('replaceCardKey', { kid: stolen?.kid ?? '' });
    writeFileSync(config.keyringFile, before); // as if it had crashed between journal and keyring
    await restart();
    const [card] = await signCards(1, {}, [stolen?.kid ?? '']);
    expect(card?.kid).not.toBe(stolen?.kid);
    expect((await keysOf(client)).map(({ retired }) => retired)).toEqual([true, false, false]);
    expect(JSON.parse(readFileSync(config.keyringFile, 'utf8'))).toMatchObject({
      cardKeys: [{ retired: true }, {}, {}],
    });
  });

  it('is refused while locked, and when there is no such key', async () => {
    const { client, journal } = await home();
    const [key] = await keysOf(client);
    const unknown = client.call('replaceCardKey', { kid: 'AAAAAAAAAAA' });
    await expect(unknown).rejects.toEqual(refused('card-key-unknown'));
    await client.call('lock', { by: 'sophie', reason: 'drill' });
    const locked = client.call('replaceCardKey', { kid: key?.kid ?? '' });
    await expect(locked).rejects.toEqual(refused('locked'));
    expect(journal()).not.toContain('replace-card-key');
    expect((await keysOf(client)).some(({ retired }) => retired)).toBe(false);
  });

  it('lets nothing out that it was signing meanwhile', async () => {
    const keyring = await openInsurerKeyring({ path: join(tempDir(), 'keyring'), passphrase: null }, INSURER);
    const flushes: (() => void)[] = [];
    const journal = {
      last: 0,
      append: () => undefined,
      flushed: () => new Promise<void>((resolve) => flushes.push(resolve)),
    };
    const vault = new InsurerVault({
      insurer: INSURER,
      keyring,
      enrolment: { refresh: async () => undefined } as never,
      journal: journal as never,
      past: new InsurerPast(),
      cardsPerDay: 10,
      clock: new ManualClock(NOON),
      lockId: null,
      newLockId: () => 'lock',
      newHandle: () => Buffer.alloc(16),
    });
    const [key] = (await vault.cardKeys()).keys;
    const signing = vault.signCards([order()], null);
    await expect.poll(() => flushes.length).toBe(1);
    const replacing = vault.replaceCardKey(key?.kid ?? '');
    await expect.poll(() => flushes.length).toBe(2);
    flushes[1]?.();
    await replacing;
    flushes[0]?.();
    await expect(signing).rejects.toEqual(refused('card-key-replaced'));
  });
});

describe('a quarter’s turn with a late trust list', () => {
  it('signs with the key before until the new one is listed, but not what outlives that key', async () => {
    const { client, sign: signCards, clock, trust, journal } = await home();
    const [autumn, winter] = (await client.call('cardKeys', {})).out.keys;
    clock.advance(45 * DAY_MS); // 7 January
    const [now, kid] = [{ at: clock.nowMs() / 1000, day: '2027-01-07' as CareDate }, autumn?.kid ?? ''];
    const late = await signCards(2, {}, [kid]);
    expect(late.map((card) => card.kid)).toEqual([kid, kid]);
    const old = { cards: new Map([...(await trust()).cards].filter(([one]) => one === kid)) };
    expect(verifyCard(Buffer.from(late[0]?.card ?? '', 'base64url'), old, now)).toMatchObject({
      valid: true,
    });
    const [long] = await signCards(1, { from: '2027-01-07', to: '2029-01-06' }, [kid]);
    expect(long?.kid).toBe(winter?.kid);
    const [listed] = await signCards(1, {}, [kid, winter?.kid ?? '']);
    expect(listed?.kid).toBe(winter?.kid);
    expect(journal()).toContain(`"do":"sign-cards","cards":2,"nextPlace":2,"kid":"${kid}"`);
  });
});

it('the keyring is its owner’s alone, and another insurer’s is refused', async () => {
  const { config, client } = await home();
  await client.call('cardKeys', {});
  expect(statSync(config.keyringFile).mode & 0o777).toBe(0o600);
  const other = { ...config, socket: `${config.socket}2`, insurer: '0999000102' as AmcNo };
  const start = startInsurerVault(other, { clock: new ManualClock(NOON), onInternalError: () => undefined });
  await expect(start).rejects.toThrow('another insurer');
});
