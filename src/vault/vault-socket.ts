// A vault's socket: one Unix socket, mode 0600, frames in, frames out, for whichever table of verbs it is given.
// It must never answer a malformed call with anything but `bad-call`, nor say why an internal error happened.

import { chmod, lstat, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { type Frame, FrameReader, writeFrame } from '../lib/frames.ts';
import { Refused } from './refused.ts';

/** The operator needs one, a command one more; each may buffer a frame. */
const MOST_CONNECTIONS = 16;

export type Reply = { out: unknown; bytes?: readonly Uint8Array[] };

/** What a vault answers to. */
export type Served = {
  /** By verb; an input arrives in its shape. */
  verbs: Readonly<Record<string, (input: never, bytes: Buffer) => Promise<Reply>>>;
  /** Is this a verb, and its input of the right shape? */
  isCall(verb: unknown, input: unknown): verb is string;
  onInternalError(error: unknown): void;
};

export interface VaultSocket {
  /** From now on callers are answered. */
  serve(served: Served): void;
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
      // What we cut off ourselves is no error.
      const report = (error: unknown) => closing || served.onInternalError(error);
      answerFrame = (socket, frame) => void answer(socket, frame, served, report);
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
  { verbs, isCall }: Served,
  onInternalError: (error: unknown) => void,
): Promise<void> {
  const call = (typeof header === 'object' && header !== null ? header : {}) as Record<string, unknown>;
  const { verb, in: input } = call;
  const id = typeof call['id'] === 'number' ? call['id'] : null;
  try {
    const handle = isCall(verb, input) ? verbs[verb] : undefined;
    if (!handle) throw new Refused('bad-call');
    const reply = await handle(input as never, bytes);
    if (!socket.destroyed) writeFrame(socket, { id, out: reply.out }, reply.bytes ?? []);
  } catch (error) {
    const code = error instanceof Refused ? error.code : 'internal';
    if (code === 'internal') onInternalError(error);
    if (!socket.destroyed) writeFrame(socket, { id, error: code }, []);
  }
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
