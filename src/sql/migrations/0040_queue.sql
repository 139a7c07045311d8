-- Mail on its way out: queue/. What the columns mean: doc/formats/queue-rows.md. Times are microseconds since 1970.

create table queue_message (
  enterprise_id {int} not null,
  message_id {int} not null,
  account_id {int} not null,           -- the sender; 0: none (a report, a forward of a list)
  blob_id {blob} not null,             -- names the body, as message.blob_id does: the collector keeps both
  size {int} not null,
  return_path text not null,           -- empty: the null sender
  envid text not null,
  ret {int} not null,                  -- queue::Return
  flags {int} not null,                -- queue::MessageFlag
  source_pool text not null,
  language text not null,              -- of the sender, for reports
  subject text not null,
  header_id text not null,             -- Message-ID, for the log
  arrived_at {int} not null,
  hold_until {int},                    -- FUTURERELEASE
  deliver_by {int},                    -- DELIVERBY
  primary key (enterprise_id, message_id)
) {without_rowid};

create table queue_entry (
  enterprise_id {int} not null,
  message_id {int} not null,
  entry_id {int} not null,             -- 1, 2, ... within the message
  recipient text not null,
  orcpt text not null,
  notify {int} not null,               -- queue::Notify
  next_hop text not null,              -- domain of the recipient; "=route" after a change of route
  state {int} not null,                -- queue::State
  wish {int} not null,                 -- queue::Wish: what an operator asked for while the entry was leased
  attempts {int} not null,
  next_at {int} not null,              -- not to be claimed before: the next attempt, the end of the lease, or never
  expires_at {int} not null,
  delay_at {int},                      -- when the sender is told of the delay; null: was told, or wants no word
  lease_owner {int} not null,          -- node; -1: none
  fence {int} not null,                -- grows with every claim
  last_reply text not null,
  primary key (enterprise_id, message_id, entry_id)
) {without_rowid};
-- Claims: what is due of one lane (next hop, enterprise).
create index queue_entry_due on queue_entry (next_hop, enterprise_id, next_at, message_id, entry_id);
-- Start: what a node had leased when it died.
create index queue_entry_leased on queue_entry (lease_owner) where state = 1;

create table queue_attempt (
  enterprise_id {int} not null,
  message_id {int} not null,
  entry_id {int} not null,
  number {int} not null,               -- the entry's attempts: 1, 2, ...
  at {int} not null,
  remote_name text not null,
  remote_address text not null,
  local_address text not null,
  tls text not null,                   -- "TLSv1.3 TLS_AES_256_GCM_SHA384"; empty: plain text
  phase {int} not null,                -- queue::Phase
  reply_code {int} not null,
  enhanced text not null,
  reply text not null,
  reason text not null,
  cut_off {int} not null,              -- 1: the answer after the final dot is missing
  primary key (enterprise_id, message_id, entry_id, number)
) {without_rowid};

-- Grows when an operator changes entries, so that running schedulers look at once.
create table queue_version (
  id {int} not null primary key,       -- 1
  version {int} not null
) {strict};
insert into queue_version (id, version) values (1, 0);
