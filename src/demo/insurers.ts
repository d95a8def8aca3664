// PURE data of the demo's mutuelles: their numbers, routing, products and how long covers last. All are fictitious:
// AMC numbers begin with 0999, and the names belong to no company we know of. No member stands here.

import type { CareDomain } from '../core/care-domains.ts';
import { careDomainRank } from '../core/care-domains.ts';
import type { RouteRow } from '../core/routing.ts';

export type DemoInsurer = {
  /** Ten digits, as in demo.json and in feeds. */
  amcNo: string;
  name: string;
  convType: string;
  /** What the cards of its members show; null where the label stays empty. */
  csr: string | null;
  /** Its rows of the routing table; `target` is the AMC number of the insurer that answers. */
  routes: readonly RouteRow[];
  /** The account it pays from: of a bank code that nobody has. */
  debtorIban: string;
};

const TILLEULS = '0999000101';
const VIEUX_PORT = '0999000102';
const CIMES = '0999000103';
const GRANDE_OURSE = '0999000190';

/** The insurers whose members are the demo people. The first is the one whose own process the demo runs. */
export const DEMO_INSURERS = [
  {
    amcNo: TILLEULS,
    debtorIban: 'FR7699901000010000000010195',
    name: 'Mutuelle des Tilleuls',
    convType: 'RP',
    csr: '750100200',
    routes: [
      { amcNo: TILLEULS, convType: 'RP', csr: '75???????', target: TILLEULS },
      { amcNo: TILLEULS, convType: 'RP', csr: null, target: TILLEULS },
    ],
  },
  {
    amcNo: VIEUX_PORT,
    debtorIban: 'FR7699901000010000000010292',
    name: 'Mutuelle du Vieux-Port',
    convType: 'RP',
    csr: null,
    routes: [
      { amcNo: VIEUX_PORT, convType: 'RP', csr: '13???????', target: VIEUX_PORT },
      { amcNo: VIEUX_PORT, convType: 'RP', csr: null, target: VIEUX_PORT },
    ],
  },
  {
    amcNo: CIMES,
    debtorIban: 'FR7699901000010000000010389',
    name: 'Prévoyance des Cimes',
    convType: 'RC',
    csr: '7380',
    routes: [
      { amcNo: CIMES, convType: 'RC', csr: '73??', target: CIMES },
      { amcNo: CIMES, convType: 'RC', csr: '7380', target: CIMES },
      { amcNo: CIMES, convType: 'RC', csr: null, target: CIMES },
    ],
  },
] as const satisfies readonly DemoInsurer[];

/** Known to the demo and routed, but without members: an exercise, where `rempart people` and the load tests put theirs. */
export const EMPTY_DEMO_INSURER = {
  amcNo: GRANDE_OURSE,
  debtorIban: 'FR7699901000010000000019022',
  name: 'Mutuelle de la Grande Ourse',
  convType: 'RP',
  csr: null,
  routes: [{ amcNo: GRANDE_OURSE, convType: 'RP', csr: null, target: GRANDE_OURSE }],
} as const satisfies DemoInsurer;

/** Everyone the demo's operator knows. */
export const ALL_DEMO_INSURERS: readonly DemoInsurer[] = [...DEMO_INSURERS, EMPTY_DEMO_INSURER];

export const isExercise = (amcNo: string): boolean => amcNo === EMPTY_DEMO_INSURER.amcNo;

export type DemoProduct = {
  code: string;
  domains: readonly CareDomain[];
  /** Of 1000 generated households, how many have it. */
  perMille: number;
};

/** Sold by all of them alike. The last four cover a part only, so that code 101 has somebody to fall on. */
export const DEMO_PRODUCTS: readonly DemoProduct[] = [
  { perMille: 150, code: 'ESSENTIEL', domains: ['PHAR', 'MED', 'LABO', 'HOSP'] },
  { perMille: 200, code: 'CONFORT-1', domains: ['PHAR', 'FOUR', 'MED', 'LABO', 'HOSP'] },
  { perMille: 200, code: 'CONFORT-2', domains: ['PHAR', 'FOUR', 'MED', 'LABO', 'AUXM', 'HOSP'] },
  { perMille: 120, code: 'CONFORT-3', domains: ['PHAR', 'FOUR', 'MED', 'LABO', 'AUXM', 'HOSP', 'OPTI'] },
  {
    perMille: 100,
    code: 'PREMIUM-1',
    domains: ['PHAR', 'FOUR', 'MED', 'LABO', 'AUXM', 'HOSP', 'OPTI', 'DESO'],
  },
  {
    perMille: 80,
    code: 'PREMIUM-2',
    domains: ['PHAR', 'FOUR', 'MED', 'LABO', 'RADL', 'AUXM', 'HOSP', 'OPTI', 'AUDI', 'DESO', 'TRAN'],
  },
  { perMille: 60, code: 'HOSPI-1', domains: ['HOSP', 'URGE'] },
  { perMille: 45, code: 'OPTIQUE-1', domains: ['FOUR', 'OPTI', 'DESO'] },
  { perMille: 30, code: 'DENTAIRE-1', domains: ['DESO', 'DEPR', 'ODF'] },
  { perMille: 15, code: 'PHARMA-1', domains: ['PHAR'] },
];

/** From day to day, both included; null is an open end. */
type Stretch = readonly [from: string, to: string | null];

/** When somebody is covered: one stretch, or two with a gap. */
export type CoverHistory = { perMille: number; stretches: readonly Stretch[] };

function cover(perMille: number, ...stretches: Stretch[]): CoverHistory {
  return { perMille, stretches };
}

/**
 * Of 1000 generated households. Fixed days, so that a file does not depend on the day it is made; on every day
 * from 2026-11-01 to 2027-06-30 some are covered, some have ended and some have not yet started.
 */
export const COVER_HISTORIES: readonly CoverHistory[] = [
  // Open end.
  cover(330, ['2024-01-01', null]),
  cover(200, ['2025-01-01', null]),
  cover(150, ['2026-01-01', null]),
  cover(30, ['2024-09-01', null]),
  cover(25, ['2025-03-01', null]),
  cover(15, ['2025-07-15', null]),
  cover(15, ['2026-06-01', null]),
  cover(5, ['2026-10-01', null]),
  // Open end after a gap.
  cover(15, ['2024-01-01', '2025-06-30'], ['2025-10-01', null]),
  cover(10, ['2024-03-01', '2025-12-31'], ['2026-04-01', null]),
  cover(5, ['2024-05-16', '2026-02-14'], ['2026-09-01', null]),
  // A known end, later.
  cover(35, ['2025-01-01', '2027-12-31']),
  cover(15, ['2026-01-01', '2027-09-30']),
  cover(20, ['2024-01-01', '2026-12-31']),
  cover(6, ['2025-01-01', '2027-01-31']),
  cover(7, ['2024-07-01', '2027-03-31']),
  cover(4, ['2025-05-01', '2027-04-15']),
  cover(3, ['2026-01-01', '2027-06-14']),
  // Ended.
  cover(8, ['2024-01-01', '2024-12-31']),
  cover(12, ['2024-01-01', '2025-06-30']),
  cover(25, ['2024-01-01', '2025-12-31']),
  cover(10, ['2025-01-01', '2026-03-31']),
  cover(12, ['2025-01-01', '2026-06-30']),
  cover(2, ['2024-01-01', '2026-08-17']),
  cover(6, ['2026-01-01', '2026-09-15']),
  cover(5, ['2024-01-01', '2026-10-31']),
  // Not yet started.
  cover(6, ['2026-12-01', null]),
  cover(14, ['2027-01-01', null]),
  cover(6, ['2027-07-01', null]),
  cover(4, ['2027-09-01', null]),
];

/** One entry of `periods` in a feed line (CONTRACT.md 3.3). */
export type FeedPeriod = { domain: CareDomain; from: string; to: string | null; rule: string };

/** A rule belongs to one care domain and has the same name in every product: R1 is the first domain of CARE_DOMAINS. */
export const ruleOf = (domain: CareDomain): string => `R${careDomainRank(domain) + 1}`;

/** The periods of a product over a history of cover. */
export function periodsOf(
  product: { domains: readonly CareDomain[] },
  history: { stretches: readonly Stretch[] },
): FeedPeriod[] {
  return product.domains.flatMap((domain) =>
    history.stretches.map(([from, to]) => ({ domain, from, to, rule: ruleOf(domain) })),
  );
}
