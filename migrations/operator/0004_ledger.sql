-- The ledger: who looked, provably (DESIGN.md 6). The only role that writes may insert and read, nothing else.

create table ledger_entries (
  seq bigint primary key,
  at timestamptz not null,
  member_salt bytea,
  member_view text,
  rest_salt bytea,
  rest text,
  leaf bytea not null,
  -- Copy of rest's journalNo, so that doors that were opened but not entered are found; the verifier compares both.
  journal_no bigint
);
create index ledger_entries_journal on ledger_entries (journal_no) where journal_no is not null;
-- The last start, which tells the next one where to look from: few entries among hundreds of millions.
create index ledger_entries_starts on ledger_entries (seq) where rest like '{"event":"platform.started"%';

-- Signed tree heads. frontier = the compact tree, so that a start need not read every leaf.
create table ledger_checkpoints (
  size bigint primary key,
  root bytea not null,
  note text not null,
  frontier text not null
);

-- Idempotent requests: tag and sealed answer, readable only to somebody who presents the same body again.
create table replays (
  client_id text not null,
  request_id uuid not null,
  tag uuid not null,
  sealed_answer bytea not null,
  at timestamptz not null default now(),
  primary key (client_id, request_id)
);
create index replays_at on replays using brin (at);

grant insert, select on ledger_entries, ledger_checkpoints to rempart_log;
grant insert, select on replays to rempart_log;
grant select on replays to rempart_rights;
grant select, delete on replays to rempart_desk;
