-- Feeds: how an insurer's lines become visible rows. Nothing here is readable without the vault, and no table keeps a
-- digest of a feed's bytes: a manifest is recognised by a tag that only the vault can make (DESIGN.md 4).

-- One row per sequence number, the latest attempt only: a refused feed is sent again under its number.
create table feeds (
  insurer_id smallint not null references insurers,
  seq bigint not null check (seq > 0),
  kind text not null check (kind in ('full', 'delta')),
  line_count bigint not null check (line_count >= 0),
  -- Day of sentAt in Paris: on it a full feed closes those it does not name.
  sent_on date not null,
  manifest_tag uuid not null,
  state text not null check (state in ('receiving', 'received', 'applying', 'waiting-approval', 'applied', 'refused')),
  sent_by text not null,
  approved_by text check (approved_by <> sent_by),
  -- Every block was sealed under this key epoch or a newer one; null before the first block.
  epoch smallint,
  -- A full feed makes older epochs useless; this says that the vault has been told to destroy them.
  epochs_ended boolean not null default false,
  closes bigint,
  close_limit bigint,
  accepted bigint,
  rejected bigint,
  unchanged bigint,
  closed bigint,
  problem text,
  problem_facts jsonb,
  begun_at timestamptz not null,
  ended_at timestamptz,
  -- Ledger events that happened and have no entry yet: written with the change itself, cleared after the entry.
  owed text[] not null default '{}',
  primary key (insurer_id, seq)
);
create index feeds_unfinished on feeds (state) where state in ('received', 'applying');
create index feeds_owing on feeds (insurer_id) where owed <> '{}';

-- Line numbers and reasons, no value of any line. At most 100,000 of a feed; feeds.rejected has the exact number.
create table feed_rejects (
  insurer_id smallint not null,
  seq bigint not null,
  line bigint not null,
  reason text not null,
  primary key (insurer_id, seq, line),
  foreign key (insurer_id, seq) references feeds on delete cascade
);

-- Sealed rows wait here, in unlogged tables per feed, until all of them become visible in one transaction.
create schema staging;

-- The only writer of records and doors first locks the insurer's row: a foreign key would look that row up again for
-- each of millions of rows (a sixth of an import's time).
alter table records drop constraint records_insurer_id_fkey;
alter table doors drop constraint doors_insurer_id_fkey;

-- Closed in the future and not named by a full feed: closed earlier. Few rows, so a small index.
create index records_closed on records (insurer_id, closed_on) where closed_on is not null;

grant select, insert, update, delete on feeds to rempart_feed;
grant select, insert, delete on feed_rejects to rempart_feed;
grant select, update (last_seq) on insurers to rempart_feed;
grant select, insert, update, delete, maintain on records, doors to rempart_feed;
grant select, insert, update on former_subjects to rempart_feed;
grant usage, create on schema staging to rempart_feed;
