// A thief who knows every identifier, guesses passwords, and has everybody's true fields, but no certificate, key or second
// factor. Tries whatever can be reached from outside with them. There are no passwords to guess; it does not know that.

import { exportJWK, generateKeyPair } from 'jose';
import { exchangeRequest } from '../../cli/sign-in.ts';
import type { DemoAccount } from '../../demo/accounts.ts';
import { signedIn } from '../../demo/psc-world.ts';
import { parisDate } from '../../lib/clock.ts';
import { randomId } from '../../lib/random.ts';
import { DRILL_INSURER } from '../crowd.ts';
import type { Thief } from '../day.ts';
import type { DrillPlatform } from '../platform.ts';
import { byNumber, question } from '../questions.ts';
import { foreignCertificate } from './foreign-certificate.ts';
import { type StrangerCall, type StrangerReply, strangerCall } from './stranger.ts';

/** Of this many accounts, each with every guess: more of the same would be refused in the same way. */
const ACCOUNTS = 20;
const EVERY_MS = 5_000;

type Attempt = { what: string; call: Omit<StrangerCall, 'tls'>; withForeignCertificate?: boolean };

export class PasswordThief implements Thief {
  readonly #drill: DrillPlatform;
  readonly #attempts: readonly Attempt[];
  readonly #foreign: { cert: string; key: string };
  readonly #ca: Buffer;
  #nextAtMs: number;
  queries = 0;
  /** What it was told of anybody, and tokens or sessions it got: each is a failure of the platform. */
  persons = 0;
  opened: string[] = [];
  /** By what was tried: how often, and the answers. */
  readonly tried = new Map<string, { count: number; answers: Record<string, number> }>();

  private constructor(
    drill: DrillPlatform,
    parts: {
      attempts: readonly Attempt[];
      foreign: { cert: string; key: string };
      ca: Buffer;
      startsAtMs: number;
    },
  ) {
    this.#drill = drill;
    this.#attempts = parts.attempts;
    this.#foreign = parts.foreign;
    this.#ca = parts.ca;
    this.#nextAtMs = parts.startsAtMs;
  }

  static async prepare(drill: DrillPlatform, startsAtMs: number): Promise<PasswordThief> {
    const { platform } = drill;
    const { ca, foreign } = await foreignCertificate(platform.paths);
    return new PasswordThief(drill, { attempts: await attemptsAt(drill), foreign, ca, startsAtMs });
  }

  nextAtMs(): number | null {
    return this.queries < this.#attempts.length ? this.#nextAtMs : null;
  }

  async act(): Promise<void> {
    const attempt = this.#attempts[this.queries];
    this.queries += 1;
    this.#nextAtMs = this.#drill.clock.nowMs() + EVERY_MS;
    if (!attempt) return;
    const foreign = attempt.withForeignCertificate ? this.#foreign : {};
    this.#note(attempt.what, await strangerCall({ ...attempt.call, tls: { ca: this.#ca, ...foreign } }));
  }

  #note(what: string, { status, body }: StrangerReply): void {
    const row = this.tried.get(what) ?? { count: 0, answers: {} };
    const answer = status === 0 ? 'no connection' : `${status} ${String(body['code'] ?? '')}`.trim();
    row.count += 1;
    row.answers[answer] = (row.answers[answer] ?? 0) + 1;
    this.tried.set(what, row);
    if ('access_token' in body || 'account' in body) this.opened.push(what);
    if ('covered' in body && body['code'] !== '200') this.persons += 1;
  }
}

async function attemptsAt(drill: DrillPlatform): Promise<Attempt[]> {
  const accounts = drill.sites.flatMap(({ accounts: all }) => all).slice(0, ACCOUNTS);
  const own = await exportJWK((await generateKeyPair('RS256', { extractable: true })).privateKey);
  const all: Attempt[] = [];
  for (const [i, account] of accounts.entries()) {
    const psc = { ...drill.platform.psc, signingKey: own as typeof drill.platform.psc.signingKey };
    const selfMade = await signedIn(psc, account.professionalId, drill.clock.nowMs());
    all.push(...attemptsOf(drill, account, { selfMade, body: questionAbout(drill, account, i) }));
  }
  return all;
}

function questionAbout(drill: DrillPlatform, { profession }: DemoAccount, place: number) {
  const person = drill.people.covered[place];
  if (!person) throw new Error('nobody is on the list');
  const how = {
    requestId: randomId(),
    careDate: parisDate(drill.clock.nowMs()),
    profession,
    evidence: byNumber(person),
  };
  return question({ ...person, insurer: DRILL_INSURER.amcNo }, how);
}

/** A few of what people choose, and of what can be guessed from a directory. */
function passwordsOf({ id, professionalId, structure }: DemoAccount): string[] {
  return ['123456', 'Pharmacie2024!', 'azerty', id, professionalId, structure.name];
}

function attemptsOf(
  { platform }: DrillPlatform,
  account: DemoAccount,
  { selfMade, body }: { selfMade: string; body: unknown },
): Attempt[] {
  const { url, portalUrl, consoleUrl } = platform;
  const post = (address: string, sent: unknown, headers: Record<string, string> = {}) =>
    ({ method: 'POST', url: address, body: sent, headers }) as const;
  const get = (address: string, headers: Record<string, string> = {}) =>
    ({ method: 'GET', url: address, headers }) as const;
  const unsigned = `${base64url('{"alg":"none"}')}.${base64url(JSON.stringify({ sub: account.id }))}.`;
  const byPassword = passwordsOf(account).flatMap((password): Attempt[] => {
    const basic = { authorization: `Basic ${Buffer.from(`${account.id}:${password}`).toString('base64')}` };
    const form = `grant_type=password&username=${account.id}&password=${encodeURIComponent(password)}`;
    return [
      { what: 'password at the token endpoint', call: post(`${url}/v1/token`, form) },
      {
        what: 'password at the token endpoint, foreign certificate',
        call: post(`${url}/v1/token`, form),
        withForeignCertificate: true,
      },
      { what: 'password in a look-up', call: post(`${url}/v1/eligibility`, body, basic) },
      { what: 'password in a look-up at the portal', call: post(`${portalUrl}/v1/eligibility`, body, basic) },
      {
        what: 'password at the portal’s session (200 says that nobody is signed in)',
        call: get(`${portalUrl}/v1/session`, { ...basic, cookie: `session=${password}` }),
      },
      {
        what: 'password at the staff’s console',
        call: get(`${consoleUrl}/v1/accounts/${account.id}`, basic),
      },
    ];
  });
  return [
    ...byPassword,
    {
      what: 'self-made sign-in of Pro Santé Connect',
      call: post(`${url}/v1/token`, exchangeRequest(selfMade, account.structure.id)),
    },
    {
      what: 'self-made sign-in of Pro Santé Connect, foreign certificate',
      call: post(`${url}/v1/token`, exchangeRequest(selfMade, account.structure.id)),
      withForeignCertificate: true,
    },
    {
      what: 'made-up refresh token',
      call: post(`${url}/v1/token`, { grant_type: 'refresh_token', refresh_token: unsigned }),
      withForeignCertificate: true,
    },
    {
      what: 'unsigned access token',
      call: post(`${url}/v1/eligibility`, body, { authorization: `Bearer ${unsigned}` }),
      withForeignCertificate: true,
    },
    {
      what: 'sign-in of Pro Santé Connect in a look-up',
      call: post(`${url}/v1/eligibility`, body, { authorization: `Bearer ${selfMade}` }),
    },
    {
      what: 'made-up return from Pro Santé Connect (303 leads back to the sign-in page)',
      call: get(`${portalUrl}/auth/callback?code=${account.id}&state=x`),
    },
    { what: 'made-up passkey', call: post(`${portalUrl}/auth/passkey`, { id: account.id, response: {} }) },
    {
      what: 'made-up passkey of the staff',
      call: post(`${consoleUrl}/auth/sign-in`, { id: account.id, response: {} }),
    },
  ];
}

function base64url(text: string): string {
  return Buffer.from(text).toString('base64url');
}
