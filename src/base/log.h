#pragma once
// The program's own log (not the mail log, which is journal/): one line an event, as text or JSON, on standard error.
// Levels keep secrets out by construction: kTrace shows commands, kTraceAuth sign-in exchanges, kTraceData message bytes; none is on by
// default.

#include <fmt/format.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace base {

enum class LogLevel { kTraceData, kTraceAuth, kTrace, kDebug, kInfo, kWarning, kError, kOff };
enum class LogFormat { kText, kJson };

// nullopt-like: false when `name` is no level ("trace-data", "trace-auth", "trace", "debug", "info", "warning", "error", "off").
bool parse_log_level(std::string_view name, LogLevel& level);
void set_up_log(LogLevel level, LogFormat format);
bool log_enabled(LogLevel level);

struct LogField {
  std::string_view name;
  std::string value;
  template <typename T>
  LogField(std::string_view n, const T& v) : name(n), value(fmt::format("{}", v)) {}
};

// log(LogLevel::kInfo, "listening", {{"address", address}}). Text values are made printable; thread-safe.
void log(LogLevel level, std::string_view event, std::initializer_list<LogField> fields = {});

inline void log_info(std::string_view event, std::initializer_list<LogField> fields = {}) { log(LogLevel::kInfo, event, fields); }
inline void log_warning(std::string_view event, std::initializer_list<LogField> fields = {}) { log(LogLevel::kWarning, event, fields); }
inline void log_error(std::string_view event, std::initializer_list<LogField> fields = {}) { log(LogLevel::kError, event, fields); }

}  // namespace base
