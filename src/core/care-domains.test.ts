// Who may ask about what: the whole table, so that a widening shows in a diff of this file.
import { expect, test } from 'vitest';
import type { CareDomain, Profession } from './care-domains.ts';
import {
  CARE_DOMAINS,
  careDomainRank,
  isCareDomain,
  isProfession,
  mayAsk,
  PROFESSIONS,
  professionsFor,
} from './care-domains.ts';

const CONTRACT_3_1 =
  'PHAR MED LABO RADL AUXM SAGE EXTE CSTE HOSP OPTI AUDI DESO DEPR ODF TRAN FOUR URGE SVIL DIV';

test('the domains are the 19 of the contract, in its order', () => {
  expect(CARE_DOMAINS.join(' ')).toBe(CONTRACT_3_1);
  expect(CARE_DOMAINS.map(careDomainRank)).toEqual(CARE_DOMAINS.map((_, i) => i));
});

test.each(['phar', 'PHCN', 'RLAX', 'DENT', 'LPPS', '', 'toString', 0, null, undefined])(
  '%j is no domain',
  (value) => {
    expect(isCareDomain(value)).toBe(false);
  },
);

const MAY_ASK: readonly (readonly [Profession, string | null, string])[] = [
  ['doctor', '10', 'MED RADL'],
  ['pharmacist', '21', 'PHAR FOUR'],
  ['audioprosthetist', '26', 'AUDI'],
  ['optician', '28', 'OPTI'],
  ['dentist', '40', 'DESO DEPR ODF'],
  ['midwife', '50', 'MED SAGE'],
  ['nurse', '60', 'AUXM'],
  ['physiotherapist', '70', 'AUXM'],
  ['speech-therapist', '91', 'AUXM'],
  ['laboratory', null, 'LABO'],
  ['hospital', null, 'EXTE HOSP URGE'],
  ['health-centre', null, 'CSTE'],
  ['transporter', null, 'TRAN'],
];

test.each(MAY_ASK)('a %s (code %s) may ask about %s and nothing else', (profession, code, domains) => {
  const allowed = CARE_DOMAINS.filter((domain) => mayAsk(profession, domain));
  expect([...allowed].sort()).toEqual(domains.split(' ').sort());
  expect(PROFESSIONS[profession].code).toBe(code);
});

test('every profession is in the table above', () => {
  expect(Object.keys(PROFESSIONS)).toEqual(MAY_ASK.map(([profession]) => profession));
});

test('only a hospital may ask about planned care', () => {
  const planned = Object.entries(PROFESSIONS).filter(([, facts]) => facts.plannedCare);
  expect(planned.map(([profession]) => profession)).toEqual(['hospital']);
});

test.each<[CareDomain, readonly Profession[]]>([
  ['MED', ['doctor', 'midwife']],
  ['AUXM', ['nurse', 'physiotherapist', 'speech-therapist']],
  ['OPTI', ['optician']],
  ['SVIL', []],
  ['DIV', []],
])('%s belongs to %j', (domain, professions) => {
  expect(professionsFor(domain)).toEqual(professions);
});

test.each(['Pharmacist', 'toString', '__proto__', '21', '', null])('%j is no profession', (value) => {
  expect(isProfession(value)).toBe(false);
});
