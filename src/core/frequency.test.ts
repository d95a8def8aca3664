// How soon equipment may be had again: the rules of DOMAIN.md 5.2 as a table, and what a history keeps.
import { describe, expect, it, test } from 'vitest';
import { CARE_DOMAINS } from './care-domains.ts';
import {
  type AgeGroup,
  addMonths,
  type Equipment,
  type EquipmentLine,
  isEquipmentDomain,
  pruned,
  tooEarly,
  withClaim,
  withoutClaim,
  withWish,
} from './frequency.ts';
import type { CareDate } from './period.ts';

const day = (text: string) => text as CareDate;
const had = (on: string, ...parts: EquipmentLine['parts']): EquipmentLine => ({
  engagement: 'a',
  on: day(on),
  parts,
  had: day(on),
});
const glasses = (age: AgeGroup, sightChanged = false): Equipment => ({ domain: 'OPTI', age, sightChanged });
const ears = (...of: ('left-ear' | 'right-ear')[]): Equipment => ({ domain: 'AUDI', ears: of });

describe.each<[string, Equipment, EquipmentLine[], string, string | null]>([
  ['nobody had anything', glasses('16-and-over'), [], '2026-12-01', null],
  [
    '16 and over, a day before two years',
    glasses('16-and-over'),
    [had('2024-12-02', 'glasses')],
    '2026-12-01',
    '2026-12-02',
  ],
  ['16 and over, on the day', glasses('16-and-over'), [had('2024-12-01', 'glasses')], '2026-12-01', null],
  [
    '6 to 15, a day before a year',
    glasses('6-15'),
    [had('2025-12-02', 'glasses')],
    '2026-12-01',
    '2026-12-02',
  ],
  ['6 to 15, on the day', glasses('6-15'), [had('2025-12-01', 'glasses')], '2026-12-01', null],
  [
    'under 6, a day before six months',
    glasses('under-6'),
    [had('2026-06-02', 'glasses')],
    '2026-12-01',
    '2026-12-02',
  ],
  ['under 6, on the day', glasses('under-6'), [had('2026-06-01', 'glasses')], '2026-12-01', null],
  [
    'sight that changed, yesterday',
    glasses('16-and-over', true),
    [had('2026-11-30', 'glasses')],
    '2026-12-01',
    null,
  ],
  [
    'a leap day, two years on',
    glasses('16-and-over'),
    [had('2024-02-29', 'glasses')],
    '2026-02-27',
    '2026-02-28',
  ],
  [
    'a leap day, two years on, on the day',
    glasses('16-and-over'),
    [had('2024-02-29', 'glasses')],
    '2026-02-28',
    null,
  ],
  [
    'care dated before the equipment',
    glasses('16-and-over'),
    [had('2026-12-01', 'glasses')],
    '2025-01-01',
    '2028-12-01',
  ],
  [
    'the later of two stands against it',
    glasses('6-15'),
    [had('2026-03-01', 'glasses'), had('2026-02-01', 'glasses')],
    '2026-12-01',
    '2027-03-01',
  ],
  [
    'the same ear, a day before four years',
    ears('left-ear'),
    [had('2022-12-02', 'left-ear')],
    '2026-12-01',
    '2026-12-02',
  ],
  ['the same ear, on the day', ears('left-ear'), [had('2022-12-01', 'left-ear')], '2026-12-01', null],
  ['the other ear', ears('right-ear'), [had('2026-11-30', 'left-ear')], '2026-12-01', null],
  [
    'both ears, when one was had',
    ears('left-ear', 'right-ear'),
    [had('2026-11-30', 'right-ear')],
    '2026-12-01',
    '2030-11-30',
  ],
  ['an ear, when glasses were had', ears('left-ear'), [had('2026-11-30', 'glasses')], '2026-12-01', null],
])('%s', (_title, equipment, history, on, earliest) => {
  it(earliest === null ? 'may be had' : `may be had from ${earliest} on`, () => {
    expect(tooEarly(history, equipment, day(on))).toBe(earliest);
  });
});

test.each([
  ['2026-08-31', 6, '2027-02-28'],
  ['2023-08-31', 6, '2024-02-29'],
  ['2026-12-31', 24, '2028-12-31'],
  ['2026-12-15', 1, '2027-01-15'],
])('%s and %i months is %s', (from, months, to) => {
  expect(addMonths(day(from), months)).toBe(to);
});

test('only glasses and hearing aids know a frequency', () => {
  expect(CARE_DOMAINS.filter(isEquipmentDomain)).toEqual(['OPTI', 'AUDI']);
});

describe('a history', () => {
  const wish = { engagement: 'b', on: day('2026-12-01'), parts: ['left-ear'] as const };
  const claim = { engagement: 'b', on: day('2026-12-20') };
  const older = had('2024-01-01', 'right-ear');

  it('counts a claim from the day of its care, for the ear that was asked for', () => {
    const history = withClaim(withWish([older], wish), claim, 'AUDI');
    expect(history).toEqual([older, { ...wish, had: '2026-12-20' }]);
    expect(tooEarly(history, ears('left-ear'), day('2030-12-19'))).toBe('2030-12-20');
  });

  it('takes a claim nobody asked about for both ears', () => {
    expect(withClaim([], claim, 'AUDI')).toEqual([
      { ...claim, parts: ['left-ear', 'right-ear'], had: claim.on },
    ]);
  });

  it('is as it was when a claim is cancelled', () => {
    const before = withWish([older], wish);
    expect(withoutClaim(withClaim(before, claim, 'AUDI'), 'b')).toEqual(before);
  });

  it('has one line for an engagement, and asking again does not undo what was had', () => {
    const history = withClaim(withWish([], wish), claim, 'AUDI');
    expect(withWish(history, wish)).toEqual(history);
  });

  it('forgets what stands against nothing any more', () => {
    const old = had('2022-12-01', 'left-ear');
    const young = had('2022-12-02', 'left-ear');
    expect(pruned([old, young], day('2026-12-01'))).toEqual([young]);
  });
});
