// What staff are asked to sign: the text of an act, kept for five minutes until the person who asked for it signs it with
// a passkey of their own. Must never let one proposal be done twice, nor be signed by anybody else.

import { namesAPerson } from '../../core/names-a-person.ts';
import { type Clock, timestamp } from '../../lib/clock.ts';
import { randomId } from '../../lib/random.ts';
import { refusal } from '../errors.ts';
import type { AuthenticatorSaid, ConsoleSessions } from './sessions.ts';
import { actChallenge } from './switch-text.ts';

const PROPOSAL_MS = 5 * 60_000;
/** Proposed and not signed yet; each is of somebody signed in. */
const MOST_PROPOSED = 1_000;

/** A number of its own (UUID), so that no two texts are alike, and when the person was asked (RFC 3339 UTC). */
type Stamp = { id: string; at: string };
/** Why, in one line; it is kept for ever. */
type Reasoned = { reason: string };

/** What a person is asked to sign, and which of their passkeys may. */
export type ToSign = { id: string; text: string; challenge: string; rpId: string; passkeys: string[] };

/** Who signed, with which passkey, and the authenticator's whole response. */
export type Signature = { staff: string; passkey: string; assertion: unknown };

export type SignedAct<Act> = { staff: string; act: Act; text: string; signature: Signature };

type Proposal<Act> = { staff: string; act: Act; text: string; untilMs: number };

export class SignedActs<Act extends Stamp & Reasoned> {
  readonly #sessions: ConsoleSessions;
  readonly #clock: Clock;
  readonly #textOf: (act: Act) => string;
  readonly #proposed = new Map<string, Proposal<Act>>();

  constructor(parts: { sessions: ConsoleSessions; clock: Clock; textOf(act: Act): string }) {
    this.#sessions = parts.sessions;
    this.#clock = parts.clock;
    this.#textOf = parts.textOf;
  }

  /** Nothing happens yet. Throws `invalid` for a reason with somebody's number in it, and `overloaded`. */
  async propose(staff: string, wanted: Omit<Act, keyof Stamp> & Reasoned): Promise<ToSign> {
    if (namesAPerson(wanted.reason)) throw refusal('invalid', { field: 'reason' });
    const nowMs = this.#clock.nowMs();
    const act = { ...wanted, id: randomId(), at: timestamp(nowMs) } as Act;
    const text = this.#textOf(act);
    this.#remember({ staff, act, text, untilMs: nowMs + PROPOSAL_MS }, nowMs);
    return this.toSign(staff, act.id, text);
  }

  isProposed(id: string): boolean {
    return this.#proposed.has(id);
  }

  /** The act, for whoever proposed and signed it; once. Throws `act-not-waiting` or `staff-passkey-refused`. */
  async accept(staff: string, id: string, said: AuthenticatorSaid): Promise<SignedAct<Act>> {
    const proposal = this.#proposed.get(id);
    if (!proposal || proposal.staff !== staff || proposal.untilMs < this.#clock.nowMs())
      throw refusal('act-not-waiting');
    const { act, text } = proposal;
    const signature = await this.signed(staff, text, said);
    // Taken out before anything happens: one proposal is one act, however often its signature is sent.
    if (!this.#proposed.delete(id)) throw refusal('act-not-waiting');
    return { staff, act, text, signature };
  }

  /** This person's signature of that text. Throws `staff-passkey-refused`. */
  async signed(staff: string, text: string, said: AuthenticatorSaid): Promise<Signature> {
    const passkey = await this.#sessions.assertedBy(staff, actChallenge(text), said);
    if (!passkey) throw refusal('staff-passkey-refused');
    return { staff, passkey: passkey.id, assertion: said };
  }

  async toSign(staff: string, id: string, text: string): Promise<ToSign> {
    const passkeys = (await this.#sessions.passkeysOf(staff)).map((passkey) => passkey.id);
    return { id, text, challenge: actChallenge(text), rpId: this.#sessions.rpId, passkeys };
  }

  #remember(proposal: Proposal<Act>, nowMs: number): void {
    for (const [id, { untilMs }] of this.#proposed) if (untilMs < nowMs) this.#proposed.delete(id);
    if (this.#proposed.size >= MOST_PROPOSED) throw refusal('overloaded');
    this.#proposed.set(proposal.act.id, proposal);
  }
}
