// Spreads the sealing of feed blocks over worker threads of the vault's process: the vault's own thread stays free
// for opening doors. Must never hold more than a bounded number of blocks, nor let a worker's error quote a line.

import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { InsurerKeys } from './keyring.ts';
import { fingerprintBlock, type SealedBlock, type SealJob, sealBlock } from './seal-block.ts';

export type FingerprintJob = { readonly keys: InsurerKeys; readonly block: Uint8Array };

export interface SealPool {
  /** Staged rows of a block, see seal-block.ts. The block's bytes belong to the pool from here on. */
  seal(job: SealJob): Promise<SealedBlock>;
  /** 32 bytes per line: record id and fingerprint, or zeros. */
  fingerprint(job: FingerprintJob): Promise<Buffer>;
  /** Ends the threads; what was waiting is refused. */
  close(): Promise<void>;
}

/** Messages between the pool and its threads. Keys travel as KeyObjects, never as bytes. */
export type SealRequestMessage = { do: 'seal'; job: SealJob } | { do: 'fingerprint'; job: FingerprintJob };
export type SealReplyMessage =
  | { ok: true; do: 'seal'; sealed: SealedBlock }
  | { ok: true; do: 'fingerprint'; prints: Buffer }
  | { ok: false; where: string };

export type SealPoolOptions = {
  /** Threads; 0 seals in the calling thread (tests). Default: one per core, two at most (DESIGN.md 11). */
  workers?: number;
  /** The thread's script, for a test that compiled it elsewhere. */
  entry?: URL;
};

const MOST_WORKERS = 2;
/** An operator keeps a few blocks under way; more than this is a caller gone wrong. */
const MOST_WAITING = 32;
/** Sealing leaves many small objects behind: a larger nursery than the default halves the collector's share. */
const NURSERY_MB = 24;
/** A block is sealed line by line and its bytes lie outside the heap: a thread needs little, and shall not hoard. */
const HEAP_MB = 64;

export function createSealPool(options: SealPoolOptions = {}): SealPool {
  const workers = options.workers ?? Math.min(MOST_WORKERS, availableParallelism());
  return workers === 0 ? new InlineSealing() : new ThreadPool(workers, options.entry ?? workerEntry());
}

/**
 * Beside this file, compiled or not as this file is. Node 20 cannot load TypeScript in a thread, and vitest compiles
 * only what its own thread imports: from source there, use `workers: 0` or give a compiled `entry`.
 */
function workerEntry(): URL {
  const compiled = import.meta.url.endsWith('.js');
  return new URL(compiled ? './seal-worker.js' : './seal-worker.ts', import.meta.url);
}

class InlineSealing implements SealPool {
  async seal(job: SealJob): Promise<SealedBlock> {
    return sealBlock(job);
  }
  async fingerprint(job: FingerprintJob): Promise<Buffer> {
    return fingerprintBlock(job);
  }
  async close(): Promise<void> {}
}

type Task = {
  readonly request: SealRequestMessage;
  resolve(reply: SealReplyMessage & { ok: true }): void;
  reject(error: Error): void;
};

/** A thread and what it is doing. Threads start with the first job and stay. */
type Thread = { readonly worker: Worker; task: Task | null };

class ThreadPool implements SealPool {
  readonly #size: number;
  readonly #entry: URL;
  readonly #threads = new Set<Thread>();
  #waiting: Task[] = [];
  #closed = false;

  constructor(size: number, entry: URL) {
    this.#size = size;
    this.#entry = entry;
  }

  async seal(job: SealJob): Promise<SealedBlock> {
    // The bitmap stands before the block in one buffer: sent as it is, the whole buffer would travel with it.
    const unchanged = new Uint8Array(job.unchanged);
    const reply = await this.#run({
      do: 'seal',
      job: { ...job, unchanged, block: toBeHandedOver(job.block) },
    });
    if (reply.do !== 'seal') throw new Error('a seal worker answered something else');
    const { lines, doors } = reply.sealed;
    return { reply: reply.sealed.reply, lines: bufferOf(lines), doors: bufferOf(doors) };
  }

  async fingerprint(job: FingerprintJob): Promise<Buffer> {
    const reply = await this.#run({ do: 'fingerprint', job: { ...job, block: toBeHandedOver(job.block) } });
    if (reply.do !== 'fingerprint') throw new Error('a seal worker answered something else');
    return bufferOf(reply.prints);
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const task of this.#waiting) task.reject(new Error('the seal pool is closed'));
    this.#waiting = [];
    await Promise.all([...this.#threads].map((thread) => thread.worker.terminate()));
  }

  #run(request: SealRequestMessage): Promise<SealReplyMessage & { ok: true }> {
    if (this.#closed) return Promise.reject(new Error('the seal pool is closed'));
    if (this.#waiting.length >= MOST_WAITING) return Promise.reject(new Error('the seal pool is full'));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ request, resolve, reject });
      this.#assign();
    });
  }

  #assign(): void {
    if (this.#waiting.length === 0) return;
    const thread = [...this.#threads].find(({ task }) => task === null) ?? this.#start();
    const task = thread && this.#waiting.shift();
    if (!thread || !task) return;
    thread.task = task;
    thread.worker.ref();
    thread.worker.postMessage(task.request, [task.request.job.block.buffer as ArrayBuffer]);
  }

  #start(): Thread | null {
    if (this.#threads.size >= this.#size) return null;
    const worker = new Worker(this.#entry, {
      resourceLimits: { maxYoungGenerationSizeMb: NURSERY_MB, maxOldGenerationSizeMb: HEAP_MB },
    });
    const thread: Thread = { worker, task: null };
    this.#threads.add(thread);
    worker.on('message', (reply: SealReplyMessage) => this.#finished(thread, reply));
    // The error is not passed on: nobody knows what its message quotes.
    worker.on('error', () => this.#lost(thread));
    worker.on('exit', () => this.#lost(thread));
    return thread;
  }

  #finished(thread: Thread, reply: SealReplyMessage): void {
    const { task } = thread;
    thread.task = null;
    thread.worker.unref(); // an idle thread does not keep the process alive
    if (reply.ok) task?.resolve(reply);
    else task?.reject(new Error(`sealing failed in ${reply.where}`));
    this.#assign();
  }

  #lost(thread: Thread): void {
    if (!this.#threads.delete(thread)) return;
    thread.task?.reject(new Error('a seal worker ended before its answer'));
    if (!this.#closed) this.#assign();
  }
}

/** Larger than what Node or a socket shares between several Buffers. */
const SURELY_ALONE_BYTES = 1024 * 1024;

/**
 * What is handed to a thread is gone here, with everything else in its buffer. So a block goes as it is only when it
 * is large and reaches to the end of its buffer: before it stands the call it came with, after it nothing. Otherwise
 * the buffer may hold the next frame: then a copy goes. Without this the vault passes 400 MB on blocks of 64 MiB.
 */
function toBeHandedOver(block: Uint8Array): Uint8Array {
  const { buffer, byteOffset, byteLength } = block;
  const isLast = byteOffset + byteLength === buffer.byteLength && byteLength >= SURELY_ALONE_BYTES;
  return isLast ? block : new Uint8Array(block);
}

/** A Buffer arrives from a thread as a plain Uint8Array. */
function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
