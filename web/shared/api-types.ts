// The HTTP API as the browser sees it (CONTRACT.md 3.1 and the portal's own calls): shapes only, written once.
// Must never hold code: what a value means is said here, what is done with it elsewhere.
// Unless said otherwise every call carries `Session-Proof` and every answer a fresh `Session-Nonce`.

import type { CareDomain, Profession } from '../../src/core/care-domains.ts';
import type { EmergencyReason } from '../../src/core/emergency-reasons.ts';

/** RFC 3339 in UTC, such as `2026-11-22T09:30:00Z`. */
export type Instant = string;
/** A day of the French calendar, `YYYY-MM-DD`. */
export type Day = string;

/** `POST /auth/sign-in` (no proof): the public half of the key that will sign every later call. */
export type SignInRequest = { publicKey: JsonWebKey };
/** Where the browser goes now: Pro Santé Connect. It comes back to `/auth/callback`, then to `/`. */
export type SignInReply = { redirectTo: string };

export type Structure = { id: string; name: string; place: string };

/** One person may work in several structures; each is an account of its own. */
export type StructureChoice = Structure & { accountId: string; profession: Profession };

export type Account = { accountId: string; profession: Profession; structure: Structure };

/** What every session has, from its sign-in on. */
export type SessionBinding = {
  /** Signed by a browser that has no nonces left, to get some. */
  challenge: string;
  /** RFC 7638 thumbprint of the browser key it is bound to. */
  key: string;
};

/** What `open` and `locked` sessions have in common. */
export type SessionFacts = SessionBinding & {
  who: { name: string };
  account: Account;
  /** After this instant without a proven call the session is locked. */
  idleEndsAt: Instant;
  /** After this instant it is over, whatever happens. */
  endsAt: Instant;
};

export type EndReason =
  | 'signed-out'
  | 'replaced'
  | 'nonce-replayed'
  | 'psc-signed-out'
  | 'closed'
  | 'not-entered';

/** `GET /v1/session` (no proof). */
export type Session =
  /** `because`: why the session of this cookie ended, while that is known. */
  | { state: 'none'; because?: EndReason }
  | ({ state: 'choose-structure'; who: { name: string }; structures: StructureChoice[] } & SessionBinding)
  | ({ state: 'open' } & SessionFacts)
  | ({ state: 'locked' } & SessionFacts);

/** `POST /v1/session/nonces`: its proof signs the challenge; each nonce is good for one proof. */
export type NoncesReply = { nonces: string[] };

/** `POST /v1/session/structure`. */
export type ChooseStructureRequest = { accountId: string };
/** `DELETE /v1/session`: where Pro Santé Connect ends its own session, or null. */
export type SignOutReply = { redirectTo: string | null };

export type Beneficiary = {
  /** 13 characters and key. */
  nir: string;
  /** `YYYYMMDD`, perhaps lunar or incomplete: never a date. */
  birthDate: string;
  /** 1 to 9. */
  birthRank: number;
};

export const IDENTITY_REASONS = ['CARD_FORGOTTEN', 'EMERGENCY', 'NEWBORN'] as const;
export type IdentityReason = (typeof IDENTITY_REASONS)[number];

export type Evidence =
  /** The bytes of a signed card, base64url. */
  | { kind: 'card'; data: string }
  | { kind: 'member-number'; memberNo: string; beneficiary: Beneficiary }
  /** Tiny budget, and the member is told. */
  | { kind: 'identity-only'; beneficiary: Beneficiary; reason: IdentityReason };

/** `POST /v1/eligibility`: one person, one care domain, one day. */
export type EligibilityRequest = {
  /** UUID. The same id with the same body gets the same answer again and costs nothing. */
  requestId: string;
  amcNo: string;
  convType: string;
  csr?: string;
  careDate: Day;
  domain: CareDomain;
  evidence: Evidence;
};

export const ANSWER_CODES = ['000', '001', '101', '102', '103', '200', '301'] as const;
export type AnswerCode = (typeof ANSWER_CODES)[number];

export type EligibilityAnswer = {
  requestId: string;
  code: AnswerCode;
  engagementNo: string | null;
  covered: boolean;
  coverFrom: Day | null;
  coverTo: Day | null;
  guaranteeUntil: Day | null;
  rule: string | null;
  responsible: boolean | null;
  receipt: { log: string; index: number; leaf: string; signature: string };
};

/** `GET /v1/lookups`: today's look-ups of this structure; nothing in it says who was asked about. */
export type Lookup = {
  at: Instant;
  domain: CareDomain;
  /** An answer code, or the code of the refusal. */
  code: string;
  receiptIndex: number | null;
};
export type LookupsReply = { lookups: Lookup[] };

/** `GET /v1/certificates`: client certificates of the structure's software. */
export type Certificate = {
  /** base64url SHA-256 of the DER certificate (RFC 8705, `x5t#S256`). */
  thumbprint: string;
  clientId: string;
  enrolledAt: Instant;
  enrolledBy: string;
  revokedAt: Instant | null;
};
export type CertificatesReply = { certificates: Certificate[] };
/** `POST /v1/certificates`: what the vault is to believe is what the professional's browser has signed. */
export type EnrolCertificateRequest = { thumbprint: string };

/** `GET /v1/passkeys`; at most two for one person. */
export type Passkey = { id: string; label: string; createdAt: Instant; lastUsedAt: Instant | null };
export type PasskeysReply = { passkeys: Passkey[] };
/**
 * `POST /v1/passkeys/options` and `POST /v1/session/unlock/options` answer with the WebAuthn options as JSON,
 * `POST /v1/session/unlock` takes the authenticator's response as JSON, and `POST /v1/passkeys` takes this.
 */
export type AddPasskeyRequest<Response> = { label: string; response: Response };

/** `POST /v1/session/confirmation/sign-in`: where Pro Santé Connect asks once more who this is. */
export type ConfirmSignInReply = { redirectTo: string };

/** `POST /v1/emergency-units`: more typed look-ups for the structure, once a day. */
export type EmergencyUnitsRequest = { reason: EmergencyReason };
/** `until`: when the structure may have some again. */
export type EmergencyUnitsReply = { units: number; until: Instant };

/** `GET /v1/payments?before=`: transfers to this structure, newest first, at most 20; `before` is an `advice`. */
export type PaymentsReply = { payments: Payment[] };
/** Amounts in cents. */
export type Payment = {
  /** The reference on the structure's own bank statement. */
  advice: string;
  executeOn: Day;
  cents: number;
  /** AMC number. */
  insurer: string;
  insurerName: string;
  claims: number;
  /** The first thousand of them. */
  list: { claimId: string; amc: number }[];
  /** What the statements of the paying account say; `late`: nothing by the third business day. */
  bank: 'not-seen' | 'late' | 'paid' | 'returned' | 'other-amount';
  bankOn: Day | null;
};

/** Where a structure is paid: the number is never shown whole. */
export type ShownAccount = { masked: string; inForceFrom: Instant };
/** `GET /v1/bank-details`. */
export type BankDetailsReply = {
  masked: string | null;
  inForceFrom: Instant | null;
  /** A change that is in force later. */
  waiting: ShownAccount | null;
};
/** `PUT /v1/bank-details`, within ten minutes of a sign-in; answered with a `ShownAccount` that is in force 72 h later. */
export type BankDetailsRequest = { holder: string; iban: string; bic: string | null };

/** Every refusal (RFC 9457). */
export type Problem = {
  type: string;
  /** English. */
  title: string;
  status: number;
  code: string;
  /** French. */
  detail: string;
  /** Which property of the request is meant, such as `evidence.beneficiary.nir`. */
  field?: string;
  retryAfterSeconds?: number;
  /** Name of the limit that is used up. */
  budget?: string;
  /** Of a quote: which line is meant, and the maximum in cents that it is above. */
  lineNo?: number;
  limit?: number;
};
