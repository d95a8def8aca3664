-- The guard: what it has counted for each account, what it has noticed, what it did about it. Professionals only: no
-- insured person stands here, under no pseudonym either.

-- An insurer whose members are all fictitious (tests of software, the demo's load tests): counted apart.
alter table insurers add column exercise boolean not null default false;

-- Fake insured in the last full feed whose look-up is an alarm. How many, never who.
alter table feeds add column canaries integer;
grant select (canaries) on feeds to rempart_desk;

-- Counters of each account as they stood after entry `through_seq`: a start reads them and replays what came after.
create table guard_accounts (
  account text primary key,
  state jsonb not null
);
create table guard_mark (
  "only" boolean primary key default true check ("only"),
  through_seq bigint not null
);
insert into guard_mark (through_seq) values (-1);

-- How many people an account looked up on each Paris day: what the guard measures a day against (eight weeks).
create table guard_days (
  account text not null,
  day date not null,
  -- typed, disclosed, and not known to the site
  strangers integer not null,
  -- typed, and the site had seen their card
  regulars integer not null,
  primary key (account, day)
);

create table guard_alarms (
  -- entry that raised it and detector: raised again by a replay, it is the same alarm
  id text primary key check (id ~ '^[0-9]+-[a-z-]+$'),
  at timestamptz not null,
  detector text not null,
  -- account:ID, structure:ID or profession:CODE
  scope text not null,
  account text,
  structure text,
  profession text not null,
  response text not null check (response in ('watched', 'fresh-sign-in', 'typed-closed', 'account-closed')),
  value real not null,
  threshold real not null,
  facts jsonb not null,
  -- [{at, value}]: what the detector saw, oldest first
  curve jsonb not null,
  -- null: until it is ended by somebody
  ends_at timestamptz,
  ended_at timestamptz,
  ended_because text check (ended_because in ('fresh-sign-in', 'expired', 'undone')),
  ended_by text,
  ended_reason text,
  -- by staff: exactly what was signed, and the authenticator's whole response
  ended_text text,
  ended_signature jsonb,
  reviewed_at timestamptz,
  reviewed_by text,
  check ((ended_at is null) = (ended_because is null))
);
create index guard_alarms_at on guard_alarms (at desc);
create index guard_alarms_standing on guard_alarms (scope) where ended_at is null;

grant select, insert, update, delete on guard_accounts, guard_days to rempart_desk;
grant select, update on guard_mark to rempart_desk;
grant select, insert,
  update (ended_at, ended_because, ended_by, ended_reason, ended_text, ended_signature, reviewed_at, reviewed_by) on guard_alarms to rempart_desk;
