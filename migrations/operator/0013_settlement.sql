-- How much is paid (src/operator/settlement): products of insurers, engagements, counters. What concerns a person is
-- sealed, and found only by what its structure holds (an engagement's number) or what the vault derives (a counter).

do $$
begin
  create role rempart_settle nologin;
exception when duplicate_object or unique_violation then
  null; -- roles are shared by all databases of a server
end $$;
grant usage on schema public to rempart_settle;
grant select on insurers to rempart_settle;

-- An insurer's rules per care domain, by the first care date they are for. They concern nobody in particular.
create table products (
  insurer_id smallint not null references insurers,
  code text not null,
  effective_from date not null,
  responsible boolean not null,
  rules jsonb not null,
  put_by text not null,
  put_at timestamptz not null,
  primary key (insurer_id, code, effective_from)
);
grant select, insert, update on products to rempart_settle;

-- What an insurer owes for one care. The number itself is nowhere: locator and key come out of number and structure, in
-- the vault. expires_on only serves the purge.
create table engagements (
  locator uuid primary key,
  insurer_id smallint not null references insurers,
  sealed bytea not null,
  expires_on date not null
);
create index engagements_expiring on engagements using brin (expires_on);
-- Written together with the ledger's entry of the look-up it comes from.
grant insert on engagements to rempart_log;
grant select, update, delete on engagements to rempart_settle;

-- What is left of a yearly amount, when somebody last had glasses: one person, one rule each, found by a keyed PRF.
create table counters (
  locator uuid primary key,
  insurer_id smallint not null references insurers,
  sealed bytea not null,
  expires_on date not null
);
create index counters_expiring on counters using brin (expires_on);
grant select, insert, update, delete on counters to rempart_settle;
