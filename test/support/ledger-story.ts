// One life of a ledger after another, with whatever went wrong in between, and the judgement at the end: what must be
// true whatever happened.

import { expect } from 'vitest';
import { verifyReceipt } from '../../src/operator/ledger/receipt.ts';
import { Faults } from './ledger-faults.ts';
import { type Answered, LedgerProcess } from './ledger-process.ts';
import { BIRTH_DATE, fictitiousNir, type LedgerWorld, MEMBER_NO, openedDoors } from './ledger-world.ts';

/** Starts that may fail one after the other; more would be a ledger that does not come up again. */
const MOST_STARTS = 3;

export class LedgerStory {
  readonly world: LedgerWorld;
  readonly faults: Faults;
  readonly answered: Answered[] = [];
  #process: LedgerProcess | null = null;
  #fatal: unknown[] = [];

  constructor(world: LedgerWorld, faults = new Faults()) {
    this.world = world;
    this.faults = faults;
  }

  /** The living process; a new one when the last one died. */
  async process(): Promise<LedgerProcess> {
    if (this.faults.dead) await this.kill();
    for (let starts = 1; this.#process === null; starts += 1) {
      this.faults.revive();
      this.#process = await LedgerProcess.start(this.world, { faults: this.faults }).catch(
        (error: unknown) => {
          if (starts === MOST_STARTS) throw error;
          return null;
        },
      );
    }
    return this.#process;
  }

  async kill(): Promise<void> {
    this.#fatal.push(...(this.#process?.fatal ?? []));
    await this.#process?.kill();
    this.#process = null;
  }

  /** Checks and refusals that come in together; remembers who got an answer. */
  async serve(checks: number, refusals = 0): Promise<void> {
    const outcomes = await (await this.process()).serve(checks, refusals);
    for (const outcome of outcomes) if (outcome.status === 'fulfilled') this.answered.push(outcome.value);
  }

  /** One turn of the housekeeping, whose failure is tried again at the next one. */
  async keepHouse(): Promise<void> {
    const { ledger } = await this.process();
    await ledger.settle();
    await ledger.checkpoint().catch(() => undefined);
  }

  /** The next start, in which nothing goes wrong, serves and signs; then everything is looked at. */
  async endsWell(): Promise<void> {
    this.faults.clear();
    await this.kill();
    await this.serve(2, 1);
    await this.isWell();
  }

  /** Killed at this moment, the ledger shows nothing worse than doors whose entry the next start will make. */
  async looksHonest(): Promise<void> {
    await this.kill();
    const { code, reason, detail } = await this.world.verify();
    expect([null, 'door-without-entry'], `${reason} ${JSON.stringify(detail)}`).toContain(code);
  }

  /** Without another start: whatever the process still owes is written and signed, and all is true. */
  async isWell(): Promise<void> {
    this.faults.clear();
    const { ledger } = await this.process();
    await ledger.settle();
    await ledger.checkpoint();
    await this.#judge();
    await this.kill();
    expect(this.#fatal).toEqual([]);
  }

  async #judge(): Promise<void> {
    const { world, answered } = this;
    const entries = await readEntries(world);
    const result = await world.verify();
    expect(result).toMatchObject({ ok: true, entries: entries.length, proved: entries.length });

    for (const { receipt, journalNo } of answered) {
      const entry = entries[receipt.index];
      expect(entry?.leaf.toString('base64')).toBe(receipt.leaf);
      expect(entry?.journalNo).toBe(journalNo);
      expect(entry?.event).toBe(journalNo === null ? 'call.refused' : 'rights.checked');
      expect(verifyReceipt(receipt, world.vault.identity.vkey)).toBe(true);
    }

    const vault = world.vault.client();
    const doors = await openedDoors(vault);
    await vault.close();
    const entered = entries.flatMap(({ journalNo }) => journalNo ?? []);
    expect(entered.toSorted((a, b) => a - b)).toEqual(doors);

    // The people behind the doors are nowhere in it.
    const texts = await readTexts(world);
    for (const field of TYPED_FIELDS) expect(texts.includes(field), field).toBe(false);

    // The sealed answer is there if and only if its entry is.
    const checked = entries.filter(({ event }) => event === 'rights.checked');
    expect(await readAnswers(world)).toEqual(checked.map(({ seq }) => seq));
  }
}

/** What was typed to open the doors of a story. */
const TYPED_FIELDS = [
  ...Array.from({ length: 8 }, (_, order) => fictitiousNir(order)),
  MEMBER_NO,
  BIRTH_DATE,
];

async function readTexts({ database }: LedgerWorld): Promise<string> {
  const rows = await database.owner<
    { text: string }[]
  >`select member_view || rest as text from ledger_entries`;
  return rows.map(({ text }) => text).join('\n');
}

export type Entry = { seq: number; event: string; journalNo: number | null; leaf: Buffer };

export async function readEntries({ database }: LedgerWorld): Promise<Entry[]> {
  const rows = await database.owner<Entry[]>`
    select seq, rest::json ->> 'event' as event, journal_no as "journalNo", leaf from ledger_entries order by seq`;
  return [...rows];
}

/** Indexes in the stored answers (which the stories store unsealed), in order. */
async function readAnswers({ database }: LedgerWorld): Promise<number[]> {
  const rows = await database.owner<{ sealed: Buffer }[]>`select sealed_answer as sealed from replays`;
  const indexes = rows.map(({ sealed }) => (JSON.parse(sealed.toString()) as { index: number }).index);
  return indexes.sort((a, b) => a - b);
}
