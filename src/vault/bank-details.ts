// Where structures are paid. The professional's browser signs the account number, and the vault reads it out of what was
// signed: an operator that is not ours any more sees it pass and cannot put another in its place. It must never open
// bank details but for a run that two different persons have signed, nor say anybody's to another structure.

import { isBic, isHolder } from '../core/bank-account.ts';
import { maskIban, readIban } from '../core/iban.ts';
import type { Clock } from '../lib/clock.ts';
import { approvers, type StaffKeys } from './approvals.ts';
import type { ApprovedRuns } from './approved-runs.ts';
import type { Journal } from './journal.ts';
import type { Keyring } from './keyring.ts';
import type { Meter } from './meter.ts';
import type { BankAccount, SessionProof, VaultVerbs } from './protocol.ts';
import { Refusal } from './refusal.ts';
import { openText, sealText } from './sealed-text.ts';
import type { Sessions } from './sessions.ts';

const PATH = '/v1/bank-details';

export type BankDetailsRefusal = 'subject-refused' | 'fresh-sign-in-required' | 'bank-details-refused';
export type BankDetailsParts = {
  sessions: Sessions;
  enrolment: StaffKeys;
  keyring: Pick<Keyring, 'bankKey'>;
  meter: Meter;
  runs: ApprovedRuns;
  journal: Journal;
  clock: Clock;
};

export class BankDetails {
  readonly #parts: BankDetailsParts;
  constructor(parts: BankDetailsParts) {
    this.#parts = parts;
  }

  /**
   * What a signed `PUT /v1/bank-details` says, sealed for the structure of who signed: a sign-in through Pro Santé Connect
   * of the last ten minutes, as for a new passkey, since whoever moves an account moves the money. The line is written,
   * not yet on disk: the caller flushes before anything leaves.
   */
  async seal(proof: SessionProof): Promise<VaultVerbs['sealBankDetails']['out'] | BankDetailsRefusal> {
    const caller = await this.#parts.sessions.caller(proof);
    const isOrder = proof.method === 'PUT' && proof.path === PATH;
    if (!caller || !isOrder || caller.by !== 'psc') return 'subject-refused';
    if (!caller.isFresh) return 'fresh-sign-in-required';
    const details = accountIn(caller.said);
    if (!details) return 'bank-details-refused';
    const { account, structure } = caller.actor;
    const sealed = sealText(await this.#parts.keyring.bankKey(), structure, JSON.stringify(details));
    this.#parts.journal.append({ do: 'bank-details', account, structure });
    return { structure, sealed, masked: maskIban(details.iban) };
  }

  /**
   * For one run, under the digest that two different persons signed; in a demo too. Goes on while the vault is locked:
   * those who work are paid while everything else is cut. Which details belong to the digest is the caller's word: who took
   * the operator over and kept two approvals can open others with them, bounded for a run, and each time a line says so.
   */
  async open(input: VaultVerbs['openBankDetails']['in']): Promise<BankAccount[]> {
    const { run, digest, items } = input;
    const { enrolment, meter, runs, journal, keyring, clock } = this.#parts;
    const by = await approvers(enrolment, input.approvals, { verb: 'pay', run, digest });
    if (runs.contradicts({ run, digest })) throw new Refusal('approval-refused');
    const nowMs = clock.nowMs();
    if (!meter.take('bankDetailsPerRun', run, { units: items.length, nowMs })) {
      throw new Refusal('bank-details-exhausted');
    }
    runs.approved({ run, digest }, nowMs);
    journal.append({ do: 'pay', run, digest, count: items.length, by }, nowMs);
    await journal.flushed();
    const key = await keyring.bankKey();
    return items.map(({ structure, sealed }) => {
      const text = openText(key, structure, sealed);
      if (text === null) throw new Refusal('bank-details-refused');
      return JSON.parse(text) as BankAccount;
    });
  }
}

/** Null when it is no account that can be paid. */
function accountIn(said: Record<string, unknown>): BankAccount | null {
  const { holder, iban: typed, bic = null } = said;
  const iban = typeof typed === 'string' ? readIban(typed) : null;
  if (iban === null || typeof holder !== 'string' || !isHolder(holder)) return null;
  if (bic !== null && !(typeof bic === 'string' && isBic(bic))) return null;
  return { holder, iban, bic };
}
