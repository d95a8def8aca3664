// The vault's verbs (DESIGN.md 3): proofs in, one locator and one door key out, the journal line on disk before.
// It must never return a key of its own, list anything, or open a door while locked.

import { hash, type JsonWebKey, type KeyObject } from 'node:crypto';
import type { AmcNo } from '../core/ids.ts';
import type { FollowedTrust } from '../crypto/followed-trust.ts';
import { type Clock, timestamp } from '../lib/clock.ts';
import type { Frontier } from '../operator/ledger/merkle.ts';
import type { AccessTokens, TokenRefusal } from './access-tokens.ts';
import { approvers } from './approvals.ts';
import type { ApprovedRuns } from './approved-runs.ts';
import { BankDetails, type BankDetailsRefusal } from './bank-details.ts';
import type { BrowserKeys } from './browser-keys.ts';
import type { ClientChanges } from './client-changes.ts';
import { CounterAllowance } from './counter-allowance.ts';
import { cardFields, deriveDoor, hasDoor } from './derive.ts';
import type { Emergencies, EmergencyRefusal } from './emergencies.ts';
import type { ClientChange, Enrolment } from './enrolment.ts';
import type { IdentityHalves } from './identity-halves.ts';
import type { Journal } from './journal.ts';
import { doorsAfter, linesNumbered } from './journal-search.ts';
import type { InsurerKeys, Keyring } from './keyring.ts';
import type { KnownPatients } from './known-patients.ts';
import { VaultLock } from './lock.ts';
import type { LogIdentity } from './log-identity.ts';
import { LogSigner } from './log-signer.ts';
import type { Meter } from './meter.ts';
import { Openings, replayKeys } from './openings.ts';
import type { IssuedChallenge } from './passkey-challenges.ts';
import type { PasskeyRefusal, Passkeys } from './passkeys.ts';
import { keysFor, recordIdOf, tagOf } from './person-tags.ts';
import type {
  Approval,
  AskerProof,
  IssuedTokens,
  OpenItem,
  OpenOutcome,
  ReplayItem,
  ReplayKeys,
  SessionProof,
  TagItem,
  TokenActor,
  VaultState,
  VaultVerbs,
} from './protocol.ts';
import { Refusal } from './refusal.ts';
import { openText, sealText } from './sealed-text.ts';
import { type BoundSession, browserKeyOf, type Sessions } from './sessions.ts';
import { Settlement } from './settlement.ts';
import type { SignedClaims, SignedInBy } from './signed-claims.ts';

/** The enrolment is looked at again when this has passed. */
const ENROLMENT_AGE_MS = 1_000;

/** A flush composed in the last moments of a month may arrive in the next; a clock may be set back meanwhile. */
const MONTH_GRACE_MS = 60_000;

export type VaultParts = {
  keyring: Keyring;
  enrolment: Enrolment;
  journal: Journal;
  journalDirectory: string;
  claims: SignedClaims;
  tokens: AccessTokens;
  sessions: Sessions;
  passkeys: Passkeys;
  clientChanges: ClientChanges;
  emergencies: Emergencies;
  /** Payment runs that two persons have signed. */
  runs: ApprovedRuns;
  browserKeys: BrowserKeys;
  trust: FollowedTrust;
  identityHalves: IdentityHalves;
  meter: Meter;
  known: KnownPatients;
  clock: Clock;
  /** A demo's people are fictitious: their tags are told apart without two approvals. */
  isDemo: boolean;
  log: LogIdentity;
  /** Names the present lock, or null when the vault starts open (demo). */
  lockId: string | null;
  frontier: Frontier;
  newLockId(): string;
};

export class Vault {
  readonly #parts: VaultParts;
  readonly #lock: VaultLock;
  #enrolmentReadMs = Number.NEGATIVE_INFINITY;
  readonly #openings: Openings;
  readonly settlement: Settlement;
  readonly bankDetails: BankDetails;
  readonly log: LogSigner;

  constructor(parts: VaultParts) {
    this.#parts = parts;
    this.#lock = new VaultLock({ ...parts, note: (facts) => this.#note(facts) });
    this.log = new LogSigner(parts);
    const counterAllowance = new CounterAllowance();
    this.#openings = new Openings({ ...parts, counterAllowance });
    this.bankDetails = new BankDetails(parts);
    this.settlement = new Settlement({
      ...parts,
      counterAllowance,
      whileOpen: (work) => this.whileOpen(work),
      keysOf: (amcNos) => this.#allKeysOf(amcNos),
    });
  }

  state(): VaultState {
    return {
      locked: this.#lock.id !== null,
      lockId: this.#lock.id,
      journalNo: this.#parts.journal.last,
      trustIssuedAt: this.#parts.trust.newest,
      ledger: this.log.state(),
    };
  }

  /**
   * Opens doors. Each one spends its budgets, gets its journal line, and leaves only when that line is on disk.
   * If we crash after the flush and before the answer, the journal shows a door that nobody came through: the
   * operator enters it as unanswered at its next start.
   */
  open(items: readonly OpenItem[]): Promise<OpenOutcome[]> {
    return this.whileOpen(async () => {
      const proofs = items.map(({ proof }) => proof);
      const keys = await this.#keysOf(
        items.flatMap(({ amcNo }) => amcNo ?? []),
        proofs,
      );
      await this.#learn(proofs);
      if (items.some(({ evidence }) => evidence.kind === 'card')) await this.#parts.trust.follow();
      this.#refuseWhenLocked();
      const outcomes = items.map((item) =>
        this.#openings.open(item, item.amcNo === null ? undefined : keys.get(item.amcNo)),
      );
      await this.#parts.journal.flushed();
      return outcomes;
    });
  }

  /** Work that needs keys a lock takes away. A lock that arrives meanwhile wins: the result does not leave. */
  whileOpen<T>(work: () => Promise<T>): Promise<T> {
    return this.#lock.whileOpen(work);
  }

  async #learn(proofs: readonly AskerProof[]): Promise<void> {
    const { tokens, sessions } = this.#parts;
    await tokens.learn(proofs.filter((proof) => proof.kind === 'token'));
    await sessions.learn(proofs.filter((proof) => proof.kind === 'session'));
  }

  /** Public key (JWK) that verifies access tokens. */
  tokenKey(): Promise<JsonWebKey> {
    return this.whileOpen(() => this.#parts.claims.publicKey());
  }

  /** Tokens for a person whom Pro Santé Connect signed in, at a site, through an enrolled client. */
  exchangeToken(input: { client: string; subjectToken: string; structure: string }): Promise<IssuedTokens> {
    return this.#granted(() => this.#parts.tokens.exchange(input));
  }

  /** A portal sign-in, bound to the browser's key. */
  bindSession(input: Parameters<Sessions['bind']>[0]): Promise<BoundSession> {
    return this.#granted(async () => {
      const bound = await this.#parts.sessions.bind(input);
      if (typeof bound !== 'string') await this.#noteBrowser(bound, input.publicKey, 'psc');
      return bound;
    });
  }

  renewToken(input: { client: string; refreshToken: string }): Promise<IssuedTokens> {
    return this.#granted(() => this.#parts.tokens.renew(input));
  }

  passkeyChallenge(input: Parameters<Passkeys['challenge']>[0]): Promise<IssuedChallenge> {
    return this.#granted(() => this.#parts.passkeys.challenge(input));
  }

  /** Its journal line is on disk before the certificate leaves: what signs in for two years is not given unseen. */
  registerPasskey(
    input: Parameters<Passkeys['register']>[0],
  ): Promise<{ passkey: string; credentialId: string }> {
    return this.#granted(async () => {
      const registered = await this.#parts.passkeys.register(input);
      if (typeof registered === 'string') return registered;
      const { actor, passkey, credentialId } = registered;
      await this.#notePasskey('register-passkey', actor, credentialId);
      return { passkey, credentialId };
    });
  }

  passkeySignIn(input: Parameters<Passkeys['signIn']>[0]): Promise<{ signIn: string; professional: string }> {
    return this.#granted(() => this.#parts.passkeys.signIn(input));
  }

  /** Break-glass, so each one leaves a line before it counts. */
  bindPasskeySession(input: Parameters<Passkeys['bind']>[0]): Promise<BoundSession> {
    return this.#granted(async () => {
      const bound = await this.#parts.passkeys.bind(input);
      if (typeof bound === 'string') return bound;
      const { credential, ...session } = bound;
      await this.#notePasskey('passkey-sign-in', session.actor, credential);
      await this.#noteBrowser(session, input.publicKey, 'passkey');
      return session;
    });
  }

  /** The line is on disk before the change counts: a restart must not undo a revocation. */
  changeClient(input: { proof: SessionProof }): Promise<ClientChange> {
    return this.#granted(async () => {
      const ordered = await this.#parts.clientChanges.ordered(input.proof);
      if (typeof ordered === 'string') return ordered;
      const { account, ...change } = ordered;
      const { thumbprint, client, structure, enrolled } = change;
      const what = enrolled ? 'enrol-client' : 'revoke-client';
      await this.#note({ do: what, thumbprint, client, structure, account });
      this.#parts.enrolment.change(change);
      return change;
    });
  }

  /** If we crash before the line is on disk, the browser is a newer one than it was. */
  #noteBrowser({ actor }: BoundSession, publicKey: SessionProof['publicKey'], by: SignedInBy): Promise<void> {
    const { account, structure } = actor;
    const facts = { do: 'bind', account, structure, key: browserKeyOf(publicKey), by } as const;
    const nowMs = this.#parts.clock.nowMs();
    this.#parts.browserKeys.bound(facts, nowMs);
    this.#parts.journal.append(facts, nowMs);
    return this.#parts.journal.flushed();
  }

  /** Its line is on disk before anybody hears of the units: what was given is known, and never given twice. */
  emergency(input: VaultVerbs['emergency']['in']): Promise<VaultVerbs['emergency']['out']> {
    return this.#granted(async () => {
      const taken = await this.#parts.emergencies.take(input);
      await this.#parts.journal.flushed();
      return taken;
    });
  }

  /** Its line is on disk before the sealed details leave: what a structure is paid by does not change unseen. */
  sealBankDetails(proof: SessionProof): Promise<VaultVerbs['sealBankDetails']['out']> {
    return this.#granted(async () => {
      const sealed = await this.bankDetails.seal(proof);
      await this.#parts.journal.flushed();
      return sealed;
    });
  }

  #notePasskey(what: 'register-passkey' | 'passkey-sign-in', { account, structure }: TokenActor, id: string) {
    const credential = hash('sha256', id, 'base64url').slice(0, 22);
    return this.#note({ do: what, account, structure, credential });
  }

  #granted<T extends object>(
    work: () => Promise<T | TokenRefusal | PasskeyRefusal | EmergencyRefusal | BankDetailsRefusal>,
  ): Promise<T> {
    return this.whileOpen(async () => {
      // Who was struck off gets none, at once; a list that cannot be read lets nobody new in.
      await this.#parts.enrolment.refresh();
      const issued = await work();
      if (typeof issued === 'string') throw new Refusal(issued);
      return issued;
    });
  }

  /** Tag and key of requests that may be repeats; opens nothing and spends nothing. */
  replay(items: readonly ReplayItem[]): ReplayKeys[] {
    this.#refuseWhenLocked();
    return items.map((item) => replayKeys(this.#parts.keyring.replayKey, item));
  }

  /** Person tags: one AES block each, under the insurer's key of the month. Goes on while locked. */
  async tag(month: string, items: readonly TagItem[]): Promise<string[]> {
    if (!this.#isNow(month)) throw new Refusal('bad-call');
    const keys = await keysFor(items, (amcNo) => this.#parts.keyring.tagKey(amcNo, month));
    return items.map(({ amcNo, recordId }) => tagOf(keys.get(amcNo) as KeyObject, recordId));
  }

  /**
   * Whom tags stand for, for an incident. Goes on while locked, as tagging does: that is when one asks. The line is on
   * disk before an id leaves.
   */
  async untag({ incident, month, items, approvals }: VaultVerbs['untag']['in']): Promise<string[]> {
    const { isDemo, enrolment, keyring } = this.#parts;
    const by = isDemo ? [] : await approvers(enrolment, approvals, { verb: 'untag', incident });
    const keys = await keysFor(items, async (amcNo) => {
      const key = await keyring.keptTagKey(amcNo, month);
      if (!key) throw new Refusal('tag-key-gone');
      return key;
    });
    await this.#note({ do: 'untag', incident, count: items.length, by });
    return items.map(({ amcNo, tag }) => recordIdOf(keys.get(amcNo) as KeyObject, tag));
  }

  /** "This site and this person", for doors just opened; null where no tag is due (known-patients.ts). */
  knownTags(items: readonly TagItem[]): (string | null)[] {
    const { known, keyring } = this.#parts;
    return items.map(({ journalNo, recordId }) =>
      journalNo === undefined ? null : known.tag(keyring.knownKey, { journalNo, recordId }),
    );
  }

  /** Not flushed: if the line is lost in a crash, a site has a unit less, never one more. */
  giveBack(journalNos: readonly number[]): boolean[] {
    this.#refuseWhenLocked();
    const { known, meter, journal, clock } = this.#parts;
    return journalNos.map((opened) => {
      const door = known.takeForGivingBack(opened);
      if (!door || !meter.giveBack(door, clock.nowMs())) return false;
      journal.append({ do: 'known', opened, structure: door.structure });
      return true;
    });
  }

  async sealNotices(items: readonly { amcNo: AmcNo; text: string }[]): Promise<string[]> {
    return Promise.all(
      items.map(async ({ amcNo, text }) => sealText((await this.insurerKeys(amcNo)).notice, amcNo, text)),
    );
  }

  /** Counted and written down: whoever took over the operator could read these, and nothing faster than this. */
  async openNotices(amcNo: AmcNo, sealed: readonly string[]): Promise<string[]> {
    const { notice } = await this.insurerKeys(amcNo);
    const units = sealed.length;
    const nowMs = this.#parts.clock.nowMs();
    if (!this.#parts.meter.take('noticesPerInsurerPerDay', amcNo, { units, nowMs }))
      throw new Refusal('notices-exhausted');
    await this.#note({ do: 'notices', insurer: amcNo, count: units });
    return sealed.map((one) => {
      const text = openText(notice, amcNo, one);
      if (text === null) throw new Refusal('bad-call');
      return text;
    });
  }

  /** Past months cannot be tagged again: that would join old entries to records without anybody's approval. */
  #isNow(month: string): boolean {
    const nowMs = this.#parts.clock.nowMs();
    const months = [-MONTH_GRACE_MS, 0, MONTH_GRACE_MS].map((grace) => timestamp(nowMs + grace).slice(0, 7));
    return months.includes(month);
  }

  /** Two epochs live at most; the older one ends with the next full feed. */
  beginEpoch(amcNo: AmcNo): Promise<number> {
    return this.whileOpen(async () => {
      const { epochs } = await this.insurerKeys(amcNo);
      if (epochs.length > 1) throw new Refusal('epochs-full');
      const epoch = await this.#parts.keyring.beginEpoch(amcNo);
      await this.#note({ do: 'begin-epoch', insurer: amcNo, epoch });
      return epoch;
    });
  }

  /** The newest epoch stays, whatever is asked: without it the insurer's people could not be found any more. */
  endEpochsBefore(amcNo: AmcNo, epoch: number): Promise<number[]> {
    return this.whileOpen(async () => {
      const { epochs } = await this.insurerKeys(amcNo);
      if (!epochs.some((one) => one.epoch >= epoch)) throw new Refusal('bad-call');
      const ended = await this.#parts.keyring.destroyEpochsBefore(amcNo, epoch);
      if (ended.length > 0) await this.#note({ do: 'end-epochs', insurer: amcNo, epochs: ended });
      return ended;
    });
  }

  async epochs(amcNo: AmcNo): Promise<number[]> {
    return (await this.insurerKeys(amcNo)).epochs.map((one) => one.epoch);
  }

  /** Keys of an enrolled insurer, for the sealing of its feeds. Never leaves the vault process. */
  insurerKeys(amcNo: AmcNo): Promise<InsurerKeys> {
    return this.whileOpen(async () => {
      const { enrolment, keyring } = this.#parts;
      await enrolment.refresh();
      if (!enrolment.hasInsurer(amcNo)) throw new Refusal('insurer-unknown');
      return this.#parts.identityHalves.complete(await keyring.insurer(amcNo));
    });
  }

  /** Keys that can seal a feed: without the insurer's half its people would lose their identity doors. */
  async sealingKeys(amcNo: AmcNo): Promise<InsurerKeys> {
    const keys = await this.insurerKeys(amcNo);
    if (!keys.epochs[0] || !hasDoor(keys.epochs[0], 'identity')) throw new Refusal('identity-half-missing');
    return keys;
  }

  /** What an insurer needs to lend its half. Says nothing while locked: there would be nothing to use it with. */
  async identityHalfKey(amcNo: AmcNo) {
    await this.insurerKeys(amcNo);
    return this.#parts.identityHalves.shown(amcNo);
  }

  /** A half, held until the next lock or restart. */
  async acceptIdentityHalf(amcNo: AmcNo, jwe: string): Promise<void> {
    await this.insurerKeys(amcNo);
    const { identityHalves } = this.#parts;
    const answer = await this.whileOpen(() => identityHalves.accept(amcNo, jwe)).finally(() => {
      if (this.#lock.id !== null) identityHalves.clear(); // a lock that came meanwhile leaves none behind
    });
    if (answer !== 'accepted') throw new Refusal(`identity-half-${answer}`);
    await this.#note({ do: 'identity-half', insurer: amcNo });
  }

  /** For an insurer that revokes cards: their doors can be removed, not opened. */
  async locateCards(amcNo: AmcNo, handles: readonly string[]): Promise<string[]> {
    const { epochs } = await this.insurerKeys(amcNo);
    await this.#note({ do: 'locate-cards', insurer: amcNo, count: handles.length });
    return handles.flatMap((handle) =>
      epochs.map((epoch) => deriveDoor(epoch, 'card', cardFields(handle)).locator.toString('hex')),
    );
  }

  async noteFeed(amcNo: AmcNo, seq: number, manifest: string): Promise<void> {
    await this.#note({ do: 'feed', insurer: amcNo, seq, manifest });
  }

  /** The lines with these numbers, for an operator that must enter what it did not answer. */
  journal(numbers: readonly number[]): Promise<string[]> {
    return linesNumbered(this.#parts.journalDirectory, numbers);
  }

  /** Bounded: after a month without a restart the next start asks a hundred times, but it does start. */
  async openedSince(after: number): Promise<{ numbers: number[]; last: number }> {
    await this.#parts.journal.flushed();
    return doorsAfter(this.#parts.journalDirectory, { after, last: this.#parts.journal.last });
  }

  /** At once, by one person: keys that open doors are wiped before the line is even on disk. */
  lock(by: string, reason: string): Promise<string> {
    this.#parts.identityHalves.clear();
    return this.#lock.lock(by, reason);
  }

  /** Two different staff members must have signed the present lock's name. */
  unlock(approvals: readonly Approval[]): Promise<void> {
    return this.#lock.unlock(approvals);
  }

  /** Of every insurer named, or `insurer-unknown`. */
  async #allKeysOf(amcNos: readonly AmcNo[]): Promise<(amcNo: AmcNo) => InsurerKeys> {
    const keys = await this.#keysOf(amcNos);
    if (!amcNos.every((amcNo) => keys.has(amcNo))) throw new Refusal('insurer-unknown');
    return (amcNo) => keys.get(amcNo) as InsurerKeys;
  }

  async #keysOf(
    amcNos: readonly AmcNo[],
    proofs: readonly AskerProof[] = [],
  ): Promise<Map<AmcNo, InsurerKeys>> {
    const { enrolment, keyring } = this.#parts;
    await this.#followEnrolment(amcNos, proofs);
    const keys = new Map<AmcNo, InsurerKeys>();
    for (const amcNo of amcNos) {
      if (!keys.has(amcNo) && enrolment.hasInsurer(amcNo))
        keys.set(amcNo, this.#parts.identityHalves.complete(await keyring.insurer(amcNo)));
    }
    return keys;
  }

  /** Who was added is let in at once, who was struck off is out within a second. */
  async #followEnrolment(amcNos: readonly AmcNo[], proofs: readonly AskerProof[]): Promise<void> {
    const { enrolment, clock } = this.#parts;
    const sinceMs = clock.nowMs() - this.#enrolmentReadMs;
    const isStale = sinceMs < 0 || sinceMs >= ENROLMENT_AGE_MS;
    const isKnown =
      amcNos.every((amcNo) => enrolment.hasInsurer(amcNo)) &&
      proofs.every((proof) => proof.kind === 'session' || enrolment.client(proof.client));
    if (!isStale && isKnown) return;
    this.#enrolmentReadMs = clock.nowMs();
    // A list that cannot be read must not stop care: the last good one stands. Feeds and unlocking say it is broken.
    await enrolment.refresh().catch(() => undefined);
  }

  async #note(facts: Parameters<Journal['append']>[0]): Promise<void> {
    this.#parts.journal.append(facts);
    await this.#parts.journal.flushed();
  }

  #refuseWhenLocked(): void {
    this.#lock.refuseWhenLocked();
  }
}
