// What anybody may fetch of the log, read back by somebody who shares no code with it: an own walker over the tiles,
// own hashes, an own reading of the note.

import { createPublicKey, hash, verify } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LedgerProcess, refused } from '../../../test/support/ledger-process.ts';
import { createLedgerWorld, type LedgerWorld } from '../../../test/support/ledger-world.ts';
import { tempDir } from '../../../test/support/temp-dir.ts';
import { PublishedLog } from './published-log.ts';

const SIGNED = 600;
const UNSIGNED = 40;

let world: LedgerWorld;
let process: LedgerProcess;
let log: PublishedLog;
let leaves: string[];
beforeAll(async () => {
  world = await createLedgerWorld();
  process = await LedgerProcess.start(world); // enters its own start as entry 0
  const append = (count: number) =>
    Promise.all(Array.from({ length: count }, () => process.ledger.append(refused())));
  await append(SIGNED - 1);
  await process.ledger.checkpoint();
  await append(UNSIGNED);
  log = new PublishedLog(process.store, tempDir());
  const rows = await world.database.owner<{ leaf: string }[]>`
    select encode(leaf, 'hex') as leaf from ledger_entries order by seq`;
  leaves = rows.map(({ leaf }) => leaf);
});
afterAll(async () => {
  await process.kill();
  await world.close();
});

const sha256 = (...parts: Uint8Array[]) => hash('sha256', Buffer.concat(parts), 'buffer');
/** RFC 6962, 2.1, straight from its words: split at the largest power of two below the size. */
function treeHash(hashes: readonly Uint8Array[]): Uint8Array {
  if (hashes.length === 1) return hashes[0] as Uint8Array;
  let split = 1;
  while (split * 2 < hashes.length) split *= 2;
  return sha256(Buffer.from([1]), treeHash(hashes.slice(0, split)), treeHash(hashes.slice(split)));
}

async function hashesOf(path: string): Promise<Uint8Array[]> {
  const tile = await log.tile(path);
  if (tile === null) throw new Error(`no tile at ${path}`);
  return Array.from({ length: tile.length / 32 }, (_, i) => tile.subarray(i * 32, (i + 1) * 32));
}

async function entriesOf(path: string): Promise<Buffer[]> {
  const bundle = (await log.tile(path)) ?? Buffer.alloc(0);
  const entries: Buffer[] = [];
  for (let at = 0; at < bundle.length; at += 2 + bundle.readUInt16BE(at)) {
    entries.push(bundle.subarray(at + 2, at + 2 + bundle.readUInt16BE(at)));
  }
  return entries;
}

type Head = { size: number; root: string };
/** Reads the note by hand; its signature is checked with nothing but the vkey's 32 bytes. */
async function head(): Promise<Head> {
  const note = (await log.checkpoint()) ?? '';
  const [text = '', signatures = ''] = note.split('\n\n');
  const [origin, size, root = ''] = text.split('\n');
  const [, , encoded = ''] = signatures.trim().split(' ');
  const raw = Buffer.from(world.vault.identity.vkey.split('+').slice(2).join('+'), 'base64').subarray(1);
  const key = createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') },
    format: 'jwk',
  });
  expect(origin).toBe(world.vault.identity.origin);
  expect(verify(null, Buffer.from(`${text}\n`), key, Buffer.from(encoded, 'base64').subarray(4))).toBe(true);
  return { size: Number(size), root };
}

describe('the tiles of a log of 600 entries', () => {
  it('rebuild the root of its checkpoint from the leaves', async () => {
    const { size, root } = await head();
    const tiles = await Promise.all(['tile/0/000', 'tile/0/001', 'tile/0/002.p/88'].map(hashesOf));
    expect(size).toBe(SIGNED);
    expect(tiles.map((tile) => tile.length)).toEqual([256, 256, 88]);
    expect(Buffer.from(treeHash(tiles.flat())).toString('base64')).toBe(root);
    expect(tiles.flat().map((leaf) => Buffer.from(leaf).toString('hex'))).toEqual(leaves.slice(0, SIGNED));
  });

  it('rebuild it from level 1 and the last leaves too, as a reader who saves bytes does', async () => {
    const [full, rest] = await Promise.all([hashesOf('tile/1/000.p/2'), hashesOf('tile/0/002.p/88')]);
    const left = treeHash(full);
    expect(sha256(Buffer.from([1]), left, treeHash(rest)).toString('base64')).toBe((await head()).root);
  });

  it('have the same leaves as the entry bundles, 65 bytes an entry', async () => {
    const bundles = ['tile/entries/000', 'tile/entries/001', 'tile/entries/002.p/88'].map(entriesOf);
    const entries = (await Promise.all(bundles)).flat();
    expect(entries.every((entry) => entry.length === 65 && entry[0] === 1)).toBe(true);
    expect(entries.map((entry) => sha256(Buffer.from([0]), entry).toString('hex'))).toEqual(
      leaves.slice(0, SIGNED),
    );
  });

  it('stay as they were when the log has grown: every narrower tile is its beginning', async () => {
    const whole = await log.tile('tile/0/002.p/88');
    for (const width of [1, 2, 87]) {
      expect(await log.tile(`tile/0/002.p/${width}`)).toEqual(whole?.subarray(0, width * 32));
    }
    expect((await hashesOf('tile/0/000.p/255')).length).toBe(255);
    expect((await hashesOf('tile/1/000.p/1')).length).toBe(1);
  });
});

describe('nothing is served', () => {
  it.each([
    ['beyond the last checkpoint, though the entries are there', 'tile/0/002.p/89'],
    ['beyond it in a bundle', 'tile/entries/002.p/89'],
    ['of a tile that is not full', 'tile/0/002'],
    ['of a bundle that is not full', 'tile/entries/002'],
    ['of a tile after the last', 'tile/0/003.p/1'],
    ['of a level that has no third hash', 'tile/1/000.p/3'],
    ['of a level that is not full', 'tile/1/000'],
    ['of a level the log does not reach', 'tile/2/000.p/1'],
    ['of level 63', 'tile/63/000.p/1'],
    ['of a level beyond', 'tile/64/000.p/1'],
    ['at width 0', 'tile/0/000.p/0'],
    ['at width 256, which is written without', 'tile/0/000.p/256'],
    ['at a width with a leading zero', 'tile/0/002.p/08'],
    ['under a second spelling', 'tile/0/x000/000'],
    ['under a shorter spelling', 'tile/0/0'],
    ['under a level with a leading zero', 'tile/00/000'],
    ['upwards', 'tile/0/../0/000'],
    ['at an absolute path', '/tile/0/000'],
    ['at an encoded path', 'tile/0/%30%30%30'],
    ['at a huge index', 'tile/0/x999/x999/x999/x999/x999/999'],
    ['at a negative index', 'tile/0/-01'],
    ['with something behind it', 'tile/0/000\n'],
    ['with a query', 'tile/0/000?x'],
    ['of another kind', 'tile/names/000'],
    ['at no path', ''],
  ])('%s', async (_, path) => {
    expect(await log.tile(path)).toBeNull();
  });

  it('of a log that was never signed', async () => {
    const young = new PublishedLog({ ...process.store, lastCheckpoint: async () => null }, tempDir());
    expect(await young.checkpoint()).toBeNull();
    expect(await young.tile('tile/0/000.p/1')).toBeNull();
    expect(await young.tile('tile/entries/000.p/1')).toBeNull();
  });

  describe.each([
    ['in the middle', 590, 'the ledger has no valid entry 590'],
    ['at the end', 599, 'the log has fewer'],
  ])('wrong, when a row is missing %s', (_, seq, message) => {
    it('the reader gets an error, and no younger entry in its place', async () => {
      const { owner } = world.database;
      await owner`create temporary table kept as select * from ledger_entries where seq >= ${seq} and (seq = 590 or seq >= 599)`;
      await owner`delete from ledger_entries where seq in (select seq from kept)`;
      await expect(log.tile('tile/entries/002.p/88')).rejects.toThrow(message);
      await expect(log.tile('tile/0/002.p/88')).rejects.toThrow(message);
      await owner`insert into ledger_entries select * from kept`;
      await owner`drop table kept`;
    });
  });
});

it('the trust list is served as its holders signed it', async () => {
  const folder = join(tempDir(), 'trust');
  mkdirSync(folder);
  writeFileSync(join(folder, 'trust.json'), '{"a": 1}\n');
  expect((await new PublishedLog(process.store, folder).trust('trust.json')).toString()).toBe('{"a": 1}\n');
});
