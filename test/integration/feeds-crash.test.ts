// Killed anywhere, started again, sent again: the same end as one clean run. A store that dies before or after each
// thing it keeps stands for the kill; a new Feeds over the real store for the restart.

import { Readable } from 'node:stream';
import { afterAll, describe, expect, inject, it } from 'vitest';
import type { FeedStore } from '../../src/operator/registry/feed-store.ts';
import type { Feeds } from '../../src/operator/registry/feeds.ts';
import {
  CLAIRE,
  chunks,
  createFeedWorld,
  type FeedFile,
  type FeedWorld,
  feedFile,
  MARC,
  people,
  person,
  TestVault,
} from './feeds-world.ts';

type Method = keyof FeedStore;
type Death = { method: Method; nth: number; when: 'before' | 'after' };

/** The store of a process that is killed: from then on no call reaches the database. */
function dyingStore(store: FeedStore, death: Death, onDeath: () => void = () => {}): FeedStore {
  let dead = false;
  let calls = 0;
  return new Proxy(store, {
    get(target, name: Method) {
      return async (...args: unknown[]) => {
        if (dead) throw new Error('killed');
        if (name === death.method) {
          calls += 1;
          dead = calls === death.nth;
          if (dead) onDeath();
        }
        if (dead && death.when === 'before') throw new Error('killed');
        const result = await (target[name] as (...all: unknown[]) => Promise<unknown>)(...args);
        if (dead) throw new Error('killed');
        return result;
      };
    },
  });
}

const ID = '0999000101-2';
const junk = (count: number) => Array.from({ length: count }, () => '{}');
/** Three blocks; a new epoch, an unchanged-looking person, changed ones, rejects, and closings beyond the limit. */
const second = feedFile({
  seq: 2,
  kind: 'full',
  lines: [
    ...people(1, 10),
    ...junk(9_990),
    person(11, { product: 'CHANGED' }),
    person(12, { product: 'lower case' }),
    ...junk(9_998),
    person(13),
    person(13),
    person(40),
  ],
});

async function prepared(): Promise<FeedWorld> {
  const world = await createFeedWorld(inject('postgresUrl'), {
    vault: new TestVault('the same in every world'),
  });
  await world.send(feedFile({ seq: 1, kind: 'full', lines: people(1, 30) }));
  await world.vault.call('beginEpoch', { amcNo: CLAIRE.amcNo as never });
  return world;
}

/** What an insurer's system does: sends until it is told of the end, has a second person agree. */
async function drive(world: FeedWorld, feeds: Feeds): Promise<void> {
  await feeds.recover();
  await feeds.idle();
  const state = await stateOf(feeds);
  if (state === null || state === 'receiving' || state === 'refused') await post(feeds, second);
  await feeds.idle();
  if ((await stateOf(feeds)) === 'waiting-approval') await feeds.approve(MARC, ID, null);
  await feeds.idle();
  // The insurer's daily routine: whatever was still owed to vault or ledger is done by the next start at the latest.
  if (feeds === world.feeds) await feeds.recover();
}

async function stateOf(feeds: Feeds): Promise<string | null> {
  const { feeds: all } = await feeds.list(CLAIRE, 5);
  return all.find(({ seq }) => seq === 2)?.state ?? null;
}

function post(feeds: Feeds, { body, manifest }: FeedFile): Promise<string> {
  return feeds.receive({
    person: CLAIRE,
    signature: manifest.jws,
    resumeFrom: undefined,
    body: Readable.from(chunks(body), { objectMode: false }),
  });
}

/** Everything that is not random or a time. Sealed bytes are compared by what opens them. */
async function snapshot({ owner, vault, ledger, ...world }: FeedWorld) {
  const found: unknown[] = [];
  for (const who of [...people(1, 40), person(11, { product: 'CHANGED' })]) {
    found.push(await world.findMember(who), await world.findIdentity(who), await world.findCard(who));
  }
  return {
    found,
    records:
      await owner`select id, insurer_id, subject_ref, expires_on, closed_on, fingerprint from records order by id`,
    doors: await owner`select locator, insurer_id, epoch, kind, owner_tag from doors order by locator`,
    insurers: await owner`select * from insurers order by id`,
    former: await owner`select * from former_subjects order by record_id`,
    rejects: await owner`select seq, line, reason from feed_rejects order by seq, line`,
    feeds: await owner`
      select seq, kind, line_count, sent_on, manifest_tag, state, sent_by, approved_by, epoch, epochs_ended, closes,
        close_limit, accepted, rejected, unchanged, closed, problem, owed
      from feeds order by seq`,
    staging: await owner`select tablename from pg_tables where schemaname = 'staging'`,
    epochs: vault.epochs,
    events: [...new Set(ledger.events())],
  };
}

const worlds: FeedWorld[] = [];
afterAll(async () => {
  for (const world of worlds) await world.close();
});

describe('killed before or after each thing that is kept', () => {
  let clean: Promise<Awaited<ReturnType<typeof snapshot>>> | null = null;
  const cleanRun = async () => {
    const world = await prepared();
    worlds.push(world);
    await drive(world, world.feeds);
    return snapshot(world);
  };

  it('one clean run does what the feed says', async () => {
    clean = cleanRun();
    const { feeds, insurers, epochs, events, staging, rejects } = await clean;
    expect(feeds[1]).toMatchObject({
      state: 'applied',
      accepted: 13,
      rejected: 19_990,
      unchanged: 0,
      closed: 17,
    });
    expect(insurers[0]).toMatchObject({ last_seq: 2 });
    expect(rejects.length).toBe(19_990);
    expect(epochs).toEqual([2]);
    expect(staging).toEqual([]);
    expect(events).toEqual(['feed.received', 'feed.applied', 'feed.waiting', 'feed.approved']);
  });

  const deaths: Death[] = (
    [
      ['begin', 1],
      ['unchangedLines', 2],
      ['stage', 1],
      ['stage', 2],
      ['stage', 3],
      ['markReceived', 1],
      ['paid', 1],
      ['markApplying', 1],
      ['apply', 1],
      ['paid', 2],
      ['approve', 1],
      ['paid', 3],
      ['markApplying', 2],
      ['apply', 2],
      ['paid', 4],
      ['markEpochsEnded', 1],
    ] as const
  ).flatMap(([method, nth]) => [
    { method, nth, when: 'before' as const },
    { method, nth, when: 'after' as const },
  ]);

  it.each(deaths)(
    '$method $nth, $when',
    async (death) => {
      const world = await prepared();
      try {
        const dying: Feeds = world.start(dyingStore(world.store, death, () => void dying.close()));
        await drive(world, dying).catch((error: Error) => expect(error.message).toBe('killed'));
        await dying.close();
        await drive(world, world.feeds);
        expect(await snapshot(world)).toEqual(await clean);
      } finally {
        await world.close();
      }
    },
    30_000,
  );
});

describe('cut off and resumed', () => {
  it('goes on after the last whole block, and skips what is staged when all is sent again', async () => {
    const world = await prepared();
    worlds.push(world);
    const { manifest, body, lines } = second;
    const head = Buffer.byteLength(`${manifest.text}\n`);
    const oneAndAHalf = head + Buffer.concat(lines.slice(0, 15_000)).length;
    const cut = Readable.from(
      (function* () {
        yield* chunks(body.subarray(0, oneAndAHalf));
        throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
      })(),
    );
    const upload = { person: CLAIRE, signature: manifest.jws, resumeFrom: undefined };
    await expect(world.feeds.receive({ ...upload, body: cut })).rejects.toThrow('aborted');
    expect(await world.feeds.status(CLAIRE, ID)).toMatchObject({
      state: 'receiving',
      lines: { total: 20_003, received: 10_000 },
      resumeFrom: 10_001,
    });

    const from = (line: number) =>
      Readable.from(chunks(Buffer.concat([Buffer.from(`${manifest.text}\n`), ...lines.slice(line - 1)])));
    const resume = (line: string, at: number) =>
      world.feeds.receive({ ...upload, resumeFrom: line, body: from(at) });
    await expect(resume('20001', 20_001)).rejects.toMatchObject({
      code: 'feed-resume',
      extras: { resumeFrom: 10_001 },
    });
    await expect(resume('10002', 10_002)).rejects.toMatchObject({ code: 'feed-resume' });
    await resume('10001', 10_001);
    await world.feeds.idle();
    expect(await world.feeds.status(CLAIRE, ID)).toMatchObject({
      state: 'waiting-approval',
      waiting: { closes: 17 },
    });
  });

  it('another manifest under the same number begins anew', async () => {
    const world = await prepared();
    worlds.push(world);
    const dying = world.start(dyingStore(world.store, { method: 'stage', nth: 2, when: 'after' }));
    await expect(post(dying, second)).rejects.toThrow('killed');
    expect(await world.feeds.status(CLAIRE, ID)).toMatchObject({ resumeFrom: 20_001 });
    const corrected = feedFile({ seq: 2, kind: 'full', lines: people(1, 30) });
    await expect(
      world.feeds.receive({
        person: CLAIRE,
        signature: corrected.manifest.jws,
        resumeFrom: '20001',
        body: Readable.from(chunks(corrected.body)),
      }),
    ).rejects.toMatchObject({ code: 'feed-resume', extras: { resumeFrom: 1 } });
    expect(await world.send(corrected)).toMatchObject({
      state: 'applied',
      result: { accepted: 30, rejected: 0 },
    });
  });

  it('rows lost in a crash of PostgreSQL, which empties unlogged tables, are sent again', async () => {
    const world = await prepared();
    worlds.push(world);
    const dying = world.start(dyingStore(world.store, { method: 'markReceived', nth: 1, when: 'after' }));
    await expect(post(dying, second)).rejects.toThrow('killed');
    for (const {
      tablename,
    } of await world.owner`select tablename from pg_tables where schemaname = 'staging'`) {
      await world.owner.unsafe(`truncate staging.${tablename}`);
    }
    await world.feeds.recover();
    await world.feeds.idle();
    expect(await world.feeds.status(CLAIRE, ID)).toMatchObject({ state: 'receiving', resumeFrom: 1 });
    await post(world.feeds, second);
    await world.feeds.idle();
    expect(await world.feeds.status(CLAIRE, ID)).toMatchObject({ state: 'waiting-approval' });
  });

  it('a second sender of the same feed is told that it is under way', async () => {
    const world = await prepared();
    worlds.push(world);
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const slow = Readable.from(
      (async function* () {
        yield second.body.subarray(0, 50_000);
        await held;
        yield* chunks(second.body.subarray(50_000));
      })(),
    );
    const first = world.feeds.receive({
      person: CLAIRE,
      signature: second.manifest.jws,
      resumeFrom: undefined,
      body: slow,
    });
    await expect.poll(() => stateOf(world.feeds)).toBe('receiving');
    await expect(post(world.feeds, second)).rejects.toMatchObject({ code: 'feed-busy' });
    await expect(world.feeds.withdraw(CLAIRE, ID)).rejects.toMatchObject({ code: 'feed-busy' });
    release();
    await first;
    await world.feeds.idle();
    expect(await stateOf(world.feeds)).toBe('waiting-approval');
  });
});
