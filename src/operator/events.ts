// PURE. The catalogue of ledger events: what each one means and what its entry tells. An event that is not here
// cannot be entered. No field may hold a NIR, a name, a birth date or a record id (DESIGN.md 6).

export const EVENTS = {
  'rights.checked': 'a look-up of one person’s rights was answered',
  'quote.made': 'amounts were computed for an engagement and reserved: they are guaranteed',
  'quote.tried': 'amounts were computed for an engagement; nothing is reserved or guaranteed',
  'engagement.read': 'the structure that obtained an engagement looked at its state',
  'engagement.cancelled': 'an engagement was cancelled; what it reserved is free again',
  'engagement.refused': 'an engagement was asked for and the call refused; nothing but that was told',
  'claim.accepted': 'a claim was accepted: its engagement is used up, the insurer owes the amount',
  'claim.rejected': 'a claim was rejected, with a code that says who can mend it',
  'claim.cancelled': 'a structure took back a claim that was not being paid yet',
  'product.put': 'an insurer published what one of its products pays from a date on',
  'prior-agreement.asked':
    'a prior agreement was asked for an engagement: the rules accepted it, or it waits',
  'prior-agreement.read': 'an insurer read which prior agreements wait for it',
  'prior-agreement.decided': 'an insurer accepted or refused a prior agreement',
  'prior-agreement.cancelled': 'a structure took a prior agreement back',
  'call.refused': 'a call of a known caller was refused; nothing was disclosed',
  'rights.unanswered': 'a door was opened but no answer left (crash or failure): possibly exposed',
  'access.granted': 'a professional signed in at a site through a client and got a token',
  'access.confirmed':
    'a professional proved once more who they are: their session at the portal goes on under a new binding',
  'access.ended': 'a sign-in was ended before its time: its tokens are refused from then on',
  'passkey.added': 'a professional registered a passkey of their own',
  'passkey.removed': 'a professional removed a passkey of their own',
  'client.enrolled': 'a professional enrolled software for their structure',
  'client.revoked': 'a professional revoked software of their structure',
  'feed.received': 'all blocks of a feed were received and sealed',
  'feed.refused': 'a feed was refused as a whole',
  'feed.waiting': 'a feed closes more than the insurer’s limit and waits for a second person',
  'feed.approved': 'a second person approved a feed',
  'feed.applied': 'the rows of a feed became visible',
  'cards.status-published':
    'an insurer published which of its cards are revoked; doors of revoked cards were removed',
  'notices.read': 'an insurer read which of its members were looked up without their member number',
  'insurer.identity-half-lent': 'an insurer lent its half of the identity key to the vault',
  'staff.enrolled': 'a member of the staff registered a passkey with a one-time code',
  'staff.signed-in': 'a member of the staff signed in at the console',
  'staff.session-ended': 'a session of the console ended before its time',
  'staff.looked-up': 'a member of the staff looked at an account or a structure, named by its id',
  'switch.closed': 'one person closed a scope',
  'switch.open-requested': 'a first person signed that a scope should open again; a second one is needed',
  'switch.opened': 'a second person signed too: the scope opens again',
  'switch.request-withdrawn': 'a request to open a scope again was taken back',
  'ledger.verified': 'a member of the staff had the whole ledger verified',
  'guard.alarmed': 'the guard noticed something about an account and did what its table says',
  'guard.ended': 'a response of the guard ended: a fresh sign-in, or its time was over',
  'guard.undone': 'a member of the staff ended a response of the guard, with a reason',
  'guard.reviewed': 'a member of the staff looked at an alarm of the guard',
  'guard.emergency-units': 'a professional took the emergency units of a structure, with a reason',
  'exposure.listed': 'somebody had the people listed whose rights an account, structure or client was shown',
  'bank-details.changed': 'a professional changed where their structure is paid; in force 72 hours later',
  'payment.run': 'a payment run was frozen, or its files were written and its claims paid',
  'payment.statement': 'a statement of an account that pays was booked',
  'payment.late': 'a transfer was not seen at the bank in time',
  'platform.started': 'the operator started writing this log',
} as const;
export type LedgerEvent = keyof typeof EVENTS;

/** Those that say what came of a door: whose person was shown what. */
export const DOOR_EVENTS = [
  'rights.checked',
  'rights.unanswered',
  'quote.made',
  'quote.tried',
  'engagement.read',
  'engagement.cancelled',
  'engagement.refused',
  'claim.accepted',
  'claim.rejected',
  'claim.cancelled',
  'prior-agreement.asked',
] as const satisfies readonly LedgerEvent[];
export type DoorEvent = (typeof DOOR_EVENTS)[number];

/** What the member concerned may see. */
export type MemberView = {
  at: string;
  /** Profession of the asker (English word of DOMAIN.md), or `insurer` / `software` / `operator`. */
  by: string;
  structure: string | null;
  /** Care domain asked about. */
  purpose: string | null;
  evidence: string | null;
  /** Names of the fields disclosed. */
  fields: readonly string[];
  /** Public code of the answer. */
  outcome: string | null;
};

/** What only the operator's auditors see. Values are short codes, numbers and opaque identifiers. */
export type RestView = {
  event: LedgerEvent;
  /** Whom an entry is about is the vault's tag, and not for its author to say. */
  person?: never;
} & Readonly<Record<string, string | number | boolean | null | readonly number[] | readonly string[]>>;
