// The short identifiers: what is accepted, and every near miss that must not be.
import { describe, expect, test } from 'vitest';
import * as ids from './ids.ts';

const REF = 'AAAAAAAAAAAAAAAAAAAAAA';

const CASES: readonly {
  readonly name: string;
  readonly parse: (value: unknown) => string | null;
  readonly accepted: readonly string[];
  readonly refused: readonly unknown[];
}[] = [
  {
    name: 'member number',
    parse: ids.parseMemberNo,
    accepted: ['1', 'G00000000001', 'ABCDEFGHIJ0123456789'],
    refused: ['', 'g00000000001', 'A-1', 'A 1', ' A1', 'A1\n', 'É1', 'A'.repeat(21), 12, null, undefined],
  },
  {
    name: 'convention type',
    parse: ids.parseConvType,
    accepted: ['RO', 'VM', '01', 'A1'],
    refused: ['', 'R', 'ROO', 'ro', 'R?', 'R ', 10, null],
  },
  {
    name: 'secondary criterion',
    parse: ids.parseCsr,
    accepted: ['0', '940123456', 'A1B2C3D4E'],
    refused: ['', '94???????', '?', '9401234567', 'a1', '94 1', 94, null],
  },
  {
    name: 'subject reference',
    parse: ids.parseSubjectRef,
    accepted: [REF, '_-Zz09abcdefghijklmnow', `${REF.slice(1)}Q`, `${REF.slice(1)}g`],
    refused: [
      '',
      REF.slice(1),
      `${REF}A`,
      `${REF.slice(1)}B`,
      `${REF.slice(1)}=`,
      `+${REF.slice(1)}`,
      `${REF}==`,
      1,
      null,
    ],
  },
  {
    name: 'card handle',
    parse: ids.parseCardHandle,
    accepted: [REF, `${REF.slice(1)}w`],
    refused: ['', `${REF.slice(1)}_`, `/${REF.slice(1)}`, null],
  },
  {
    name: 'rule',
    parse: ids.parseRuleId,
    accepted: ['R1', 'TM', 'PCT_130', '100-2'],
    refused: ['', 'r1', 'R 1', 'R1|', 'R,1', 'R'.repeat(21), 1, null],
  },
  {
    name: 'product code',
    parse: ids.parseProductCode,
    accepted: ['CONFORT-2', 'A', '2_B'],
    refused: ['', 'Confort', 'A B', 'A/B', 'A'.repeat(21), 2, null],
  },
];

describe.each(CASES)('$name', ({ parse, accepted, refused }) => {
  test.each(accepted)('accepts %j unchanged', (text) => {
    expect(parse(text)).toBe(text);
  });
  test.each(refused.map((value) => [value]))('refuses %j', (value) => {
    expect(parse(value)).toBeNull();
  });
});

describe('AMC number', () => {
  test.each([
    ['99900012', '0099900012'],
    ['099900012', '0099900012'],
    ['0099900012', '0099900012'],
    ['341230380', '0341230380'],
  ])('%s is compared as %s', (printed, compared) => {
    expect(ids.parseAmcNo(printed)).toBe(compared);
  });
  test.each(['', '9990001', '00999000120', '9990001A', ' 99900012', '999 000 12', 99900012, null])(
    'refuses %j',
    (value) => {
      expect(ids.parseAmcNo(value)).toBeNull();
    },
  );
});

describe('birth rank', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8, 9])('accepts %i', (rank) => {
    expect(ids.parseBirthRank(rank)).toBe(rank);
  });
  test.each([0, 10, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '1', true, null, undefined, [1]])(
    'refuses %j',
    (value) => {
      expect(ids.parseBirthRank(value)).toBeNull();
    },
  );
});
