-- Signed cards: which are revoked, and which this site has seen. No card, handle or person is stored.

-- One shard of an insurer's status list as it was published: the signed bytes themselves. A bit says that some card
-- was revoked; whose, only that card tells.
create table status_lists (
  shard text primary key check (shard ~ '^\d{10}-\d{1,4}$'),
  insurer_id smallint not null references insurers,
  issued_at timestamptz not null,
  token bytea not null,
  updated_at timestamptz not null default now()
);
grant select, insert, update on status_lists to rempart_feed;

-- "This site saw the card of this person": a keyed tag of both that only the vault can make, and only while it opens a
-- door for that site. A dump of this table is noise.
create table known_patients (
  tag uuid primary key,
  last_seen date not null
);
create index known_patients_seen on known_patients (last_seen);
grant select on known_patients to rempart_rights;
grant select, insert, delete, update (last_seen) on known_patients to rempart_desk;

-- Look-ups without the member number, for the insurer of the person concerned. Sealed by the vault.
create table notices (
  seq bigint generated always as identity primary key,
  insurer_id smallint not null references insurers,
  at timestamptz not null,
  sealed bytea not null
);
create index notices_of_insurer on notices (insurer_id, seq);
grant select, insert, delete on notices to rempart_desk;
