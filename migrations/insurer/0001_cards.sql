-- The insurer's own database: who of its people and systems may ask for cards, and which cards there are. What a card
-- says of its holder is on the card only; here it is known by the insurer's own reference of the person.

-- One role per duty. They cannot log in by themselves; each deployment grants a login to each.
do $$
declare duty text;
begin
  foreach duty in array array['rempart_insurer_desk', 'rempart_insurer_status'] loop
    begin
      execute format('create role %I nologin', duty);
    exception when duplicate_object or unique_violation then
      null; -- roles are shared by all databases of a server
    end;
  end loop;
end $$;

revoke create on schema public from public;
grant usage on schema public to rempart_insurer_desk, rempart_insurer_status;

-- Client certificates of the insurer's own people and systems.
create table desk_clients (
  thumbprint text primary key,
  person text not null,
  enrolled_at timestamptz not null default now(),
  revoked_at timestamptz
);

-- handle and status_index are of the vault's making. told_at: the operator has confirmed that the card's door is gone
-- and that a status list with its bit is published; null while that is owed.
create table cards (
  handle uuid primary key,
  subject_ref uuid not null,
  status_index bigint not null unique check (status_index >= 0),
  valid_from date not null,
  valid_to date not null check (valid_to >= valid_from),
  kid text not null,
  issued_at timestamptz not null default now(),
  revoked_at timestamptz,
  revoked_reason text check (revoked_reason in ('LOST', 'STOLEN', 'REPLACED', 'ENDED', 'ERROR')),
  told_at timestamptz,
  check ((revoked_at is null) = (revoked_reason is null)),
  check (told_at is null or revoked_at is not null)
);
create index cards_revoked on cards (status_index) where revoked_at is not null;
create index cards_owed on cards (status_index) where revoked_at is not null and told_at is null;

-- The shards that hold a card. issued_at: seconds since 1970 of the last list that the operator took; null: none yet.
create table status_shards (
  shard int primary key check (shard >= 0),
  issued_at bigint
);

grant select on desk_clients to rempart_insurer_desk;
grant select, insert, update (revoked_at, revoked_reason) on cards to rempart_insurer_desk;
grant select, insert on status_shards to rempart_insurer_desk;
-- Who publishes lists sees no reference of anybody.
grant select (handle, status_index, revoked_at, told_at), update (told_at) on cards to rempart_insurer_status;
grant select, update on status_shards to rempart_insurer_status;
