// What the operator does on a timer: sign the ledger, write owed entries, exposure lists and payments, look for money that
// is late, keep the guard's counters, forget what is over: answers older than 24 hours, ended sign-ins and sessions,
// patients not seen for two years, notices of a year ago, engagements that no claim can come for any more, what claims say
// about people 24 months after they were settled, prior agreements of two years ago. A failure is tried again next turn.

import type { Database } from '../db/database.ts';
import type { Clock } from '../lib/clock.ts';
import { forgetEndedGrants } from './access/directory-store-sql.ts';
import { forgetSessions } from './access/session-store-sql.ts';
import { enterListings } from './breach/listing-store-sql.ts';
import { forgetKnownPatients } from './check/known-patient-store-sql.ts';
import { forgetReplays } from './check/replay-store-sql.ts';
import { forgetStaffSessions } from './console/staff-store-sql.ts';
import { forgetGuardDays } from './guard/guard-store-sql.ts';
import type { LedgerWriter } from './ledger/ledger.ts';
import type { Metrics } from './metrics.ts';
import { forgetNotices } from './notices/notice-store-sql.ts';
import { eraseOldClaims } from './settlement/claim-store-sql.ts';
import { enterPayments } from './settlement/payments/entry-store-sql.ts';
import { noteLate } from './settlement/payments/late-store-sql.ts';
import { forgetPriorAgreements } from './settlement/prior-agreement-store-sql.ts';
import { forgetSettled } from './settlement/settlement-store-sql.ts';

const FORGET_EVERY_MS = 600_000;
const ENTER_EVERY_MS = 1_000;
const GUARD_EVERY_MS = 2_000;
const MISSING_EVERY_MS = 60_000;

export function housekeeping(parts: {
  ledger: LedgerWriter;
  metrics: Metrics;
  databases: { desk: Database; settle: Database };
  clock: Clock;
  everyMs: number;
  /** Entries of doors whose reply was lost (reconcile.ts). */
  enterLostReplies(): Promise<void>;
  /** Orders of professionals that the vault could not take (software.ts). */
  tellVault(): Promise<void>;
  /** Counters of the guard: what is not saved is replayed from the ledger at the next start. */
  saveGuard(): Promise<void>;
}): { stop(): Promise<void> } {
  const signing = () => sign(parts);
  const entering = () => parts.enterLostReplies();
  const telling = () => parts.tellVault();
  const saving = () => parts.saveGuard();
  const listing = () => enterListings(parts.databases.desk, parts.ledger);
  const paying = () => enterPayments(parts.databases.desk, parts.ledger);
  const missing = async () => {
    const late = await noteLate(parts.databases.desk, parts.clock.nowMs());
    parts.metrics.paymentsLate(late.length);
  };
  const forgetting = async () => {
    await forgetReplays(parts.databases.desk);
    await forgetEndedGrants(parts.databases.desk);
    await forgetSessions(parts.databases.desk);
    await forgetStaffSessions(parts.databases.desk);
    await forgetKnownPatients(parts.databases.desk);
    await forgetNotices(parts.databases.desk);
    await forgetGuardDays(parts.databases.desk);
    await forgetSettled(parts.databases.settle);
    await eraseOldClaims(parts.databases.settle);
    await forgetPriorAgreements(parts.databases.settle);
  };
  let running: Promise<void> = Promise.resolve();
  const waiting = new Set<() => Promise<void>>();
  const turn = (work: () => Promise<void>) => {
    if (waiting.has(work)) return; // its last turn is not over yet: a hanging vault must not pile them up
    waiting.add(work);
    running = running
      .then(work)
      .catch(() => undefined) // tried again at the next turn
      .finally(() => waiting.delete(work));
  };
  const timers = [
    setInterval(() => turn(signing), parts.everyMs),
    setInterval(() => turn(entering), ENTER_EVERY_MS),
    setInterval(() => turn(telling), ENTER_EVERY_MS),
    setInterval(() => turn(saving), GUARD_EVERY_MS),
    setInterval(() => turn(listing), ENTER_EVERY_MS),
    setInterval(() => turn(paying), ENTER_EVERY_MS),
    setInterval(() => turn(missing), MISSING_EVERY_MS),
    setInterval(() => turn(forgetting), FORGET_EVERY_MS),
  ];
  return {
    async stop() {
      for (const timer of timers) clearInterval(timer);
      await running;
      turn(signing); // the last entries are signed before the process ends
      await running;
    },
  };
}

async function sign({ ledger, metrics }: { ledger: LedgerWriter; metrics: Metrics }): Promise<void> {
  await ledger.settle();
  await ledger.checkpoint().then(
    () => metrics.vaultUp(true),
    (error: unknown) => {
      metrics.vaultUp(false);
      throw error;
    },
  );
  metrics.ledgerSize(ledger.size);
}
