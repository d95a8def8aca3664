// Somebody has a screenshot of a member's card. It is as good as the card, for that one person, to a professional who is
// signed in; every use is written down, it soon counts as doubtful, and revoking ends it without touching its owner.

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CardHandle } from '../../src/core/ids.ts';
import { DEMO_PEOPLE, demoFeedLines } from '../../src/demo/demo-people.ts';
import type { CardDesk } from '../../src/demo/memory-card-desk.ts';
import { drawPng } from '../../src/symbols/draw-card.ts';
import { findCardInPicture } from '../../src/symbols/read-picture.ts';
import { createTestWorld, memberEvidence, type TestWorld } from '../support/world.ts';

const TILLEULS = '0999000101';
const STATUS_INDEX = 815;
const [SOPHIE, JULIEN] = DEMO_PEOPLE.map(({ line }) => line);

let world: TestWorld;
let desk: CardDesk;
let screenshot: Buffer;
beforeAll(async () => {
  world = await createTestWorld();
  await world.publish(TILLEULS, demoFeedLines(TILLEULS));
  desk = world.cardDesks.find(({ amcNo }) => amcNo === TILLEULS) as CardDesk;
  const handle = SOPHIE?.card?.handle as CardHandle;
  screenshot = drawPng(desk.issue({ handle, statusIndex: STATUS_INDEX }), { kind: 'qr', scale: 3 });
}, 60_000);
afterAll(() => world.close());

/** What is on the screenshot, presented by somebody at that account's structure. */
async function present(as: string, domain = 'PHAR') {
  const found = await findCardInPicture(screenshot);
  if (!found.ok) throw new Error(found.reason);
  const data = Buffer.from(found.card).toString('base64url');
  return world.ask({ requestId: randomUUID(), domain, evidence: { kind: 'card', data } }, { as });
}

async function entries(): Promise<{ structure: string; evidence: string; outcome: string }[]> {
  const rows = await world.sql<{ member: string }[]>`
    select member_view as member from ledger_entries where rest like '{"event":"rights.checked"%' order by seq`;
  return rows.map(({ member }) => JSON.parse(member));
}

it('opens its owner’s rights in five towns, each use is entered, and the fifth says that it is doubtful', async () => {
  const thieves = ['claire', 'hugo', 'ines', 'lucien', 'marc'];
  for (const as of thieves) {
    const { body } = await present(as, as === 'marc' ? 'OPTI' : 'PHAR');
    expect([as, ['000', '101'].includes(String(body['code']))]).toEqual([as, true]);
  }
  const seen = await entries();
  expect(new Set(seen.map(({ structure }) => structure)).size).toBe(5);
  expect(seen.map(({ evidence }) => evidence)).toEqual(['card', 'card', 'card', 'card', 'card-doubtful']);
});

it('says nothing of anybody else in the family, and cannot be made to', async () => {
  const found = await findCardInPicture(screenshot);
  if (!found.ok) throw new Error(found.reason);
  const handle = Buffer.from(SOPHIE?.card?.handle ?? '', 'base64url');
  const at = Buffer.from(found.card).indexOf(handle);
  expect(at).toBeGreaterThan(0);
  const changed = Buffer.from(found.card);
  Buffer.from(JULIEN?.card?.handle ?? '', 'base64url').copy(changed, at);
  const evidence = { kind: 'card', data: changed.toString('base64url') };
  expect((await world.ask({ evidence })).body['code']).toBe('200');
});

it('does not refuse its owner: with another card, or by number, nothing has changed', async () => {
  expect((await world.ask({ evidence: memberEvidence(SOPHIE as never) })).body['code']).toBe('000');
  expect((await present('claire')).body['code']).toBe('000');
});

it('is worth nothing once the owner has had it revoked', async () => {
  const token = desk.statusList({ revoked: [STATUS_INDEX], issuedAt: Math.floor(Date.now() / 1000) });
  const body = { token: token.toString('base64url'), revoked: [SOPHIE?.card?.handle] };
  const as = `${TILLEULS}-emetteur`;
  expect((await world.send(`/v1/status-lists/${TILLEULS}-0`, { as, method: 'PUT', body })).status).toBe(200);
  expect((await present('claire')).body['code']).toBe('301');
  expect((await world.ask({ evidence: memberEvidence(SOPHIE as never) })).body['code']).toBe('000');
});
