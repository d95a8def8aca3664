// One feed line: what each operation says, and one line at least per reason for refusing.
import { describe, expect, test } from 'vitest';
import type { FeedLineReason, UpsertLine } from './feed-line.ts';
import { canonicalUpsert, FEED_LINE_REASONS, MAX_PERIODS, readFeedLine } from './feed-line.ts';
import { nirKey } from './nir.ts';
import type { CareDate } from './period.ts';
import { addDays } from './period.ts';

// Commune 991 does not exist: nobody has these numbers.
const fictitious = (order: string) => `1850575991${order}${nirKey(`1850575991${order}`)}`;
const NIR = fictitious('001');
const MOTHER = fictitious('002');
const FATHER = fictitious('003');
const WRONG_KEY = `${NIR.slice(0, 13)}${NIR.slice(13) === '01' ? '02' : '01'}`;
const REF = 'AAECAwQFBgcICQoLDA0ODw';
const HANDLE = 'EBESExQVFhcYGRobHB0eHw';

const BENEFICIARY = { nir: NIR, birthDate: '19850512', birthRank: 1, quality: 'CHILD', alsoUnder: [MOTHER] };
const CARD = { handle: HANDLE, from: '2026-01-01', to: '2026-12-31' };
const PERIOD = { domain: 'PHAR', from: '2026-01-01', to: null, rule: 'R1' };
const UPSERT = {
  op: 'UPSERT',
  ref: REF,
  memberNo: 'G00000000001',
  beneficiary: BENEFICIARY,
  card: CARD,
  identityDoor: true,
  convType: 'VM',
  csr: '940123456',
  responsible: true,
  product: 'CONFORT-2',
  periods: [PERIOD],
};
const WHO = { nir: NIR, birthDate: '19850512', birthRank: 1 };
const CLOSE = { op: 'CLOSE', ref: REF, memberNo: 'G00000000001', beneficiary: WHO, on: '2026-11-30' };
const ERASE = { op: 'ERASE', ref: REF, memberNo: 'G00000000001', beneficiary: WHO };

const upsert = (changes: object) => ({ ...UPSERT, ...changes });
const about = (changes: object) => upsert({ beneficiary: { ...BENEFICIARY, ...changes } });
const withCard = (changes: object) => upsert({ card: { ...CARD, ...changes } });
const withPeriod = (changes: object) => upsert({ periods: [{ ...PERIOD, ...changes }] });
const without = (line: object, property: string) =>
  Object.fromEntries(Object.entries(line).filter(([name]) => name !== property));

function read(value: unknown): UpsertLine {
  const result = readFeedLine(value);
  if (!result.ok || result.line.op !== 'UPSERT') throw new Error(result.ok ? result.line.op : result.reason);
  return result.line;
}

describe('accepted lines', () => {
  const person = { ref: REF, memberNo: 'G00000000001', nir: NIR, birthDate: '19850512', birthRank: 1 };

  test('an UPSERT says everything', () => {
    expect(readFeedLine(UPSERT)).toEqual({
      ok: true,
      line: {
        op: 'UPSERT',
        ...person,
        quality: 'CHILD',
        alsoUnder: [MOTHER],
        card: CARD,
        identityDoor: true,
        rights: {
          product: 'CONFORT-2',
          responsible: true,
          convType: 'VM',
          csr: '940123456',
          card: { from: '2026-01-01', to: '2026-12-31' },
          periods: [PERIOD],
        },
      },
    });
  });

  test('what an UPSERT may leave out opens the least', () => {
    const { card, identityDoor, csr, ...rest } = UPSERT;
    const line = read({ ...rest, beneficiary: without(BENEFICIARY, 'alsoUnder') });
    expect(line).toMatchObject({
      card: null,
      identityDoor: false,
      alsoUnder: [],
      rights: { csr: null, card: null },
    });
    expect([card, identityDoor, csr]).not.toContain(null);
  });

  test('a canary is marked among its rights; a line that says it is none is the line that says nothing', () => {
    const nothing = read(UPSERT);
    expect(read(upsert({ canary: true }))).toEqual({
      ...nothing,
      rights: { ...nothing.rights, canary: true },
    });
    expect(JSON.stringify(read(upsert({ canary: false })))).toBe(JSON.stringify(nothing));
    expect(canonicalUpsert(read(upsert({ canary: false })))).toBe(canonicalUpsert(nothing));
    expect(canonicalUpsert(read(upsert({ canary: true })))).not.toBe(canonicalUpsert(nothing));
  });

  test('a CLOSE says who and until when', () => {
    const line = { op: 'CLOSE', ...person, alsoUnder: [], on: '2026-11-30' };
    expect(readFeedLine(CLOSE)).toEqual({ ok: true, line });
    expect(readFeedLine({ ...CLOSE, beneficiary: BENEFICIARY })).toEqual({
      ok: true,
      line: { ...line, alsoUnder: [MOTHER] },
    });
  });

  test('an ERASE says who, and which card if there was one', () => {
    const line = { op: 'ERASE', ...person, alsoUnder: [], cardHandle: null };
    expect(readFeedLine(ERASE)).toEqual({ ok: true, line });
    expect(readFeedLine({ ...ERASE, card: null })).toEqual({ ok: true, line });
    expect(readFeedLine({ ...ERASE, card: CARD })).toEqual({
      ok: true,
      line: { ...line, cardHandle: HANDLE },
    });
  });

  test('other NIRs are sorted, without repeats and without the person’s own', () => {
    const sorted = [FATHER, MOTHER].sort();
    expect(read(about({ alsoUnder: [FATHER, MOTHER, FATHER, NIR] })).alsoUnder).toEqual(sorted);
    expect(read(about({ alsoUnder: [MOTHER, FATHER] })).alsoUnder).toEqual(sorted);
  });

  test('periods are kept in the order of the domains, then of their first days', () => {
    const [late, early, sight] = [
      { domain: 'PHAR', from: '2027-01-01', to: null, rule: 'R2' },
      { domain: 'PHAR', from: '2026-01-01', to: '2026-12-31', rule: 'R1' },
      { domain: 'OPTI', from: '2020-01-01', to: null, rule: 'R1' },
    ];
    expect(read(upsert({ periods: [sight, late, early] })).rights.periods).toEqual([early, late, sight]);
  });

  test('200 periods are accepted', () => {
    expect(read(upsert({ periods: dailyPeriods(MAX_PERIODS) })).rights.periods).toHaveLength(200);
  });
});

function dailyPeriods(count: number): object[] {
  return Array.from({ length: count }, (_, i) => {
    const day = addDays('2026-01-01' as CareDate, i);
    return { domain: 'PHAR', from: day, to: day, rule: 'R1' };
  });
}

const REFUSED: readonly (readonly [FeedLineReason, string, unknown])[] = [
  ['not-an-object', 'null', null],
  ['not-an-object', 'a list', [UPSERT]],
  ['not-an-object', 'a text', 'UPSERT'],
  ['op-unknown', 'lower case', upsert({ op: 'upsert' })],
  ['op-unknown', 'missing', without(UPSERT, 'op')],
  ['op-unknown', 'not even an object’s own', JSON.parse('{"op":"toString"}')],
  ['property-unknown', 'in an UPSERT', upsert({ name: 'Morel' })],
  ['property-unknown', 'a property of CLOSE in an UPSERT', upsert({ on: '2026-11-30' })],
  ['property-unknown', 'a property of UPSERT in a CLOSE', { ...CLOSE, card: null }],
  ['property-unknown', 'a property of UPSERT in an ERASE', { ...ERASE, product: 'CONFORT-2' }],
  ['property-unknown', 'in the beneficiary', about({ firstName: 'Lina' })],
  ['property-unknown', 'in the beneficiary of a CLOSE', { ...CLOSE, beneficiary: { ...WHO, phone: '' } }],
  ['property-unknown', 'in the card', withCard({ number: 1 })],
  ['property-unknown', 'in a period', withPeriod({ amount: 100 })],
  ['property-unknown', 'a prototype', JSON.parse(JSON.stringify(UPSERT).replace('{', '{"__proto__":{},'))],
  ['ref-malformed', 'missing', without(UPSERT, 'ref')],
  ['ref-malformed', 'too short', upsert({ ref: REF.slice(1) })],
  ['ref-malformed', 'spare bits set', upsert({ ref: `${REF.slice(0, 21)}x` })],
  ['member-no-malformed', 'missing', without(CLOSE, 'memberNo')],
  ['member-no-malformed', 'lower case', upsert({ memberNo: 'g1' })],
  ['beneficiary-malformed', 'missing', without(ERASE, 'beneficiary')],
  ['beneficiary-malformed', 'a text', upsert({ beneficiary: NIR })],
  ['nir-length', 'missing', upsert({ beneficiary: without(BENEFICIARY, 'nir') })],
  ['nir-length', '13 characters', about({ nir: NIR.slice(0, 13) })],
  ['nir-length', 'a number', about({ nir: Number(NIR) })],
  ['nir-shape', 'a letter', about({ nir: `X${NIR.slice(1)}` })],
  ['nir-key', 'a wrong key', about({ nir: WRONG_KEY })],
  ['birth-date-malformed', 'with hyphens', about({ birthDate: '1985-05-12' })],
  ['birth-date-malformed', 'a number', about({ birthDate: 19_850_512 })],
  ['birth-rank-malformed', 'zero', about({ birthRank: 0 })],
  ['birth-rank-malformed', 'a text', about({ birthRank: '1' })],
  ['quality-unknown', 'missing in an UPSERT', upsert({ beneficiary: without(BENEFICIARY, 'quality') })],
  ['quality-unknown', 'another word', about({ quality: 'PARENT' })],
  ['quality-unknown', 'another word in a CLOSE', { ...CLOSE, beneficiary: { ...WHO, quality: null } }],
  ['also-under-malformed', 'null', about({ alsoUnder: null })],
  ['also-under-malformed', 'a text', about({ alsoUnder: MOTHER })],
  ['also-under-malformed', 'a wrong key', about({ alsoUnder: [MOTHER, WRONG_KEY] })],
  [
    'also-under-malformed',
    'five of them',
    about({ alsoUnder: ['4', '5', '6', '7', '8'].map((n) => fictitious(`00${n}`)) }),
  ],
  ['card-malformed', 'a text', upsert({ card: HANDLE })],
  ['card-malformed', 'no handle', upsert({ card: without(CARD, 'handle') })],
  ['card-malformed', 'no end', withCard({ to: null })],
  ['card-malformed', 'no such day', withCard({ to: '2026-02-30' })],
  ['card-malformed', 'in an ERASE', { ...ERASE, card: { handle: HANDLE } }],
  ['card-period-impossible', 'ends before it begins', withCard({ to: '2025-12-31' })],
  ['identity-door-malformed', 'null', upsert({ identityDoor: null })],
  ['identity-door-malformed', 'a text', upsert({ identityDoor: 'true' })],
  ['routing-malformed', 'no convention type', without(UPSERT, 'convType')],
  ['routing-malformed', 'three characters', upsert({ convType: 'VMX' })],
  ['routing-malformed', 'a pattern', upsert({ csr: '94???????' })],
  ['routing-malformed', 'an empty criterion', upsert({ csr: '' })],
  ['responsible-malformed', 'missing', without(UPSERT, 'responsible')],
  ['responsible-malformed', 'a number', upsert({ responsible: 1 })],
  ['product-malformed', 'missing', without(UPSERT, 'product')],
  ['product-malformed', 'lower case', upsert({ product: 'Confort' })],
  ['canary-malformed', 'a text', upsert({ canary: 'true' })],
  ['canary-malformed', 'null', upsert({ canary: null })],
  ['periods-malformed', 'missing', without(UPSERT, 'periods')],
  ['periods-malformed', 'none', upsert({ periods: [] })],
  ['periods-malformed', '201', upsert({ periods: dailyPeriods(MAX_PERIODS + 1) })],
  ['periods-malformed', 'a text among them', upsert({ periods: [PERIOD, 'PHAR'] })],
  ['periods-malformed', 'no such day', withPeriod({ from: '2026-02-29' })],
  ['periods-malformed', 'the end not written', upsert({ periods: [without(PERIOD, 'to')] })],
  ['domain-unknown', 'a grouped code', withPeriod({ domain: 'RLAX' })],
  ['domain-unknown', 'missing', upsert({ periods: [without(PERIOD, 'domain')] })],
  ['rule-malformed', 'missing', upsert({ periods: [without(PERIOD, 'rule')] })],
  ['rule-malformed', 'a separator', withPeriod({ rule: 'R1|R2' })],
  ['period-impossible', 'ends before it begins', withPeriod({ to: '2025-12-31' })],
  [
    'period-overlap',
    'one common day',
    upsert({
      periods: [
        { ...PERIOD, to: '2026-06-30' },
        { ...PERIOD, from: '2026-06-30' },
      ],
    }),
  ],
  [
    'period-overlap',
    'after an open end',
    upsert({ periods: [PERIOD, { ...PERIOD, from: '2030-01-01', rule: 'R2' }] }),
  ],
  ['close-date-malformed', 'missing', without(CLOSE, 'on')],
  ['close-date-malformed', 'null', { ...CLOSE, on: null }],
  ['close-date-malformed', 'no such day', { ...CLOSE, on: '2026-11-31' }],
];

describe('refused lines', () => {
  test.each(REFUSED)('%s: %s', (reason, _label, value) => {
    expect(readFeedLine(value)).toMatchObject({ ok: false, reason });
  });

  test('every reason is shown above, but those that only the vault can give', () => {
    const shown = new Set(REFUSED.map(([reason]) => reason));
    const missing = Object.keys(FEED_LINE_REASONS).filter((reason) => !shown.has(reason as FeedLineReason));
    expect(missing).toEqual(['nir-not-fictitious', 'line-not-json']);
  });

  test('the reference is given back when it is well formed, and only then', () => {
    expect(readFeedLine(upsert({ product: '' }))).toEqual({
      ok: false,
      reason: 'product-malformed',
      ref: REF,
    });
    expect(readFeedLine(upsert({ name: 'Morel' }))).toEqual({
      ok: false,
      reason: 'property-unknown',
      ref: REF,
    });
    expect(readFeedLine(upsert({ ref: NIR }))).toEqual({ ok: false, reason: 'ref-malformed', ref: null });
  });

  test('of several faults the first in the order of the contract is told', () => {
    const faults = { ref: '', memberNo: '', product: '', periods: [] };
    expect(readFeedLine({ ...upsert(faults) })).toMatchObject({ reason: 'ref-malformed' });
    expect(readFeedLine({ ...upsert({ ...faults, ref: REF }) })).toMatchObject({
      reason: 'member-no-malformed',
    });
    expect(readFeedLine({ ...upsert({ product: '', periods: [] }) })).toMatchObject({
      reason: 'product-malformed',
    });
  });

  test.each(Object.entries(FEED_LINE_REASONS))(
    '%s has a sentence in French and in English that ends properly',
    (_code, sentence) => {
      expect(sentence.fr).toMatch(/^[A-ZÀ-Ý].{20,}\.$/);
      expect(sentence.en).toMatch(/^[A-Z].{20,}\.$/);
    },
  );
});

describe('canonical text', () => {
  test('it is this, so that a release that changes it is noticed', () => {
    const later = { domain: 'OPTI', from: '2026-02-01', to: '2026-12-31', rule: 'R2' };
    expect(canonicalUpsert(read(upsert({ periods: [later, PERIOD] })))).toBe(
      `UPSERT/1|${REF}|G00000000001|${NIR}|19850512|1|CHILD|${MOTHER}|${HANDLE},2026-01-01,2026-12-31|true|VM|940123456|true|CONFORT-2` +
        '|PHAR,2026-01-01,,R1|OPTI,2026-02-01,2026-12-31,R2',
    );
  });

  test('every single difference of meaning changes it', () => {
    const lines = [
      UPSERT,
      upsert({ ref: HANDLE }),
      upsert({ memberNo: 'G00000000002' }),
      about({ nir: FATHER }),
      about({ birthDate: '19850513' }),
      about({ birthRank: 2 }),
      about({ quality: 'OTHER' }),
      about({ alsoUnder: [] }),
      about({ alsoUnder: [MOTHER, FATHER] }),
      upsert({ card: null }),
      withCard({ handle: REF }),
      withCard({ from: '2026-01-02' }),
      withCard({ to: '2026-12-30' }),
      upsert({ identityDoor: false }),
      upsert({ convType: 'AL' }),
      upsert({ csr: null }),
      upsert({ responsible: false }),
      upsert({ product: 'CONFORT-3' }),
      upsert({ canary: true }),
      withPeriod({ domain: 'MED' }),
      withPeriod({ from: '2026-01-02' }),
      withPeriod({ to: '2026-12-31' }),
      withPeriod({ rule: 'R2' }),
      upsert({ periods: [PERIOD, { ...PERIOD, domain: 'MED' }] }),
    ];
    expect(new Set(lines.map((line) => canonicalUpsert(read(line)))).size).toBe(lines.length);
  });
});
