// The verbs of an insurer's vault: it signs cards and status lists, and lends its half of the identity key. It must never
// sign for another insurer, for longer than two years, more cards in a day than its budget, or anything while locked.

import { inflateSync } from 'node:zlib';
import type { CardClaims } from '../../core/card-claims.ts';
import { type CardOrder, cardClaims, periodProblem } from '../../core/card-order.ts';
import type { AmcNo, CardHandle } from '../../core/ids.ts';
import type { CareDate } from '../../core/period.ts';
import { signingKey } from '../../core/signing-key.ts';
import { parseShardName, SHARD_BYTES } from '../../core/status-list.ts';
import { signCard, signStatusList } from '../../crypto/card-signature.ts';
import { isVaultsOwn, wrapIdentityHalf } from '../../crypto/identity-half.ts';
import { base64url } from '../../lib/bytes.ts';
import { type Clock, parisDate } from '../../lib/clock.ts';
import type { Journal } from '../journal.ts';
import { VaultLock } from '../lock.ts';
import type { Approval } from '../protocol.ts';
import { Refused } from '../refused.ts';
import type { InsurerEnrolment } from './insurer-enrolment.ts';
import type { CardKey, InsurerKeyring } from './insurer-keyring.ts';
import type { InsurerJournalFacts, InsurerPast } from './insurer-past.ts';
import type {
  CardKeyFacts,
  InsurerVaultRefusal,
  InsurerVaultState,
  InsurerVerbs,
  SignedCard,
} from './insurer-protocol.ts';

/** A list is dated now, give or take two clocks. */
const CLOCK_TOLERANCE_SECONDS = 120;
/** A list that nobody renews is believed for a week at most. */
const MOST_LIST_SECONDS = 7 * 86_400;

/** Kids that the trust list names as good; null: not known. */
type Listed = readonly string[] | null;

class Refusal extends Refused<InsurerVaultRefusal> {}

export type InsurerVaultParts = {
  insurer: AmcNo;
  keyring: InsurerKeyring;
  enrolment: InsurerEnrolment;
  journal: Journal<InsurerJournalFacts>;
  past: InsurerPast;
  /** Hard: nothing but the next day brings it back. */
  cardsPerDay: number;
  clock: Clock;
  /** Null: it starts open (demo). */
  lockId: string | null;
  newLockId(): string;
  /** 16 bytes. */
  newHandle(): Buffer;
};

export class InsurerVault {
  readonly #parts: InsurerVaultParts;
  readonly #lock: VaultLock;

  constructor(parts: InsurerVaultParts) {
    this.#parts = parts;
    this.#lock = new VaultLock({ ...parts, note: (facts) => this.#note(facts) });
  }

  state(): InsurerVaultState {
    const { insurer, journal, past, cardsPerDay, clock } = this.#parts;
    return {
      insurer,
      locked: this.#lock.id !== null,
      lockId: this.#lock.id,
      journalNo: journal.last,
      cardsLeft: Math.max(0, cardsPerDay - past.cardsOn(clock.nowMs())),
    };
  }

  /** Public halves only. A locked vault tells those it has, and makes none. */
  async cardKeys(): Promise<InsurerVerbs['cardKeys']['out']> {
    if (this.#lock.id === null) await this.#keys();
    return { keys: this.#published() };
  }

  /**
   * 1 the line is on disk      if we crash here, or a lock comes, it is replaced with the next use of the keyring
   * 2 the keyring says so too  and has a new key for the quarter
   */
  replaceCardKey(kid: string): Promise<InsurerVerbs['replaceCardKey']['out']> {
    return this.#lock.whileOpen(async () => {
      const { past } = this.#parts;
      if (!(await this.#keys()).some((key) => key.kid === kid)) throw new Refusal('card-key-unknown');
      if (!past.replaced.has(kid)) {
        await this.#note({ do: 'replace-card-key', kid });
        past.replaced.add(kid);
      }
      this.#lock.refuseWhenLocked();
      await this.#keys();
      return { keys: this.#published() };
    });
  }

  #published(): CardKeyFacts[] {
    const { keyring, past } = this.#parts;
    return keyring.published.map((key) => ({ ...key, retired: key.retired || past.replaced.has(key.kid) }));
  }

  /**
   * Signs all of them or none. Each gets a new handle and the next place, so one person's second card is a stranger to
   * the first. If we crash after the journal line, places and budget are spent for cards that nobody has.
   */
  signCards(orders: readonly CardOrder[], listed: Listed): Promise<SignedCard[]> {
    return this.#lock.whileOpen(async () => {
      const keys = await this.#keys();
      this.#lock.refuseWhenLocked();
      const { keyring, past, clock, cardsPerDay, journal } = this.#parts;
      // From here to the line nothing is awaited: no place is given twice, no card is signed beyond the budget.
      const { places } = keyring;
      const first = past.nextPlace;
      const cards = orders.map((order, i) => {
        const key = this.#keyFor(keys, listed, order.to);
        return { key, claims: this.#claims(order, key, places.place(first + i)) };
      });
      const nowMs = clock.nowMs();
      if (past.cardsOn(nowMs) + cards.length > cardsPerDay) throw new Refusal('cards-spent');
      past.spend(cards.length, nowMs);
      past.nextPlace = first + cards.length;
      const { nextPlace } = past;
      for (const [kid, count] of countByKid(cards)) {
        journal.append({ do: 'sign-cards', cards: count, nextPlace, kid }, nowMs);
      }
      await journal.flushed();
      this.#refuseReplaced(...cards.map(({ key }) => key));
      return cards.map(({ key, claims }) => ({
        handle: claims.handle,
        statusIndex: claims.statusIndex,
        kid: key.kid,
        card: base64url(signCard(claims, { kid: key.kidBytes, privateKey: key.privateKey })),
      }));
    });
  }

  #claims(order: CardOrder, key: CardKey, statusIndex: number): CardClaims {
    const { insurer, newHandle } = this.#parts;
    // Beyond the key's own days the card would be refused everywhere.
    if (periodProblem(order, this.#today()) !== null || order.to > key.to) throw new Refusal('card-refused');
    const claims = cardClaims(order, { insurer, handle: base64url(newHandle()) as CardHandle, statusIndex });
    if (!claims) throw new Refusal('card-refused');
    return claims;
  }

  /** A shard of this insurer's own, dated now. That no bit was cleared is for the insurer's process to see to. */
  signStatusList(input: InsurerVerbs['signStatusList']['in'], deflated: Uint8Array): Promise<Uint8Array> {
    return this.#lock.whileOpen(async () => {
      const { shard, issuedAt, expires, listed } = input;
      const { insurer, clock } = this.#parts;
      const isNow = Math.abs(issuedAt - clock.nowMs() / 1000) <= CLOCK_TOLERANCE_SECONDS;
      const isShort = expires > issuedAt && expires - issuedAt <= MOST_LIST_SECONDS;
      const isOurs = parseShardName(shard)?.insurer === insurer;
      if (!isNow || !isShort || !isOurs || !isShard(deflated)) throw new Refusal('list-refused');
      const key = this.#keyFor(await this.#keys(), listed);
      await this.#note({ do: 'sign-status-list', shard, issuedAt });
      this.#refuseReplaced(key);
      const signer = { kid: key.kidBytes, privateKey: key.privateKey };
      return signStatusList({ shard, issuedAt, expires, deflated }, signer);
    });
  }

  /** For the operator's vault alone: a key that its ledger key has not signed gets nothing. */
  wrapIdentityHalf({ key, signature, listed }: InsurerVerbs['wrapIdentityHalf']['in']): Promise<string> {
    return this.#lock.whileOpen(async () => {
      const { enrolment, keyring, insurer } = this.#parts;
      await enrolment.refresh();
      if (!isVaultsOwn(key, signature, enrolment.operatorLedgerKey)) throw new Refusal('half-refused');
      const signer = this.#keyFor(await this.#keys(), listed);
      await this.#note({ do: 'wrap-identity-half', key: key.x });
      this.#refuseReplaced(signer);
      return wrapIdentityHalf({ amcNo: insurer, bytes: keyring.identityHalf }, signer, key);
    });
  }

  lock(by: string, reason: string): Promise<string> {
    return this.#lock.lock(by, reason);
  }

  /** Two different members of the insurer's staff must have signed the present lock's name. */
  unlock(approvals: readonly Approval[]): Promise<void> {
    return this.#lock.unlock(approvals);
  }

  #keys(): Promise<readonly CardKey[]> {
    const { keyring, past } = this.#parts;
    return keyring.cardKeys(this.#today(), past.replaced);
  }

  #keyFor(keys: readonly CardKey[], listed: Listed, until = this.#today()): CardKey {
    const { replaced } = this.#parts.past;
    const able = keys.filter(({ kid }) => !replaced.has(kid)); // also before the keyring says so
    const key = signingKey(able, this.#today(), { listed, until });
    if (!key) throw new Refusal('card-key-replaced');
    return key;
  }

  /** To be asked after every wait: a lock or a replacement that came meanwhile wins. */
  #refuseReplaced(...keys: readonly CardKey[]): void {
    this.#lock.refuseWhenLocked();
    if (keys.some(({ kid }) => this.#parts.past.replaced.has(kid))) throw new Refusal('card-key-replaced');
  }

  #today(): CareDate {
    return parisDate(this.#parts.clock.nowMs()) as CareDate;
  }

  async #note(facts: InsurerJournalFacts): Promise<void> {
    this.#parts.journal.append(facts);
    await this.#parts.journal.flushed();
  }
}

function countByKid(cards: readonly { key: CardKey }[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { key } of cards) counts.set(key.kid, (counts.get(key.kid) ?? 0) + 1);
  return counts;
}

/** Exactly one shard, not a byte more: what is signed can be read by everybody. */
function isShard(deflated: Uint8Array): boolean {
  try {
    return inflateSync(deflated, { maxOutputLength: SHARD_BYTES }).length === SHARD_BYTES;
  } catch {
    return false; // not ZLIB, or longer than a shard
  }
}
