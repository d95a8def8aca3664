// PURE data: the fictitious professionals of the demo and the structures they work in. The first one is `ask`'s default.

import type { Profession } from '../core/care-domains.ts';

export type DemoStructure = { id: string; name: string; place: string };
export type DemoAccount = { id: string; who: string; profession: Profession; structure: DemoStructure };

const structure = (id: string, name: string, place: string): DemoStructure => ({ id, name, place });

export const DEMO_ACCOUNTS: readonly DemoAccount[] = [
  {
    id: 'claire',
    who: 'Claire, pharmacienne',
    profession: 'pharmacist',
    structure: structure('S-PHARMACIE-HALLES', 'Pharmacie des Halles', 'Valmoreau'),
  },
  {
    id: 'hugo',
    who: 'Hugo, pharmacien',
    profession: 'pharmacist',
    structure: structure('S-PHARMACIE-GARE', 'Pharmacie de la Gare', 'Valmoreau'),
  },
  {
    id: 'ines',
    who: 'Inès, pharmacienne',
    profession: 'pharmacist',
    structure: structure('S-PHARMACIE-QUAI', 'Pharmacie du Quai', 'Port-Briac'),
  },
  {
    id: 'lucien',
    who: 'Lucien, pharmacien',
    profession: 'pharmacist',
    structure: structure('S-PHARMACIE-MOULIN', 'Pharmacie du Moulin', 'Saint-Orban'),
  },
  {
    id: 'marc',
    who: 'Marc, opticien',
    profession: 'optician',
    structure: structure('S-OPTIQUE-BEFFROI', 'Optique du Beffroi', 'Valmoreau'),
  },
  {
    id: 'nadia',
    who: 'Nadia, médecin généraliste',
    profession: 'doctor',
    structure: structure('S-CABINET-TILLEULS', 'Cabinet des Tilleuls', 'Saint-Orban'),
  },
  {
    id: 'paul',
    who: 'Paul, chirurgien-dentiste',
    profession: 'dentist',
    structure: structure('S-CABINET-DENTAIRE-QUAI', 'Cabinet dentaire du Quai', 'Port-Briac'),
  },
  {
    id: 'sonia',
    who: 'Sonia, laboratoire',
    profession: 'laboratory',
    structure: structure('S-LABO-VALMOREAU', 'Laboratoire de Valmoreau', 'Valmoreau'),
  },
  {
    id: 'admissions',
    who: 'Bureau des admissions',
    profession: 'hospital',
    structure: structure('S-HOPITAL-SAINT-ORBAN', 'Hôpital de Saint-Orban', 'Saint-Orban'),
  },
  {
    id: 'amel',
    who: 'Amel, audioprothésiste',
    profession: 'audioprosthetist',
    structure: structure('S-AUDIO-PORT-BRIAC', 'Audition Port-Briac', 'Port-Briac'),
  },
];

/** Two members of the operator's staff: one may cut, two reconnect. */
export const DEMO_STAFF = ['sophie', 'theo'] as const;

/** Two persons of each insurer: one sends a feed, the other approves a mass closure. */
export const DEMO_INSURER_PERSONS = ['emetteur', 'approbateur'] as const;
