// Acts: listed ones, those known by their shape, and what is refused.

import { describe, expect, it } from 'vitest';
import { actFor, readActs } from './acts.ts';
import type { CareDomain } from './care-domains.ts';
import { TABLES } from './tables-fixture.ts';

const { acts, tariffs } = TABLES;
const found = (code: string, domain: CareDomain) => {
  const act = actFor(acts, code, domain);
  return typeof act === 'string' ? act : `${act.code}${act.flat ? ` ${act.flat}` : ''}`;
};

describe('an act in a domain', () => {
  it.each([
    ['G', 'MED', 'G PF'],
    ['G', 'PHAR', 'act-other-domain'],
    ['B', 'LABO', 'B PF'],
    ['SF', 'SAGE', 'SF'],
    ['AMI', 'AUXM', 'AMI FR_PARA'],
    ['VSL', 'TRAN', 'VSL FR_TRANSPORT'],
    // a doctor's technical act bears the flat contribution, a dentist's does not
    ['JQQM010', 'RADL', 'CCAM PF'],
    ['HBLD036', 'DEPR', 'CCAM'],
    ['HBLD036', 'TRAN', 'act-other-domain'],
    ['2223342', 'OPTI', 'LPP'],
    ['3400930', 'PHAR', 'CIP FR_BOX'],
    ['3400930000000', 'PHAR', 'CIP FR_BOX'],
    ['3400930000000', 'OPTI', 'act-other-domain'],
    ['LPP', 'OPTI', 'act-unknown'],
    ['ccam001', 'MED', 'act-unknown'],
    ['', 'MED', 'act-unknown'],
    ['constructor', 'MED', 'act-unknown'],
  ] as const)('%s in %s: %s', (code, domain, expected) => expect(found(code, domain)).toBe(expected));
});

it('what data/acts.json names of the tariffs is there', () => {
  const named = [...acts.values()].flatMap(({ flat, br, plv, charge }) => [flat, br, plv, charge]);
  expect(named.filter((item) => item !== undefined && !tariffs.has(item))).toEqual([]);
});

describe('a table of acts that cannot be read whole is refused', () => {
  const act = { code: 'X1', fr: 'x', en: 'x', domains: ['OPTI'] };
  it.each([
    ['no list', {}, 'acts'],
    ['no object', { acts: [1] }, 'acts[0]'],
    ['an act twice', { acts: [act, act] }, 'X1'],
    ['no domain', { acts: [{ ...act, domains: [] }] }, 'X1'],
    ['an unknown domain', { acts: [{ ...act, domains: ['EYES'] }] }, 'X1'],
    ['an unknown flat contribution', { acts: [{ ...act, flat: 'FR' }] }, 'X1'],
    ['an unknown property', { acts: [{ ...act, price: 1 }] }, 'X1'],
    ['a small letter', { acts: [{ ...act, code: 'x1' }] }, 'x1'],
    ['a lens without a grade', { acts: [{ ...act, optics: { part: 'lens' } }] }, 'X1'],
    ['a frame with one', { acts: [{ ...act, optics: { part: 'frame', grade: 'simple' } }] }, 'X1'],
    ['mayBeLeftOut: false', { acts: [{ ...act, mayBeLeftOut: false }] }, 'X1'],
  ])('%s', (_what, table, at) => expect(readActs(table)).toBe(at));
});
