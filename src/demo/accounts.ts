// PURE data: the fictitious professionals of the demo and the structures they work in. The first one is `ask`'s default.

import { PROFESSIONS, type Profession } from '../core/care-domains.ts';
import type { PscPerson } from './psc-claims.ts';

export type DemoStructure = { id: string; name: string; place: string };
export type DemoAccount = {
  id: string;
  /** IDNPS as Pro Santé Connect gives it: `8` and an RPPS number, here a fictitious one (8997002…). */
  professionalId: string;
  familyName: string;
  givenName: string;
  who: string;
  profession: Profession;
  structure: DemoStructure;
};

const structure = (id: string, name: string, place: string): DemoStructure => ({ id, name, place });

export const DEMO_ACCOUNTS: readonly DemoAccount[] = [
  {
    id: 'claire',
    professionalId: '899700210037',
    familyName: 'Aubrac',
    givenName: 'Claire',
    who: 'Claire, pharmacienne',
    profession: 'pharmacist',
    structure: structure('S-PHARMACIE-HALLES', 'Pharmacie des Halles', 'Valmoreau'),
  },
  {
    id: 'hugo',
    professionalId: '899700210074',
    familyName: 'Delmas',
    givenName: 'Hugo',
    who: 'Hugo, pharmacien',
    profession: 'pharmacist',
    structure: structure('S-PHARMACIE-GARE', 'Pharmacie de la Gare', 'Valmoreau'),
  },
  {
    id: 'ines',
    professionalId: '899700210111',
    familyName: 'Ferrand',
    givenName: 'Inès',
    who: 'Inès, pharmacienne',
    profession: 'pharmacist',
    structure: structure('S-PHARMACIE-QUAI', 'Pharmacie du Quai', 'Port-Briac'),
  },
  {
    id: 'lucien',
    professionalId: '899700210148',
    familyName: 'Garrigue',
    givenName: 'Lucien',
    who: 'Lucien, pharmacien',
    profession: 'pharmacist',
    structure: structure('S-PHARMACIE-MOULIN', 'Pharmacie du Moulin', 'Saint-Orban'),
  },
  {
    id: 'marc',
    professionalId: '899700210185',
    familyName: 'Hourtin',
    givenName: 'Marc',
    who: 'Marc, opticien',
    profession: 'optician',
    structure: structure('S-OPTIQUE-BEFFROI', 'Optique du Beffroi', 'Valmoreau'),
  },
  {
    id: 'nadia',
    professionalId: '899700210222',
    familyName: 'Ibarra',
    givenName: 'Nadia',
    who: 'Nadia, médecin généraliste',
    profession: 'doctor',
    structure: structure('S-CABINET-TILLEULS', 'Cabinet des Tilleuls', 'Saint-Orban'),
  },
  {
    id: 'paul',
    professionalId: '899700210259',
    familyName: 'Jourdan',
    givenName: 'Paul',
    who: 'Paul, chirurgien-dentiste',
    profession: 'dentist',
    structure: structure('S-CABINET-DENTAIRE-QUAI', 'Cabinet dentaire du Quai', 'Port-Briac'),
  },
  {
    id: 'sonia',
    professionalId: '899700210296',
    familyName: 'Kervella',
    givenName: 'Sonia',
    who: 'Sonia, laboratoire',
    profession: 'laboratory',
    structure: structure('S-LABO-VALMOREAU', 'Laboratoire de Valmoreau', 'Valmoreau'),
  },
  {
    id: 'admissions',
    professionalId: '899700210333',
    familyName: 'Lestrade',
    givenName: 'Odile',
    who: 'Bureau des admissions',
    profession: 'hospital',
    structure: structure('S-HOPITAL-SAINT-ORBAN', 'Hôpital de Saint-Orban', 'Saint-Orban'),
  },
  {
    id: 'amel',
    professionalId: '899700210370',
    familyName: 'Mansouri',
    givenName: 'Amel',
    who: 'Amel, audioprothésiste',
    profession: 'audioprosthetist',
    structure: structure('S-AUDIO-PORT-BRIAC', 'Audition Port-Briac', 'Port-Briac'),
  },
  {
    // The same Lucien at his second pharmacy: one person, two activities, two certificates.
    id: 'lucien-quai',
    professionalId: '899700210148',
    familyName: 'Garrigue',
    givenName: 'Lucien',
    who: 'Lucien, pharmacien au Quai',
    profession: 'pharmacist',
    structure: structure('S-PHARMACIE-QUAI', 'Pharmacie du Quai', 'Port-Briac'),
  },
];

/** Two members of the operator's staff: one may cut, two reconnect. */
export const DEMO_STAFF = ['sophie', 'theo'] as const;

/** Two persons of each insurer: one sends a feed, the other approves a mass closure. */
export const DEMO_INSURER_PERSONS = ['emetteur', 'approbateur'] as const;

/**
 * Codes for those whom Pro Santé Connect knows by no profession of their own; the people of the other structures
 * sign in by the code of their profession. A laboratory's samples come from its technicians: 86, technicien de
 * laboratoire médical. An admissions desk, a centre's or a transporter's office is staffed by employees without a health
 * profession: 313 is a plausible code and none that we found in a nomenclature.
 */
const CODES_WITHOUT_PROFESSION: Partial<Record<Profession, string>> = {
  laboratory: '86',
  hospital: '313',
  'health-centre': '313',
  transporter: '313',
};

/** The professionals as Pro Santé Connect sees them: one person for each number, with all places of work. */
export function pscPeople(accounts: readonly DemoAccount[]): PscPerson[] {
  const numbers = [...new Set(accounts.map(({ professionalId }) => professionalId))];
  return numbers.flatMap((idNps) => {
    const own = accounts.filter(({ professionalId }) => professionalId === idNps);
    const [first] = own;
    return first
      ? [{ idNps, familyName: first.familyName, givenName: first.givenName, activities: own.map(activity) }]
      : [];
  });
}

function activity({ id, profession, structure: place }: DemoAccount): PscPerson['activities'][number] {
  const professionCode = PROFESSIONS[profession].code ?? CODES_WITHOUT_PROFESSION[profession];
  if (!professionCode) throw new Error(`no profession code for the account ${id}`);
  return { professionCode, structureId: place.id, structureName: place.name, place: place.place };
}
