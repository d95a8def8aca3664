// PURE. Which budgets an opening counts against, key by key. What it must never do: let a key that others share refuse
// somebody for what only one asker spends. So there is none of a client: a vendor's certificate serves many structures,
// each within its own budgets, and all together spend no more than those.

import type { BudgetName } from './hard-budgets.ts';
import type { PresenceKind } from './protocol.ts';

/** What one opening counts against; all values are opaque identifiers, as they stand in the journal. */
export type Spending = {
  structure: string;
  /** Tag of the national number (derive.ts): the same person at all sites. */
  professional: string;
  profession: string;
  insurer: string;
  evidence: PresenceKind;
  /** Hash of the locator: the person, or the card, as far as budgets are concerned. */
  door: string;
  /** Keyed tag of NIR, birth date and rank: the same at every insurer. Empty for a card, which one insurer knows. */
  fields: string;
  /** The insurer has fictitious members only, when it was opened. */
  exercise?: true | undefined;
  /** Asked from a browser that the structure has not known for a day. */
  newBrowser?: true | undefined;
};

export type Key = readonly [name: BudgetName, key: string];

export const isCard = ({ evidence }: Pick<Spending, 'evidence'>) =>
  evidence === 'card' || evidence === 'card-doubtful';

/** Whose repeats count as such: of a typed look-up the professional's, wherever they are; of a card the structure's. */
export const openingOf = (spending: Spending) => ({
  by: isCard(spending) ? spending.structure : spending.professional,
  door: spending.door,
});

/**
 * Budgets of this asker and this person alone. A card spends none of what is shared: it always serves its owner.
 * `isRepeat`: this door was opened already (openingOf); nobody new is exposed.
 */
export function ownKeys(spending: Spending, isRepeat: boolean): Key[] {
  if (isCard(spending)) {
    // Repeats count for each card and site apart: nobody can close a site's cards to all by showing one again and again.
    if (isRepeat) return [['cardPerPatientPerDay', `${spending.door} ${spending.structure}`]];
    return [['cardPerStructurePerDay', spending.structure]];
  }
  // Repeats count for each professional apart: nobody can close a patient's door to others by repeating it.
  if (isRepeat) return [['typedPerPatientPerDay', `${spending.door} ${spending.professional}`]];
  return [['typedPerPatientPerDay', spending.door], ...typedKeys(spending)];
}

function typedKeys(spending: Spending): Key[] {
  const { professional, structure } = spending;
  if (spending.exercise) return [['exercisePerStructurePerDay', structure]];
  const keys: Key[] = [
    ['typedPerProfessionalPerDay', professional],
    ['typedPerStructurePerDay', siteOf(spending)],
  ];
  if (spending.newBrowser) keys.push(['typedOnNewBrowsersPerProfessionalPerDay', professional]);
  if (spending.evidence === 'identity-only') {
    keys.push(
      ['identityOnlyPerProfessionalPerDay', professional],
      ['identityOnlyPerStructurePerDay', siteOf(spending)],
    );
  }
  return keys;
}

/** Each profession of a structure has its own row: the nurse of a health centre does not pay for its doctors. */
type Site = Pick<Spending, 'structure' | 'profession'>;
const siteOf = ({ structure, profession }: Site) => `${structure} ${profession}`;

/** Budgets shared with others, below which the floor holds. */
export function sharedKeys(spending: Spending): Key[] {
  if (isCard(spending) || spending.exercise) return [];
  return [
    ['typedPerInsurerPerDay', spending.insurer],
    ['typedOnPlatformPerDay', ''],
  ];
}

/** Units given back for a patient the site knows. */
export function knownKeys(door: Pick<Spending, 'professional' | 'structure' | 'profession'>): Key[] {
  return [
    ['knownPerProfessionalPerDay', door.professional],
    ['knownPerStructurePerDay', siteOf(door)],
  ];
}

/** What an emergency gives back: whatever a typed look-up of a member number spends of the asker's own. */
export function emergencyKeys({ professional, ...site }: Site & { professional: string }): Key[] {
  return [
    ['typedPerProfessionalPerDay', professional],
    ['typedPerStructurePerDay', siteOf(site)],
    ['typedOnNewBrowsersPerProfessionalPerDay', professional],
  ];
}
