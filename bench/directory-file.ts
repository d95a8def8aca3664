// Writes fictitious extractions of the public directory (docs/directory-format.md), for measurements and for tests.
// Nobody in it exists: names are put together from syllables, RPPS numbers begin with 999, SIRET and FINESS with 00.

import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** The 56 columns, in the directory's order. */
export const DIRECTORY_COLUMNS = [
  "Type d'identifiant PP",
  'Identifiant PP',
  'Identification nationale PP',
  "Code civilité d'exercice",
  "Libellé civilité d'exercice",
  'Code civilité',
  'Libellé civilité',
  "Nom d'exercice",
  "Prénom d'exercice",
  'Code profession',
  'Libellé profession',
  'Code catégorie professionnelle',
  'Libellé catégorie professionnelle',
  'Code type savoir-faire',
  'Libellé type savoir-faire',
  'Code savoir-faire',
  'Libellé savoir-faire',
  'Code mode exercice',
  'Libellé mode exercice',
  'Numéro SIRET site',
  'Numéro SIREN site',
  'Numéro FINESS site',
  'Numéro FINESS établissement juridique',
  'Identifiant technique de la structure',
  'Raison sociale site',
  'Enseigne commerciale site',
  'Complément destinataire (coord. structure)',
  'Complément point géographique (coord. structure)',
  'Numéro Voie (coord. structure)',
  'Indice répétition voie (coord. structure)',
  'Code type de voie (coord. structure)',
  'Libellé type de voie (coord. structure)',
  'Libellé Voie (coord. structure)',
  'Mention distribution (coord. structure)',
  'Bureau cedex (coord. structure)',
  'Code postal (coord. structure)',
  'Code commune (coord. structure)',
  'Libellé commune (coord. structure)',
  'Code pays (coord. structure)',
  'Libellé pays (coord. structure)',
  'Téléphone (coord. structure)',
  'Téléphone 2 (coord. structure)',
  'Télécopie (coord. structure)',
  'Adresse e-mail (coord. structure)',
  'Code Département (structure)',
  'Libellé Département (structure)',
  'Ancien identifiant de la structure',
  "Autorité d'enregistrement",
  "Code secteur d'activité",
  "Libellé secteur d'activité",
  'Code section tableau pharmaciens',
  'Libellé section tableau pharmaciens',
  'Code rôle',
  'Libellé rôle',
  'Code genre activité',
  'Libellé genre activité',
] as const;

export type DirectoryColumn = (typeof DIRECTORY_COLUMNS)[number];
export type DirectoryFields = Partial<Record<DirectoryColumn, string>>;

export const DIRECTORY_HEADER = `${DIRECTORY_COLUMNS.join('|')}|`;

export function directoryLine(fields: DirectoryFields): string {
  return `${DIRECTORY_COLUMNS.map((column) => fields[column] ?? '').join('|')}|`;
}

const PROFESSIONS = [
  ['10', 'Médecin'],
  ['60', 'Infirmier'],
  ['21', 'Pharmacien'],
  ['70', 'Masseur-Kinésithérapeute'],
  ['60', 'Infirmier'],
  ['40', 'Chirurgien-Dentiste'],
  ['91', 'Orthophoniste'],
  ['10', 'Médecin'],
  ['50', 'Sage-Femme'],
  ['28', 'Opticien-Lunetier'],
  ['80', 'Pédicure-Podologue'],
  ['26', 'Audioprothésiste'],
] as const;
const BEGINNINGS = ['Val', 'Cour', 'Mor', 'Bél', 'Fon', 'Gri', 'Ho', 'Lam', 'Nœ', 'Per', 'Qui', 'Rou', 'Ser'];
const ENDINGS = ['moreau', 'tier', 'villé', 'sson', 'bert', 'naud', 'lières', 'çon', 'mange', 'roux', 'zac'];
const GIVEN = ['Claire', 'Marc', 'Élodie', 'Théo', 'Sophie', 'Anaïs', 'Loïc', 'Inès', 'Gaël', 'Zoé', 'Noël'];
const PLACES = ['VALMOREAU', 'SAINT-ÉLIER-LÈS-PRÉS', 'BOURG-NEUF', 'LES HALLES', 'ŒUILLY-LE-VIEUX', 'CIMES'];

const digits = (number: number, length: number) => String(number).padStart(length, '0');
/** Spreads 0, 1, 2, … over 0 … 2^32 - 1, the same way every time. */
const mixed = (number: number) => Math.imul(number ^ (number >>> 15), 0x9e3779b1) >>> 0;
const pick = <T>(list: readonly T[], number: number): T => list[number % list.length] as T;

/** The activity with this number: five professionals share eight activities; one structure has about four. */
export function fictitiousActivity(index: number, total: number): DirectoryFields {
  const person = Math.floor((index * 5) / 8);
  const rpps = `999${digits(person, 8)}`;
  const [code, label] = pick(PROFESSIONS, person);
  const family = `${pick(BEGINNINGS, mixed(person))}${pick(ENDINGS, mixed(person) >>> 8)}`;
  const structure = mixed(index) % Math.max(1, Math.floor(total / 4));
  const place = pick(PLACES, structure);
  return {
    "Type d'identifiant PP": '8',
    'Identifiant PP': rpps,
    'Identification nationale PP': `8${rpps}`,
    'Code civilité': 'MME',
    'Libellé civilité': 'Madame',
    "Nom d'exercice": family.toUpperCase(),
    "Prénom d'exercice": pick(GIVEN, mixed(person) >>> 16),
    'Code profession': code,
    'Libellé profession': label,
    'Code catégorie professionnelle': 'C',
    'Libellé catégorie professionnelle': 'Civil',
    'Code mode exercice': 'L',
    'Libellé mode exercice': 'Libéral',
    ...siteOf(structure),
    'Numéro Voie (coord. structure)': String(1 + (structure % 90)),
    'Libellé type de voie (coord. structure)': 'Rue',
    'Libellé Voie (coord. structure)': 'DES TILLEULS',
    'Bureau cedex (coord. structure)': `99999 ${place}`,
    'Code postal (coord. structure)': '99999',
    'Code commune (coord. structure)': '99199',
    'Libellé commune (coord. structure)': place,
    'Téléphone (coord. structure)': '0199000000',
    'Adresse e-mail (coord. structure)': 'accueil@structure.example',
    'Code Département (structure)': '99',
    "Autorité d'enregistrement": 'ARS/ARS/ARS',
    "Code secteur d'activité": 'SA07',
    "Libellé secteur d'activité": 'Cabinet individuel',
    'Code genre activité': 'GENR01',
    'Libellé genre activité': 'Activité standard de soin ou de pharmacien',
  };
}

/** Most sites have a technical id; some only FINESS or SIRET, one in fifty nothing. */
function siteOf(structure: number): DirectoryFields {
  const names = {
    'Raison sociale site': structure % 5 === 0 ? '' : `CABINET N° ${structure}`,
    'Enseigne commerciale site': `Les Tilleuls ${structure}`,
  };
  const kind = structure % 50;
  if (kind === 0) return names;
  if (kind < 5) return { ...names, 'Numéro SIRET site': `00${digits(structure, 12)}` };
  if (kind < 15) return { ...names, 'Numéro FINESS site': `00${digits(structure, 7)}` };
  return { ...names, 'Identifiant technique de la structure': `R99${digits(structure, 12)}` };
}

export function* fictitiousLines(total: number): Generator<string> {
  for (let index = 0; index < total; index += 1) yield directoryLine(fictitiousActivity(index, total));
}

const LINES_PER_WRITE = 2_000;

/** Header first. `windows-1252`: what Latin-1 lacks is written by its own byte. */
export async function writeDirectoryFile(
  file: string,
  lines: Iterable<string>,
  encoding: 'utf-8' | 'windows-1252' = 'utf-8',
): Promise<void> {
  await pipeline(Readable.from(pieces(lines, encoding)), createWriteStream(file));
}

function* pieces(lines: Iterable<string>, encoding: 'utf-8' | 'windows-1252'): Generator<Buffer> {
  let some = [DIRECTORY_HEADER];
  const written = () => encoded(`${some.join('\n')}\n`, encoding);
  for (const line of lines) {
    some.push(line);
    if (some.length < LINES_PER_WRITE) continue;
    yield written();
    some = [];
  }
  if (some.length > 0) yield written();
}

const ONLY_IN_1252: Readonly<Record<string, string>> = {
  œ: '\u009c',
  Œ: '\u008c',
  '’': '\u0092',
  '€': '\u0080',
};

export function encoded(text: string, encoding: 'utf-8' | 'windows-1252'): Buffer {
  if (encoding === 'utf-8') return Buffer.from(text);
  return Buffer.from(
    text.replace(/[œŒ’€]/g, (one) => ONLY_IN_1252[one] ?? one),
    'latin1',
  );
}
