// Cards judged in the browser's way, with and without a server: which lists are believed, how old they may be, what is
// kept. Cards and lists are signed with the product's own code; only the server and the browser's storage are stand-ins.

import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import type { CardHandle } from '../../src/core/ids.ts';
import { SHARD_BYTES } from '../../src/core/status-list.ts';
import type { CardKey } from '../../src/core/trust-list.ts';
import { signStatusList } from '../../src/crypto/card-signature.ts';
import { type CardDesk, cardDesk } from '../../src/demo/memory-card-desk.ts';
import { checkCard } from './card-check.ts';
import { createCardLists } from './card-lists.ts';
import type { PublicPoint } from './card-verify.ts';
import type { KeptList } from './list-database.ts';

const AMC = '0999000101';
const SHARD = `${AMC}-0`;
const DAY_MS = 86_400_000;
const START_MS = Date.parse('2026-11-23T08:00:00Z');

const root = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const rootPoint = root.publicKey.export({ format: 'jwk' }) as PublicPoint;

/** What the server serves by path; null when it cannot be reached. */
let served: Map<string, Uint8Array> | null;
let kept: Map<string, KeptList>;
let nowMs: number;
let asked: string[];
let desk: CardDesk;

const utf8 = (text: string) => new TextEncoder().encode(text);
const seconds = () => Math.floor(nowMs / 1000);

function signedTrust(keys: readonly CardKey[], issuedAtMs: number, header: object = { alg: 'ES256' }) {
  const insurers = { [AMC]: 'Mutuelle des Tilleuls' };
  const text = JSON.stringify({ cards: keys, insurers, issuedAt: new Date(issuedAtMs).toISOString() });
  const head = Buffer.from(JSON.stringify(header)).toString('base64url');
  const input = utf8(`${head}.${Buffer.from(text).toString('base64url')}`);
  const key = { key: root.privateKey, dsaEncoding: 'ieee-p1363' } as const;
  return { text, jws: `${head}..${sign('sha256', input, key).toString('base64url')}` };
}

function serveTrust({ text, jws }: { text: string; jws: string }): void {
  served?.set('/trust.json', utf8(text));
  served?.set('/trust.json.jws', utf8(jws));
}

const serveList = (list: Uint8Array) => served?.set(`/status-lists/${SHARD}`, list);

function counter(builtIn: PublicPoint | null = rootPoint) {
  const lists = createCardLists({
    fetch: async (input) => {
      const path = String(input);
      asked.push(path);
      if (served === null) throw new TypeError('Failed to fetch');
      const bytes = served.get(path);
      return new Response(bytes ? new Uint8Array(bytes) : null, { status: bytes ? 200 : 404 });
    },
    kept: {
      get: async (name) => kept.get(name) ?? null,
      put: async (name, list) => void kept.set(name, list),
      names: async () => [...kept.keys()],
    },
    nowMs: () => nowMs,
    seemsOnline: () => true,
    root: builtIn,
  });
  return {
    prepare: () => lists.prepare(),
    check: (card: Uint8Array) => checkCard(card, lists, nowMs),
  };
}

beforeEach(() => {
  served = new Map();
  kept = new Map();
  asked = [];
  nowMs = START_MS;
  desk = cardDesk(AMC);
  serveTrust(signedTrust([desk.key], START_MS - DAY_MS));
  serveList(desk.statusList({ revoked: [77], issuedAt: seconds() - 3_600 }));
});

describe('with a network', () => {
  it('a card is verified, with its insurer’s name and the date of the list', async () => {
    expect(await counter().check(desk.issue())).toMatchObject({
      kind: 'verified',
      insurerName: 'Mutuelle des Tilleuls',
      claims: { insurer: AMC, birthDate: '19790614' },
      revocation: { kind: 'not-revoked', asOfMs: START_MS - 3_600_000 },
      keysAsOfMs: null,
      reached: true,
    });
  });

  it('lists are fetched again after a minute, not before', async () => {
    const { check } = counter();
    await check(desk.issue());
    asked = [];
    nowMs += 59_000;
    await check(desk.issue());
    expect(asked).toEqual([]);
    nowMs += 2_000;
    await check(desk.issue());
    expect(asked).toEqual(['/trust.json', '/trust.json.jws', `/status-lists/${SHARD}`]);
  });

  it('a card revoked since is refused at the next scan after a minute', async () => {
    const { check } = counter();
    const card = desk.issue({ statusIndex: 78 });
    expect((await check(card)).kind).toBe('verified');
    nowMs += 61_000;
    serveList(desk.statusList({ revoked: [77, 78], issuedAt: seconds() }));
    expect(await check(card)).toMatchObject({ kind: 'refused', reason: 'revoked' });
  });

  it('without a key built in, the demo’s is fetched and kept', async () => {
    served?.set('/trust-root.json', utf8(JSON.stringify(rootPoint)));
    const { check } = counter(null);
    expect((await check(desk.issue())).kind).toBe('verified');
    served = null;
    nowMs += 61_000;
    expect(await check(desk.issue())).toMatchObject({ kind: 'verified', reached: false });
  });

  it('with a key built in, no other is asked for', async () => {
    await counter().check(desk.issue());
    expect(asked).not.toContain('/trust-root.json');
  });
});

describe('a trust list', () => {
  const stranger = cardDesk(AMC);

  it.each<[string, () => void]>([
    [
      'that was changed after signing',
      () => {
        const { text, jws } = signedTrust([desk.key], START_MS);
        serveTrust({ text: text.replace(desk.key.jwk.x, stranger.key.jwk.x), jws });
      },
    ],
    ['signed by nobody', () => serveTrust({ ...signedTrust([stranger.key], START_MS), jws: 'e30..AA' })],
    ['whose header says none', () => serveTrust(signedTrust([desk.key], START_MS, { alg: 'none' }))],
    [
      'that bends what is signed',
      () => serveTrust(signedTrust([desk.key], START_MS, { alg: 'ES256', b64: false, crit: ['b64'] })),
    ],
    ['that is a page', () => serveTrust({ text: '<!doctype html>', jws: '<!doctype html>' })],
  ])('%s is not believed, and nothing can be verified', async (_what, serve) => {
    serve();
    expect(await counter().check(desk.issue())).toEqual({ kind: 'no-trust', reached: true });
  });

  it('older than the one kept does not bring a key back', async () => {
    const { check } = counter();
    const card = desk.issue();
    serveTrust(signedTrust([{ ...desk.key, revokedOn: '2026-11-20' as never }], START_MS));
    expect(await check(card)).toMatchObject({ kind: 'refused', reason: 'key-revoked' });
    nowMs += 61_000;
    serveTrust(signedTrust([desk.key], START_MS - DAY_MS));
    expect(await check(card)).toMatchObject({ kind: 'refused', reason: 'key-revoked' });
  });
});

describe('a status list', () => {
  const unknown = async (serve: () => void) => {
    serve();
    const check = await counter().check(desk.issue({ statusIndex: 77 }));
    expect(check).toMatchObject({ kind: 'verified', revocation: { kind: 'no-list' } });
  };

  it('of another insurer says nothing of this one', async () => {
    const other = cardDesk('0999000102');
    serveTrust(signedTrust([desk.key, other.key], START_MS));
    const claims = { shard: SHARD, issuedAt: seconds(), expires: seconds() + 60 };
    const forged = signStatusList(
      { ...claims, deflated: deflateSync(new Uint8Array(SHARD_BYTES)) },
      { kid: other.kid, privateKey: other.privateKey },
    );
    await unknown(() => serveList(forged));
  });

  it('signed by a stranger says nothing', async () => {
    await unknown(() => serveList(cardDesk(AMC).statusList({ revoked: [], issuedAt: seconds() })));
  });

  it.each([
    ['far more than a shard', SHARD_BYTES * 400],
    ['less than a shard', SHARD_BYTES - 1],
  ])('that inflates to %s is refused', async (_what, length) => {
    const claims = { shard: SHARD, issuedAt: seconds(), expires: seconds() + 60 };
    const bomb = signStatusList(
      { ...claims, deflated: deflateSync(new Uint8Array(length)) },
      { kid: desk.kid, privateKey: desk.privateKey },
    );
    await unknown(() => serveList(bomb));
  });

  it('of another shard than asked for is not taken', async () => {
    await unknown(() => serveList(desk.statusList({ revoked: [2 ** 20 + 1], issuedAt: seconds() })));
  });

  it('older than the one kept does not bring a card back', async () => {
    const { check } = counter();
    serveList(desk.statusList({ revoked: [77], issuedAt: seconds() }));
    expect(await check(desk.issue({ statusIndex: 77 }))).toMatchObject({ reason: 'revoked' });
    nowMs += 61_000;
    serveList(desk.statusList({ revoked: [5], issuedAt: seconds() - 7_200 }));
    expect(await check(desk.issue({ statusIndex: 77 }))).toMatchObject({ reason: 'revoked' });
  });
});

describe('without a network', () => {
  it('a card is verified with the lists of before, and their date is said', async () => {
    const { prepare, check } = counter();
    await prepare();
    served = null;
    nowMs += 5 * 3_600_000;
    expect(await check(desk.issue())).toMatchObject({
      kind: 'verified',
      reached: false,
      keysAsOfMs: null,
      revocation: { kind: 'not-revoked', asOfMs: START_MS - 3_600_000 },
    });
    expect(await check(desk.issue({ statusIndex: 77 }))).toMatchObject({ reason: 'revoked' });
  });

  it('after more than seven days, revocation is no longer known, and signature and dates still are', async () => {
    const { prepare, check } = counter();
    await prepare();
    served = null;
    nowMs += 8 * DAY_MS;
    expect(await check(desk.issue())).toMatchObject({
      kind: 'verified',
      revocation: { kind: 'too-old', asOfMs: START_MS - 3_600_000 },
      keysAsOfMs: START_MS,
    });
    const changed = desk.issue();
    changed[70] = (changed[70] ?? 0) ^ 1;
    expect(await check(changed)).toMatchObject({ kind: 'refused', reason: 'signature', claims: null });
    expect(await check(desk.issue({ expires: seconds() }))).toMatchObject({ reason: 'expired' });
    expect(await check(desk.issue({ statusIndex: 77 }))).toMatchObject({ reason: 'revoked' });
  });

  it('whatever a list says of its own end: a week is a week, and its end is its end', async () => {
    const [long, short] = [30 * 86_400, 3_600];
    for (const [expires, laterMs, kind] of [
      [long, 6 * DAY_MS, 'not-revoked'],
      [long, 8 * DAY_MS, 'too-old'],
      [short, 2 * 3_600_000, 'too-old'],
    ] as const) {
      [served, kept, nowMs] = [new Map(), new Map(), START_MS];
      serveTrust(signedTrust([desk.key], START_MS - DAY_MS));
      serveList(desk.statusList({ revoked: [77], issuedAt: seconds(), expires: seconds() + expires }));
      const { prepare, check } = counter();
      await prepare();
      served = null;
      nowMs += laterMs;
      expect(await check(desk.issue())).toMatchObject({ revocation: { kind } });
    }
  });

  it('a list of later than now is no fresh one: one of two clocks is wrong, and its age unknown', async () => {
    const { prepare, check } = counter();
    await prepare();
    served = null;
    const listAtMs = START_MS - 3_600_000;
    for (const [slowByMs, kind] of [
      [4 * 60_000, 'not-revoked'],
      [6 * 60_000, 'clock'],
      [30 * DAY_MS, 'clock'],
    ] as const) {
      nowMs = listAtMs - slowByMs;
      expect(await check(desk.issue())).toMatchObject({ revocation: { kind, asOfMs: listAtMs } });
    }
    expect(await check(desk.issue())).toMatchObject({ revocation: { nowMs }, keysAsOfMs: START_MS });
    expect(await check(desk.issue({ statusIndex: 77 }))).toMatchObject({ reason: 'revoked' });
  });

  it('an insurer whose list never came here leaves revocation unknown', async () => {
    served?.delete(`/status-lists/${SHARD}`);
    const { prepare, check } = counter();
    await prepare();
    served = null;
    nowMs += 61_000;
    expect(await check(desk.issue())).toMatchObject({
      kind: 'verified',
      revocation: { kind: 'no-list' },
    });
  });

  it('and without a trust list, nothing is said of any card', async () => {
    served = null;
    expect(await counter().check(desk.issue())).toEqual({ kind: 'no-trust', reached: false });
  });
});

it('what is kept are lists: no card, no birth date, no handle', async () => {
  const handle = randomBytes(16);
  await counter().check(desk.issue({ handle: handle.toString('base64url') as CardHandle }));
  expect([...kept.keys()].sort()).toEqual([`shard:${SHARD}`, 'trust']);
  const texts = [...kept.values()].map(({ bytes }) => Buffer.from(bytes).toString('latin1')).join();
  expect(texts).not.toContain('19790614');
  expect(texts).not.toContain(handle.toString('latin1'));
});
