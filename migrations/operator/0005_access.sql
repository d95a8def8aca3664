-- Who may ask: a person (professional) at a site (structure), through a client that is enrolled for this site.
-- Professionals are named here as the public directory names them; no insured person is.

-- id: IDNPS, the national number of a professional ('8' + RPPS).
create table professionals (
  id text primary key check (id ~ '^[0-9A-Za-z/]{4,40}$'),
  family_name text not null,
  given_name text not null
);

-- One row per person, structure and profession. account_id is what the ledger calls this person at this site: random,
-- because a professional's national number must not stand in a public log. Rows are ended, never deleted.
create table activities (
  account_id text primary key default ('A-' || replace(gen_random_uuid()::text, '-', '')),
  professional_id text not null references professionals,
  structure_id text not null references structures,
  profession text not null,
  source text not null check (source in ('directory', 'demo')),
  begun_on date not null default current_date,
  ended_on date,
  last_used_on date,
  unique (professional_id, structure_id, profession)
);
create index activities_of_structure on activities (structure_id);

-- A client (one certificate, software of a vendor or a pharmacy) and the sites it may ask for.
create table client_sites (
  client_id text not null,
  structure_id text not null references structures,
  enrolled_by text not null,
  enrolled_at timestamptz not null default now(),
  revoked_at timestamptz,
  primary key (client_id, structure_id)
);

-- Until now a certificate stood for one person at one site: the site moves, the person comes with a token.
insert into client_sites (client_id, structure_id, enrolled_by)
  select distinct client_id, structure_id, 'migration 0005' from client_certificates where structure_id is not null;
alter table client_certificates
  drop column structure_id,
  drop column profession,
  alter column account_id drop not null;
update client_certificates set account_id = null where insurer_id is null;
alter table client_certificates add check ((insurer_id is null) = (account_id is null));

-- A repeat belongs to the person who asked first, not to the client alone: client and account.
alter table replays rename column client_id to asker;

-- Signed out before their tokens expired; forgotten afterwards.
create table ended_grants (
  grant_id text primary key,
  until timestamptz not null
);

-- It runs with its owner's rights: nobody's search path may lend it another table.
alter function bump_directory_version() set search_path = public, pg_temp;

create trigger client_sites_changed after insert or update or delete on client_sites
  for each statement execute function bump_directory_version();

grant select on professionals, activities, client_sites to rempart_desk;
grant select, insert, delete on ended_grants to rempart_desk;
grant update (last_used_on) on activities to rempart_desk;
