// A whole running platform in the test process: real PostgreSQL, real vault socket, real TLS, named people. No mocks.

import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { inject } from 'vitest';
import { exchangeRequest } from '../../src/cli/sign-in.ts';
import { Secret } from '../../src/config/secrets.ts';
import type { CardKey } from '../../src/core/trust-list.ts';
import { freePort } from '../../src/db/embedded-postgres.ts';
import { DEMO_ACCOUNTS, type DemoAccount } from '../../src/demo/accounts.ts';
import { prepareDatabase } from '../../src/demo/demo-store-sql.ts';
import { readJson } from '../../src/demo/files.ts';
import { ALL_DEMO_INSURERS } from '../../src/demo/insurers.ts';
import { type DemoPaths, demoPaths } from '../../src/demo/paths.ts';
import { startPscSimulator } from '../../src/demo/psc-simulator.ts';
import { type PscWorld, portalSignIn, preparePsc, signedIn, trustedPsc } from '../../src/demo/psc-world.ts';
import {
  approveUnlock,
  demoCertificates,
  LOG_ORIGIN,
  prepareFolder,
  prepareWorld,
  writeEnrolment,
  writeInsurerFiles,
  writeTrust,
} from '../../src/demo/world.ts';
import { type Clock, systemClock } from '../../src/lib/clock.ts';
import { type RunningOperator, startOperator } from '../../src/operator/operator.ts';
import { VaultSocketClient } from '../../src/vault/socket-client.ts';
import { type RunningVault, startVault } from '../../src/vault/start.ts';
import { type CardDesk, cardDesk } from './card-desk.ts';
import { lendHalves } from './lend-halves.ts';
import { publishLines } from './publish.ts';

export type Answer = {
  status: number;
  body: Record<string, unknown>;
  bytes: number;
  milliseconds: number;
  /** The scheme of a 401 (`WWW-Authenticate`). */
  asksFor?: string | undefined;
};
export type SendOptions = {
  as?: string | null;
  method?: string;
  body?: unknown;
  raw?: Buffer;
  headers?: Record<string, string>;
  /** Access token; by default that of the account, fetched when needed. Null: none. */
  token?: string | null;
};

export type TestWorld = {
  paths: DemoPaths;
  url: string;
  /** The listener for people. */
  portalUrl: string;
  /** The listener for staff. */
  consoleUrl: string;
  /** Changes when the operator starts again. */
  metricsUrl(): string;
  /** Owner of the database: may change and delete every row. */
  sql: postgres.Sql;
  ownerUrl: string;
  vault: VaultSocketClient;
  /** Who signs cards here: one desk per insurer of the demo, each in the trust list. */
  cardDesks: readonly CardDesk[];
  /** Replaces the trust list, signed by the trust root. */
  trust(keys: readonly CardKey[], issuedAt: string): Promise<void>;
  psc: PscWorld;
  internalErrors: unknown[];
  /** One HTTPS request as an account of the demo (its certificate), or as a stranger (`as: null`). */
  send(path: string, options?: SendOptions): Promise<Answer>;
  /** POST /v1/eligibility with sensible defaults. */
  ask(overrides?: Record<string, unknown>, options?: SendOptions): Promise<Answer>;
  /** Publishes lines as that insurer and waits until they are visible; resolves with the feed's final status. */
  publish(
    amcNo: string,
    lines: readonly string[],
    options?: { kind?: 'full' | 'delta'; seq?: number },
  ): Promise<Record<string, unknown>>;
  /** POST /v1/token with a token of Pro Santé Connect, as the account's software. */
  signIn(account: string): Promise<Answer>;
  /** `withoutHalves`: as it is until the insurers have lent theirs again. */
  unlock(how?: { withoutHalves?: boolean }): Promise<void>;
  stopVault(): Promise<void>;
  startVault(how?: { withoutHalves?: boolean }): Promise<void>;
  stopOperator(): Promise<void>;
  startOperator(): Promise<void>;
  close(): Promise<void>;
};

/** Claire is the pharmacist who asks unless a test says otherwise. */
const CLAIRE = 'claire';

export async function createTestWorld(
  options: { clock?: Clock /** Pro Santé Connect answers too. */; simulator?: boolean } = {},
): Promise<TestWorld> {
  const clock = options.clock ?? systemClock;
  const folder = await mkdtemp(join(tmpdir(), 'rempart-test-'));
  const paths = demoPaths(folder);
  await prepareFolder(paths);
  const world = await prepareWorld(paths, new Date(clock.nowMs()), {
    operatorPort: 0,
    accounts: DEMO_ACCOUNTS,
  });
  const certificates = await demoCertificates(paths, DEMO_ACCOUNTS);
  const name = `test_${randomUUID().replaceAll('-', '').slice(0, 12)}`;
  const database = await prepareDatabase(inject('postgresUrl'), {
    name,
    passwords: world.databasePasswords,
    certificates,
  });
  await writeInsurerFiles(paths, 'https://localhost:0');
  const portalPort = await freePort();
  const portalUrl = `http://localhost:${portalPort}`;
  const consolePort = await freePort();
  const consoleUrl = `http://localhost:${consolePort}`;
  const pscPort = options.simulator ? await freePort() : 9; // nothing listens on 9
  const psc = await preparePsc(paths, { port: pscPort, portalOrigin: portalUrl, accounts: DEMO_ACCOUNTS });
  const { issuer: _known, ...pscOptions } = psc;
  const simulator = options.simulator ? await startPscSimulator({ mode: 'demo', ...pscOptions }) : null;
  await writeEnrolment(paths, certificates, await trustedPsc(psc), portalUrl);

  const cardDesks = ALL_DEMO_INSURERS.map(({ amcNo }) => cardDesk(amcNo));
  const internalErrors: unknown[] = [];
  const onInternalError = (error: unknown) => void internalErrors.push(error);
  const vaultConfig = {
    mode: 'demo' as const,
    socket: paths.socket,
    socketMode: 0o600,
    keyringFile: paths.keyring,
    passphraseFile: null,
    enrolmentFile: paths.enrolment,
    journalDirectory: paths.journal,
    logOrigin: LOG_ORIGIN,
    trustDirectory: paths.trust,
    startLocked: false,
    sealThreads: 0,
  };
  let runningVault: RunningVault | null = await startVault(vaultConfig, { clock, onInternalError });
  const vault = new VaultSocketClient(paths.socket);
  const ledgerIdentity = (await vault.call('state', {})).out.ledger;
  await writeTrust(
    paths,
    { ledger: ledgerIdentity, cards: cardDesks.map(({ key }) => key) },
    new Date(clock.nowMs()).toISOString(),
  );
  await lendHalves(vault, cardDesks);
  const { clientSecret, ...pscClient } = portalSignIn(psc);
  const portalPsc = { ...pscClient, clientSecret: new Secret(clientSecret) };
  let port = 0;
  const operatorConfig = () => ({
    mode: 'demo' as const,
    host: 'localhost',
    port,
    metricsPort: 0,
    tls: { certFile: paths.certificate('operator'), keyFile: paths.key('operator'), clientCaFile: paths.ca },
    database: {
      rights: new Secret(database.urls.rights),
      feed: new Secret(database.urls.feed),
      log: new Secret(database.urls.log),
      desk: new Secret(database.urls.desk),
    },
    vaultSocket: paths.socket,
    vaultKeyringFile: null,
    trustDirectory: paths.trust,
    trustRootFile: paths.trustRootPublic,
    checkpointEveryMs: 100,
    portal: { origin: portalUrl, port: portalPort, tls: null, psc: portalPsc },
    console: { origin: consoleUrl, port: consolePort, tls: null, journalDirectory: paths.journal },
  });
  const around = { clock, onInternalError, onFatal: onInternalError };
  let operator: RunningOperator | null = await startOperator(operatorConfig(), around);
  port = Number(new URL(operator.url).port);
  const url = operator.url;
  await writeInsurerFiles(paths, url);
  const sql = postgres(database.ownerUrl, { max: 2, onnotice: () => undefined });
  const agents = new Map<string, Agent>();

  const send = async (path: string, sending: SendOptions = {}): Promise<Answer> => {
    const as = sending.as === undefined ? CLAIRE : sending.as;
    const agent = agents.get(String(as)) ?? (await agentFor(paths, as));
    agents.set(String(as), agent);
    const token = sending.token === undefined ? await tokenOf(as) : sending.token;
    if (token !== null && typeof token !== 'string') return token; // the refusal of the sign-in
    const authorization = token ? { authorization: `Bearer ${token}` } : {};
    const headers = { ...authorization, ...sending.headers };
    return httpsCall(agent, new URL(path, url), { ...sending, headers });
  };

  const tokens = new Map<string, { token: string; untilMs: number }>();
  const signIn = async (id: string): Promise<Answer> => {
    const account = DEMO_ACCOUNTS.find((one) => one.id === id) as DemoAccount;
    const subject = await signedIn(psc, account.professionalId, clock.nowMs());
    const body = exchangeRequest(subject, account.structure.id);
    return send('/v1/token', { as: id, body, token: null });
  };
  const tokenOf = async (as: string | null): Promise<string | Answer | null> => {
    if (!DEMO_ACCOUNTS.some(({ id }) => id === as)) return null; // an insurer, or a stranger
    const id = String(as);
    const known = tokens.get(id);
    if (known && known.untilMs > clock.nowMs()) return known.token;
    const answer = await signIn(id);
    if (answer.status !== 200) return answer;
    const token = String(answer.body['access_token']);
    tokens.set(id, { token, untilMs: clock.nowMs() + Number(answer.body['expires_in']) * 1000 });
    return token;
  };
  return {
    paths,
    url,
    portalUrl,
    consoleUrl,
    metricsUrl: () => operator?.metricsUrl ?? '',
    sql,
    ownerUrl: database.ownerUrl,
    vault,
    cardDesks,
    trust: (cards, issuedAt) => writeTrust(paths, { ledger: ledgerIdentity, cards }, issuedAt),
    internalErrors,
    send,
    signIn,
    psc,
    ask: (overrides = {}, sending = {}) =>
      send('/v1/eligibility', { body: { ...eligibility(), ...overrides }, ...sending }),
    publish: (amcNo, lines, how = {}) => publishLines({ paths, send, amcNo, lines, ...how }),
    async unlock({ withoutHalves = false } = {}) {
      const { lockId } = (await vault.call('state', {})).out;
      const approvals = await Promise.all(
        ['sophie', 'theo'].map(async (staff) => ({
          staff,
          jws: await approveUnlock(await readJson(paths.staff(staff)), lockId ?? ''),
        })),
      );
      await vault.call('unlock', { approvals });
      if (!withoutHalves) await lendHalves(vault, cardDesks);
    },
    async stopVault() {
      await runningVault?.close();
      runningVault = null;
    },
    async startVault({ withoutHalves = false } = {}) {
      runningVault = await startVault(vaultConfig, { clock, onInternalError });
      if (!withoutHalves && !runningVault.vault.state().locked) await lendHalves(vault, cardDesks);
    },
    async stopOperator() {
      await operator?.close();
      operator = null;
      for (const agent of agents.values()) agent.destroy();
      agents.clear();
    },
    async startOperator() {
      operator = await startOperator(operatorConfig(), around);
    },
    async close() {
      for (const agent of agents.values()) agent.destroy();
      await operator?.close();
      await vault.close();
      await runningVault?.close();
      await simulator?.close();
      await sql.end({ timeout: 1 });
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A request about nobody in particular; tests override what matters to them. */
export function eligibility() {
  return {
    requestId: randomUUID(),
    amcNo: '0999000101',
    convType: 'RP',
    csr: '750100200',
    careDate: '2026-11-20',
    domain: 'PHAR',
  };
}

export function memberEvidence(person: {
  memberNo: string;
  beneficiary: { nir: string; birthDate: string; birthRank: number };
}) {
  const { nir, birthDate, birthRank } = person.beneficiary;
  return { kind: 'member-number', memberNo: person.memberNo, beneficiary: { nir, birthDate, birthRank } };
}

async function agentFor(paths: DemoPaths, name: string | null): Promise<Agent> {
  const ca = await readFile(paths.ca);
  if (name === null) return new Agent({ ca, keepAlive: true });
  const [cert, key] = await Promise.all([readFile(paths.certificate(name)), readFile(paths.key(name))]);
  return new Agent({ ca, cert, key, keepAlive: true });
}

/** One HTTPS call; a body that is no Buffer is sent as JSON. */
export function httpsCall(
  agent: Agent,
  url: URL,
  { method, body, raw, headers }: SendOptions,
): Promise<Answer> {
  const payload = raw ?? (body === undefined ? undefined : Buffer.from(JSON.stringify(body)));
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const call = request(
      url,
      {
        agent,
        method: method ?? (payload ? 'POST' : 'GET'),
        headers: {
          ...(payload ? { 'content-type': 'application/json', 'content-length': payload.length } : {}),
          ...headers,
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const bytes = Buffer.concat(chunks);
          resolve({
            status: response.statusCode ?? 0,
            body: parse(bytes),
            bytes: bytes.length,
            milliseconds: performance.now() - startedAt,
            asksFor: response.headers['www-authenticate'],
          });
        });
      },
    );
    call.on('error', reject);
    call.end(payload);
  });
}

function parse(bytes: Buffer): Record<string, unknown> {
  try {
    return JSON.parse(bytes.toString('utf8')) as Record<string, unknown>;
  } catch {
    return { text: bytes.toString('utf8') };
  }
}
