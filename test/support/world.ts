// A whole running platform in the test process: real PostgreSQL, real vault socket, real TLS, named people. No mocks.

import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { inject } from 'vitest';
import { exchangeRequest } from '../../src/cli/sign-in.ts';
import { DEMO_ACCOUNTS, type DemoAccount } from '../../src/demo/accounts.ts';
import { type InProcessPlatform, startInProcess } from '../../src/demo/in-process.ts';
import type { DemoPaths } from '../../src/demo/paths.ts';
import { signedIn } from '../../src/demo/psc-world.ts';
import { type Clock, systemClock } from '../../src/lib/clock.ts';
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

/** A platform, and what tests do with it. */
export type TestWorld = InProcessPlatform & {
  sql: postgres.Sql;
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
};

/** Claire is the pharmacist who asks unless a test says otherwise. */
const CLAIRE = 'claire';

export async function createTestWorld(
  options: { clock?: Clock /** Pro Santé Connect answers too. */; simulator?: boolean } = {},
): Promise<TestWorld> {
  const clock = options.clock ?? systemClock;
  const folder = await mkdtemp(join(tmpdir(), 'rempart-test-'));
  const internalErrors: unknown[] = [];
  const platform = await startInProcess({
    folder,
    postgresUrl: inject('postgresUrl'),
    database: `test_${randomUUID().replaceAll('-', '').slice(0, 12)}`,
    clock,
    accounts: DEMO_ACCOUNTS,
    sealThreads: 0,
    simulator: options.simulator ?? false,
    onInternalError: (error) => void internalErrors.push(error),
  });
  const { paths, url, psc } = platform;
  const sql = postgres(platform.ownerUrl, { max: 2, onnotice: () => undefined });
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
  const hangUp = () => {
    for (const agent of agents.values()) agent.destroy();
    agents.clear();
  };
  return {
    ...platform,
    sql,
    internalErrors,
    send,
    signIn,
    ask: (overrides = {}, sending = {}) =>
      send('/v1/eligibility', { body: { ...eligibility(), ...overrides }, ...sending }),
    publish: (amcNo, lines, how = {}) => publishLines({ paths, send, amcNo, lines, ...how }),
    async stopOperator() {
      await platform.stopOperator();
      hangUp();
    },
    async close() {
      hangUp();
      await platform.close();
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
