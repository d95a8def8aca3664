// A professional's software in a drill, through the real front door: client certificate, sign-in, bound tokens, checks.
// What malware on it can copy is a StolenSession: the key and the tokens of the moment, and no way to sign in anew.

import type { OperatorClient, Reply } from '../cli/operator-client.ts';
import { openOperatorClient } from '../cli/operator-client.ts';
import { exchangeRequest } from '../cli/sign-in.ts';
import type { DemoAccount } from '../demo/accounts.ts';
import type { InProcessPlatform } from '../demo/in-process.ts';
import { signedIn } from '../demo/psc-world.ts';
import type { Clock } from '../lib/clock.ts';

/** Times in milliseconds since 1970. */
type Tokens = { access: string; accessUntilMs: number; refresh: string; refreshUntilMs: number };

/** A token is renewed this long before its end, so that it does not expire on the way. */
const MARGIN_MS = 45_000;

export type WorkstationParts = {
  platform: InProcessPlatform;
  clock: Clock;
  account: DemoAccount;
  /** The platform wanted to see a person before it went on. */
  onFreshSignIn(): void;
};

/** Asks with what it has: renews while it can, and is refused from then on. */
export class StolenSession {
  protected readonly client: OperatorClient;
  protected readonly clock: Clock;
  protected tokens: Tokens | null;

  constructor(client: OperatorClient, clock: Clock, tokens: Tokens | null) {
    this.client = client;
    this.clock = clock;
    this.tokens = tokens;
  }

  /** POST /v1/eligibility; a refusal of the token on the way is the reply. */
  async check(body: unknown): Promise<Reply> {
    const token = await this.token();
    return typeof token === 'string' ? this.client.send('POST', '/v1/eligibility', body, token) : token;
  }

  close(): void {
    this.client.close();
  }

  protected async token(): Promise<string | Reply> {
    const { tokens, clock } = this;
    if (tokens && tokens.accessUntilMs - MARGIN_MS > clock.nowMs()) return tokens.access;
    const refresh = tokens?.refresh ?? '';
    return this.take(
      await this.client.send('POST', '/v1/token', { grant_type: 'refresh_token', refresh_token: refresh }),
    );
  }

  protected take(reply: Reply): string | Reply {
    if (reply.status !== 200) return reply;
    const until = (name: string) => this.clock.nowMs() + Number(reply.body[name]) * 1000;
    this.tokens = {
      access: String(reply.body['access_token']),
      accessUntilMs: until('expires_in'),
      refresh: String(reply.body['refresh_token']),
      refreshUntilMs: until('refresh_expires_in'),
    };
    return this.tokens.access;
  }
}

/** The same with somebody in front of it who signs in when that is asked for. */
export class Workstation extends StolenSession {
  readonly #parts: WorkstationParts;
  /** One sign-in at a time: two look-ups that start together share it. */
  #signingIn: Promise<string | Reply> | null = null;

  private constructor(parts: WorkstationParts, client: OperatorClient) {
    super(client, parts.clock, null);
    this.#parts = parts;
  }

  static async open(parts: WorkstationParts): Promise<Workstation> {
    return new Workstation(parts, await clientOf(parts));
  }

  /** Like `check`, and signs in anew once when the platform wants to see a person. */
  override async check(body: unknown): Promise<Reply> {
    const reply = await super.check(body);
    if (reply.body['code'] !== 'fresh-sign-in-required') return reply;
    this.#parts.onFreshSignIn();
    await this.signIn();
    return super.check(body);
  }

  signIn(): Promise<string | Reply> {
    this.#signingIn ??= this.#signIn().finally(() => (this.#signingIn = null));
    return this.#signingIn;
  }

  /** What malware sees at this moment, over a connection of its own. */
  async steal(): Promise<StolenSession> {
    return new StolenSession(await clientOf(this.#parts), this.clock, this.tokens && { ...this.tokens });
  }

  protected override async token(): Promise<string | Reply> {
    const { tokens, clock } = this;
    if (this.#signingIn) return this.#signingIn;
    if (!tokens || tokens.refreshUntilMs - MARGIN_MS <= clock.nowMs()) return this.signIn();
    const token = await super.token();
    return typeof token === 'string' ? token : this.signIn();
  }

  async #signIn(): Promise<string | Reply> {
    const { platform, account } = this.#parts;
    const subject = await signedIn(platform.psc, account.professionalId, this.clock.nowMs());
    return this.take(
      await this.client.send('POST', '/v1/token', exchangeRequest(subject, account.structure.id)),
    );
  }
}

function clientOf({ platform, account }: WorkstationParts): Promise<OperatorClient> {
  const { paths, url } = platform;
  return openOperatorClient(url, {
    ca: paths.ca,
    cert: paths.certificate(account.id),
    key: paths.key(account.id),
  });
}
