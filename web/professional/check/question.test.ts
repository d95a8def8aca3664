// From typed fields to the request, and what is told when something is wrong. People are fictitious.

import { describe, expect, it } from 'vitest';
import { nirKey } from '../../../src/core/nir.ts';
import {
  birthDateOf,
  type Draft,
  dayOf,
  emptyDraft,
  fieldNamed,
  problemsOf,
  requestOf,
  typedDay,
} from './question.ts';

const FIRST_13 = '2790575991456';
const NIR = `${FIRST_13}${nirKey(FIRST_13)}`;
const TODAY = '2026-11-22';
const context = { today: TODAY, plannedCare: false };

const draft: Draft = {
  ...emptyDraft({ domain: 'PHAR', today: TODAY }),
  amcNo: '0999 000 101',
  convType: 'rp',
  memberNo: 't00000000001',
  nir: NIR.replace(/^(.)(..)(..)/, '$1 $2 $3 '),
  birthDate: '14051979',
};

describe('a typed question', () => {
  it('is sent without blanks, in capitals, with the birth date turned round', () => {
    expect(problemsOf(draft, context)).toEqual({});
    expect(requestOf(draft, 'id')).toEqual({
      requestId: 'id',
      amcNo: '0999000101',
      convType: 'RP',
      careDate: TODAY,
      domain: 'PHAR',
      evidence: {
        kind: 'member-number',
        memberNo: 'T00000000001',
        beneficiary: { nir: NIR, birthDate: '19790514', birthRank: 1 },
      },
    });
  });

  it('without a card sends no member number, and owes a reason', () => {
    const without: Draft = { ...draft, withCard: false, memberNo: 'left over', csr: '750100200' };
    expect(problemsOf(without, context)).toEqual({ reason: 'reason-missing' });
    const { evidence, csr } = requestOf({ ...without, reason: 'EMERGENCY' }, 'id');
    expect(csr).toBe('750100200');
    expect(evidence).toEqual({
      kind: 'identity-only',
      reason: 'EMERGENCY',
      beneficiary: { nir: NIR, birthDate: '19790514', birthRank: 1 },
    });
  });

  const wrongKey = `${FIRST_13}${nirKey(FIRST_13) === '01' ? '02' : '01'}`;
  it.each([
    ['amcNo', '', 'missing'],
    ['amcNo', '123', 'amc-shape'],
    ['convType', 'R', 'conv-shape'],
    ['csr', '75???????', 'csr-shape'],
    ['memberNo', 'T-1', 'member-shape'],
    ['nir', FIRST_13, 'nir-length'],
    ['nir', `9${NIR.slice(1)}`, 'nir-shape'],
    ['nir', wrongKey, 'nir-key'],
    ['birthDate', '14/5/1979', 'birth-shape'],
    ['birthDate', '19790514', 'birth-shape'],
    ['birthRank', '0', 'rank-shape'],
    ['careDate', '31/02/2026', 'day-shape'],
    ['careDate', '23/11/2026', 'day-future'],
  ] as const)('%s "%s" is told as %s', (field, value, problem) => {
    expect(problemsOf({ ...draft, [field]: value }, context)).toEqual({ [field]: problem });
  });

  it('may be about a day to come only where admissions are planned', () => {
    const planned = { ...draft, careDate: '30/11/2026' };
    expect(problemsOf(planned, { ...context, plannedCare: true })).toEqual({});
  });
});

describe('dates as people type them', () => {
  it.each([
    ['14/05/1979', '19790514'],
    ['14051979', '19790514'],
    ['14-05-1979', '19790514'],
    ['00/00/1957', '19570000'],
    ['45/30/1957', '19573045'],
  ])('birth date %s is %s', (typed, raw) => {
    expect(birthDateOf(typed)).toBe(raw);
  });

  it('go round in a circle', () => {
    expect(dayOf(typedDay('2026-02-28'))).toBe('2026-02-28');
    expect(birthDateOf(typedDay('19573045'))).toBe('19573045');
  });
});

describe('the field a refusal names', () => {
  it.each([
    ['evidence.beneficiary.nir', 'nir'],
    ['/evidence/beneficiary/birthDate', 'birthDate'],
    ['careDate', 'careDate'],
    ['structureId', null],
    [undefined, null],
  ])('%s is our %s', (path, field) => {
    expect(fieldNamed(path)).toBe(field);
  });
});
