// Closing and reopening by staff: every act is the person's own signature, made with a passkey over the act's own text
// and kept with it. One person closes; a reopening waits until a second person has signed the same text.
//
// Closing `platform` here refuses every look-up and ends the professionals' sessions; it does not lock the vault yet
// (`rempart vault lock` does).

import { sha256Hex } from '../../crypto/digest.ts';
import type { Clock } from '../../lib/clock.ts';
import { parseScope } from '../containment/switchboard.ts';
import { refusal } from '../errors.ts';
import type { RestView } from '../events.ts';
import type { Ledger } from '../ledger/ledger-port.ts';
import type { AuthenticatorSaid, ConsoleSessions } from './sessions.ts';
import { type SignedAct, SignedActs, type ToSign } from './signed-acts.ts';
import { staffEntry } from './staff-entry.ts';
import type { SwitchActStore, WaitingAct } from './switch-store.ts';
import { actText, type SwitchAct } from './switch-text.ts';

/** A reopening that nobody signed second within an hour is asked for anew. */
export const WAITING_MS = 60 * 60_000;

export type SwitchActParts = {
  store: SwitchActStore;
  sessions: ConsoleSessions;
  ledger: Ledger;
  clock: Clock;
};

export class SwitchActs {
  readonly #parts: SwitchActParts;
  readonly #signing: SignedActs<SwitchAct>;

  constructor(parts: SwitchActParts) {
    this.#parts = parts;
    this.#signing = new SignedActs({ ...parts, textOf: actText });
  }

  /** Nothing happens yet. Throws `scope-unknown`, `switch-is-open` or `invalid`. */
  async propose(staff: string, wanted: Pick<SwitchAct, 'scope' | 'state' | 'reason'>): Promise<ToSign> {
    const { store } = this.#parts;
    const scope = parseScope(wanted.scope);
    if (!scope || !(await store.exists(scope.kind, scope.id))) throw refusal('scope-unknown');
    if (wanted.state === 'open' && (await store.isOpen(wanted.scope))) throw refusal('switch-is-open');
    return this.#signing.propose(staff, wanted);
  }

  /** For the second person: the very text that the first one signed. */
  async second(staff: string, id: string): Promise<ToSign> {
    const { text } = await this.#waitingFor(staff, id);
    return this.#signing.toSign(staff, id, text);
  }

  /** The signature is here: closes, asks for the second person, or opens. */
  async sign(staff: string, id: string, said: AuthenticatorSaid): Promise<'done' | 'waiting'> {
    if (!this.#signing.isProposed(id)) return this.#signSecond(staff, id, said);
    const first = await this.#signing.accept(staff, id, said);
    return first.act.state === 'closed' ? this.#close(first) : this.#ask(first);
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
  async #close({ staff, act, text, signature }: SignedAct<SwitchAct>): Promise<'done'> {
    await this.#parts.store.add(act, text, signature, { atMs: this.#nowMs(), done: true });
    await this.#enter(staff, factsOf('switch.closed', act, text));
    return 'done';
  }

  /** Entered first: if we crash between the two, the ledger has a request that nobody can sign. */
  async #ask({ staff, act, text, signature }: SignedAct<SwitchAct>): Promise<'waiting'> {
    await this.#parts.ledger.append(staffEntry(staff, factsOf('switch.open-requested', act, text)));
    await this.#parts.store.add(act, text, signature, { atMs: this.#nowMs(), done: false });
    return 'waiting';
  }

  /**
   * Entered first: no entry, nothing opens. If we crash between the two it stays closed and still waits. Somebody who
   * closed or took it back meanwhile wins, and the ledger is told so.
   */
  async #signSecond(staff: string, id: string, said: AuthenticatorSaid): Promise<'done'> {
    const { store, ledger } = this.#parts;
    const { act, text, firstStaff } = await this.#waitingFor(staff, id);
    const second = await this.#signing.signed(staff, text, said);
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
