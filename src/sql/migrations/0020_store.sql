-- Mailboxes and messages. Byte formats of the {blob} columns: doc/formats/.

create table mail_account (
  account_id {int} not null,
  enterprise_id {int} not null,
  used_bytes {int} not null,
  used_messages {int} not null,
  uid_validity {int} not null,
  primary key (account_id)
) {without_rowid};

create table mailbox (
  account_id {int} not null,
  mailbox_id {int} not null,
  name text not null,
  special_use {int} not null,
  uid_validity {int} not null,
  uid_next {int} not null,
  modseq {int} not null,
  messages {int} not null,
  unseen {int} not null,
  deleted {int} not null,
  bytes {int} not null,
  recent_from {int} not null,
  next_page {int} not null,
  pruned_modseq {int} not null,
  keywords {blob} not null,
  primary key (account_id, mailbox_id)
) {without_rowid};
create unique index mailbox_name on mailbox (account_id, name);

create table mailbox_page (
  account_id {int} not null,
  mailbox_id {int} not null,
  page {int} not null,
  entries {blob} not null,
  primary key (account_id, mailbox_id, page)
) {without_rowid};

create table subscription (
  account_id {int} not null,
  name text not null,
  primary key (account_id, name)
) {without_rowid};

create table message (
  account_id {int} not null,
  mailbox_id {int} not null,
  uid {int} not null,
  email_id {int} not null,
  received_at {int} not null,
  saved_at {int} not null,
  size {int} not null,
  blob_id {blob} not null,
  preview text not null,
  envelope {blob} not null,
  structure {blob} not null,
  primary key (account_id, mailbox_id, uid)
) {without_rowid};

-- What was expunged by one change, for QRESYNC and JMAP; pruned by age.
create table tombstone (
  account_id {int} not null,
  mailbox_id {int} not null,
  modseq {int} not null,
  expunged_at {int} not null,
  uids {blob} not null,
  primary key (account_id, mailbox_id, modseq)
) {without_rowid};

-- Mailboxes that were deleted and whose message rows are still to be removed, a few at a time.
create table dropped_mailbox (
  account_id {int} not null,
  mailbox_id {int} not null,
  primary key (account_id, mailbox_id)
) {without_rowid};
