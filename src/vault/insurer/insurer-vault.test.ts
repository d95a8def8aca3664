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
import type { InsurerVaultRefusal, InsurerVerbs } from './insurer-protocol.ts';
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
    async sign(count: number, changed: Record<string, unknown> = {}) {
      const cards = Array.from({ length: count }, () => order(changed));
      return (await client.call('signCards', { cards })).out.cards;
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

  it('are signed with the card key', async () => {
    const { client, trust } = await home();
    const { bytes } = await client.call('signStatusList', claims, list);
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
    await expect(client.call('signStatusList', input, bytes)).rejects.toEqual(refused('list-refused'));
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
    const good: InsurerVerbs['wrapIdentityHalf']['in'] = { key, signature: vouched(key, ledger.privateKey) };
    expect((await client.call('wrapIdentityHalf', good)).out.jwe.split('.')).toHaveLength(5);
    const stranger = generateKeyPairSync('ed25519').privateKey;
    for (const bad of [
      { key, signature: vouched(key, stranger) },
      { key: halfKey(), signature: good.signature },
    ]) {
      await expect(client.call('wrapIdentityHalf', bad)).rejects.toEqual(refused('half-refused'));
    }
  });
});

describe('a lock', () => {
  it('stops cards, lists and halves at once, outlives a restart, and opens for two people only', async () => {
    const { client, sign: signCards, restart, approvals, ledger, errors } = await home();
    const key = { x: jwk(ec().publicKey).x ?? '', y: jwk(ec().publicKey).y ?? '' };
    const half = { key, signature: sign(null, halfKeyMessage(key), ledger.privateKey).toString('base64') };
    const list = { shard: `${INSURER}-0`, issuedAt: NOON / 1000, expires: NOON / 1000 + 60 };
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

it('the keyring is its owner’s alone, and another insurer’s is refused', async () => {
  const { config, client } = await home();
  await client.call('cardKeys', {});
  expect(statSync(config.keyringFile).mode & 0o777).toBe(0o600);
  const other = { ...config, socket: `${config.socket}2`, insurer: '0999000102' as AmcNo };
  const start = startInsurerVault(other, { clock: new ManualClock(NOON), onInternalError: () => undefined });
  await expect(start).rejects.toThrow('another insurer');
});
