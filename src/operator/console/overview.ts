// What the console shows at a glance: the hour's traffic, feeds, alarms, payments, switches, ledger, vault. The page asks
// every two seconds; what comes from the database is asked once a second for all consoles together. Nobody insured is in it, nor
// any insurer together with the outcome of a check.

import { type Clock, timestamp } from '../../lib/clock.ts';
import type { VaultClient } from '../../vault/vault-client.ts';
import type { LedgerCheck } from './ledger-check.ts';
import type { FeedFacts, OverviewStore, PaymentFacts } from './overview-store.ts';
import type { SwitchActs } from './switch-acts.ts';
import type { SwitchAct } from './switch-text.ts';
import type { Traffic } from './traffic.ts';

const FRESH_MS = 1_000;

export type OverviewParts = {
  traffic: Traffic;
  store: OverviewStore;
  /** Lines of a feed that have arrived so far. */
  received(feed: { insurerId: number; seq: number }): Promise<number>;
  acts: SwitchActs;
  ledgerCheck: LedgerCheck;
  ledger: { readonly size: number; readonly checkpointed: { size: number; atMs: number | null } };
  vault: VaultClient;
  clock: Clock;
};

/** Of the database and the vault. */
type Slow = {
  vault: 'open' | 'locked' | 'away';
  feeds: FeedNow[];
  alarms: { standing: number; unreviewed: number; latestAt: string | null };
  payments: PaymentFacts;
  switches: { scope: string; state: string; reason: string; author: string; at: string }[];
  waiting: (SwitchAct & { firstStaff: string })[];
};

type FeedNow = {
  amcNo: string;
  name: string;
  appliedAt: string | null;
  latest:
    | (Omit<NonNullable<FeedFacts['latest']>, 'begunAtMs' | 'endedAtMs'> & {
        received: number;
        begunAt: string;
        endedAt: string | null;
      })
    | null;
};

export class Overview {
  readonly #parts: OverviewParts;
  #slow: Promise<Slow> | null = null;
  #slowAtMs = Number.NEGATIVE_INFINITY;

  constructor(parts: OverviewParts) {
    this.#parts = parts;
  }

  async now() {
    const { traffic, ledger, ledgerCheck, clock } = this.#parts;
    const slow = await this.#cached();
    const { size, atMs } = ledger.checkpointed;
    return {
      at: timestamp(clock.nowMs()),
      traffic: traffic.now(),
      ledger: {
        entries: ledger.size,
        signed: size,
        signedAt: atMs === null ? null : timestamp(atMs),
        check: ledgerCheck.state(),
      },
      ...slow,
    };
  }

  /** After an act the next look shows it. */
  forget(): void {
    this.#slow = null;
  }

  #cached() {
    const nowMs = this.#parts.clock.nowMs();
    if (this.#slow === null || Math.abs(nowMs - this.#slowAtMs) > FRESH_MS) {
      this.#slowAtMs = nowMs;
      this.#slow = this.#read();
      this.#slow.catch(() => {
        this.#slow = null; // the next look asks again
      });
    }
    return this.#slow;
  }

  async #read(): Promise<Slow> {
    const { store, acts, vault, clock } = this.#parts;
    const [feeds, { latestAtMs, ...alarms }, payments, { switches, waiting }, state] = await Promise.all([
      store.feeds(),
      store.alarms(clock.nowMs()),
      store.payments(),
      acts.standing(),
      vault.call('state', {}).then(
        ({ out }) => (out.locked ? ('locked' as const) : ('open' as const)),
        () => 'away' as const, // a vault that does not answer opens nothing: that is what is shown
      ),
    ]);
    return {
      vault: state,
      feeds: await Promise.all(feeds.map((feed) => this.#feed(feed))),
      alarms: { ...alarms, latestAt: latestAtMs === null ? null : timestamp(latestAtMs) },
      payments,
      switches: switches.map(({ atMs, ...one }) => ({ ...one, at: timestamp(atMs) })),
      waiting: waiting.map(({ act, firstStaff }) => ({ ...act, firstStaff })),
    };
  }

  async #feed({ insurerId, amcNo, name, latest, appliedAtMs }: FeedFacts): Promise<FeedNow> {
    const appliedAt = appliedAtMs === null ? null : timestamp(appliedAtMs);
    if (!latest) return { amcNo, name, appliedAt, latest };
    const { begunAtMs, endedAtMs, ...facts } = latest;
    const isArriving = latest.state === 'receiving';
    const received = isArriving ? await this.#parts.received({ insurerId, seq: latest.seq }) : latest.lines;
    return {
      amcNo,
      name,
      appliedAt,
      latest: {
        ...facts,
        received: latest.state === 'refused' ? 0 : received,
        begunAt: timestamp(begunAtMs),
        endedAt: endedAtMs === null ? null : timestamp(endedAtMs),
      },
    };
  }
}
