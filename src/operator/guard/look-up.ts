// PURE. A look-up as the guard sees it. Made from a ledger entry, so that what is seen live and what a start replays are
// the same. It holds nobody's identity.

import type { MemberView, RestView } from '../events.ts';

export type LookUp = {
  account: string;
  structure: string;
  profession: string;
  atMs: number;
  /** Typed and not known to this site; typed and known; by card. */
  kind: 'stranger' | 'regular' | 'card';
  /** At least membership was told: any code but 200. */
  isDisclosed: boolean;
  isCanary: boolean;
  /** AMC number of who was asked. */
  insurer: string;
};

/** Null for an entry that is no look-up. */
export function lookUpOf(
  member: Pick<MemberView, 'by' | 'structure' | 'evidence' | 'fields'>,
  rest: RestView,
  atMs: number,
): LookUp | null {
  if (rest.event !== 'rights.checked') return null;
  return {
    account: String(rest['account']),
    structure: member.structure ?? '',
    profession: member.by,
    atMs,
    kind: kindOf(member.evidence),
    isDisclosed: member.fields.length > 0,
    isCanary: rest['canary'] === true,
    insurer: String(rest['asked']),
  };
}

function kindOf(evidence: string | null): LookUp['kind'] {
  if (evidence === 'member-number' || evidence === 'identity-only') return 'stranger';
  return evidence === 'known-patient' ? 'regular' : 'card';
}
