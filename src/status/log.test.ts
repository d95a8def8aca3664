// Whoever edits what was said is found out: at the entry, or at the latest by who kept an older status.json.

import { describe, expect, it } from 'vitest';
import { sha256Hex } from '../crypto/digest.ts';
import { EMPTY_HEAD, isMessage, type LogHead, nextEntry, readLog, type Said, type StatusLog } from './log.ts';
import { CUT } from './log-fixture.ts';

const AT = '2026-12-01T09:04:00.000Z';
const NOTE = { kind: 'note', fr: 'Un essai.', en: 'A try.', nextUpdateAt: null } as const;
const RESOLVED = { kind: 'resolve', fr: null, en: null, nextUpdateAt: null } as const;

function read(texts: readonly (string | undefined)[], ...kept: LogHead[]): StatusLog {
  const log = readLog(texts, kept);
  if (!('entries' in log)) throw new Error(`entry ${log.n} is ${log.because}`);
  return log;
}

function written(...said: Said[]): string[] {
  const texts: string[] = [];
  for (const one of said) texts.push(nextEntry(read(texts), one, AT));
  return texts;
}

const texts = written(CUT, NOTE, RESOLVED);
const { head } = read(texts);

/** The entries from `from` on, made to fit again after something before them was changed. */
function repaired(changed: readonly string[], from: number): string[] {
  const all = [...changed];
  for (let i = from; i < all.length; i += 1) {
    const previous = i === 0 ? null : sha256Hex(all[i - 1] ?? '');
    all[i] = `${JSON.stringify({ ...JSON.parse(all[i] ?? ''), n: i + 1, previous })}\n`;
  }
  return all;
}

describe('a log', () => {
  it('is read back as it was said', () => {
    expect(read(texts).entries).toMatchObject([
      { n: 1, previous: null, at: AT, ...CUT },
      { n: 2, previous: sha256Hex(texts[0] ?? ''), ...NOTE },
      { n: 3, ...RESOLVED },
    ]);
    expect(head).toEqual({ entries: 3, digest: sha256Hex(texts[2] ?? '') });
    expect(read([])).toEqual({ entries: [], head: EMPTY_HEAD });
  });

  it('names the entry of which any letter was changed', () => {
    for (const [i, text] of texts.entries()) {
      for (let at = 0; at < text.length; at += 1) {
        const letter = text[at] === '5' ? '6' : '5';
        const changed = texts.with(i, `${text.slice(0, at)}${letter}${text.slice(at + 1)}`);
        const found = readLog(changed, [head]);
        expect(found).not.toHaveProperty('entries');
        // Its binding to the one before is a letter of the entry, yet either of the two may be the one that was changed.
        expect([i, i + 1]).toContain((found as { n: number }).n);
      }
    }
  });

  it.each([
    ['one is left out', [texts[0], texts[2]], { n: 2, because: 'unreadable' }],
    ['one is missing', [texts[0], undefined, texts[2]], { n: 2, because: 'missing' }],
    ['the last is missing', texts.slice(0, 2), { n: 3, because: 'missing' }],
    ['all are missing', [], { n: 1, because: 'missing' }],
    ['two are swapped', [texts[1], texts[0], texts[2]], { n: 1, because: 'unreadable' }],
    ['one is twice there', [texts[0], texts[1], texts[1]], { n: 3, because: 'unreadable' }],
    ['one was emptied', [texts[0], '', texts[2]], { n: 2, because: 'unreadable' }],
  ])('is refused when %s', (_what, changed, found) => {
    expect(readLog(changed, [head])).toEqual(found);
  });

  it('that was rewritten from an entry on, so that it fits, is found out by a head that was kept', () => {
    const other = texts.with(0, (texts[0] ?? '').replace('closed', 'disturbed'));
    const forged = repaired(other, 1);
    expect(readLog(forged, [])).toHaveProperty('entries');
    expect(readLog(forged, [head])).toEqual({ n: 3, because: 'changed' });
    expect(readLog(forged, [EMPTY_HEAD, { entries: 1, digest: sha256Hex(texts[0] ?? '') }])).toEqual({
      n: 1,
      because: 'changed',
    });
  });

  it('goes on after a head that was kept earlier', () => {
    const more = [...texts, nextEntry(read(texts), NOTE, AT)];
    expect(read(more, head, EMPTY_HEAD).entries).toHaveLength(4);
  });

  it('does not go back in time with its machine’s clock', () => {
    const [entry] = read([...texts, nextEntry(read(texts), NOTE, '2026-12-01T08:00:00.000Z')]).entries.slice(
      -1,
    );
    expect(entry?.at).toBe(AT);
  });

  it.each([
    [{ ...CUT, state: 'gone' }],
    [{ ...CUT, scope: 'structure:S-1' }],
    [{ ...CUT, scope: 'profession:wizard' }],
    [{ ...CUT, scope: 'members', state: 'card-only' }],
    [{ ...CUT, since: 'yesterday' }],
    [{ ...CUT, more: 1 }],
    [{ ...NOTE, fr: null, en: null }],
    [{ ...NOTE, en: null }],
    [{ ...NOTE, fr: 'Le patient 1 85 05 99 123 456 07 est revenu.' }],
    [{ ...NOTE, scope: 'platform' }],
    [{ ...NOTE, kind: 'hint' }],
    [{ ...NOTE, nextUpdateAt: 'soon' }],
  ])('has no entry %j', (said) => {
    expect(readLog([nextEntry(read([]), said as Said, AT)], [])).toEqual({ n: 1, because: 'unreadable' });
  });
});

it.each([
  ['Le contrôle est coupé : utilisez la carte.', true],
  ['<b>gras</b> & “cité”', true],
  ['x'.repeat(600), true],
  ['x'.repeat(601), false],
  ['', false],
  ['  ', false],
  ['deux\nlignes', false],
  ['cloche \u0007', false],
  ['Dossier de 2790599123456', false],
])('%j may be read by everybody: %s', (text, may) => {
  expect(isMessage(text)).toBe(may);
});
