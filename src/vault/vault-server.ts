// The vault's socket: one Unix socket, mode 0600, frames in, frames out. It knows the verbs, not their rules.
// It must never answer a malformed call with anything but `bad-call`, nor say why an internal error happened.

import { hash, type KeyObject } from 'node:crypto';
import { chmod, lstat, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { AmcNo } from '../core/ids.ts';
import { type Frame, FrameReader, writeFrame } from '../lib/frames.ts';
import { HASH_BYTES } from '../operator/ledger/merkle.ts';
import { isCall } from './call-shapes.ts';
import { checkBlock, checkManifest, type SignedFeed } from './feed-signature.ts';
import type { VaultVerbs, Verb } from './protocol.ts';
import type { SealPool } from './seal-pool.ts';
import { Refusal, type Vault } from './vault.ts';

type Reply = { out: unknown; bytes?: readonly Uint8Array[] };
type Handlers = { [V in Verb]: (input: VaultVerbs[V]['in'], bytes: Buffer) => Promise<Reply> };

/** The operator needs one, a command one more; each may buffer a frame. */
const MOST_CONNECTIONS = 16;

/** What the verbs need. */
export type VaultServed = {
  vault: Vault;
  sealPool: SealPool;
  feedKeys(amcNo: string): readonly KeyObject[];
  /** Demo mode: real-looking NIRs are rejected line by line. */
  onlyFictitious: boolean;
  onInternalError(error: unknown): void;
};

export interface VaultSocket {
  /** From now on callers are answered. */
  serve(served: VaultServed): void;
  close(): Promise<void>;
}

/**
 * Takes the socket, and with it the place of the one vault here: before journal and keyring are touched, because two
 * vaults that write them at once would spoil both. A socket file left by a killed vault is replaced. `mode` is 0600,
 * or 0660 when operator and vault run under two users of one group. Callers are turned away until `serve`.
 */
export async function claimSocket(path: string, mode: number): Promise<VaultSocket> {
  await removeStale(path);
  let answerFrame: ((socket: Socket, frame: Frame) => void) | null = null;
  let closing = false;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy()); // the peer is gone: there is nobody left to tell
    if (!answerFrame) {
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    readFrames(socket, answerFrame);
  });
  server.maxConnections = MOST_CONNECTIONS;
  await listening(server, path);
  await chmod(path, mode);
  return {
    serve(served) {
      const verbs = handlers(served);
      // What we cut off ourselves is no error.
      const report = (error: unknown) => closing || served.onInternalError(error);
      answerFrame = (socket, frame) => void answer(socket, frame, verbs, report);
    },
    async close() {
      closing = true;
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function readFrames(socket: Socket, answerFrame: (socket: Socket, frame: Frame) => void): void {
  const frames = new FrameReader();
  socket.on('data', (chunk) => {
    try {
      for (const frame of frames.push(chunk)) answerFrame(socket, frame);
    } catch {
      socket.destroy(); // not our protocol: no answer
    }
  });
}

async function answer(
  socket: Socket,
  { header, bytes }: Frame,
  verbs: Handlers,
  onInternalError: (error: unknown) => void,
): Promise<void> {
  const call = (typeof header === 'object' && header !== null ? header : {}) as Record<string, unknown>;
  const { verb, in: input } = call;
  const id = typeof call['id'] === 'number' ? call['id'] : null;
  try {
    if (!isCall(verb, input)) throw new Refusal('bad-call');
    const reply = await (verbs[verb] as (input: unknown, bytes: Buffer) => Promise<Reply>)(input, bytes);
    if (!socket.destroyed) writeFrame(socket, { id, out: reply.out }, reply.bytes ?? []);
  } catch (error) {
    const code = error instanceof Refusal ? error.code : 'internal';
    if (code === 'internal') onInternalError(error);
    if (!socket.destroyed) writeFrame(socket, { id, error: code }, []);
  }
}

function handlers({ vault, sealPool, feedKeys, onlyFictitious }: VaultServed): Handlers {
  const verified = new VerifiedManifests(feedKeys);
  return {
    state: async () => ({ out: vault.state() }),
    open: async (input) => ({ out: { items: await vault.open(input.items) } }),
    tokenKey: async () => ({ out: { jwk: await vault.tokenKey() } }),
    exchangeToken: async (input) => ({ out: await vault.exchangeToken(input) }),
    bindSession: async (input) => ({ out: await vault.bindSession(input) }),
    passkeyChallenge: async (input) => ({ out: await vault.passkeyChallenge(input) }),
    registerPasskey: async (input) => ({ out: await vault.registerPasskey(input) }),
    passkeySignIn: async (input) => ({ out: await vault.passkeySignIn(input) }),
    bindPasskeySession: async (input) => ({ out: await vault.bindPasskeySession(input) }),
    changeClient: async (input) => ({ out: await vault.changeClient(input) }),
    renewToken: async (input) => ({ out: await vault.renewToken(input) }),
    replay: async (input) => ({ out: { items: vault.replay(input.items) } }),
    tag: async (input) => ({ out: { tags: await vault.tag(input.month, input.items) } }),
    signFlush: async (input) => ({ out: { signature: vault.signFlush(input) } }),
    signCheckpoint: async (input, bytes) => {
      if (bytes.length !== input.count * HASH_BYTES) throw new Refusal('bad-call');
      return { out: await vault.signCheckpoint(input.from, bytes) };
    },
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
      const result = await vault.whileOpen(() => sealPool.fingerprint({ keys, block: bytes }));
      return { out: { lines: result.length / 32 }, bytes: [result] };
    },
    seal: async (input, bytes) => {
      if (bytes.length < input.bitmapBytes) throw new Refusal('bad-call');
      const keys = await vault.insurerKeys(input.amcNo);
      const feed = verified.check(input.amcNo, input.manifest);
      const block = bytes.subarray(input.bitmapBytes);
      refuseOtherBlock(feed, input.block, block);
      const unchanged = bytes.subarray(0, input.bitmapBytes);
      const job = { keys, block, index: input.block, unchanged, onlyFictitious };
      const sealed = await vault.whileOpen(() => sealPool.seal(job));
      return {
        out: { ...sealed.reply, lineBytes: sealed.lines.length },
        bytes: [sealed.lines, sealed.doors],
      };
    },
    beginEpoch: async (input) => ({ out: { epoch: await vault.beginEpoch(input.amcNo) } }),
    endEpochsBefore: async (input) => ({
      out: { epochs: await vault.endEpochsBefore(input.amcNo, input.epoch) },
    }),
    epochs: async (input) => ({ out: { epochs: await vault.epochs(input.amcNo) } }),
    journal: async (input) => ({ out: { lines: await vault.journal(input.numbers) } }),
    locateCards: async (input) => ({
      out: { locators: await vault.locateCards(input.amcNo, input.handles) },
    }),
    openedSince: async (input) => ({ out: await vault.openedSince(input.after) }),
    lock: async (input) => ({ out: { lockId: await vault.lock(input.by, input.reason) } }),
    unlock: async (input) => {
      await vault.unlock(input.approvals);
      return { out: { ok: true } };
    },
  };
}

/**
 * Signatures are checked once per manifest and remembered by the hash of text and signature, for as long as the
 * insurer's feed keys are the same: a key that was struck off vouches for nothing any more.
 */
class VerifiedManifests {
  readonly #feedKeys: VaultServed['feedKeys'];
  readonly #known = new Map<string, { feed: SignedFeed; keys: readonly KeyObject[] }>();
  constructor(feedKeys: VaultServed['feedKeys']) {
    this.#feedKeys = feedKeys;
  }
  check(amcNo: AmcNo, signed: { text: string; jws: string }): SignedFeed {
    const name = hash('sha256', `${amcNo}\n${signed.jws}\n${signed.text}`);
    const keys = this.#feedKeys(amcNo);
    const known = this.#known.get(name);
    if (known?.keys === keys) return known.feed;
    const feed = checkManifest(amcNo, signed, keys);
    if (feed === 'manifest') throw new Refusal('manifest-refused');
    if (feed === 'signature') throw new Refusal('feed-signature');
    if (this.#known.size >= 64) this.#known.clear();
    this.#known.set(name, { feed, keys });
    return feed;
  }
}

function refuseOtherBlock(feed: SignedFeed, index: number, block: Buffer): void {
  if (!checkBlock(feed, index, block)) throw new Refusal('block-hash');
}

/** Removes the socket of a vault that was killed. Refuses to when a vault answers there, or when it is something else. */
async function removeStale(path: string): Promise<void> {
  const facts = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (!facts) return;
  if (!facts.isSocket())
    throw new Error('the path of the vault socket names another kind of file: it was left alone');
  if (await answers(path)) throw new Error('another vault already listens on this socket');
  await rm(path, { force: true });
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
  return new Promise((resolve, reject) => {
    const probe = connect(path);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    // Refused: nobody listens. Anything else (a full queue, no permission) may be a vault that lives.
    probe.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED' || error.code === 'ENOENT') resolve(false);
      else reject(error);
    });
  });
}
