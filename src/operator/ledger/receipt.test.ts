// Receipts of whole flushes: each one proves its own entry, and nothing else.

import { sign } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Receipt } from './ledger-port.ts';
import { leafHash, rootOf } from './merkle.ts';
import { flushMessage, makeReceipts, verifyReceipt } from './receipt.ts';
import { ORIGIN, testKey, vkeyOf } from './verify-fixture.ts';

const key = testKey('flush');
const vkey = vkeyOf(key);
const leavesOf = (count: number) =>
  Array.from({ length: count }, (_, i) => leafHash(Buffer.from(`entry ${i}`)));
const receiptsOf = (count: number, first = 1000) =>
  makeReceipts({
    origin: ORIGIN,
    first,
    leaves: leavesOf(count),
    sign: (message) => sign(null, message, key),
  });
const firstOf = async (count: number) => (await receiptsOf(count))[0] as Receipt;

it('the signed bytes of a flush', () => {
  const root = rootOf(leavesOf(3));
  expect(flushMessage({ origin: ORIGIN, first: 1000, count: 3, root }).toString()).toBe(
    `rempart/flush/v1\n${ORIGIN}\n1000\n3\n${root.toString('base64')}\n`,
  );
});

describe('every receipt of a flush', () => {
  it.each([1, 2, 3, 7, 8, 100])('of %i entries is valid, with one signature for all', async (count) => {
    const receipts = await receiptsOf(count);
    expect(receipts.map((one) => one.index)).toEqual(leavesOf(count).map((_, i) => 1000 + i));
    expect(receipts.every((one) => verifyReceipt(one, vkey))).toBe(true);
    expect(new Set(receipts.map((one) => one.signature)).size).toBe(1);
  });

  it('asks for one signature only', async () => {
    let asked = 0;
    await makeReceipts({
      origin: ORIGIN,
      first: 0,
      leaves: leavesOf(50),
      sign: (message) => {
        asked += 1;
        return sign(null, message, key);
      },
    });
    expect(asked).toBe(1);
    expect(
      await makeReceipts({
        origin: ORIGIN,
        first: 0,
        leaves: [],
        sign: () => Promise.reject(new Error('asked')),
      }),
    ).toEqual([]);
  });
});

describe('a receipt is not valid', () => {
  it.each<[string, (r: Receipt) => Partial<Receipt>]>([
    ['for another log', () => ({ log: 'other.example/log' })],
    ['for another place', (r) => ({ index: r.index + 1 })],
    ['for a place before its flush', () => ({ index: 999 })],
    ['for a moved flush', (r) => ({ index: r.index + 1, flush: { first: 1001, count: 5 } })],
    ['for a longer flush', () => ({ flush: { first: 1000, count: 6 } })],
    ['for a flush of nothing', () => ({ flush: { first: 1000, count: 0 } })],
    ['for another leaf', () => ({ leaf: leafHash(Buffer.from('x')).toString('base64') })],
    ['with a short leaf', () => ({ leaf: 'AQ==' })],
    ['with another signature', () => ({ signature: Buffer.alloc(64).toString('base64') })],
    ['with a path too short', (r) => ({ path: r.path.slice(0, -44) })],
    ['with a path of odd length', () => ({ path: 'AQ==' })],
    ['with text for base64', () => ({ path: '???' })],
    ['with an empty log name', () => ({ log: '' })],
    ['with a log name of two lines', () => ({ log: 'a\nb' })],
    ['with a place that is no number', () => ({ index: Number.NaN })],
  ])('%s', async (_, change) => {
    const receipt = await firstOf(5);
    expect(verifyReceipt({ ...receipt, ...change(receipt) }, vkey)).toBe(false);
  });

  it('under another key, or a key that is none', async () => {
    expect(verifyReceipt(await firstOf(5), vkeyOf(testKey('mallory')))).toBe(false);
    expect(verifyReceipt(await firstOf(5), 'no key')).toBe(false);
  });

  it('after one bit of leaf, path or signature changed', async () => {
    const receipt = (await receiptsOf(6))[2] as Receipt;
    const field = fc.constantFrom('leaf' as const, 'path' as const, 'signature' as const);
    fc.assert(
      fc.property(field, fc.nat(), fc.nat(7), (name, at, bit) => {
        const bytes = Buffer.from(receipt[name], 'base64');
        bytes[at % bytes.length] = (bytes[at % bytes.length] as number) ^ (1 << bit);
        expect(verifyReceipt({ ...receipt, [name]: bytes.toString('base64') }, vkey)).toBe(false);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a flush that cannot be', () => {
  const root = Buffer.alloc(32);
  it.each([
    ['no leaf', { origin: ORIGIN, first: 0, count: 0, root }],
    ['a negative place', { origin: ORIGIN, first: -1, count: 1, root }],
    ['a short root', { origin: ORIGIN, first: 0, count: 1, root: root.subarray(1) }],
    ['a name of two lines', { origin: 'a\nb', first: 0, count: 1, root }],
    // Else the text of that log's checkpoints could be read as a flush.
    ['the domain’s own name for a log', { origin: 'rempart/flush/v1', first: 0, count: 1, root }],
  ])('with %s is not signed', (_, flush) => {
    expect(() => flushMessage(flush)).toThrow(RangeError);
  });
});
