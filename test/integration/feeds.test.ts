// Feeds from the first byte to visible rows: what each operation does, who is closed, and who has to agree.
// One world, feed after feed: the tests of a block build on each other, as feeds do.

import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import {
  CIMES,
  CLAIRE,
  closeLine,
  createFeedWorld,
  eraseLine,
  type FeedOptions,
  type FeedWorld,
  feedFile,
  insurerPerson,
  MARC,
  nir,
  people,
  person,
  token,
} from './feeds-world.ts';

let world: FeedWorld;
/** The next number, as the operator expects it. */
let seq: number;
const start = async () => {
  world = await createFeedWorld(inject('postgresUrl'));
};
beforeEach(async () => {
  seq = (await world.feeds.list(CLAIRE, 1)).nextSeq;
});

const send = async (options: Omit<FeedOptions, 'seq'>) => {
  const { nextSeq } = await world.feeds.list(CLAIRE, 1);
  return world.send(feedFile({ seq: nextSeq, ...options }));
};
const full = (lines: FeedOptions['lines']) => send({ kind: 'full', lines });
const delta = (lines: FeedOptions['lines']) => send({ kind: 'delta', lines });
const rejectsOf = async (feedId: string) =>
  (await world.feeds.rejects(CLAIRE, feedId, { after: 0, limit: 100 })).rejects.map(({ line, reason }) => [
    line,
    reason,
  ]);

describe('what a feed does', () => {
  beforeAll(start);
  afterAll(() => world.close());

  it('a first full feed makes every person findable, through the doors the feed asks for and no other', async () => {
    const status = await full(people(1, 40));
    expect(status).toMatchObject({
      state: 'applied',
      feedId: '0999000101-1',
      resumeFrom: null,
      problem: null,
    });
    expect(status.result).toMatchObject({ accepted: 40, rejected: 0, unchanged: 0, closed: 0 });
    for (const who of people(1, 40)) {
      expect(await world.findMember(who)).toMatchObject({ closedOn: null, rights: { product: 'CONFORT-2' } });
      expect(await world.findCard(who)).not.toBeNull();
      expect((await world.findIdentity(who)) !== null).toBe(who.identityDoor);
    }
    expect(await world.findMember(person(41))).toBeNull();
  });

  it('what is sealed holds the rights and nothing else', async () => {
    const found = await world.findMember(person(1));
    expect(Object.keys(found?.rights ?? {}).sort()).toEqual(
      ['card', 'convType', 'csr', 'periods', 'product', 'responsible'].sort(),
    );
  });

  it('a delta that says nothing new rewrites nothing', async () => {
    const before = await world.owner`select id, sealed from records order by id`;
    expect((await delta(people(1, 40))).result).toMatchObject({ accepted: 0, unchanged: 40, closed: 0 });
    expect(await world.owner`select id, sealed from records order by id`).toEqual(before);
  });

  it('a full feed says how many canaries it has, unchanged ones included; a delta does not say', async () => {
    const fakes = people(50, 52).map((one) => ({ ...one, canary: true }));
    const said = async () =>
      (
        await world.owner<{ canaries: number | null }[]>`select canaries from feeds order by seq desc limit 1`
      )[0]?.canaries;
    await delta(fakes);
    expect(await said()).toBeNull();
    const status = await full([...people(1, 40), ...fakes]);
    expect(status.result).toMatchObject({ accepted: 0, unchanged: 43 });
    expect(await said()).toBe(3);
    expect((await world.findMember(person(50)))?.rights.canary).toBe(true);
    expect(
      (await delta(fakes.map(({ ref, ...one }) => ({ ...one, ref, canary: false })))).result,
    ).toMatchObject({
      accepted: 3,
    });
    expect((await world.findMember(person(50)))?.rights).not.toHaveProperty('canary');
  });

  it('a changed line is rewritten under a fresh record key, so that no older door opens it', async () => {
    const [before] = await world.owner<
      { sealed: Buffer }[]
    >`select sealed from records where id = ${world.vault.recordId(person(3).ref)}`;
    const status = await delta([person(2), person(3, { product: 'PREMIUM-1' }), person(4)]);
    expect(status.result).toMatchObject({ accepted: 1, unchanged: 2 });
    expect((await world.findMember(person(3)))?.rights.product).toBe('PREMIUM-1');
    expect((await world.findCard(person(3)))?.rights.product).toBe('PREMIUM-1');
    const [after] = await world.owner<
      { sealed: Buffer }[]
    >`select sealed from records where id = ${world.vault.recordId(person(3).ref)}`;
    expect(after?.sealed.equals(before?.sealed as Buffer)).toBe(false);
  });

  it('a door the line no longer has leads to nothing', async () => {
    const old = person(5);
    const renewed = person(5, {
      card: { handle: token('another card'), from: '2026-06-01', to: '2027-05-31' },
    });
    await delta([renewed]);
    expect(await world.findCard(old)).toBeNull();
    expect(await world.findCard(renewed)).not.toBeNull();
    expect((await delta([person(6, { identityDoor: false })])).state).toBe('applied');
    expect(await world.findIdentity(person(6))).toBeNull();
  });

  it('a child is found under either parent, and under nobody else', async () => {
    const { beneficiary } = person(50);
    const child = person(50, {
      identityDoor: true,
      beneficiary: { ...beneficiary, quality: 'CHILD', alsoUnder: [nir(51), nir(52)] },
    });
    await delta([child]);
    for (const under of [nir(50), nir(51), nir(52)])
      expect(await world.findMember(child, under)).not.toBeNull();
    expect(await world.findMember(child, nir(53))).toBeNull();
    expect(await world.findIdentity(child)).not.toBeNull();
    const asParent = { ...child, beneficiary: { ...child.beneficiary, nir: nir(51) } };
    expect(await world.findIdentity(asParent)).toBeNull(); // the identity door is for the NIR of the own card only
  });

  it('CLOSE ends the cover on its day and keeps the person findable', async () => {
    const status = await delta([closeLine(7, '2026-11-30')]);
    expect(status.result).toMatchObject({ accepted: 1, closed: 1 });
    expect(await world.findMember(person(7))).toMatchObject({ closedOn: '2026-11-30' });
  });

  it('UPSERT opens a closed person again, changed or not', async () => {
    expect((await delta([person(7)])).result).toMatchObject({ unchanged: 1 });
    expect(await world.findMember(person(7))).toMatchObject({ closedOn: null });
    await delta([closeLine(7, '2026-11-30')]);
    expect((await delta([person(7, { responsible: false })])).result).toMatchObject({ accepted: 1 });
    expect(await world.findMember(person(7))).toMatchObject({ closedOn: null });
  });

  it('ERASE removes record and doors, and remembers only whose record it was', async () => {
    const doorsBefore = (await world.owner`select from doors`).length;
    expect((await delta([eraseLine(8)])).result).toMatchObject({ accepted: 1, closed: 1 });
    expect(await world.findMember(person(8))).toBeNull();
    expect((await world.owner`select from doors`).length).toBe(doorsBefore - 3); // member, identity, card
    const ref = Buffer.from(person(8).ref, 'base64url').toString('hex');
    expect(
      await world.owner`select replace(subject_ref::text, '-', '') as ref, gone_on from former_subjects`,
    ).toEqual([{ ref, gone_on: '2026-11-15' }]);
    expect((await delta([closeLine(8, '2026-12-31')])).result).toMatchObject({ rejected: 1 });
  });

  it('an erased person may come back', async () => {
    expect((await delta([person(8)])).result).toMatchObject({ accepted: 1 });
    expect(await world.findMember(person(8))).not.toBeNull();
  });

  it('expires_on shows no exact date, and nothing when cover is open', async () => {
    const until = (to: string | null) => [{ domain: 'PHAR', from: '2026-01-01', to, rule: 'R1' }];
    const ends = { 60: '2027-03-17', 61: '2027-12-31', 62: '2027-02-28', 63: '9999-12-31' };
    await delta(Object.entries(ends).map(([n, to]) => person(Number(n), { periods: until(to) })));
    const expiry = async (n: number) =>
      (
        await world.owner`select expires_on from records where id = ${world.vault.recordId(person(n).ref)}`
      )[0]?.['expires_on'];
    expect(await Promise.all([60, 61, 62, 63, 1].map(expiry))).toEqual([
      '2027-04-01',
      '2028-01-01',
      '2027-03-01',
      null,
      null,
    ]);
  });

  it('another insurer’s feed lives apart, with the same people and numbers', async () => {
    const andre = insurerPerson('andre', CIMES);
    const status = await world.send(feedFile({ seq: 1, kind: 'full', insurer: CIMES, lines: people(1, 3) }), {
      person: andre,
    });
    expect(status.state).toBe('applied');
    expect(await world.findMember(person(1))).not.toBeNull();
    await expect(world.feeds.status(CLAIRE, status.feedId)).rejects.toMatchObject({ code: 'feed-unknown' });
    await expect(world.feeds.status(andre, '0999000101-1')).rejects.toMatchObject({ code: 'feed-unknown' });
  });

  it('leaves an entry for each step, about nobody', () => {
    expect(world.ledger.events().slice(0, 2)).toEqual(['feed.received', 'feed.applied']);
    expect(world.ledger.entries.every(({ about }) => about === null)).toBe(true);
    expect(world.ledger.entries[1]?.rest).toMatchObject({
      account: 'claire',
      feed: '0999000101-1',
      accepted: 40,
    });
    expect(world.errors).toEqual([]);
  });
});

describe('lines that do not stand beside others', () => {
  beforeAll(async () => {
    await start();
    await full(people(1, 100));
  });
  afterAll(() => world.close());

  it('a bad line is rejected with its number and reason; the others go through', async () => {
    const wrongKey = person(101);
    wrongKey.beneficiary.nir = `${wrongKey.beneficiary.nir.slice(0, 13)}00`;
    const status = await delta([
      person(102),
      '{"op":',
      wrongKey,
      '',
      'null',
      person(103),
      { op: 'UPSERT', ref: 'x' },
    ]);
    expect(status.result).toMatchObject({ accepted: 2, rejected: 5 });
    expect(await rejectsOf(status.feedId)).toEqual([
      [2, 'line-not-json'],
      [3, 'nir-shape'],
      [4, 'line-not-json'],
      [5, 'not-an-object'],
      [7, 'ref-malformed'],
    ]);
    const { rejects } = await world.feeds.rejects(CLAIRE, status.feedId, { after: 0, limit: 100 });
    expect(rejects.every(({ fr, en }) => fr.length > 20 && en.length > 20)).toBe(true);
    expect(await world.findMember(person(102))).not.toBeNull();
    expect(await world.findMember(person(103))).not.toBeNull();
  });

  it('a ref named twice: the earlier line counts', async () => {
    const status = await delta([
      person(1, { product: 'FIRST' }),
      person(2),
      person(1, { product: 'SECOND' }),
      closeLine(2, '2026-12-31'),
    ]);
    expect(await rejectsOf(status.feedId)).toEqual([
      [3, 'ref-repeated'],
      [4, 'ref-repeated'],
    ]);
    expect((await world.findMember(person(1)))?.rights.product).toBe('FIRST');
    expect((await world.findMember(person(2)))?.closedOn).toBeNull();
  });

  it('two refs ask for one door in one feed: the earlier line has it', async () => {
    const twin = person(110, { ref: token('an impostor') });
    const status = await delta([person(110), twin, person(111, { card: person(110).card })]);
    expect(await rejectsOf(status.feedId)).toEqual([
      [2, 'fields-taken'],
      [3, 'fields-taken'],
    ]);
    expect(await world.findMember(person(110))).not.toBeNull();
    expect(await world.findMember(person(111))).toBeNull();
  });

  it('a door that is there already stays with its ref', async () => {
    const status = await delta([person(110, { ref: token('late'), product: 'STOLEN' })]);
    expect(await rejectsOf(status.feedId)).toEqual([[1, 'fields-taken']]);
    expect((await world.findMember(person(110)))?.rights.product).toBe('CONFORT-2');
  });

  it('unless the same feed erases it', async () => {
    const status = await delta([person(110, { ref: token('late'), product: 'MOVED' }), eraseLine(110)]);
    expect(status.result).toMatchObject({ accepted: 2, rejected: 0 });
    expect((await world.findMember(person(110)))?.rights.product).toBe('MOVED');
  });

  it('nothing is closed or erased that is not there', async () => {
    const status = await delta([closeLine(900, '2026-12-31'), eraseLine(901), person(1)]);
    expect(await rejectsOf(status.feedId)).toEqual([
      [1, 'ref-unknown'],
      [2, 'ref-unknown'],
    ]);
  });

  it('a first feed is checked in the same way', async () => {
    const andre = insurerPerson('andre', CIMES);
    const lines = [
      person(1),
      person(1),
      person(2, { ref: token('other'), card: person(1).card }),
      closeLine(9, '2026-12-31'),
    ];
    const status = await world.send(feedFile({ seq: 1, kind: 'full', insurer: CIMES, lines }), {
      person: andre,
    });
    const { rejects } = await world.feeds.rejects(andre, status.feedId, { after: 0, limit: 10 });
    expect(rejects.map(({ line, reason }) => [line, reason])).toEqual([
      [2, 'ref-repeated'],
      [3, 'fields-taken'],
      [4, 'ref-unknown'],
    ]);
    expect(status.result).toMatchObject({ accepted: 1, rejected: 3 });
  });

  it('rejects come in pages', async () => {
    const lines = Array.from({ length: 25 }, () => '{}');
    const { feedId } = await delta(lines);
    const first = await world.feeds.rejects(CLAIRE, feedId, { after: 0, limit: 20 });
    const second = await world.feeds.rejects(CLAIRE, feedId, { after: first.next ?? 0, limit: 20 });
    expect([first.rejects.length, first.next, second.rejects.length, second.next]).toEqual([20, 20, 5, null]);
  });
});

describe('a full feed closes those it does not name', () => {
  beforeAll(async () => {
    await start();
    await full(people(1, 100));
  });
  afterAll(() => world.close());

  it('on the day of sentAt in Paris', async () => {
    const lines = people(1, 98);
    const status = await send({ kind: 'full', lines, manifest: { sentAt: '2026-11-13T23:30:00Z' } });
    expect(status.result).toMatchObject({ unchanged: 98, closed: 2 });
    expect(await world.findMember(person(99))).toMatchObject({ closedOn: '2026-11-14' });
    expect(await world.findMember(person(98))).toMatchObject({ closedOn: null });
  });

  it('but not those whose line it rejects', async () => {
    const rejected = person(98, { product: 'lower case' });
    const status = await full([...people(1, 97), rejected]);
    expect(status.result).toMatchObject({ rejected: 1, closed: 0 });
    expect(await world.findMember(person(98))).toMatchObject({ closedOn: null });
  });

  it('and earlier than a closing in the future', async () => {
    await delta([closeLine(98, '2027-06-30')]);
    const status = await full(people(1, 97));
    expect(status.result).toMatchObject({ closed: 0 });
    expect(await world.findMember(person(98))).toMatchObject({ closedOn: '2026-11-15' });
    expect(await world.findMember(person(99))).toMatchObject({ closedOn: '2026-11-14' }); // never later than it was
  });

  it('a delta closes nobody by silence', async () => {
    expect((await delta([person(1)])).result).toMatchObject({ closed: 0 });
  });
});

describe('a feed that closes more than the limit', () => {
  beforeAll(async () => {
    await start();
    await full(people(1, 100));
  });
  afterAll(() => world.close());

  it('up to the limit goes through by itself', async () => {
    expect((await full(people(1, 95))).state).toBe('applied');
    expect((await full(people(1, 100))).state).toBe('applied');
  });

  it('above it waits, and nothing of it is visible', async () => {
    const status = await full([...people(1, 93), person(94, { product: 'NEW' }), person(200)]);
    expect(status).toMatchObject({
      state: 'waiting-approval',
      waiting: { closes: 6, limit: 5 },
      result: null,
    });
    expect(await world.findMember(person(200))).toBeNull();
    expect(await world.findMember(person(100))).toMatchObject({ closedOn: null });
    expect((await world.findMember(person(94)))?.rights.product).toBe('CONFORT-2');
  });

  it('cannot be approved by the person who sent it, nor with another number of closings', async () => {
    const { feedId } = await world.feeds.status(CLAIRE, `0999000101-${seq}`);
    await expect(world.feeds.approve(CLAIRE, feedId, null)).rejects.toMatchObject({
      code: 'approval-same-person',
    });
    await expect(world.feeds.approve(MARC, feedId, 7)).rejects.toMatchObject({ code: 'feed-not-waiting' });
    expect((await world.feeds.status(MARC, feedId)).state).toBe('waiting-approval');
  });

  it('keeps the place: no other feed goes before it', async () => {
    const other = feedFile({ seq, lines: [person(1)] });
    await expect(world.send(other)).rejects.toMatchObject({ code: 'feed-busy' });
  });

  it('the same feed sent again changes nothing', async () => {
    const lines = [...people(1, 93), person(94, { product: 'NEW' }), person(200)];
    expect((await world.send(feedFile({ seq, kind: 'full', lines }))).state).toBe('waiting-approval');
  });

  it('goes on once another person approved, without asking again', async () => {
    const feedId = `0999000101-${seq}`;
    await world.feeds.approve(MARC, feedId, 6);
    await world.feeds.idle();
    const status = await world.feeds.status(CLAIRE, feedId);
    expect(status).toMatchObject({
      state: 'applied',
      waiting: null,
      result: { accepted: 2, unchanged: 93, closed: 6 },
    });
    expect(await world.findMember(person(100))).toMatchObject({ closedOn: '2026-11-15' });
    expect(world.ledger.events().slice(-4)).toEqual([
      'feed.received',
      'feed.waiting',
      'feed.approved',
      'feed.applied',
    ]);
    expect(world.ledger.entries.at(-2)?.rest['account']).toBe('marc');
    await expect(world.feeds.approve(MARC, feedId, null)).rejects.toMatchObject({ code: 'feed-not-waiting' });
  });

  it('counts CLOSE and ERASE of a delta too', async () => {
    const lines = [1, 2, 3].map((n) => closeLine(n, '2026-12-31'));
    const status = await delta([...lines, ...[4, 5].map(eraseLine)]);
    expect(status).toMatchObject({ state: 'waiting-approval', waiting: { closes: 5, limit: 4 } });
  });

  it('can be taken back, and its number used again', async () => {
    const feedId = `0999000101-${seq}`;
    expect(await world.feeds.withdraw(CLAIRE, feedId)).toMatchObject({
      state: 'refused',
      problem: { code: 'feed-withdrawn' },
    });
    expect(await world.findMember(person(4))).not.toBeNull();
    expect((await delta([person(1)])).state).toBe('applied');
    await expect(world.feeds.withdraw(CLAIRE, feedId)).rejects.toMatchObject({ code: 'feed-not-waiting' });
  });

  it('an empty full feed waits as well: it would close everybody', async () => {
    const status = await full([]);
    expect(status).toMatchObject({ state: 'waiting-approval' });
    expect(status.waiting?.closes).toBeGreaterThan(90);
    await world.feeds.withdraw(CLAIRE, status.feedId);
  });
});

describe('a new key epoch', () => {
  const epochsOfDoors = async () =>
    (await world.owner`select distinct epoch from doors order by epoch`).map(({ epoch }) => epoch);
  beforeAll(async () => {
    await start();
    await full(people(1, 50));
    await world.vault.call('beginEpoch', { amcNo: CLAIRE.amcNo as never });
  });
  afterAll(() => world.close());

  it('leaves everybody findable before the next feed', async () => {
    expect(await world.findMember(person(1))).not.toBeNull();
  });

  it('a delta writes doors of the new epoch beside the old ones', async () => {
    const status = await delta([person(1), person(2, { product: 'PREMIUM-1' })]);
    expect(status.result).toMatchObject({ accepted: 2, unchanged: 0 }); // fingerprints are of the epoch too
    expect(await epochsOfDoors()).toEqual([1, 2]);
    expect((await world.findMember(person(2)))?.rights.product).toBe('PREMIUM-1');
    expect(world.vault.epochs).toEqual([2, 1]);
  });

  it('an erasure names the doors of both epochs', async () => {
    await delta([eraseLine(3)]);
    const left = await world.owner`select from doors`;
    await delta([person(3)]);
    expect((await world.owner`select from doors`).length - left.length).toBe(2); // member and card, new epoch only
    expect(await world.findMember(person(3))).not.toBeNull();
  });

  it('a full feed ends the old one: its doors go, then its keys', async () => {
    const status = await full(people(1, 50));
    expect(status.state).toBe('applied');
    expect(await epochsOfDoors()).toEqual([2]);
    expect(world.vault.epochs).toEqual([2]);
    for (const who of people(1, 50)) expect(await world.findMember(who)).not.toBeNull();
  });

  it('keys whose end was not told to the vault are ended at the next start', async () => {
    await world.vault.call('beginEpoch', { amcNo: CLAIRE.amcNo as never });
    const call = world.vault.call.bind(world.vault);
    world.vault.call = async (verb, input, bytes) => {
      if (verb === 'endEpochsBefore') throw new Error('killed');
      return call(verb, input, bytes);
    };
    const dying = world.start();
    const sending = world.send(feedFile({ seq, kind: 'full', lines: people(1, 50) }), { feeds: dying });
    await expect
      .poll(async () => (await world.feeds.status(CLAIRE, `0999000101-${seq}`).catch(() => null))?.state)
      .toBe('applied');
    await sending;
    await dying.close();
    expect(world.vault.epochs).toEqual([3, 2]);
    world.vault.call = call;
    await world.start().recover();
    expect(world.vault.epochs).toEqual([3]);
  });

  it('an epoch that begins in the middle of a full feed loses nobody', async () => {
    const call = world.vault.call.bind(world.vault);
    let seals = 0;
    world.vault.call = async (verb, input, bytes) => {
      const reply = await call(verb, input, bytes);
      if (verb === 'seal' && ++seals === 1) await call('beginEpoch', { amcNo: CLAIRE.amcNo as never });
      return reply;
    };
    const fill = Array.from({ length: 10_000 - 20 }, () => '{}');
    const status = await full([...people(1, 20), ...fill, ...people(21, 50)]);
    world.vault.call = call;
    expect(status).toMatchObject({ state: 'applied', result: { rejected: 9_980, closed: 0 } });
    for (const who of people(1, 50)) expect(await world.findMember(who)).not.toBeNull();
  });
});

describe('visible together', () => {
  beforeAll(async () => {
    await start();
    await full(people(1, 100));
  });
  afterAll(() => world.close());

  it('a look-up in the middle of it sees the state before, a moment later the state after', async () => {
    const lines = [
      ...people(2, 50).map(({ ref }, i) => person(i + 2, { ref, product: 'AFTER' })),
      ...people(51, 100),
      person(101),
    ];
    // Holds the transaction between the records, which it has written, and the doors.
    const holder = await world.owner.reserve();
    await holder`begin`;
    await holder`lock table doors in share mode`;
    const sending = world.send(feedFile({ seq, kind: 'full', lines }));
    await expect
      .poll(
        async () =>
          (await world.owner`select from pg_locks where relation = 'doors'::regclass and not granted`).length,
      )
      .toBe(1);
    expect(await world.feeds.status(CLAIRE, `0999000101-${seq}`)).toMatchObject({ state: 'applying' });
    expect((await world.findMember(person(2)))?.rights.product).toBe('CONFORT-2');
    expect(await world.findMember(person(1))).toMatchObject({ closedOn: null });
    expect(await world.findMember(person(101))).toBeNull();
    await holder`rollback`;
    holder.release();
    expect((await sending).state).toBe('applied');
    expect((await world.findMember(person(2)))?.rights.product).toBe('AFTER');
    expect(await world.findMember(person(1))).toMatchObject({ closedOn: '2026-11-15' });
    expect(await world.findMember(person(101))).not.toBeNull();
  });
});
