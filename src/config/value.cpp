#include "config/value.h"

#include <arpa/inet.h>

#include <algorithm>
#include <limits>
#include <span>

#include "base/text.h"

namespace config {

namespace {

struct Unit {
  std::string_view name;
  int64_t size;
};
constexpr Unit kByteUnits[] = {{"", 1}, {"b", 1}, {"kb", 1LL << 10}, {"mb", 1LL << 20}, {"gb", 1LL << 30}, {"tb", 1LL << 40}};
constexpr Unit kTimeUnits[] = {{"ms", 1'000}, {"s", 1'000'000}, {"m", 60'000'000}, {"h", 3'600'000'000}, {"d", 86'400'000'000}};

// Takes "12mb" off the front of `text`; nullopt when there is no such thing or it overflows.
std::optional<int64_t> take_amount(std::string_view& text, std::span<const Unit> units) {
  size_t digits = 0;
  while (digits < text.size() && base::is_digit(text[digits])) ++digits;
  size_t end = digits;
  while (end < text.size() && base::is_alpha(text[end])) ++end;
  auto number = base::parse_number(text.substr(0, digits));
  auto name = base::to_lower(text.substr(digits, end - digits));
  auto unit = std::ranges::find(units, name, &Unit::name);
  if (!number || unit == units.end()) return std::nullopt;
  if (*number > static_cast<uint64_t>(std::numeric_limits<int64_t>::max() / unit->size)) return std::nullopt;
  text.remove_prefix(end);
  return static_cast<int64_t>(*number) * unit->size;
}

std::optional<int64_t> parse_integer(std::string_view text) {
  auto number = base::parse_number(text);
  if (!number || *number > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) return std::nullopt;
  return static_cast<int64_t>(*number);
}

bool is_ip(const std::string& text, int family) {
  unsigned char bytes[16];
  return inet_pton(family, text.c_str(), bytes) == 1;
}

base::Error wanted(std::string text) { return {base::ErrorKind::kInvalid, std::move(text), {}}; }

// A whole number in the notation of the type; nullopt when it is not one.
std::optional<int64_t> parse_scalar(Type type, std::string_view text) {
  if (type == Type::kBytes) return parse_bytes(text);
  if (type != Type::kDuration) return parse_integer(text);
  auto duration = parse_duration(text);
  return duration ? std::optional(duration->count()) : std::nullopt;
}

base::Result<Value> parse_quantity(const Setting& setting, std::string_view text, std::string_view example) {
  auto value = parse_scalar(setting.type, text);
  if (!value) return wanted("must be " + std::string(example) + ", not \"" + std::string(text) + "\"");
  auto dots = setting.range.find("..");
  auto low = parse_scalar(setting.type, setting.range.substr(0, dots));
  auto high = parse_scalar(setting.type, setting.range.substr(dots + 2));
  if (*value < *low || *value > *high) return wanted("must be within " + std::string(setting.range) + ", not " + std::string(text));
  if (setting.type == Type::kDuration) return Value(base::Duration(*value));
  return Value(*value);
}

base::Result<Value> parse_choice(const Setting& setting, std::string_view text) {
  for (auto word : base::split(setting.range, '|'))
    if (word == text) return Value(std::string(text));
  return wanted("must be one of " + std::string(setting.range) + ", not \"" + std::string(text) + "\"");
}

base::Result<Value> parse_flag(std::string_view text) {
  if (text == "true") return Value(true);
  if (text == "false") return Value(false);
  return wanted("must be true or false, not \"" + std::string(text) + "\"");
}

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> items;
  for (auto item : base::split(text, ','))
    if (auto trimmed = base::trim(item); !trimmed.empty()) items.emplace_back(trimmed);
  return items;
}

base::Result<Value> parse_networks(std::string_view text) {
  auto items = split_list(text);
  for (const auto& item : items)
    if (!is_network(item)) return wanted("must be addresses or CIDR ranges, and \"" + item + "\" is neither");
  return Value(std::move(items));
}

base::Result<Value> parse_listeners(std::string_view text) {
  std::vector<ListenAddress> addresses;
  for (const auto& item : split_list(text)) {
    auto address = parse_listen(item);
    if (!address) return wanted("must be address:port or unix:/path, not \"" + item + "\"");
    addresses.push_back(*std::move(address));
  }
  return Value(std::move(addresses));
}

}  // namespace

std::optional<int64_t> parse_bytes(std::string_view text) {
  auto amount = take_amount(text, kByteUnits);
  return text.empty() ? amount : std::nullopt;
}

std::optional<base::Duration> parse_duration(std::string_view text) {
  if (text == "0") return base::Duration(0);
  if (text.empty()) return std::nullopt;
  int64_t total = 0;
  while (!text.empty()) {
    auto amount = take_amount(text, kTimeUnits);
    if (!amount || *amount > std::numeric_limits<int64_t>::max() - total) return std::nullopt;
    total += *amount;
  }
  return base::Duration(total);
}

std::optional<ListenAddress> parse_listen(std::string_view text) {
  if (text.starts_with("unix:")) {
    auto path = text.substr(5);
    // sockaddr_un holds 107 bytes and a zero.
    if (path.empty() || path.front() != '/' || path.size() > 107) return std::nullopt;
    return ListenAddress{.path = std::string(path)};
  }
  auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  auto port = base::parse_number(text.substr(colon + 1));
  auto host = text.substr(0, colon);
  const bool v6 = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (v6) host = host.substr(1, host.size() - 2);
  if (!port || *port > 65535 || !is_ip(std::string(host), v6 ? AF_INET6 : AF_INET)) return std::nullopt;
  return ListenAddress{.host = std::string(host), .port = static_cast<uint16_t>(*port)};
}

bool is_network(std::string_view text) {
  auto slash = text.find('/');
  std::string host(text.substr(0, slash));
  const bool v6 = is_ip(host, AF_INET6);
  if (!v6 && !is_ip(host, AF_INET)) return false;
  if (slash == std::string_view::npos) return true;
  auto bits = base::parse_number(text.substr(slash + 1));
  return bits && *bits <= (v6 ? 128 : 32);
}

base::Result<Value> parse_value(const Setting& setting, std::string_view text) {
  switch (setting.type) {
    case Type::kBool:
      return parse_flag(text);
    case Type::kNumber:
      return parse_quantity(setting, text, "a whole number");
    case Type::kBytes:
      return parse_quantity(setting, text, "a size like \"25MB\"");
    case Type::kDuration:
      return parse_quantity(setting, text, "a duration like \"5m\"");
    case Type::kText:
      return Value(std::string(text));
    case Type::kChoice:
      return parse_choice(setting, text);
    case Type::kList:
      return Value(split_list(text));
    case Type::kNetworks:
      return parse_networks(text);
    case Type::kListen:
      return parse_listeners(text);
    case Type::kUnserved:
      break;
  }
  if (!text.empty()) return wanted("is not served by this version; it must be empty");
  return Value(std::string());
}

}  // namespace config
