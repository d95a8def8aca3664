// PURE state of the hard budgets: what each key has spent. Rebuilt from the journal after every start, so that
// kill -9 gives nobody a fresh budget. It must never spend some budgets of a look-up and then refuse it.

import { chargeOne, retryAfterSeconds, spendOne, unitMs } from './gcra.ts';
import {
  HARD_BUDGETS,
  type HardBudgetName,
  INSURERS_PER_PERSON_PER_DAY,
  identityOnlyBudget,
  STRUCTURES_PER_CARD_PER_DAY,
} from './hard-budgets.ts';
import type { EvidenceKind } from './protocol.ts';

const DAY_MS = 86_400_000;

/** What one opening counts against; all values are opaque identifiers, as they stand in the journal. */
export type Spending = {
  client: string;
  structure: string;
  profession: string;
  insurer: string;
  evidence: EvidenceKind;
  /** Hash of the locator: the person, or the card, as far as budgets are concerned. */
  door: string;
  /** Keyed tag of NIR, birth date and rank: the same at every insurer. Empty for a card, which one insurer knows. */
  fields: string;
};

type Refused = { ok: false; budget: string; retryAfterSeconds: number };
/** `charged`: the keys it was charged to, for a giving back. */
export type MeterAnswer = { ok: true; charged: readonly string[] } | Refused;

/** `charges`: what each key's number becomes. */
type Bill = { charges: Map<string, number>; refusal: Refused | null };

/** Keys held at most (about a national day): beyond it openings are refused until keys are full again and dropped. */
const MOST_KEYS = 4_000_000;
const FULL_RETRY_SECONDS = 60;
const SWEEP_EVERY = 50_000;

export class Meter {
  readonly #mostKeys: number;
  readonly #fullAt = new Map<string, number>();
  readonly #insurersAsked = new Map<string, { insurer: string; atMs: number }[]>();
  readonly #cardSeenAt = new Map<string, { structure: string; atMs: number }[]>();
  #spentSinceSweep = 0;
  #sweptAtMs = Number.NEGATIVE_INFINITY;

  constructor(mostKeys = MOST_KEYS) {
    this.#mostKeys = mostKeys;
  }

  /** What a genuine card proves at this structure: less when it was at many others today. Changes nothing. */
  cardEvidence({ door, structure }: { door: string; structure: string }, nowMs: number): EvidenceKind {
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
    const { charges, refusal } = this.#bill(spending, nowMs);
    if (refusal) return refusal;
    this.#commit(charges, spending, nowMs);
    return { ok: true, charged: [...charges.keys()] };
  }

  /**
   * Counts an opening that the journal says happened: charged as it was then, the floor included, and never refused,
   * since it did happen. Every line counts, however old: a key that was kept at its limit for a week is empty.
   */
  replay(spending: Spending, atMs: number): readonly string[] {
    const { charges } = this.#bill(spending, atMs);
    this.#commit(charges, spending, atMs);
    return [...charges.keys()];
  }

  /** A card that opens no door: spends both units, or says which one is missing. */
  refuseCard({ structure, client }: { structure: string; client: string }, nowMs: number): Refused | null {
    const keys = refusedCardKeys(structure, client);
    for (const [name, key] of keys) {
      const empty = whenEmpty(name, this.#fullAt.get(`${name} ${key}`) ?? 0, nowMs);
      if (empty) return empty;
    }
    for (const [name, key] of keys) this.take(name, key, { units: 1, nowMs });
    return null;
  }

  replayRefusedCard({ structure, client }: { structure: string; client: string }, atMs: number): void {
    for (const [name, key] of refusedCardKeys(structure, client)) {
      this.replayTake(name, key, { units: 1, atMs });
    }
  }

  /**
   * Gives back what a door has cost, because the site knows the patient; false when its share of the day is used up.
   * A key gets back at most the unit it was charged: it is never better off than if nothing had happened.
   */
  giveBack(
    { structure, charged }: { structure: string; charged: readonly string[] },
    nowMs: number,
  ): boolean {
    if (!this.take('knownPerStructurePerDay', structure, { units: 1, nowMs })) return false;
    this.replayGiveBack(charged);
    return true;
  }

  replayGiveBack(charged: readonly string[]): void {
    for (const id of charged) {
      const fullAt = this.#fullAt.get(id);
      const [name = ''] = id.split(' ', 1);
      if (fullAt !== undefined) this.#fullAt.set(id, fullAt - unitMs(HARD_BUDGETS[name as HardBudgetName]));
    }
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

  /** What this opening costs, budget by budget, and why it may not happen, if so. Changes nothing. */
  #bill(spending: Spending, nowMs: number): Bill {
    const charges: Bill['charges'] = new Map();
    let refusal = isCard(spending) ? null : this.#insurersRefusal(spending, nowMs);
    const charge = (name: HardBudgetName, key: string): Refused | null => {
      const id = `${name} ${key}`;
      const fullAt = this.#fullAt.get(id) ?? 0;
      charges.set(id, chargeOne(HARD_BUDGETS[name], fullAt, nowMs));
      return whenEmpty(name, fullAt, nowMs);
    };
    for (const [name, key] of ownKeys(spending)) {
      const empty = charge(name, key);
      refusal ??= empty;
    }
    for (const [name, key] of sharedKeys(spending)) {
      const empty = whenEmpty(name, this.#fullAt.get(`${name} ${key}`) ?? 0, nowMs);
      if (empty) {
        // The floor: what everybody shares may be drained by others, but each structure keeps its few.
        if (charge('floorPerStructurePerDay', spending.structure)) refusal ??= empty;
        break;
      }
      charge(name, key);
    }
    return { charges, refusal };
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

  #commit(charges: Bill['charges'], spending: Spending, nowMs: number): void {
    for (const [id, fullAt] of charges) this.#fullAt.set(id, fullAt);
    if (isCard(spending)) this.#noteCard(spending, nowMs);
    else this.#noteInsurer(spending, nowMs);
    this.#spentSinceSweep += 1;
    if (this.#spentSinceSweep >= SWEEP_EVERY) this.#sweep(nowMs);
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
    const isFull = () =>
      Math.max(this.#fullAt.size, this.#insurersAsked.size, this.#cardSeenAt.size) >= this.#mostKeys;
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
    for (const [fields, asked] of this.#insurersAsked) {
      if (asked.every((one) => one.atMs <= nowMs - DAY_MS)) this.#insurersAsked.delete(fields);
    }
    for (const [door, seen] of this.#cardSeenAt) {
      if (seen.every((one) => one.atMs <= nowMs - DAY_MS)) this.#cardSeenAt.delete(door);
    }
  }
}

/** The refusal of a key that has nothing left; null when it has. */
function whenEmpty(name: HardBudgetName, fullAt: number, nowMs: number): Refused | null {
  const budget = HARD_BUDGETS[name];
  if (spendOne(budget, fullAt, nowMs) !== null) return null;
  return { ok: false, budget: name, retryAfterSeconds: retryAfterSeconds(budget, fullAt, nowMs) };
}

const isCard = ({ evidence }: Spending) => evidence === 'card' || evidence === 'card-doubtful';

/** Budgets of this asker and this person alone. A card spends none of what is shared: it always serves its owner. */
function ownKeys(spending: Spending): [HardBudgetName, string][] {
  if (isCard(spending)) {
    return [
      ['cardPerStructurePerDay', spending.structure],
      ['cardPerClientPerDay', spending.client],
    ];
  }
  const keys: [HardBudgetName, string][] = [
    ['typedPerPersonPerDay', spending.door],
    ['typedPerStructurePerDay', spending.structure],
    ['typedPerClientPerDay', spending.client],
  ];
  if (spending.evidence === 'identity-only') {
    keys.push([identityOnlyBudget(spending.profession), spending.structure]);
  }
  return keys;
}

function refusedCardKeys(structure: string, client: string): [HardBudgetName, string][] {
  return [
    ['cardsRefusedPerStructurePerDay', structure],
    ['cardsRefusedPerClientPerDay', client],
  ];
}

/** Budgets shared with others, below which the floor holds. */
function sharedKeys(spending: Spending): [HardBudgetName, string][] {
  if (isCard(spending)) return [];
  return [
    ['typedPerInsurerPerDay', spending.insurer],
    ['typedOnPlatformPerDay', ''],
  ];
}
