// What a scanner, a clipboard or a line of demo.json gives. People are fictitious: communes 991 to 998.

import { describe, expect, it } from 'vitest';
import { nirKey } from '../../../src/core/nir.ts';
import { looksScanned, parseScan } from './scan.ts';

const FIRST_13 = '2790575991456';
const NIR = `${FIRST_13}${nirKey(FIRST_13)}`;
const DOMAINS = ['PHAR', 'FOUR'] as const;
const parse = (text: string) => parseScan(text, DOMAINS);

const fields = {
  amcNo: '0999000101',
  convType: 'RP',
  csr: '750100200',
  memberNo: 'T00000000001',
  nir: NIR,
  birthDate: '14/05/1979',
  birthRank: '2',
};

describe('a scanned line', () => {
  it.each([
    ['as the scanner gives it', `0999000101|RP|750100200|T00000000001|${NIR}|19790514|2`],
    [
      'with blanks and small letters',
      ` 0999000101 | rp | 750100200 | t00000000001 | ${NIR.slice(0, 1)} ${NIR.slice(1)} | 14/05/1979 | 2 \r\n`,
    ],
  ])('%s fills the whole form', (_how, line) => {
    expect(parse(line)).toEqual({ ok: true, fields });
  });

  it('may leave the rank out, and the CSR empty', () => {
    const result = parse(`0999000101|RP||T00000000001|${NIR}|19790514`);
    expect(result).toEqual({ ok: true, fields: { ...fields, csr: '', birthRank: '1' } });
  });

  it('keeps lunar birth dates as they are', () => {
    expect(parse(`1|2|3|4|5|19573045|1`)).toMatchObject({ fields: { birthDate: '45/30/1957' } });
  });
});

describe('a person as a JSON object', () => {
  it('like those of demo.json fills what it holds and ignores the rest', () => {
    const person = {
      memberNo: 'T00000000001',
      nir: NIR,
      birthDate: '19790514',
      birthRank: 2,
      amcNo: '0999000101',
      domains: ['PHAR'],
      cardFile: null,
      memberLogin: null,
    };
    const { convType: _c, csr: _r, ...expected } = fields;
    expect(parse(JSON.stringify(person))).toEqual({ ok: true, fields: expected });
  });

  it('may be a line of a feed, with the beneficiary inside', () => {
    const line = {
      memberNo: 'A1',
      csr: null,
      beneficiary: { nir: NIR, birthDate: '19790514', birthRank: 1 },
    };
    expect(parse(JSON.stringify(line))).toMatchObject({
      fields: { memberNo: 'A1', nir: NIR, birthRank: '1' },
    });
  });

  it('chooses only a care domain that this profession may ask about', () => {
    expect(parse('{"nir":"1","domain":"FOUR"}')).toMatchObject({ fields: { domain: 'FOUR' } });
    expect(parse('{"nir":"1","domain":"OPTI"}')).toEqual({ ok: true, fields: { nir: '1' } });
  });
});

describe('what is not taken', () => {
  it.each([
    ['two people', '{"nir":"1"}\n{"nir":"2"}', 'several'],
    ['two lines', `${'1|2|3|4|5|6|7'}\n${'1|2|3|4|5|6|7'}`, 'several'],
    ['a broken object', '{"nir":', 'unreadable'],
    ['an object about something else', '{"price":12}', 'unreadable'],
    ['a short line', '1|2|3', 'unreadable'],
    ['a long line', '1|2|3|4|5|6|7|8', 'unreadable'],
    ['a word', 'bonjour', 'unreadable'],
    ['a file', '|'.repeat(5_000), 'too-long'],
  ])('%s', (_what, text, reason) => {
    expect(parse(text)).toEqual({ ok: false, reason });
  });
});

describe('whether a field got a whole line', () => {
  it.each([
    ['0999000101|RP', true],
    [' {"nir"', true],
    ['0999000101', false],
    ['', false],
  ])('%s: %s', (text, answer) => {
    expect(looksScanned(text)).toBe(answer);
  });
});
