-- Keys that sign what an enterprise's domains send (directory/dkim_keys.h).
create table dkim_key (
  enterprise_id {int} not null,
  domain text not null,
  selector text not null,
  private_key text not null,           -- PKCS#8 PEM
  state {int} not null,                -- directory::DkimKeyState
  created_at {int} not null,
  changed_at {int} not null,           -- when it came into its state
  primary key (enterprise_id, domain, selector)
) {without_rowid};
create index dkim_key_by_age on dkim_key (state, changed_at);
