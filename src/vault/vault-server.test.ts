// The vault's socket from outside: who may connect, what happens to bytes that are no call, and that the vault lives
// on and says nothing.

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { tempDir } from '../../test/support/temp-dir.ts';
import type { AmcNo } from '../core/ids.ts';
import { nirKey } from '../core/nir.ts';
import { FRAME_LIMIT_BYTES, type Frame, FrameReader, writeFrame } from '../lib/frames.ts';
import { signManifest } from './feed-signature.ts';
import type { SignedManifest, VaultRefusal } from './protocol.ts';
import { VaultSocketClient } from './socket-client.ts';
import type { RunningVault } from './start.ts';
import {
  EXERCISE,
  identityItem,
  openItem,
  TILLEULS,
  type VaultHome,
  VIEUX_PORT,
  vaultHome,
} from './vault-fixture.ts';

const toClose: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of toClose.splice(0).reverse()) await one.close();
});

async function newVault(overrides: Parameters<VaultHome['start']>[0] = {}) {
  const home = vaultHome(tempDir());
  const running: RunningVault = await home.start(overrides);
  const client = new VaultSocketClient(home.config.socket);
  toClose.push(running, client);
  return { home, client, running };
}

/** A peer that sends what it likes. */
class RawPeer {
  readonly socket: Socket;
  readonly #frames = new FrameReader();
  readonly #received: Frame[] = [];
  #isCutOff = false;
  #wake = () => {};

  constructor(path: string) {
    this.socket = connect(path);
    this.socket.on('error', () => undefined);
    this.socket.on('close', () => {
      this.#isCutOff = true;
      this.#wake();
    });
    this.socket.on('data', (chunk) => {
      this.#received.push(...this.#frames.push(chunk));
      this.#wake();
    });
    toClose.push({
      close: async () => {
        this.socket.destroy();
      },
    });
  }

  send(header: unknown, bytes: Uint8Array | null = null): void {
    writeFrame(this.socket, header, bytes ? [bytes] : []);
  }

  /** The next answer, or `cut off`. */
  async answer(): Promise<unknown> {
    for (;;) {
      const frame = this.#received.shift();
      if (frame) return frame.header;
      if (this.#isCutOff) return 'cut off';
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

/** A frame whose header is this text, whatever it is. */
function rawFrame(text: string): Buffer {
  const frame = Buffer.alloc(8 + Buffer.byteLength(text));
  frame.writeUInt32BE(frame.length - 4, 0);
  frame.writeUInt32BE(Buffer.byteLength(text), 4);
  frame.write(text, 8);
  return frame;
}

const numbers = (...values: number[]) => {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, i) => {
    bytes.writeUInt32BE(value, i * 4);
  });
  return bytes;
};

/** A feed of that insurer with these blocks, signed with its key. */
function signedFeed(
  home: VaultHome,
  blocks: readonly Buffer[],
  overrides: Record<string, unknown> = {},
  by: AmcNo = TILLEULS,
) {
  const lines = blocks.reduce((sum, block) => sum + block.toString('latin1').split('\n').length - 1, 0);
  const text = JSON.stringify({
    type: 'manifest',
    insurer: by,
    kind: 'delta',
    seq: 1,
    count: lines,
    sentAt: '2026-03-01T07:00:00Z',
    blocks: blocks.map((block) => createHash('sha256').update(block).digest('hex')),
    ...overrides,
  });
  const key = home.feedKeys[by];
  if (!key) throw new Error('the fixture has feed keys');
  return { text, jws: signManifest(text, key) };
}

describe('the socket', () => {
  it.each([0o600, 0o660])('has mode %o when asked, and no other for a moment before', async (mode) => {
    const { home } = await newVault({ socketMode: mode });
    expect(statSync(home.config.socket).mode & 0o777).toBe(mode);
    expect(process.umask()).not.toBe(0o177); // put back
  });

  it('is refused to a second vault while the first answers, and given when the first has closed', async () => {
    const home = vaultHome(tempDir());
    const first = await home.start();
    await expect(home.start()).rejects.toThrow('another vault already listens');
    const client = new VaultSocketClient(home.config.socket);
    toClose.push(client);
    expect((await client.call('state', {})).out.locked).toBe(false);
    await first.close();
    toClose.push(await home.start());
    expect((await client.call('state', {})).out.locked).toBe(false);
  });

  it('replaces the file that a killed vault left, and nothing else that may stand there', async () => {
    const home = vaultHome(tempDir());
    const { socket } = home.config;
    const dead = createServer().listen(`${socket}.real`);
    await once(dead, 'listening');
    renameSync(`${socket}.real`, socket); // closing removes the name it was made under
    await new Promise((resolve) => dead.close(resolve));
    expect(statSync(socket).isSocket()).toBe(true);
    const running = await home.start();
    await running.close();
    // A wrong path in the configuration must not cost somebody's file, the keyring say.
    writeFileSync(socket, 'a keyring');
    await expect(home.start()).rejects.toThrow('left alone');
    expect(statSync(socket).size).toBe(9);
    const directory = join(tempDir(), 'socket');
    mkdirSync(directory);
    await expect(home.start({ socket: directory })).rejects.toThrow('left alone');
  });
});

describe('bytes that are no frame', () => {
  it.each([
    ['a length of nothing', numbers(0)],
    ['a length of 3', numbers(3)],
    ['a length of 4 GB', numbers(0xffff_ffff)],
    ['a length just over the limit', numbers(FRAME_LIMIT_BYTES + 1)],
    ['a header longer than its frame', numbers(6, 3, 0)],
    ['a header that is no JSON', rawFrame('{"id":1,')],
    ['an empty header', rawFrame('')],
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\nhost: vault\r\n\r\n')],
    ['TLS', Buffer.from('1603010200010001fc0303', 'hex')],
  ])('cut the connection without a word: %s; the vault lives on', async (_, bytes) => {
    const { home, client } = await newVault();
    const peer = new RawPeer(home.config.socket);
    peer.socket.write(bytes);
    expect(await peer.answer()).toBe('cut off');
    expect((await client.call('state', {})).out.journalNo).toBe(1);
    expect(home.internalErrors).toEqual([]);
  });

  it('that stop in the middle of a frame disturb nobody', async () => {
    const { home, client } = await newVault();
    const peer = new RawPeer(home.config.socket);
    peer.socket.write(numbers(FRAME_LIMIT_BYTES, 10));
    peer.socket.end();
    expect(await peer.answer()).toBe('cut off');
    expect((await client.call('state', {})).out.locked).toBe(false);
  });
});

describe('calls that are none', () => {
  it('are answered bad-call, each by its number, and the connection stays', async () => {
    const { home } = await newVault();
    const peer = new RawPeer(home.config.socket);
    const items = Array.from({ length: 2_000 }, (_, i) => openItem(i));
    const bad: Record<string, unknown>[] = [
      { verb: 'nonsense', in: {} },
      { verb: '__proto__', in: {} },
      { verb: 'constructor', in: {} },
      { verb: { toString: null }, in: {} },
      { verb: ['state'], in: {} },
      { in: {} },
      { verb: 'state' },
      { verb: 'state', in: null },
      { verb: 'open', in: null },
      { verb: 'open', in: [] },
      { verb: 'open', in: { items } },
      { verb: 'open', in: { items: { length: 1 } } },
      { verb: 'open', in: { items: [null] } },
      { verb: 'open', in: { items: [openItem(1), { ...openItem(2), request: null }] } },
      {
        verb: 'open',
        in: { items: [identityItem(1, { evidence: { ...identityItem(1).evidence, kind: 'x' } as never })] },
      },
      { verb: 'tag', in: { month: '__proto__', items: [{ amcNo: TILLEULS, recordId: '' }] } },
      { verb: 'tag', in: { month: '2026-03', items: [{ amcNo: '__proto__', recordId: '' }] } },
      { verb: 'signCheckpoint', in: { count: 0 } },
      { verb: 'signCheckpoint', in: { from: 0, count: 1 } }, // one leaf announced, none attached
      { verb: 'endEpochsBefore', in: { amcNo: TILLEULS, epoch: 1_000 } },
      { verb: 'endEpochsBefore', in: { amcNo: TILLEULS, epoch: '2' } },
      { verb: 'seal', in: { amcNo: TILLEULS, manifest: { text: '', jws: '' }, block: 0, bitmapBytes: 1 } },
      { verb: 'lock', in: { by: {}, reason: [] } },
      { verb: 'unlock', in: { approvals: [null] } },
    ];
    for (const [i, call] of bad.entries()) {
      peer.send({ id: i, ...call });
      expect(await peer.answer(), JSON.stringify(call).slice(0, 100)).toEqual({ id: i, error: 'bad-call' });
    }
    // A name that is no number is not repeated: it may be as long as a frame.
    peer.socket.write(Buffer.concat(['null', '7', '"state"', '[]', '{"id":"x","verb":"no"}'].map(rawFrame)));
    for (let i = 0; i < 5; i += 1) expect(await peer.answer()).toEqual({ id: null, error: 'bad-call' });
    peer.send({ id: 99, verb: 'state', in: {} });
    // No line of the journal, so no budget and no key, was touched by any of them.
    expect(await peer.answer()).toMatchObject({ id: 99, out: { journalNo: 1, locked: false } });
    expect(home.internalErrors).toEqual([]);
  });

  it('and refusals say their code and nothing more; an internal error does not even say that', async () => {
    const { home } = await newVault();
    const peer = new RawPeer(home.config.socket);
    peer.send({ id: 1, verb: 'epochs', in: { amcNo: '0999009999' } });
    expect(await peer.answer()).toEqual({ id: 1, error: 'insurer-unknown' });
    peer.send({ id: 2, verb: 'beginEpoch', in: { amcNo: TILLEULS } });
    expect(await peer.answer()).toEqual({ id: 2, out: { epoch: 2 } });
    peer.send({ id: 3, verb: 'beginEpoch', in: { amcNo: TILLEULS } });
    expect(await peer.answer()).toEqual({ id: 3, error: 'epochs-full' });
    writeFileSync(home.config.enrolmentFile, 'a secret that stands in a spoilt file');
    peer.send({ id: 4, verb: 'epochs', in: { amcNo: TILLEULS } });
    expect(await peer.answer()).toEqual({ id: 4, error: 'internal' });
    expect(home.internalErrors).toHaveLength(1);
  });
});

describe('feeds', () => {
  const block = Buffer.from('no line of a feed\n');

  it('are believed with the insurer’s signature over manifest and block, and written down before they are read', async () => {
    const { home, client } = await newVault();
    const manifest = signedFeed(home, [block]);
    await client.call('acceptManifest', { amcNo: TILLEULS, manifest });
    const { out, bytes } = await client.call('fingerprint', { amcNo: TILLEULS, manifest, block: 0 }, block);
    expect(out).toEqual({ lines: 1 });
    expect(bytes).toEqual(Buffer.alloc(32)); // it is no UPSERT
    const line = JSON.parse((await client.call('journal', { numbers: [2] })).out.lines[0] ?? '');
    expect(line).toMatchObject({ do: 'feed', insurer: TILLEULS, seq: 1 });
  });

  type Feed = { amcNo: AmcNo; manifest: SignedManifest; sent: Buffer };
  const other = Buffer.from('another line\n');
  const cases: [string, VaultRefusal, (home: VaultHome) => Feed][] = [
    [
      'of another insurer',
      'manifest-refused',
      (home) => ({
        amcNo: TILLEULS,
        manifest: signedFeed(home, [block], { insurer: VIEUX_PORT }),
        sent: block,
      }),
    ],
    [
      'signed by another insurer',
      'feed-signature',
      (home) => ({
        amcNo: VIEUX_PORT,
        manifest: signedFeed(home, [block], { insurer: VIEUX_PORT }),
        sent: block,
      }),
    ],
    [
      'with a changed manifest',
      'feed-signature',
      (home) => {
        const { text, jws } = signedFeed(home, [block]);
        return { amcNo: TILLEULS, manifest: { text: `${text} `, jws }, sent: block };
      },
    ],
    [
      'with another block',
      'block-hash',
      (home) => ({ amcNo: TILLEULS, manifest: signedFeed(home, [block]), sent: other }),
    ],
    [
      'with a block too many',
      'block-hash',
      (home) => ({ amcNo: TILLEULS, manifest: signedFeed(home, []), sent: block }),
    ],
  ];
  it.each(cases)('%s are refused: %s', async (_, code, make) => {
    const { home, client } = await newVault();
    const { amcNo, manifest, sent } = make(home);
    const input = { amcNo, manifest, block: 0, bitmapBytes: 0 };
    await expect(client.call('fingerprint', input, sent)).rejects.toMatchObject({ code });
    await expect(client.call('seal', input, sent)).rejects.toMatchObject({ code });
  });

  it('signed with a key that was struck off are refused, even the one that was believed a moment ago', async () => {
    const { home, client } = await newVault();
    const manifest = signedFeed(home, [block]);
    await client.call('acceptManifest', { amcNo: TILLEULS, manifest });
    const insurer = home.enrolment.insurers.find(({ amcNo }) => amcNo === TILLEULS);
    const stranger = home.enrolment.insurers.find(({ amcNo }) => amcNo === VIEUX_PORT);
    if (insurer && stranger) insurer.feedKeys = stranger.feedKeys;
    home.writeEnrolment();
    await expect(client.call('acceptManifest', { amcNo: TILLEULS, manifest })).rejects.toMatchObject({
      code: 'feed-signature',
    });
  });

  it('of an exercise may name nobody who could exist, in production too; of others they may', async () => {
    const { home, client } = await newVault({ mode: 'production' });
    await home.lendHalves(client);
    const nir = (commune: string) => {
      const first13 = `1800175${commune}001`;
      return first13 + nirKey(first13);
    };
    const line = (commune: string, ref: number) =>
      JSON.stringify({
        ...{ op: 'UPSERT', ref: Buffer.alloc(16, ref).toString('base64url'), memberNo: `G${ref}` },
        beneficiary: { nir: nir(commune), birthDate: '19800117', birthRank: 1, quality: 'INSURED' },
        ...{ card: null, identityDoor: true, convType: 'RP', csr: null, responsible: true, product: 'P' },
        periods: [{ domain: 'PHAR', from: '2026-01-01', to: null, rule: 'R1' }],
      });
    const people = Buffer.from(`${line('991', 1)}\n${line('056', 2)}\n`);
    const seals = async (amcNo: AmcNo) => {
      const manifest = signedFeed(home, [people], {}, amcNo);
      return (await client.call('seal', { amcNo, manifest, block: 0, bitmapBytes: 0 }, people)).out;
    };
    const refused = [{ line: 2, reason: 'nir-not-fictitious', ref: expect.any(String) }];
    expect(await seals(EXERCISE)).toMatchObject({ upserts: 1, rejected: refused });
    expect(await seals(TILLEULS)).toMatchObject({ upserts: 2, rejected: [] });
  });

  it('of 20 MB in one block arrive as they were sent', async () => {
    const { home, client } = await newVault();
    const large = Buffer.alloc(20 * 1024 * 1024, 'x');
    large.fill('\n', large.length - 1);
    const manifest = signedFeed(home, [large]);
    const { out } = await client.call('fingerprint', { amcNo: TILLEULS, manifest, block: 0 }, large);
    expect(out.lines).toBe(1); // its hash was right
  });
});

it('callers are answered while another call waits, and many at once', async () => {
  const { client } = await newVault();
  const openings = Array.from({ length: 50 }, (_, i) =>
    client.call('open', { items: [openItem(i, { amcNo: EXERCISE })] }),
  );
  const state = await client.call('state', {});
  expect(state.out.locked).toBe(false);
  const outcomes = (await Promise.all(openings)).map(({ out }) => out.items[0]);
  expect(outcomes.every((one) => one?.ok)).toBe(true);
  expect(new Set(outcomes.map((one) => one?.ok && one.journalNo)).size).toBe(50);
});

it('a vault that closes cuts its callers and ends with a whole journal', async () => {
  const { home, client, running } = await newVault();
  const opening = client.call('open', { items: [openItem(1)] }).catch((error: Error) => error.name);
  await client.call('state', {});
  await running.close();
  const outcome = await opening; // answered or not: nobody can say which came first
  if (typeof outcome === 'string') expect(outcome).toBe('VaultUnavailable');
  toClose.push(await home.start());
  expect((await client.call('state', {})).out.locked).toBe(false);
  expect(home.internalErrors).toEqual([]);
});
