// What the operator's vault does for each verb that comes over its socket. It knows the verbs, not their rules.

import { hash, type KeyObject } from 'node:crypto';
import type { AmcNo } from '../core/ids.ts';
import { HASH_BYTES } from '../operator/ledger/merkle.ts';
import { checkBlock, checkManifest, type SignedFeed } from './feed-signature.ts';
import type { VaultVerbs, Verb } from './protocol.ts';
import { Refusal } from './refusal.ts';
import type { SealPool } from './seal-pool.ts';
import type { Vault } from './vault.ts';
import type { Reply } from './vault-socket.ts';

type Handlers = { [V in Verb]: (input: VaultVerbs[V]['in'], bytes: Buffer) => Promise<Reply> };

/** What the verbs need. */
type VaultServed = {
  vault: Vault;
  sealPool: SealPool;
  feedKeys(amcNo: string): readonly KeyObject[];
  /** Demo mode, or an exercise: NIRs that a living person could have are rejected line by line. */
  onlyFictitious(amcNo: string): boolean;
};

/** The verbs of the operator's vault. */
export function vaultVerbs({ vault, sealPool, feedKeys, onlyFictitious }: VaultServed): Handlers {
  const verified = new VerifiedManifests(feedKeys);
  return {
    state: async () => ({ out: vault.state() }),
    open: async (input) => ({ out: { items: await vault.open(input.items) } }),
    engagementKeys: async (input) => ({ out: { keys: await vault.settlement.engagementKeys(input.items) } }),
    counterKeys: async (input) => ({ out: { items: await vault.settlement.counterKeys(input.items) } }),
    sealClaims: async (input) => ({ out: await vault.settlement.sealClaims(input) }),
    openClaims: async (input) => ({ out: { texts: await vault.settlement.openClaims(input) } }),
    sealBankDetails: async (input) => ({ out: await vault.sealBankDetails(input.proof) }),
    openBankDetails: async (input) => ({ out: { details: await vault.bankDetails.open(input) } }),
    tokenKey: async () => ({ out: { jwk: await vault.tokenKey() } }),
    exchangeToken: async (input) => ({ out: await vault.exchangeToken(input) }),
    bindSession: async (input) => ({ out: await vault.bindSession(input) }),
    passkeyChallenge: async (input) => ({ out: await vault.passkeyChallenge(input) }),
    registerPasskey: async (input) => ({ out: await vault.registerPasskey(input) }),
    passkeySignIn: async (input) => ({ out: await vault.passkeySignIn(input) }),
    bindPasskeySession: async (input) => ({ out: await vault.bindPasskeySession(input) }),
    changeClient: async (input) => ({ out: await vault.changeClient(input) }),
    emergency: async (input) => ({ out: await vault.emergency(input) }),
    renewToken: async (input) => ({ out: await vault.renewToken(input) }),
    replay: async (input) => ({ out: { items: vault.replay(input.items) } }),
    tag: async (input) => ({
      out: { tags: await vault.tag(input.month, input.items), known: vault.knownTags(input.items) },
    }),
    untag: async (input) => ({ out: { recordIds: await vault.untag(input) } }),
    signFlush: async (input) => ({ out: { signature: vault.log.signFlush(input) } }),
    signCheckpoint: async (input, bytes) => {
      if (bytes.length !== input.count * HASH_BYTES) throw new Refusal('bad-call');
      return { out: await vault.log.signCheckpoint(input.from, bytes) };
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
      await vault.insurerKeys(input.amcNo);
      const feed = verified.check(input.amcNo, input.manifest);
      const block = bytes.subarray(input.bitmapBytes);
      refuseOtherBlock(feed, input.block, block);
      const keys = await vault.sealingKeys(input.amcNo);
      const unchanged = bytes.subarray(0, input.bitmapBytes);
      const job = {
        keys,
        block,
        index: input.block,
        unchanged,
        onlyFictitious: onlyFictitious(input.amcNo),
      };
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
    identityHalfKey: async (input) => ({ out: await vault.identityHalfKey(input.amcNo) }),
    acceptIdentityHalf: async (input) => {
      await vault.acceptIdentityHalf(input.amcNo, input.jwe);
      return { out: { ok: true } };
    },
    sealNotices: async (input) => ({ out: { sealed: await vault.sealNotices(input.items) } }),
    openNotices: async (input) => ({ out: { texts: await vault.openNotices(input.amcNo, input.sealed) } }),
    giveBack: async (input) => ({ out: { given: vault.giveBack(input.journalNos) } }),
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
