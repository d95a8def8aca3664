-- The operator's own staff at the console: who they are, with which passkeys, and every switch they signed for.
-- Nobody's secret is here: codes and cookies as digests (they are random, so a digest says nothing), public keys.

create table staff (
  id text primary key check (id ~ '^[a-z0-9][a-z0-9._-]{0,31}$'),
  name text not null check (length(name) between 1 and 80),
  enrolled_at timestamptz not null default now(),
  ended_at timestamptz
);

-- One-time codes of `rempart staff enrol`: each registers one passkey, within 15 minutes, and does nothing else.
create table staff_codes (
  code_hash text primary key,
  staff_id text not null references staff,
  -- The database login that made it: whoever enrols cannot say that it was somebody else.
  created_by text not null default session_user,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz
);

create table staff_passkeys (
  id text primary key,
  -- COSE, base64url
  public_key text not null,
  staff_id text not null references staff,
  code_hash text not null unique references staff_codes,
  label text not null,
  created_at timestamptz not null,
  last_used_at timestamptz,
  revoked_at timestamptz
);
create index staff_passkeys_of on staff_passkeys (staff_id);

create table staff_sessions (
  id_hash text primary key,
  staff_id text not null references staff,
  passkey_id text not null references staff_passkeys,
  key_x text not null,
  key_y text not null,
  opened_at timestamptz not null,
  last_used_at timestamptz not null,
  ends_at timestamptz not null,
  ended_at timestamptz,
  ended_because text
);
create index staff_sessions_ended on staff_sessions (ends_at);

-- A switch that staff closed or want open again, with the signatures it rests on: the whole WebAuthn response of each
-- person over the digest of `text`. One person closes; nothing opens without two different ones.
create table switch_requests (
  id uuid primary key,
  scope text not null,
  state text not null check (state in ('closed', 'open')),
  reason text not null,
  -- Exactly what was signed.
  text text not null unique,
  first_staff text not null references staff,
  first_passkey text not null references staff_passkeys,
  first_assertion jsonb not null,
  created_at timestamptz not null,
  second_staff text references staff check (second_staff <> first_staff),
  second_passkey text references staff_passkeys check (second_passkey <> first_passkey),
  second_assertion jsonb,
  done_at timestamptz,
  withdrawn_at timestamptz,
  check ((second_staff is null) = (second_passkey is null) and (second_staff is null) = (second_assertion is null)),
  check (done_at is null or state = 'closed' or second_staff is not null),
  check (done_at is null or withdrawn_at is null)
);
create index switch_requests_waiting on switch_requests (created_at) where done_at is null and withdrawn_at is null;

-- The switch moves in the same write as the act that moves it, and the desk has no other way to move one: a desk login
-- that was taken over can close, but opens nothing with the name of one person. A closing takes back what waits.
create function move_switch() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if new.done_at is null or (tg_op = 'UPDATE' and old.done_at is not null) then return new; end if;
  insert into switches (scope, state, reason, author, at)
    values (new.scope, new.state, new.reason, coalesce(new.second_staff, new.first_staff), new.done_at)
    on conflict (scope) do update
      set state = excluded.state, reason = excluded.reason, author = excluded.author, at = excluded.at;
  if new.state = 'closed' then
    update switch_requests set withdrawn_at = new.done_at
    where scope = new.scope and state = 'open' and done_at is null and withdrawn_at is null;
  end if;
  return new;
end $$;
create trigger switch_request_moves_switch after insert or update on switch_requests
  for each row execute function move_switch();

-- Who somebody is, which passkey is whose and what was signed can be added, never changed.
grant select, update (ended_at) on staff to rempart_desk;
grant select, update (used_at) on staff_codes to rempart_desk;
grant select, insert, update (last_used_at, revoked_at) on staff_passkeys to rempart_desk;
grant select, insert, delete, update (last_used_at, ended_at, ended_because) on staff_sessions to rempart_desk;
grant select, insert, update (second_staff, second_passkey, second_assertion, done_at, withdrawn_at)
  on switch_requests to rempart_desk;
-- What the overview says of feeds; no manifest, no sender, no problem's facts.
grant select (insurer_id, seq, kind, line_count, state, begun_at, ended_at, accepted, rejected, unchanged, closed,
              closes, close_limit, problem) on feeds to rempart_desk;
