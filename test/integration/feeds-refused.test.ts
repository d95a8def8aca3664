// Feeds that are refused as a whole: each with its code, nothing half-applied, nothing left behind.

import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { AppError } from '../../src/lib/app-error.ts';
import { VaultUnavailable } from '../../src/vault/vault-client.ts';
import {
  CIMES,
  CLAIRE,
  chunks,
  createFeedWorld,
  type FeedFile,
  type FeedWorld,
  feedFile,
  insurerPerson,
  MARC,
  OTHER_KEY,
  people,
  person,
} from './feeds-world.ts';

let world: FeedWorld;
beforeAll(async () => {
  world = await createFeedWorld(inject('postgresUrl'));
  await world.send(feedFile({ seq: 1, kind: 'full', lines: people(1, 30) }));
});
afterAll(() => world.close());

/** Sends the bytes as they are. */
const sendBytes = (body: Buffer, jws: string | undefined, resumeFrom?: string) =>
  world.feeds.receive({
    person: CLAIRE,
    signature: jws,
    resumeFrom,
    body: Readable.from(chunks(body), { objectMode: false }),
  });
const refusedWith = async (sending: Promise<unknown>) => {
  const error = await sending.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(AppError);
  return { code: (error as AppError).code, ...(error as AppError).extras };
};

const good = () => feedFile({ seq: 2, kind: 'full', lines: people(1, 30) });
const bytesOf = (file: FeedFile, lines: Buffer[]) =>
  Buffer.concat([Buffer.from(`${file.manifest.text}\n`), ...lines]);
const swapped = ([first, second, ...rest]: Buffer[]) => [second as Buffer, first as Buffer, ...rest];
const garbage = Buffer.from(Array.from({ length: 200_000 }, (_, i) => (i * 7919) % 256));
const longLine = Buffer.from(`{"op":"UPSERT","ref":"${'x'.repeat(10 * 1024 * 1024)}"}\n`);

type Case = [what: string, send: () => Promise<unknown>, refusal: Record<string, unknown>];

const CASES: Case[] = [
  ['no signature', () => sendBytes(good().body, undefined), { code: 'feed-signature' }],
  ['a signature by another key', () => send({ key: OTHER_KEY.privateKey }), { code: 'feed-signature' }],
  [
    'a signature of another manifest',
    () => sendBytes(good().body, feedFile({ seq: 3, lines: [] }).manifest.jws),
    { code: 'feed-signature' },
  ],
  ['a signature that is none', () => sendBytes(good().body, 'e30..e30'), { code: 'feed-signature' }],
  ['an empty body', () => sendBytes(Buffer.alloc(0), good().manifest.jws), { code: 'feed-signature' }],
  ['binary garbage', () => sendBytes(garbage, good().manifest.jws), { code: 'feed-signature' }],
  [
    'a first line without end',
    () => sendBytes(Buffer.alloc(9 * 1024 * 1024, 65), good().manifest.jws),
    { code: 'feed-manifest', problem: 'the first line is too long' },
  ],
  [
    'a manifest with an unknown property',
    () => send({ manifest: { note: 1 } }),
    { code: 'feed-manifest', problem: 'the manifest holds an unknown property' },
  ],
  [
    'a manifest without count',
    () => send({ manifest: { count: undefined } }),
    { code: 'feed-manifest', problem: 'count must be a whole number, 0 or more' },
  ],
  ['another insurer’s manifest', () => send({ insurer: CIMES }), { code: 'feed-insurer' }],
  ['a gap in the numbers', () => send({ seq: 4 }), { code: 'feed-seq-gap', expectedSeq: 2 }],
  [
    'a used number with other lines',
    () => send({ seq: 1, lines: people(1, 29) }),
    { code: 'feed-seq-used', expectedSeq: 2 },
  ],
  [
    'fewer lines than announced',
    () => send({ manifest: { count: 31 } }),
    { code: 'feed-count', announced: 31, received: 30 },
  ],
  [
    'more lines than announced',
    () => send({ manifest: { count: 29 } }),
    { code: 'feed-count', announced: 29, received: 30 },
  ],
  ['a truncated body', () => truncated(), { code: 'feed-count', announced: 30, received: 29 }],
  [
    'a last line cut in the middle',
    () => whole((body) => body.subarray(0, -40)),
    { code: 'feed-block-hash', block: 0 },
  ],
  [
    'a changed line',
    () =>
      tampered((lines) => [
        Buffer.from(lines[0]?.toString().replace('1980', '1981') ?? ''),
        ...lines.slice(1),
      ]),
    { code: 'feed-block-hash', block: 0 },
  ],
  ['lines in another order', () => tampered(swapped), { code: 'feed-block-hash', block: 0 }],
  [
    'a line twice',
    () => tampered((lines) => [lines[0] as Buffer, ...lines.slice(0, -1)]),
    { code: 'feed-block-hash', block: 0 },
  ],
  [
    'a wrong block hash',
    () => send({ manifest: { blocks: ['0'.repeat(64)] } }),
    { code: 'feed-block-hash', block: 0 },
  ],
  [
    'a line of 10 MB',
    () => tampered((lines) => [...lines.slice(0, 4), longLine, ...lines.slice(5)]),
    { code: 'feed-line-too-long', line: 5 },
  ],
  ['a beginning in the middle', () => whole((body) => body, '10001'), { code: 'feed-resume', resumeFrom: 1 }],
  [
    'a beginning that is no line number',
    () => whole((body) => body, '-1'),
    { code: 'feed-resume', resumeFrom: 1 },
  ],
];

function send(changes: Partial<Parameters<typeof feedFile>[0]>): Promise<unknown> {
  return world.send(feedFile({ seq: 2, kind: 'full', lines: people(1, 30), ...changes }));
}
function truncated(): Promise<unknown> {
  return tampered((lines) => lines.slice(0, -1));
}
function whole(change: (body: Buffer) => Buffer, resumeFrom?: string): Promise<unknown> {
  const file = good();
  return sendBytes(change(file.body), file.manifest.jws, resumeFrom);
}
function tampered(change: (lines: Buffer[]) => Buffer[]): Promise<unknown> {
  const file = good();
  return sendBytes(bytesOf(file, change(file.lines)), file.manifest.jws);
}

describe('refused as a whole', () => {
  it('a caller of an insurer that is not served here', async () => {
    const stranger = insurerPerson('mallory', '0999000999' as typeof CIMES);
    await expect(world.feeds.list(stranger, 1)).rejects.toMatchObject({ code: 'wrong-role' });
  });

  it.each(CASES)('%s', async (_what, sending, refusal) => {
    const before = await world.owner`select * from records order by id`;
    expect(await refusedWith(sending())).toEqual(refusal);
    expect(await world.owner`select * from records order by id`).toEqual(before);
    expect((await world.feeds.list(CLAIRE, 1)).nextSeq).toBe(2);
    expect(await world.owner`select tablename from pg_tables where schemaname = 'staging'`).toEqual([]);
  });

  it('its number can be used again by a good feed', async () => {
    expect((await world.send(good())).state).toBe('applied');
    expect(world.errors).toEqual([]);
  });
});

describe('a refused feed', () => {
  it('says why, and is entered in the ledger', async () => {
    const file = feedFile({ seq: 3, lines: [person(1)], manifest: { blocks: ['0'.repeat(64)] } });
    await refusedWith(sendBytes(file.body, file.manifest.jws));
    const status = await world.feeds.status(MARC, '0999000101-3');
    expect(status).toMatchObject({
      state: 'refused',
      problem: { code: 'feed-block-hash', block: 0 },
      lines: { received: 0 },
      resumeFrom: 1,
      result: null,
    });
    expect(status.problem?.fr).toContain('empreinte');
    expect(world.ledger.entries.at(-1)?.rest).toMatchObject({
      event: 'feed.refused',
      code: 'feed-block-hash',
    });
  });

  it('a feed that was applied is not sent again: the same manifest gets the same id', async () => {
    const file = feedFile({ seq: 3, lines: [person(1, { product: 'NEW' })] });
    const first = await world.send(file);
    expect(first.state).toBe('applied');
    const entries = world.ledger.entries.length;
    expect(await world.send(file)).toEqual(first);
    expect(world.ledger.entries.length).toBe(entries);
  });
});

describe('closed or away', () => {
  const file = () => feedFile({ seq: 4, lines: [person(2)] });

  it('feeds that were cut off are refused before a line is read', async () => {
    world.board.set('feeds', 'closed');
    const body = Readable.from(chunks(file().body));
    const receive = () =>
      world.feeds.receive({ person: CLAIRE, signature: file().manifest.jws, resumeFrom: undefined, body });
    await expect(receive()).rejects.toMatchObject({ code: 'disconnected' });
    expect(body.readableDidRead).toBe(false);
    world.board.delete('feeds');
    world.board.set('insurer:0999000101', 'read-only');
    await expect(receive()).rejects.toMatchObject({ code: 'disconnected' });
    world.board.delete('insurer:0999000101');
  });

  it('a vault that is away leaves the feed to be resumed', async () => {
    const call = world.vault.call.bind(world.vault);
    world.vault.call = async (verb, input, bytes) => {
      if (verb === 'seal') throw new VaultUnavailable('gone');
      return call(verb, input, bytes);
    };
    const same = file();
    await expect(world.send(same)).rejects.toBeInstanceOf(VaultUnavailable);
    world.vault.call = call;
    expect(await world.feeds.status(CLAIRE, '0999000101-4')).toMatchObject({
      state: 'receiving',
      resumeFrom: 1,
    });
    expect((await world.send(same)).state).toBe('applied');
  });

  it('a ledger that is away keeps rows invisible until the entry is written', async () => {
    const next = feedFile({ seq: 5, lines: [person(300)] });
    world.ledger.down = new Error('ledger away');
    await expect(world.send(next)).rejects.toThrow('ledger away');
    expect(await world.feeds.status(CLAIRE, '0999000101-5')).toMatchObject({ state: 'received' });
    expect(await world.findMember(person(300))).toBeNull();
    world.ledger.down = null;
    expect((await world.send(next)).state).toBe('applied');
    expect(world.ledger.events().slice(-2)).toEqual(['feed.received', 'feed.applied']);
  });

  it('feeds cut off after the last line: the rows wait for the reopening', async () => {
    const store = new Proxy(world.store, {
      get(target, name: keyof typeof world.store) {
        if (name !== 'markReceived') return target[name];
        return async (key: Parameters<typeof target.markReceived>[0]) => {
          await target.markReceived(key);
          world.board.set('feeds', 'closed');
        };
      },
    });
    const feeds = world.start(store);
    const next = feedFile({ seq: 6, lines: [person(301)] });
    const body = Readable.from(chunks(next.body));
    await feeds.receive({ person: CLAIRE, signature: next.manifest.jws, resumeFrom: undefined, body });
    await expect.poll(() => world.errors.length).toBeGreaterThan(0);
    expect(await world.findMember(person(301))).toBeNull();
    world.board.delete('feeds');
    await feeds.idle();
    expect(await world.findMember(person(301))).not.toBeNull();
  });
});
