-- Is this message wanted: spam/. Every row belongs to an enterprise; account_id 0 is the enterprise as a whole. Times are seconds since 1970.

-- Block and allow lists (D4.7, E6.4).
create table spam_list (
  enterprise_id {int} not null,
  account_id {int} not null,
  kind {int} not null,                 -- spam::ListKind
  entry text not null,                 -- in the compared form: "tom@example.com", "example.com", "*.example.com", "192.0.2.0/24"
  note text not null,
  added_at {int} not null,
  primary key (enterprise_id, account_id, kind, entry)
) {without_rowid};

-- Who wrote to whom (D4.14). 0: never.
create table spam_correspondent (
  enterprise_id {int} not null,
  account_id {int} not null,
  address text not null,
  wrote_at {int} not null,             -- the outside address last wrote to the member
  written_at {int} not null,           -- the member last wrote to it
  primary key (enterprise_id, account_id, address)
) {without_rowid};

-- What became of a sender's mail.
create table spam_sender (
  enterprise_id {int} not null,
  account_id {int} not null,
  sender text not null,                -- a proven domain, or "domain network" of one that is not
  accepted {int} not null,
  junked {int} not null,
  rescued {int} not null,              -- moved out of Junk
  reported {int} not null,             -- moved into Junk
  seen_at {int} not null,
  primary key (enterprise_id, account_id, sender)
) {without_rowid};

create table spam_greylist (
  enterprise_id {int} not null,
  account_id {int} not null,
  network text not null,
  sender_domain text not null,
  first_at {int} not null,
  seen_at {int} not null,
  passed {int} not null,               -- messages let through; 0: it has not come back yet
  primary key (enterprise_id, account_id, network, sender_domain)
) {without_rowid};

-- Client networks that have shown that they come back.
create table spam_client (
  enterprise_id {int} not null,
  network text not null,
  returned {int} not null,
  seen_at {int} not null,
  primary key (enterprise_id, network)
) {without_rowid};

-- Bayes: how many messages of each kind held the token.
create table spam_token (
  enterprise_id {int} not null,
  account_id {int} not null,
  token {int} not null,                -- hash of the word
  spam {int} not null,
  ham {int} not null,
  seen_at {int} not null,
  primary key (enterprise_id, account_id, token)
) {without_rowid};

create table spam_corpus (
  enterprise_id {int} not null,
  account_id {int} not null,
  spam {int} not null,
  ham {int} not null,
  lessons {int} not null,
  primary key (enterprise_id, account_id)
) {without_rowid};

-- Which messages a member has taught, so that a lesson counts once and can be taken back.
create table spam_lesson (
  enterprise_id {int} not null,
  account_id {int} not null,
  message {blob} not null,             -- hash of its bytes
  is_spam {int} not null,
  learned_at {int} not null,
  primary key (enterprise_id, account_id, message)
) {without_rowid};

-- Mail to strangers, counted by day and by short windows (D4.13).
create table spam_outbound (
  enterprise_id {int} not null,
  account_id {int} not null,
  width {int} not null,                -- seconds of the bucket
  bucket {int} not null,               -- its beginning
  strangers {int} not null,
  noticed {int} not null,              -- 1: member and administrators have been told
  primary key (enterprise_id, account_id, width, bucket)
) {without_rowid};

-- Quotas that differ from the setting.
create table spam_quota (
  enterprise_id {int} not null,
  account_id {int} not null,
  strangers_per_day {int} not null,
  primary key (enterprise_id, account_id)
) {without_rowid};

-- Why a message went where it went; doc/formats/verdict.md.
create table spam_verdict (
  enterprise_id {int} not null,
  account_id {int} not null,
  email_id {int} not null,
  at {int} not null,
  verdict {blob} not null,
  primary key (enterprise_id, account_id, email_id)
) {without_rowid};
create index spam_verdict_at on spam_verdict (enterprise_id, at);
