// `rempart card issue --file` with a card desk that refuses: no issued card is lost, and the line is named as in the file.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempDir } from '../../test/support/temp-dir.ts';
import type { CardHandle } from '../core/ids.ts';
import { DeskRefused } from '../demo/card-desks.ts';
import { issueFile } from './card-issue-file.ts';
import { notYetTold } from './card-revoke.ts';

const NOW = Date.parse('2026-11-23T11:00:00Z');

const line = (changed: Record<string, unknown> = {}) => ({
  ref: Buffer.alloc(16, 7).toString('base64url'),
  birthDate: '19790614',
  birthRank: 1,
  convType: 'RP',
  csr: null,
  domains: [{ domain: 'PHAR', rule: 'R1' }],
  from: '2026-01-01',
  to: '2027-12-31',
  ...changed,
});

/** `refusals`: what the desk says to its first request, its second …; undefined: it issues. */
function desk(...refusals: (Record<string, unknown> | Error | undefined)[]) {
  const asked: number[] = [];
  return {
    asked,
    async issue(_amcNo: string, orders: readonly unknown[]) {
      asked.push(orders.length);
      const refusal = refusals[asked.length - 1];
      if (refusal) throw refusal instanceof Error ? refusal : new DeskRefused(refusal);
      return orders.map((_, i) => ({ handle: `h${i}` as CardHandle, card: Buffer.from('card') }));
    },
  };
}

async function issue(text: string, desks: ReturnType<typeof desk>) {
  const folder = tempDir();
  const [file, out] = [join(folder, 'requests.ndjson'), join(folder, 'cards.ndjson')];
  writeFileSync(file, text);
  let said = '';
  const io = {
    stdout: (one: string) => {
      said += one;
    },
    stderr: () => undefined,
    json: true,
    now: () => NOW,
  };
  const outcome = await issueFile(desks, { file, out, nowMs: NOW }, io).catch((error: unknown) => error);
  const lines = existsSync(out) ? readFileSync(out, 'utf8').trim().split('\n').length : null;
  expect(existsSync(`${out}.part`)).toBe(false);
  return { outcome, lines, out, said: said === '' ? null : (JSON.parse(said) as Record<string, unknown>) };
}
const text = (lines: readonly object[]) => lines.map((one) => `${JSON.stringify(one)}\n`).join('');
const many = (count: number) => Array.from({ length: count }, () => line());

describe('a line that is wrong', () => {
  it.each([
    ['a day that does not exist', { to: '2027-02-30' }, 'to'],
    ['longer than two years', { to: '2028-01-01' }, 'to'],
    ['over already', { from: '2025-01-01', to: '2025-12-31' }, 'to'],
    ['a domain twice', { domains: [line().domains[0], line().domains[0]] }, 'domains'],
    ['no domain', { domains: [] }, 'domains'],
    ['an unknown domain', { domains: [{ domain: 'XXXX', rule: 'R1' }] }, 'domains'],
    [
      'a rule that may be a number of somebody',
      { domains: [{ domain: 'PHAR', rule: 'R12345678' }] },
      'domains',
    ],
    ['more in a domain', { domains: [{ domain: 'PHAR', rule: 'R1', name: 'X' }] }, 'domains'],
    ['a name', { name: 'X' }, 'name'],
    ['a CSR pattern', { csr: '75???????' }, 'csr'],
    ['a reference of another length', { ref: 'abc' }, 'ref'],
    ['a birth date in another form', { birthDate: '1979-06-14' }, 'birthDate'],
    ['a rank of text', { birthRank: '1' }, 'birthRank'],
    ['no convention type', { convType: undefined }, 'convType'],
  ])('is named by its line before the first card is signed: %s', async (_, changed, field) => {
    const desks = desk();
    const lines = `${text(many(1_200))}\n${text([line(changed)])}`;
    const { outcome, lines: written } = await issue(lines, desks);
    expect(outcome).toBeInstanceOf(DeskRefused);
    expect((outcome as DeskRefused).problem).toMatchObject({ code: 'invalid', line: 1_202, field });
    expect([desks.asked, written]).toEqual([[], null]);
  });

  it('also when it is no JSON', async () => {
    const { outcome } = await issue(`${text(many(1))}{"ref"\n`, desk());
    expect((outcome as DeskRefused).problem).toMatchObject({ code: 'file', line: 2 });
  });
});

describe('a desk that refuses', () => {
  it('the first request: nothing is issued, no file', async () => {
    const { outcome, lines } = await issue(text(many(1_200)), desk({ code: 'disconnected', title: 'away' }));
    expect((outcome as DeskRefused).problem).toMatchObject({ code: 'disconnected', line: 1 });
    expect(lines).toBeNull();
  });

  it('a later one: the cards until then are in the file, and it is said where it stopped', async () => {
    const { outcome, lines, said, out } = await issue(
      text(many(2_500)),
      desk(undefined, undefined, { code: 'cards-spent', title: 'spent' }),
    );
    expect([outcome, lines]).toEqual([1, 2_000]);
    expect(said).toEqual({
      type: 'urn:rempart:problem:stopped',
      title: `issued 2000 of 2500, stopped at line 2001: the 2000 cards are in ${out}`,
      code: 'stopped',
      issued: 2_000,
      of: 2_500,
      file: out,
      line: 2_001,
      nextLine: 2_001,
      because: { code: 'cards-spent', title: 'spent' },
    });
  });

  it('and one that breaks loses no more than one that refuses', async () => {
    const { outcome, lines, said } = await issue(text(many(1_500)), desk(undefined, new Error('broken')));
    expect([outcome, lines]).toEqual([1, 1_000]);
    expect(said).toMatchObject({ line: 1_001, because: { title: 'broken' } });
  });

  it('for one order: its line is that of the file, empty lines counted', async () => {
    const refusal = { code: 'invalid', title: 'no', field: 'cards.200.to' };
    const lines = `${text(many(1_000))}\n\n${text(many(500))}`;
    const { said } = await issue(lines, desk(undefined, refusal));
    expect(said).toMatchObject({ line: 1_203, nextLine: 1_003, field: 'to', issued: 1_000 });
  });
});

it('all of them: each line in order', async () => {
  const { outcome, lines, said, out } = await issue(text(many(1_001)), desk());
  expect([outcome, lines, said]).toEqual([0, 1_001, { cards: 1_001, file: out }]);
});

it.each([
  ['0999000101', 'operator-away', 'it is away. The insurer’s process goes on trying.'],
  ['0999000101', 'vault-away', 'vault is away or locked'],
  ['0999000101', 'status-list-refused', 'refused the status list (status-list-refused)'],
  ['0999000102', 'operator-away', 'told when the demo starts again'],
])('a revocation at %s that is not told because of %s says so', (amcNo, problem, sentence) => {
  expect(notYetTold(amcNo, { problem })).toContain(sentence);
});
