// The throw-away platform of a drill: own folder, own database, own clock, the sites of a synthetic country and their
// past. Nothing is switched off in it, and nothing of it is left when it is closed.

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CliIo } from '../cli/io.ts';
import type { Profession } from '../core/care-domains.ts';
import type { AmcNo } from '../core/ids.ts';
import { startEmbeddedPostgres } from '../db/embedded-postgres.ts';
import type { DemoAccount } from '../demo/accounts.ts';
import { type InProcessPlatform, startInProcess } from '../demo/in-process.ts';
import { throwAwayFolder } from '../demo/throw-away.ts';
import { ManualClock, timestamp } from '../lib/clock.ts';
import { randomId } from '../lib/random.ts';
import { FRESH_COUNTS, type UsualDay } from '../operator/guard/account-watch.ts';
import { LAG_DAYS, PAST_DAYS } from '../operator/guard/budgets.ts';
import { inventKnownPatients } from '../vault/invented-past.ts';
import { DRILL_INSURER, type DrillPeople, generatePeople, publishPeople } from './crowd.ts';
import { type DrillStore, dropDatabase, type StoredPast, sqlDrillStore } from './drill-store-sql.ts';
import { type DayCounts, pastOf, regularsOf, type Site, sitesFor } from './workload.ts';

/** A Tuesday, the same for every drill, so that the same seed gives the same day. Its people have cover then. */
export const DRILL_DAY = '2026-11-24';
export const DAY_MS = 86_400_000;
/** Midnight in Paris. */
const DRILL_DAY_MS = Date.parse(`${DRILL_DAY}T00:00:00+01:00`);

export type DrillOptions = {
  people: number;
  seed: string;
  /** Sites of this profession that the drill cannot do without. */
  needed?: { profession: Profession; sites: number };
  /** Honest people work between these hours of Paris only; absent: the whole day. For tests. */
  honestHours?: readonly [from: number, to: number];
  /** Superuser of a PostgreSQL server; null: one of the drill's own. */
  postgresUrl: string | null;
  /** Threads that seal the feed; 0: the calling one. */
  sealThreads: number;
  /** Ends the drill at its next step. */
  signal: AbortSignal;
  io: CliIo;
};

export type DrillPlatform = {
  platform: InProcessPlatform;
  clock: ManualClock;
  store: DrillStore;
  people: DrillPeople;
  sites: readonly DrillSite[];
  honestHours: readonly [from: number, to: number];
  /** Errors of the platform itself: a drill with any is worthless. */
  internalErrors: readonly unknown[];
  /**
   * Goes to the first midnight after a whole day without anybody, with the guard's counters at rest and the past that goes
   * with this proof share. `midnightMs`: milliseconds since 1970.
   */
  beginDay(proofShare: number): Promise<{ day: number; midnightMs: number }>;
  /** An account's usual day at that proof share, as the guard knows it. */
  usualDay(account: string, proofShare: number): UsualDay;
  close(): Promise<void>;
};

/** A site with its people: those who work there, and the places in the crowd of those it knows. */
export type DrillSite = { site: Site; accounts: readonly DemoAccount[]; regulars: readonly number[] };

export async function openDrillPlatform(options: DrillOptions): Promise<DrillPlatform> {
  const { io, people: count, seed } = options;
  const closing: (() => Promise<unknown>)[] = [];
  // Ctrl-C goes to our PostgreSQL too: what can no longer be ended properly must not keep the rest from being removed.
  const close = async () => {
    for (const end of closing.splice(0).reverse()) await end().catch(() => undefined);
  };
  try {
    io.stderr(`drill: ${count} people and the sites that go with them\n`);
    const folder = await throwAwayFolder('drill');
    closing.push(() => rm(folder, { recursive: true, force: true }));
    const people = generatePeople({ count, seed, day: DRILL_DAY });
    const sites = sitesWithPeople(people, sitesFor(count, seed, options.needed), seed);

    io.stderr('drill: a platform of its own\n');
    const postgresUrl = options.postgresUrl ?? (await ownPostgres(folder, closing));
    const database = `drill_${randomId().replaceAll('-', '').slice(0, 12)}`;
    if (options.postgresUrl) closing.push(() => dropDatabase(postgresUrl, database)); // its own goes with the folder
    const clock = new ManualClock(DRILL_DAY_MS);
    const internalErrors: unknown[] = [];
    const platform = await startInProcess({
      folder,
      postgresUrl,
      database,
      clock,
      accounts: sites.flatMap(({ accounts }) => accounts),
      sealThreads: options.sealThreads,
      simulator: false,
      onInternalError: (error) => void internalErrors.push(error),
    });
    closing.push(() => platform.close());
    const store = sqlDrillStore(platform.ownerUrl);
    closing.push(() => store.close());

    io.stderr('drill: the feed of their insurer\n');
    await publishPeople({ count, seed }, { paths: platform.paths, io });
    io.stderr('drill: the past of the sites\n');
    await knowRegulars({ platform, store, people, sites });
    const beginDay = async (proofShare: number) => {
      options.signal.throwIfAborted();
      const day = Math.ceil((clock.nowMs() - DRILL_DAY_MS) / DAY_MS) + 1;
      const midnightMs = DRILL_DAY_MS + day * DAY_MS;
      clock.advance(midnightMs - clock.nowMs());
      await platform.stopOperator();
      await store.replacePast(storedPast(pastOfAll(sites, seed, proofShare), midnightMs));
      await platform.startOperator();
      return { day, midnightMs };
    };
    const usualDay = (account: string, proofShare: number) => {
      const past = pastOfAll(sites, seed, proofShare).find((one) => one.account === account);
      if (!past) throw new Error(`the drill has no account ${account}`);
      return usualOf(past);
    };
    const { honestHours = [0, 24] } = options;
    return { platform, clock, store, people, sites, honestHours, internalErrors, beginDay, usualDay, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function ownPostgres(folder: string, closing: (() => Promise<unknown>)[]): Promise<string> {
  const server = await startEmbeddedPostgres({ dataDir: join(folder, 'postgres', 'data'), port: 0 });
  closing.push(() => server.stop());
  return server.ownerUrl;
}

function sitesWithPeople(people: DrillPeople, sites: readonly Site[], seed: string): DrillSite[] {
  const numbers = new Map(sites.flatMap(({ accounts }) => accounts).map((id, i) => [id, i]));
  return sites.map((site) => ({
    site,
    regulars: regularsOf(site, people.crowd, seed),
    accounts: site.accounts.map((id) => accountOf(site, id, numbers.get(id) ?? 0)),
  }));
}

function accountOf(site: Site, id: string, number: number): DemoAccount {
  return {
    id,
    professionalId: `8997004${String(number).padStart(5, '0')}`,
    familyName: 'Exercice',
    givenName: id,
    who: id,
    profession: site.profession,
    structure: { id: structureOf(site), name: site.name, place: 'Exercice' },
  };
}

const structureOf = (site: Site): string => `S-${site.name.toUpperCase()}`;

/** The sites have seen their regulars' cards a month ago. */
async function knowRegulars(
  drill: Pick<DrillPlatform, 'platform' | 'store' | 'people' | 'sites'>,
): Promise<void> {
  const { platform, store, people, sites } = drill;
  const pairs = sites.flatMap(({ site, regulars }) =>
    regulars.map((place) => ({ structure: structureOf(site), ref: people.covered[place]?.ref ?? '' })),
  );
  const tags = await inventKnownPatients(platform.paths.keyring, DRILL_INSURER.amcNo as AmcNo, pairs);
  await store.knowPatients(tags, timestamp(DRILL_DAY_MS - 30 * DAY_MS).slice(0, 10));
}

type Past = { account: string; profession: Profession; days: readonly DayCounts[] };

function pastOfAll(sites: readonly DrillSite[], seed: string, proofShare: number): Past[] {
  return sites.flatMap(({ site }) =>
    site.accounts.map((account) => {
      const days = pastOf(site, account, { proofShare, seed, days: PAST_DAYS });
      return { account, profession: site.profession, days };
    }),
  );
}

function usualOf({ days }: Past): UsualDay {
  const mean = (of: (day: DayCounts) => number) => days.reduce((sum, day) => sum + of(day), 0) / days.length;
  return { strangers: mean((day) => day.strangers), regulars: mean((day) => day.regulars) };
}

/** As the guard keeps it: the eight weeks that count on the day of that midnight, and accounts at rest. */
function storedPast(past: readonly Past[], midnightMs: number): StoredPast {
  const days = Array.from({ length: PAST_DAYS }, (_, i) =>
    timestamp(midnightMs + DAY_MS / 2 - (LAG_DAYS + PAST_DAYS - i) * DAY_MS).slice(0, 10),
  );
  return {
    days: past.flatMap(({ account, days: counts }) =>
      counts.map((one, i) => ({ account, day: days[i] ?? '', ...one })),
    ),
    accounts: past.map(({ account, profession }) => ({
      account,
      state: { profession, counts: FRESH_COUNTS, standings: [] },
    })),
  };
}
