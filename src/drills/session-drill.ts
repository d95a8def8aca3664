// Drills of stolen sessions: thieves of several rates beside one honest day, each on a workstation of its own; then what
// honest work feels at other shares of proof.

import type { Profession } from '../core/care-domains.ts';
import { type DisclosedField, FIELD_BITS } from '../core/disclosed-fields.ts';
import type { DemoAccount } from '../demo/accounts.ts';
import { monotonicMs } from '../lib/clock.ts';
import { generator, seedOf } from '../lib/seeded-random.ts';
import { blastRadiusOf } from '../operator/guard/blast-radius.ts';
import { type DayPlan, simulateDay } from './day.ts';
import type { NoticedAlarm } from './drill-store-sql.ts';
import { exposureListScore } from './exposure-of.ts';
import { DAY_MS, type DrillOptions, type DrillPlatform, openDrillPlatform } from './platform.ts';
import {
  type DrillRun,
  type DrillScore,
  type HonestFigures,
  type HonestScore,
  honestScore,
  scoreOf,
} from './score.ts';
import { Staff } from './staff.ts';
import { leakedList, perfectList } from './thieves/lists.ts';
import { carefulPace, constantPace } from './thieves/pace.ts';
import { SessionThief } from './thieves/session-thief.ts';

export type SessionDrill = DrillOptions & {
  drill: 'stolen-session' | 'leaked-list';
  profession: Profession;
  /** Stolen together, each at a site of its own. */
  stolenAccounts: number;
  /** Queries an hour, one run each; `careful`: as fast as the limits let somebody pass unnoticed. */
  rates: readonly (number | 'careful')[];
  /** More than one: malware that stays and takes over each new sign-in of the holder. */
  days: number;
  /** The first is scored; the others are printed beside it. Empty: no honest traffic. */
  proofShares: readonly number[];
};

/** The share of new patients who show their card, where nothing else is said. */
export const SCORED_PROOF_SHARE = 0.7;
export const RATES = [5, 20, 100, 1_000, 20_000] as const;

const HOUR_MS = 3_600_000;
/** The first theft of a day; the runs of one day begin an hour and a quarter apart, so that no alarm meets another. */
const FIRST_THEFT_MS = 9 * HOUR_MS;
const BETWEEN_THEFTS_MS = 1.25 * HOUR_MS;

/** The thieves of one rate: one account each, at sites of their own. */
type Gang = {
  rate: Rate;
  startsAtMs: number;
  endsAtMs: number;
  accounts: readonly DemoAccount[];
  thieves: readonly SessionThief[];
};
type Rate = SessionDrill['rates'][number];
type Scene = { asked: SessionDrill; drill: DrillPlatform; staff: Staff };

export async function sessionDrill(asked: SessionDrill): Promise<DrillScore> {
  const startedAtMs = monotonicMs();
  const { drill: name, people, seed, profession, stolenAccounts, rates } = asked;
  const needed = { profession, sites: stolenAccounts * rates.length };
  const drill = await openDrillPlatform({ ...asked, needed });
  const scene = { asked, drill, staff: new Staff(drill) };
  try {
    const { gangs, honest } = await thefts(scene);
    const alarms = await drill.store.alarms();
    const runs: DrillRun[] = [];
    for (const gang of gangs) runs.push(await runScore(scene, gang, alarms));
    for (const proofShare of asked.proofShares.slice(1)) honest.push(await honestOnly(scene, proofShare));
    if (drill.internalErrors.length > 0) throw drill.internalErrors[0];
    return scoreOf(
      { drill: name, people, seed, profession, stolenAccounts },
      { runs, honest, wallSeconds: Math.round((monotonicMs() - startedAtMs) / 100) / 10 },
    );
  } finally {
    await scene.staff.close();
    await drill.close();
  }
}

// ---- The days ---------------------------------------------------------------------------------------------------

/**
 * Thieves who work alone share one day, hours apart. Gangs, and thieves who stay for days, have the country to themselves,
 * one rate after the other; honest people work on the first of those days.
 */
async function thefts(scene: Scene): Promise<{ gangs: Gang[]; honest: HonestScore[] }> {
  const { asked } = scene;
  const shareOneDay = asked.stolenAccounts === 1 && asked.days === 1;
  const gangs: Gang[] = [];
  const honest: HonestScore[] = [];
  for (const rates of shareOneDay ? [asked.rates] : asked.rates.map((rate) => [rate])) {
    const isWorked = gangs.length === 0 && asked.proofShares.length > 0;
    const day = await theftDay(scene, rates, { sitesTaken: gangs.length * asked.stolenAccounts, isWorked });
    gangs.push(...day.gangs);
    if (isWorked) honest.push(honestScore(scoredShare(asked), day.figures));
  }
  return { gangs, honest };
}

async function theftDay(
  scene: Scene,
  rates: readonly Rate[],
  { sitesTaken, isWorked }: { sitesTaken: number; isWorked: boolean },
): Promise<{ gangs: Gang[]; figures: HonestFigures }> {
  const { asked, drill } = scene;
  const proofShare = scoredShare(asked);
  const { day, midnightMs } = await drill.beginDay(proofShare);
  const gangs = rates.map((rate, i) =>
    gangOf(scene, rate, {
      startsAtMs: midnightMs + FIRST_THEFT_MS + i * BETWEEN_THEFTS_MS,
      firstSite: sitesTaken + i * asked.stolenAccounts,
    }),
  );
  const away = new Set(gangs.flatMap(({ accounts }) => accounts.map(({ id }) => id)));
  const figures = await simulate(scene, {
    day,
    midnightMs,
    proofShare: isWorked ? proofShare : null,
    away,
    thieves: gangs.flatMap(({ thieves }) => thieves),
  });
  return { gangs, figures };
}

async function honestOnly(scene: Scene, proofShare: number): Promise<HonestScore> {
  const begun = await scene.drill.beginDay(proofShare);
  const figures = await simulate(scene, { ...begun, proofShare, away: new Set(), thieves: [] });
  return honestScore(proofShare, figures);
}

function simulate(
  { asked, drill, staff }: Scene,
  plan: Omit<DayPlan, 'seed' | 'signal' | 'say'>,
): Promise<HonestFigures> {
  const share = plan.proofShare === null ? 'nobody honest' : `${Math.round(plan.proofShare * 100)} % proof`;
  const say = (text: string) => asked.io.stderr(`drill: day ${plan.day}, ${share}: ${text}\n`);
  say(`${plan.thieves.length} thieves`);
  return simulateDay({ drill, staff }, { ...plan, seed: asked.seed, signal: asked.signal, say });
}

const scoredShare = ({ proofShares }: SessionDrill): number => proofShares[0] ?? SCORED_PROOF_SHARE;

// ---- The thieves ------------------------------------------------------------------------------------------------

function gangOf(
  scene: Scene,
  rate: Rate,
  { startsAtMs, firstSite }: { startsAtMs: number; firstSite: number },
): Gang {
  const { asked, drill } = scene;
  const accounts = drill.sites
    .filter(({ site }) => site.profession === asked.profession)
    .slice(firstSite, firstSite + asked.stolenAccounts)
    .flatMap(({ accounts: [first] }) => first ?? []);
  const endsAtMs = startsAtMs + asked.days * DAY_MS;
  const thieves = accounts.map((account) => thiefOf(scene, account, { rate, startsAtMs, endsAtMs }));
  return { rate, startsAtMs, endsAtMs, accounts, thieves };
}

function thiefOf(
  { asked, drill, staff }: Scene,
  account: DemoAccount,
  { rate, startsAtMs, endsAtMs }: Pick<Gang, 'rate' | 'startsAtMs' | 'endsAtMs'>,
): SessionThief {
  const draw = generator(seedOf(`${asked.seed}\n${account.id} thief`));
  const list = asked.drill === 'leaked-list' ? leakedList : perfectList;
  // Malware that stays sees every sign-in of the holder, who confirms whatever the platform asks for.
  const stays = asked.days > 1 || rate === 'careful';
  const { profession } = asked;
  return new SessionThief({
    async steal() {
      const workstation = await staff.at(account.id);
      await workstation.signIn();
      return stays ? workstation : workstation.steal();
    },
    clock: drill.clock,
    account: account.id,
    profession,
    pace:
      rate === 'careful'
        ? carefulPace(profession, drill.usualDay(account.id, scoredShare(asked)))
        : constantPace(rate),
    targets: list(drill.people.covered, draw),
    startsAtMs,
    endsAtMs,
  });
}

// ---- What came of it --------------------------------------------------------------------------------------------

async function runScore(
  { asked, drill }: Scene,
  { rate, thieves, startsAtMs, endsAtMs }: Gang,
  alarms: readonly NoticedAlarm[],
): Promise<DrillRun> {
  const stolen = new Set(thieves.map(({ account }) => account));
  const inTime = alarms.filter(({ atMs }) => atMs >= startsAtMs && atMs <= endsAtMs);
  const first = inTime.find(({ account }) => account !== null && stolen.has(account)) ?? null;
  const after = (atMs: number) => Math.round((atMs - startsAtMs) / 100) / 10;
  const cut = lastCut(thieves);
  const exposedAtMs = firstExposures(thieves);
  return {
    rate: rate === 'careful' ? null : rate,
    stolenAccounts: thieves.length,
    personsExposed: exposedAtMs.length,
    fieldsExposed: fieldsOf(thieves),
    attackerQueries: thieves.reduce((sum, { queries }) => sum + queries, 0),
    detectedAfterSeconds: first && after(first.atMs),
    detectedBy: first?.detector ?? null,
    cutAfterSeconds: cut && after(cut.atMs),
    cutBy: cut?.code ?? null,
    refusedBy: refusalsOf(thieves),
    cohortAlarm: inTime.some(({ scope }) => scope === `profession:${asked.profession}`),
    exposureList: await exposureListScore(drill, thieves, { fromMs: startsAtMs, toMs: endsAtMs }),
    blastRadius: blastRadius(thieves.map(({ account }) => memberOf(drill, asked, account))),
    curve: exposedAtMs.map((atMs, i) => ({ seconds: after(atMs), persons: i + 1 })),
  };
}

/** When each person was first exposed, by whomever. */
function firstExposures(thieves: readonly SessionThief[]): number[] {
  const first = new Map<string, number>();
  for (const { exposed } of thieves) {
    for (const [ref, { atMs }] of exposed) first.set(ref, Math.min(atMs, first.get(ref) ?? atMs));
  }
  return [...first.values()].sort((a, b) => a - b);
}

function fieldsOf(thieves: readonly SessionThief[]): DisclosedField[] {
  const all = thieves.flatMap(({ exposed }) => [...exposed.values()].flatMap(({ fields }) => [...fields]));
  return (Object.keys(FIELD_BITS) as DisclosedField[]).filter((field) => all.includes(field));
}

/** Of the thief who lasted longest; null when one of them was never stopped. */
function lastCut(thieves: readonly SessionThief[]): { atMs: number; code: string } | null {
  const cuts = thieves.map(({ cut }) => cut);
  if (cuts.includes(null)) return null;
  return cuts.reduce((last, one) => (last && one && last.atMs >= one.atMs ? last : one), null);
}

function refusalsOf(thieves: readonly SessionThief[]): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const { refusedBy } of thieves) {
    for (const [code, count] of Object.entries(refusedBy)) sum[code] = (sum[code] ?? 0) + count;
  }
  return sum;
}

function memberOf(drill: DrillPlatform, asked: SessionDrill, account: string) {
  const { profession } = asked;
  const usual = drill.usualDay(account, scoredShare(asked));
  return { account, structure: account, profession, professional: account, usual, metToday: 0 };
}

/** As the console shows it for each of these accounts, added up. */
function blastRadius(members: readonly ReturnType<typeof memberOf>[]): DrillRun['blastRadius'] {
  const each = members.map((one) => blastRadiusOf({ kind: 'account', id: one.account }, [one]));
  const added = (span: 'hour' | 'day' | 'month') => ({
    strangers: each.reduce((sum, one) => sum + one[span].strangers, 0),
    regulars: each.reduce((sum, one) => sum + one[span].regulars, 0),
    total: each.reduce((sum, one) => sum + one[span].total, 0),
  });
  return { hour: added('hour'), day: added('day'), month: added('month') };
}
