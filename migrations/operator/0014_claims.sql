-- Claims and what became of them (src/operator/settlement). In the clear only whose claim it is, at which insurer, how
-- much, when, and its state. Lines, invoice and the way to a record are sealed, and go 24 months after payment.

create table claims (
  id uuid primary key,
  structure text not null,
  insurer_id smallint not null references insurers,
  -- SHA-256 of the engagement's number (130 random bits), as in the ledger.
  engagement bytea not null,
  -- The last day of care in it.
  care_date date not null,
  received_at timestamptz not null,
  price_cents bigint not null check (price_cents >= 0),
  -- What the insurer owes for it; of a rejected one what was asked.
  amc_cents bigint not null check (amc_cents >= 0),
  state text not null check (state in ('accepted', 'rejected', 'cancelled', 'paying', 'paid')),
  -- Keyed tag of structure, invoice, lot and day of care: finds a duplicate, says nothing.
  guard_tag uuid not null,
  -- Empty when it has been erased.
  sealed bytea not null,
  -- Set by the payment run that pays it.
  transfer_id uuid,
  -- The day after which `sealed` is erased; null as long as it is not settled.
  erase_after date
);
-- An engagement is used once; an invoice comes once.
create unique index claims_engagement on claims (engagement) where state in ('accepted', 'paying', 'paid');
create unique index claims_invoice on claims (structure, guard_tag) where state in ('accepted', 'paying', 'paid');
create index claims_of_structure on claims (structure, received_at desc, id);
create index claims_to_pay on claims (structure, insurer_id) where state = 'accepted';
create index claims_to_erase on claims (erase_after) where sealed <> '';

-- One answer per claim: paid, or rejected with a code that says who can mend it.
create table remittances (
  claim_id uuid primary key references claims,
  outcome text not null check (outcome in ('PAID', 'REJECTED', 'PARTIAL')),
  code text,
  amc_paid_cents bigint not null check (amc_paid_cents >= 0),
  decided_at timestamptz not null,
  transfer_id uuid
);

grant select, insert, update on claims to rempart_settle;
grant select, insert on remittances to rempart_settle;
