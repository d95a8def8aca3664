-- STUB until s-claims is merged.
create table claims(id uuid primary key, structure text not null, insurer_id smallint not null references insurers, engagement bytea not null,
  care_date date not null, received_at timestamptz not null, price_cents bigint not null, amc_cents bigint not null,
  state text not null check (state in ('accepted','rejected','paying','paid','cancelled')), guard_tag uuid not null, sealed bytea not null,
  transfer_id uuid, erase_after date);
create table remittances(claim_id uuid primary key references claims, outcome text not null check (outcome in ('PAID','REJECTED','PARTIAL')), code text, amc_paid_cents bigint not null, decided_at timestamptz not null, transfer_id uuid);
grant select, insert, update on claims, remittances to rempart_settle;
