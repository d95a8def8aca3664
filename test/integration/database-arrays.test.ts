// Arrays of texts and bytes go into PostgreSQL as the driver's texts and come back as they were.

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BYTEA_ARRAY, TEXT_ARRAY } from '../../src/db/database.ts';
import { createLedgerWorld, type LedgerWorld } from '../support/ledger-world.ts';

let world: LedgerWorld;
beforeAll(async () => {
  world = await createLedgerWorld();
});
afterAll(() => world.close());

/** What hurts: quotes, backslashes, braces, commas, control characters, the word NULL, other alphabets. */
const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({
    unit: fc.constantFrom('"', '\\', '{', '}', ',', '\n', '\t', '\u0001', 'é', '𝄞', 'NULL', ' ', ''),
  }),
);

describe('arrays', () => {
  it('of texts come back as they were', async () => {
    const { owner } = world.database;
    await fc.assert(
      fc.asyncProperty(fc.array(text), async (texts) => {
        const sent = texts.map((one) => one.replaceAll('\0', ''));
        const rows =
          await owner`select one from unnest(${owner.array(sent, TEXT_ARRAY)}) with ordinality as t(one, n) order by n`;
        expect(rows.map(({ one }) => one as string)).toEqual(sent);
      }),
    );
  });

  it('of bytes come back as they were, also out of the middle of a larger buffer', async () => {
    const { owner } = world.database;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array()), async (pieces) => {
        const sent = pieces.map((one) => Buffer.concat([Buffer.from('x'), one]).subarray(1));
        const rows =
          await owner`select one from unnest(${owner.array(sent, BYTEA_ARRAY)}) with ordinality as t(one, n) order by n`;
        expect(rows.map(({ one }) => one as Buffer)).toEqual(sent);
      }),
    );
  });
});
