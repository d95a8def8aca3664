// What a browser does for the portal, by program: cookies, a key, nonces, signatures. Honest by default; attacks take it
// apart. Never used on anything but a test's own world.

import { generateKeyPairSync, hash, type KeyObject, sign } from 'node:crypto';
import { DEMO_ACCOUNTS, type DemoAccount } from '../../src/demo/accounts.ts';
import { walkThrough } from '../../src/demo/psc-sign-in.ts';
import type { Answer } from './world.ts';

export type Sending = {
  body?: unknown;
  /** Instead of the next nonce's proof; null: none. */
  proof?: string | null;
  /** Instead of the session's cookie; null: none. */
  cookie?: string | null;
  headers?: Record<string, string>;
};

const FLOW = '__Host-rempart-sign-in';

export class SoftwareBrowser {
  readonly portal: string;
  /** Name of the session's cookie at that listener. */
  readonly session: string;
  key: KeyObject;
  publicKey: { kty: 'EC'; crv: 'P-256'; x: string; y: string };
  cookies = new Map<string, string>();
  nonces: string[] = [];

  constructor(portal: string, session = '__Host-rempart-session') {
    this.portal = portal;
    this.session = session;
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.key = privateKey;
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
    this.publicKey = { kty: 'EC', crv: 'P-256', x, y };
  }

  /** A browser whose profile was copied: same key, cookies and nonces; from now on each goes its own way. */
  copy(): SoftwareBrowser {
    const copy = new SoftwareBrowser(this.portal, this.session);
    copy.key = this.key;
    copy.publicKey = this.publicKey;
    copy.cookies = new Map(this.cookies);
    copy.nonces = [...this.nonces];
    return copy;
  }

  /** Signs in through the simulator's pages; with several structures, at the account's own. */
  async signIn(accountId: string): Promise<void> {
    const account = DEMO_ACCOUNTS.find(({ id }) => id === accountId) as DemoAccount;
    const back = await this.leaveFor(account.professionalId);
    await this.comeBack(back.pathname + back.search);
    const { body } = await this.get('/v1/session');
    if (body['state'] === 'choose-structure') {
      await this.call('POST', '/v1/session/structure', { body: { accountId } });
    }
  }

  /** To Pro Santé Connect and, signed in there, to the address it sends us back to (not opened yet). */
  async leaveFor(professionalId: string): Promise<URL> {
    const { body } = await this.send('POST', '/auth/sign-in', { body: { publicKey: this.publicKey } });
    return walkThrough(new URL(String(body['redirectTo'])), `${this.portal}/auth/callback`, professionalId);
  }

  /** Opens that address; gives where it redirects to. */
  async comeBack(pathAndQuery: string): Promise<string> {
    const response = await this.#fetch('GET', pathAndQuery, {}, FLOW);
    return response.headers.get('location') ?? '';
  }

  get(path: string, sending: Sending = {}): Promise<Answer> {
    return this.send('GET', path, sending);
  }

  /** A call that is proven with the next nonce; fetches nonces when there are none. */
  async call(method: string, path: string, sending: Sending = {}): Promise<Answer> {
    if (this.nonces.length === 0) await this.renew();
    const nonce = this.nonces.shift() ?? '';
    return this.send(method, path, { proof: this.proof(method, path, nonce, sending.body), ...sending });
  }

  async renew(): Promise<Answer> {
    const { body } = await this.get('/v1/session');
    const proof = this.proof('POST', '/v1/session/nonces', String(body['challenge']));
    const renewed = await this.send('POST', '/v1/session/nonces', { proof });
    this.nonces = (renewed.body['nonces'] as string[] | undefined) ?? [];
    return renewed;
  }

  proof(method: string, path: string, nonce: string, body?: unknown): string {
    const text = body === undefined ? '' : JSON.stringify(body);
    const signed = `${method}\n${path}\n${hash('sha256', text, 'base64url')}\n${nonce}`;
    const signature = sign('sha256', Buffer.from(signed), { key: this.key, dsaEncoding: 'ieee-p1363' });
    return `${nonce}.${signature.toString('base64url')}`;
  }

  send(method: string, path: string, sending: Sending = {}): Promise<Answer> {
    return this.#send(method, path, sending, this.session);
  }

  /** With the cookie of a sign-in that is under way. */
  flow(method: string, path: string, sending: Sending = {}): Promise<Answer> {
    return this.#send(method, path, sending, FLOW);
  }

  async #send(method: string, path: string, sending: Sending, cookieName: string): Promise<Answer> {
    const startedAt = performance.now();
    const response = await this.#fetch(method, path, sending, cookieName);
    const fresh = response.headers.get('session-nonce');
    if (fresh) this.nonces.push(fresh);
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    return {
      status: response.status,
      body: isJson && text !== '' ? (JSON.parse(text) as Record<string, unknown>) : {},
      bytes: text.length,
      milliseconds: performance.now() - startedAt,
    };
  }

  async #fetch(method: string, path: string, sending: Sending, cookieName: string): Promise<Response> {
    const { body, proof, cookie, headers } = sending;
    const value = cookie === undefined ? this.cookies.get(cookieName) : cookie;
    const response = await fetch(`${this.portal}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(value ? { cookie: `${cookieName}=${value}` } : {}),
        ...(proof ? { 'session-proof': proof } : {}),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      const at = pair.indexOf('=');
      if (pair.length === at + 1) this.cookies.delete(pair.slice(0, at));
      else this.cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    return response;
  }
}
