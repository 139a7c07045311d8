#include "sql/postgres_connection.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "sql/postgres_values.h"

namespace sql {

namespace {

using base::ErrorKind;

constexpr size_t kPipelined = 128;  // statements in flight at most: their answers must fit the server's socket buffer

std::exception_ptr to_failure(const PGresult* result) {
  const char* field = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const std::string_view state = field ? field : "";
  const auto cause = fmt::format("PostgreSQL {}: {}", state, base::trim(PQresultErrorMessage(result)));
  const auto made = [](auto failure) { return std::make_exception_ptr(std::move(failure)); };
  if (state == "23505") return made(ConstraintError(ErrorKind::kExists, "it exists already", cause));
  if (state.starts_with("23")) return made(ConstraintError(ErrorKind::kInvalid, "the data break a rule", cause));
  // Serialization failure, deadlock, server going down or starting.
  const bool again = state == "40001" || state == "40P01" || state == "57P01" || state == "57P02" || state == "57P03" || state.empty();
  if (again || state.starts_with("08")) return made(Repeatable(ErrorKind::kUnavailable, "the database is not available", cause));
  // Out of disk or memory, lock or statement timeout, read-only standby, I/O error.
  for (std::string_view kind : {"53", "55", "57", "58", "25006", "72"}) {
    if (state.starts_with(kind)) return made(base::Failure(ErrorKind::kUnavailable, "the database is not available", cause));
  }
  if (state.starts_with("XX")) return made(base::Failure(ErrorKind::kCorrupt, "the database is damaged", cause));
  return made(base::Failure(ErrorKind::kInvalid, "the database did not understand", cause));
}

}  // namespace

PostgresConnection::PostgresConnection(const std::string& url, const Settings& settings) : cache_limit_(settings.statement_cache) {
  const auto wait = std::to_string(std::max<int64_t>(2, settings.busy_timeout.count() / 1000));
  // The address comes last: what it says counts.
  const char* names[] = {"connect_timeout", "tcp_user_timeout", "fallback_application_name", "dbname", "client_encoding", nullptr};
  const char* values[] = {wait.c_str(), "60000", "posthouse", url.c_str(), "UTF8", nullptr};
  connection_.reset(PQconnectdbParams(names, values, 1));
  if (!connection_ || PQstatus(connection_.get()) != CONNECTION_OK) {
    const auto cause = connection_ ? std::string(base::trim(PQerrorMessage(connection_.get()))) : "out of memory";
    throw base::Failure(ErrorKind::kUnavailable, "the database is not available", cause);
  }
  PQsetNoticeProcessor(
      connection_.get(), [](void*, const char*) {}, nullptr);
  if (PQenterPipelineMode(connection_.get()) != 1) lose();
}

void PostgresConnection::lose() {
  lost_ = true;
  expected_.clear();
  throw Repeatable(ErrorKind::kUnavailable, "the database is not available", std::string(base::trim(PQerrorMessage(connection_.get()))));
}

void PostgresConnection::require(int sent) {
  if (sent != 1) lose();
}

const std::string& PostgresConnection::prepared(std::string_view sql, std::span<const Value> values) {
  const PostgresParameters parameters(values);
  auto key = parameters.signature + ' ' + std::string(sql);
  const auto [found, made] = statements_.try_emplace(key);
  if (made) {
    found->second = fmt::format("s{}", ++names_);
    const auto numbered = number_placeholders(sql);
    require(PQsendPrepare(connection_.get(), found->second.c_str(), numbered.c_str(), parameters.count(), parameters.types.data()));
    expected_.push_back({Kind::kPrepare, std::move(key)});
  }
  return found->second;
}

void PostgresConnection::send(std::string_view sql, std::span<const Value> values) {
  if (!usable()) lose();
  if (expected_.size() >= kPipelined) finish();
  if (statements_.size() >= cache_limit_) {
    require(PQsendQueryParams(connection_.get(), "deallocate all", 0, nullptr, nullptr, nullptr, nullptr, 1));
    expected_.push_back({Kind::kStatement, {}});
    statements_.clear();
  }
  const PostgresParameters parameters(values);
  require(PQsendQueryPrepared(connection_.get(), prepared(sql, values).c_str(), parameters.count(), parameters.data.data(),
                              parameters.sizes.data(), parameters.formats.data(), 1));
  expected_.push_back({Kind::kStatement, {}});
}

void PostgresConnection::send_and_flush(std::string_view sql) {
  send(sql, {});
  sync();
}

void PostgresConnection::sync() {
  require(PQpipelineSync(connection_.get()));
  expected_.push_back({Kind::kSync, {}});
}

int64_t PostgresConnection::finish() {
  sync();
  collect(0);
  throw_first_failure();
  return changed_;
}

void PostgresConnection::start(std::string_view sql, std::span<const Value> values) {
  send(sql, values);
  sync();
  collect(2);  // all but the query and its sync
  if (failure_) {
    collect(0);
    throw_first_failure();
  }
  require(PQsetSingleRowMode(connection_.get()));
}

Result PostgresConnection::next_result() {
  while (true) {
    Result result(PQgetResult(connection_.get()));
    const auto status = result ? PQresultStatus(result.get()) : PGRES_EMPTY_QUERY;
    if (status == PGRES_SINGLE_TUPLE) return result;
    if (result) {
      note(result.get());
      if (!usable()) lose();
      continue;  // the end of the rows, or a failure; null follows
    }
    if (!usable()) lose();
    expected_.pop_front();
    collect(0);
    throw_first_failure();
    return nullptr;
  }
}

void PostgresConnection::collect(size_t leave) {
  while (expected_.size() > leave) {
    collect_one(expected_.front());
    expected_.pop_front();
  }
}

void PostgresConnection::collect_one(const Expected& expected) {
  bool failed = false;
  while (Result result{PQgetResult(connection_.get())}) {
    if (PQresultStatus(result.get()) == PGRES_PIPELINE_SYNC) return;  // alone among the results, no null follows it
    failed |= PQresultStatus(result.get()) != PGRES_COMMAND_OK && PQresultStatus(result.get()) != PGRES_TUPLES_OK;
    note(result.get());
    if (PQstatus(connection_.get()) != CONNECTION_OK) break;
  }
  if (PQstatus(connection_.get()) != CONNECTION_OK) {
    lost_ = true;
    throw_first_failure();  // what the server said before it went
    lose();
  }
  if (failed && expected.kind == Kind::kPrepare) statements_.erase(expected.key);
}

void PostgresConnection::note(const PGresult* result) {
  switch (PQresultStatus(result)) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
      changed_ = static_cast<int64_t>(base::parse_number(PQcmdTuples(const_cast<PGresult*>(result))).value_or(0));
      break;
    case PGRES_PIPELINE_ABORTED:
      break;  // an earlier statement failed
    default:
      if (!failure_) failure_ = to_failure(result);
  }
}

void PostgresConnection::throw_first_failure() {
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

void PostgresConnection::script(const std::string& text) {
  finish();
  require(PQexitPipelineMode(connection_.get()));
  const Result result(PQexec(connection_.get(), text.c_str()));
  if (PQstatus(connection_.get()) != CONNECTION_OK) lose();
  require(PQenterPipelineMode(connection_.get()));
  const auto status = PQresultStatus(result.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_EMPTY_QUERY)
    std::rethrow_exception(to_failure(result.get()));
}

}  // namespace sql
