// Closing and reopening by staff: every act is the person's own signature, made with a passkey over the act's own text
// and kept with it. One person closes; a reopening waits until a second person has signed the same text.
//
// Closing `platform` here refuses every look-up and ends the professionals' sessions; it does not lock the vault yet
// (`rempart vault lock` does).

import { sha256Hex } from '../../crypto/digest.ts';
import { type Clock, timestamp } from '../../lib/clock.ts';
import { randomId } from '../../lib/random.ts';
import { parseScope } from '../containment/switchboard.ts';
import { refusal } from '../errors.ts';
import type { RestView } from '../events.ts';
import type { Ledger } from '../ledger/ledger-port.ts';
import type { AuthenticatorSaid, ConsoleSessions } from './sessions.ts';
import { staffEntry } from './staff-entry.ts';
import type { Signature, SwitchActStore, WaitingAct } from './switch-store.ts';
import { actChallenge, actText, namesAPerson, type SwitchAct } from './switch-text.ts';

const PROPOSAL_MS = 5 * 60_000;
/** A reopening that nobody signed second within an hour is asked for anew. */
export const WAITING_MS = 60 * 60_000;
/** Proposed and not signed yet; each is of somebody signed in. */
const MOST_PROPOSED = 1_000;

export type SwitchActParts = {
  store: SwitchActStore;
  sessions: ConsoleSessions;
  ledger: Ledger;
  clock: Clock;
};

/** What a person is asked to sign, and which of their passkeys may. */
export type ToSign = { id: string; text: string; challenge: string; rpId: string; passkeys: string[] };

type Proposal = { staff: string; act: SwitchAct; text: string; untilMs: number };

export class SwitchActs {
  readonly #parts: SwitchActParts;
  readonly #proposed = new Map<string, Proposal>();

  constructor(parts: SwitchActParts) {
    this.#parts = parts;
  }

  /** Nothing happens yet. Throws `scope-unknown`, `switch-is-open` or `invalid`. */
  async propose(staff: string, wanted: Pick<SwitchAct, 'scope' | 'state' | 'reason'>): Promise<ToSign> {
    const { store } = this.#parts;
    const scope = parseScope(wanted.scope);
    if (!scope || !(await store.exists(scope.kind, scope.id))) throw refusal('scope-unknown');
    if (namesAPerson(wanted.reason)) throw refusal('invalid', { field: 'reason' });
    if (wanted.state === 'open' && (await store.isOpen(wanted.scope))) throw refusal('switch-is-open');
    const act: SwitchAct = { ...wanted, id: randomId(), at: timestamp(this.#nowMs()) };
    const text = actText(act);
    this.#remember({ staff, act, text, untilMs: this.#nowMs() + PROPOSAL_MS });
    return this.#toSign(staff, act.id, text);
  }

  /** For the second person: the very text that the first one signed. */
  async second(staff: string, id: string): Promise<ToSign> {
    const { text } = await this.#waitingFor(staff, id);
    return this.#toSign(staff, id, text);
  }

  /** The signature is here: closes, asks for the second person, or opens. */
  async sign(staff: string, id: string, said: AuthenticatorSaid): Promise<'done' | 'waiting'> {
    const proposal = this.#proposed.get(id);
    if (!proposal) return this.#signSecond(staff, id, said);
    if (proposal.staff !== staff || proposal.untilMs < this.#nowMs()) throw refusal('act-not-waiting');
    const first = await this.#signed(staff, proposal.text, said);
    // Taken out before anything happens: one proposal is one act, however often its signature is sent.
    if (!this.#proposed.delete(id)) throw refusal('act-not-waiting');
    return proposal.act.state === 'closed' ? this.#close(proposal, first) : this.#ask(proposal, first);
  }

  /** Takes back what waits; whoever does it leaves everything closed. */
  async withdraw(staff: string, id: string): Promise<void> {
    const waiting = await this.#parts.store.waiting(id);
    if (!waiting || !(await this.#parts.store.withdraw(id, this.#nowMs()))) throw refusal('act-not-waiting');
    await this.#enter(staff, { event: 'switch.request-withdrawn', scope: waiting.act.scope, act: id });
  }

  standing() {
    return this.#parts.store.standing(this.#nowMs() - WAITING_MS);
  }

  /** It takes effect first: a ledger that is away must not keep anything open. What happened is entered or owed. */
  async #close({ staff, act, text }: Proposal, first: Signature): Promise<'done'> {
    await this.#parts.store.add(act, text, first, { atMs: this.#nowMs(), done: true });
    await this.#enter(staff, factsOf('switch.closed', act, text));
    return 'done';
  }

  /** Entered first: if we crash between the two, the ledger has a request that nobody can sign. */
  async #ask({ staff, act, text }: Proposal, first: Signature): Promise<'waiting'> {
    await this.#parts.ledger.append(staffEntry(staff, factsOf('switch.open-requested', act, text)));
    await this.#parts.store.add(act, text, first, { atMs: this.#nowMs(), done: false });
    return 'waiting';
  }

  /**
   * Entered first: no entry, nothing opens. If we crash between the two it stays closed and still waits. Somebody who
   * closed or took it back meanwhile wins, and the ledger is told so.
   */
  async #signSecond(staff: string, id: string, said: AuthenticatorSaid): Promise<'done'> {
    const { store, ledger } = this.#parts;
    const { act, text, firstStaff } = await this.#waitingFor(staff, id);
    const second = await this.#signed(staff, text, said);
    await ledger.append(staffEntry(staff, { ...factsOf('switch.opened', act, text), first: firstStaff }));
    if (await store.finish(id, second, this.#nowMs())) return 'done';
    await this.#enter(staff, {
      event: 'switch.request-withdrawn',
      scope: act.scope,
      act: id,
      reason: 'overtaken',
    });
    throw refusal('act-not-waiting');
  }

  async #waitingFor(staff: string, id: string): Promise<WaitingAct> {
    const waiting = await this.#parts.store.waiting(id);
    if (!waiting || waiting.createdAtMs + WAITING_MS < this.#nowMs()) throw refusal('act-not-waiting');
    if (waiting.firstStaff === staff) throw refusal('second-person-needed');
    return waiting;
  }

  async #signed(staff: string, text: string, said: AuthenticatorSaid): Promise<Signature> {
    const passkey = await this.#parts.sessions.assertedBy(staff, actChallenge(text), said);
    if (!passkey) throw refusal('staff-passkey-refused');
    return { staff, passkey: passkey.id, assertion: said };
  }

  async #toSign(staff: string, id: string, text: string): Promise<ToSign> {
    const { sessions } = this.#parts;
    const passkeys = (await sessions.passkeysOf(staff)).map((passkey) => passkey.id);
    return { id, text, challenge: actChallenge(text), rpId: sessions.rpId, passkeys };
  }

  #remember(proposal: Proposal): void {
    const nowMs = this.#nowMs();
    for (const [id, { untilMs }] of this.#proposed) if (untilMs < nowMs) this.#proposed.delete(id);
    if (this.#proposed.size >= MOST_PROPOSED) throw refusal('overloaded');
    this.#proposed.set(proposal.act.id, proposal);
  }

  async #enter(staff: string, facts: RestView): Promise<void> {
    const entry = staffEntry(staff, facts);
    await this.#parts.ledger.append(entry).catch(() => this.#parts.ledger.owe(entry));
  }

  #nowMs(): number {
    return this.#parts.clock.nowMs();
  }
}

/** The reason stays with the act; the ledger anchors it by the digest of the signed text. */
function factsOf(
  event: 'switch.closed' | 'switch.open-requested' | 'switch.opened',
  { id, scope }: SwitchAct,
  text: string,
) {
  return { event, scope, act: id, text: sha256Hex(text) } as const;
}
