// Enters refusals of known callers in the ledger: the first of an account and reason at once, repeats once a minute,
// so that a loop of refused calls cannot fill the ledger (DESIGN.md 4, step 8).

import type { AnyRoute, Caller } from '../../http/route.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Ledger, NewEntry } from '../ledger/ledger-port.ts';

const ONE_ENTRY_PER_MS = 60_000;
const MOST_REMEMBERED = 50_000;

export class RefusalNotes {
  readonly #ledger: Ledger;
  readonly #clock: Clock;
  readonly #lastAtMs = new Map<string, number>();

  constructor(ledger: Ledger, clock: Clock) {
    this.#ledger = ledger;
    this.#clock = clock;
  }

  async note(caller: Caller, route: AnyRoute, code: string): Promise<void> {
    const nowMs = this.#clock.nowMs();
    const account = accountOf(caller);
    const key = `${account ?? caller.client} ${route.path} ${code}`;
    // Math.abs: after the clock was put back nobody is silent until it has caught up.
    if (Math.abs(nowMs - (this.#lastAtMs.get(key) ?? Number.NEGATIVE_INFINITY)) < ONE_ENTRY_PER_MS) return;
    if (this.#lastAtMs.size >= MOST_REMEMBERED) this.#lastAtMs.clear();
    this.#lastAtMs.set(key, nowMs);
    const rest = { event: 'call.refused', account, client: caller.client, path: route.path, code } as const;
    await this.#ledger.append({ about: null, member: memberView(caller), rest }).catch((error: unknown) => {
      this.#lastAtMs.delete(key); // not entered: the next repeat is the first
      throw error;
    });
  }
}

function accountOf(caller: Caller): string | null {
  if (caller.role === 'insurer') return caller.person;
  if (caller.role === 'staff') return caller.staff;
  return caller.role === 'professional' ? caller.account : null;
}

function memberView(caller: Caller): NewEntry['member'] {
  const nothing = { purpose: null, evidence: null, fields: [], outcome: null };
  if (caller.role === 'professional')
    return { by: caller.profession, structure: caller.structure, ...nothing };
  return { by: caller.role === 'staff' ? 'operator' : caller.role, structure: null, ...nothing };
}
