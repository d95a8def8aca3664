// A small world for feeds: a database of its own, the real store, the vault's real sealing wired in directly, and a
// ledger that remembers. People are numbered, so that a test says who is where without a fixture file.

import { createHash, createSecretKey, generateKeyPairSync, hash, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Rights } from '../../src/core/entitlement.ts';
import type { AmcNo } from '../../src/core/ids.ts';
import { nirKey } from '../../src/core/nir.ts';
import { type Database, openDatabase } from '../../src/db/database.ts';
import { migrate } from '../../src/db/migrate.ts';
import { uuidText } from '../../src/lib/bytes.ts';
import { ManualClock } from '../../src/lib/clock.ts';
import { openDoors, openRecord } from '../../src/operator/check/open-record.ts';
import { sqlRightsReader } from '../../src/operator/check/rights-store-sql.ts';
import type { SwitchState } from '../../src/operator/containment/switchboard.ts';
import type { Ledger, NewEntry, Receipt } from '../../src/operator/ledger/ledger-port.ts';
import type { FeedStatus } from '../../src/operator/registry/feed-status.ts';
import type { FeedStore } from '../../src/operator/registry/feed-store.ts';
import { sqlFeedStore } from '../../src/operator/registry/feed-store-sql.ts';
import { type FeedPerson, Feeds } from '../../src/operator/registry/feeds.ts';
import {
  deriveDoor,
  epochKeys,
  identityFields,
  memberFields,
  prf,
  purposeKey,
  type RecordDoorKind,
} from '../../src/vault/derive.ts';
import { checkBlock, checkManifest, signManifest } from '../../src/vault/feed-signature.ts';
import { withIdentity } from '../../src/vault/identity-halves.ts';
import type { InsurerKeys } from '../../src/vault/keyring.ts';
import type { SignedManifest, VaultRefusal, VaultVerbs, Verb } from '../../src/vault/protocol.ts';
import { createSealPool } from '../../src/vault/seal-pool.ts';
import { type VaultClient, VaultRefused } from '../../src/vault/vault-client.ts';

export const TILLEULS = '0999000101' as AmcNo;
export const CIMES = '0999000103' as AmcNo;

const MIGRATIONS = join(import.meta.dirname, '../../migrations/operator');

/** One person: every field follows from the number. */
export type Person = {
  op: 'UPSERT';
  ref: string;
  memberNo: string;
  beneficiary: { nir: string; birthDate: string; birthRank: number; quality: string; alsoUnder: string[] };
  card: { handle: string; from: string; to: string } | null;
  identityDoor: boolean;
  convType: string;
  csr: string | null;
  responsible: boolean;
  product: string;
  periods: { domain: string; from: string; to: string | null; rule: string }[];
};

/** 16 bytes that follow from a text, as base64url. */
export function token(text: string): string {
  return createHash('sha256').update(text).digest().subarray(0, 16).toString('base64url');
}

export function nir(n: number): string {
  const first13 = `180017599${1 + Math.floor(n / 1000)}${String(n % 1000).padStart(3, '0')}`;
  return first13 + nirKey(first13);
}

export function person(n: number, changes: Partial<Person> = {}): Person {
  return {
    op: 'UPSERT',
    ref: token(`ref ${n}`),
    memberNo: `G${String(n).padStart(11, '7')}`,
    beneficiary: { nir: nir(n), birthDate: '19800117', birthRank: 1, quality: 'INSURED', alsoUnder: [] },
    card: { handle: token(`card ${n}`), from: '2026-01-01', to: '2026-12-31' },
    identityDoor: n % 2 === 0,
    convType: 'RP',
    csr: null,
    responsible: true,
    product: 'CONFORT-2',
    periods: [{ domain: 'PHAR', from: '2026-01-01', to: null, rule: 'R1' }],
    ...changes,
  };
}

export function people(from: number, to: number): Person[] {
  return Array.from({ length: to - from + 1 }, (_, i) => person(from + i));
}

export function closeLine(n: number, on: string) {
  const { ref, memberNo, beneficiary } = person(n);
  return { op: 'CLOSE', ref, memberNo, beneficiary, on };
}
export function eraseLine(n: number) {
  const { ref, memberNo, beneficiary, card } = person(n);
  return { op: 'ERASE', ref, memberNo, beneficiary, card };
}

/** Lines as objects, or as texts to be sent as they are. */
export type Line = object | string;

export type FeedFile = { manifest: SignedManifest; body: Buffer; lines: Buffer[] };

export type FeedOptions = {
  seq: number;
  lines: readonly Line[];
  kind?: 'full' | 'delta';
  insurer?: AmcNo;
  /** Replaces what the manifest says. */
  manifest?: Record<string, unknown>;
  key?: KeyObject;
};

const BLOCK_LINES = 10_000;

/** Tilleuls' feed key. */
export const FEED_KEY = generateKeyPairSync('ec', { namedCurve: 'P-256' });
export const OTHER_KEY = generateKeyPairSync('ec', { namedCurve: 'P-256' });

export function feedFile({
  seq,
  lines,
  kind = 'delta',
  insurer = TILLEULS,
  manifest = {},
  key,
}: FeedOptions): FeedFile {
  const encoded = lines.map((line) =>
    Buffer.from(`${typeof line === 'string' ? line : JSON.stringify(line)}\n`),
  );
  const blocks: string[] = [];
  for (let at = 0; at < encoded.length; at += BLOCK_LINES) {
    blocks.push(hash('sha256', Buffer.concat(encoded.slice(at, at + BLOCK_LINES))));
  }
  const text = JSON.stringify({
    type: 'manifest',
    insurer,
    kind,
    seq,
    count: lines.length,
    sentAt: '2026-11-15T06:00:00Z',
    blocks,
    ...manifest,
  });
  return {
    manifest: { text, jws: signManifest(text, key ?? FEED_KEY.privateKey) },
    body: Buffer.concat([Buffer.from(`${text}\n`), ...encoded]),
    lines: encoded,
  };
}

/** The vault's own code behind the client's interface: no socket, no thread, nothing pretended. */
export class TestVault implements VaultClient {
  readonly #pool = createSealPool({ workers: 0 });
  readonly #key: (text: string) => KeyObject;
  readonly #replay: KeyObject;
  /** Newest first. */
  epochs = [1];
  /** Set: every call fails with it. */
  down: Error | null = null;

  constructor(secret = 'a vault for tests') {
    this.#key = (text) => createSecretKey(createHash('sha256').update(`${secret} ${text}`).digest());
    this.#replay = purposeKey(this.#key('platform'), 'replay');
  }

  keys(amcNo: AmcNo): InsurerKeys {
    const half = Buffer.alloc(32, 7);
    const epochs = this.epochs.map((epoch) =>
      withIdentity(epochKeys(epoch, this.#key(`${amcNo} epoch ${epoch}`)), half),
    );
    const records = this.#key(`${amcNo} records`);
    return {
      amcNo,
      recordId: purposeKey(records, 'recordId'),
      notice: purposeKey(records, 'notice'),
      engagement: purposeKey(records, 'engagementTerms'),
      counter: purposeKey(records, 'counter'),
      epochs,
    };
  }

  recordId(ref: string, amcNo: AmcNo = TILLEULS): string {
    return prf(this.keys(amcNo).recordId, Buffer.from(ref, 'latin1')).toString('hex', 0, 16);
  }

  async call<V extends Verb>(
    verb: V,
    input: VaultVerbs[V]['in'],
    bytes: Uint8Array = Buffer.alloc(0),
  ): Promise<{ out: VaultVerbs[V]['out']; bytes: Buffer }> {
    if (this.down) throw this.down;
    const verbs = this.#verbs() as Record<string, (input: unknown, bytes: Buffer) => Promise<unknown>>;
    const handler = verbs[verb];
    if (!handler) throw new Error(`this vault has no ${verb}`);
    const reply = await handler(JSON.parse(JSON.stringify(input)), Buffer.from(bytes));
    return { bytes: Buffer.alloc(0), ...(reply as { out: VaultVerbs[V]['out'] }) };
  }

  #verbs() {
    const feed = (amcNo: AmcNo, manifest: SignedManifest) => {
      const checked = checkManifest(amcNo, manifest, [FEED_KEY.publicKey]);
      if (checked === 'signature') throw new VaultRefused('feed-signature');
      if (checked === 'manifest') throw new VaultRefused('manifest-refused');
      return checked;
    };
    const checkedBlock = (input: VaultVerbs['fingerprint']['in'], block: Buffer): Buffer => {
      if (!checkBlock(feed(input.amcNo, input.manifest), input.block, block)) {
        throw new VaultRefused('block-hash' satisfies VaultRefusal);
      }
      return block;
    };
    return {
      acceptManifest: async (input: VaultVerbs['acceptManifest']['in']) => {
        feed(input.amcNo, input.manifest);
        return { out: { ok: true } };
      },
      replay: async ({ items }: VaultVerbs['replay']['in']) => ({
        out: {
          items: items.map(({ scope, body }) => {
            const bytes = prf(this.#replay, Buffer.from(`${scope}\n${body}`));
            return { tag: uuidText(bytes), key: bytes.toString('base64url', 16, 48) };
          }),
        },
      }),
      fingerprint: async (input: VaultVerbs['fingerprint']['in'], bytes: Buffer) => {
        const block = checkedBlock(input, bytes);
        const prints = await this.#pool.fingerprint({ keys: this.keys(input.amcNo), block });
        return { out: { lines: prints.length / 32 }, bytes: prints };
      },
      seal: async (input: VaultVerbs['seal']['in'], bytes: Buffer) => {
        const block = checkedBlock(input, bytes.subarray(input.bitmapBytes));
        const unchanged = bytes.subarray(0, input.bitmapBytes);
        const sealed = await this.#pool.seal({
          keys: this.keys(input.amcNo),
          block,
          index: input.block,
          unchanged,
          onlyFictitious: false,
        });
        return {
          out: { ...sealed.reply, lineBytes: sealed.lines.length },
          bytes: Buffer.concat([sealed.lines, sealed.doors]),
        };
      },
      beginEpoch: async () => {
        this.epochs = [(this.epochs[0] ?? 0) + 1, ...this.epochs].slice(0, 2);
        return { out: { epoch: this.epochs[0] } };
      },
      endEpochsBefore: async ({ epoch }: VaultVerbs['endEpochsBefore']['in']) => {
        const ended = this.epochs.filter((one) => one < epoch);
        this.epochs = this.epochs.filter((one) => one >= epoch);
        return { out: { epochs: ended } };
      },
      epochs: async () => ({ out: { epochs: this.epochs } }),
    };
  }

  async close(): Promise<void> {}
}

export class RecordingLedger implements Ledger {
  readonly entries: NewEntry[] = [];
  down: Error | null = null;
  async append(entry: NewEntry): Promise<Receipt> {
    if (this.down) throw this.down;
    this.entries.push(entry);
    const index = this.entries.length - 1;
    return { log: 'test', index, leaf: '', signature: '', flush: { first: index, count: 1 }, path: '' };
  }
  owe(entry: NewEntry): void {
    this.entries.push(entry);
  }
  events(): string[] {
    return this.entries.map(({ rest }) => rest.event);
  }
}

export const CLAIRE = insurerPerson('claire');
export const MARC = insurerPerson('marc');
export function insurerPerson(name: string, amcNo: AmcNo = TILLEULS): FeedPerson {
  return {
    role: 'insurer',
    thumbprint: `thumbprint of ${name}`,
    client: `client of ${name}`,
    person: name,
    amcNo,
  };
}

export type Found = { rights: Rights; closedOn: string | null } | null;

export type FeedWorld = Awaited<ReturnType<typeof createFeedWorld>>;

/** `postgresUrl`: a superuser. The feeds run under a login that is only what migrations grant to rempart_feed. */
export async function createFeedWorld(postgresUrl: string, options: { vault?: TestVault } = {}) {
  const suffix = `${process.pid}_${Math.floor(performance.now() * 1000)}`;
  const admin = openDatabase(postgresUrl, { max: 1, applicationName: 'test' });
  const name = `feeds_${suffix}`;
  await admin.unsafe(`create database ${name}`);
  const urlOf = (user?: string) => {
    const url = new URL(postgresUrl);
    url.pathname = `/${name}`;
    if (user) Object.assign(url, { username: user, password: 'feeds' });
    return url.href;
  };
  const owner = openDatabase(urlOf(), { max: 2, applicationName: 'test' });
  await migrate(owner, MIGRATIONS);
  const login = `feed_login_${suffix}`;
  await owner.unsafe(`create role ${login} login password 'feeds' in role rempart_feed`);
  await owner`insert into insurers (id, amc_no, name) values (1, ${TILLEULS}, 'Tilleuls'), (2, ${CIMES}, 'Cimes')`;
  const database = openDatabase(urlOf(login), { max: 4, applicationName: 'test' });

  const vault = options.vault ?? new TestVault();
  const ledger = new RecordingLedger();
  const clock = new ManualClock(Date.parse('2026-11-15T06:30:00Z'));
  const board = new Map<string, SwitchState>();
  const errors: unknown[] = [];
  const store = sqlFeedStore(database);
  const start = (over: FeedStore = store) =>
    new Feeds({
      store: over,
      vault,
      ledger,
      clock,
      switchboard: () => board,
      onError: (error) => errors.push(error),
      retryMs: 5,
    });
  const feeds = start();
  const reader = sqlRightsReader(owner);

  return {
    owner,
    database,
    vault,
    ledger,
    clock,
    board,
    errors,
    store,
    feeds,
    start,

    /** Sends a feed and waits for its end; throws when it is refused at once. */
    async send(file: FeedFile, from: { person?: FeedPerson; feeds?: Feeds } = {}): Promise<FeedStatus> {
      const { person: sender = CLAIRE, feeds: over = feeds } = from;
      const body = Readable.from(chunks(file.body), { objectMode: false });
      const id = await over.receive({
        person: sender,
        signature: file.manifest.jws,
        resumeFrom: undefined,
        body,
      });
      await over.idle();
      return over.status(sender, id);
    },

    /** What a professional would find behind that door. */
    async find(kind: RecordDoorKind, fields: readonly string[], amcNo: AmcNo = TILLEULS): Promise<Found> {
      const doors = vault.keys(amcNo).epochs.map((epoch) => {
        const door = deriveDoor(epoch, kind, fields);
        return {
          kind,
          epoch: epoch.epoch,
          locator: door.locator.toString('hex'),
          doorKey: door.doorKey.toString('base64url'),
        };
      });
      const access = { journalNo: 0, client: 'test', purpose: 'test' };
      return openRecord(reader, access, amcNo, await openDoors(reader, access, amcNo, doors));
    },
    findMember(who: Person, under = who.beneficiary.nir): Promise<Found> {
      return this.find('member', memberFields(who.memberNo, { ...who.beneficiary, nir: under }));
    },
    findIdentity(who: Person): Promise<Found> {
      return this.find('identity', identityFields(who.beneficiary));
    },
    findCard(who: Person): Promise<Found> {
      return this.find('card', [who.card?.handle ?? '']);
    },

    async close() {
      await feeds.close();
      await Promise.all([database.end({ timeout: 1 }), owner.end({ timeout: 1 })]);
      await admin.unsafe(`drop database ${name} with (force)`);
      await admin.unsafe(`drop role ${login}`);
      await admin.end({ timeout: 1 });
    },
  };
}

/** As a socket delivers: pieces that end anywhere. */
export function* chunks(body: Buffer, size = 65_536): Generator<Buffer> {
  for (let at = 0; at < body.length; at += size) yield body.subarray(at, at + size);
}

export type { Database };
