// The steps of a quote in words and numbers, French and English: made on demand, apart from the arithmetic.
// Must never decide an amount: what it says is what was computed.

import type { FlatItem } from './acts.ts';
import { type LevelFacts, patientShareOf } from './amounts.ts';
import type { Every, Formula, FormulaKind } from './formulas.ts';
import { type Cents, euros, type Language, type Percent, percentText, shareOf } from './money.ts';
import type { CareDate } from './period.ts';
import type { Most, Step } from './quote-line.ts';
import type { Least } from './responsible.ts';

export type Reason = Readonly<Record<Language, string>>;

/** One sentence for each step, in the order of the computation. */
export function reasonsOf(steps: readonly Step[]): Reason[] {
  return steps.map((step) => ({ fr: sentence(FRENCH, step), en: sentence(ENGLISH, step) }));
}

type StepOf<K extends Step['k']> = Extract<Step, { k: K }>;
type Sentences = { readonly [K in Step['k']]: (step: StepOf<K>) => string };
type FormulaOf<K extends FormulaKind> = Extract<Formula, { k: K }>;
type FormulaSentences = {
  readonly [K in FormulaKind]: (formula: FormulaOf<K>, facts: LevelFacts, most: Cents) => string;
};

function sentence(sentences: Sentences, step: Step): string {
  // The compiler cannot see that a step finds the sentence of its own kind.
  return (sentences[step.k] as (step: Step) => string)(step);
}

function formulaSentence(sentences: FormulaSentences, { formula, facts, cents }: StepOf<'formula'>): string {
  type Any = (formula: Formula, facts: LevelFacts, most: Cents) => string;
  return (sentences[formula.k] as Any)(formula, facts, Math.max(0, cents));
}

/** Two cents apart or more: not a matter of rounding. */
const differs = ({ cents, ours }: StepOf<'amo-given'>) => Math.abs(cents - ours) > 1;

const fr = (cents: Cents) => euros(cents, 'fr');
const en = (cents: Cents) => euros(cents, 'en');
const frRate = (rate: Percent) => percentText(rate, 'fr');
const enRate = (rate: Percent) => percentText(rate, 'en');
const frDay = (day: CareDate) => day.split('-').reverse().join('/');

const FR_EVERY: Readonly<Record<Every, string>> = { YEAR: ' par an', TWO_YEARS: ' par période de deux ans' };
const EN_EVERY: Readonly<Record<Every, string>> = { YEAR: ' a year', TWO_YEARS: ' in two years' };
const FR_LEAST: Readonly<Record<Least['why'], (most: string) => string>> = {
  'patient-share': (most) => `Contrat responsable : au moins la part restante du tarif, ${most}`,
  charge: (most) => `Contrat responsable : le forfait est payé en entier, ${most}`,
  rac0: (most) => `100 % Santé : tout le reste jusqu’au prix limite, au plus ${most}`,
};
const EN_LEAST: Readonly<Record<Least['why'], (most: string) => string>> = {
  'patient-share': (most) => `Responsible contract: at least the patient’s share of the tariff, ${most}`,
  charge: (most) => `Responsible contract: the charge is paid in full, ${most}`,
  rac0: (most) => `100% Santé: all the rest up to the maximum price, ${most} at most`,
};
const FR_MOST: Readonly<Record<Most, string>> = {
  'non-optam': 'Médecin hors OPTAM : un contrat responsable paie',
  hearing: 'Plafond légal des aides auditives de classe II : il reste pour la mutuelle',
  frame: 'Plafond légal des montures de classe B : il reste pour la mutuelle',
  equipment: 'Plafond légal de la paire de lunettes : il reste pour la mutuelle',
};
const EN_MOST: Readonly<Record<Most, string>> = {
  'non-optam': 'Doctor outside OPTAM: a responsible contract pays',
  hearing: 'Legal ceiling of class II hearing aids: left for the mutuelle',
  frame: 'Legal ceiling of class B frames: left for the mutuelle',
  equipment: 'Legal ceiling of the pair of glasses: left for the mutuelle',
};
const FR_FLAT: Readonly<Record<FlatItem, string>> = {
  ...{ PF: 'de participation forfaitaire', FR_BOX: 'de franchise sur les boîtes' },
  ...{ FR_PARA: 'de franchise sur l’acte paramédical', FR_TRANSPORT: 'de franchise sur le transport' },
};
const EN_FLAT: Readonly<Record<FlatItem, string>> = {
  ...{ PF: 'of flat contribution', FR_BOX: 'of franchise on boxes' },
  ...{ FR_PARA: 'of franchise on the paramedical act', FR_TRANSPORT: 'of franchise on the transport' },
};

/** "the rest of the tariff, 7.95, and up to x a year": EUR_ADD and PMSS. */
type OverTime = { readonly tm?: boolean; readonly every?: Every };
const frAmount = (amount: string, { tm, every }: OverTime, facts: LevelFacts) =>
  `${tm ? `la part restante du tarif, ${fr(patientShareOf(facts))}, et ` : ''}jusqu’à ${amount}${every ? FR_EVERY[every] : ''}`;
const enAmount = (amount: string, { tm, every }: OverTime, facts: LevelFacts) =>
  `${tm ? `the patient’s share of the tariff, ${en(patientShareOf(facts))}, and ` : ''}up to ${amount}${every ? EN_EVERY[every] : ''}`;
const frShare = (_: unknown, { br, deducted }: LevelFacts, most: Cents) =>
  `Contrat : la part restante du tarif, ${fr(br)} − ${fr(deducted)} = ${fr(most)}`;
const enShare = (_: unknown, { br, deducted }: LevelFacts, most: Cents) =>
  `Contract: the patient’s share of the tariff, ${en(br)} − ${en(deducted)} = ${en(most)}`;

const FR_FORMULA: FormulaSentences = {
  NONE: () => 'Contrat : ce soin n’est pas couvert',
  TM: frShare,
  TM_PATHWAY: frShare,
  PCT_INCL: ({ pct }, { br, deducted }, most) =>
    `Contrat : ${frRate(pct)} de ${fr(br)} = ${fr(shareOf(br, pct))}, dont ${fr(deducted)} de l’assurance maladie : au plus ${fr(most)}`,
  PCT_ADD: ({ pct }, { br }, most) =>
    `Contrat : ${frRate(pct)} de ${fr(br)} = ${fr(most)}, en plus de l’assurance maladie`,
  EUR_CAP_INCL: ({ eur }, { deducted }, most) =>
    `Contrat : ${fr(eur)}, dont ${fr(deducted)} de l’assurance maladie : au plus ${fr(most)}`,
  EUR_ADD: (formula, facts) => `Contrat : ${frAmount(fr(formula.eur), formula, facts)}`,
  PMSS: (formula, facts) =>
    `Contrat : ${frAmount(`${fr(facts.fixed)} (${frRate(formula.q)} du plafond mensuel de la sécurité sociale)`, formula, facts)}`,
  FULL: () => 'Contrat : tout ce que l’assurance maladie laisse',
  RAC0: ({ plv }) => `100 % Santé : tout le reste jusqu’au prix limite de ${fr(plv)} par pièce`,
  DAY: ({ eur, n }, _, most) =>
    `Contrat : ${fr(eur)} par jour${n === undefined ? '' : `, ${n} jours au plus`} : ${fr(most)}`,
};
const EN_FORMULA: FormulaSentences = {
  NONE: () => 'Contract: this care is not covered',
  TM: enShare,
  TM_PATHWAY: enShare,
  PCT_INCL: ({ pct }, { br, deducted }, most) =>
    `Contract: ${enRate(pct)} of ${en(br)} = ${en(shareOf(br, pct))}, of which the AMO bears ${en(deducted)}: ${en(most)} at most`,
  PCT_ADD: ({ pct }, { br }, most) =>
    `Contract: ${enRate(pct)} of ${en(br)} = ${en(most)}, on top of the AMO part`,
  EUR_CAP_INCL: ({ eur }, { deducted }, most) =>
    `Contract: ${en(eur)}, of which the AMO bears ${en(deducted)}: ${en(most)} at most`,
  EUR_ADD: (formula, facts) => `Contract: ${enAmount(en(formula.eur), formula, facts)}`,
  PMSS: (formula, facts) =>
    `Contract: ${enAmount(`${en(facts.fixed)} (${enRate(formula.q)} of the monthly social security ceiling)`, formula, facts)}`,
  FULL: () => 'Contract: all that the AMO leaves',
  RAC0: ({ plv }) => `100% Santé: all the rest up to the maximum price of ${en(plv)} a piece`,
  DAY: ({ eur, n }, _, most) =>
    `Contract: ${en(eur)} a day${n === undefined ? '' : `, ${n} days at most`}: ${en(most)}`,
};

const FRENCH: Sentences = {
  amo: ({ base, rate, pat, cents }) =>
    `Assurance maladie : ${frRate(rate)} de ${fr(base)}${pat === 0 ? '' : `, moins ${fr(pat)} de participation forfaitaire`} = ${fr(cents)}`,
  'amo-given': (step) =>
    `Assurance maladie : ${fr(step.cents)}, comme elle l’annonce${differs(step) ? ` (notre calcul donne ${fr(step.ours)})` : ''}`,
  pathway: ({ rate, cents, surcharge }) =>
    `Hors parcours de soins : dans le parcours, ${frRate(rate)}, soit ${fr(cents)} ; la différence de ${fr(surcharge)} reste au patient`,
  formula: (step) => formulaSentence(FR_FORMULA, step),
  least: ({ why, cents }) => FR_LEAST[why](fr(cents)),
  most: ({ why, cents }) => `${FR_MOST[why]} au plus ${fr(Math.max(0, cents))}`,
  'other-amc': ({ cents }) => `Une autre mutuelle paie ${fr(cents)}`,
  counter: ({ from, to, left, takes }) =>
    `Du ${frDay(from)} au ${frDay(to)} il reste ${fr(left)} de ce montant ; ce soin en prend ${fr(takes)}`,
  amc: ({ rest, cents }) =>
    rest === cents
      ? `La mutuelle paie tout le reste : ${fr(cents)}`
      : `La mutuelle paie ${fr(cents)} sur ${fr(rest)}`,
  flat: ({ item, cents }) =>
    `Plus tard, l’assurance maladie retiendra ${fr(cents)} ${FR_FLAT[item]} sur un autre remboursement`,
};
const ENGLISH: Sentences = {
  amo: ({ base, rate, pat, cents }) =>
    `Health insurance (AMO): ${enRate(rate)} of ${en(base)}${pat === 0 ? '' : `, less ${en(pat)} of flat contribution`} = ${en(cents)}`,
  'amo-given': (step) =>
    `Health insurance (AMO): ${en(step.cents)}, as it says itself${differs(step) ? ` (our arithmetic gives ${en(step.ours)})` : ''}`,
  pathway: ({ rate, cents, surcharge }) =>
    `Outside the care pathway: inside it ${enRate(rate)}, that is ${en(cents)}; the difference of ${en(surcharge)} stays with the patient`,
  formula: (step) => formulaSentence(EN_FORMULA, step),
  least: ({ why, cents }) => EN_LEAST[why](en(cents)),
  most: ({ why, cents }) => `${EN_MOST[why]} ${en(Math.max(0, cents))} at most`,
  'other-amc': ({ cents }) => `Another mutuelle pays ${en(cents)}`,
  counter: ({ from, to, left, takes }) =>
    `From ${from} to ${to} ${en(left)} of this amount are left; this care takes ${en(takes)}`,
  amc: ({ rest, cents }) =>
    rest === cents
      ? `The mutuelle pays all the rest: ${en(cents)}`
      : `The mutuelle pays ${en(cents)} of ${en(rest)}`,
  flat: ({ item, cents }) => `Later the AMO will keep ${en(cents)} ${EN_FLAT[item]} from another payment`,
};
