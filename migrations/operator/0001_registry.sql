-- The registry: sealed rights records and the doors that lead to them (DESIGN.md 3).
-- Nothing in these tables is readable without the vault: no NIR, no name, no birth date, no member number.

-- One role per duty. They cannot log in by themselves; each deployment grants a login to each.
do $$
declare duty text;
begin
  foreach duty in array array['rempart_rights', 'rempart_feed', 'rempart_log', 'rempart_desk'] loop
    begin
      execute format('create role %I nologin', duty);
    exception when duplicate_object or unique_violation then
      null; -- roles are shared by all databases of a server
    end;
  end loop;
end $$;

revoke create on schema public from public;
grant usage on schema public to rempart_rights, rempart_feed, rempart_log, rempart_desk;

-- The insurers this operator serves. last_seq is the last feed whose rows are visible.
create table insurers (
  id smallint primary key,
  amc_no text not null unique check (amc_no ~ '^[0-9]{10}$'),
  name text not null,
  closing_limit_percent numeric not null default 5,
  last_seq bigint not null default 0
);

-- The AMC directory: which insurer answers for the three identifiers printed on a card (DOMAIN.md 3.2). The checks are
-- those of core/routing.ts: one malformed row would make the whole directory unreadable.
create table routes (
  amc_no text not null check (amc_no ~ '^[0-9]{10}$'),
  conv_type text not null check (conv_type ~ '^[A-Z0-9]{2}$'),
  csr text check (csr ~ '^[A-Z0-9?]{1,9}$'),
  insurer_id smallint not null references insurers,
  unique nulls not distinct (amc_no, conv_type, csr)
);

-- id = 16 bytes the vault makes out of the ref: the same ref has the same id for ever, which only the vault knows.
-- closed_on can only shorten what the sealed dates say; expires_on only serves the purge.
create table records (
  id uuid primary key,
  insurer_id smallint not null references insurers,
  subject_ref uuid not null,
  expires_on date,
  closed_on date,
  fingerprint uuid not null,
  sealed bytea not null
);
create index records_of_insurer on records (insurer_id) where closed_on is null;

-- locator, kind, epoch and owner_tag say nothing about whose door it is, nor which doors lead to one record.
create table doors (
  locator uuid primary key,
  insurer_id smallint not null references insurers,
  epoch smallint not null,
  kind smallint not null,
  owner_tag bigint not null,
  sealed_link bytea not null
);

-- Outlives erased records, so that former members too can be told who looked (DESIGN.md 3).
create table former_subjects (
  record_id uuid primary key,
  insurer_id smallint not null references insurers,
  subject_ref uuid not null,
  gone_on date not null
);
