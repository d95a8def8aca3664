// PURE. The bodies of POST /v1/eligibility that a drill sends: about somebody of its list, as a profession asks.

import { type CareDomain, PROFESSIONS, type Profession } from '../core/care-domains.ts';
import type { ListedPerson } from './listed-person.ts';

export type Evidence =
  | { kind: 'card'; data: string }
  | { kind: 'member-number'; memberNo: string; beneficiary: Beneficiary }
  | { kind: 'identity-only'; beneficiary: Beneficiary; reason: 'CARD_FORGOTTEN' };
type Beneficiary = ListedPerson['beneficiary'];

/** What a profession asks about most: the first of its domains. */
export function domainOf(profession: Profession): CareDomain {
  return PROFESSIONS[profession].domains[0];
}

export function question(
  about: { insurer: string; convType: string; csr: string | null },
  how: { requestId: string; careDate: string; profession: Profession; evidence: Evidence },
) {
  const { requestId, careDate, profession, evidence } = how;
  const routing = {
    amcNo: about.insurer,
    convType: about.convType,
    ...(about.csr ? { csr: about.csr } : {}),
  };
  return { requestId, ...routing, careDate, domain: domainOf(profession), evidence };
}

export function byNumber({ memberNo, beneficiary }: ListedPerson): Evidence {
  return { kind: 'member-number', memberNo, beneficiary: plain(beneficiary) };
}

/** As somebody types it who hits the wrong key once. */
export function byMistypedNumber(person: ListedPerson): Evidence {
  const last = Number(person.memberNo.slice(-1));
  return byNumber({ ...person, memberNo: `${person.memberNo.slice(0, -1)}${(last + 1) % 10}` });
}

export function byIdentity({ beneficiary }: ListedPerson): Evidence {
  return { kind: 'identity-only', beneficiary: plain(beneficiary), reason: 'CARD_FORGOTTEN' };
}

function plain({ nir, birthDate, birthRank }: Beneficiary): Beneficiary {
  return { nir, birthDate, birthRank };
}
