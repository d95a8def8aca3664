// Whom ledger and journal say an account was shown, compared with what the thief wrote down (I10).

import { monotonicMs } from '../lib/clock.ts';
import { listExposure } from '../operator/breach/list-exposure.ts';
import { journalDirectory } from '../operator/ledger/verify-journal-dir.ts';
import type { DrillPlatform } from './platform.ts';
import { comparedWithTruth, type ExposureListScore } from './score.ts';

/** Lists wait for the operator to enter them: some at a time. */
const AT_ONCE = 10;

/**
 * `exposed`: by ref. Accounts are listed one by one, as staff would, and put together: the list is judged by who was shown
 * to whom, and its persons are counted once.
 */
export async function exposureListScore(
  { platform, store }: DrillPlatform,
  stolen: readonly { account: string; exposed: ReadonlyMap<string, unknown> }[],
  window: { fromMs: number; toMs: number },
): Promise<ExposureListScore> {
  const startedAtMs = monotonicMs();
  const listed = new Set<string>();
  const persons = new Set<string>();
  const list = async (account: string) => {
    const shown = await listExposure(
      {
        ...store.exposureSources(),
        journal: journalDirectory(platform.paths.journal),
        vault: platform.vault,
        enter: store.enterListing,
      },
      { asker: { kind: 'account', id: account }, window, incident: 'drill', approvals: [] },
    );
    for (const { subjectRef } of shown.persons) {
      listed.add(`${account} ${subjectRef}`);
      persons.add(subjectRef);
    }
  };
  for (let i = 0; i < stolen.length; i += AT_ONCE) {
    await Promise.all(stolen.slice(i, i + AT_ONCE).map(({ account }) => list(account)));
  }
  const truth = new Set(
    stolen.flatMap(({ account, exposed }) => [...exposed.keys()].map((ref) => `${account} ${ref}`)),
  );
  const seconds = Math.round(monotonicMs() - startedAtMs) / 1000;
  return { ...comparedWithTruth(listed, truth), persons: persons.size, seconds };
}
