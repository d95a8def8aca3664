// What the vault does for quotes, claims and payments (ADR 0020): keys of engagements and counters, sealing of claims, bank
// details that two persons open for one run. A taken-over operator that calls these gets the key of a row whose name it
// has: engagements only with a door that a professional had opened, counters only of record ids it has seen.

import { isBic, maskedIban, parseIban } from '../core/iban.ts';
import type { AmcNo } from '../core/ids.ts';
import { seal, unseal } from '../crypto/seal.ts';
import { base64url, lengthPrefixed } from '../lib/bytes.ts';
import type { Clock } from '../lib/clock.ts';
import { approvers, type StaffKeys } from './approvals.ts';
import { prf } from './derive.ts';
import { engagementKey } from './engagements.ts';
import type { JournalFacts } from './journal.ts';
import type { InsurerKeys, Keyring } from './keyring.ts';
import type { Meter } from './meter.ts';
import type { BankDetails, SessionProof, VaultVerbs } from './protocol.ts';
import { Refused } from './refused.ts';
import type { Sessions } from './sessions.ts';
import { openText, sealText } from './text-seal.ts';

const RUN_OPEN_MS = 3_600_000;
const HOLDER = /^[\p{L}\p{N} .,'’&()/-]{1,70}$/u;

export type SettlementParts = {
  keyring: Pick<Keyring, 'bankKey' | 'keptClaimKey'>;
  enrolment: StaffKeys;
  sessions: Sessions;
  meter: Meter;
  clock: Clock;
  /** Keys of an enrolled insurer; throws while the vault is locked. */
  insurerKeys(amcNo: AmcNo): Promise<InsurerKeys>;
  /** Resolves when the line is on disk. */
  note(facts: JournalFacts): Promise<void>;
  whileOpen<T>(work: () => Promise<T>): Promise<T>;
};

type In<V extends keyof VaultVerbs> = VaultVerbs[V]['in'];
type Out<V extends keyof VaultVerbs> = VaultVerbs[V]['out'];

export class Settlement {
  readonly #parts: SettlementParts;
  /** Runs whose bank details two persons opened, and when. */
  readonly #runs = new Map<string, number>();

  constructor(parts: SettlementParts) {
    this.#parts = parts;
  }

  async engagementKeys(items: In<'engagementKeys'>['items']): Promise<string[]> {
    const keys = await this.#keysOf(items);
    return items.map((one) => engagementKey(keyOf(keys, one).engagement, one));
  }

  async counterKeys(items: In<'counterKeys'>['items']): Promise<Out<'counterKeys'>['items']> {
    const keys = await this.#keysOf(items);
    return items.map(({ amcNo, recordId, counter }) => {
      const bytes = prf(keyOf(keys, { amcNo }).counter, lengthPrefixed([recordId, counter]));
      return { locator: bytes.toString('hex', 0, 16), key: base64url(bytes.subarray(16, 48)) };
    });
  }

  async sealClaims(amcNo: AmcNo, items: In<'sealClaims'>['items']): Promise<Out<'sealClaims'>['items']> {
    const { claim, claimGuard } = await this.#parts.insurerKeys(amcNo);
    return items.map(({ text, guard }) => ({
      sealed: sealText(claim, amcNo, text),
      tag: prf(claimGuard, Buffer.from(guard)).toString('hex', 0, 16),
    }));
  }

  /** The line is on disk before a text leaves. */
  async openClaims({ amcNo, run, sealed }: In<'openClaims'>): Promise<string[]> {
    const { keyring, meter, clock, note } = this.#parts;
    const nowMs = clock.nowMs();
    const openedMs = this.#runs.get(run);
    if (openedMs === undefined || nowMs - openedMs > RUN_OPEN_MS) throw new Refused('approval-refused');
    const claim = await keyring.keptClaimKey(amcNo);
    if (!claim) throw new Refused('insurer-unknown');
    const units = sealed.length;
    if (!meter.take('claimsPerInsurerPerDay', amcNo, { units, nowMs })) throw new Refused('claims-exhausted');
    await note({ do: 'claims', insurer: amcNo, run, count: units });
    return sealed.map((one) => readable(openText(claim, amcNo, one)));
  }

  /** Its line is on disk before the sealed details leave: a change of where money goes is never unseen. */
  sealBankDetails(proof: SessionProof): Promise<Out<'sealBankDetails'>> {
    return this.#parts.whileOpen(async () => {
      const caller = await this.#parts.sessions.caller(proof);
      const isOrder = proof.method === 'PUT' && proof.path === '/v1/bank-details';
      if (!caller || !isOrder || caller.by !== 'psc') throw new Refused('subject-refused');
      if (!caller.isFresh) throw new Refused('fresh-sign-in-required');
      const details = bankDetailsOf(caller.said);
      if (!details) throw new Refused('bank-details-refused');
      const { account, structure } = caller.actor;
      await this.#parts.note({ do: 'bank-details', account, structure });
      const key = await this.#parts.keyring.bankKey();
      const sealed = base64url(seal(key, Buffer.from(JSON.stringify(details)), Buffer.from(structure)));
      return { structure, sealed, masked: maskedIban(details.iban) };
    });
  }

  /** Two persons, whatever the mode; also while the vault is locked. The line is on disk before a number leaves. */
  async openBankDetails({ run, digest, approvals, items }: In<'openBankDetails'>): Promise<BankDetails[]> {
    const { enrolment, keyring, clock, note } = this.#parts;
    const by = await approvers(enrolment, approvals, { verb: 'pay', run, digest });
    const key = await keyring.bankKey();
    await note({ do: 'pay', run, digest, count: items.length, by });
    this.#remember(run, clock.nowMs());
    return items.map(({ structure, sealed }) => {
      const plain = unseal(key, Buffer.from(sealed, 'base64url'), Buffer.from(structure));
      return JSON.parse(readable(plain?.toString('utf8') ?? null)) as BankDetails;
    });
  }

  #remember(run: string, nowMs: number): void {
    for (const [known, openedMs] of this.#runs) if (nowMs - openedMs > RUN_OPEN_MS) this.#runs.delete(known);
    this.#runs.set(run, nowMs);
  }

  async #keysOf(items: readonly { amcNo: AmcNo }[]): Promise<Map<AmcNo, InsurerKeys>> {
    const keys = new Map<AmcNo, InsurerKeys>();
    for (const { amcNo } of items)
      if (!keys.has(amcNo)) keys.set(amcNo, await this.#parts.insurerKeys(amcNo));
    return keys;
  }
}

function keyOf(keys: ReadonlyMap<AmcNo, InsurerKeys>, { amcNo }: { amcNo: AmcNo }): InsurerKeys {
  const found = keys.get(amcNo);
  if (!found) throw new Refused('insurer-unknown');
  return found;
}

/** What was sealed for this insurer or structure, and for no other. */
function readable(text: string | null): string {
  if (text === null) throw new Refused('bad-call');
  return text;
}

function bankDetailsOf({ holder, iban: printed, bic = null }: Record<string, unknown>): BankDetails | null {
  const iban = parseIban(printed);
  if (!iban || typeof holder !== 'string' || !HOLDER.test(holder)) return null;
  return bic === null || isBic(bic) ? { holder, iban, bic } : null;
}
