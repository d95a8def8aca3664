// One door: who asks is proven, the evidence judged, the budgets spent, the line written (DESIGN.md 3). The vault
// releases what comes out of here when that line is on disk. Must never derive a door from what it has not verified.

import { hash, type KeyObject } from 'node:crypto';
import type { CardProblem } from '../core/card.ts';
import { isFreshSignIn } from '../core/fresh-sign-in.ts';
import type { CareDate } from '../core/period.ts';
import { verifyCard } from '../crypto/card-signature.ts';
import type { FollowedTrust } from '../crypto/followed-trust.ts';
import { base64url, lengthPrefixed } from '../lib/bytes.ts';
import { type Clock, parisDate } from '../lib/clock.ts';
import type { AccessTokens, ProvenAsker } from './access-tokens.ts';
import type { BrowserKeys } from './browser-keys.ts';
import type { CounterAllowance } from './counter-allowance.ts';
import {
  cardFields,
  type Door,
  deriveDoor,
  hasDoor,
  identityFields,
  memberFields,
  prf,
  professionalTag,
  type RecordDoorKind,
} from './derive.ts';
import { engagementDoor, newEngagement } from './engagements.ts';
import type { Enrolment } from './enrolment.ts';
import type { Journal } from './journal.ts';
import type { InsurerKeys, Keyring } from './keyring.ts';
import type { KnownPatients } from './known-patients.ts';
import type { Meter, Refused } from './meter.ts';
import type {
  EngagementItem,
  OpenItem,
  OpenOutcome,
  PresenceItem,
  ReplayItem,
  ReplayKeys,
  TokenActor,
} from './protocol.ts';
import type { Sessions } from './sessions.ts';
import type { Spending } from './spending.ts';

export type OpeningParts = {
  keyring: Pick<Keyring, 'fieldsKey' | 'professionalKey' | 'replayKey' | 'engagementKey'>;
  enrolment: Enrolment;
  journal: Journal;
  tokens: AccessTokens;
  sessions: Sessions;
  trust: FollowedTrust;
  meter: Meter;
  known: KnownPatients;
  browserKeys: BrowserKeys;
  counterAllowance: CounterAllowance;
  clock: Clock;
};

/** `fields`: what the door is derived from. */
type DoorKey = { kind: RecordDoorKind; fields: string[]; statusIndex: number | null };

export class Openings {
  readonly #parts: OpeningParts;
  constructor(parts: OpeningParts) {
    this.#parts = parts;
  }

  /** Null keys: an insurer nobody enrolled. Nothing is awaited: between the check of a lock and the line nothing fits. */
  open(item: OpenItem, keys: InsurerKeys | undefined): OpenOutcome {
    const { proof } = item;
    const isStranger = proof.kind === 'token' && !this.#parts.enrolment.client(proof.client);
    if (isStranger) return { ok: false, code: 'not-enrolled' };
    const { tokens, sessions } = this.#parts;
    const asker = proof.kind === 'token' ? tokens.asker(proof) : sessions.asker(proof, item);
    if (!asker) return { ok: false, code: 'proof-refused' };
    const outcome = item.amcNo === null ? this.#engagement(item, asker) : this.#record(item, asker, keys);
    if (outcome.ok) this.#parts.counterAllowance.opened();
    return outcome;
  }

  /**
   * Who took the operator over can open these for numbers it has seen and structures signed in, and no faster than their
   * budget; any other number gives the door of a row that does not exist.
   */
  #engagement({ evidence, request }: EngagementItem, asker: ProvenAsker): OpenOutcome {
    const { keyring, meter, journal, clock } = this.#parts;
    const { account, client, structure, profession } = asker.actor;
    const nowMs = clock.nowMs();
    const empty = meter.openEngagement(asker.actor, nowMs);
    if (empty) return exhausted(empty);
    const { locator, doorKey } = engagementDoor(keyring.engagementKey(), evidence.engagementNo, structure);
    const { kind } = evidence;
    const professional = professionalTag(keyring.professionalKey, asker.professional);
    const who = { account, client, structure, professional, profession };
    const journalNo = journal.append({ do: 'open', ...who, evidence: kind, door: nameOf(locator) }, nowMs);
    return {
      ok: true,
      journalNo,
      evidence: kind,
      doors: [{ kind, epoch: 0, locator: locator.toString('hex'), doorKey: base64url(doorKey) }],
      statusIndex: null,
      newEngagement: null,
      replay: replayKeys(keyring.replayKey, request),
    };
  }

  #record(item: PresenceItem, asker: ProvenAsker, keys: InsurerKeys | undefined): OpenOutcome {
    if (!keys) return { ok: false, code: 'insurer-unknown' };
    const { actor } = asker;
    const nowMs = this.#parts.clock.nowMs();
    if (item.evidence.kind === 'identity-only' && !isFreshSignIn(actor.signedInAt, nowMs / 1000)) {
      return { ok: false, code: 'fresh-sign-in-required' };
    }
    const key = this.#doorOf(item);
    if (typeof key === 'string') return this.#refuseCard(item, actor, key);
    const living = keys.epochs.filter((epoch) => hasDoor(epoch, key.kind));
    if (living.length === 0) return { ok: false, code: 'identity-closed' };
    const doors = living.map((epoch) => deriveDoor(epoch, key.kind, key.fields));
    const newest = doors[0];
    if (!newest) return { ok: false, code: 'insurer-unknown' };
    const spending = this.#spending(item, asker, newest, nowMs);
    const spent = this.#parts.meter.spend(spending, nowMs);
    if (!spent.ok) return exhausted(spent);
    const journalNo = this.#parts.journal.append(
      { do: 'open', account: actor.account, client: actor.client, ...spending },
      nowMs,
    );
    this.#parts.known.opened(journalNo, { ...spending, charged: spent.charged }, nowMs);
    return {
      ok: true,
      journalNo,
      evidence: spending.evidence,
      doors: doors.map((door) => ({
        kind: door.kind,
        epoch: door.epoch,
        locator: door.locator.toString('hex'),
        doorKey: base64url(door.doorKey),
      })),
      statusIndex: key.statusIndex,
      newEngagement: newEngagement(this.#parts.keyring.engagementKey(), keys, actor.structure),
      replay: replayKeys(this.#parts.keyring.replayKey, item.request),
    };
  }

  /** Costs a unit and leaves a line: whoever tries cards is bounded, and seen. */
  #refuseCard({ amcNo, request }: PresenceItem, actor: TokenActor, reason: CardProblem): OpenOutcome {
    const { meter, journal, clock, keyring } = this.#parts;
    const { client, account, structure } = actor;
    const empty = meter.refuseCard(actor, clock.nowMs());
    if (empty) return exhausted(empty);
    journal.append({ do: 'refuse-card', client, account, structure, insurer: amcNo, reason }, clock.nowMs());
    return { ok: false, code: 'card-refused', reason, replay: replayKeys(keyring.replayKey, request) };
  }

  /** Which door is asked for. For a card only after the vault has verified it: the operator's word opens none. */
  #doorOf({ evidence, amcNo }: PresenceItem): DoorKey | CardProblem {
    switch (evidence.kind) {
      case 'member-number':
        return { kind: 'member', fields: memberFields(evidence.memberNo, evidence), statusIndex: null };
      case 'identity-only':
        return { kind: 'identity', fields: identityFields(evidence), statusIndex: null };
      case 'card': {
        const nowMs = this.#parts.clock.nowMs();
        const moment = { at: nowMs / 1000, day: parisDate(nowMs) as CareDate };
        const bytes = Buffer.from(evidence.data, 'base64url');
        const card = verifyCard(bytes, this.#parts.trust.list, moment);
        if (!card.valid) return card.reason;
        const { insurer, handle, statusIndex } = card.claims;
        // Signature, routing and door must agree on whose card this is.
        return insurer === amcNo ? { kind: 'card', fields: cardFields(handle), statusIndex } : 'insurer';
      }
    }
  }

  #spending(
    { evidence, amcNo }: PresenceItem,
    { actor, professional: nationalNumber, browserKey }: ProvenAsker,
    newest: Door,
    nowMs: number,
  ): Spending {
    const { structure, profession } = actor;
    const professional = professionalTag(this.#parts.keyring.professionalKey, nationalNumber);
    const door = nameOf(newest.locator);
    const asker = { structure, professional, profession, insurer: amcNo };
    if (evidence.kind === 'card') {
      const judged = this.#parts.meter.cardEvidence({ door, structure }, nowMs);
      return { ...asker, evidence: judged, door, fields: '' };
    }
    const person = lengthPrefixed(identityFields(evidence));
    const fields = base64url(prf(this.#parts.keyring.fieldsKey, person).subarray(0, 9));
    const exercise = this.#parts.enrolment.isExercise(amcNo) || undefined;
    const browser = browserKey !== null && { structure, key: browserKey };
    const newBrowser = (browser && this.#parts.browserKeys.isNew(browser, nowMs)) || undefined;
    return { ...asker, evidence: evidence.kind, door, fields, exercise, newBrowser };
  }
}

/** How the journal names a door: who has it finds no row with it. */
const nameOf = (locator: Buffer) => hash('sha256', locator, 'base64url').slice(0, 22);

function exhausted({ budget, retryAfterSeconds }: Refused): OpenOutcome {
  return { ok: false, code: 'budget-exhausted', budget, retryAfterSeconds };
}

/** Tag and key of a request that may be repeated. */
export function replayKeys(key: KeyObject, item: ReplayItem): ReplayKeys {
  const scope = Buffer.from(item.scope, 'utf8');
  const length = Buffer.allocUnsafe(4);
  length.writeUInt32BE(scope.length);
  const bytes = prf(key, Buffer.concat([length, scope, Buffer.from(item.body, 'utf8')]));
  return { tag: bytes.toString('hex', 0, 16), key: base64url(bytes.subarray(16, 48)) };
}
