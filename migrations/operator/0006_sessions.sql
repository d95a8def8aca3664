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
create index sessions_of_psc on sessions (psc_sid) where ended_at is null and psc_sid is not null;
create index sessions_ended on sessions (ends_at);

grant select, insert, delete, update (last_used_at, ended_at, ended_because) on sessions to rempart_desk;

-- Two sessions of one account can never live at once, whoever writes them.
create unique index sessions_one_for_each_account on sessions (account_id) where ended_at is null;

-- Closing a scope ends its sessions in the same write: nobody has to be awake for it, and none survives a reopening.
create function end_sessions_of_closed_scope() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if new.state <> 'closed' then return new; end if;
  -- Sessions that are being opened just now are waited for: one of the two sees the other.
  perform pg_advisory_xact_lock(hashtext('rempart sessions'));
  update sessions s set ended_at = now(), ended_because = 'closed'
  from activities a
  where a.account_id = s.account_id and s.ended_at is null
    and (new.scope in ('platform', 'client:portal', 'profession:' || a.profession, 'structure:' || a.structure_id,
                       'account:' || a.account_id));
  return new;
end $$;
create trigger switch_ends_sessions after insert or update on switches
  for each row execute function end_sessions_of_closed_scope();

-- Today's look-ups of a site: what its professionals may see of their own work.
create index ledger_entries_of_structure on ledger_entries (((member_view::jsonb) ->> 'structure'), seq)
  where rest like '{"event":"rights.checked"%';
