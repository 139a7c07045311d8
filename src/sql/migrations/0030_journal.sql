-- What happened: journal/. One row an event, of an enterprise together and in the order of time, so that the mail log and its purge read neighbours.

create table event (
  enterprise_id {int} not null,        -- 0: of no enterprise
  at {int} not null,                   -- microseconds since 1970
  event_id {int} not null,
  account_id {int} not null,           -- 0: of no account
  kind {int} not null,                 -- journal::EventKind
  protocol text not null,
  client text not null,
  sender text not null,
  recipient text not null,
  subject text not null,
  message_id text not null,
  size {int} not null,
  status {int} not null,
  detail text not null,
  primary key (enterprise_id, at, event_id)
) {without_rowid};
create index event_of_account on event (enterprise_id, account_id, at);
