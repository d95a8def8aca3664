// The vault's socket: one Unix socket, mode 0600, frames in, frames out. It knows the verbs, not their rules.
// It must never answer a malformed call with anything but `bad-call`, nor say why an internal error happened.

import { chmod, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { AmcNo } from '../core/ids.ts';
import { FrameReader, writeFrame } from '../lib/frames.ts';
import { checkBlock, checkManifest, type SignedFeed } from './feed-signature.ts';
import type { VaultVerbs, Verb } from './protocol.ts';
import type { SealPool } from './seal-pool.ts';
import { Refusal, type Vault } from './vault.ts';

type Reply = { out: unknown; bytes?: readonly Uint8Array[] };
type Handlers = { [V in Verb]: (input: VaultVerbs[V]['in'], bytes: Buffer) => Promise<Reply> };

export type VaultServerOptions = {
  socketPath: string;
  vault: Vault;
  sealPool: SealPool;
  feedKeys(amcNo: string): readonly import('node:crypto').KeyObject[];
  /** 0600, or 0660 when operator and vault run under two users of one group. */
  socketMode: number;
  onInternalError(error: unknown): void;
};

/** Listens; resolves once callers can connect. A socket file left by a killed vault is replaced. */
export async function listenVault(options: VaultServerOptions): Promise<{ close(): Promise<void> }> {
  if (await answers(options.socketPath)) throw new Error('another vault already listens on this socket');
  await rm(options.socketPath, { force: true });
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    serve(socket, handlers(options), options.onInternalError);
  });
  await listening(server, options.socketPath);
  await chmod(options.socketPath, options.socketMode);
  return {
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function serve(socket: Socket, verbs: Handlers, onInternalError: (error: unknown) => void): void {
  const frames = new FrameReader();
  socket.on('error', () => socket.destroy()); // the peer is gone: there is nobody left to tell
  socket.on('data', (chunk) => {
    try {
      for (const frame of frames.push(chunk)) void answer(socket, verbs, frame.header, frame.bytes, onInternalError);
    } catch {
      socket.destroy(); // not our protocol: no answer
    }
  });
}

async function answer(
  socket: Socket,
  verbs: Handlers,
  header: unknown,
  bytes: Buffer,
  onInternalError: (error: unknown) => void,
): Promise<void> {
  const call = header as { id?: unknown; verb?: unknown; in?: unknown };
  try {
    const handler = Object.hasOwn(verbs, String(call.verb)) ? verbs[call.verb as Verb] : undefined;
    if (!handler || typeof call.in !== 'object' || call.in === null) throw new Refusal('bad-call');
    const reply = await (handler as (input: unknown, bytes: Buffer) => Promise<Reply>)(call.in, bytes);
    const attachment = reply.bytes && reply.bytes.length > 0 ? Buffer.concat(reply.bytes) : null;
    if (!socket.destroyed) writeFrame(socket, { id: call.id, out: reply.out }, attachment);
  } catch (error) {
    const code = error instanceof Refusal ? error.code : 'internal';
    if (code === 'internal') onInternalError(error);
    if (!socket.destroyed) writeFrame(socket, { id: call.id, error: code }, null);
  }
}

function handlers({ vault, sealPool, feedKeys }: VaultServerOptions): Handlers {
  const verified = new VerifiedManifests(feedKeys);
  return {
    state: async () => ({ out: vault.state() }),
    open: async (input) => ({ out: { items: await vault.open(list(input.items)) } }),
    replay: async (input) => ({ out: { items: vault.replay(list(input.items)) } }),
    tag: async (input) => ({ out: { tags: await vault.tag(input.month, list(input.items)) } }),
    signFlush: async (input) => ({ out: { signature: vault.signFlush(input) } }),
    signCheckpoint: async (input, bytes) => ({ out: await vault.signCheckpoint(input.from, bytes) }),
    acceptManifest: async (input) => {
      await vault.insurerKeys(input.amcNo);
      const feed = verified.check(input.amcNo, input.manifest);
      await vault.noteFeed(input.amcNo, feed.manifest.seq, feed.digest);
      return { out: { ok: true } };
    },
    fingerprint: async (input, bytes) => {
      const keys = await vault.insurerKeys(input.amcNo);
      const feed = verified.check(input.amcNo, input.manifest);
      refuseOtherBlock(feed, input.block, bytes);
      const result = await sealPool.fingerprint({ keys, block: bytes });
      return { out: { lines: result.length / 32 }, bytes: [result] };
    },
    seal: async (input, bytes) => {
      const keys = await vault.insurerKeys(input.amcNo);
      const feed = verified.check(input.amcNo, input.manifest);
      const block = bytes.subarray(input.bitmapBytes);
      refuseOtherBlock(feed, input.block, block);
      const unchanged = bytes.subarray(0, input.bitmapBytes);
      const sealed = await sealPool.seal({ keys, block, index: input.block, unchanged });
      return {
        out: { ...sealed.reply, lineBytes: sealed.lines.length },
        bytes: [sealed.lines, sealed.doors],
      };
    },
    beginEpoch: async (input) => ({ out: { epoch: await vault.beginEpoch(input.amcNo) } }),
    endEpochsBefore: async (input) => ({ out: { epochs: await vault.endEpochsBefore(input.amcNo, input.epoch) } }),
    epochs: async (input) => ({ out: { epochs: await vault.epochs(input.amcNo) } }),
    journal: async (input) => ({ out: { lines: await vault.journal(list(input.numbers)) } }),
    openedSince: async (input) => ({ out: await vault.openedSince(input.after) }),
    lock: async (input) => ({ out: { lockId: await vault.lock(input.by, input.reason) } }),
    unlock: async (input) => {
      await vault.unlock(list(input.approvals));
      return { out: { ok: true } };
    },
  };
}

/** Signatures are checked once per manifest and remembered by the hash of text and signature. */
class VerifiedManifests {
  readonly #feedKeys: VaultServerOptions['feedKeys'];
  readonly #known = new Map<string, SignedFeed>();
  constructor(feedKeys: VaultServerOptions['feedKeys']) {
    this.#feedKeys = feedKeys;
  }
  check(amcNo: AmcNo, signed: { text: string; jws: string }): SignedFeed {
    const name = `${amcNo}\n${signed.jws}\n${signed.text}`;
    const known = this.#known.get(name);
    if (known) return known;
    const feed = checkManifest(amcNo, signed, this.#feedKeys(amcNo));
    if (feed === 'manifest') throw new Refusal('manifest-refused');
    if (feed === 'signature') throw new Refusal('feed-signature');
    if (this.#known.size >= 64) this.#known.clear();
    this.#known.set(name, feed);
    return feed;
  }
}

function refuseOtherBlock(feed: SignedFeed, index: number, block: Buffer): void {
  if (!checkBlock(feed, index, block)) throw new Refusal('block-hash');
}

const MOST_ITEMS = 1_024;
function list<T>(items: readonly T[]): readonly T[] {
  if (!Array.isArray(items) || items.length > MOST_ITEMS) throw new Refusal('bad-call');
  return items;
}

function listening(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    // The mode is right from the first moment: nobody connects between bind and chmod.
    const before = process.umask(0o177);
    server.listen(path, () => resolve());
    process.umask(before);
  });
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', () => resolve(false));
  });
}
