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

-- A certificate that a structure revoked for itself. Other certificates of the same client, and the same certificate at
-- other structures, go on.
create table revoked_at_sites (
  thumbprint text not null references client_certificates,
  structure_id text not null references structures,
  revoked_at timestamptz not null default now(),
  primary key (thumbprint, structure_id)
);
create trigger revoked_at_sites_changed after insert or update or delete on revoked_at_sites
  for each statement execute function bump_directory_version();
grant select, insert on revoked_at_sites to rempart_desk;

-- The desk may enrol software for a structure, and nothing else: an insurer's certificate is out of its reach, and what
-- staff revoked stays revoked. `full`: the structure has as many certificates as a large hospital needs.
create function enrol_client(print text, client text, site text, account text) returns text
language plpgsql security definer set search_path = public, pg_temp as $$
declare taken record;
declare living int;
begin
  perform pg_advisory_xact_lock(hashtext('software of ' || site));
  select count(*) into living from client_sites s join client_certificates c on c.client_id = s.client_id
    where s.structure_id = site and s.revoked_at is null and c.revoked_at is null
      and not exists (select 1 from revoked_at_sites r where r.thumbprint = c.thumbprint and r.structure_id = site);
  if living >= 50 then return 'full'; end if;
  insert into client_certificates (thumbprint, client_id) values (print, client) on conflict (thumbprint) do nothing;
  select insurer_id, revoked_at, client_id into taken from client_certificates where thumbprint = print;
  if taken.insurer_id is not null or taken.revoked_at is not null or taken.client_id <> client then
    return 'refused';
  end if;
  insert into client_sites (client_id, structure_id, enrolled_by) values (client, site, account)
    on conflict (client_id, structure_id)
    do update set revoked_at = null, enrolled_by = excluded.enrolled_by, enrolled_at = now()
    where client_sites.revoked_at is not null;
  delete from revoked_at_sites where thumbprint = print and structure_id = site;
  return 'enrolled';
end $$;
revoke all on function enrol_client(text, text, text, text) from public;
grant execute on function enrol_client(text, text, text, text) to rempart_desk;
