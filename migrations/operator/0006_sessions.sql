-- Sessions of the portal. The cookie's value is not stored, only its digest (it is random, so a digest says nothing);
-- the browser's key stays in the browser. A dump of this table opens no session.
create table sessions (
  id_hash text primary key,
  account_id text not null references activities (account_id),
  who text not null,
  key_x text not null,
  key_y text not null,
  -- The vault's binding of sign-in and key (JWT): worth nothing without the key.
  vault_session text not null,
  grant_id text not null,
  psc_sid text,
  opened_at timestamptz not null,
  last_used_at timestamptz not null,
  ends_at timestamptz not null,
  ended_at timestamptz,
  ended_because text
);
create index sessions_of_account on sessions (account_id) where ended_at is null;
create index sessions_of_psc on sessions (psc_sid) where ended_at is null and psc_sid is not null;
create index sessions_ended on sessions (ends_at);

grant select, insert, delete, update (last_used_at, ended_at, ended_because) on sessions to rempart_desk;
