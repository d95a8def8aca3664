// Passkeys of the portal: registered within ten minutes of a sign-in through Pro Santé Connect, they sign in when it is away. The
// vault verifies the authenticator itself and keeps no list: it signs a certificate that the operator stores and shows.
// It must never certify for a session that a passkey opened, nor sign in without an answer of the authenticator:
// a certificate whose row the operator deleted (or lost to a thief) is worth nothing without that.

import type { AuthenticationResponseJSON } from '@simplewebauthn/server';
import { keyThumbprint } from '../crypto/session-proof.ts';
import { type Credential, isAssertedBy, registeredCredential } from '../crypto/webauthn.ts';
import type { Enrolment } from './enrolment.ts';
import type { ChallengePurpose, IssuedChallenge, PasskeyChallenges } from './passkey-challenges.ts';
import type { SessionProof, TokenActor } from './protocol.ts';
import type { BoundSession, Sessions } from './sessions.ts';
import { LIFETIMES, type SignedClaims } from './signed-claims.ts';

export type PasskeyRefusal = 'passkeys-off' | 'subject-refused' | 'site-refused' | 'fresh-sign-in-required';
type PublicKey = SessionProof['publicKey'];
/** What a certificate says: whose authenticator, made for which RP ID. */
type Certified = Credential & { professional: string; rpId: string };
/** `at`: when it was issued, in seconds since 1970. */
type Issued = Certified & { at: number };

export class Passkeys {
  readonly #claims: SignedClaims;
  readonly #sessions: Sessions;
  readonly #challenges: PasskeyChallenges;
  readonly #enrolment: Enrolment;

  constructor(parts: {
    claims: SignedClaims;
    sessions: Sessions;
    challenges: PasskeyChallenges;
    enrolment: Enrolment;
  }) {
    this.#claims = parts.claims;
    this.#sessions = parts.sessions;
    this.#challenges = parts.challenges;
    this.#enrolment = parts.enrolment;
  }

  async challenge(input: {
    purpose: ChallengePurpose;
    publicKey: PublicKey;
  }): Promise<IssuedChallenge | PasskeyRefusal> {
    if (!this.#enrolment.portal) return 'passkeys-off';
    return this.#challenges.issue(input.purpose, keyThumbprint(input.publicKey));
  }

  async register(input: {
    proof: SessionProof;
    challengeToken: string;
  }): Promise<{ passkey: string; credentialId: string; actor: TokenActor } | PasskeyRefusal> {
    const { portal } = this.#enrolment;
    if (!portal) return 'passkeys-off';
    const caller = await this.#sessions.caller(input.proof);
    if (caller?.by !== 'psc') return 'subject-refused';
    if (!caller.isFresh) return 'fresh-sign-in-required';
    const jkt = keyThumbprint(input.proof.publicKey);
    const challenge = await this.#challenges.read(input.challengeToken, 'register', jkt);
    if (!challenge) return 'subject-refused';
    const expected = { challenge: challenge.challenge, portal };
    const credential = await registeredCredential(caller.said['response'], expected);
    if (!credential || !this.#challenges.use(challenge)) return 'subject-refused';
    const passkey = await this.#certify({
      ...credential,
      professional: caller.professional,
      rpId: portal.rpId,
    });
    return { passkey, credentialId: credential.id, actor: caller.actor };
  }

  /**
   * Who touched their authenticator, for this browser's key: a word that is good for ten minutes, so that somebody who
   * works at several structures can say for which one. Uses the challenge up.
   */
  async signIn(input: {
    passkey: string;
    challengeToken: string;
    response: AuthenticationResponseJSON;
    publicKey: PublicKey;
  }): Promise<{ signIn: string; professional: string } | PasskeyRefusal> {
    const { portal } = this.#enrolment;
    if (!portal) return 'passkeys-off';
    const certified = await this.#certified(input.passkey);
    const jkt = keyThumbprint(input.publicKey);
    const challenge = await this.#challenges.read(input.challengeToken, 'sign-in', jkt);
    if (!certified || certified.rpId !== portal.rpId || !challenge) return 'subject-refused';
    const expected = { challenge: challenge.challenge, portal };
    if (!(await isAssertedBy(certified, input.response, expected))) return 'subject-refused';
    if (!this.#challenges.use(challenge)) return 'subject-refused';
    const { professional, id, at: passkeyAt } = certified;
    const expiresAt = this.#claims.nowSeconds() + LIFETIMES['signed-in+jwt'];
    const said = { cnf: { jkt }, credential: id, passkeyAt };
    const signIn = await this.#claims.signText('signed-in+jwt', professional, said, expiresAt);
    return { signIn, professional };
  }

  /** A session as any other, for a person who has just signed in with the key of this browser. */
  async bind(input: {
    signIn: string;
    publicKey: PublicKey;
    structure: string;
  }): Promise<(BoundSession & { credential: string }) | PasskeyRefusal> {
    const { publicKey, structure } = input;
    const said = await this.#claims.verifyText('signed-in+jwt', input.signIn, [
      'cnf',
      'credential',
      'passkeyAt',
    ]);
    const isForThisKey = (said?.['cnf'] as { jkt?: unknown } | undefined)?.jkt === keyThumbprint(publicKey);
    if (!said?.sub || said.iat === undefined || !isForThisKey) return 'subject-refused';
    const { sub: professional, iat: signedInAt } = said;
    const signIn = { by: 'passkey', passkeyAt: Number(said['passkeyAt']) } as const;
    const bound = await this.#sessions.bindVerified({
      professional,
      signIn,
      signedInAt,
      publicKey,
      structure,
    });
    return typeof bound === 'string' ? bound : { ...bound, credential: String(said['credential']) };
  }

  #certify({ professional, id, publicKey, rpId }: Certified): Promise<string> {
    const expiresAt = this.#claims.nowSeconds() + LIFETIMES['passkey+jwt'];
    return this.#claims.signText('passkey+jwt', professional, { id, publicKey, rpId }, expiresAt);
  }

  async #certified(passkey: string): Promise<Issued | null> {
    const said = await this.#claims.verifyText('passkey+jwt', passkey, ['id', 'publicKey', 'rpId']);
    if (said?.iat === undefined) return null;
    const { sub: professional, iat: at, id, publicKey, rpId } = said;
    const certified = { professional, id, publicKey, rpId };
    const isWhole = Object.values(certified).every((one) => typeof one === 'string');
    return isWhole ? { ...(certified as Certified), at } : null;
  }
}
