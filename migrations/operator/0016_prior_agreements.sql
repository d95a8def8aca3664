-- Prior agreements ("prise en charge"): what a structure asked an insurer before dear equipment or a stay, and what became
-- of it. Nothing here says whom it is about: `engagement` is the digest of 130 random bits, the reasons are codes of a
-- closed list, and what the insurer must see to decide is sealed, for as long as it waits.
create table prior_agreements (
  id uuid primary key,
  engagement bytea not null check (octet_length(engagement) = 32),
  insurer_id smallint not null references insurers,
  structure text not null,
  domain text not null check (domain in ('OPTI', 'AUDI', 'DEPR', 'ODF', 'HOSP')),
  state text not null check (state in ('pending', 'accepted', 'refused', 'cancelled', 'lapsed')),
  reason text not null,
  amc_cents bigint not null check (amc_cents >= 0),
  asked_at timestamptz not null,
  decided_at timestamptz,
  -- Its last day, whether it waits or is accepted: afterwards it has lapsed.
  valid_until date not null,
  -- Of the request that asked for it: after a crash its repeat finds it, and gets the same answer.
  request_id uuid not null,
  sealed bytea,
  check ((state = 'pending') = (sealed is not null))
);
create unique index prior_agreements_living on prior_agreements (engagement) where state in ('pending', 'accepted');
create index prior_agreements_of_structure on prior_agreements (structure, asked_at desc, id desc);
create index prior_agreements_waiting on prior_agreements (insurer_id, asked_at, id) where state = 'pending';
create index prior_agreements_old on prior_agreements using brin (valid_until);
grant select, insert, update, delete on prior_agreements to rempart_settle;
