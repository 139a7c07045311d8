#include "base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <memory>

#include "base/text.h"
#include "base/time.h"

namespace base {

namespace {
constexpr std::string_view kNames[] = {"trace-data", "trace-auth", "trace", "debug", "info", "warning", "error", "off"};
std::atomic<LogLevel> g_level{LogLevel::kInfo};
std::atomic<LogFormat> g_format{LogFormat::kText};

spdlog::logger& sink() {
  static auto logger = [] {
    auto made = std::make_shared<spdlog::logger>("posthouse", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%v");
    made->set_level(spdlog::level::info);
    return made;
  }();
  return *logger;
}

std::string quote_json(std::string_view s) {
  std::string out = "\"";
  for (char c : is_valid_utf8(s) ? std::string(s) : printable(s, s.size() * 4)) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string quote_text(std::string_view s) {
  bool plain = !s.empty() && s.find_first_of(" \"=\\") == std::string_view::npos;
  std::string shown = printable(s, 1000);
  return plain && shown == s ? shown : '"' + shown + '"';
}
}  // namespace

bool parse_log_level(std::string_view name, LogLevel& level) {
  for (size_t i = 0; i < std::size(kNames); ++i) {
    if (kNames[i] != name) continue;
    level = static_cast<LogLevel>(i);
    return true;
  }
  return false;
}

void set_up_log(LogLevel level, LogFormat format) {
  g_level = level;
  g_format = format;
}

bool log_enabled(LogLevel level) { return level >= g_level.load(std::memory_order_relaxed); }

void log(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) {
  if (!log_enabled(level)) return;
  std::string now = to_iso8601(SystemClock().now());
  std::string line;
  if (g_format == LogFormat::kJson) {
    line = fmt::format(R"({{"time":"{}","level":"{}","event":{})", now, kNames[static_cast<int>(level)], quote_json(event));
    for (const auto& field : fields) line += "," + quote_json(field.name) + ":" + quote_json(field.value);
    line += '}';
  } else {
    line = fmt::format("{} {:<7} {}", now, kNames[static_cast<int>(level)], event);
    for (const auto& field : fields) line += fmt::format(" {}={}", field.name, quote_text(field.value));
  }
  sink().info(line);
}

}  // namespace base
