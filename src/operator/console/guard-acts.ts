// Ending a response of the guard: one person signs a text that says which response and why. One is enough, because at
// most fresh sign-ins and typing come back, or one account; nothing that a person closed opens by it.

import type { Clock } from '../../lib/clock.ts';
import { refusal } from '../errors.ts';
import type { Alarm } from '../guard/alarm.ts';
import type { GuardDesk } from '../guard/guard-desk.ts';
import type { AuthenticatorSaid, ConsoleSessions } from './sessions.ts';
import { SignedActs, type ToSign } from './signed-acts.ts';

type Undoing = Pick<Alarm, 'scope' | 'response'> & { id: string; at: string; alarm: string; reason: string };

export class GuardActs {
  readonly #desk: GuardDesk;
  readonly #sessions: ConsoleSessions;
  readonly #signing: SignedActs<Undoing>;

  constructor(parts: { desk: GuardDesk; sessions: ConsoleSessions; clock: Clock }) {
    this.#desk = parts.desk;
    this.#sessions = parts.sessions;
    this.#signing = new SignedActs({ ...parts, textOf: undoText });
  }

  /** Nothing happens yet. Throws `alarm-unknown`, `alarm-not-standing`, `invalid` or `staff-closed`. */
  async propose(staff: string, id: string, reason: string): Promise<ToSign> {
    this.#sessions.refuseWhenStaffIsClosed();
    const alarm = await this.#desk.alarm(id);
    if (!alarm) throw refusal('alarm-unknown');
    const { scope, response, endedAt } = alarm;
    if (endedAt !== null) throw refusal('alarm-not-standing');
    return this.#signing.propose(staff, { alarm: id, scope, response, reason });
  }

  /** The signature is here: the response ends. Throws `act-not-waiting`, `staff-passkey-refused` and others. */
  async sign(staff: string, id: string, said: AuthenticatorSaid): Promise<void> {
    this.#sessions.refuseWhenStaffIsClosed();
    const { act, text, signature } = await this.#signing.accept(staff, id, said);
    await this.#desk.undo(act.alarm, { staff, reason: act.reason, text, signature });
  }
}

/** One line each; a reason has no line ends (its schema says so). */
function undoText({ id, alarm, scope, response, reason, at }: Undoing): string {
  return ['rempart guard undo', id, alarm, scope, response, reason, at].join('\n');
}
