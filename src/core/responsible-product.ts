// Does a product that calls itself responsible keep to CSS R871-1 and R871-2? Asked when an insurer publishes it, so that
// the insurer hears the article; the guards of every quote hold whatever this lets pass (responsible.ts).
// NOTE what an employer must offer at least (D911-1) is not asked: a product does not say whether it is an employer's.

import type { Act } from './acts.ts';
import { fixedAmountOf } from './amounts.ts';
import type { CareDomain } from './care-domains.ts';
import type { Formula } from './formulas.ts';
import { type Cents, euros, type Language, type Percent, percentText } from './money.ts';
import type { CareDate } from './period.ts';
import type { Tables, Terms } from './quote.ts';
import { FRAME_CEILING, HEARING_CEILING, LENS_CEILINGS } from './responsible.ts';
import { tariffOf } from './tariffs.ts';

export type ProductRule = Pick<Terms, 'domain' | 'formula' | 'baskets' | 'acts'>;

/** `rule`, and within it the basket or act: what of the product breaks which article. */
export type ProductProblem = {
  readonly rule: string;
  readonly article: string;
  readonly fr: string;
  readonly en: string;
};

/** Every breach of the product's rules as they are to hold from that day on; none: it may call itself responsible. */
export function checkProduct(
  rules: Readonly<Record<string, ProductRule>>,
  from: CareDate,
  tables: Tables,
): ProductProblem[] {
  return Object.entries(rules).flatMap(([rule, one]) =>
    placesOf(one, tables).flatMap((place) => {
      const breach =
        chargeBreach(place, from, tables) ??
        shareBreach(place) ??
        rac0Breach(place) ??
        ceilingBreach(place, from, tables);
      return breach ? [{ rule: `${rule}${place.within}`, article: ARTICLE, ...breach }] : [];
    }),
  );
}

const ARTICLE = 'CSS R871-2';
type Breach = Readonly<Record<Language, string>>;

/** A formula and where in the rule it stands. `act`: null unless it is for one act that the tables know. */
type Place = {
  readonly within: string;
  readonly domain: CareDomain;
  readonly formula: Formula;
  readonly isRac0: boolean;
  readonly act: Act | null;
};

function placesOf({ domain, formula, baskets = {}, acts = {} }: ProductRule, tables: Tables): Place[] {
  return [
    { within: '', domain, formula, isRac0: false, act: null },
    ...Object.entries(baskets).map(([basket, own]) => ({
      ...{ within: `/basket/${basket}`, domain, formula: own, isRac0: basket === 'RAC0', act: null },
    })),
    ...Object.entries(acts).map(([code, own]) => ({
      ...{ within: `/act/${code}`, domain, formula: own, isRac0: false, act: tables.acts.get(code) ?? null },
    })),
  ];
}

/** FJH, FPU and PAT are paid in full, the first for however many days. */
function chargeBreach({ act, formula }: Place, from: CareDate, { tariffs }: Tables): Breach | null {
  if (act?.charge === undefined) return null;
  const legal = tariffOf(tariffs, act.charge, from);
  const daily = formula.k === 'DAY' && formula.n === undefined && (legal === null || formula.eur >= legal);
  if (formula.k === 'FULL' || daily) return null;
  return {
    fr: `${act.fr} : un contrat responsable le paie en entier, sans limite de durée (FULL, ou DAY sans n).`,
    en: `${act.en}: a responsible contract pays it in full, without a limit of days (FULL, or DAY without n).`,
  };
}

/** Least share of the tariff that the AMO leaves to the patient, percent (R160-5); absent: no AMO part at all. */
const PATIENT_SHARE: Readonly<Partial<Record<CareDomain, Percent>>> = {
  ...{ HOSP: 20, URGE: 20, MED: 30, RADL: 30, SAGE: 30, EXTE: 30, CSTE: 30, PHAR: 35 },
  ...{ LABO: 40, AUXM: 40, FOUR: 40, OPTI: 40, AUDI: 40, DESO: 40, DEPR: 40, ODF: 40, TRAN: 45 },
};

function shareBreach({ domain, formula, act }: Place): Breach | null {
  const share = PATIENT_SHARE[domain];
  if (share === undefined || act?.charge !== undefined || act?.mayBeLeftOut) return null;
  const least = formula.k === 'PCT_ADD' ? share : 100;
  const given = formula.k === 'NONE' ? 0 : 'pct' in formula ? formula.pct : least;
  if (given >= least) return null;
  return {
    fr: `${domain} : un contrat responsable couvre toute la part restante du tarif ; ${percentText(given, 'fr')} n’y suffit pas.`,
    en: `${domain}: a responsible contract covers the whole patient’s share of the tariff; ${percentText(given, 'en')} does not.`,
  };
}

function rac0Breach({ domain, formula, isRac0 }: Place): Breach | null {
  if (!isRac0 || formula.k === 'RAC0' || formula.k === 'FULL') return null;
  return {
    fr: `${domain} : le panier 100 % Santé est payé jusqu’au prix limite (RAC0 ou FULL).`,
    en: `${domain}: the 100% Santé basket is paid up to the maximum price (RAC0 or FULL).`,
  };
}

/** No formula may promise more than the ceilings of class B optics and class II hearing aids. */
function ceilingBreach(place: Place, from: CareDate, { tariffs }: Tables): Breach | null {
  const [item, pieces] = place.isRac0 ? [null, 0] : ceilingOf(place);
  const ceiling = item === null ? null : tariffOf(tariffs, item, from);
  const promised = promisedBy(place.formula, (formula) => fixedAmountOf(formula, from, tariffs));
  if (ceiling === null || promised <= ceiling * pieces) return null;
  const most = ceiling * pieces;
  return {
    fr: `${place.domain} : un contrat responsable paie au plus ${euros(most, 'fr')} avec la part de l’assurance maladie.`,
    en: `${place.domain}: a responsible contract pays ${euros(most, 'en')} at most, the AMO part included.`,
  };
}

/** The tariff's item, and how many of it make the ceiling: two halves are a pair of glasses. */
function ceilingOf({ domain, act }: Place): readonly [item: string | null, pieces: number] {
  if (domain === 'AUDI') return [HEARING_CEILING, 1];
  if (domain !== 'OPTI') return [null, 0];
  if (act === null) return [LENS_CEILINGS['very-complex'], 2];
  if (act.optics === undefined || act.plv !== undefined) return [null, 0];
  return act.optics.part === 'frame' ? [FRAME_CEILING, 1] : [LENS_CEILINGS[act.optics.grade], 2];
}

/** An amount in euros that the formula names; nothing for those in percent of a base of a few cents. */
function promisedBy(formula: Formula, fixed: (formula: Formula) => Cents | null): Cents {
  if (formula.k === 'FULL') return Number.POSITIVE_INFINITY;
  if (formula.k === 'EUR_CAP_INCL' || formula.k === 'DAY') return formula.eur;
  return fixed(formula) ?? 0;
}
