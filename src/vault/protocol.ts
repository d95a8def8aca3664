// The vault's verbs: what goes in and out of its socket. Types only; the operator's side imports nothing else
// of the vault but this and the client. Every verb takes a list or one feed block, never a free query.

import type { JsonWebKey } from 'node:crypto';
import type { AuthenticationResponseJSON } from '@simplewebauthn/server';
import type { CardProblem } from '../core/card.ts';
import type { EmergencyReason } from '../core/emergency-reasons.ts';
import type { AmcNo } from '../core/ids.ts';
import type { DoorKind } from './derive.ts';

/** What the patient has brought. Evidence the vault cannot verify counts as typed. `data`: the signed card, base64url. */
export type PresenceEvidence =
  | { kind: 'card'; data: string }
  | { kind: 'member-number'; memberNo: string; nir: string; birthDate: string; birthRank: number }
  | { kind: 'identity-only'; nir: string; birthDate: string; birthRank: number };

/** The number of an engagement that the asker's structure obtained: 26 characters (Crockford's base 32). */
export type EngagementEvidence = { kind: 'engagement'; engagementNo: string };
export type OpenEvidence = PresenceEvidence | EngagementEvidence;

/**
 * Evidence of presence as the vault judges it. `card-doubtful`: the card is genuine, but it was seen at so many places
 * today that it says little about who stands there; nobody is refused for it.
 */
export type PresenceKind = 'card' | 'card-doubtful' | 'member-number' | 'identity-only';
/** `engagement` proves no presence, only what was promised to this structure. */
export type EvidenceKind = PresenceKind | 'engagement';

/**
 * What proves who asks; the vault checks it itself. `client`: thumbprint of the client certificate the token is bound
 * to. That the operator really saw this certificate is the operator's word (SECURITY.md).
 */
export type AskerProof = { kind: 'token'; client: string; token: string } | SessionProof;

/**
 * A call of the portal: `session` is the vault's own binding of a sign-in to a browser key, `body` what the browser
 * sent and signed together with method, path and a nonce that counts once.
 */
export type SessionProof = {
  kind: 'session';
  session: string;
  /** Public key of the browser (P-256), as JWK. */
  publicKey: { x: string; y: string };
  method: string;
  path: string;
  body: string;
  nonce: string;
  /** ES256, IEEE P1363, base64url. */
  signature: string;
};

/** One door to a record. */
export type PresenceItem = {
  proof: AskerProof;
  amcNo: AmcNo;
  evidence: PresenceEvidence;
  request: ReplayItem;
};
/**
 * One door to an engagement: of the proof's structure, whoever insures. A session proof names the number: in the body of
 * a call to /v1/quotes, /v1/claims or /v1/prior-agreements, alone or in `claims`, or in the path /v1/engagements/….
 */
export type EngagementItem = {
  proof: AskerProof;
  amcNo: null;
  evidence: EngagementEvidence;
  request: ReplayItem;
};
export type OpenItem = PresenceItem | EngagementItem;

/** What a repeat of a request is recognised by: scope (client and request id) and the canonical body. */
export type ReplayItem = { scope: string; body: string };

/** 16-byte tag and 32-byte key, base64url: only the same body in the same scope makes them again. */
export type ReplayKeys = { tag: string; key: string };

/**
 * One place to look (one per living epoch, newest first; epoch 0: it has none): locator as 32 hexadecimal digits, key in
 * base64url.
 */
export type OpenedDoor = { kind: DoorKind; epoch: number; locator: string; doorKey: string };

/** Where something is kept, and the key that seals it: 32 hexadecimal digits and 32 bytes in base64url. */
export type SealedPlace = { locator: string; key: string };
/** A number for what may be promised now, and where the promise is kept. Nobody knows it yet, and it is kept nowhere. */
export type NewEngagement = SealedPlace & { no: string };

export type OpenedPresence = {
  ok: true;
  journalNo: number;
  evidence: PresenceKind;
  doors: OpenedDoor[];
  /** Where a card stands in its insurer's status lists; null for what was typed. */
  statusIndex: number | null;
  newEngagement: NewEngagement;
  replay: ReplayKeys;
};
/** The one door there is; what lies behind it is opened by the key that `engagementKeys` makes of it. */
export type OpenedEngagement = Pick<OpenedPresence, 'ok' | 'journalNo' | 'doors' | 'replay'> & {
  evidence: 'engagement';
  statusIndex: null;
  newEngagement: null;
};

export type OpenOutcome =
  | OpenedPresence
  | OpenedEngagement
  /** No door: the card is not accepted. `replay` is for the answer that says so. */
  | { ok: false; code: 'card-refused'; reason: CardProblem; replay: ReplayKeys }
  /** `identity-closed`: the insurer has not lent its half of the identity key since the last start or unlock. */
  /** `fresh-sign-in-required`: the sign-in is too old for a look-up without the member number. Nothing was spent. */
  | { ok: false; code: 'not-enrolled' | 'proof-refused' | 'insurer-unknown' | 'identity-closed' }
  | { ok: false; code: 'fresh-sign-in-required' }
  | { ok: false; code: 'budget-exhausted'; budget: string; retryAfterSeconds: number };

/**
 * Who a token speaks for: a person at a site, through a client. `grant` names the sign-in it goes back to; `signedInAt`:
 * when the person proved who they are (seconds since 1970), which a renewed token keeps.
 */
export type TokenActor = {
  account: string;
  structure: string;
  profession: string;
  client: string;
  grant: string;
  signedInAt: number;
};

/** Tokens are JWTs (ES256). Times are seconds since 1970, as in the tokens. */
export type IssuedTokens = {
  accessToken: string;
  accessExpiresAt: number;
  refreshToken: string;
  refreshExpiresAt: number;
  actor: TokenActor;
};

/**
 * One entry to tag: the record id (32 hexadecimal digits; empty for an entry about nobody) and its insurer. With
 * `journalNo`, a door of the last minute, also "this site and this person", once.
 */
export type TagItem = { amcNo: AmcNo; recordId: string; journalNo?: number };

/** A person's tag of the ledger (32 hexadecimal digits), and whose member it is. */
export type TaggedItem = { amcNo: AmcNo; tag: string };

/** The manifest as received: the exact text of the first line and the detached JWS over it. */
export type SignedManifest = { text: string; jws: string };

/** Why a line was not sealed; `ref` is there when it could be read, so that a full feed does not close it. */
export type RejectedLine = { line: number; reason: string; ref: string | null };

export type SealReply = {
  rejected: RejectedLine[];
  upserts: number;
  closes: number;
  erases: number;
  unchanged: number;
  /** How many of the upserts, unchanged ones included, are fake insured. Never which. */
  canaries: number;
};

/** An account that can be paid: IBAN without spaces. */
export type BankAccount = { holder: string; iban: string; bic: string | null };

/** Signed by staff keys the vault knows; two different persons unlock. */
export type Approval = { staff: string; jws: string };

export type VaultState = {
  locked: boolean;
  /** Names the present lock; an approval is for this one only. Null when unlocked. */
  lockId: string | null;
  journalNo: number;
  /** `root` in base64: the tree last signed. */
  ledger: { origin: string; vkey: string; size: number; root: string };
  /** `issuedAt` of the newest trust list ever believed; empty when there was none. */
  trustIssuedAt: string;
};

/** Request and reply of each verb. `bytes` in the comment: binary attachment of the frame. */
export type VaultVerbs = {
  state: { in: Record<string, never>; out: VaultState };
  open: { in: { items: OpenItem[] }; out: { items: OpenOutcome[] } };
  /**
   * Keys (32 bytes, base64url) of what lies behind opened engagements, each made of the door and its insurer's own key:
   * `insurer-unknown` when that insurer's keys are gone. Worth nothing without the door, so it is not counted again.
   */
  engagementKeys: {
    in: { items: { amcNo: AmcNo; locator: string; doorKey: string }[] };
    out: { keys: string[] };
  };
  /**
   * Where counters of records are, and what seals them. So many for each door opened before (counter-allowance.ts), else
   * `counters-exhausted`: an operator that is not ours any more cannot read the counters of all the records it stores.
   */
  counterKeys: {
    in: { items: { amcNo: AmcNo; recordId: string; counter: string }[] };
    out: { items: SealedPlace[] };
  };
  /**
   * Seals claims for their insurer, under a key that outlives epochs. `tag` (32 hexadecimal digits): the same for the same
   * `guard` of one insurer, a text that the caller has made unambiguous; it finds a claim that is sent twice.
   */
  sealClaims: {
    in: { amcNo: AmcNo; items: { text: string; guard: string }[] };
    out: { items: { sealed: string; tag: string }[] };
  };
  /**
   * For a run whose bank details were opened within the last hour, else `approval-refused`; also while locked. Counted and
   * journalled; `claims-exhausted` beyond `claimsPerInsurerPerDay`.
   */
  openClaims: { in: { amcNo: AmcNo; run: string; sealed: string[] }; out: { texts: string[] } };
  /**
   * The bank details of the structure of who signed `PUT /v1/bank-details` with `{holder, iban, bic?}`, within ten minutes of
   * a sign-in through Pro Santé Connect (else `subject-refused`, or `fresh-sign-in-required` when that alone is missing).
   * `bank-details-refused`: no account that SEPA reaches. `masked`: country and last four characters, to be shown.
   */
  sealBankDetails: {
    in: { proof: SessionProof };
    out: { structure: string; sealed: string; masked: string };
  };
  /**
   * For one payment run: approvals of `{verb: 'pay', run, digest}` by two different persons, in a demo too (else
   * `approval-refused`, as for another digest of a run once opened). Goes on while locked. `digest`: SHA-256 of what is
   * frozen, in hexadecimal. `bank-details-refused`: sealed for another structure.
   */
  openBankDetails: {
    in: {
      run: string;
      digest: string;
      approvals: Approval[];
      items: { structure: string; sealed: string }[];
    };
    out: { details: BankAccount[] };
  };
  /** Public key that verifies access tokens. */
  tokenKey: { in: Record<string, never>; out: { jwk: JsonWebKey } };
  /** A Pro Santé Connect token and a certificate become tokens of ours, bound to that certificate (RFC 8693, 8705). */
  exchangeToken: {
    in: { client: string; subjectToken: string; structure: string };
    out: IssuedTokens;
  };
  /**
   * Binds a portal sign-in to the browser's key: the ID token's nonce must be the thumbprint of that key (RFC 7638).
   * `session` (JWT) goes into every proof; it ends after four hours.
   */
  bindSession: {
    in: { idToken: string; publicKey: { x: string; y: string }; structure: string };
    out: { session: string; expiresAt: number; actor: TokenActor };
  };
  /** What an authenticator shall sign (base64url), for this browser's key; good once, for five minutes. */
  passkeyChallenge: {
    in: { purpose: 'register' | 'sign-in'; publicKey: { x: string; y: string } };
    out: { challengeToken: string; challenge: string };
  };
  /**
   * Certifies a new passkey of the person who signed this call, within ten minutes of a sign-in through Pro Santé Connect
   * (else `subject-refused`, or `fresh-sign-in-required` when that alone is missing). The signed
   * body holds the registration's JSON under `response`. `passkey` (JWT, two years) is the operator's to store;
   * how many one person has is the operator's matter too.
   */
  registerPasskey: {
    in: { proof: SessionProof; challengeToken: string };
    out: { passkey: string; credentialId: string };
  };
  /** Whose authenticator answered, for this browser's key. `signIn` (JWT) is good for ten minutes. Break-glass. */
  passkeySignIn: {
    in: {
      passkey: string;
      challengeToken: string;
      response: AuthenticationResponseJSON;
      publicKey: { x: string; y: string };
    };
    out: { signIn: string; professional: string };
  };
  /** As `bindSession`, for whom a passkey signed in. Such a session registers no further passkey. */
  bindPasskeySession: {
    in: { signIn: string; publicKey: { x: string; y: string }; structure: string };
    out: { session: string; expiresAt: number; actor: TokenActor };
  };
  /**
   * A professional's signed order to enrol (`POST /v1/certificates`) or revoke (`DELETE /v1/certificates/…`) a client
   * of their own structure. Counts from this reply on, and after every restart. Enrolling needs what a new passkey needs.
   */
  changeClient: {
    in: { proof: SessionProof };
    out: { thumbprint: string; client: string; structure: string; enrolled: boolean };
  };
  /**
   * Units for an emergency: `units` of each budget of the asker, none above full. `until` (RFC 3339): when their structure
   * may have some again. Software's token, or the signed call `POST /v1/emergency-units` whose body holds the same reason.
   */
  emergency: {
    in: { proof: AskerProof; reason: EmergencyReason };
    out: { units: number; until: string };
  };
  /** New access token for a refresh token of ours; the refresh token stays the same until its four hours are over. */
  renewToken: { in: { client: string; refreshToken: string }; out: IssuedTokens };
  replay: { in: { items: ReplayItem[] }; out: { items: ReplayKeys[] } };
  /** One tag (32 hexadecimal digits) per item: AES of the record id under the insurer's key of the month. */
  tag: { in: { month: string; items: TagItem[] }; out: { tags: string[]; known: (string | null)[] } };
  /**
   * The record ids (32 hexadecimal digits) behind tags of any month whose key is still there, for one incident: two
   * approvals of `{verb: 'untag', incident}` by different persons, none in a demo. Refuses `tag-key-gone`.
   */
  untag: {
    in: { incident: string; month: string; items: TaggedItem[]; approvals: Approval[] };
    out: { recordIds: string[] };
  };
  /** Signs the root of the flush's own leaves; `root` in base64. */
  signFlush: { in: { first: number; count: number; root: string }; out: { signature: string } };
  /**
   * Signs the checkpoint of the tree that `leaves` (bytes: 32 each, from the last signed size on) extend.
   * Refuses `ledger-shorter` and `ledger-forked`: the vault keeps its own frontier.
   */
  signCheckpoint: { in: { from: number; count: number }; out: { note: string; size: number; root: string } };
  /** Checks signature, insurer and form of a manifest before a single line is read. */
  acceptManifest: { in: { amcNo: AmcNo; manifest: SignedManifest }; out: { ok: true } };
  /** bytes in: the block; bytes out: 32 per line: record id || fingerprint, zeros for a line that is no upsert. */
  fingerprint: { in: { amcNo: AmcNo; manifest: SignedManifest; block: number }; out: { lines: number } };
  /**
   * bytes in: unchanged bitmap (one bit per line) || the block; bytes out: staged lines || staged doors as
   * PostgreSQL binary COPY tuples, split at `lineBytes`.
   */
  seal: {
    in: { amcNo: AmcNo; manifest: SignedManifest; block: number; bitmapBytes: number };
    out: SealReply & { lineBytes: number };
  };
  /** Creates the keys of an insurer the vault's enrolment names; begins an epoch; destroys an older one. */
  beginEpoch: { in: { amcNo: AmcNo }; out: { epoch: number } };
  endEpochsBefore: { in: { amcNo: AmcNo; epoch: number }; out: { epochs: number[] } };
  epochs: { in: { amcNo: AmcNo }; out: { epochs: number[] } };
  /** The journal's lines with these numbers: no personal data in them. */
  journal: { in: { numbers: number[] }; out: { lines: string[] } };
  /** The key (P-256) to seal an identity half to; `signature` (base64) is the ledger key's over it. */
  identityHalfKey: {
    in: { amcNo: AmcNo };
    out: { key: { kty: string; crv: string; x: string; y: string }; signature: string; wanted: boolean };
  };
  /** A half, sealed and signed (crypto/identity-half.ts). Kept in memory until the next lock or restart. */
  acceptIdentityHalf: { in: { amcNo: AmcNo; jwe: string }; out: { ok: true } };
  /** Seals what an insurer is to be told; opens it for that insurer, counted and journalled. */
  sealNotices: { in: { items: { amcNo: AmcNo; text: string }[] }; out: { sealed: string[] } };
  openNotices: { in: { amcNo: AmcNo; sealed: string[] }; out: { texts: string[] } };
  /** Gives back the unit of typed look-ups about patients the site knows; false when the day's share is used up. */
  giveBack: { in: { journalNos: number[] }; out: { given: boolean[] } };
  /** Where the doors of these cards are (32 hexadecimal digits each), in every living epoch; no key of them. */
  locateCards: { in: { amcNo: AmcNo; handles: string[] }; out: { locators: string[] } };
  /** Doors opened after line `after`, and the line up to which this is all of them: ask on from there until none are left. */
  openedSince: { in: { after: number }; out: { numbers: number[]; last: number } };
  lock: { in: { by: string; reason: string }; out: { lockId: string } };
  unlock: { in: { approvals: Approval[] }; out: { ok: true } };
};
export type Verb = keyof VaultVerbs;

/** Refusals of a whole call; anything else is a broken invariant. */
export type VaultRefusal =
  | 'locked'
  | 'insurer-unknown'
  | 'not-enrolled'
  | 'subject-refused'
  | 'site-refused'
  | 'refresh-refused'
  | 'fresh-sign-in-required'
  | 'emergency-spent'
  | 'passkeys-off'
  | 'epochs-full'
  | 'manifest-refused'
  | 'feed-signature'
  | 'block-hash'
  | 'ledger-shorter'
  | 'ledger-forked'
  | 'notices-exhausted'
  | 'counters-exhausted'
  | 'claims-exhausted'
  | 'bank-details-exhausted'
  | 'bank-details-refused'
  | 'identity-half-missing'
  | 'identity-half-refused'
  | 'identity-half-changed'
  | 'approval-refused'
  | 'tag-key-gone'
  | 'bad-call';
