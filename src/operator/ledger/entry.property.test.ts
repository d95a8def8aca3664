// Whatever is entered: the texts hold what the entry says and nothing that leads to a person.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FIELD_BITS } from '../../core/disclosed-fields.ts';
import type { AmcNo } from '../../core/ids.ts';
import { isNir, nirKey } from '../../core/nir.ts';
import { EVENTS, type LedgerEvent } from '../events.ts';
import { composeEntry } from './entry.ts';
import type { NewEntry } from './ledger-port.ts';

const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length });
const code = fc.string({
  unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz-.'),
  minLength: 1,
  maxLength: 20,
});
const value = fc.oneof(
  code,
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.array(fc.nat(9_999)),
  fc.array(code),
  hex(64),
);
const orNull = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: null });

/** Commune 991 exists nowhere. */
const nirOf = (order: number) => {
  const first13 = `1850575991${String(order).padStart(3, '0')}`;
  return `${first13}${nirKey(first13)}`;
};
const person = fc.record({
  nir: fc.nat(999).map(nirOf),
  name: fc.constantFrom('Élodie', 'Morel'),
  birthDate: fc.constant('19850517'),
});
const about = fc
  .record({ recordId: hex(32), person })
  // As an absent-minded caller might hand it over: with everything he knows about the person.
  .map(({ recordId, person: known }) => ({ amcNo: '0999000101' as AmcNo, recordId, ...known }));

const newEntry: fc.Arbitrary<NewEntry> = fc
  .record({
    event: fc.constantFrom(...(Object.keys(EVENTS) as LedgerEvent[])),
    rest: fc.dictionary(
      fc.constantFrom('account', 'client', 'asked', 'door', 'journalNo', 'mask', 'path', 'lines'),
      value,
    ),
    by: fc.constantFrom('pharmacist', 'optician', 'insurer', 'operator'),
    about: orNull(about),
    purpose: orNull(fc.constantFrom('PHAR', 'OPTI')),
    fields: fc.subarray(Object.keys(FIELD_BITS)),
    replay: fc.record({ asker: code, requestId: fc.uuid(), tag: hex(32) }),
  })
  .map(({ event, rest, by, purpose, fields, replay, ...more }) => ({
    about: more.about,
    member: {
      by,
      structure: 'S-PHARMACIE-HALLES',
      purpose,
      evidence: 'member-number',
      fields,
      outcome: '000',
    },
    rest: { ...rest, event },
    replay: { ...replay, sealAnswer: () => Buffer.from('the sealed answer') },
  }));

function valuesIn(parsed: unknown): unknown[] {
  return typeof parsed === 'object' && parsed !== null ? Object.values(parsed).flatMap(valuesIn) : [parsed];
}

it('the texts of every event hold the entry’s own words, the moment and the tag, and nothing else', () => {
  fc.assert(
    fc.property(newEntry, orNull(hex(32)), (entry, tag) => {
      const at = '2026-11-20T08:00:00.000Z';
      const { memberView, rest } = composeEntry(entry, { at, tag, salts: Buffer.alloc(64) });
      expect(JSON.parse(memberView)).toEqual({ at, ...entry.member });
      expect(JSON.parse(rest)).toEqual({ insurer: entry.about?.amcNo ?? null, person: tag, ...entry.rest });
      expect(rest.startsWith(`{"event":"${entry.rest.event}",`)).toBe(true); // found by it at the next start
    }),
  );
});

it('no text of any event has a NIR, a name, a birth date, a record id or a key to a kept answer', () => {
  fc.assert(
    fc.property(newEntry, hex(32), (entry, tag) => {
      const { memberView, rest } = composeEntry(entry, {
        at: '2026-11-20T08:00:00.000Z',
        tag,
        salts: Buffer.alloc(64),
      });
      const values = [memberView, rest].flatMap((text) => valuesIn(JSON.parse(text)));
      expect(values.filter(isNir)).toEqual([]);
      const text = memberView + rest;
      for (const secret of secretsOf(entry)) expect(text.includes(secret)).toBe(false);
    }),
  );
});

function secretsOf({ about: known, replay }: NewEntry): string[] {
  const id = Buffer.from(known?.recordId ?? 'never', 'hex');
  const ofPerson = known
    ? [known.recordId, id.toString('base64'), id.toString('base64url'), uuidOf(known.recordId)]
    : [];
  const { nir = [], name = [], birthDate = [] } = (known ?? {}) as Record<string, string[]>;
  return [
    ...ofPerson,
    nir,
    name,
    birthDate,
    replay?.requestId ?? [],
    replay?.tag ?? [],
    'sealed answer',
  ].flat();
}

function uuidOf(recordId: string): string {
  return recordId.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
