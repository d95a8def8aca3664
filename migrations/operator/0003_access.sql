-- Who may call, and the switchboard. Professionals and insurers only: no insured person is named here.

create table structures (
  id text primary key,
  name text not null,
  place text not null
);

-- A client certificate is software of a structure (with the account of the person until tokens exist) or a person
-- of an insurer; never both.
create table client_certificates (
  thumbprint text primary key,
  client_id text not null,
  account_id text not null,
  structure_id text references structures,
  profession text,
  insurer_id smallint references insurers,
  enrolled_at timestamptz not null default now(),
  revoked_at timestamptz,
  check ((structure_id is null) = (insurer_id is not null)),
  check ((structure_id is null) = (profession is null))
);

-- Grows with every change of the directory, so that running operators read it again within 100 ms.
create table directory_version (version bigint not null);
insert into directory_version values (1);

create function bump_directory_version() returns trigger language plpgsql security definer as $$
begin
  update directory_version set version = version + 1;
  return null;
end $$;

create trigger insurers_changed after insert or delete on insurers
  for each statement execute function bump_directory_version();
create trigger routes_changed after insert or update or delete on routes
  for each statement execute function bump_directory_version();
create trigger certificates_changed after insert or update or delete on client_certificates
  for each statement execute function bump_directory_version();

-- Scopes that are not listed are open.
create table switches (
  scope text primary key,
  state text not null check (state in ('open', 'card-only', 'read-only', 'closed')),
  reason text not null,
  author text not null,
  at timestamptz not null default now()
);

grant select on insurers, routes, structures, client_certificates, directory_version, switches to rempart_desk;
grant select on records, doors to rempart_rights;
