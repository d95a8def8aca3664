// What a vault does for nobody alone: two different persons of the staff have signed this very act, by its name. A
// signature for one act, lock, incident or payment run is worth nothing for another.

import type { KeyObject } from 'node:crypto';
import { compactVerify } from 'jose';
import type { Approval } from './protocol.ts';
import { Refused } from './refused.ts';

/** Whose approvals count. */
export type StaffKeys = { refresh(): Promise<void>; staffKey(id: string): KeyObject | null };

/** What is signed: the verb, and what it is about. */
export type ApprovedAct =
  | { verb: 'unlock'; lockId: string }
  | { verb: 'untag'; incident: string }
  /** `digest`: of everything that the run pays, and to whom. */
  | { verb: 'pay'; run: string; digest: string };

/** Who signed it, sorted by id. Throws `approval-refused` when they are fewer than two. */
export async function approvers(
  enrolment: StaffKeys,
  approvals: readonly Approval[],
  act: ApprovedAct,
): Promise<string[]> {
  await enrolment.refresh();
  const staff = new Set<string>();
  for (const approval of approvals) {
    const key = enrolment.staffKey(approval.staff);
    if (key && (await isSigned(approval.jws, key, act))) staff.add(approval.staff);
  }
  if (staff.size < 2) throw new Refused('approval-refused');
  return [...staff].sort();
}

async function isSigned(jws: string, key: KeyObject, act: ApprovedAct): Promise<boolean> {
  try {
    const { payload } = await compactVerify(jws, key, { algorithms: ['ES256'] });
    const said = JSON.parse(Buffer.from(payload).toString('utf8')) as Record<string, unknown>;
    return Object.entries(act).every(([name, value]) => said[name] === value);
  } catch {
    return false; // a signature that does not verify is not an approval, whatever is wrong with it
  }
}
