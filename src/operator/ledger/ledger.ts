// The one writer of the ledger: entries that arrive together become durable together, then the answers may leave.
// It must never resolve an entry that is not on disk, nor write a second tree over the same positions.

import { FatalError } from '../../lib/app-error.ts';
import { type Clock, timestamp } from '../../lib/clock.ts';
import { randomSlice } from '../../lib/random.ts';
import type { VaultClient } from '../../vault/vault-client.ts';
import { composeEntry, SALT_BYTES } from './entry.ts';
import type { Ledger, NewEntry, Receipt } from './ledger-port.ts';
import type { CheckpointRow, LedgerRow, LedgerStore, ReplayRow } from './ledger-store.ts';
import { Frontier, HASH_BYTES } from './merkle.ts';
import { makeReceipts } from './receipt.ts';

const MOST_PER_FLUSH = 1_000;
/** Beyond this, askers are told "overloaded" rather than kept waiting. */
const MOST_WAITING = 20_000;
const LEAVES_PER_READ = 100_000;

export class LedgerUnavailable extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'LedgerUnavailable';
  }
}

type Waiting = { entry: NewEntry; resolve(receipt: Receipt): void; reject(error: Error): void };

export type LedgerWriterParts = {
  store: LedgerStore;
  vault: VaultClient;
  clock: Clock;
  /** The log on disk is not the one this process was writing: the process must stop. */
  onFatal(error: FatalError): void;
};

export class LedgerWriter implements Ledger {
  readonly #store: LedgerStore;
  readonly #vault: VaultClient;
  readonly #clock: Clock;
  readonly #onFatal: (error: FatalError) => void;
  #origin = '';
  #frontier = new Frontier();
  #waiting: Waiting[] = [];
  #owed: NewEntry[] = [];
  #flushing = false;
  #last: Promise<void> = Promise.resolve();
  #checkpoints: Promise<void> = Promise.resolve();
  /** Ends with the checkpoint that is being signed, beside the flushes. */
  #signing: Promise<void> = Promise.resolve();
  #opened = false;
  /** After a failure: what is on disk is read again before anything is written. */
  #mustReload = false;
  /** Leaves of a commit whose outcome is unknown: the next reading finds all of them or none. */
  #inDoubt: readonly Buffer[] = [];
  /** The tree as the vault has last signed it, and the leaves since. */
  #signed = new Frontier();
  #unsigned: Buffer[] = [];
  /** Size of the last checkpoint whose note we hold. */
  #stored = 0;
  #storedAtMs: number | null = null;

  private constructor(parts: LedgerWriterParts) {
    this.#store = parts.store;
    this.#vault = parts.vault;
    this.#clock = parts.clock;
    this.#onFatal = parts.onFatal;
  }

  /**
   * Takes the log and rebuilds the tree from the last checkpoint and the leaves after it. A ledger that is shorter
   * than, or differs from, what the vault has signed is not continued: FatalError, `rempart ledger verify` says where.
   */
  static async open(parts: LedgerWriterParts): Promise<LedgerWriter> {
    const writer = new LedgerWriter(parts);
    await writer.#reload();
    return writer;
  }

  get size(): number {
    return this.#frontier.size;
  }

  /** The last signed tree that is stored; `atMs` is null until this process has signed one. */
  get checkpointed(): { size: number; atMs: number | null } {
    return { size: this.#stored, atMs: this.#storedAtMs };
  }

  get origin(): string {
    return this.#origin;
  }

  append(entry: NewEntry): Promise<Receipt> {
    if (this.#waiting.length >= MOST_WAITING) {
      return Promise.reject(new LedgerUnavailable('too many entries are waiting to be written'));
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ entry, resolve, reject });
      this.#run();
    });
  }

  owe(entry: NewEntry): void {
    // Beyond the bound nothing is lost: the door stands in the vault's journal and the next start enters it.
    if (this.#owed.length < MOST_WAITING) this.#owed.push(entry);
  }

  /**
   * Writes what is owed; what cannot be written stays owed. Called on a timer. A door whose answer failed after its
   * entry was durable (the commit went through, its confirmation did not) has its entry already.
   */
  async settle(): Promise<void> {
    const owed = this.#owed.splice(0);
    try {
      const numbers = owed.flatMap((entry) => journalNo(entry) ?? []);
      const entered = numbers.length > 0 ? await this.#store.enteredJournalNos(numbers) : new Set<number>();
      const missing = owed.filter((entry) => !entered.has(journalNo(entry) ?? -1));
      await Promise.all(missing.map((entry) => this.append(entry).catch(() => this.owe(entry))));
    } catch {
      this.#owed.push(...owed); // the store is away: the next settling tries again
    }
  }

  /**
   * Signs the tree as it stands, when it has grown; called on a timer and at the end. Entries go on being written
   * meanwhile: a signature over a second's entries takes longer than a flush, and no asker waits for it.
   */
  checkpoint(): Promise<void> {
    const done = this.#checkpoints.then(() => this.#checkpointAlone());
    this.#checkpoints = done.catch(() => undefined); // the caller sees the failure; the next one starts afresh
    return done;
  }

  /** One at a time, from first to last: what follows a failure begins with what is on disk. */
  async #checkpointAlone(): Promise<void> {
    let signed: Promise<void> | undefined;
    try {
      await this.#exclusively(async () => {
        if (this.#mustReload) await this.#reload();
        signed = this.#signNew();
        this.#signing = signed.catch(() => undefined); // told below; a reading of the disk waits for its end
      });
      await signed;
    } catch (error) {
      this.#mustReload = true;
      if (!(error instanceof FatalError))
        throw new LedgerUnavailable('the checkpoint could not be made', { cause: error });
      this.#onFatal(error);
      throw error;
    }
  }

  /** Waits for what is being written; nothing may be appended afterwards. */
  async close(): Promise<void> {
    while (this.#flushing) await this.#last.then(() => new Promise((resolve) => setImmediate(resolve)));
    await this.#signing;
  }

  #run(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    // What arrived in the same turn of the event loop goes into the same flush.
    setImmediate(() => {
      void this.#exclusively(() => this.#flushNext()).finally(() => {
        this.#flushing = false;
        if (this.#waiting.length > 0) this.#run();
      });
    });
  }

  /** One flush or reading at a time: the tree has one writer, and that writer does one thing after another. */
  #exclusively(work: () => Promise<void>): Promise<void> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined); // the caller sees the failure; the next one starts afresh
    return done;
  }

  async #flushNext(): Promise<void> {
    const batch = this.#waiting.splice(0, MOST_PER_FLUSH);
    try {
      const receipts = await this.#flush(batch.map((waiting) => waiting.entry));
      batch.forEach((waiting, i) => {
        waiting.resolve(receipts[i] as Receipt);
      });
    } catch (error) {
      const failure = new LedgerUnavailable('the entry could not be made durable', { cause: error });
      for (const waiting of batch) waiting.reject(failure);
      if (error instanceof FatalError) this.#onFatal(error);
    }
  }

  /** A note that was signed and never stored is fetched first: an honest ledger never lacks more than the last one. */
  async #signNew(): Promise<void> {
    if (this.#stored < this.#signed.size) await this.#signTree([]);
    const leaves = this.#unsigned.slice(0, LEAVES_PER_READ);
    if (leaves.length > 0) await this.#signTree(leaves);
  }

  async #signTree(leaves: readonly Buffer[]): Promise<void> {
    const from = this.#signed.size;
    const { out } = await this.#vault.call(
      'signCheckpoint',
      { from, count: leaves.length },
      Buffer.concat(leaves),
    );
    for (const leaf of leaves) this.#signed.append(leaf);
    this.#unsigned.splice(0, leaves.length); // together with the line above: no leaf is ever signed twice
    const { size } = this.#signed;
    const root = this.#signed.root();
    if (out.size !== size || out.root !== root.toString('base64')) {
      throw new FatalError('the vault signed another tree than this one');
    }
    // If we crash here the vault has signed a tree whose note we do not hold; the next start fetches it.
    await this.#store.addCheckpoint({ size, root, note: out.note, frontier: this.#signed.serialise() });
    this.#stored = size;
    this.#storedAtMs = this.#clock.nowMs();
  }

  /**
   * tag -> leaves -> signature -> commit. If we crash before the commit, nothing exists and nobody was answered;
   * the signature of the flush was seen by nobody. If we crash after it, the entries exist and the askers got no
   * answer: they ask again with the same requestId and get it.
   */
  async #flush(entries: readonly NewEntry[]): Promise<Receipt[]> {
    if (this.#mustReload) await this.#reload();
    const at = timestamp(this.#clock.nowMs());
    const tags = await this.#tags(entries, at.slice(0, 7));
    const first = this.#frontier.size;
    const salts = randomSlice(entries.length * 2 * SALT_BYTES);
    const composed = entries.map((entry, i) =>
      composeEntry(entry, {
        at,
        tag: tags[i] ?? null,
        salts: salts.subarray(i * 2 * SALT_BYTES, (i + 1) * 2 * SALT_BYTES),
      }),
    );
    const leaves = composed.map((one) => one.leaf);
    const receipts = await makeReceipts({
      origin: this.#origin,
      first,
      leaves,
      sign: (message) => this.#sign(message),
    });
    const rows = composed.map(
      (views, i): LedgerRow => ({ seq: first + i, at, ...views, journalNo: journalNo(entries[i]) }),
    );
    const replays = entries.flatMap((entry, i) => replayRow(entry, receipts[i] as Receipt));
    const engagements = entries.flatMap(({ engagement }) => engagement ?? []);
    try {
      await this.#store.commit(rows, replays, engagements);
    } catch (error) {
      this.#mustReload = true;
      this.#inDoubt = leaves;
      throw error;
    }
    for (const leaf of leaves) {
      this.#frontier.append(leaf);
      this.#unsigned.push(leaf);
    }
    return receipts;
  }

  async #sign(message: Uint8Array): Promise<Buffer> {
    const [, , first, count, root] = Buffer.from(message).toString('utf8').split('\n');
    const { out } = await this.#vault.call('signFlush', {
      first: Number(first),
      count: Number(count),
      root: root ?? '',
    });
    return Buffer.from(out.signature, 'base64');
  }

  /** Tags that came with the entries, when they are of this month; the others from the vault, in one call. */
  async #tags(entries: readonly NewEntry[], month: string): Promise<(string | null)[]> {
    const isTagged = (about: NewEntry['about']) => about === null || about.tag?.month === month;
    const about = entries.flatMap((entry) => (entry.about && !isTagged(entry.about) ? [entry.about] : []));
    const asked = about.length > 0 ? await this.#ask(about, month) : [];
    let next = 0;
    return entries.map((entry) => {
      if (entry.about === null) return null;
      return isTagged(entry.about) ? (entry.about.tag?.tag ?? null) : (asked[next++] ?? null);
    });
  }

  async #ask(about: readonly NonNullable<NewEntry['about']>[], month: string): Promise<string[]> {
    const items = about.map(({ amcNo, recordId }) => ({ amcNo, recordId }));
    const { out } = await this.#vault.call('tag', { month, items });
    if (out.tags.length !== about.length) throw new Error('the vault must give one tag per item');
    return out.tags;
  }

  /** Reads what is on disk: the normal path of every start, and of every failure whose effect is unknown. */
  async #reload(): Promise<void> {
    await this.#signing; // it changes the signed tree
    const unclaimed = await this.#claim();
    const { ledger } = (await this.#vault.call('state', {})).out;
    const checkpoint = await this.#store.lastCheckpoint();
    const frontier = checkpoint ? await this.#treeOf(checkpoint) : new Frontier();
    const stored = frontier.size;
    if (stored > ledger.size)
      throw new FatalError('the ledger has a checkpoint that this vault never signed');
    let signed = stored === ledger.size ? frontier.copy() : null;
    const unsigned: Buffer[] = [];
    for (let read = LEAVES_PER_READ; read === LEAVES_PER_READ; ) {
      const leaves = await this.#store.leaves(frontier.size, LEAVES_PER_READ);
      read = leaves.length / HASH_BYTES;
      for (let at = 0; at < leaves.length; at += HASH_BYTES) {
        const leaf = leaves.subarray(at, at + HASH_BYTES);
        if (signed) unsigned.push(leaf);
        frontier.append(leaf);
        if (frontier.size === ledger.size) signed = frontier.copy();
      }
    }
    if (!signed)
      throw new FatalError(`the ledger has ${frontier.size} entries, the vault has signed ${ledger.size}`);
    if (signed.root().toString('base64') !== ledger.root) {
      throw new FatalError(`the first ${ledger.size} entries are not those the vault has signed`);
    }
    if (this.#opened && !this.#isOurs(frontier))
      throw new FatalError('another process has written this ledger');
    if (unclaimed) throw unclaimed;
    this.#opened = true;
    this.#origin = ledger.origin;
    this.#frontier = frontier;
    this.#inDoubt = [];
    this.#signed = signed;
    this.#unsigned = unsigned;
    this.#stored = stored;
    this.#mustReload = false;
  }

  /**
   * Claims the log for this connection; nothing we sent before is under way once it is ours. After a lost connection
   * the server may still keep the log for the old one: then it is an error to try again, unless somebody else wrote.
   */
  async #claim(): Promise<Error | null> {
    try {
      await this.#store.claim();
      return null;
    } catch (error) {
      if (!this.#opened || !(error instanceof FatalError)) throw error;
      return new Error('the log is held by another connection', { cause: error });
    }
  }

  /** The tree of a stored checkpoint, if its last entry is there: a ledger cut below it is not continued. */
  async #treeOf(checkpoint: CheckpointRow): Promise<Frontier> {
    const frontier = restored(checkpoint.frontier);
    if (frontier.size === 0) return frontier;
    const last = await this.#store.leaves(frontier.size - 1, 1);
    if (last.length === HASH_BYTES) return frontier;
    throw new FatalError(`the ledger is shorter than its last checkpoint of ${frontier.size} entries`);
  }

  /** Is this tree the one we were writing, with or without the commit in doubt? */
  #isOurs(found: Frontier): boolean {
    const ours = this.#frontier.copy();
    if (isSameTree(found, ours)) return true;
    for (const leaf of this.#inDoubt) ours.append(leaf);
    return isSameTree(found, ours);
  }
}

function restored(bytes: Buffer): Frontier {
  try {
    return Frontier.restore(bytes);
  } catch (error) {
    throw new FatalError('the last checkpoint has no valid compact tree: run rempart ledger verify', {
      cause: error,
    });
  }
}

function isSameTree(a: Frontier, b: Frontier): boolean {
  return a.serialise().equals(b.serialise());
}

function journalNo(entry: NewEntry | undefined): number | null {
  const number = entry?.rest['journalNo'];
  return typeof number === 'number' ? number : null;
}

function replayRow(entry: NewEntry, receipt: Receipt): ReplayRow[] {
  if (!entry.replay) return [];
  const { asker, requestId, tag, sealAnswer } = entry.replay;
  return [{ asker, requestId, tag, sealedAnswer: sealAnswer(receipt) }];
}
