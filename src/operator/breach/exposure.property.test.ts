// An exposure list equals exactly what was disclosed (I10): against a second, naive computation that looks at one person
// at a time and keeps every look-up.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type DisclosedField, FIELD_BITS } from '../../core/disclosed-fields.ts';
import { type Entered, ExposureTally, type LookUp, type PersonRef, type TaggedPerson } from './exposure.ts';

const FIELDS = Object.keys(FIELD_BITS) as DisclosedField[];
const MONTHS = ['2026-10', '2026-11'];

/** Five persons of two insurers, two of whom have the same ref there. The last one's tags lead nowhere. */
const PERSONS: (PersonRef | null)[] = [
  { insurer: '0999000101', subjectRef: 'anne' },
  { insurer: '0999000101', subjectRef: 'bruno' },
  { insurer: '0999000102', subjectRef: 'anne' },
  { insurer: '0999000102', subjectRef: 'chloe' },
  null,
];
const tagOf = (i: number, month: string): TaggedPerson => ({
  insurer: PERSONS[i]?.insurer ?? '0999000101',
  month,
  tag: `tag ${i} of ${month}`,
});
const personOf = ({ tag }: TaggedPerson) => PERSONS[Number(tag.split(' ')[1])] ?? null;

const entered = fc
  .record({
    event: fc.constantFrom<Entered['event']>('rights.checked', 'rights.unanswered'),
    who: fc.option(fc.nat(PERSONS.length - 1)),
    month: fc.constantFrom(...MONTHS),
    fields: fc.subarray(FIELDS),
    outcome: fc.constantFrom('000', '101', '200', '301'),
  })
  .map(
    ({ event, who, month, fields, outcome }): Entered => ({
      event,
      person: who === null ? null : tagOf(who, month),
      // As check-rights.ts writes them: nothing is disclosed by 200, nor before an answer.
      fields: event === 'rights.checked' && outcome !== '200' ? fields : [],
      outcome: event === 'rights.checked' ? outcome : null,
    }),
  );
const lookUp: fc.Arbitrary<LookUp> = fc.record({
  at: fc.nat(100_000).map((n) => `2026-11-01T00:00:00.${String(n).padStart(6, '0')}Z`),
  opened: fc.boolean(),
  entries: fc.array(entered, { maxLength: 2 }),
});

const isChecked = ({ event, outcome }: Entered) => event === 'rights.checked' && outcome !== '200';
const counts = (entry: Entered) => isChecked(entry) || entry.event === 'rights.unanswered';

/** What one person was shown, by asking each look-up about that person alone. */
function naivePerson(ref: PersonRef, lookUps: readonly LookUp[]) {
  const isOf = ({ person }: Entered) => {
    const found = person && personOf(person);
    return found?.insurer === ref.insurer && found.subjectRef === ref.subjectRef;
  };
  const about = lookUps.flatMap(({ at, entries }) =>
    entries.filter((entry) => isOf(entry) && counts(entry)).map((entry) => ({ at, entry })),
  );
  if (about.length === 0) return [];
  const certain = about.filter(({ entry }) => isChecked(entry));
  const times = about.map(({ at }) => at).sort();
  return [
    {
      ...ref,
      fields: FIELDS.filter((field) =>
        certain.some(({ entry }) => field === 'membership' || entry.fields.includes(field)),
      ),
      first: times[0],
      last: times.at(-1),
      certainty: certain.length > 0 ? 'certain' : 'possible',
      mayBeMore: certain.length < about.length,
    },
  ];
}

/** Doors nobody entered, entries that name nobody, and every tag that leads nowhere. */
function naiveUnknown(lookUps: readonly LookUp[]): number {
  const entries = lookUps.flatMap((one) => one.entries).filter(counts);
  const lost = entries.flatMap(({ person }) => (person && !personOf(person) ? [person.tag] : []));
  const nameless = entries.filter(({ person }) => person === null).length;
  return lookUps.filter((one) => one.entries.length === 0).length + nameless + new Set(lost).size;
}

it('lists exactly what was disclosed, whatever the order, and counts those whom it cannot name', () => {
  fc.assert(
    fc.property(fc.array(lookUp, { maxLength: 30 }), (lookUps) => {
      const tally = new ExposureTally();
      for (const one of lookUps) tally.add(one);
      const { persons, counts: said } = tally.exposure(personOf, { entries: 0, journalLines: 0 });
      const expected = PERSONS.flatMap((ref) => (ref ? naivePerson(ref, lookUps) : []));
      expect(persons).toEqual(expected);
      const certain = expected.filter(({ certainty }) => certainty === 'certain').length;
      expect(said).toMatchObject({
        persons: expected.length,
        certain,
        possible: expected.length - certain,
        unknownPersons: naiveUnknown(lookUps),
        doors: lookUps.filter(({ opened }) => opened).length,
        entries: lookUps.flatMap(({ entries }) => entries).length,
        notListed: naiveUnknown(lookUps) === 0 ? 'no' : 'possible',
      });
    }),
    { numRuns: 500 },
  );
});

it('says "possible" instead of "no" of everybody else as soon as anything is missing', () => {
  const notListed = (missing: { entries: number; journalLines: number }) =>
    new ExposureTally().exposure(personOf, missing).counts.notListed;
  expect(notListed({ entries: 0, journalLines: 0 })).toBe('no');
  expect(notListed({ entries: 1, journalLines: 0 })).toBe('possible');
  expect(notListed({ entries: 0, journalLines: 1 })).toBe('possible');
});
