// A ledger exported to a directory verifies without a database, and an edited export does not.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { tempDir } from '../../../test/support/temp-dir.ts';
import { verifyLedger } from './verify.ts';
import { honestLedger, inputOf, type LedgerWorld } from './verify-fixture.ts';
import { exportedLedger } from './verify-source-dir.ts';

const base64 = (bytes: Uint8Array | null) => (bytes === null ? null : Buffer.from(bytes).toString('base64'));
const ndjson = (values: readonly unknown[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('');

/** What an export writes; the format is described in verify-source-dir.ts. */
function writeExport(directory: string, world: LedgerWorld): void {
  const entries = world.rows.map((row) => ({
    seq: row.seq,
    at: new Date(row.atMs).toISOString(),
    memberSalt: base64(row.memberSalt),
    memberView: row.memberView,
    restSalt: base64(row.restSalt),
    rest: row.rest,
    leaf: base64(row.leaf),
    journalNo: row.journalNo,
  }));
  writeFileSync(join(directory, 'entries.ndjson'), ndjson(entries));
  const checkpoints = world.checkpoints.map(({ size, root, note }) => ({ size, root: base64(root), note }));
  writeFileSync(join(directory, 'checkpoints.ndjson'), ndjson(checkpoints));
  mkdirSync(join(directory, 'journal'));
  writeFileSync(
    join(directory, 'journal', 'journal-2026-03-01.ndjson'),
    world.journal.map((line) => `${line}\n`).join(''),
  );
}

describe('an exported ledger', () => {
  let directory = '';
  let world: LedgerWorld;
  const verify = () => verifyLedger(inputOf(world, exportedLedger(directory)));
  const edit = (file: string, change: (text: string) => string) => {
    const path = join(directory, file);
    writeFileSync(path, change(readFileSync(path, 'utf8')));
  };

  beforeEach(async () => {
    directory = tempDir();
    world = await honestLedger({ entries: 60, signedAt: [20, 40, 55] });
    writeExport(directory, world);
  });

  it('verifies', async () => {
    expect(await verify()).toMatchObject({ ok: true, entries: 60, proved: 55, doors: 40 });
  });

  it('verifies without its own checkpoints only as far as the journal lets it: they are missed', async () => {
    rmSync(join(directory, 'checkpoints.ndjson'));
    expect(await verify()).toMatchObject({ ok: false, code: 'checkpoint-missing' });
  });

  it.each<[string, string, (text: string) => string, string, number | null]>([
    ['a letter', 'entries.ndjson', (t) => t.replace(/("seq":25,.*?)PHAR/, '$1OPTI'), 'row-edited', 25],
    ['the time', 'entries.ndjson', (t) => t.replace(/("seq":25,"at":".{22})\d/, '$19'), 'time-edited', 25],
    ['a line taken out', 'entries.ndjson', (t) => t.replace(/\{"seq":25,.*\n/, ''), 'entry-missing', 25],
    [
      'the end torn off in a line',
      'entries.ndjson',
      (t) => t.slice(0, t.indexOf('{"seq":52') + 40),
      'entry-missing',
      52,
    ],
    ['a signature', 'checkpoints.ndjson', (t) => t.replace('n40\\n', 'n41\\n'), 'signature-wrong', 20],
    [
      'a journal line',
      'journal/journal-2026-03-01.ndjson',
      (t) => t.replace('ab12', 'ab13'),
      'journal-broken',
      null,
    ],
  ])('with %s changed does not', async (_, file, change, code, firstBad) => {
    edit(file, change);
    expect(await verify()).toMatchObject({ ok: false, code, firstBad });
  });

  it('reads only what is new when asked to go on', async () => {
    const got: number[] = [];
    for await (const rows of exportedLedger(directory).ledger.entries(57))
      got.push(...rows.map((row) => row.seq));
    expect(got).toEqual([57, 58, 59]);
  });

  it.each([
    ['a line that is not JSON', 'hello\n'],
    ['a missing member', '{"seq":0}\n'],
    ['a text for a number', '{"seq":"0"}\n'],
  ])('that holds %s is no export at all', async (_, text) => {
    writeFileSync(join(directory, 'entries.ndjson'), text);
    await expect(verify()).rejects.toThrow('entries.ndjson does not have the form of an export');
  });

  it('without entries is no export at all', async () => {
    rmSync(join(directory, 'entries.ndjson'));
    await expect(verify()).rejects.toThrow('ENOENT');
  });
});
