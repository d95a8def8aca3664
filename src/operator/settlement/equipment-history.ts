// When somebody had glasses or hearing aids: one sealed row per person and domain among the counters, found by the vault's
// keyed PRF. Whoever changes it holds it locked, after the counters of the same transaction: two of them never deadlock.

import {
  type Equipment,
  type EquipmentHistory,
  isEquipmentDomain,
  lastDayOf,
  pruned,
  withClaim,
  withoutClaim,
} from '../../core/frequency.ts';
import type { CareDate } from '../../core/period.ts';
import { sha256Hex } from '../../crypto/digest.ts';
import type { CounterOwner } from './counters.ts';
import { type OpenedEngagement, ownerOf } from './engagements.ts';
import { openRow, sealRow } from './sealed-row.ts';
import type { SettlementKeys } from './settlement-keys.ts';
import type { SettlementTransaction } from './settlement-store.ts';

type Changed<T> = { history: EquipmentHistory; result: T };

export class EquipmentHistories {
  readonly #keys: Pick<SettlementKeys, 'counter'>;
  constructor(keys: Pick<SettlementKeys, 'counter'>) {
    this.#keys = keys;
  }

  /** In `tx`: the history as it stands, and stays until then, becomes what `change` makes of it. `today`: Paris. */
  async change<T>(
    tx: SettlementTransaction,
    { amcNo, insurerId, recordId }: CounterOwner,
    { domain, today }: { domain: Equipment['domain']; today: CareDate },
    change: (history: EquipmentHistory) => Promise<Changed<T>>,
  ): Promise<T> {
    const row = await this.#keys.counter({ amcNo, recordId, counter: `equipment ${domain}` });
    const { locator } = row;
    const found = (await tx.lockCounters([{ locator, insurerId, expiresOn: today }])).get(locator) ?? null;
    const before = found === null ? [] : openRow<EquipmentHistory>('counter', row, found);
    if (!before) throw new Error('a history does not open with its key');
    const { history, result } = await change(before);
    const after = pruned(history, today);
    const expiresOn = after.map(lastDayOf).reduce((a, b) => (a > b ? a : b), today);
    await tx.writeCounters([{ locator, insurerId, sealed: sealRow('counter', row, after), expiresOn }]);
    return result;
  }

  /**
   * For claims, in the transaction that accepts one, after its counters: from the day of its care on the next equipment
   * waits. Care that is no equipment leaves nothing.
   */
  noteEquipment(
    tx: SettlementTransaction,
    opened: OpenedEngagement,
    { on, today }: { on: CareDate; today: CareDate },
  ): Promise<void> {
    return this.#ofEquipment(tx, opened, today, (history, engagement, domain) =>
      withClaim(history, { engagement, on }, domain),
    );
  }

  /** For claims, in the transaction that cancels one: as if it had never been noted. */
  takeBackEquipment(tx: SettlementTransaction, opened: OpenedEngagement, today: CareDate): Promise<void> {
    return this.#ofEquipment(tx, opened, today, withoutClaim);
  }

  async #ofEquipment(
    tx: SettlementTransaction,
    opened: OpenedEngagement,
    today: CareDate,
    after: (history: EquipmentHistory, engagement: string, domain: Equipment['domain']) => EquipmentHistory,
  ): Promise<void> {
    const { domain } = opened.engagement;
    if (!isEquipmentDomain(domain)) return;
    const engagement = sha256Hex(opened.engagementNo);
    await this.change(tx, ownerOf(opened), { domain, today }, async (history) => ({
      history: after(history, engagement, domain),
      result: undefined,
    }));
  }
}
