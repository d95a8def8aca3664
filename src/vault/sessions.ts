// Sessions of the portal: a person (Pro Santé Connect or a passkey) at a site, bound to a key that a browser made and cannot give
// away. The vault keeps no list of them: it signs the binding, and every call is signed by the browser. It must never
// count one signature twice, nor open a door for another person or insurer than a signed question names.

import { hash } from 'node:crypto';
import { isFreshSignIn } from '../core/fresh-sign-in.ts';
import { PORTAL } from '../core/portal.ts';
import { isSignedBy, keyThumbprint } from '../crypto/session-proof.ts';
import { actorOf, type ProvenAsker } from './access-tokens.ts';
import type { Enrolment } from './enrolment.ts';
import type { OpenItem, PresenceItem, SessionProof, TokenActor } from './protocol.ts';
import type { PscTrust } from './psc-trust.ts';
import { type Claims, LIFETIMES, type SignedClaims, type SignedInBy, type SignIn } from './signed-claims.ts';
import { Verified } from './verified.ts';

type PublicKey = SessionProof['publicKey'];
/** As long as a browser is a new one (browser-keys.ts). */
const PASSKEY_SETTLED_SECONDS = 86_400;
export type BoundSession = { session: string; expiresAt: number; actor: TokenActor };
/** Whom a session is for, where, and the browser's key. */
export type Binding = {
  professional: string;
  signIn: SignIn;
  /** Seconds since 1970. */
  signedInAt: number;
  publicKey: PublicKey;
  structure: string;
};
/** Who signed a call, and how they signed in (`isFresh`: within the last ten minutes); `said` is its body, empty when there was none. */
export type Caller = ProvenAsker & { by: SignedInBy | null; isFresh: boolean; said: Record<string, unknown> };

export class Sessions {
  readonly #claims: SignedClaims;
  readonly #psc: PscTrust;
  readonly #enrolment: Enrolment;
  readonly #newGrant: () => string;
  readonly #verified = new Verified<Claims>();
  /** Nonces seen, by sign-in, until it is over. A restart forgets them: the operator's own window still holds. */
  readonly #nonces = new Map<string, { seen: Set<string>; expiresAt: number }>();

  constructor(parts: { claims: SignedClaims; psc: PscTrust; enrolment: Enrolment; newGrant(): string }) {
    this.#claims = parts.claims;
    this.#psc = parts.psc;
    this.#enrolment = parts.enrolment;
    this.#newGrant = parts.newGrant;
  }

  /** A sign-in whose nonce is not the thumbprint of this key was made for another browser. */
  async bind(input: {
    idToken: string;
    publicKey: PublicKey;
    structure: string;
  }): Promise<BoundSession | 'subject-refused' | 'site-refused'> {
    const { idToken, publicKey, structure } = input;
    const person = await this.#psc.signedIn(idToken);
    if (person === null || person.nonce !== keyThumbprint(publicKey)) return 'subject-refused';
    const { professional, at: signedInAt } = person;
    return this.bindVerified({ professional, signIn: { by: 'psc' }, signedInAt, publicKey, structure });
  }

  /** For who has verified the sign-in, and that it was made for this key: nothing of it is looked at here. */
  async bindVerified({ professional, signIn, signedInAt, publicKey, structure }: Binding) {
    const activity = this.#enrolment.activityAt(professional, structure);
    if (!activity) return 'site-refused';
    const actor = { ...actorOf(activity), client: PORTAL, grant: this.#newGrant(), signedInAt };
    const expiresAt = this.#claims.nowSeconds() + LIFETIMES['session+jwt'];
    const cnf = { jkt: keyThumbprint(publicKey) };
    const session = await this.#claims.sign('session+jwt', actor, cnf, expiresAt, signIn);
    return { session, expiresAt, actor };
  }

  /** Verifies bindings that were not seen before. */
  async learn(proofs: readonly SessionProof[]): Promise<void> {
    for (const { session } of proofs) {
      if (this.#verified.get(session)) continue;
      const claims = await this.#claims.verify('session+jwt', session);
      if (claims) this.#verified.set(session, claims, this.#claims.nowSeconds());
    }
  }

  /**
   * Who signed this very question; null when nobody did, or when the signature was used before. Uses it up: for a record
   * altogether, for an engagement once per number that it names, since a batch of claims is one signature.
   */
  asker(proof: SessionProof, item: OpenItem): ProvenAsker | null {
    const signer = this.#signer(proof);
    if (!signer) return null;
    if (item.amcNo === null) {
      const { engagementNo } = item.evidence;
      const isNamed = namesEngagement(proof, engagementNo);
      return isNamed && this.#isFirst(signer.claims, `${proof.nonce} ${engagementNo}`) ? signer : null;
    }
    if (!isQuestion(proof) || !asksFor(proof.body, item)) return null;
    return this.#isFirst(signer.claims, proof.nonce) ? signer : null;
  }

  /** Who signed this call; null when nobody did, or when the signature was used before. Uses it up. */
  async caller(proof: SessionProof): Promise<Caller | null> {
    await this.learn([proof]);
    const signer = this.#signer(proof);
    const said = proof.body === '' ? {} : parsed(proof.body);
    if (!signer || !said) return null;
    const { claims, ...asker } = signer;
    if (!this.#isFirst(claims, proof.nonce)) return null;
    const isFresh = isFreshSignIn(claims.signedInAt, this.#claims.nowSeconds());
    return { ...asker, by: claims.by, isFresh, said };
  }

  /** Uses nothing up. */
  #signer(proof: SessionProof): (ProvenAsker & { claims: Claims }) | null {
    const claims = this.#verified.get(proof.session);
    const activity = claims && this.#enrolment.account(claims.account);
    if (!claims || !this.#claims.isNow(claims)) return null;
    if (!activity || activity.structure !== claims.structure) return null;
    if (claims.bound !== keyThumbprint(proof.publicKey)) return null;
    if (!isSignedBy(proof.publicKey, proof, proof.signature)) return null;
    const { grant, signedInAt } = claims;
    const actor = { ...actorOf(activity), client: PORTAL, grant, signedInAt };
    const browserKey = this.#vouchesForBrowser(claims) ? null : browserKeyOf(proof.publicKey);
    return { claims, actor, professional: activity.professional, browserKey };
  }

  /** A passkey does once it has been there for a day: a thief can make one with the sign-in that was phished. */
  #vouchesForBrowser({ by, passkeyAt }: Claims): boolean {
    if (by !== 'passkey' || passkeyAt === null) return false;
    return this.#claims.nowSeconds() - passkeyAt >= PASSKEY_SETTLED_SECONDS;
  }

  #isFirst({ grant, expiresAt }: Claims, nonce: string): boolean {
    const known = this.#nonces.get(grant) ?? this.#newNonces(grant, expiresAt);
    if (known.seen.has(nonce)) return false;
    known.seen.add(nonce);
    return true;
  }

  #newNonces(grant: string, expiresAt: number) {
    const now = this.#claims.nowSeconds();
    for (const [name, one] of this.#nonces) if (one.expiresAt <= now) this.#nonces.delete(name);
    const fresh = { seen: new Set<string>(), expiresAt };
    this.#nonces.set(grant, fresh);
    return fresh;
  }
}

/** How the journal names a browser: it tells two of them apart and verifies nothing. */
export const browserKeyOf = (publicKey: PublicKey): string =>
  hash('sha256', keyThumbprint(publicKey), 'base64url').slice(0, 22);

/** A signature over any other call opens no door. */
const isQuestion = ({ method, path }: SessionProof) => method === 'POST' && path === '/v1/eligibility';

/** Is this the person and the insurer that the signed body asks about? */
function asksFor(body: string, { amcNo, evidence }: PresenceItem): boolean {
  const said = parsed(body);
  const shown = said?.['evidence'] as Record<string, unknown> | undefined;
  if (!said || !shown || String(said['amcNo']).padStart(10, '0') !== amcNo) return false;
  if (evidence.kind === 'card') return shown['kind'] === 'card' && shown['data'] === evidence.data;
  const person = shown['beneficiary'] as Record<string, unknown> | undefined;
  if (!person) return false;
  const memberNo = evidence.kind === 'member-number' ? evidence.memberNo : shown['memberNo'];
  return (
    shown['kind'] === evidence.kind &&
    shown['memberNo'] === memberNo &&
    person['nir'] === evidence.nir &&
    person['birthDate'] === evidence.birthDate &&
    person['birthRank'] === evidence.birthRank
  );
}

/** Calls about an engagement: the number is the path's own end, or stands in the body. */
const ENGAGEMENTS = '/v1/engagements/';
const NAMED_IN_BODY = /^\/v1\/(?:quotes|claims|prior-agreements)(?:\/|$)/;

/** Does the signed call name this engagement? */
function namesEngagement({ path, body }: SessionProof, engagementNo: string): boolean {
  if (path.startsWith(ENGAGEMENTS)) return path === ENGAGEMENTS + engagementNo;
  const said = NAMED_IN_BODY.test(path) ? parsed(body) : null;
  const claims: readonly unknown[] = Array.isArray(said?.['claims']) ? said['claims'] : [];
  const isNamed = (one: unknown) => (one as { engagementNo?: unknown } | null)?.engagementNo === engagementNo;
  return isNamed(said) || claims.some(isNamed);
}

function parsed(body: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
