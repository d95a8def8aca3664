// Laws of what the vault derives: a repeat is recognised by nothing but the same request, and a person by nothing
// but the same record, insurer and month.

import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { tempDir } from '../../test/support/temp-dir.ts';
import type { AmcNo } from '../core/ids.ts';
import { secretKey } from '../crypto/seal.ts';
import {
  DOOR_KINDS,
  type DoorKind,
  deriveDoor,
  epochKeys,
  linkAad,
  ownerTag,
  type RecordDoorKind,
  recordAad,
} from './derive.ts';
import { withIdentity } from './identity-halves.ts';
import type { RunningVault } from './start.ts';
import { INSURERS, openItem, vaultHome } from './vault-fixture.ts';

let running: RunningVault;
beforeAll(async () => {
  const home = vaultHome(tempDir());
  home.clock.advance(Date.parse('2026-04-01T00:00:30Z') - home.clock.nowMs()); // when tags of two months are made
  running = await home.start();
});
afterAll(() => running.close());

/** Texts of few letters, so that moving a letter from one field to the next is tried often. */
const text = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'b', '\n', '"', 'é'), maxLength: 6 }),
  fc.string(),
);
const replayItem = fc.record({ scope: text, body: text });

it('a repeated request has the same tag and key, and any difference in scope or body gives others', () => {
  fc.assert(
    fc.property(replayItem, replayItem, (one, other) => {
      const [first, again, second] = running.vault.replay([one, { ...one }, other]);
      expect(again).toEqual(first);
      if (one.scope === other.scope && one.body === other.body) return;
      expect(second?.tag).not.toBe(first?.tag);
      expect(second?.key).not.toBe(first?.key);
    }),
  );
});

it('an opening carries the replay keys of its own request', async () => {
  const items = [openItem(1), openItem(2), openItem(1, { request: { scope: 's', body: 'b' } })];
  const outcomes = await running.vault.open(items);
  const keys = running.vault.replay(items.map(({ request }) => request));
  expect(outcomes.map((one) => one.ok && one.replay)).toEqual(keys);
});

const tagged = fc.record({
  amcNo: fc.constantFrom<AmcNo>(...INSURERS),
  month: fc.constantFrom('2026-03', '2026-04'),
  recordId: fc.oneof(
    fc.constantFrom('00'.repeat(16), '01'.repeat(16)),
    fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes).toString('hex')),
  ),
});

it('a person has one tag for an insurer and a month, and another for any other month, insurer or person', async () => {
  await fc.assert(
    fc.asyncProperty(tagged, tagged, async (one, other) => {
      const [first, beside] = await running.vault.tag(one.month, [one, { ...other }]);
      const [second, again] = await running.vault.tag(other.month, [other, { ...one }]);
      expect(first).toMatch(/^[0-9a-f]{32}$/);
      expect(first).not.toBe(one.recordId);
      const isSame = one.amcNo === other.amcNo && one.recordId === other.recordId;
      expect(first === beside).toBe(isSame);
      expect(first === second).toBe(isSame && one.month === other.month);
      expect(first === again).toBe(one.month === other.month);
    }),
    { numRuns: 60 },
  );
});

it('an entry about nobody has an empty tag', async () => {
  const recordId = 'ab'.repeat(16);
  const [amcNo] = INSURERS as [AmcNo];
  const tags = await running.vault.tag('2026-03', [
    { amcNo, recordId },
    { amcNo, recordId: '' },
    { amcNo, recordId },
  ]);
  expect(tags[1]).toBe('');
  expect(tags[2]).toBe(tags[0]);
});

it('no two doors share locator, key or owner, whatever kind, epoch and fields they have', () => {
  const keys = [1, 2].map((epoch) =>
    withIdentity(epochKeys(epoch, secretKey(Buffer.alloc(32, epoch))), Buffer.alloc(32, 7)),
  );
  const kind = fc.constantFrom<RecordDoorKind>('card', 'member', 'identity');
  const fields = fc.array(fc.string({ unit: fc.constantFrom('1', '2', ' '), maxLength: 4 }), {
    minLength: 1,
    maxLength: 4,
  });
  const door = fc.record({ kind, fields, epoch: fc.nat(1) });
  fc.assert(
    fc.property(door, door, (one, other) => {
      const [first, second] = [one, other].map((each) => {
        const epoch = keys[each.epoch];
        if (!epoch) throw new Error('two epochs live');
        const { locator, doorKey, ownerSecret } = deriveDoor(epoch, each.kind, each.fields);
        return [locator, doorKey, ownerSecret].map((bytes) => bytes.toString('hex'));
      });
      const isSame = JSON.stringify(one) === JSON.stringify(other);
      for (const [i, part] of (first ?? []).entries()) expect(part === second?.[i]).toBe(isSame);
    }),
  );
});

it('a link is bound to insurer, kind, epoch and locator, a record to insurer and id, an owner tag to the ref', () => {
  const [a, b] = INSURERS as [AmcNo, AmcNo];
  const locator = Buffer.alloc(16, 7);
  const other = Buffer.alloc(16, 8);
  const kinds = Object.keys(DOOR_KINDS) as DoorKind[];
  const links = [a, b].flatMap((amcNo) =>
    kinds.flatMap((kind) =>
      [1, 2, 256].flatMap((epoch) =>
        [locator, other].map((at) => linkAad(amcNo, kind, epoch, at).toString('hex')),
      ),
    ),
  );
  expect(new Set(links).size).toBe(2 * 4 * 3 * 2);
  const records = [a, b].flatMap((amcNo) =>
    [locator, other].map((id) => recordAad(amcNo, id).toString('hex')),
  );
  expect(new Set([...records, ...links]).size).toBe(4 + links.length);
  const door = deriveDoor(epochKeys(1, secretKey(Buffer.alloc(32, 1))), 'member', ['1']);
  expect(ownerTag(door, 'ref-1')).toBe(ownerTag(door, 'ref-1'));
  expect(ownerTag(door, 'ref-1')).not.toBe(ownerTag(door, 'ref-2'));
});
