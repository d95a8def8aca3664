// The drills by name: each an attack on a throw-away platform of its own.

import type { Profession } from '../core/care-domains.ts';
import { databaseDrill, ledgerDrill, passwordDrill } from './database-drill.ts';
import type { DrillOptions } from './platform.ts';
import { reportHtml } from './report-html.ts';
import type { DrillScore } from './score.ts';
import { RATES, SCORED_PROOF_SHARE, sessionDrill } from './session-drill.ts';

export type DrillName = keyof typeof DRILLS;

export type DrillRequest = DrillOptions & {
  name: DrillName;
  profession: Profession;
  stolenAccounts: number;
  /** Null: the usual ones. */
  rates: readonly (number | 'careful')[] | null;
  days: number;
};

/** Honest work is shown at these shares too, beside the one that is scored. */
const OTHER_PROOF_SHARES = [0, 0.9];

function session(drill: 'stolen-session' | 'leaked-list') {
  return ({ rates, ...request }: DrillRequest): Promise<DrillScore> => {
    const others = rates === null && request.stolenAccounts === 1 && drill === 'stolen-session';
    const proofShares = [SCORED_PROOF_SHARE, ...(others ? OTHER_PROOF_SHARES : [])];
    return sessionDrill({ ...request, drill, rates: rates ?? RATES, proofShares });
  };
}

export const DRILLS = {
  'stolen-password': passwordDrill,
  'stolen-session': session('stolen-session'),
  'leaked-list': session('leaked-list'),
  'stolen-database': databaseDrill,
  'edited-ledger': ledgerDrill,
} satisfies Record<string, (request: DrillRequest) => Promise<DrillScore>>;

export async function runDrill(request: DrillRequest): Promise<{ score: DrillScore; page: string }> {
  const score = await DRILLS[request.name](request);
  return { score, page: reportHtml(score) };
}
