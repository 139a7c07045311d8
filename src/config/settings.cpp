#include "config/settings.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "config/value.h"

namespace config {

namespace {

// Levenshtein distance; names are short.
size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = std::exchange(row[0], i);
    for (size_t j = 1; j <= b.size(); ++j) {
      size_t replaced = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

// The name meant by a mistyped one, when one is near enough.
std::optional<std::string_view> nearest_name(std::string_view name) {
  if (name.size() > 100) return std::nullopt;
  auto near = std::ranges::min_element(kSettings, {}, [&](const Setting& s) { return edit_distance(name, s.name); });
  if (edit_distance(name, near->name) > std::max<size_t>(2, name.size() / 4)) return std::nullopt;
  return near->name;
}

std::string unknown_setting(std::string_view name) {
  auto text = "unknown setting \"" + base::printable(name) + "\"";
  if (auto near = nearest_name(name)) text += "; did you mean \"" + std::string(*near) + "\"?";
  return text;
}

}  // namespace

std::string to_string(const ListenAddress& address) {
  if (!address.path.empty()) return "unix:" + address.path;
  const bool v6 = address.host.find(':') != std::string::npos;
  return (v6 ? "[" + address.host + "]" : address.host) + ":" + std::to_string(address.port);
}

Settings::Settings() {
  entries_.reserve(kSettingCount);
  for (const auto& setting : kSettings)
    entries_.push_back({base::value_or_throw(parse_value(setting, setting.initial)), std::string(setting.initial), "default"});
}

base::Result<void> Settings::assign(std::string_view name, std::string_view value, std::string_view origin) {
  auto failed = [&](const std::string& text) { return base::Error{base::ErrorKind::kInvalid, std::string(origin) + ": " + text, {}}; };
  size_t index = find_setting(name);
  if (index == kSettingCount) return failed(unknown_setting(name));
  auto parsed = parse_value(kSettings[index], base::trim(value));
  if (!parsed.ok()) return failed(std::string(name) + " " + parsed.error().text);
  entries_[index] = {std::move(*parsed), std::string(base::trim(value)), std::string(origin)};
  return {};
}

}  // namespace config
