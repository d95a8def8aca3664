// PURE data: every hard budget the vault enforces, on one screen. The name spells the key it counts by.
// Wide in this release: issue "What a stolen login is worth" calibrates them with the guard (docs/SECURITY.md).

/** `size` may be spent at once; `perDay` comes back evenly over 24 hours. */
export type HardBudget = { readonly size: number; readonly perDay: number; readonly why: string };

export const HARD_BUDGETS = {
  typedPerPersonPerDay: {
    size: 300,
    perDay: 300,
    why: 'no honest person is asked for 300 times a day, repeats of a failing network included',
  },
  typedPerStructurePerDay: {
    size: 3_000,
    perDay: 3_000,
    why: 'above the busiest hospital desk of the synthetic load (260 a day, sigma 0.8: p99.9 = 3,080)',
  },
  typedPerClientPerDay: {
    size: 3_000,
    perDay: 3_000,
    why: 'a certificate of one structure cannot spend more than that structure',
  },
  typedPerInsurerPerDay: {
    size: 500_000,
    perDay: 2_000_000,
    why: 'half of the national day (3.8 million) for one insurer',
  },
  typedOnPlatformPerDay: {
    size: 2_000_000,
    perDay: 8_000_000,
    why: 'twice the national day; reached only by an attack on the whole platform',
  },
  floorPerStructurePerDay: {
    size: 20,
    perDay: 20,
    why: 'when the platform or an insurer is drained by others, each structure can still serve 20 patients',
  },
  cardPerStructurePerDay: {
    size: 3_000,
    perDay: 3_000,
    why: 'as for typed evidence: above the busiest hospital desk; a card in hand is worth more, not less',
  },
  cardPerClientPerDay: {
    size: 3_000,
    perDay: 3_000,
    why: 'a certificate of one structure cannot spend more than that structure',
  },
  cardsRefusedPerStructurePerDay: {
    size: 500,
    perDay: 500,
    why: 'more than every card of a busy day being expired; forged ones cost a signature check and an entry each',
  },
  cardsRefusedPerClientPerDay: {
    size: 500,
    perDay: 500,
    why: 'as for the structure: a certificate of one structure cannot spend more than that structure',
  },
  knownPerStructurePerDay: {
    size: 1_000,
    perDay: 1_000,
    why: 'units given back for patients a site knows: above a busy hospital desk (45 % of 260, p99.9), and a taken-over operator that claims to know everybody gains no more than this',
  },
  noticesPerInsurerPerDay: {
    size: 100_000,
    perDay: 100_000,
    why: 'look-ups without a member number of one insurer’s people: far above any day, far below its portfolio',
  },
  identityOnlyPerPharmacyPerDay: { size: 20, perDay: 20, why: 'TECHNOLOGY.md 7: pharmacy 20' },
  identityOnlyPerOpticianPerDay: { size: 8, perDay: 8, why: 'TECHNOLOGY.md 7: optician 8' },
  identityOnlyPerHospitalPerDay: {
    size: 200,
    perDay: 200,
    why: 'by admissions: a hospital desk with 260 checks a day',
  },
  identityOnlyPerOtherStructurePerDay: { size: 5, perDay: 5, why: 'TECHNOLOGY.md 7: doctor 5; others alike' },
} as const satisfies Record<string, HardBudget>;
export type HardBudgetName = keyof typeof HARD_BUDGETS;

/** The same fields at more insurers than this within a day is a search for somebody's insurer. */
export const INSURERS_PER_PERSON_PER_DAY = 3;

/**
 * A card seen at this many structures within a day says little about who stands there: it may be a copy. Doctor,
 * laboratory and pharmacy in one day are three; its owner is served all the same (DESIGN.md 5).
 */
export const STRUCTURES_PER_CARD_PER_DAY = 5;

/** Which identity-only budget a profession spends. */
export function identityOnlyBudget(profession: string): HardBudgetName {
  if (profession === 'pharmacist') return 'identityOnlyPerPharmacyPerDay';
  if (profession === 'optician') return 'identityOnlyPerOpticianPerDay';
  if (profession === 'hospital') return 'identityOnlyPerHospitalPerDay';
  return 'identityOnlyPerOtherStructurePerDay';
}
