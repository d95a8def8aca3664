-- What professionals keep themselves: passkeys of their own (at most two), software of their own structure.

-- certificate: the vault's word for this authenticator (JWT). Worth nothing without the authenticator itself.
create table passkeys (
  credential_id text primary key,
  professional_id text not null references professionals,
  label text not null check (length(label) between 1 and 60),
  certificate text not null,
  created_at timestamptz not null default now(),
  last_used_at timestamptz,
  removed_at timestamptz
);
create index passkeys_of_professional on passkeys (professional_id) where removed_at is null;
grant select, insert, update (last_used_at, removed_at) on passkeys to rempart_desk;

-- How a session was opened: a passkey is break-glass, and whoever looks at sessions should see it.
alter table sessions add column opened_by text not null default 'psc' check (opened_by in ('psc', 'passkey'));

-- The desk may enrol software for a structure, and nothing else: an insurer's certificate is out of its reach, and what
-- staff revoked stays revoked. False when the certificate is one of these.
create function enrol_client(print text, client text, site text, account text) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare taken record;
begin
  insert into client_certificates (thumbprint, client_id) values (print, client) on conflict (thumbprint) do nothing;
  select insurer_id, revoked_at, client_id into taken from client_certificates where thumbprint = print;
  if taken.insurer_id is not null or taken.revoked_at is not null or taken.client_id <> client then return false; end if;
  insert into client_sites (client_id, structure_id, enrolled_by) values (client, site, account)
    on conflict (client_id, structure_id)
    do update set revoked_at = null, enrolled_by = excluded.enrolled_by, enrolled_at = now();
  return true;
end $$;
revoke all on function enrol_client(text, text, text, text) from public;
grant execute on function enrol_client(text, text, text, text) to rempart_desk;
grant update (revoked_at) on client_sites to rempart_desk;
