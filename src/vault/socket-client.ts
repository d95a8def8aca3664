// A vault's client over its Unix socket: one connection, calls answered in any order, reconnects by itself.
// It must never wait longer than the verb's limit: a silent vault is an absent vault.

import { connect, type Socket } from 'node:net';
import { FrameReader, writeFrame } from '../lib/frames.ts';
import type { VaultRefusal, VaultVerbs, Verb } from './protocol.ts';
import { type VaultClient, VaultRefused, VaultUnavailable } from './vault-client.ts';

const CALL_LIMIT_MS = 2_000;
/** Sealing a block is a second of work per thread and may queue behind others. */
const BULK_LIMIT_MS = 120_000;
const BULK_VERBS: ReadonlySet<string> = new Set<Verb>([
  'seal',
  'fingerprint',
  'signCheckpoint',
  'journal',
  'openedSince',
  'openBankDetails',
  'openClaims',
]);
const MOST_PENDING = 20_000;

type Pending = {
  resolve(reply: { out: unknown; bytes: Buffer }): void;
  reject(error: Error): void;
  timer: NodeJS.Timeout;
};

/** What goes in and out of a verb. */
type VerbShape = { in: unknown; out: unknown };

type Manners = {
  /** Verbs that may take long. */
  bulk: ReadonlySet<string>;
  /** The error that says why the vault will not. */
  refused(code: string): Error;
};

export class SocketClient<Verbs extends { [V in keyof Verbs]: VerbShape }> {
  readonly #path: string;
  readonly #manners: Manners;
  readonly #pending = new Map<number, Pending>();
  #socket: Socket | null = null;
  #connecting: Promise<Socket> | null = null;
  #nextId = 1;
  #closed = false;

  constructor(socketPath: string, manners: Manners) {
    this.#path = socketPath;
    this.#manners = manners;
  }

  async call<V extends keyof Verbs & string>(
    verb: V,
    input: Verbs[V]['in'],
    bytes?: Uint8Array,
  ): Promise<{ out: Verbs[V]['out']; bytes: Buffer }> {
    if (this.#pending.size >= MOST_PENDING)
      throw new VaultUnavailable('too many calls are waiting for the vault');
    const socket = this.#socket ?? (await this.#connect());
    const reply = new Promise<{ out: unknown; bytes: Buffer }>((resolve, reject) => {
      const id = this.#nextId++;
      writeFrame(socket, { id, verb, in: input }, bytes ? [bytes] : []); // throws before anything waits for an answer
      const limitMs = this.#manners.bulk.has(verb) ? BULK_LIMIT_MS : CALL_LIMIT_MS;
      const timer = setTimeout(
        () => this.#drop(new VaultUnavailable(`the vault did not answer ${verb}`)),
        limitMs,
      );
      this.#pending.set(id, { resolve, reject, timer });
    });
    return reply as Promise<{ out: Verbs[V]['out']; bytes: Buffer }>;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#drop(new VaultUnavailable('the connection to the vault was closed'));
  }

  #connect(): Promise<Socket> {
    if (this.#closed) return Promise.reject(new VaultUnavailable('the connection to the vault was closed'));
    this.#connecting ??= this.#open().finally(() => {
      this.#connecting = null;
    });
    return this.#connecting;
  }

  #open(): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const socket = connect(this.#path);
      const frames = new FrameReader();
      socket.once('connect', () => {
        if (this.#closed) {
          socket.destroy();
          reject(new VaultUnavailable('the connection to the vault was closed'));
          return;
        }
        this.#socket = socket;
        resolve(socket);
      });
      socket.on('data', (chunk) => {
        try {
          for (const frame of frames.push(chunk)) this.#answered(frame.header, frame.bytes);
        } catch {
          socket.destroy();
        }
      });
      socket.on('error', () => reject(new VaultUnavailable('the vault is not there')));
      socket.on('close', () => {
        if (this.#socket === socket) this.#drop(new VaultUnavailable('the vault went away'));
      });
    });
  }

  #answered(header: unknown, bytes: Buffer): void {
    const reply = header as { id: number; out?: unknown; error?: string };
    const pending = this.#pending.get(reply.id);
    if (!pending) return;
    this.#pending.delete(reply.id);
    clearTimeout(pending.timer);
    if (reply.error === undefined) pending.resolve({ out: reply.out, bytes });
    else if (reply.error === 'internal')
      pending.reject(new VaultUnavailable('the vault failed on this call'));
    else pending.reject(this.#manners.refused(reply.error));
  }

  /** Every waiting call fails: nobody knows whether it had an effect, the journal does. */
  #drop(error: VaultUnavailable): void {
    const socket = this.#socket;
    this.#socket = null;
    socket?.destroy();
    for (const pending of this.#pending.values()) {
      clearTimeout(pending.timer);
      pending.reject(error);
    }
    this.#pending.clear();
  }
}

/** The operator's. */
export class VaultSocketClient extends SocketClient<VaultVerbs> implements VaultClient {
  constructor(socketPath: string) {
    super(socketPath, { bulk: BULK_VERBS, refused: (code) => new VaultRefused(code as VaultRefusal) });
  }
}
