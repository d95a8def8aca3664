// An insurer's feed, from its first byte to visible rows (CONTRACT.md 3.3). `receive` and `#makeVisible` are the whole
// story, one step per line. Must never show a part of a feed, nor keep a line unsealed anywhere but in memory.
//
// What is left behind when we are killed, and who goes on:
//   before `begin`          nothing; the sender sends again
//   between two blocks      whole blocks are staged; the sender goes on from resumeFrom
//   after `markReceived`    recover() applies
//   during `apply`          the transaction is rolled back; recover() applies again
//   after `apply`           the rows are visible; recover() enters what the ledger is owed and ends old key epochs

import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { FEED_BLOCK_LINES, type FeedManifest, sentOn } from '../../core/feed-manifest.ts';
import type { AmcNo } from '../../core/ids.ts';
import type { Caller } from '../../http/route.ts';
import { AppError } from '../../lib/app-error.ts';
import type { Clock } from '../../lib/clock.ts';
import type { VaultClient } from '../../vault/vault-client.ts';
import { mayFeed, type Switchboard } from '../containment/switchboard.ts';
import { refusal } from '../errors.ts';
import type { LedgerEvent } from '../events.ts';
import type { Ledger, NewEntry } from '../ledger/ledger-port.ts';
import { AcceptedFeed } from './accepted-feed.ts';
import { feedId, parseFeedId } from './feed-id.ts';
import { type FeedBlock, FeedReader } from './feed-reader.ts';
import { type FeedStatus, feedStatus, WITHDRAWN } from './feed-status.ts';
import type { Feed, FeedKey, FeedStore, Insurer } from './feed-store.ts';
import { reasonSentence } from './line-reasons.ts';
import { OrderedPipeline } from './ordered-pipeline.ts';
import { Room } from './room.ts';

export type FeedParts = {
  store: FeedStore;
  vault: VaultClient;
  ledger: Ledger;
  clock: Clock;
  switchboard(): Switchboard;
  /** Told of failures while nobody waits for an answer; what failed is tried again. */
  onError?(error: unknown): void;
  /** Before the first new attempt of what failed; doubles up to a minute. */
  retryMs?: number;
};

/** A person of an insurer, known by the client certificate. */
export type FeedPerson = Extract<Caller, { role: 'insurer' }>;

export type Upload = {
  person: FeedPerson;
  /** Header Feed-Signature. */
  signature: string | undefined;
  /** Header Feed-Resume-From: after the manifest the body goes on with this line. */
  resumeFrom: string | undefined;
  body: Readable;
};

/** Two being sealed, one being staged or on its way. */
const BLOCKS_UNDER_WAY = 3;
/** All feeds together: with one block each being read, the process stays below 400 MB whatever is sent. */
const MOST_BYTES_UNDER_WAY = 64 * 1024 * 1024;
const MOST_FEEDS_AT_ONCE = 4;
const MOST_FEEDS_WAITING = 64;
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 60_000;

export function createFeeds(parts: FeedParts): Feeds {
  return new Feeds(parts);
}

export class Feeds {
  readonly #parts: FeedParts;
  readonly #feedsAtOnce = new Room(MOST_FEEDS_AT_ONCE, MOST_FEEDS_WAITING);
  readonly #bytesUnderWay = new Room(MOST_BYTES_UNDER_WAY, Number.POSITIVE_INFINITY);
  /** Insurers with a feed under way in this process: one at a time. */
  readonly #busy = new Set<AmcNo>();
  readonly #background = new Set<Promise<void>>();
  readonly #stop = new AbortController();
  #settling: Promise<void> = Promise.resolve();

  constructor(parts: FeedParts) {
    this.#parts = parts;
  }

  /** Takes a feed in and returns its id; its rows become visible afterwards (`status`). */
  async receive(upload: Upload): Promise<string> {
    const amcNo = this.#admitted(upload.person);
    const leave = await this.#feedsAtOnce.take(1);
    if (leave === null) throw refusal('overloaded');
    try {
      const reader = new FeedReader(upload.body.iterator({ destroyOnReturn: false }));
      if (upload.signature === undefined) throw refusal('feed-signature');
      const signed = { text: await reader.manifest(), jws: upload.signature };
      const feed = await AcceptedFeed.accept(this.#parts.vault, amcNo, signed);
      if (await this.#isKnown(amcNo, feed)) return feedId(amcNo, feed.manifest.seq);
      await this.#alone(amcNo, () => this.#takeIn(upload, feed, reader));
      return feedId(amcNo, feed.manifest.seq);
    } finally {
      leave();
    }
  }

  async status(person: FeedPerson, id: string): Promise<FeedStatus> {
    return this.#statusOf(person.amcNo as AmcNo, await this.#own(person, id));
  }

  async list(person: FeedPerson, limit: number): Promise<{ nextSeq: number; feeds: FeedStatus[] }> {
    const insurer = await this.#insurer(person.amcNo as AmcNo);
    const feeds = await this.#parts.store.latest(insurer.id, limit);
    const statuses = await Promise.all(feeds.map((feed) => this.#statusOf(insurer.amcNo, feed)));
    return { nextSeq: insurer.lastSeq + 1, feeds: statuses };
  }

  async rejects(person: FeedPerson, id: string, page: { after: number; limit: number }) {
    const rows = await this.#parts.store.rejects(await this.#own(person, id), page);
    const rejects = rows.map(({ line, reason }) => ({ line, reason, ...reasonSentence(reason) }));
    return { rejects, next: rows.length === page.limit ? (rows.at(-1)?.line ?? null) : null };
  }

  /** The second person's word. `closes`, when given, must be the number that waits: nobody approves another feed. */
  async approve(person: FeedPerson, id: string, closes: number | null): Promise<FeedStatus> {
    const amcNo = this.#admitted(person);
    await this.#alone(amcNo, async () => {
      const feed = await this.#own(person, id);
      if (feed.state !== 'waiting-approval') throw refusal('feed-not-waiting');
      if (feed.sentBy === person.person) throw refusal('approval-same-person');
      if (!(await this.#parts.store.approve(feed, person.person, closes))) throw refusal('feed-not-waiting');
      await this.#settle(feed.insurerId);
      return feed;
    });
    return this.status(person, id);
  }

  /** Takes back a feed that has not been applied: its number can be used again. */
  async withdraw(person: FeedPerson, id: string): Promise<FeedStatus> {
    const leave = this.#enter(person.amcNo as AmcNo);
    try {
      const feed = await this.#own(person, id);
      const problem = { code: WITHDRAWN, facts: {} };
      const done = await this.#parts.store.refuse(feed, problem, this.#parts.clock.nowMs());
      if (!done) throw refusal('feed-not-waiting');
      await this.#settle(feed.insurerId);
      return await this.status(person, id);
    } finally {
      leave();
    }
  }

  /** At every start: enters what the ledger is owed, goes on with what was received, ends key epochs. */
  async recover(): Promise<void> {
    await this.#settle(null);
    for (const feed of await this.#parts.store.unfinished()) {
      const amcNo = await this.#parts.store.amcNoOf(feed.insurerId);
      this.#inBackground(feed, this.#enter(amcNo));
    }
    // A vault that is locked or away ends them after the next full feed or start.
    await this.#endEpochs().catch((error: unknown) => this.#parts.onError?.(error));
  }

  /** Resolves when nothing is being made visible any more. */
  async idle(): Promise<void> {
    while (this.#background.size > 0) await Promise.all(this.#background);
  }

  /** Begins nothing more. What is under way in the database is rolled back with its connection and done again. */
  async close(): Promise<void> {
    this.#stop.abort();
  }

  // ---- Taking in ------------------------------------------------------------------------------------------------

  async #takeIn(upload: Upload, feed: AcceptedFeed, reader: FeedReader): Promise<FeedKey> {
    const insurer = await this.#insurer(feed.manifest.insurer);
    await this.#settle(insurer.id);
    refuseOtherSeq(insurer, feed.manifest);
    const key = { insurerId: insurer.id, seq: feed.manifest.seq };
    const stagedLines = await this.#place(key, upload, feed);
    try {
      await this.#stageBlocks({
        insurer,
        feed,
        reader,
        stagedLines,
        firstLine: resumeLine(upload, stagedLines),
      });
    } catch (error) {
      await this.#refuseWhole(key, error);
      throw error;
    }
    await this.#parts.store.markReceived(key);
    await this.#settle(insurer.id);
    return key;
  }

  /** Has this manifest come before, and is there nothing more to send? Applying goes on if it had stopped. */
  async #isKnown(amcNo: AmcNo, { manifest, tag }: AcceptedFeed): Promise<boolean> {
    const insurer = await this.#insurer(amcNo);
    const feed = await this.#parts.store.feed({ insurerId: insurer.id, seq: manifest.seq });
    if (feed === null || feed.manifestTag !== tag) return false;
    if (feed.state === 'receiving' || feed.state === 'refused') return false;
    const stopped = (feed.state === 'received' || feed.state === 'applying') && !this.#busy.has(amcNo);
    if (stopped) this.#inBackground(feed, this.#enter(amcNo));
    return true;
  }

  /** Goes on with an attempt that was cut off, or begins one. Returns how many lines are staged. */
  async #place(key: FeedKey, upload: Upload, { manifest, tag }: AcceptedFeed): Promise<number> {
    const { store, clock } = this.#parts;
    const earlier = await store.feed(key);
    const isOpen = earlier !== null && earlier.state !== 'refused' && earlier.state !== 'receiving';
    if (isOpen) throw refusal('feed-busy');
    const goesOn = earlier?.state === 'receiving' && earlier.manifestTag === tag;
    const stagedLines = goesOn ? (await store.staged(key)).lines : 0;
    resumeLine(upload, stagedLines);
    if (goesOn) return stagedLines;
    await store.begin({
      ...key,
      kind: manifest.kind,
      lineCount: manifest.count,
      sentOn: sentOn(manifest),
      manifestTag: tag,
      sentBy: upload.person.person,
      begunAtMs: clock.nowMs(),
    });
    return 0;
  }

  async #stageBlocks(intake: Intake): Promise<void> {
    const { feed, reader, firstLine } = intake;
    const pipeline = new OrderedPipeline(BLOCKS_UNDER_WAY);
    try {
      for (let line = firstLine; line <= feed.manifest.count; line += FEED_BLOCK_LINES) {
        const most = Math.min(FEED_BLOCK_LINES, feed.manifest.count - line + 1);
        const index = (line - 1) / FEED_BLOCK_LINES;
        const block = await reader.block({ index, firstLine: line, most });
        if (block.lines !== most) throw wrongCount(feed.manifest.count, line - 1 + block.lines);
        if (line > intake.stagedLines) await this.#stageBlock(intake, block, pipeline);
      }
      if (!(await reader.isAtEnd())) throw wrongCount(feed.manifest.count, feed.manifest.count + 1);
      await pipeline.end();
    } catch (error) {
      // A connection that was cut: the blocks that came whole are kept, and the sender goes on after them.
      if (error instanceof AppError) await pipeline.abandon(error);
      else await pipeline.end().catch(() => undefined);
      throw error;
    }
  }

  async #stageBlock({ insurer, feed }: Intake, block: FeedBlock, pipeline: OrderedPipeline): Promise<void> {
    const { store } = this.#parts;
    const leave = await this.#bytesUnderWay.take(block.frame.length);
    const key = { insurerId: insurer.id, seq: feed.manifest.seq };
    const findUnchanged = insurer.hasRecords
      ? (prints: Buffer) => store.unchangedLines(insurer.id, prints)
      : null;
    await pipeline
      .run({
        work: () => feed.seal(block, findUnchanged),
        finish: (sealed) => store.stage(key, sealed),
        always: () => leave?.(),
      })
      .catch((error: unknown) => {
        leave?.(); // it was never begun
        throw error;
      });
  }

  /** What is wrong with the feed itself refuses it for good; a failure of ours leaves it to be resumed. */
  async #refuseWhole(key: FeedKey, error: unknown): Promise<void> {
    if (!(error instanceof AppError) || !error.code.startsWith('feed-')) return;
    const problem = { code: error.code, facts: error.extras };
    await this.#parts.store.refuse(key, problem, this.#parts.clock.nowMs());
    await this.#settle(key.insurerId);
  }

  // ---- Making visible -------------------------------------------------------------------------------------------

  async #makeVisible(key: FeedKey): Promise<void> {
    const { store, clock } = this.#parts;
    this.#refuseWhenClosed(await store.amcNoOf(key.insurerId));
    await this.#settle(key.insurerId);
    await store.markApplying(key);
    const outcome = await store.apply(key, clock);
    await this.#settle(key.insurerId);
    if (outcome.kind === 'applied') await this.#endEpochs();
  }

  #inBackground(key: FeedKey, leave: () => void): void {
    const work = this.#persist(key).finally(leave);
    this.#background.add(work);
    void work.finally(() => this.#background.delete(work));
  }

  /** Tries until it is done: database, vault or ledger may be away, or feeds cut off, for hours. */
  async #persist(key: FeedKey): Promise<void> {
    let waitMs = this.#parts.retryMs ?? FIRST_RETRY_MS;
    while (!this.#stop.signal.aborted) {
      try {
        const feed = await this.#parts.store.feed(key);
        if (feed?.state === 'received' || feed?.state === 'applying') await this.#makeVisible(key);
        return;
      } catch (error) {
        if (this.#stop.signal.aborted) return;
        this.#parts.onError?.(error);
        await delay(waitMs, undefined, { ref: false, signal: this.#stop.signal }).catch(() => undefined);
        waitMs = Math.min(waitMs * 2, LAST_RETRY_MS);
      }
    }
  }

  /** If we crash before the mark, the next start asks the vault again, and it has nothing left to end. */
  async #endEpochs(): Promise<void> {
    const { store, vault } = this.#parts;
    for (const { key, epoch } of await store.epochsToEnd()) {
      const amcNo = await store.amcNoOf(key.insurerId);
      const { out: living } = await vault.call('epochs', { amcNo });
      if (living.epochs.some((one) => one < epoch)) await vault.call('endEpochsBefore', { amcNo, epoch });
      await store.markEpochsEnded(key);
    }
  }

  // ---- Ledger ---------------------------------------------------------------------------------------------------

  /** One at a time, so that no event gets two entries. If we crash between entry and mark, it does: better than none. */
  #settle(insurerId: number | null): Promise<void> {
    const settled = this.#settling.then(() => this.#payDebts(insurerId));
    this.#settling = settled.catch(() => undefined); // the caller sees the failure; the next one tries again
    return settled;
  }

  async #payDebts(insurerId: number | null): Promise<void> {
    const { store, ledger } = this.#parts;
    for (const { feed, events } of await store.owed(insurerId)) {
      const amcNo = await store.amcNoOf(feed.insurerId);
      for (const event of events) {
        await ledger.append(entryOf(amcNo, feed, event));
        await store.paid(feed);
      }
    }
  }

  // ---- Whose feed, and may it go on -----------------------------------------------------------------------------

  #admitted(person: FeedPerson): AmcNo {
    const amcNo = person.amcNo as AmcNo;
    this.#refuseWhenClosed(amcNo);
    return amcNo;
  }

  #refuseWhenClosed(amcNo: AmcNo): void {
    const passage = mayFeed(this.#parts.switchboard(), amcNo);
    if (!passage.open) throw refusal('disconnected', { scope: passage.scope });
  }

  async #insurer(amcNo: AmcNo): Promise<Insurer> {
    const insurer = await this.#parts.store.insurer(amcNo);
    if (insurer === null) throw refusal('wrong-role');
    return insurer;
  }

  /** The caller's own feed: another insurer's is as unknown as one that does not exist. */
  async #own(person: FeedPerson, id: string): Promise<Feed> {
    const named = parseFeedId(id);
    if (named === null || named.amcNo !== person.amcNo) throw refusal('feed-unknown');
    const insurer = await this.#insurer(named.amcNo);
    const feed = await this.#parts.store.feed({ insurerId: insurer.id, seq: named.seq });
    if (feed === null) throw refusal('feed-unknown');
    return feed;
  }

  async #statusOf(amcNo: AmcNo, feed: Feed): Promise<FeedStatus> {
    const staged = feed.state === 'receiving' ? (await this.#parts.store.staged(feed)).lines : 0;
    return feedStatus(amcNo, feed, staged);
  }

  /** Does the work as this insurer's only feed, then goes on to make it visible without being waited for. */
  async #alone(amcNo: AmcNo, work: () => Promise<FeedKey>): Promise<void> {
    const leave = this.#enter(amcNo);
    try {
      this.#inBackground(await work(), leave);
    } catch (error) {
      leave();
      throw error;
    }
  }

  #enter(amcNo: AmcNo): () => void {
    if (this.#busy.has(amcNo)) throw refusal('feed-busy');
    this.#busy.add(amcNo);
    return () => this.#busy.delete(amcNo);
  }
}

type Intake = {
  readonly insurer: Insurer;
  readonly feed: AcceptedFeed;
  readonly reader: FeedReader;
  /** Staged by an earlier attempt: read over. */
  readonly stagedLines: number;
  /** First line after the manifest in this body. */
  readonly firstLine: number;
};

function refuseOtherSeq({ lastSeq }: Insurer, { seq }: FeedManifest): void {
  const expectedSeq = lastSeq + 1;
  if (seq > expectedSeq) throw refusal('feed-seq-gap', { expectedSeq });
  if (seq < expectedSeq) throw refusal('feed-seq-used', { expectedSeq });
}

/** A body may begin at any block up to the first that is missing. */
function resumeLine({ resumeFrom }: Upload, stagedLines: number): number {
  if (resumeFrom === undefined) return 1;
  const line = /^[1-9]\d{0,14}$/.test(resumeFrom) ? Number(resumeFrom) : 0;
  const fits = line > 0 && line <= stagedLines + 1 && (line - 1) % FEED_BLOCK_LINES === 0;
  if (!fits) throw refusal('feed-resume', { resumeFrom: stagedLines + 1 });
  return line;
}

function wrongCount(announced: number, received: number): AppError {
  return refusal('feed-count', { announced, received });
}

function entryOf(amcNo: AmcNo, feed: Feed, event: LedgerEvent): NewEntry {
  const account = event === 'feed.approved' ? feed.approvedBy : feed.sentBy;
  return {
    about: null,
    member: { by: 'insurer', structure: null, purpose: null, evidence: null, fields: [], outcome: null },
    rest: {
      event,
      account,
      insurer: amcNo,
      feed: feedId(amcNo, feed.seq),
      kind: feed.kind,
      lines: feed.lineCount,
      ...(event === 'feed.applied' ? feed.result : {}),
      ...(event === 'feed.waiting' ? feed.waiting : {}),
      ...(event === 'feed.refused' ? { code: feed.problem?.code ?? null } : {}),
    },
  };
}
