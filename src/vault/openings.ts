// One door: who asks is proven, the evidence judged, the budgets spent, the line written (DESIGN.md 3). The vault
// releases what comes out of here when that line is on disk. Must never derive a door from what it has not verified.

import { hash, type KeyObject } from 'node:crypto';
import type { CardProblem } from '../core/card.ts';
import { isFreshSignIn } from '../core/fresh-sign-in.ts';
import type { AmcNo } from '../core/ids.ts';
import type { CareDate } from '../core/period.ts';
import { verifyCard } from '../crypto/card-signature.ts';
import type { FollowedTrust } from '../crypto/followed-trust.ts';
import { base64url, lengthPrefixed } from '../lib/bytes.ts';
import { type Clock, parisDate } from '../lib/clock.ts';
import type { AccessTokens, ProvenAsker } from './access-tokens.ts';
import type { BrowserKeys } from './browser-keys.ts';
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
import type { Meter } from './meter.ts';
import type { OpenEvidence, OpenItem, OpenOutcome, ReplayItem, ReplayKeys, TokenActor } from './protocol.ts';
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
  clock: Clock;
};

type Evidence<Kind extends OpenEvidence['kind']> = Extract<OpenEvidence, { kind: Kind }>;
/** A look-up of a person, at an insurer. */
type LookUp = OpenItem & { amcNo: AmcNo; evidence: Exclude<OpenEvidence, Evidence<'engagement'>> };

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
    const { evidence, amcNo } = item;
    if (evidence.kind === 'engagement') return this.#openEngagement(item, evidence, asker);
    if (!keys || amcNo === null) return { ok: false, code: 'insurer-unknown' };
    return this.#lookUp({ ...item, evidence, amcNo }, asker, keys);
  }

  #lookUp(item: LookUp, asker: ProvenAsker, keys: InsurerKeys): OpenOutcome {
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
    const paid = this.#pay(actor, spending, nowMs);
    if (!paid.ok) return paid;
    const { engagementKey: doorsKey, replayKey } = this.#parts.keyring;
    return {
      ...paid,
      doors: doors.map((door) => ({
        kind: door.kind,
        epoch: door.epoch,
        locator: door.locator.toString('hex'),
        doorKey: base64url(door.doorKey),
      })),
      statusIndex: key.statusIndex,
      newEngagement: newEngagement({ doors: doorsKey, ofInsurer: keys.engagement }, actor.structure),
      replay: replayKeys(replayKey, item.request),
    };
  }

  /** Spends what the opening costs and writes its line. */
  #pay(
    { account, client }: TokenActor,
    spending: Spending,
    nowMs: number,
  ):
    | Pick<OpenedOutcome, 'ok' | 'journalNo' | 'evidence'>
    | Extract<OpenOutcome, { code: 'budget-exhausted' }> {
    const spent = this.#parts.meter.spend(spending, nowMs);
    if (!spent.ok) {
      const { budget, retryAfterSeconds } = spent;
      return { ok: false, code: 'budget-exhausted', budget, retryAfterSeconds };
    }
    const journalNo = this.#parts.journal.append({ do: 'open', account, client, ...spending }, nowMs);
    this.#parts.known.opened(journalNo, { ...spending, charged: spent.charged }, nowMs);
    return { ok: true, journalNo, evidence: spending.evidence };
  }

  /** The structure is the asker's own: with the number alone nobody else comes to the same door. */
  #openEngagement(
    { request }: OpenItem,
    { engagementNo }: Evidence<'engagement'>,
    { actor, professional: nationalNumber }: ProvenAsker,
  ): OpenOutcome {
    const { keyring, clock } = this.#parts;
    const { structure, profession } = actor;
    const door = engagementDoor(keyring.engagementKey, engagementNo, structure);
    const professional = professionalTag(keyring.professionalKey, nationalNumber);
    const spending: Spending = {
      structure,
      professional,
      profession,
      insurer: '',
      evidence: 'engagement',
      door: doorName(Buffer.from(door.locator, 'hex')),
      fields: '',
    };
    const paid = this.#pay(actor, spending, clock.nowMs());
    if (!paid.ok) return paid;
    const replay = replayKeys(keyring.replayKey, request);
    return { ...paid, doors: [door], statusIndex: null, newEngagement: null, replay };
  }

  /** Costs a unit and leaves a line: whoever tries cards is bounded, and seen. */
  #refuseCard({ amcNo, request }: LookUp, actor: TokenActor, reason: CardProblem): OpenOutcome {
    const { meter, journal, clock, keyring } = this.#parts;
    const { client, account, structure } = actor;
    const empty = meter.refuseCard(actor, clock.nowMs());
    if (empty) {
      const { budget, retryAfterSeconds } = empty;
      return { ok: false, code: 'budget-exhausted', budget, retryAfterSeconds };
    }
    journal.append({ do: 'refuse-card', client, account, structure, insurer: amcNo, reason }, clock.nowMs());
    return { ok: false, code: 'card-refused', reason, replay: replayKeys(keyring.replayKey, request) };
  }

  /** Which door is asked for. For a card only after the vault has verified it: the operator's word opens none. */
  #doorOf({ evidence, amcNo }: LookUp): DoorKey | CardProblem {
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
    { evidence, amcNo }: LookUp,
    { actor, professional: nationalNumber, browserKey }: ProvenAsker,
    newest: Door,
    nowMs: number,
  ): Spending {
    const { structure, profession } = actor;
    const professional = professionalTag(this.#parts.keyring.professionalKey, nationalNumber);
    const door = doorName(newest.locator);
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

type OpenedOutcome = Extract<OpenOutcome, { ok: true }>;

/** How budgets and the journal call a door: it tells two of them apart and leads to neither. */
const doorName = (locator: Uint8Array) => hash('sha256', locator, 'base64url').slice(0, 22);

/** Tag and key of a request that may be repeated. */
export function replayKeys(key: KeyObject, item: ReplayItem): ReplayKeys {
  const scope = Buffer.from(item.scope, 'utf8');
  const length = Buffer.allocUnsafe(4);
  length.writeUInt32BE(scope.length);
  const bytes = prf(key, Buffer.concat([length, scope, Buffer.from(item.body, 'utf8')]));
  return { tag: bytes.toString('hex', 0, 16), key: base64url(bytes.subarray(16, 48)) };
}
