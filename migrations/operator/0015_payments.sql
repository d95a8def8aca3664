-- What is owed is paid (src/operator/settlement/payments): bank details of structures, payment runs, what the bank says.
-- Nothing here names an insured person. Account numbers of structures are sealed; those of insurers are companies' own.

do $$
begin
  create role rempart_pay nologin;
exception when duplicate_object or unique_violation then
  null; -- roles are shared by all databases of a server
end $$;
grant usage on schema public to rempart_pay;

-- ISO 13616: a wrong account number would be frozen with a run, and nobody could be paid before somebody looks.
create function is_iban(iban text) returns boolean language sql immutable parallel safe
return iban ~ '^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$' and (
  select string_agg(case when sign ~ '[0-9]' then sign else (ascii(sign) - 55)::text end, '' order by place)::numeric % 97 = 1
  from regexp_split_to_table(substr(iban, 5) || substr(iban, 1, 4), '') with ordinality as signs (sign, place));

-- From which account an insurer pays; without it its claims wait. Set by hand, as the directory of insurers is.
alter table insurers
  add column debtor_name text check (length(debtor_name) between 1 and 70),
  add column debtor_iban text check (is_iban(debtor_iban)),
  add column debtor_bic text check (debtor_bic ~ '^[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?$'),
  add check ((debtor_name is null) = (debtor_iban is null));

-- Where a structure is paid. Rows are never changed: a run names the one it used. A change that waits and is changed
-- again never comes into force: otherwise a thief's account would be the good one between two changes.
create table bank_details (
  id bigint generated always as identity primary key,
  structure text not null references structures,
  sealed bytea not null,
  masked text not null,
  put_at timestamptz not null,
  in_force_from timestamptz not null check (in_force_from >= put_at + interval '72 hours'),
  superseded_at timestamptz
);
create index bank_details_of_structure on bank_details (structure, in_force_from desc) where superseded_at is null;
grant select, insert, update (superseded_at) on bank_details to rempart_settle;
grant select on bank_details to rempart_pay;

-- One run: what was frozen, and its digest, which two persons sign. Only written_at is ever set later.
create table payment_runs (
  id text primary key check (id ~ '^PAY-[0-9]{8}-[0-9]{1,4}$'),
  day date not null,
  frozen_at timestamptz not null,
  execute_on date not null,
  -- The first day on which a transfer that the bank does not show is late.
  late_from date not null,
  claims bigint not null check (claims >= 0),
  cents bigint not null check (cents >= 0),
  digest text not null check (digest ~ '^[0-9a-f]{64}$'),
  frozen_by text not null default session_user,
  written_at timestamptz
);
-- A run that is not finished is finished before another begins.
create unique index payment_runs_unfinished on payment_runs ((true)) where written_at is null;

-- One transfer: what one insurer owes one structure. `advice` is the reference the bank carries through (EndToEndId).
create table transfers (
  id uuid primary key,
  run_id text not null references payment_runs deferrable initially deferred,
  insurer_id smallint not null references insurers,
  structure text not null,
  advice text not null unique check (length(advice) <= 35),
  claims bigint not null check (claims > 0),
  -- The scheme carries at most 999,999,999.99.
  cents bigint not null check (cents between 1 and 99999999999),
  claims_digest text not null check (claims_digest ~ '^[0-9a-f]{64}$'),
  bank_details_id bigint not null references bank_details,
  -- What the account's statements say last; null: nothing yet.
  bank_state text check (bank_state in ('paid', 'returned', 'other-amount')),
  bank_on date,
  late_at timestamptz,
  unique (run_id, insurer_id, structure),
  check ((bank_state is null) = (bank_on is null))
);
create index transfers_of_structure on transfers (structure, advice);
create index transfers_unseen on transfers (run_id) where bank_state is null;
-- Those of the run that is under way: however many were paid before, it looks at no other.
create index claims_paying on claims (structure, insurer_id) where state = 'paying';
create index claims_of_transfer on claims (transfer_id) where transfer_id is not null;

-- One file per debtor: the account is frozen with the rest, so that the same run always gives the same bytes.
create table payment_files (
  run_id text not null references payment_runs deferrable initially deferred,
  insurer_id smallint not null references insurers,
  debtor_name text not null,
  debtor_iban text not null,
  debtor_bic text,
  transfers bigint not null check (transfers > 0),
  cents bigint not null check (cents > 0),
  sha256 text,
  primary key (run_id, insurer_id)
);

create table payment_approvals (
  run_id text not null references payment_runs,
  staff text not null,
  jws text not null,
  primary key (run_id, staff)
);

-- A statement is booked whole or not at all, and once. No name and no text of it is kept.
create table bank_statements (
  account text not null,
  id text not null,
  digest text not null check (digest ~ '^[0-9a-f]{64}$'),
  imported_at timestamptz not null,
  opening_cents bigint not null,
  closing_cents bigint not null,
  primary key (account, id)
);
-- What the bank says of a transfer is the sum of its lines: all of it gone, none (it came back), or something else.
create table bank_lines (
  account text not null,
  statement_id text not null,
  line_no int not null,
  -- Null: the line is none of our transfers.
  transfer_id uuid references transfers,
  -- Negative: money left the account.
  cents bigint not null,
  booked_on date not null,
  primary key (account, statement_id, line_no),
  foreign key (account, statement_id) references bank_statements
);

-- What payments owe the ledger: written by processes of their own, entered by its one writer at its next turn.
create table payment_entries (
  id bigint generated always as identity primary key,
  event text not null check (event in ('payment.run', 'payment.statement', 'payment.late')),
  facts jsonb not null,
  -- The database login that says so: whoever pays cannot say that it was somebody else.
  created_by text not null default session_user,
  entered_as bigint
);
create index payment_entries_waiting on payment_entries (id) where entered_as is null;

grant select on insurers, structures to rempart_pay;
grant select (id, structure, insurer_id, received_at, amc_cents, state, transfer_id),
    update (state, transfer_id, erase_after)
  on claims to rempart_pay;
grant select, insert on remittances to rempart_pay;
grant select, insert, update (written_at) on payment_runs to rempart_pay;
grant select, insert, update (bank_state, bank_on, late_at) on transfers to rempart_pay;
grant select, insert, update (sha256) on payment_files to rempart_pay;
create index bank_lines_of_transfer on bank_lines (transfer_id) where transfer_id is not null;

grant select, insert on payment_approvals, bank_statements, bank_lines to rempart_pay;
grant update (jws) on payment_approvals to rempart_pay;
grant insert (event, facts) on payment_entries to rempart_pay, rempart_desk;
grant select on transfers, payment_runs to rempart_settle, rempart_desk;
-- The console says how many have signed; what they signed with is the run's alone.
grant select (run_id, staff) on payment_approvals to rempart_desk;
grant update (late_at) on transfers to rempart_desk;
grant select, update (entered_as) on payment_entries to rempart_desk;
