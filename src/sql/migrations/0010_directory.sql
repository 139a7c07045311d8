-- Who exists: directory/. Names and addresses are in the form that is compared (directory/address.h) unless they are said to be shown.

create table enterprise (
  enterprise_id {int} not null primary key,
  name text not null,
  blob_key {blob} not null,              -- 32 bytes
  creator_account_id {int},           -- the first administrator; null until there is a member
  created_at {int} not null           -- microseconds since 1970, as all times here
) {strict};

create table domain (
  enterprise_id {int} not null,
  domain_id {int} not null,
  name text not null,
  state {int} not null,              -- directory::DomainState
  catch_all text not null,             -- shown address; empty: none
  added_at {int} not null,
  last_active_at {int},
  primary key (enterprise_id, domain_id)
) {without_rowid};
create unique index domain_of_enterprise on domain (enterprise_id, name);
-- One holder at a time: states active and abnormal.
create unique index domain_holder on domain (name) where state = 5 or state = 6;
create index domain_by_name on domain (name);

create table member (
  enterprise_id {int} not null,
  account_id {int} not null,
  name text not null,
  address text not null,               -- main address, shown
  state {int} not null,              -- directory::MemberState
  quota_bytes {int} not null,         -- 0: unlimited
  created_at {int} not null,
  primary key (enterprise_id, account_id)
) {without_rowid};

-- Every address of an enterprise, whatever it belongs to: so that none is given out twice.
create table address (
  enterprise_id {int} not null,
  domain text not null,
  local_part text not null,
  kind {int} not null,               -- 1 main address, 2 alias
  account_id {int} not null,
  address_id {int} not null,          -- ascending: the order they were added in
  shown text not null,
  primary key (enterprise_id, domain, local_part)
) {without_rowid};
create index address_of_account on address (enterprise_id, account_id);
create index address_by_name on address (domain, local_part);

create table credential (
  enterprise_id {int} not null,
  account_id {int} not null,
  version {int} not null,             -- grows with every change
  argon2 text not null,                -- crypto_pwhash_str of libsodium
  scram_salt {blob} not null,
  scram_iterations {int} not null,
  scram_stored_key {blob} not null,
  scram_server_key {blob} not null,
  changed_at {int} not null,
  primary key (enterprise_id, account_id)
) {without_rowid};

-- What to drop from caches, in the order of commits: each change takes the next version under this row's lock.
create table directory_version (
  id {int} not null primary key,     -- 1
  version {int} not null,
  pruned {int} not null,              -- changes up to here are no longer listed
  secret {blob}                          -- 32 bytes: makes SCRAM salts for unknown users
) {strict};
insert into directory_version (id, version, pruned) values (1, 0, 0);

create table directory_change (
  version {int} not null primary key,
  keys text not null                   -- cache keys, a line each: directory/cache.h
) {strict};
