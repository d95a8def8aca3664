// Laws of reading an extraction: how it is cut into pieces does not matter, every line is counted once, nothing that
// is in a file can end the reading, leave its column, or make the reader grow.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DIRECTORY_HEADER,
  directoryLine,
  encoded,
  fictitiousActivity,
} from '../../../bench/directory-file.ts';
import { LINE_LIMIT_BYTES, readHead } from './annuaire.ts';
import { AnnuaireReader, REJECTS_LISTED, ROW_COLUMNS } from './annuaire-reader.ts';

type Encoding = 'utf-8' | 'windows-1252';

function newReader(encoding: Encoding): AnnuaireReader {
  const head = readHead(encoded(`${DIRECTORY_HEADER}\n`, encoding));
  if (!head.ok) throw new Error(head.problem);
  return new AnnuaireReader(head.layout);
}

function readAll(pieces: readonly Uint8Array[], encoding: Encoding) {
  const reader = newReader(encoding);
  const text = pieces.map((piece) => reader.push(piece)).join('') + reader.end();
  const { rows, skipped, rejected, reasons, rejects } = reader;
  return { text, rows, skipped, rejected, reasons, rejects };
}

function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const at = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...at].map((from, i) => bytes.subarray(from, at[i] ?? bytes.length));
}

const encodings = fc.constantFrom<Encoding>('utf-8', 'windows-1252');
const goodLine = fc.nat(1_000_000).map((i) => directoryLine(fictitiousActivity(i, 1_000_000)));
const oddText = fc.string({
  unit: fc.constantFrom('a', 'é', '|', '\\', '\t', '\r', '\0', '€', '𝄞'),
  maxLength: 80,
});
const someBytes = fc.oneof(
  { weight: 4, arbitrary: goodLine.map((line) => Buffer.from(line)) },
  oddText.map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
  fc
    .integer({ min: LINE_LIMIT_BYTES - 2, max: LINE_LIMIT_BYTES + 2 })
    .map((length) => Buffer.alloc(length, 'é')),
);
const files = fc
  .tuple(fc.array(someBytes, { maxLength: 12 }), fc.boolean())
  .map(([lines, ended]) =>
    Buffer.concat(
      lines.flatMap((line, i) => (ended || i < lines.length - 1 ? [line, Buffer.from('\n')] : [line])),
    ),
  );

describe('reading an extraction', () => {
  it('gives the same, however it is cut into pieces', () => {
    fc.assert(
      fc.property(
        files,
        encodings,
        fc.array(fc.nat(100_000), { maxLength: 30 }),
        (bytes, encoding, places) => {
          expect(readAll(cut(bytes, places), encoding)).toEqual(readAll([bytes], encoding));
        },
      ),
    );
  });

  it('counts every line once', () => {
    fc.assert(
      fc.property(files, encodings, (bytes, encoding) => {
        const { text, rows, skipped, rejected } = readAll([bytes], encoding);
        const newlines = bytes.filter((byte) => byte === 10).length;
        const unended = bytes.length > 0 && bytes.at(-1) !== 10 ? 1 : 0;
        expect(rows).toBe(newlines + unended);
        expect(text.split('\n').length - 1 + skipped + rejected).toBe(rows);
      }),
    );
  });

  it('lets nothing leave its column on the way to the database', () => {
    const values = fc.string({ unit: fc.constantFrom('a', 'é', '\\', '\t', '\n', 'N', '.'), maxLength: 12 });
    fc.assert(
      fc.property(values, values, (family, place) => {
        const line = directoryLine({
          ...fictitiousActivity(15, 1_000_000),
          "Nom d'exercice": family,
          'Libellé commune (coord. structure)': place,
        });
        const { text, rejected } = readAll([Buffer.from(line)], 'utf-8');
        if (/[\t\n]/.test(family + place)) {
          expect(rejected).toBeGreaterThan(0);
          return;
        }
        const fields = text.slice(0, -1).split('\t');
        expect(fields).toHaveLength(ROW_COLUMNS.length);
        expect(fields[1]).toBe(family.replaceAll('\\', '\\\\'));
        expect(fields[5]).toBe(place.replaceAll('\\', '\\\\'));
      }),
    );
  });
});

it('a line that never ends is one broken line, and the next one counts', () => {
  const reader = newReader('utf-8');
  const piece = Buffer.alloc(100_000, 'x');
  const before = process.memoryUsage().arrayBuffers;
  for (let i = 0; i < 2_000; i += 1) expect(reader.push(piece)).toBe('');
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20_000_000);
  const text = reader.push(Buffer.from(`\n${directoryLine(fictitiousActivity(15, 1_000_000))}\n`));
  expect(text.split('\t')).toHaveLength(ROW_COLUMNS.length);
  expect(reader).toMatchObject({ rows: 2, rejected: 1, rejects: [{ line: 2, reason: 'line-too-long' }] });
});

it('the first broken lines are listed, with the header as line 1, and all are counted', () => {
  const reader = newReader('windows-1252');
  reader.push(Buffer.from('broken\n'.repeat(REJECTS_LISTED + 500)));
  expect(reader.rejected).toBe(REJECTS_LISTED + 500);
  expect(reader.reasons).toEqual({ columns: REJECTS_LISTED + 500 });
  expect(reader.rejects).toHaveLength(REJECTS_LISTED);
  expect(reader.rejects.at(-1)).toEqual({ line: REJECTS_LISTED + 1, reason: 'columns' });
});
