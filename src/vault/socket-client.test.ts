// The operator's side of the socket, against a vault that misbehaves: out of order, silent, gone, back again. The peer
// here is a bare socket that speaks frames; what a real vault says is in vault-server.test.ts.

import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { tempDir } from '../../test/support/temp-dir.ts';
import { FRAME_LIMIT_BYTES, FrameReader, writeFrame } from '../lib/frames.ts';
import { VaultSocketClient } from './socket-client.ts';
import { VaultRefused, VaultUnavailable } from './vault-client.ts';

type Call = { id: number; verb: string; in: Record<string, unknown> };
type Answer = (socket: Socket, call: Call, bytes: Buffer) => void;

const toClose: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const close of toClose.splice(0)) await close();
});

/** A peer that answers each call as it is told; `stop` cuts everybody off. */
class Peer {
  readonly path: string;
  readonly sockets = new Set<Socket>();
  #server: Server | null = null;
  connections = 0;

  constructor(path = join(tempDir(), 'vault.sock')) {
    this.path = path;
    toClose.push(() => this.stop());
  }

  async start(answer: Answer): Promise<this> {
    this.#server = createServer((socket) => {
      this.connections += 1;
      this.sockets.add(socket);
      socket.on('error', () => undefined);
      const frames = new FrameReader();
      socket.on('data', (chunk) => {
        for (const { header, bytes } of frames.push(chunk)) answer(socket, header as Call, bytes);
      });
    });
    this.#server.listen(this.path);
    await once(this.#server, 'listening');
    return this;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.sockets.clear();
    const server = this.#server;
    this.#server = null;
    if (server) await new Promise((resolve) => server.close(resolve));
  }
}

function clientOf(peer: Peer): VaultSocketClient {
  const client = new VaultSocketClient(peer.path);
  toClose.push(() => client.close());
  return client;
}

const silent: Answer = () => {};
const echo: Answer = (socket, call, bytes) => writeFrame(socket, { id: call.id, out: call.in }, [bytes]);
const openedSince = (client: VaultSocketClient, after: number) =>
  client.call('openedSince', { after }).then(({ out }) => (out as unknown as { after: number }).after);

/** Resolves once the peer has received that many calls. */
function receiving(count: number) {
  const calls: { socket: Socket; call: Call }[] = [];
  let reached = () => {};
  const all = new Promise<typeof calls>((resolve) => {
    reached = () => resolve(calls);
  });
  const answer: Answer = (socket, call) => {
    calls.push({ socket, call });
    if (calls.length === count) reached();
  };
  return { answer, all };
}

describe('a call', () => {
  it('gets its own answer, in whatever order the answers come', async () => {
    const { answer, all } = receiving(20);
    const client = clientOf(await new Peer().start(answer));
    const answers = Promise.all(Array.from({ length: 20 }, (_, i) => openedSince(client, i)));
    const calls = await all;
    for (const { socket, call } of [...calls].reverse())
      writeFrame(socket, { id: call.id, out: call.in }, []);
    expect(await answers).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  it('carries 20 MB there and 20 MB back without changing a byte, others in between', async () => {
    const client = clientOf(await new Peer().start(echo));
    const large = Buffer.alloc(20 * 1024 * 1024);
    for (let at = 0; at < large.length; at += 4) large.writeUInt32BE(Math.imul(at, 2_654_435_761) >>> 0, at);
    const seal = { amcNo: '0999000101' as never, manifest: { text: '', jws: '' }, block: 0, bitmapBytes: 0 };
    const carried = client.call('seal', seal, large);
    expect(await openedSince(client, 7)).toBe(7);
    const { bytes } = await carried;
    expect(bytes.equals(large)).toBe(true);
  });

  it('throws a refusal as VaultRefused with its code, an internal error as VaultUnavailable', async () => {
    const codes = ['locked', 'internal'];
    const peer = await new Peer().start((socket, { id }) =>
      writeFrame(socket, { id, error: codes.shift() }, []),
    );
    const client = clientOf(peer);
    const refused = await client.call('state', {}).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(VaultRefused);
    expect(refused).toMatchObject({ code: 'locked' });
    await expect(client.call('state', {})).rejects.toBeInstanceOf(VaultUnavailable);
    expect(peer.connections).toBe(1); // neither costs the connection
  });

  it('that cannot be sent fails alone: others go on, and no timer of it cuts them later', async () => {
    const client = clientOf(await new Peer().start(echo));
    await openedSince(client, 1);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const huge = { byteLength: FRAME_LIMIT_BYTES } as Uint8Array; // its length is looked at first, and refused
    await expect(client.call('signCheckpoint', { from: 0, count: 0 }, huge)).rejects.toThrow(RangeError);
    await expect(client.call('state', { no: 1n } as never)).rejects.toThrow(TypeError);
    expect(vi.getTimerCount()).toBe(0);
    expect(await openedSince(client, 2)).toBe(2);
  });
});

describe('a vault that is not there', () => {
  it('fails every call at once, and is found as soon as it is', async () => {
    const peer = new Peer();
    const client = clientOf(peer);
    await expect(client.call('state', {})).rejects.toBeInstanceOf(VaultUnavailable);
    await peer.start(echo);
    expect(await openedSince(client, 3)).toBe(3);
  });

  it('any more fails all calls that wait, and the next call reaches its successor', async () => {
    const { answer, all } = receiving(10);
    const peer = await new Peer().start(answer);
    const client = clientOf(peer);
    const waiting = Array.from({ length: 10 }, (_, i) => openedSince(client, i));
    await all;
    await peer.stop();
    for (const outcome of await Promise.allSettled(waiting)) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { name: 'VaultUnavailable' } });
    }
    await expect(client.call('state', {})).rejects.toBeInstanceOf(VaultUnavailable);
    await peer.start(echo);
    expect(await Promise.all([openedSince(client, 1), openedSince(client, 2)])).toEqual([1, 2]);
    expect(peer.connections).toBe(2); // one connection for both
  });

  it('but sends garbage is cut off, and what waited fails', async () => {
    const peer = await new Peer().start((socket) => socket.write(Buffer.alloc(8)));
    const client = clientOf(peer);
    await expect(client.call('state', {})).rejects.toBeInstanceOf(VaultUnavailable);
    const answers = [null, { id: 12_345, out: {} }]; // no header, and an answer nobody waits for
    await peer.stop();
    await peer.start((socket, call) => {
      writeFrame(socket, answers.pop(), []);
      echo(socket, call, Buffer.alloc(0));
    });
    expect(await openedSince(client, 1)).toBe(1);
    await expect(client.call('state', {})).rejects.toBeInstanceOf(VaultUnavailable);
  });

  it.each([
    ['state', 2_000],
    ['openedSince', 120_000],
  ] as const)(
    'but silent: %s fails after %i ms, not before, and the connection is given up',
    async (verb, limitMs) => {
      const { answer, all } = receiving(1);
      const peer = await new Peer().start(answer);
      const client = clientOf(peer);
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      let failed: unknown = null;
      const calling = client.call(verb as 'openedSince', { after: 1 }).catch((error: unknown) => {
        failed = error;
      });
      const [first] = await all;
      vi.advanceTimersByTime(limitMs - 1);
      await null;
      expect(failed).toBeNull();
      vi.advanceTimersByTime(1);
      await calling;
      expect(failed).toBeInstanceOf(VaultUnavailable);
      if (first) await once(first.socket, 'close');
      expect(vi.getTimerCount()).toBe(0);
    },
  );
});

describe('a closed client', () => {
  it('fails what waits and what comes, and holds no connection', async () => {
    const { answer, all } = receiving(1);
    const client = clientOf(await new Peer().start(answer));
    const waiting = client.call('state', {}).catch((error: unknown) => error);
    const [first] = await all;
    await client.close();
    expect(await waiting).toBeInstanceOf(VaultUnavailable);
    await expect(client.call('state', {})).rejects.toBeInstanceOf(VaultUnavailable);
    if (first && !first.socket.destroyed) await once(first.socket, 'close');
    await client.close();
  });

  it('does not come to life when it was closed while it was connecting', async () => {
    const peer = await new Peer().start(silent);
    const client = clientOf(peer);
    const calling = client.call('state', {}).catch((error: unknown) => error);
    await client.close();
    expect(await calling).toBeInstanceOf(VaultUnavailable);
    for (const socket of peer.sockets) if (!socket.destroyed) await once(socket, 'close');
  });
});

it('more calls than the bound are refused at once and do not disturb those that wait', async () => {
  const peer = await new Peer().start(silent);
  const client = clientOf(peer);
  await Promise.race([client.call('state', {}), vi.waitUntil(() => peer.connections === 1, { interval: 1 })]);
  const waiting = Array.from({ length: 19_999 }, () =>
    client.call('state', {}).catch((error: Error) => error.message),
  );
  await expect(client.call('state', {})).rejects.toThrow('too many calls');
  await client.close();
  expect(new Set(await Promise.all(waiting))).toEqual(new Set(['the connection to the vault was closed']));
});
