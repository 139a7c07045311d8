-- How much of an enterprise's bodies may be garbage: what says when collecting is worth reading all its rows (store/collect.h).
alter table mail_account add column freed_bytes {int} not null default 0;
create index mail_account_of_enterprise on mail_account (enterprise_id);
