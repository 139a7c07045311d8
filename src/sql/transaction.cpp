#include "sql/transaction.h"

namespace sql {

void Hooks::run_before() {
  for (auto& hook : before) hook();
}

void Hooks::run_commit() {
  for (auto& hook : commit) hook();
}

void Hooks::run_rollback() {
  for (auto hook = rollback.rbegin(); hook != rollback.rend(); ++hook) (*hook)();
}

template <typename Fn>
auto Transaction::guarded(Fn fn) {
  if (failure_) std::rethrow_exception(failure_);
  try {
    return fn();
  } catch (...) {
    doom(std::current_exception());
    throw;
  }
}

Rows Transaction::query_with(std::string_view sql, std::span<const Value> values) {
  return guarded([&] { return Rows(start_query(sql, values)); });
}

int64_t Transaction::execute_with(std::string_view sql, std::span<const Value> values) {
  return guarded([&] { return run(sql, values); });
}

void Transaction::execute_later_with(std::string_view sql, std::span<const Value> values) {
  guarded([&] { run_later(sql, values); });
}

void Transaction::run_script(std::string_view script) {
  guarded([&] { run_statements(script); });
}

}  // namespace sql
