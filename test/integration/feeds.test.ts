// Feeds from the first byte to visible rows: what is accepted, what it does, and what is never kept.

import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createFeedWorld, type FeedWorld, feedFile, people, person } from './feeds-world.ts';

let world: FeedWorld;
beforeAll(async () => {
  world = await createFeedWorld(inject('postgresUrl'));
});
afterAll(() => world?.close());

describe('a full feed', () => {
  it('makes every person findable through each door', async () => {
    const status = await world.send(feedFile({ seq: 1, kind: 'full', lines: people(1, 40) }));
    expect(world.errors).toEqual([]);
    expect(status.state).toBe('applied');
    expect(await world.findMember(person(1))).toMatchObject({
      closedOn: null,
      rights: { product: 'CONFORT-2' },
    });
  });
});
