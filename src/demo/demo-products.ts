// PURE data: what the demo's mutuelles pay, product by product. Realistic levels, invented contracts. The names of rules
// are those of the feeds (insurers.ts): R1 is the first care domain.

import type { CareDomain } from '../core/care-domains.ts';
import type { Formula } from '../core/formulas.ts';
import type { ProductRules } from '../operator/settlement/products-store.ts';
import { DEMO_PRODUCTS, ruleOf } from './insurers.ts';

/** As the body of PUT /v1/products/{code}. */
export type PublishedProduct = { code: string; from: string; responsible: boolean; rules: ProductRules };

type Level = Omit<ProductRules[string], 'domain'>;
type Levels = Partial<Record<CareDomain, Level>>;

const TM: Level = { formula: { k: 'TM' } };
const FULL: Level = { formula: { k: 'FULL' } };
const percent = (pct: number): Level => ({ formula: { k: 'PCT_INCL', pct } });

/** Optics of a responsible contract: class A up to its legal maximum, class B up to so much a lens and a frame. */
const optics = (lensEur: number, frameEur: number): Level => ({
  formula: { k: 'EUR_ADD', eur: lensEur, tm: true },
  baskets: { RAC0: { k: 'RAC0', plv: 12_500 } },
  acts: { MON: { k: 'EUR_CAP_INCL', eur: frameEur }, MON_A: { k: 'RAC0', plv: 3_000 } },
});

/** Charges of a stay are paid in full, a room of one's own up to so much a day. */
const stay = (pct: number, roomEur: number): Level => ({
  formula: { k: 'PCT_INCL', pct },
  acts: { CHP: { k: 'DAY', eur: roomEur } },
});

/** With the insurer's agreement first. */
const agreed = ({ formula, baskets, acts }: Level): Level => ({
  formula: asked(formula),
  ...(baskets && { baskets: mapped(baskets) }),
  ...(acts && { acts: mapped(acts) }),
});
const asked = (formula: Formula): Formula => ({ ...formula, pec: true });
const mapped = <T extends Readonly<Record<string, Formula>>>(formulas: T) =>
  Object.fromEntries(
    Object.entries(formulas).map(([name, formula]) => [name, asked(formula)]),
  ) as unknown as T;

/** Every product begins with these: the patient's share, as the law asks. */
const BASIC: Levels = {
  PHAR: TM,
  FOUR: TM,
  MED: TM,
  LABO: TM,
  RADL: TM,
  AUXM: TM,
  HOSP: stay(100, 0),
  URGE: FULL,
  OPTI: optics(0, 3_000),
  AUDI: TM,
  DESO: TM,
  DEPR: TM,
  ODF: TM,
  TRAN: TM,
};

const LEVELS: Readonly<Record<string, Levels>> = {
  ESSENTIEL: {},
  'CONFORT-1': { FOUR: percent(125), HOSP: stay(150, 3_000) },
  'CONFORT-2': { MED: percent(130), FOUR: percent(150), HOSP: stay(150, 4_500) },
  'CONFORT-3': { MED: percent(150), FOUR: percent(150), HOSP: stay(200, 5_000), OPTI: optics(9_000, 7_000) },
  'PREMIUM-1': {
    MED: percent(200),
    HOSP: stay(250, 7_000),
    OPTI: optics(12_000, 10_000),
    DESO: percent(125),
  },
  'PREMIUM-2': {
    MED: percent(250),
    FOUR: { formula: { k: 'EUR_ADD', eur: 30_000, tm: true, every: 'YEAR' } },
    RADL: percent(150),
    HOSP: agreed(stay(300, 9_000)),
    OPTI: agreed(optics(16_000, 10_000)),
    AUDI: agreed({ formula: { k: 'EUR_ADD', eur: 60_000, tm: true } }),
    DESO: percent(200),
  },
  'HOSPI-1': { HOSP: stay(200, 6_000) },
  'OPTIQUE-1': {
    FOUR: { formula: { k: 'EUR_ADD', eur: 15_000, tm: true, every: 'YEAR' } },
    OPTI: agreed(optics(14_000, 10_000)),
    DESO: percent(150),
  },
  'DENTAIRE-1': {
    DESO: percent(200),
    DEPR: {
      formula: { k: 'EUR_ADD', eur: 80_000, tm: true, every: 'YEAR' },
      baskets: { RAC0: { k: 'RAC0', plv: 50_000 } },
    },
    ODF: { formula: { k: 'EUR_ADD', eur: 40_000, tm: true, every: 'YEAR' } },
  },
  'PHARMA-1': {},
};

/** Older than any cover that the demo's people have. */
const FROM = '2024-01-01';

/** What each of the demo's insurers publishes: the same products, like their rights. */
export const PUBLISHED_PRODUCTS: readonly PublishedProduct[] = DEMO_PRODUCTS.map(({ code, domains }) => {
  const levels = { ...BASIC, ...LEVELS[code] };
  const rules = domains.map((domain) => [ruleOf(domain), { domain, ...(levels[domain] ?? TM) }] as const);
  return { code, from: FROM, responsible: true, rules: Object.fromEntries(rules) };
});
