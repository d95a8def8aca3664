// `rempart status` as it is typed when everything else is down: with a folder and nothing else.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempDir } from '../../test/support/temp-dir.ts';
import { statusCommand } from './status.ts';

/** Five past ten in Paris. */
const NOW_MS = Date.parse('2026-12-01T09:05:00.000Z');

async function status(directory: string, ...argv: string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await statusCommand([...argv, '--directory', directory], {
    stdout: (text) => out.push(text),
    stderr: (text) => err.push(text),
    json: true,
    now: () => NOW_MS,
  });
  const printed = out.length > 0 ? (JSON.parse(out.join('')) as Record<string, unknown>) : null;
  return { code, printed, said: err.join('') };
}

const read = (folder: string, name: string) => readFileSync(join(folder, name), 'utf8');
const CUT = ['set', '--state', 'closed', '--since', '10:04', '--next-update', '11:00'];
const MESSAGE = ['--message-fr', 'Nous cherchons la cause.', '--message-en', 'We are looking for the cause.'];

describe('rempart status', () => {
  it('tells a whole incident: cut, a note, over', async () => {
    const folder = tempDir();
    const cut = await status(folder, ...CUT);
    expect(cut).toMatchObject({
      code: 0,
      printed: {
        headline: { fr: 'Le contrôle des droits est coupé depuis mardi 1er décembre à 10 h 04.' },
        nextUpdateAt: '2026-12-01T10:00:00.000Z',
        log: { entries: 1 },
        directory: folder,
      },
    });
    expect(await status(folder, 'note', ...MESSAGE, '--next-update', '12:00')).toMatchObject({ code: 0 });
    expect(read(folder, 'index.html')).toContain('Nous cherchons la cause.');
    expect(await status(folder, 'resolve')).toMatchObject({
      code: 0,
      printed: { headline: { fr: 'Tout fonctionne.' }, nextUpdateAt: null },
    });
    const { past } = JSON.parse(read(folder, 'status.json'));
    expect(past).toMatchObject([
      { title: { fr: 'Le contrôle des droits' }, began: '2026-12-01T09:04:00.000Z', told: [{}, {}, {}] },
    ]);
    expect(await status(folder, 'verify')).toMatchObject({ code: 0, printed: { log: { entries: 3 } } });
  });

  it('writes for the telephone in short sentences without a sign that cannot be read aloud', async () => {
    const folder = tempDir();
    await status(folder, ...CUT);
    const lines = read(folder, 'phone.txt').trim().split('\n').filter(Boolean);
    expect(lines.slice(0, 4)).toEqual([
      'Bonjour.',
      'Ceci est l’état du service Rempart.',
      'Le contrôle des droits est coupé depuis mardi 1er décembre à 10 heures 04.',
      'Pharmaciens et autres professionnels.',
    ]);
    expect(lines).toContain('Prochaine information.');
    expect(lines).toContain('Mardi 1er décembre à 11 heures.');
    for (const line of lines) {
      expect(line.length, line).toBeLessThan(130);
      expect(line).toMatch(/^[\p{L}\d’',.:\- ]+\.$/u);
    }
  });

  it('reads to callers what was said last in somebody’s own words, hours included', async () => {
    const folder = tempDir();
    const words = [
      '--message-fr',
      'Coupé à 10h04. Suite vers 12 h. Contre 3 hommes.',
      '--message-en',
      'Cut at 10:04.',
    ];
    await status(folder, ...CUT, ...words);
    await status(folder, 'set', '--scope', 'feeds', '--state', 'closed', '--next-update', '12:00');
    const text = read(folder, 'phone.txt');
    expect(text).toContain('\nCoupé à 10 heures 04.\nSuite vers 12 heures.\nContre 3 hommes.\n');
    expect(text).toContain('\nCut at 10:04.\n');
  });

  it('never lets markup or a feed out of a message', async () => {
    const folder = tempDir();
    const nasty = '<script>alert(1)</script> & "x" ]]>';
    await status(folder, ...CUT, '--message-fr', nasty, '--message-en', nasty);
    for (const name of ['index.html', 'feed.atom']) {
      expect(read(folder, name)).not.toContain('<script');
      expect(read(folder, name)).toContain(
        '&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;x&quot; ]]&gt;',
      );
    }
  });

  it('refuses on top of a log that was edited, names the entry, and says what to do', async () => {
    const folder = tempDir();
    await status(folder, ...CUT);
    const file = join(folder, 'log', '000001.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('closed', 'disturbed'));
    for (const argv of [CUT, ['note', ...MESSAGE], ['resolve'], ['build'], ['verify']]) {
      const { code, printed } = await status(folder, ...argv);
      expect([code, printed]).toMatchObject([1, { code: 'log-broken', entry: 1, because: 'changed' }]);
      expect(printed?.['title']).toContain('go on in a new one');
    }
  });

  it('verifies against a status.json that was kept, and copies to where it is served', async () => {
    const folder = tempDir();
    await status(folder, ...CUT);
    const out = join(tempDir(), 'public');
    expect(await status(folder, 'build', '--out', out)).toMatchObject({
      code: 0,
      printed: { directory: out },
    });
    expect(await status(folder, 'verify', '--kept', join(out, 'status.json'))).toMatchObject({ code: 0 });
    const other = tempDir();
    expect(await status(other, 'verify', '--kept', join(out, 'status.json'))).toMatchObject({
      code: 1,
      printed: { code: 'log-broken', entry: 1, because: 'missing' },
    });
  });

  it.each([
    ['resolve', [], ['resolve'], 'nothing-to-resolve'],
    ['note in an incident', CUT, ['note', ...MESSAGE], 'next-update-missing'],
  ])('refuses what the log does not allow: %s', async (_what, before, argv, code) => {
    const folder = tempDir();
    if (before.length > 0) await status(folder, ...before);
    expect(await status(folder, ...argv)).toMatchObject({ code: 1, printed: { code } });
  });

  it('refuses a folder that cannot be written with the reason of the system', async () => {
    const file = join(tempDir(), 'file');
    writeFileSync(file, '');
    expect(await status(join(file, 'status'), ...CUT)).toMatchObject({ code: 1, printed: { code: 'file' } });
  });

  it.each([
    [[], 'say set, note'],
    [['toString'], 'say set, note'],
    [['set', 'platform'], 'not an option'],
    [['set', '--state', 'gone', '--next-update', '11:00'], '--state is one of'],
    [['set', '--state', 'closed'], '--next-update is missing'],
    [['set', '--state', 'closed', '--next-update', 'soon'], '--next-update is a time'],
    [['set', '--state', 'closed', '--next-update', '2026-12-01T09:00:00Z'], 'is over already'],
    [
      ['set', '--state', 'closed', '--next-update', '11:00', '--since', '2026-12-01T10:00:00Z'],
      '--since lies ahead',
    ],
    [['set', '--state', 'closed', '--next-update', '11:00', '--scope', 'structure:S-1'], 'no word for'],
    [
      ['set', '--state', 'card-only', '--next-update', '11:00', '--scope', 'feeds'],
      'nothing to do with cards',
    ],
    [[...CUT, '--message-fr', 'Seulement.'], 'both languages'],
    [[...CUT, '--message-fr', 'NIR 1850599123456', '--message-en', 'x'], 'without the number of a person'],
    [['note'], 'a note needs'],
    [['note', '--scope', 'feeds', ...MESSAGE], 'note takes no --scope'],
    [['verify', '--out', 'x'], 'verify takes no --out'],
  ])('is used wrongly: %j', async (argv, why) => {
    const folder = tempDir();
    const { code, printed, said } = await status(folder, ...argv);
    expect([code, printed]).toEqual([2, null]);
    expect(said).toContain(why);
    expect(said).toContain('Usage: rempart status');
  });
});
