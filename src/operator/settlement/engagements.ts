// The way to an engagement, for whoever holds its number at the structure that obtained it: the order of safety of a
// rights check (DESIGN.md 4). No door is opened without a journal line, and none without an entry of what came of it.

import { type DisclosedField, fieldMask } from '../../core/disclosed-fields.ts';
import { sha256Hex } from '../../crypto/digest.ts';
import { AppError } from '../../lib/app-error.ts';
import type { ReplayItem, ReplayKeys } from '../../vault/protocol.ts';
import type { Directory, Insurer } from '../access/directory.ts';
import type { DoorOpener, Opening } from '../check/door-opener.ts';
import { type Asked, sealAnswer } from '../check/once.ts';
import { type Asker, refuseOtherPurpose } from '../check/question.ts';
import { refuseWhenClosed } from '../containment/passage.ts';
import type { Switchboard } from '../containment/switchboard.ts';
import { refusal } from '../errors.ts';
import type { LedgerEvent } from '../events.ts';
import type { Guard } from '../guard/guard.ts';
import type { Ledger, NewEntry, Receipt } from '../ledger/ledger-port.ts';
import type { CounterOwner } from './counters.ts';
import type { Engagement } from './engagement.ts';
import { openRow, type RowKey, sealRow } from './sealed-row.ts';
import type { SettlementKeys } from './settlement-keys.ts';
import type { SettlementStore, SettlementTransaction } from './settlement-store.ts';

export type EngagementParts = {
  directory: Pick<Directory, 'insurerById'>;
  switchboard(): Switchboard;
  guard: Pick<Guard, 'admit'>;
  doors: DoorOpener;
  store: SettlementStore;
  keys: SettlementKeys;
  ledger: Ledger;
};

/** An engagement whose door stands open, as it was when it was read. */
export type OpenedEngagement = {
  readonly engagementNo: string;
  readonly insurer: Insurer;
  readonly at: RowKey;
  readonly sealed: Buffer;
  readonly engagement: Engagement;
};

/** What came of it: what the ledger is to say, and the answer once it has said it. */
export type Done<T> = {
  event: LedgerEvent;
  fields: readonly DisclosedField[];
  /** Public code of the answer. */
  outcome: string;
  /** For a request that may be repeated. */
  asked?: Asked;
  answer(receipt: Receipt): T;
};

type Named = { engagementNo: string; request: ReplayItem };
type Door = Extract<Opening, { ok: true }>;

export class Engagements {
  readonly #parts: EngagementParts;

  constructor(parts: EngagementParts) {
    this.#parts = parts;
  }

  /**
   * Opens the engagement of that number for `use`; its answer leaves when the entry of it is durable. Throws
   * `engagement-unknown` for a number that was never given out, is of another structure or too long ago, `disconnected`,
   * `domain-not-allowed`, what the vault says, and what `use` refuses.
   */
  async open<T>(asker: Asker, named: Named, use: (opened: OpenedEngagement) => Promise<Done<T>>): Promise<T> {
    const { guard, switchboard, ledger } = this.#parts;
    refuseWhenClosed(switchboard(), asker, { amcNo: null, door: 'engagement' });
    guard.admit(asker, { isTyped: false, amcNo: null }).end();
    const door = await this.#door(asker, named);
    let opened: OpenedEngagement | null = null;
    try {
      opened = await this.#read(named, door);
      if (!opened) throw refusal('engagement-unknown');
      const scopes = { amcNo: opened.insurer.amcNo, door: 'engagement' } as const;
      refuseWhenClosed(switchboard(), asker, scopes);
      refuseOtherPurpose(asker, opened.engagement.domain);
      const done = await use(opened);
      refuseWhenClosed(switchboard(), asker, scopes); // what was cut meanwhile gets no answer
      const entry = entryOf(asker, { journalNo: door.journalNo, opened }, done);
      return done.answer(await ledger.append({ ...entry, ...replayOf(done, door.replay) }));
    } catch (error) {
      // A door was opened: its entry is owed, whatever stopped the answer.
      ledger.owe(failureEntry(asker, { journalNo: door.journalNo, opened }, error));
      throw error;
    }
  }

  /**
   * One transaction: the engagement as it stands now, locked, becomes what `change` makes of it; the same one: nothing is
   * written. What `change` throws undoes all of it.
   */
  change<T>(
    { at }: Pick<OpenedEngagement, 'at'>,
    change: (
      engagement: Engagement,
      tx: SettlementTransaction,
    ) => Promise<{ engagement: Engagement; result: T }>,
  ): Promise<T> {
    return this.#parts.store.transaction(async (tx) => {
      const sealed = await tx.lockEngagement(at.locator);
      if (!sealed) throw refusal('engagement-unknown'); // purged since it was read
      const before = contentOf(at, sealed);
      const { engagement, result } = await change(before, tx);
      if (engagement !== before) await tx.writeEngagement(at.locator, sealRow('engagement', at, engagement));
      return result;
    });
  }

  /**
   * Where nothing but the engagement changes, one statement is the whole transaction. False: it is not as it was opened any
   * more, and nothing is written.
   */
  replace({ at, sealed: before }: OpenedEngagement, engagement: Engagement): Promise<boolean> {
    const after = sealRow('engagement', at, engagement);
    return this.#parts.store.replaceEngagement(at.locator, { before, after });
  }

  async #door(asker: Asker, { engagementNo, request }: Named): Promise<Door> {
    const evidence = { kind: 'engagement', engagementNo } as const;
    const door = await this.#parts.doors.open({ proof: asker.proof, amcNo: null, evidence, request });
    if (!door.ok) throw new Error('only a card is refused in this way');
    return door;
  }

  async #read({ engagementNo }: Named, { doors }: Door): Promise<OpenedEngagement | null> {
    const [door] = doors;
    const row = door && (await this.#parts.store.find(door.locator));
    const insurer = row && this.#parts.directory.insurerById(row.insurerId);
    if (!insurer) return null;
    const at = await this.#parts.keys.engagement(insurer.amcNo, door);
    const { sealed } = row;
    return { engagementNo, insurer, at, sealed, engagement: contentOf(at, sealed) };
  }
}

/** Nobody was named: in the ledger, what an unknown person is answered with. */
const UNKNOWN = '200';

type Where = { journalNo: number; opened: OpenedEngagement | null };

/** A refusal tells that there is such an engagement, or that there is none; anything else may have told anything. */
function failureEntry(asker: Asker, where: Where, error: unknown): NewEntry {
  const isRefusal = error instanceof AppError && error.facts.status < 500;
  if (!isRefusal) return entryOf(asker, where, { event: 'rights.unanswered', fields: [], outcome: null });
  const outcome = where.opened ? error.code : UNKNOWN;
  return entryOf(asker, where, { event: 'engagement.refused', fields: [], outcome });
}

/** The number's digest joins the entry to the look-up that it comes from. */
function entryOf(
  { account, client, structure, profession: by }: Asker,
  { journalNo, opened }: Where,
  { event, fields, outcome }: Pick<Done<unknown>, 'event' | 'fields'> & { outcome: string | null },
): NewEntry {
  const asked = opened?.insurer.amcNo ?? null;
  const purpose = opened?.engagement.domain ?? null;
  const engagement = opened && sha256Hex(opened.engagementNo);
  return {
    about: opened && { amcNo: opened.insurer.amcNo, recordId: opened.engagement.recordId },
    member: { by, structure, purpose, evidence: 'engagement', fields, outcome },
    rest: {
      event,
      account,
      client,
      asked,
      door: 'engagement',
      journalNo,
      mask: fieldMask(fields),
      engagement,
    },
  };
}

function replayOf({ asked, answer }: Done<unknown>, keys: ReplayKeys): Pick<NewEntry, 'replay'> {
  if (!asked) return {};
  const { asker, requestId } = asked;
  const sealed = (receipt: Receipt) => sealAnswer(asked, keys, answer(receipt));
  return { replay: { asker, requestId, tag: keys.tag, sealAnswer: sealed } };
}

/** Whose counters this engagement draws on. */
export function ownerOf({ insurer, engagement }: OpenedEngagement): CounterOwner {
  return { amcNo: insurer.amcNo, insurerId: insurer.id, recordId: engagement.recordId };
}

function contentOf(at: RowKey, sealed: Buffer): Engagement {
  const content = openRow<Engagement>('engagement', at, sealed);
  if (!content) throw new Error('an engagement does not open with its key');
  return content;
}
