// The portal as a relying party of Pro Santé Connect: code flow with PKCE, state, nonce, exact issuer, eidas1
// (DOMAIN.md 8.1). It must never keep a token longer than the sign-in takes.

import { createRemoteJWKSet, jwtVerify } from 'jose';
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  buildEndSessionUrl,
  type Configuration,
  calculatePKCECodeChallenge,
  discovery,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';
import type { Secret } from '../../config/secrets.ts';
import { refusal } from '../errors.ts';

const SCOPE = 'openid scope_all';
const ACR = 'eidas1';
const SIGNED_OUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout';
/** A logout token is sent at once. */
const LOGOUT_TOKEN_SECONDS = 300;

export type PscSettings = {
  issuer: string;
  clientId: string;
  clientSecret: Secret;
  redirectUri: string;
  /** Where Pro Santé Connect sends the browser after signing out. */
  afterSignOut: string;
  /** Plain http: in the demo only, where Pro Santé Connect is a simulator on this machine. */
  insecure: boolean;
};

/** What has to be remembered between leaving for Pro Santé Connect and coming back. */
export type PscFlow = { state: string; verifier: string; nonce: string };
/** `professional`: IDNPS. `sid`: Pro Santé Connect's session, by which it later says that it ended. */
export type PscIdentity = { idToken: string; professional: string; sid: string | null };

export class PscClient {
  readonly #settings: PscSettings;
  #configuration: Promise<Configuration> | null = null;
  #keys: ReturnType<typeof createRemoteJWKSet> | null = null;

  constructor(settings: PscSettings) {
    this.#settings = settings;
  }

  /**
   * `nonce` is the thumbprint of the browser's key: the vault checks it in the ID token. `again`: the person proves who
   * they are once more, even if Pro Santé Connect still knows (OpenID Connect Core 1.0, 3.1.2.1).
   */
  async begin(nonce: string, how: 'as-known' | 'again'): Promise<{ redirectTo: string; flow: PscFlow }> {
    const configuration = await this.#configured();
    const verifier = randomPKCECodeVerifier();
    const state = randomState();
    const url = buildAuthorizationUrl(configuration, {
      redirect_uri: this.#settings.redirectUri,
      scope: SCOPE,
      acr_values: ACR,
      state,
      nonce,
      code_challenge: await calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      ...(how === 'again' ? { prompt: 'login', max_age: '0' } : {}),
    });
    return { redirectTo: url.href, flow: { state, verifier, nonce } };
  }

  /** Throws `sign-in-refused` for every answer that is not to this flow. `query`: as it came back. */
  async finish(query: string, flow: PscFlow): Promise<PscIdentity> {
    const configuration = await this.#configured();
    const url = new URL(this.#settings.redirectUri);
    url.search = query;
    const tokens = await authorizationCodeGrant(configuration, url, {
      pkceCodeVerifier: flow.verifier,
      expectedState: flow.state,
      expectedNonce: flow.nonce,
      idTokenExpected: true,
    }).catch(() => {
      throw refusal('sign-in-refused');
    });
    const claims = tokens.claims();
    const professional = claims?.['SubjectNameID'];
    if (!tokens.id_token || claims?.['acr'] !== ACR || typeof professional !== 'string') {
      throw refusal('sign-in-refused');
    }
    const { sid } = claims;
    return { idToken: tokens.id_token, professional, sid: typeof sid === 'string' ? sid : null };
  }

  /**
   * The session that a logout token ends (OpenID Connect Back-Channel Logout 1.0, 2.6); throws `sign-in-refused` for
   * every token that is not Pro Santé Connect's word to us.
   */
  async signedOut(logoutToken: string, nowMs: number): Promise<string> {
    const { issuer, clientId } = this.#settings;
    const keys = await this.#signingKeys();
    const claims = await jwtVerify(logoutToken, keys, {
      algorithms: ['RS256'],
      issuer,
      audience: clientId,
      requiredClaims: ['iat', 'jti', 'sid', 'events'],
      maxTokenAge: LOGOUT_TOKEN_SECONDS,
      currentDate: new Date(nowMs),
      clockTolerance: 30,
    }).then(
      ({ payload }) => payload,
      () => null, // whatever is wrong with it, the answer is the same
    );
    const isLogout = claims && 'nonce' in claims === false && SIGNED_OUT_EVENT in Object(claims['events']);
    if (!isLogout) throw refusal('sign-in-refused');
    return String(claims['sid']);
  }

  /** Where to go to sign out at Pro Santé Connect too; null while it cannot be reached. */
  async signOutUrl(): Promise<string | null> {
    const { clientId, afterSignOut } = this.#settings;
    return this.#configured().then(
      (configuration) =>
        buildEndSessionUrl(configuration, { client_id: clientId, post_logout_redirect_uri: afterSignOut })
          .href,
      () => null,
    );
  }

  async #signingKeys(): Promise<ReturnType<typeof createRemoteJWKSet>> {
    const { jwks_uri: address } = (await this.#configured()).serverMetadata();
    if (!address) throw refusal('disconnected', { cause: 'no keys' });
    this.#keys ??= createRemoteJWKSet(new URL(address));
    return this.#keys;
  }

  #configured(): Promise<Configuration> {
    const { issuer, clientId, clientSecret, insecure } = this.#settings;
    this.#configuration ??= discovery(
      new URL(issuer),
      clientId,
      clientSecret.reveal(),
      undefined,
      insecure ? { execute: [allowInsecureRequests] } : {},
    ).catch((error: unknown) => {
      this.#configuration = null; // away just now: the next sign-in asks again
      throw refusal('disconnected', { cause: error instanceof Error ? error.name : 'unknown' });
    });
    return this.#configuration;
  }
}
