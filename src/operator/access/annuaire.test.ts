// An extraction of the public directory as it comes: its header, its characters, its lines, its day.

import { describe, expect, it } from 'vitest';
import {
  DIRECTORY_COLUMNS,
  DIRECTORY_HEADER,
  type DirectoryFields,
  directoryLine,
  encoded,
} from '../../../bench/directory-file.ts';
import { PROFESSIONS } from '../../core/care-domains.ts';
import {
  type AnnuaireLayout,
  decodeLines,
  endsTooMany,
  extractionDay,
  LINE_LIMIT_BYTES,
  readHead,
  readLine,
} from './annuaire.ts';

function layoutOf(header: string | Uint8Array): AnnuaireLayout {
  const head = readHead(typeof header === 'string' ? Buffer.from(header) : header);
  if (!head.ok) throw new Error(head.problem);
  return head.layout;
}

function problemOf(header: string): string {
  const head = readHead(Buffer.from(header));
  return head.ok ? '' : head.problem;
}

const LAYOUT = layoutOf(`${DIRECTORY_HEADER}\n`);

const CLAIRE: DirectoryFields = {
  'Identification nationale PP': '899900000001',
  "Nom d'exercice": 'VALMOREAU',
  "Prénom d'exercice": 'Claire',
  'Code profession': '21',
  'Identifiant technique de la structure': 'R99000000000001',
  'Raison sociale site': 'PHARMACIE DES HALLES',
  'Enseigne commerciale site': 'Les Halles',
  'Libellé commune (coord. structure)': 'SAINT-ÉLIER',
};
const read = (change: DirectoryFields = {}) => readLine(directoryLine({ ...CLAIRE, ...change }), LAYOUT);

describe('the header', () => {
  it('is understood in the directory’s order, with its 56 columns and a trailing |', () => {
    expect(LAYOUT).toMatchObject({ encoding: 'utf-8', columns: 56, at: { professionalId: 2, place: 37 } });
    expect(LAYOUT.headerBytes).toBe(Buffer.byteLength(DIRECTORY_HEADER) + 1);
  });

  it('is understood in any order, without the trailing |, with further columns, and with CR', () => {
    const columns = ['Nouveauté', ...DIRECTORY_COLUMNS.toReversed()];
    const layout = layoutOf(`${columns.join('|')}\r\n`);
    expect(layout).toMatchObject({ columns: 57, at: { professionalId: 54 } });
  });

  it('may differ in accents, case, spaces and the kind of apostrophe', () => {
    const plain = DIRECTORY_HEADER.normalize('NFD')
      .replace(/\p{M}/gu, '')
      .toUpperCase()
      .replaceAll("'", '’')
      .replaceAll(' ', '  ');
    expect(layoutOf(plain).at).toEqual(LAYOUT.at);
  });

  it.each([
    ['an empty file', '', 'lacks 10 column(s)'],
    ['another separator', DIRECTORY_HEADER.replaceAll('|', ';'), 'lacks 10 column(s)'],
    [
      'a missing column',
      DIRECTORY_HEADER.replace('Code profession', 'Code'),
      'lacks 1 column(s): “Code profession”',
    ],
    ['a column twice', `${DIRECTORY_HEADER}Code profession|`, 'names a column twice: “Code profession”'],
    ['no end', 'x'.repeat(LINE_LIMIT_BYTES + 1), 'is longer than 16384 bytes'],
  ])('with %s is refused, and the problem quotes nothing of the file', (_, header, problem) => {
    expect(problemOf(header)).toContain(problem);
    expect(problemOf(header.replace("Nom d'exercice", 'MORLIERES'))).not.toContain('MORLIERES');
  });
});

describe('the encoding', () => {
  const bytes = (text: string, encoding: 'utf-8' | 'windows-1252') => encoded(text, encoding);
  const plainHeader = DIRECTORY_HEADER.normalize('NFD').replace(/\p{M}/gu, '');

  it.each(['utf-8', 'windows-1252'] as const)('%s is seen by the accents of the header', (encoding) => {
    expect(layoutOf(bytes(`${DIRECTORY_HEADER}\n`, encoding)).encoding).toBe(encoding);
  });

  it.each(['utf-8', 'windows-1252'] as const)(
    '%s is seen by most of the lines when the header has no accents',
    (encoding) => {
      const other = encoding === 'utf-8' ? 'windows-1252' : 'utf-8';
      const file = [
        bytes(`${plainHeader}\n`, encoding),
        bytes('É\n', other),
        bytes('à\nê\nno accent\n', encoding),
      ];
      expect(layoutOf(Buffer.concat(file)).encoding).toBe(encoding);
    },
  );

  it('is UTF-8 after a byte order mark, which belongs to no column', () => {
    const layout = layoutOf(`\ufeff${plainHeader}\n`);
    expect(layout).toMatchObject({ encoding: 'utf-8', columns: 56, headerBytes: plainHeader.length + 4 });
    expect(
      layoutOf(
        `\ufeff${'Identification nationale PP|'}${plainHeader.replace('Identification nationale PP', 'x')}`,
      ).at.professionalId,
    ).toBe(0);
  });

  it('Windows-1252 has characters where Latin-1 has none', () => {
    expect(decodeLines(Buffer.from([0x8c, 0x9c, 0x92, 0x80, 0xe9]), 'windows-1252')).toBe('Œœ’€é');
  });

  // Node 20's own TextDecoder takes Windows-1252 for Latin-1: the code points are written out instead.
  it('knows every byte of Windows-1252', () => {
    const upper =
      '20ac 81 201a 192 201e 2026 2020 2021 2c6 2030 160 2039 152 8d 17d 8f ' +
      '90 2018 2019 201c 201d 2022 2013 2014 2dc 2122 161 203a 153 9d 17e 178';
    const points = upper.split(' ').map((point) => Number.parseInt(point, 16));
    const all = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
    const decoded = Array.from(decodeLines(all, 'windows-1252'), (one) => one.codePointAt(0));
    expect(decoded).toEqual(Array.from(all, (byte) => points[byte - 0x80] ?? byte));
  });
});

describe('a line', () => {
  it('says who works where, as what', () => {
    expect(read()).toEqual({
      kind: 'row',
      row: {
        professionalId: '899900000001',
        familyName: 'VALMOREAU',
        givenName: 'Claire',
        structureId: 'R99000000000001',
        structureName: 'PHARMACIE DES HALLES',
        place: 'SAINT-ÉLIER',
        profession: 'pharmacist',
      },
    });
  });

  it('is taken with and without its trailing |, and with CR', () => {
    const line = directoryLine(CLAIRE);
    for (const same of [line.slice(0, -1), `${line}\r`]) expect(readLine(same, LAYOUT)).toEqual(read());
  });

  it.each(
    Object.entries(PROFESSIONS).flatMap(([profession, { code }]) => (code ? [[code, profession]] : [])),
  )('of profession %s is a %s', (code, profession) => {
    expect(read({ 'Code profession': code })).toMatchObject({ kind: 'row', row: { profession } });
  });

  const none = { 'Identifiant technique de la structure': '' };
  it.each([
    ['its technical id', { 'Numéro FINESS site': '990000001' }, 'R99000000000001'],
    [
      'else 1 and FINESS',
      { ...none, 'Numéro FINESS site': '2A0000001', 'Numéro SIRET site': '00000000000001' },
      '12A0000001',
    ],
    ['else 3 and SIRET', { ...none, 'Numéro SIRET site': '00000000000001' }, '300000000000001'],
  ])('names its structure by %s', (_, change, structureId) => {
    expect(read(change)).toMatchObject({ row: { structureId } });
  });

  it('names its structure by the sign when it has no company name', () => {
    expect(read({ 'Raison sociale site': ' ' })).toMatchObject({ row: { structureName: 'Les Halles' } });
  });

  const long = 'x'.repeat(201);
  it.each<[string, DirectoryFields, object]>([
    [
      'of a profession we do not serve is skipped',
      { 'Code profession': '80' },
      { kind: 'skipped', reason: 'profession' },
    ],
    ['without a profession is skipped', { 'Code profession': '' }, { kind: 'skipped', reason: 'profession' }],
    ['without a site is skipped', none, { kind: 'skipped', reason: 'no-site' }],
    ['without an id is rejected', { 'Identification nationale PP': '' }, { reason: 'professional-id' }],
    [
      'with an id of another form is rejected',
      { 'Identification nationale PP': '8999-1' },
      { reason: 'professional-id' },
    ],
    [
      'with an endless id is rejected',
      { 'Identification nationale PP': '8'.repeat(41) },
      { reason: 'professional-id' },
    ],
    [
      'with a structure of another form is rejected',
      { 'Identifiant technique de la structure': 'R 99' },
      { reason: 'structure-id' },
    ],
    ['with half a FINESS is rejected', { ...none, 'Numéro FINESS site': '99' }, { reason: 'structure-id' }],
    ['with half a SIRET is rejected', { ...none, 'Numéro SIRET site': '99' }, { reason: 'structure-id' }],
    ['with a long name is rejected', { "Nom d'exercice": long }, { reason: 'value-too-long' }],
    [
      'with a long place is rejected',
      { 'Libellé commune (coord. structure)': long },
      { reason: 'value-too-long' },
    ],
    ['with one column more is rejected', { 'Raison sociale site': 'A|B' }, { reason: 'columns' }],
    ['with a tab is rejected', { 'Raison sociale site': 'A\tB' }, { reason: 'control' }],
    ['with a zero is rejected', { 'Libellé rôle': '\0' }, { reason: 'control' }],
    ['with a C1 control is rejected', { 'Libellé rôle': '\u0085' }, { reason: 'control' }],
    ['with a CR in its middle is rejected', { 'Libellé rôle': '\r' }, { reason: 'control' }],
  ])('%s', (_, change, verdict) => {
    expect(read(change)).toMatchObject(verdict);
  });

  it('that is empty, or lacks a column, is rejected', () => {
    for (const line of ['', '|', directoryLine(CLAIRE).slice(0, -2)]) {
      expect(readLine(line, LAYOUT)).toEqual({ kind: 'rejected', reason: 'columns' });
    }
  });

  it('with a byte that Windows-1252 does not use is rejected as such', () => {
    const layout = layoutOf(encoded(`${DIRECTORY_HEADER}\n`, 'windows-1252'));
    const line = directoryLine({ ...CLAIRE, 'Libellé rôle': '\u0081' });
    expect(readLine(line, layout)).toEqual({ kind: 'rejected', reason: 'bytes' });
  });
});

describe('the day of an extraction', () => {
  it.each([
    ['PS_LibreAcces_Personne_activite_202611220731.txt', '2026-11-22'],
    ['PS_LibreAcces_Personne_activite_20261122.txt', '2026-11-22'],
    ['PS_LibreAcces_Personne_activite_20261122073159.txt', '2026-11-22'],
    ['PS_LibreAcces_Personne_activite_2026-11-22.txt', '2026-11-22'],
    ['PS_LibreAcces_Personne_activite_20261322.txt', null],
    ['PS_LibreAcces_Personne_activite_2026112.txt', null],
    ['PS_LibreAcces_Personne_activite.txt', null],
    ['', null],
  ])('of %s is %s', (name, day) => expect(extractionDay(name)).toBe(day));
});

describe('too many endings', () => {
  it.each([
    [0, 0, false],
    [5, 1, false],
    [5, 2, true],
    [1_000_000, 200_000, false],
    [1_000_000, 200_001, true],
    [1, 1, true],
  ])('of %i active ones %i: %s', (active, ending, tooMany) => {
    expect(endsTooMany({ active, ending })).toBe(tooMany);
  });
});
