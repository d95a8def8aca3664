// Prior agreements after they were asked for: what their structure and their insurer see of them, the insurer's decision, the
// structure's cancelling. A machine may accept, only a human refuses; and nobody sees another's.

import type { Equipment } from '../../core/frequency.ts';
import type { AmcNo } from '../../core/ids.ts';
import type { Cents } from '../../core/money.ts';
import { addDays, type CareDate } from '../../core/period.ts';
import type { Basket } from '../../core/quote.ts';
import { type Clock, parisDate } from '../../lib/clock.ts';
import type { VaultClient } from '../../vault/vault-client.ts';
import type { Asker } from '../check/question.ts';
import { refusal } from '../errors.ts';
import type { LedgerEvent } from '../events.ts';
import type { Ledger, NewEntry } from '../ledger/ledger-port.ts';
import { openFor } from '../notices/sealed-notices.ts';
import { ACCEPTING_REASONS, type InsurersReason } from './prior-agreement-reasons.ts';
import type {
  AgreementFacts,
  DecidedFacts,
  PriorAgreementStore,
  WaitingFacts,
} from './prior-agreement-store.ts';

/** Days in which an accepted agreement must be used, and a waiting one be decided (DOMAIN.md 6.4). */
export const TOLERANCE_DAYS = 60;
export const MOST_ON_A_PAGE = 50;

/**
 * What an insurer needs to decide, sealed for it while the agreement waits. The member is named by the insurer's own
 * reference, and of the care there is what stands on the offer: no other care, no other number of anybody.
 */
export type AgreementDetails = {
  /** Null when the member's record was erased meanwhile. */
  readonly ref: string | null;
  readonly careDate: CareDate;
  readonly product: string;
  readonly rule: string;
  readonly equipment: Equipment | null;
  /** When it could have been renewed without asking, where that is why it waits. */
  readonly earliest: CareDate | null;
  readonly lines: readonly OfferLine[];
};
export type OfferLine = {
  readonly actCode: string;
  readonly quantity: number;
  readonly price: Cents;
  readonly amc: Cents;
  readonly basket?: Basket;
};

export type AgreementDeskParts = {
  store: PriorAgreementStore;
  vault: VaultClient;
  ledger: Pick<Ledger, 'append'>;
  clock: Clock;
};
export type InsurersPerson = { amcNo: AmcNo; person: string };

export class PriorAgreementDesk {
  readonly #parts: AgreementDeskParts;
  constructor(parts: AgreementDeskParts) {
    this.#parts = parts;
  }

  /** This structure's, newest first. */
  list({ structure }: Pick<Asker, 'structure'>, behind: string | null): Promise<AgreementFacts[]> {
    return this.#parts.store.ofStructure(structure, this.#today(), { behind, most: MOST_ON_A_PAGE });
  }

  /** Throws `prior-agreement-unknown`, also when it is another structure's. */
  async show(id: string, { structure }: Pick<Asker, 'structure'>): Promise<AgreementFacts> {
    const facts = await this.#parts.store.one(id, structure, this.#today());
    if (!facts) throw refusal('prior-agreement-unknown');
    return facts;
  }

  /** Throws `prior-agreement-unknown`, and `prior-agreement-over` when it was refused or has lapsed. */
  async cancel(id: string, { account, client, profession, structure }: Asker): Promise<AgreementFacts> {
    const { store, ledger } = this.#parts;
    const by = { by: profession, structure };
    const came = await store.cancel({ id, structure, today: this.#today() }, (facts) =>
      ledger.append(entryOf('prior-agreement.cancelled', facts, by, { account, client, agreement: id })),
    );
    refuseUnlessDone(came);
    return this.show(id, { structure });
  }

  /** What waits for this insurer, oldest first, opened by the vault; reading it leaves an entry. */
  async waiting(
    { amcNo, person }: InsurersPerson,
    behind: string | null,
  ): Promise<(AgreementFacts & Omit<WaitingFacts, 'sealed'> & AgreementDetails)[]> {
    const { store, vault, ledger } = this.#parts;
    const rows = await store.waiting(amcNo, this.#today(), { behind, most: MOST_ON_A_PAGE });
    if (rows.length === 0) return [];
    const details = await openFor<AgreementDetails>(vault, amcNo, rows);
    await ledger.append({
      about: null,
      member: { by: 'insurer', structure: null, purpose: null, evidence: null, fields: [], outcome: null },
      rest: { event: 'prior-agreement.read', insurer: amcNo, account: person, count: rows.length },
    });
    return details.flatMap((one, i) => {
      const row = rows[i];
      if (!row) return [];
      const { sealed: _sealed, ...facts } = row;
      return [{ ...facts, ...one }];
    });
  }

  /**
   * The insurer's word, once: throws `prior-agreement-unknown` (also for another insurer's), `prior-agreement-over` when it
   * was decided, cancelled or has lapsed, `invalid` for a reason of the other answer.
   */
  async decide(
    id: string,
    { amcNo, person }: InsurersPerson,
    { accept, reason }: { accept: boolean; reason: InsurersReason },
  ): Promise<{ state: 'accepted' | 'refused'; reason: InsurersReason; validUntil: CareDate }> {
    const { store, ledger, clock } = this.#parts;
    if (accept !== ACCEPTING_REASONS.some((one) => one === reason))
      throw refusal('invalid', { field: 'reason' });
    const state = accept ? 'accepted' : 'refused';
    const today = this.#today();
    const validUntil = addDays(today, TOLERANCE_DAYS);
    const decision = { state, reason, atMs: clock.nowMs(), validUntil } as const;
    const came = await store.decide({ id, amcNo, today }, decision, (facts) =>
      ledger.append(
        entryOf(
          'prior-agreement.decided',
          facts,
          { by: 'insurer', outcome: state },
          { account: person, agreement: id, reason },
        ),
      ),
    );
    refuseUnlessDone(came);
    return { state, reason, validUntil };
  }

  #today(): CareDate {
    return parisDate(this.#parts.clock.nowMs()) as CareDate;
  }
}

function refuseUnlessDone(came: 'done' | 'unknown' | 'over'): void {
  if (came === 'unknown') throw refusal('prior-agreement-unknown');
  if (came === 'over') throw refusal('prior-agreement-over');
}

/** About nobody: only the entry of the asking knows whom; the engagement's digest joins the two. */
function entryOf(
  event: LedgerEvent,
  { domain, structure, engagement, amcNo }: DecidedFacts,
  member: Pick<NewEntry['member'], 'by'> & Partial<NewEntry['member']>,
  rest: Record<string, string>,
): NewEntry {
  return {
    about: null,
    member: { structure, purpose: domain, evidence: null, fields: [], outcome: null, ...member },
    rest: { event, insurer: amcNo, engagement, ...rest },
  };
}
