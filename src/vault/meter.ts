// PURE state of the hard budgets: what each key has spent. Rebuilt from the journal after every start, so that
// kill -9 gives nobody a fresh budget. It must never spend some budgets of a look-up and then refuse it.

import { type Amount, chargeOne, retryAfterSeconds, spendOne, unitMs } from './gcra.ts';
import {
  amountOf,
  EMERGENCY_UNITS,
  HARD_BUDGETS,
  type HardBudgetName,
  INSURERS_PER_PERSON_PER_DAY,
  STRUCTURES_PER_CARD_PER_DAY,
} from './hard-budgets.ts';
import { OpenedDoors } from './opened-doors.ts';
import type { PresenceKind } from './protocol.ts';
import {
  emergencyKeys,
  isCard,
  type Key,
  knownKeys,
  openingOf,
  ownKeys,
  type Spending,
  sharedKeys,
} from './spending.ts';

const DAY_MS = 86_400_000;

export type Refused = { ok: false; budget: string; retryAfterSeconds: number };
/** One unit of the key `id`. */
export type Charge = { readonly id: string; readonly amount: Amount };
/** `charged`: for a giving back; empty for a repeat, which costs its asker nothing. */
export type MeterAnswer = { ok: true; charged: readonly Charge[] } | Refused;

type Bill = { charges: readonly Charge[]; isRepeat: boolean; refusal: Refused | null };
/** Whose budgets. */
type Asker = Pick<Spending, 'professional' | 'structure' | 'profession'>;
/** Who opened a door, and what it has cost. */
type Paid = Asker & { charged: readonly Charge[] };

/** Keys held at most (about a national day): beyond it openings are refused until keys are full again and dropped. */
const MOST_KEYS = 4_000_000;
const FULL_RETRY_SECONDS = 60;
const SWEEP_EVERY = 50_000;

export class Meter {
  readonly #mostKeys: number;
  readonly #fullAt = new Map<string, number>();
  readonly #insurersAsked = new Map<string, { insurer: string; atMs: number }[]>();
  readonly #typedDoors = new OpenedDoors();
  readonly #cardDoors = new OpenedDoors();
  readonly #cardSeenAt = new Map<string, { structure: string; atMs: number }[]>();
  #spentSinceSweep = 0;
  #sweptAtMs = Number.NEGATIVE_INFINITY;

  constructor(mostKeys = MOST_KEYS) {
    this.#mostKeys = mostKeys;
  }

  /** What a genuine card proves at this structure: less when it was at many others today. Changes nothing. */
  cardEvidence({ door, structure }: { door: string; structure: string }, nowMs: number): PresenceKind {
    const others = this.#structuresOf(door, nowMs).filter((one) => one.structure !== structure);
    return others.length + 1 >= STRUCTURES_PER_CARD_PER_DAY ? 'card-doubtful' : 'card';
  }

  #structuresOf(door: string, nowMs: number) {
    return (this.#cardSeenAt.get(door) ?? []).filter((one) => one.atMs > nowMs - DAY_MS);
  }

  /** Spends every budget of this opening, or none and says which one is empty. */
  spend(spending: Spending, nowMs: number): MeterAnswer {
    if (this.#isFull(nowMs))
      return { ok: false, budget: 'keysRemembered', retryAfterSeconds: FULL_RETRY_SECONDS };
    const bill = this.#bill(spending, nowMs);
    return bill.refusal ?? { ok: true, charged: this.#commit(bill, spending, nowMs) };
  }

  /**
   * Counts an opening that the journal says happened: charged as it was then, the floor included, and never refused,
   * since it did happen. Every line counts, however old: a key that was kept at its limit for a week is empty.
   */
  replay(spending: Spending, atMs: number): readonly Charge[] {
    return this.#commit(this.#bill(spending, atMs), spending, atMs);
  }

  /** A card that opens no door: spends a unit, or says that there is none. */
  refuseCard(asker: Pick<Spending, 'structure'>, nowMs: number): Refused | null {
    return this.#spendAll(refusedCardCharges(asker), nowMs);
  }

  replayRefusedCard(asker: Pick<Spending, 'structure'>, atMs: number): void {
    for (const charge of refusedCardCharges(asker)) this.#charge(charge, atMs);
  }

  /** An engagement's door: spends a unit, or says that there is none. */
  openEngagement(asker: Pick<Spending, 'structure'>, nowMs: number): Refused | null {
    return this.#spendAll(engagementCharges(asker), nowMs);
  }

  replayEngagement(asker: Pick<Spending, 'structure'>, atMs: number): void {
    for (const charge of engagementCharges(asker)) this.#charge(charge, atMs);
  }

  /**
   * Gives back what a door has cost, because the site knows the patient; false when its share of the day is used up.
   * A key gets back at most the unit it was charged: it is never better off than if nothing had happened.
   */
  giveBack(door: Paid, nowMs: number): boolean {
    if (this.#spendAll(knownCharges(door), nowMs)) return false;
    this.#giveBackAll(door.charged);
    return true;
  }

  replayGiveBack(door: Paid, atMs: number): void {
    for (const charge of knownCharges(door)) this.#charge(charge, atMs);
    this.#giveBackAll(door.charged);
  }

  /** Some units more for an asker whose structure has not had any today; false when it has. */
  takeEmergency(asker: Asker, nowMs: number): boolean {
    if (!this.take('emergencyPerStructurePerDay', asker.structure, { units: 1, nowMs })) return false;
    this.#giveBackAll(chargesOf(emergencyKeys(asker), asker.profession), EMERGENCY_UNITS);
    return true;
  }

  replayEmergency(asker: Asker, atMs: number): void {
    this.replayTake('emergencyPerStructurePerDay', asker.structure, { units: 1, atMs });
    this.#giveBackAll(chargesOf(emergencyKeys(asker), asker.profession), EMERGENCY_UNITS);
  }

  /** Never above full: a number in the past counts as now. */
  #giveBackAll(charges: readonly Charge[], units = 1): void {
    for (const { id, amount } of charges) {
      const fullAt = this.#fullAt.get(id);
      if (fullAt !== undefined) this.#fullAt.set(id, fullAt - units * unitMs(amount));
    }
  }

  /** Spends one unit of each, or none and says which one is missing. */
  #spendAll(charges: readonly Charge[], nowMs: number): Refused | null {
    for (const charge of charges) {
      const empty = this.#whenEmpty(charge, nowMs);
      if (empty) return empty;
    }
    for (const charge of charges) this.#charge(charge, nowMs);
    return null;
  }

  /** Spends some units of one budget, all or none. */
  take(name: HardBudgetName, key: string, { units, nowMs }: { units: number; nowMs: number }): boolean {
    const id = `${name} ${key}`;
    let fullAt: number | null = this.#fullAt.get(id) ?? 0;
    for (let i = 0; i < units && fullAt !== null; i += 1) {
      fullAt = spendOne(HARD_BUDGETS[name], fullAt, nowMs);
    }
    if (fullAt === null) return false;
    this.#fullAt.set(id, fullAt);
    return true;
  }

  /** As `take`, for what the journal says was spent. */
  replayTake(name: HardBudgetName, key: string, { units, atMs }: { units: number; atMs: number }): void {
    const id = `${name} ${key}`;
    for (let i = 0; i < units; i += 1) {
      this.#fullAt.set(id, chargeOne(HARD_BUDGETS[name], this.#fullAt.get(id) ?? 0, atMs));
    }
  }

  #charge({ id, amount }: Charge, atMs: number): void {
    this.#fullAt.set(id, chargeOne(amount, this.#fullAt.get(id) ?? 0, atMs));
  }

  /** The refusal of a key that has nothing left; null when it has. */
  #whenEmpty({ id, amount }: Charge, nowMs: number): Refused | null {
    const fullAt = this.#fullAt.get(id) ?? 0;
    if (spendOne(amount, fullAt, nowMs) !== null) return null;
    const [budget = ''] = id.split(' ', 1);
    return { ok: false, budget, retryAfterSeconds: retryAfterSeconds(amount, fullAt, nowMs) };
  }

  /** What this opening costs, budget by budget, and why it may not happen, if so. Changes nothing. */
  #bill(spending: Spending, nowMs: number): Bill {
    const isRepeat = this.#doorsOf(spending).has(openingOf(spending), nowMs);
    let refusal = isCard(spending) ? null : this.#insurersRefusal(spending, nowMs);
    const charges = chargesOf(ownKeys(spending, isRepeat), spending.profession);
    for (const charge of charges) refusal ??= this.#whenEmpty(charge, nowMs);
    if (isRepeat) return { charges, isRepeat, refusal };
    for (const charge of chargesOf(sharedKeys(spending), '')) {
      const empty = this.#whenEmpty(charge, nowMs);
      if (empty) {
        // The floor: what everybody shares may be drained by others, but each structure keeps its few.
        const [floor] = chargesOf([['floorPerStructurePerDay', spending.structure]], '') as [Charge];
        if (this.#whenEmpty(floor, nowMs)) refusal ??= empty;
        charges.push(floor);
        break;
      }
      charges.push(charge);
    }
    return { charges, isRepeat, refusal };
  }

  #doorsOf(spending: Spending): OpenedDoors {
    return isCard(spending) ? this.#cardDoors : this.#typedDoors;
  }

  #insurersRefusal(spending: Spending, nowMs: number): Refused | null {
    const asked = (this.#insurersAsked.get(spending.fields) ?? []).filter((one) => one.atMs > nowMs - DAY_MS);
    if (asked.length < INSURERS_PER_PERSON_PER_DAY) return null;
    if (asked.some((one) => one.insurer === spending.insurer)) return null;
    const oldestMs = Math.min(...asked.map((one) => one.atMs));
    return {
      ok: false,
      budget: 'insurersPerPersonPerDay',
      retryAfterSeconds: Math.max(1, Math.ceil((oldestMs + DAY_MS - nowMs) / 1000)),
    };
  }

  /** Gives what may be given back. */
  #commit({ charges, isRepeat }: Bill, spending: Spending, nowMs: number): readonly Charge[] {
    for (const charge of charges) this.#charge(charge, nowMs);
    if (isCard(spending)) this.#noteCard(spending, nowMs);
    else this.#noteInsurer(spending, nowMs);
    if (!isRepeat) this.#doorsOf(spending).note(openingOf(spending), nowMs);
    this.#spentSinceSweep += 1;
    if (this.#spentSinceSweep >= SWEEP_EVERY) this.#sweep(nowMs);
    return isRepeat ? [] : charges;
  }

  #noteCard({ door, structure }: Spending, nowMs: number): void {
    const others = this.#structuresOf(door, nowMs).filter((one) => one.structure !== structure);
    // A few more than make it doubtful: whoever carries a copy around for years must not fill the memory.
    const kept = others.slice(-2 * STRUCTURES_PER_CARD_PER_DAY);
    this.#cardSeenAt.set(door, [...kept, { structure, atMs: nowMs }]);
  }

  #noteInsurer(spending: Spending, nowMs: number): void {
    const asked = (this.#insurersAsked.get(spending.fields) ?? []).filter(
      (one) => one.insurer !== spending.insurer && one.atMs > nowMs - DAY_MS,
    );
    this.#insurersAsked.set(spending.fields, [...asked, { insurer: spending.insurer, atMs: nowMs }]);
  }

  /** Memory is a budget too: beyond the bound nobody is forgotten to make room, new openings wait. */
  #isFull(nowMs: number): boolean {
    const held = [this.#fullAt, this.#insurersAsked, this.#cardSeenAt, this.#typedDoors, this.#cardDoors];
    const isFull = () => held.some(({ size }) => size >= this.#mostKeys);
    // By the clock, not by what was spent since: while it is full nothing is spent.
    const isDue = Math.abs(nowMs - this.#sweptAtMs) >= FULL_RETRY_SECONDS * 1000;
    if (isFull() && isDue) this.#sweep(nowMs);
    return isFull();
  }

  /** Drops keys that are full again: they are as good as never seen. */
  #sweep(nowMs: number): void {
    this.#spentSinceSweep = 0;
    this.#sweptAtMs = nowMs;
    for (const [id, fullAt] of this.#fullAt) if (fullAt <= nowMs) this.#fullAt.delete(id);
    this.#typedDoors.sweep(nowMs);
    this.#cardDoors.sweep(nowMs);
    for (const [fields, asked] of this.#insurersAsked) {
      if (asked.every((one) => one.atMs <= nowMs - DAY_MS)) this.#insurersAsked.delete(fields);
    }
    for (const [door, seen] of this.#cardSeenAt) {
      if (seen.every((one) => one.atMs <= nowMs - DAY_MS)) this.#cardSeenAt.delete(door);
    }
  }
}

/** A repeat has cost nothing, so nothing is spent to give it back. */
const knownCharges = (door: Paid): Charge[] =>
  door.charged.length === 0 ? [] : chargesOf(knownKeys(door), door.profession);

const refusedCardCharges = ({ structure }: Pick<Spending, 'structure'>) =>
  chargesOf([['cardsRefusedPerStructurePerDay', structure]], '');

const engagementCharges = ({ structure }: Pick<Spending, 'structure'>) =>
  chargesOf([['engagementPerStructurePerDay', structure]], '');

const chargesOf = (keys: readonly Key[], profession: string): Charge[] =>
  keys.map(([name, key]) => ({ id: `${name} ${key}`, amount: amountOf(name, profession) }));
