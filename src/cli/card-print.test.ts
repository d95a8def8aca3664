// `rempart card print`: one sheet, or many by some hundred to a file; and that nothing is printed when a line is wrong.

import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pdfPages } from '../../test/support/pdf-pages.ts';
import { tempDir } from '../../test/support/temp-dir.ts';
import vectors from '../../test/vectors/cards.json' with { type: 'json' };
import { cardCommand } from './card.ts';

const CARD = vectors.vectors.find(({ name }) => name === 'standard')?.card ?? '';
const refOf = (i: number) => Buffer.alloc(16, i).toString('base64url');

async function print(...argv: string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  let now = 0;
  const code = await cardCommand(['print', ...argv], {
    stdout: (text) => out.push(text),
    stderr: (text) => err.push(text),
    json: true,
    now: () => (now += 3_000),
  });
  return { code, printed: out.length > 0 ? JSON.parse(out.join('')) : null, said: err.join('') };
}

function files(count: number, changed: { card?: object; holder?: object; at?: number } = {}) {
  const folder = tempDir();
  const write = (name: string, lineOf: (i: number) => object, change: object = {}) => {
    const lines = Array.from({ length: count }, (_, i) => ({
      ...lineOf(i),
      ...(i === changed.at ? change : {}),
    }));
    writeFileSync(join(folder, name), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    return join(folder, name);
  };
  const cards = write(
    'cards',
    (i) => ({ ref: refOf(i), handle: 'h', card: CARD, from: '', to: '' }),
    changed.card,
  );
  const holder = (i: number) => ({
    ref: refOf(i),
    name: `Assurée ${i}`,
    memberNo: `TIL${i}`,
    responsible: true,
  });
  const holders = write('holders', holder, changed.holder);
  const out = join(folder, 'out');
  const argv = ['--file', cards, '--holders', holders, '--insurer', 'Mutuelle des Tilleuls', '--out', out];
  return { out, argv, cards, holders };
}

describe('card print', () => {
  it('prints one card for its owner only', async () => {
    const folder = tempDir();
    const [file, out, rules] = ['card', 'card.pdf', 'rules.json'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    writeFileSync(file, CARD);
    writeFileSync(rules, '{"R1": "100 %", "R2": "PEC"}');
    const issuer = ['--insurer', 'Mutuelle des Tilleuls', '--phone', '09 99 00 01 01', '--rules', rules];
    const done = await print(
      file,
      '--holder',
      'Claire Morel',
      '--member-no',
      'TIL1',
      '--responsible',
      ...issuer,
      '--out',
      out,
    );
    expect(done).toMatchObject({ code: 0, printed: { cards: 1, file: out } });
    expect(statSync(out).mode & 0o777).toBe(0o600);
    const [page] = await pdfPages(readFileSync(out), 72);
    for (const text of ['Claire Morel', 'TIL1', '100 %', 'PEC', '09 99 00 01 01'])
      expect(page?.text).toContain(text);
  });

  it('prints many in order, some to a file, and says how far it is', async () => {
    const { argv, out } = files(7);
    const done = await print(...argv, '--per-file', '3');
    expect(done).toMatchObject({ code: 0, printed: { cards: 7, files: 3, folder: out } });
    expect(readdirSync(out).toSorted()).toEqual([
      'cards-0000001-0000003.pdf',
      'cards-0000004-0000006.pdf',
      'cards-0000007-0000007.pdf',
    ]);
    const pages = await pdfPages(readFileSync(join(out, 'cards-0000004-0000006.pdf')), 36);
    expect(pages.map(({ text }) => /Assurée \d/.exec(text)?.[0])).toEqual([
      'Assurée 3',
      'Assurée 4',
      'Assurée 5',
    ]);
    expect(done.said).toMatch(/3 of 7 cards, \d+ a second, \d+ s left/);
  });

  it('prints nothing for no card', async () => {
    const { argv, out } = files(0);
    expect(await print(...argv)).toMatchObject({ code: 0, printed: { cards: 0, files: 0 } });
    expect(readdirSync(out)).toEqual([]);
  });

  it.each([
    ['a holder of another card', { at: 4, holder: { ref: refOf(9) } }, 'holder-differs', 5],
    ['a holder with more than is printed', { at: 6, holder: { nir: '1790599123456' } }, 'holder-invalid', 7],
    [
      'a name that holds a number of a person',
      { at: 0, holder: { name: '1 79 05 99 123 456' } },
      'holder-invalid',
      1,
    ],
    ['a card that is none', { at: 2, card: { card: 'AAAA' } }, 'card-unreadable', 3],
  ] as const)('prints nothing at all when one line is wrong: %s', async (_what, changed, code, line) => {
    const { argv, out } = files(7, changed);
    const refused = await print(...argv, '--per-file', '1');
    expect(refused).toMatchObject({ code: 1, printed: { code, line } });
    expect(existsSync(out)).toBe(false);
    expect(JSON.stringify(refused)).not.toMatch(/Assurée|TIL|17905/);
  });

  it.each([
    ['shorter', 'holders', 'holder-missing', 3],
    ['longer', 'cards', 'holder-too-many', 3],
  ] as const)('prints nothing when the file of holders is %s', async (_what, cut, code, line) => {
    const job = files(3);
    writeFileSync(job[cut], readFileSync(job[cut], 'utf8').split('\n').slice(0, 2).join('\n'));
    expect(await print(...job.argv)).toMatchObject({ code: 1, printed: { code, line } });
    expect(existsSync(job.out)).toBe(false);
  });

  it('says without its content which line is no JSON', async () => {
    const { argv, holders } = files(2);
    writeFileSync(holders, '{"name": "Claire Morel"\n');
    const refused = await print(...argv);
    expect(refused).toMatchObject({ code: 1, printed: { code: 'not-json', line: 1 } });
    expect(JSON.stringify(refused)).not.toContain('Claire');
  });

  const some = ['--insurer', 'M', '--out', 'x.pdf'];
  it.each([
    [[], 'name a card'],
    [['a', 'b', ...some], 'name one card'],
    [['a', '--file', 'b', ...some], 'name a card, or --file'],
    [['a', '--holder', 'C', '--out', 'x.pdf'], '--insurer is missing'],
    [['a', '--holder', 'C', '--insurer', 'M'], '--out is missing'],
    [['a', '--holder', 'C', '--insurer', 'M', '--out', 'x.png'], 'ends in .pdf'],
    [['a', ...some], '--holder is missing'],
    [['a', '--holder', '1790599123456', ...some], 'no number of a person'],
    [['a', '--holder', 'C', '--member-no', 'til', ...some], 'capitals and digits'],
    [['nowhere', '--holder', 'C', ...some], 'cannot be read'],
    [['--file', 'a', ...some], '--holders is missing'],
    [['--file', 'a', '--holders', 'b', '--per-file', '0', ...some], '--per-file is 1'],
    [['--file', 'a', '--holders', 'b', '--per-file', '2001', ...some], '--per-file is 1'],
    [['a', '--holder', 'C', '--rules', import.meta.filename, ...some], '--rules is a JSON object'],
  ])('is used wrongly: %j', async (argv, why) => {
    const { code, printed, said } = await print(...argv);
    expect([code, printed]).toEqual([2, null]);
    expect(said).toContain(why);
  });

  it('says what the system says when a file cannot be read', async () => {
    const { argv } = files(1);
    const refused = await print(...argv.with(1, 'nowhere.ndjson'));
    expect(refused).toMatchObject({ code: 1, printed: { code: 'file' } });
  });
});
