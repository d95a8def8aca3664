-- Whose data was shown (src/operator/breach): what a list reads, and how it is entered before it leaves. And how many
-- canaries a feed has that was cut off by this very update.

-- Look-ups are found by the journal's number of their door (ledger_entries_journal). This is for those that opened none:
-- refused cards. A small index, written for those rows only: an entry of an answered look-up costs what it did before.
create index ledger_entries_doorless on ledger_entries (at, seq)
  where journal_no is null and rest like '{"event":"rights.%';

-- A list that somebody made in a process of their own: the one writer of the ledger enters it, then it may leave.
create table exposure_lists (
  id uuid primary key default gen_random_uuid(),
  scope text not null check (scope ~ '^(account|structure|client):.+$'),
  from_at timestamptz not null,
  to_at timestamptz not null check (to_at > from_at),
  incident text not null check (incident ~ '^[A-Za-z0-9_.:-]{1,64}$'),
  persons bigint not null check (persons >= 0),
  unknown_persons bigint not null check (unknown_persons >= 0),
  -- The database login that made it: whoever lists cannot say that it was somebody else.
  created_by text not null default session_user,
  created_at timestamptz not null default now(),
  -- Its entry in the ledger.
  entered_as bigint
);
create index exposure_lists_waiting on exposure_lists (created_at) where entered_as is null;

-- Reads the ledger and whom a record is of; without the vault's untagging the two do not meet.
do $$
begin
  create role rempart_breach nologin;
exception when duplicate_object or unique_violation then
  null; -- roles are shared by all databases of a server
end $$;
grant usage on schema public to rempart_breach;
grant select on ledger_entries to rempart_breach;
grant select (id, amc_no) on insurers to rempart_breach;
grant select (id, insurer_id, subject_ref) on records to rempart_breach;
grant select (record_id, insurer_id, subject_ref) on former_subjects to rempart_breach;
grant insert (scope, from_at, to_at, incident, persons, unknown_persons), select (id, entered_as), delete
  on exposure_lists to rempart_breach;
grant select, update (entered_as) on exposure_lists to rempart_desk;

-- Feeds that wait half received: their tables were made by the release before.
do $$
declare waiting text;
begin
  for waiting in select tablename from pg_tables where schemaname = 'staging' and tablename like 'feed\_%\_blocks' loop
    execute format('alter table staging.%I add column if not exists canaries int not null default 0', waiting);
  end loop;
end $$;
