// PURE. From what was typed to the request that is sent, and what is wrong with it, field by field.
// Must never repair a number silently beyond spaces, dots and letter case: a wrong digit is told, not guessed.

import { type CareDomain, isCareDomain } from '../../../src/core/care-domains.ts';
import { isConvType, isCsr, isMemberNo, parseAmcNo } from '../../../src/core/ids.ts';
import { checkNir } from '../../../src/core/nir.ts';
import { isCareDate } from '../../../src/core/period.ts';
import type { Beneficiary, EligibilityRequest, IdentityReason } from '../../shared/api-types.ts';

/** The fields as texts, as they stand on the screen, in the order of the card and of the keyboard. */
export const FIELDS = [
  'amcNo',
  'convType',
  'csr',
  'memberNo',
  'nir',
  'birthDate',
  'birthRank',
  'careDate',
] as const;
export type Field = (typeof FIELDS)[number];

export type Draft = Record<Field, string> & {
  domain: CareDomain;
  /** Without the card there is no member number, and a reason is owed. */
  withCard: boolean;
  reason: IdentityReason | null;
};

export type FieldProblem =
  | 'missing'
  | 'amc-shape'
  | 'conv-shape'
  | 'csr-shape'
  | 'member-shape'
  | 'nir-length'
  | 'nir-shape'
  | 'nir-key'
  | 'birth-shape'
  | 'rank-shape'
  | 'day-shape'
  | 'day-future'
  | 'reason-missing';
export type Problems = Partial<Record<Field | 'reason', FieldProblem>>;

export function emptyDraft({ domain, today }: { domain: CareDomain; today: string }): Draft {
  return {
    amcNo: '',
    convType: '',
    csr: '',
    memberNo: '',
    nir: '',
    birthDate: '',
    birthRank: '1',
    careDate: typedDay(today),
    domain,
    withCard: true,
    reason: null,
  };
}

/** What people and scanners put between the characters of a number. */
export function compact(text: string): string {
  return text.replaceAll(/[\s.\u00a0\u202f]/g, '').toUpperCase();
}

/** `JJ/MM/AAAA` or `JJMMAAAA` to `YYYYMMDD`; lunar and incomplete dates pass, for they are on real cards. */
export function birthDateOf(typed: string): string | null {
  const [, day, month, year] = /^(\d{2})[/-]?(\d{2})[/-]?(\d{4})$/.exec(compact(typed)) ?? [];
  if (!day || !month || !year) return null;
  return year >= '1850' && year <= '2100' ? `${year}${month}${day}` : null;
}

/** `JJ/MM/AAAA` or `JJMMAAAA` to `YYYY-MM-DD`, real days only. */
export function dayOf(typed: string): string | null {
  const [, day, month, year] = /^(\d{2})[/-]?(\d{2})[/-]?(\d{4})$/.exec(compact(typed)) ?? [];
  const text = `${year}-${month}-${day}`;
  return isCareDate(text) ? text : null;
}

/** `YYYY-MM-DD` or `YYYYMMDD` as it would be typed. */
export function typedDay(day: string): string {
  const digits = day.replaceAll('-', '');
  return `${digits.slice(6)}/${digits.slice(4, 6)}/${digits.slice(0, 4)}`;
}

type Context = { today: string; plannedCare: boolean };
type Check = (value: string, context: Context) => FieldProblem | null;

const needed =
  (check: Check): Check =>
  (value, context) =>
    compact(value) === '' ? 'missing' : check(value, context);

const CHECKS: Record<Field, Check> = {
  amcNo: needed((value) => (parseAmcNo(compact(value)) === null ? 'amc-shape' : null)),
  convType: needed((value) => (isConvType(compact(value)) ? null : 'conv-shape')),
  csr: (value) => (compact(value) === '' || isCsr(compact(value)) ? null : 'csr-shape'),
  memberNo: needed((value) => (isMemberNo(compact(value)) ? null : 'member-shape')),
  nir: needed((value) => {
    const reason = checkNir(compact(value));
    return reason === null ? null : `nir-${reason}`;
  }),
  birthDate: needed((value) => (birthDateOf(value) === null ? 'birth-shape' : null)),
  birthRank: needed((value) => (/^[1-9]$/.test(compact(value)) ? null : 'rank-shape')),
  careDate: needed((value, { today, plannedCare }) => {
    const day = dayOf(value);
    if (day === null) return 'day-shape';
    return day > today && !plannedCare ? 'day-future' : null;
  }),
};

/** What is wrong with a day of care. */
export const dayProblem = (typed: string, context: Context): FieldProblem | null =>
  CHECKS.careDate(typed, context);

/** What is wrong, in the order of FIELDS; empty when the question can be asked. */
export function problemsOf(draft: Draft, context: Context): Problems {
  const problems: Problems = {};
  for (const field of FIELDS) {
    if (field === 'memberNo' && !draft.withCard) continue;
    const problem = CHECKS[field](draft[field], context);
    if (problem) problems[field] = problem;
  }
  if (!draft.withCard && draft.reason === null) problems.reason = 'reason-missing';
  return problems;
}

/** The request of a draft without problems; throws on one that has any. */
export function requestOf(draft: Draft, requestId: string): EligibilityRequest {
  const birthDate = birthDateOf(draft.birthDate);
  const careDate = dayOf(draft.careDate);
  if (birthDate === null || careDate === null) throw new Error('requestOf needs a draft without problems');
  const beneficiary = { nir: compact(draft.nir), birthDate, birthRank: Number(compact(draft.birthRank)) };
  const csr = compact(draft.csr);
  return {
    requestId,
    amcNo: compact(draft.amcNo),
    convType: compact(draft.convType),
    ...(csr === '' ? {} : { csr }),
    careDate,
    domain: draft.domain,
    evidence: evidenceOf(draft, beneficiary),
  };
}

function evidenceOf(draft: Draft, beneficiary: Beneficiary): EligibilityRequest['evidence'] {
  if (draft.withCard) return { kind: 'member-number', memberNo: compact(draft.memberNo), beneficiary };
  if (draft.reason === null) throw new Error('without a card a reason is owed');
  return { kind: 'identity-only', beneficiary, reason: draft.reason };
}

/** The field a refusal speaks of (`evidence.beneficiary.nir`), when it is one of ours. */
export function fieldNamed(path: string | undefined): Field | null {
  const last = path?.split(/[./]/).at(-1);
  return FIELDS.find((field) => field === last) ?? null;
}

export function isDomainOf(domains: readonly CareDomain[], value: unknown): value is CareDomain {
  return isCareDomain(value) && domains.includes(value);
}
