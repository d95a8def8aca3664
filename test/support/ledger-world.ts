// The ledger with everything real around it: PostgreSQL with its roles, a vault on its socket with a journal on disk,
// the verifier as judge, and a clock that only the test moves.

import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import type { AmcNo } from '../../src/core/ids.ts';
import { nirKey } from '../../src/core/nir.ts';
import { type Database, openDatabase } from '../../src/db/database.ts';
import { migrate } from '../../src/db/migrate.ts';
import { ManualClock } from '../../src/lib/clock.ts';
import { type VerifyResult, verifyLedger } from '../../src/operator/ledger/verify.ts';
import { journalDirectory } from '../../src/operator/ledger/verify-journal-dir.ts';
import { sqlLedger } from '../../src/operator/ledger/verify-store-sql.ts';
import type { PresenceItem } from '../../src/vault/protocol.ts';
import { VaultSocketClient } from '../../src/vault/socket-client.ts';
import { type RunningVault, startVault } from '../../src/vault/start.ts';
import type { VaultClient } from '../../src/vault/vault-client.ts';
import { newKeyFile, signedToken } from '../../src/vault/vault-fixture.ts';
import { tempDir } from './temp-dir.ts';

export type Duty = 'rights' | 'feed' | 'log' | 'desk' | 'settle' | 'pay';
const DUTIES: readonly Duty[] = ['rights', 'feed', 'log', 'desk', 'settle', 'pay'];

const MIGRATIONS = join(import.meta.dirname, '../../migrations/operator');
const START_MS = Date.parse('2026-11-20T08:00:00.000Z');
const MINUTE_MS = 60_000;

export const AMC_NO = '0999000101' as AmcNo;
/** Claire's software, as the vault's enrolment knows it. */
export const CLAIRE = {
  thumbprint: 'thumbprint-of-claire',
  client: 'software-claire',
  account: 'claire',
  structure: 'S-PHARMACIE-HALLES',
  profession: 'pharmacist',
} as const;

/** A migrated database of its own, with one login per duty. */
export type OperatorDatabase = {
  owner: Database;
  /** Of the server. */
  port: number;
  /**
   * A new connection (of one) of a login that has this role and no other. `port`: through something in between;
   * `name`: what the server knows it by.
   */
  login(duty: Duty, how?: { port?: number | undefined; name?: string; max?: number }): Database;
  /** Of that login, for another process. */
  urlOf(duty: Duty): string;
  drop(): Promise<void>;
};

export async function createOperatorDatabase(): Promise<OperatorDatabase> {
  const serverUrl = inject('postgresUrl');
  const name = `ledger_${randomUUID().replaceAll('-', '').slice(0, 12)}`;
  const server = openDatabase(serverUrl, { max: 1, applicationName: 'test-server' });
  await server.unsafe(`create database ${name}`);
  const ownerUrl = urlOf(serverUrl, { database: name });
  const owner = openDatabase(ownerUrl, { max: 1, applicationName: 'test-owner' });
  await migrate(owner, MIGRATIONS);
  const password = randomUUID();
  for (const duty of DUTIES) {
    await owner.unsafe(`create role ${name}_${duty} login password '${password}' in role rempart_${duty}`);
  }
  const opened: Database[] = [];
  return {
    owner,
    port: Number(new URL(serverUrl).port),
    login(duty, how = {}) {
      const url = urlOf(ownerUrl, { user: `${name}_${duty}`, password, port: how.port });
      const database = openDatabase(url, { max: how.max ?? 1, applicationName: how.name ?? `test-${duty}` });
      opened.push(database);
      return database;
    },
    urlOf: (duty) => urlOf(ownerUrl, { user: `${name}_${duty}`, password }),
    async drop() {
      await Promise.all([...opened, owner].map((database) => database.end({ timeout: 0 })));
      await server.unsafe(`drop database ${name} with (force)`);
      for (const duty of DUTIES) await server.unsafe(`drop role ${name}_${duty}`);
      await server.end();
    },
  };
}

/** A vault that can be stopped and started again over the same keys and journal. */
export type LedgerVault = {
  journalDirectory: string;
  identity: { origin: string; vkey: string };
  client(): VaultSocketClient;
  restart(): Promise<void>;
  stop(): Promise<void>;
};

/** The clock of the vault made last: what its caller's tokens are dated by. */
let clockOfVault = new ManualClock(START_MS);

export async function createLedgerVault(clock: ManualClock): Promise<LedgerVault> {
  const folder = tempDir();
  const file = (name: string) => join(folder, name);
  mkdirSync(file('journal'), { mode: 0o700 });
  const { thumbprint, client: software, account, structure, profession } = CLAIRE;
  const enrolment = {
    clients: [{ thumbprint, client: software, structures: [structure] }],
    professionals: [{ id: '899700210037', activities: [{ account, structure, profession }] }],
    psc: { issuer: '', clients: [], keys: [] },
    insurers: [{ amcNo: AMC_NO, feedKeys: [] }],
    staff: [],
  };
  writeFileSync(file('enrolment.json'), JSON.stringify(enrolment));
  writeFileSync(file('keyring.json'), JSON.stringify(newKeyFile()), { mode: 0o600 });
  clockOfVault = clock;
  const config = {
    mode: 'demo' as const,
    socket: file('vault.sock'),
    socketMode: 0o600,
    keyringFile: file('keyring.json'),
    passphraseFile: null,
    enrolmentFile: file('enrolment.json'),
    journalDirectory: file('journal'),
    logOrigin: 'rempart.example/test/log-1',
    trustDirectory: file('trust'),
    startLocked: false,
    sealThreads: 0,
  };
  const start = () => startVault(config, { clock, onInternalError: () => undefined });
  let running: RunningVault | null = await start();
  const clients: VaultSocketClient[] = [];
  const { origin, vkey } = running.vault.state().ledger;
  const stop = async () => {
    await running?.close();
    running = null;
  };
  return {
    journalDirectory: config.journalDirectory,
    identity: { origin, vkey },
    client() {
      const client = new VaultSocketClient(config.socket);
      clients.push(client);
      return client;
    },
    async restart() {
      await stop();
      running = await start();
    },
    async stop() {
      await Promise.all(clients.map((client) => client.close()));
      await stop();
    },
  };
}

export type LedgerWorld = {
  clock: ManualClock;
  database: OperatorDatabase;
  readonly vault: LedgerVault;
  /** An empty ledger and a new vault, as on the first day. */
  firstDay(): Promise<void>;
  /** What the verifier says a minute later, when nothing can be on its way any more. */
  verify(): Promise<VerifyResult>;
  close(): Promise<void>;
};

export async function createLedgerWorld(): Promise<LedgerWorld> {
  const clock = new ManualClock(START_MS);
  const database = await createOperatorDatabase();
  let vault = await createLedgerVault(clock);
  return {
    clock,
    database,
    get vault() {
      return vault;
    },
    async firstDay() {
      await vault.stop();
      await database.owner.unsafe(
        'delete from ledger_entries; delete from ledger_checkpoints; delete from replays',
      );
      vault = await createLedgerVault(clock);
    },
    verify() {
      clock.advance(MINUTE_MS);
      return verifyLedger({
        ledger: sqlLedger(database.owner),
        journal: journalDirectory(vault.journalDirectory),
        trusted: vault.identity,
        clock,
        sleep: async (ms) => clock.advance(ms),
      });
    },
    async close() {
      await vault.stop();
      await database.drop();
    },
  };
}

/** Fictitious people with a valid key: commune 991 exists nowhere. */
export function fictitiousNir(order: number): string {
  const first13 = `1850575991${String(order % 1000).padStart(3, '0')}`;
  return `${first13}${nirKey(first13)}`;
}

/**
 * Opens doors as Claire's software would, in one call; resolves with their journal numbers. The same few people again
 * and again: a professional types so many new ones a day and no more.
 */
export async function openDoors(vault: VaultClient, count: number): Promise<number[]> {
  const items = Array.from({ length: count }, (_, i) => openItem(i % PEOPLE));
  const { out } = await vault.call('open', { items });
  return out.items.map((outcome) => {
    if (!outcome.ok) throw new Error(`the vault opened no door: ${outcome.code}`);
    return outcome.journalNo;
  });
}

/** Opens an engagement as Claire's software would. */
export async function openEngagement(vault: VaultClient, engagementNo: string): Promise<number> {
  const { proof } = openItem(0);
  const evidence = { kind: 'engagement', engagementNo } as const;
  const item = { proof, amcNo: null, evidence, request: { scope: engagementNo, body: '{}' } };
  const [outcome] = (await vault.call('open', { items: [item] })).out.items;
  if (!outcome?.ok) throw new Error('the vault opened no engagement');
  return outcome.journalNo;
}

const PEOPLE = 20;
export const MEMBER_NO = 'TILLEULS0042';
export const BIRTH_DATE = '19850517';

function openItem(order: number): PresenceItem {
  const nir = fictitiousNir(order);
  const { thumbprint, client, account, structure, profession } = CLAIRE;
  const claims = { sub: account, structure, profession, client_id: client };
  const token = signedToken(thumbprint, claims, clockOfVault.nowMs());
  return {
    proof: { kind: 'token', client: thumbprint, token },
    amcNo: AMC_NO,
    evidence: { kind: 'member-number', memberNo: MEMBER_NO, nir, birthDate: BIRTH_DATE, birthRank: 1 },
    request: { scope: `${CLAIRE.client}\n${order}`, body: '{}' },
  };
}

/** Numbers of all doors that the vault ever opened. */
export async function openedDoors(vault: VaultClient): Promise<number[]> {
  return (await vault.call('openedSince', { after: 0 })).out.numbers;
}

type UrlParts = { database?: string; user?: string; password?: string; port?: number | undefined };

function urlOf(base: string, change: UrlParts): string {
  const url = new URL(base);
  if (change.database) url.pathname = `/${change.database}`;
  if (change.user) url.username = change.user;
  if (change.password) url.password = change.password;
  if (change.port) url.port = String(change.port);
  return url.href;
}
