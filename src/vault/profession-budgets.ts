// PURE data: what one professional and one structure may look up by typed evidence in a day, profession by profession.
// Enforced in the vault. The figures come from the synthetic load (TECHNOLOGY.md 7) with 70 % of new patients proven by a
// card: `why` says what an honest busy site needs (p99.9 of sites); the bound of a thief is size + perDay in 24 hours.

import { PROFESSIONS, type Profession } from '../core/care-domains.ts';
import type { Amount } from './gcra.ts';

export type ProfessionBudgets = {
  /** People typed for the first time in 24 hours, by one professional over all sites. */
  readonly typedPerProfessionalPerDay: Amount;
  /** The same for a site, over all its professionals. */
  readonly typedPerStructurePerDay: Amount;
  /** Units given back for patients the site knows. */
  readonly knownPerProfessionalPerDay: Amount;
  readonly knownPerStructurePerDay: Amount;
  /** Look-ups without the member number. */
  readonly identityOnlyPerProfessionalPerDay: Amount;
  readonly identityOnlyPerStructurePerDay: Amount;
  readonly why: string;
};
export type ProfessionBudgetName = Exclude<keyof ProfessionBudgets, 'why'>;

/** `size` at once, the same again over 24 hours. */
const even = (size: number): Amount => ({ size, perDay: size });

export const PROFESSION_BUDGETS: Readonly<Record<Profession, ProfessionBudgets>> = {
  pharmacist: {
    typedPerProfessionalPerDay: { size: 30, perDay: 28 },
    typedPerStructurePerDay: even(60),
    knownPerProfessionalPerDay: even(400),
    knownPerStructurePerDay: even(400),
    identityOnlyPerProfessionalPerDay: even(20),
    identityOnlyPerStructurePerDay: even(20),
    why: 'a busy pharmacy types 24 new patients a day (mean 6) and 314 it knows; identity only: TECHNOLOGY.md 7',
  },
  doctor: {
    typedPerProfessionalPerDay: { size: 12, perDay: 8 },
    typedPerStructurePerDay: even(24),
    knownPerProfessionalPerDay: even(80),
    knownPerStructurePerDay: even(160),
    identityOnlyPerProfessionalPerDay: even(5),
    identityOnlyPerStructurePerDay: even(5),
    why: 'a busy doctor types 4 new patients a day (mean 0.4) and 52 known ones; identity only: TECHNOLOGY.md 7',
  },
  optician: {
    typedPerProfessionalPerDay: { size: 20, perDay: 15 },
    typedPerStructurePerDay: even(30),
    knownPerProfessionalPerDay: even(40),
    knownPerStructurePerDay: even(40),
    identityOnlyPerProfessionalPerDay: even(8),
    identityOnlyPerStructurePerDay: even(8),
    why: 'a busy optician types 9 new patients a day (mean 1.8) and 17 known ones; identity only: TECHNOLOGY.md 7',
  },
  dentist: {
    typedPerProfessionalPerDay: { size: 12, perDay: 8 },
    typedPerStructurePerDay: even(24),
    knownPerProfessionalPerDay: even(60),
    knownPerStructurePerDay: even(120),
    identityOnlyPerProfessionalPerDay: even(5),
    identityOnlyPerStructurePerDay: even(5),
    why: 'a busy dentist types 3 new patients a day (mean 0.5) and 28 known ones',
  },
  midwife: {
    typedPerProfessionalPerDay: { size: 8, perDay: 6 },
    typedPerStructurePerDay: even(16),
    knownPerProfessionalPerDay: even(40),
    knownPerStructurePerDay: even(80),
    identityOnlyPerProfessionalPerDay: even(5),
    identityOnlyPerStructurePerDay: even(5),
    why: 'an auxiliary’s load: 1.5 new patients typed on a busy day; newborns come without a card',
  },
  nurse: {
    typedPerProfessionalPerDay: { size: 8, perDay: 6 },
    typedPerStructurePerDay: even(16),
    knownPerProfessionalPerDay: even(40),
    knownPerStructurePerDay: even(80),
    identityOnlyPerProfessionalPerDay: even(5),
    identityOnlyPerStructurePerDay: even(5),
    why: 'a busy auxiliary types 1.5 new patients a day (mean 0.2) and 21 known ones',
  },
  physiotherapist: {
    typedPerProfessionalPerDay: { size: 8, perDay: 6 },
    typedPerStructurePerDay: even(16),
    knownPerProfessionalPerDay: even(40),
    knownPerStructurePerDay: even(80),
    identityOnlyPerProfessionalPerDay: even(5),
    identityOnlyPerStructurePerDay: even(5),
    why: 'a busy auxiliary types 1.5 new patients a day (mean 0.2) and 21 known ones',
  },
  'speech-therapist': {
    typedPerProfessionalPerDay: { size: 8, perDay: 6 },
    typedPerStructurePerDay: even(16),
    knownPerProfessionalPerDay: even(40),
    knownPerStructurePerDay: even(80),
    identityOnlyPerProfessionalPerDay: even(5),
    identityOnlyPerStructurePerDay: even(5),
    why: 'a busy auxiliary types 1.5 new patients a day (mean 0.2) and 21 known ones',
  },
  audioprosthetist: {
    typedPerProfessionalPerDay: { size: 12, perDay: 8 },
    typedPerStructurePerDay: even(16),
    knownPerProfessionalPerDay: even(40),
    knownPerStructurePerDay: even(40),
    identityOnlyPerProfessionalPerDay: even(8),
    identityOnlyPerStructurePerDay: even(8),
    why: 'an assumption: fewer patients than an optician, as many of them new',
  },
  laboratory: {
    typedPerProfessionalPerDay: { size: 30, perDay: 30 },
    typedPerStructurePerDay: even(90),
    knownPerProfessionalPerDay: even(100),
    knownPerStructurePerDay: even(300),
    identityOnlyPerProfessionalPerDay: even(10),
    identityOnlyPerStructurePerDay: even(20),
    why: 'an assumption: a reception desk with several secretaries, each with an account',
  },
  hospital: {
    typedPerProfessionalPerDay: { size: 40, perDay: 40 },
    typedPerStructurePerDay: even(400),
    knownPerProfessionalPerDay: even(250),
    knownPerStructurePerDay: even(1_200),
    identityOnlyPerProfessionalPerDay: even(25),
    identityOnlyPerStructurePerDay: even(200),
    why: 'each agent has an own account; a busy hospital types 369 new patients a day over all desks',
  },
  'health-centre': {
    typedPerProfessionalPerDay: { size: 20, perDay: 20 },
    typedPerStructurePerDay: even(60),
    knownPerProfessionalPerDay: even(100),
    knownPerStructurePerDay: even(300),
    identityOnlyPerProfessionalPerDay: even(5),
    identityOnlyPerStructurePerDay: even(10),
    why: 'an assumption: a desk for several doctors, each agent with an own account',
  },
  transporter: {
    typedPerProfessionalPerDay: { size: 12, perDay: 12 },
    typedPerStructurePerDay: even(36),
    knownPerProfessionalPerDay: even(60),
    knownPerStructurePerDay: even(120),
    identityOnlyPerProfessionalPerDay: even(5),
    identityOnlyPerStructurePerDay: even(10),
    why: 'an assumption: series of journeys of patients who are known after the first',
  },
};

/** A profession nobody has calibrated gets the narrowest row. */
export function budgetsOf(profession: string): ProfessionBudgets {
  return Object.hasOwn(PROFESSIONS, profession)
    ? PROFESSION_BUDGETS[profession as Profession]
    : PROFESSION_BUDGETS.nurse;
}
