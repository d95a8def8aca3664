// What payments owe the ledger. A run works while the operator is down, so it says in a table what happened, within the
// transaction in which it happens; the one writer of the ledger enters it at its next turn.

import type { Database, Transaction } from '../../../db/database.ts';
import type { LedgerEvent, RestView } from '../../events.ts';
import type { Ledger } from '../../ledger/ledger-port.ts';

const MOST_AT_ONCE = 100;

type PaymentEvent = Extract<LedgerEvent, `payment.${string}`>;
type Facts = Readonly<Record<string, string | number | null>>;

/** Names, accounts and persons have no place in `facts`: codes, counts and cents only. */
export async function oweEntry(tx: Transaction, event: PaymentEvent, facts: Facts): Promise<void> {
  await tx`insert into payment_entries (event, facts) values (${event}, ${tx.json(facts)})`;
}

/** On the operator's timer. If we crash between entry and mark, one fact has two entries: better than none. */
export async function enterPayments(sql: Database, ledger: Pick<Ledger, 'append'>): Promise<void> {
  const rows = await sql<{ id: number; event: PaymentEvent; facts: Omit<RestView, 'event'>; by: string }[]>`
    select id, event, facts, created_by as "by" from payment_entries where entered_as is null
    order by id limit ${MOST_AT_ONCE}`;
  for (const { id, event, facts, by } of rows) {
    const { index } = await ledger.append({
      about: null,
      member: { by: 'operator', structure: null, purpose: null, evidence: null, fields: [], outcome: null },
      rest: { ...facts, event, by },
    });
    await sql`update payment_entries set entered_as = ${index} where id = ${id}`;
  }
}
