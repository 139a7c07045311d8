#include "base/time.h"

#include <fmt/chrono.h>

namespace base {

std::string to_iso8601(Time t) {
  auto seconds = to_seconds(t);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:06d}Z", fmt::gmtime(static_cast<std::time_t>(seconds)), to_micros(t) - seconds * 1'000'000);
}

namespace {

// `digits` digits off the front; nullopt when they are not there.
std::optional<int> take_digits(std::string_view& in, size_t digits) {
  if (in.size() < digits) return std::nullopt;
  int value = 0;
  for (const char c : in.substr(0, digits)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  in.remove_prefix(digits);
  return value;
}

bool take(std::string_view& in, std::string_view any_of) {
  if (in.empty() || any_of.find(in.front()) == std::string_view::npos) return false;
  in.remove_prefix(1);
  return true;
}

// "Z", "+01:00"; nullopt when it is neither or anything follows.
std::optional<std::chrono::minutes> take_offset(std::string_view in) {
  if (in == "Z" || in == "z") return std::chrono::minutes(0);
  const bool west = !in.empty() && in.front() == '-';
  if (!take(in, "+-")) return std::nullopt;
  const auto hours = take_digits(in, 2);
  const bool divided = hours && take(in, ":");
  const auto minutes = divided ? take_digits(in, 2) : std::nullopt;
  if (!minutes || !in.empty() || *hours > 23 || *minutes > 59) return std::nullopt;
  const auto offset = std::chrono::minutes(*hours * 60 + *minutes);
  return west ? -offset : offset;
}

// ".25"; zero without a point, nullopt when no digit follows it.
std::optional<std::chrono::microseconds> take_fraction(std::string_view& in) {
  std::chrono::microseconds fraction{0};
  if (!take(in, ".")) return fraction;
  const size_t before = in.size();
  for (int64_t unit = 100'000; !in.empty() && in.front() >= '0' && in.front() <= '9'; in.remove_prefix(1), unit /= 10)
    fraction += std::chrono::microseconds((in.front() - '0') * unit);
  if (in.size() == before) return std::nullopt;
  return fraction;
}

}  // namespace

std::optional<Time> from_iso8601(std::string_view in) {
  int fields[6] = {};
  constexpr size_t kWidths[6] = {4, 2, 2, 2, 2, 2};
  constexpr std::string_view kAfter[5] = {"-", "-", "Tt", ":", ":"};
  for (size_t i = 0; i < 6; ++i) {
    const auto value = take_digits(in, kWidths[i]);
    if (!value || (i < 5 && !take(in, kAfter[i]))) return std::nullopt;
    fields[i] = *value;
  }
  const auto fraction = take_fraction(in);
  const auto offset = take_offset(in);
  const std::chrono::year_month_day date{std::chrono::year(fields[0]), std::chrono::month(static_cast<unsigned>(fields[1])),
                                         std::chrono::day(static_cast<unsigned>(fields[2]))};
  if (!fraction || !offset || !date.ok()) return std::nullopt;
  if (fields[3] > 23 || fields[4] > 59 || fields[5] > 60) return std::nullopt;  // 60: a leap second
  return Time(std::chrono::sys_days(date).time_since_epoch() + std::chrono::hours(fields[3]) + std::chrono::minutes(fields[4]) +
              std::chrono::seconds(fields[5]) + *fraction - *offset);
}

}  // namespace base
