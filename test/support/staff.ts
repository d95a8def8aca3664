// A member of the operator's staff with an authenticator in software, at a browser of the console. Honest by default.

import { openDatabase } from '../../src/db/database.ts';
import { keepCode } from '../../src/operator/console/code-store-sql.ts';
import { enrolmentCodeHash, newEnrolmentCode } from '../../src/operator/console/enrolment-code.ts';
import { Authenticator, type Ceremony } from '../../src/vault/passkey-fixture.ts';
import { SoftwareBrowser } from './software-browser.ts';
import type { Answer, TestWorld } from './world.ts';

const COOKIE = '__Host-rempart-console';
type Asked = { id: string; text: string; options: { challenge: string } };

export class StaffMember {
  readonly browser: SoftwareBrowser;
  readonly authenticator = new Authenticator();
  readonly #console: string;

  constructor(consoleUrl: string) {
    this.#console = consoleUrl;
    this.browser = new SoftwareBrowser(consoleUrl, COOKIE);
  }

  /** At this console's own page, its user verified, unless told otherwise. */
  ceremony(challenge: string, more: Partial<Ceremony> = {}): Ceremony {
    return { challenge, origin: this.#console, rpId: new URL(this.#console).hostname, ...more };
  }

  /** Registers the passkey with a code; signed in afterwards. */
  async enrol(code: string, more: Partial<Ceremony> = {}): Promise<Answer> {
    const { publicKey } = this.browser;
    const begun = await this.browser.send('POST', '/auth/enrolment/options', { body: { code, publicKey } });
    if (begun.status !== 200) return begun;
    const challenge = String(begun.body['challenge']);
    const response = this.authenticator.register(this.ceremony(challenge, more));
    const body = { code, publicKey, challenge, label: 'key', response };
    return this.browser.send('POST', '/auth/enrolment', { body });
  }

  async signIn(more: Partial<Ceremony> = {}, authenticator = this.authenticator): Promise<Answer> {
    const { publicKey } = this.browser;
    const { body } = await this.browser.send('POST', '/auth/options', { body: { publicKey } });
    const challenge = String(body['challenge']);
    const response = authenticator.assert(this.ceremony(challenge, more));
    this.browser.nonces = []; // those of the session before
    return this.browser.send('POST', '/auth/sign-in', { body: { publicKey, challenge, response } });
  }

  call(method: string, path: string, body?: unknown): Promise<Answer> {
    return this.browser.call(method, path, body === undefined ? {} : { body });
  }

  /** What is to be signed for a change that this person wants. */
  propose(scope: string, state: 'closed' | 'open', reason = 'essai'): Promise<Answer> {
    return this.call('POST', '/v1/switches/acts', { scope, state, reason });
  }

  sign(asked: Answer, more: Partial<Ceremony> = {}, authenticator = this.authenticator): Promise<Answer> {
    return this.#signAt('switches', asked, more, authenticator);
  }

  /** The same for ending a response of the guard. */
  signUndo(asked: Answer, more: Partial<Ceremony> = {}, authenticator = this.authenticator): Promise<Answer> {
    return this.#signAt('guard', asked, more, authenticator);
  }

  #signAt(desk: 'switches' | 'guard', asked: Answer, more: Partial<Ceremony>, authenticator: Authenticator) {
    const { id, options } = asked.body as unknown as Asked;
    const response = authenticator.assert(this.ceremony(options.challenge, more));
    return this.call('POST', `/v1/${desk}/acts/${id}/signature`, { response });
  }

  async act(scope: string, state: 'closed' | 'open', reason?: string): Promise<Answer> {
    const asked = await this.propose(scope, state, reason);
    return asked.status === 200 ? this.sign(asked) : asked;
  }

  /** As the second person, for a request that waits. */
  async second(id: string): Promise<Answer> {
    const asked = await this.call('POST', `/v1/switches/acts/${id}/options`);
    return asked.status === 200 ? this.sign(asked) : asked;
  }
}

/** As `rempart staff enrol` does. */
export async function codeFor(world: TestWorld, staff: string, nowMs = Date.now()): Promise<string> {
  const code = newEnrolmentCode();
  const sql = openDatabase(world.ownerUrl, { max: 1, applicationName: 'test-staff' });
  try {
    const codeHash = enrolmentCodeHash(code);
    await keepCode(sql, { staff, name: staff, codeHash, nowMs, expiresAtMs: nowMs + 15 * 60_000 });
    return code;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

export async function enrolled(world: TestWorld, staff: string): Promise<StaffMember> {
  const member = new StaffMember(world.consoleUrl);
  const answer = await member.enrol(await codeFor(world, staff));
  if (answer.status !== 200) throw new Error(`${staff} was refused: ${JSON.stringify(answer.body)}`);
  return member;
}
