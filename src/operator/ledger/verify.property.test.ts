// Whatever one does to a signed ledger, the verifier finds it, and never names an entry after the first bad one.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { verifyLedger } from './verify.ts';
import { honestLedger, inputOf, type LedgerWorld, leafOf, type MutableRow } from './verify-fixture.ts';

const ENTRIES = 40;
const signedAt = fc
  .uniqueArray(fc.integer({ min: 1, max: ENTRIES - 1 }), { maxLength: 6 })
  .map((sizes) => [...sizes, ENTRIES].sort((a, b) => a - b));
const seq = fc.nat(ENTRIES - 1);
const column = fc.constantFrom(
  'memberSalt' as const,
  'memberView' as const,
  'restSalt' as const,
  'rest' as const,
  'leaf' as const,
);

/** Changes one bit; a text stays text, as the database would insist. */
function flip(
  row: MutableRow,
  name: 'memberSalt' | 'memberView' | 'restSalt' | 'rest' | 'leaf',
  at: number,
): void {
  const value = row[name] as Uint8Array | string;
  const bytes = Buffer.from(value as string);
  bytes[at % bytes.length] = (bytes[at % bytes.length] as number) ^ 1;
  Object.assign(row, { [name]: typeof value === 'string' ? bytes.toString() : bytes });
}

const rowAt = (world: LedgerWorld, at: number) => world.rows[at] as MutableRow;

it('an honest ledger verifies, wherever it was signed', async () => {
  await fc.assert(
    fc.asyncProperty(signedAt, async (sizes) => {
      const world = await honestLedger({ entries: ENTRIES, signedAt: sizes });
      expect(await verifyLedger(inputOf(world))).toMatchObject({ ok: true, proved: ENTRIES });
    }),
    { numRuns: 30 },
  );
});

it('one bit of any column of any row: that row is named', async () => {
  const world = await honestLedger({ entries: ENTRIES, signedAt: [13, ENTRIES] });
  await fc.assert(
    fc.asyncProperty(seq, column, fc.nat(), async (at, name, bit) => {
      const attacked = { ...world, rows: world.rows.map((row) => ({ ...row })) };
      flip(rowAt(attacked, at), name, bit);
      expect(await verifyLedger(inputOf(attacked))).toMatchObject({
        ok: false,
        firstBad: at,
        code: 'row-edited',
      });
    }),
    { numRuns: 150 },
  );
});

it('rows rewritten with their leaf: the window of the first of them is named', async () => {
  await fc.assert(
    fc.asyncProperty(signedAt, fc.uniqueArray(seq, { minLength: 1, maxLength: 4 }), async (sizes, places) => {
      const world = await honestLedger({ entries: ENTRIES, signedAt: sizes });
      for (const at of places) {
        const row = rowAt(world, at);
        row.memberView = (row.memberView ?? '').replace('"000"', '"200"');
        row.leaf = leafOf(row);
      }
      const first = Math.min(...places);
      const from = Math.max(0, ...sizes.filter((size) => size <= first));
      expect(await verifyLedger(inputOf(world))).toMatchObject({
        ok: false,
        firstBad: from,
        code: 'root-mismatch',
      });
    }),
    { numRuns: 60 },
  );
});

it('two rows in each other’s place: the first of them is named', async () => {
  await fc.assert(
    fc.asyncProperty(signedAt, seq, seq, async (sizes, a, b) => {
      fc.pre(a !== b);
      const world = await honestLedger({ entries: ENTRIES, signedAt: sizes });
      rowAt(world, a).seq = b;
      rowAt(world, b).seq = a;
      expect(await verifyLedger(inputOf(world))).toMatchObject({ ok: false, firstBad: Math.min(a, b) });
    }),
    { numRuns: 60 },
  );
});

it('rows deleted anywhere: the first hole is named', async () => {
  await fc.assert(
    fc.asyncProperty(signedAt, fc.uniqueArray(seq, { minLength: 1 }), async (sizes, gone) => {
      const world = await honestLedger({ entries: ENTRIES, signedAt: sizes });
      world.rows = world.rows.filter((row) => !gone.includes(row.seq));
      expect(await verifyLedger(inputOf(world))).toMatchObject({
        ok: false,
        firstBad: Math.min(...gone),
        code: 'entry-missing',
      });
    }),
    { numRuns: 60 },
  );
});

it('the journal’s bytes changed anywhere: never taken for whole', async () => {
  const world = await honestLedger({ entries: ENTRIES, signedAt: [ENTRIES] });
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.nat(), async (line, at) => {
      const journal = [...world.journal];
      const bytes = Buffer.from(journal[line % journal.length] ?? '');
      bytes[at % bytes.length] = (bytes[at % bytes.length] as number) ^ 1;
      // Of the last line nothing follows that would tell its bytes: it must be named by an entry or be whole JSON.
      fc.pre(line % journal.length !== journal.length - 1);
      journal[line % journal.length] = bytes.toString();
      expect((await verifyLedger(inputOf({ ...world, journal }))).ok).toBe(false);
    }),
    { numRuns: 150 },
  );
});
