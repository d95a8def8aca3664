// Statements in PostgreSQL. A line is one of our transfers when it has its reference and stands on the account that paid it;
// all other lines keep their amount and day alone.

import { BIGINT_ARRAY, type Database, TEXT_ARRAY, type Transaction } from '../../../db/database.ts';
import { timestamp } from '../../../lib/clock.ts';
import { oweEntry } from './entry-store-sql.ts';
import type { BookedStatement, Match, StatementStore } from './import-statement.ts';
import { type Statement, StatementRefused } from './statement.ts';

type Digested = Statement & { digest: string };

export function sqlStatementStore(sql: Database): StatementStore {
  return {
    book: (statements, atMs) =>
      sql.begin(async (tx) => {
        const booked: BookedStatement[] = [];
        for (const statement of statements) booked.push(await book(tx, statement, atMs));
        return booked;
      }) as Promise<BookedStatement[]>,
  };
}

async function book(tx: Transaction, statement: Digested, atMs: number): Promise<BookedStatement> {
  const { iban, id, digest, lines } = statement;
  const insurer = await insurerOf(tx, iban);
  const isFresh = await note(tx, statement, atMs);
  if (isFresh) {
    await addLines(tx, statement);
    await settleTransfers(tx, statement);
  }
  const matches = await tx<Match[]>`
    select distinct t.advice, t.bank_state as bank from bank_lines l join transfers t on t.id = l.transfer_id
    where l.account = ${iban} and l.statement_id = ${id} order by t.advice`;
  if (isFresh) {
    const count = (bank: Match['bank']) => matches.filter((match) => match.bank === bank).length;
    const seen = { paid: count('paid'), returned: count('returned'), otherAmount: count('other-amount') };
    await oweEntry(tx, 'payment.statement', { insurer, digest, lines: lines.length, ...seen });
  }
  return { insurer, fresh: isFresh, lines: lines.length, matches };
}

/** Also an account from which an insurer paid before it changed. */
async function insurerOf(tx: Transaction, iban: string): Promise<string> {
  const [found] = await tx<{ amcNo: string }[]>`
    select i.amc_no as "amcNo" from insurers i
    where i.debtor_iban = ${iban}
      or i.id in (select insurer_id from payment_files where debtor_iban = ${iban}) order by i.id limit 1`;
  if (!found) throw new StatementRefused('statement-other-account');
  return found.amcNo;
}

/** False when it was booked before, word for word. Two at once: the second waits here for the first. */
async function note(
  tx: Transaction,
  { iban, id, digest, ...balances }: Digested,
  atMs: number,
): Promise<boolean> {
  const made = await tx`
    insert into bank_statements (account, id, digest, imported_at, opening_cents, closing_cents)
    values (${iban}, ${id}, ${digest}, ${timestamp(atMs)}, ${balances.openingCents}, ${balances.closingCents})
    on conflict do nothing`;
  if (made.count === 1) return true;
  const [known] = await tx<{ digest: string }[]>`
    select digest from bank_statements where account = ${iban} and id = ${id}`;
  if (known?.digest !== digest) throw new StatementRefused('statement-changed');
  return false;
}

async function addLines(tx: Transaction, { iban, id, lines }: Digested): Promise<void> {
  const cents = tx.array(
    lines.map((line) => line.cents),
    BIGINT_ARRAY,
  );
  const texts = (of: (line: Statement['lines'][number]) => string | null) =>
    tx.array(lines.map(of) as string[], TEXT_ARRAY);
  await tx`
    insert into bank_lines (account, statement_id, line_no, transfer_id, cents, booked_on)
    select ${iban}, ${id}, line.no, t.id, line.cents, line.day::date
    from unnest(${cents}::bigint[], ${texts((line) => line.bookedOn)}::text[], ${texts((line) => line.reference)}::text[])
        with ordinality line(cents, day, reference, no)
      left join (transfers t join payment_files f on f.run_id = t.run_id and f.insurer_id = t.insurer_id
        and f.debtor_iban = ${iban}) on t.advice = line.reference`;
}

/** By all that every statement has said of them: the order in which statements come does not matter. */
async function settleTransfers(tx: Transaction, { iban, id }: Digested): Promise<void> {
  await tx`
    update transfers t set bank_on = said.last_day,
      bank_state = case said.cents when -t.cents then 'paid' when 0 then 'returned' else 'other-amount' end
    from (
      select transfer_id, sum(cents) as cents, max(booked_on) as last_day from bank_lines
      where transfer_id in (
        select transfer_id from bank_lines where account = ${iban} and statement_id = ${id} and transfer_id is not null)
      group by transfer_id) said
    where said.transfer_id = t.id`;
}
