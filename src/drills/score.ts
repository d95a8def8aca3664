// PURE. The score of a drill (CONTRACT.md 4): what was tried, who was exposed, how soon it ended, what honest work felt.
// A field that does not apply is null. Nobody is named in it.

import type { DisclosedField } from '../core/disclosed-fields.ts';
import type { BlastRadius } from '../operator/guard/guard-desk.ts';

/** Precision and recall are 1 when both sets are empty; `seconds` are of the wall clock. */
export type ExposureListScore = { persons: number; precision: number; recall: number; seconds: number };

/** One thief, or several together, at one rate. Seconds are of the simulated clock, from the first attempt on. */
export type DrillRun = {
  /** Queries an hour and account; null: as fast as the thief thinks wise. */
  rate: number | null;
  stolenAccounts: number;
  personsExposed: number;
  fieldsExposed: DisclosedField[];
  attackerQueries: number;
  detectedAfterSeconds: number | null;
  /** What noticed it first. */
  detectedBy: string | null;
  /** The first refusal after which nobody more was exposed. */
  cutAfterSeconds: number | null;
  cutBy: string | null;
  refusedBy: Record<string, number>;
  cohortAlarm: boolean;
  exposureList: ExposureListScore | null;
  blastRadius: Pick<BlastRadius, 'hour' | 'day' | 'month'> | null;
  /** Persons exposed after so many seconds, all accounts together. */
  curve: { seconds: number; persons: number }[];
};

/** `refusedBy`: how often each refusal came. `freshSignIns`: how often the platform wanted to see a person again. */
export type HonestFigures = {
  checks: number;
  refused: number;
  refusedBy: Record<string, number>;
  freshSignIns: number;
};

export type HonestScore = HonestFigures & {
  proofShare: number;
  per10000: number;
};

export type DrillScore = {
  drill: string;
  people: number;
  seed: string;
  profession: string | null;
  stolenAccounts: number | null;
  personsExposed: number;
  fieldsExposed: DisclosedField[];
  attackerQueries: number;
  detectedAfterSeconds: number | null;
  cutAfterSeconds: number | null;
  exposureList: ExposureListScore | null;
  controllersInformedAfterSeconds: null;
  personsNotified: null;
  personsMissed: null;
  personsTwice: null;
  honestChecks: number | null;
  honestChecksRefused: number | null;
  careContinued: { offlineChecks: null; offlineValid: null };
  runs: DrillRun[];
  history: typeof HISTORY;
  /** Honest work at the share of proof that is scored, and at others. */
  honest: HonestScore[];
  /** What was tried, how often, and what came of it. */
  attempts: { what: string; count: number; result: string }[];
  /** Of an edited ledger: how many ways to change it, and how many the verifier named. */
  changes: { made: number; named: number } | null;
  /** How it went, in sentences. */
  how: { fr: string; en: string }[];
  wallSeconds: number;
};

/** BREACH.md 1.3: what the same kind of theft meant then. */
export const HISTORY = {
  event: 'Viamedis and Almerys, January 2024: phished logins of health professionals',
  personsReferenced: 33_000_000,
  /** A civil servant’s login, FICOBA 2026: the one for which a number per login is known. */
  personsPerStolenLogin: 1_200_000,
  portalsBackAfterDays: 14,
  personsInformedAfterDays: 7,
} as const;

/** The worst run stands for all. */
export function worstOf(runs: readonly DrillRun[]): DrillRun | null {
  const byPersons = [...runs].sort((a, b) => b.personsExposed - a.personsExposed);
  return byPersons[0] ?? null;
}

export function comparedWithTruth(
  listed: ReadonlySet<string>,
  truth: ReadonlySet<string>,
): Pick<ExposureListScore, 'persons' | 'precision' | 'recall'> {
  const right = [...listed].filter((ref) => truth.has(ref)).length;
  return {
    persons: listed.size,
    precision: listed.size === 0 ? 1 : right / listed.size,
    recall: truth.size === 0 ? 1 : right / truth.size,
  };
}

export function scoreOf(
  asked: Pick<DrillScore, 'drill' | 'people' | 'seed' | 'profession' | 'stolenAccounts'>,
  got: Pick<DrillScore, 'runs' | 'honest' | 'wallSeconds'> & Partial<DrillScore>,
): DrillScore {
  const worst = worstOf(got.runs);
  const [scored] = got.honest;
  return {
    ...asked,
    personsExposed: worst?.personsExposed ?? 0,
    fieldsExposed: worst?.fieldsExposed ?? [],
    attackerQueries: worst?.attackerQueries ?? 0,
    detectedAfterSeconds: worst?.detectedAfterSeconds ?? null,
    cutAfterSeconds: worst?.cutAfterSeconds ?? null,
    exposureList: worst?.exposureList ?? null,
    controllersInformedAfterSeconds: null,
    personsNotified: null,
    personsMissed: null,
    personsTwice: null,
    honestChecks: scored?.checks ?? null,
    honestChecksRefused: scored?.refused ?? null,
    careContinued: { offlineChecks: null, offlineValid: null },
    history: HISTORY,
    attempts: [],
    changes: null,
    how: [],
    ...got,
  };
}

/** Of one day at that share of proof. */
export function honestScore(proofShare: number, figures: HonestFigures): HonestScore {
  const { checks, refused, refusedBy, freshSignIns } = figures;
  const per10000 = checks === 0 ? 0 : Math.round((refused / checks) * 1e6) / 100;
  return { proofShare, checks, refused, per10000, refusedBy, freshSignIns };
}
