#include "net/resolver_table.h"

#include <stdexcept>

#include "base/text.h"
#include "net/dns_record.h"

namespace net {

namespace {

constexpr std::pair<DnsType, const char*> kTypes[] = {{DnsType::kA, "A"},     {DnsType::kNs, "NS"},     {DnsType::kCname, "CNAME"},
                                                      {DnsType::kSoa, "SOA"}, {DnsType::kPtr, "PTR"},   {DnsType::kMx, "MX"},
                                                      {DnsType::kTxt, "TXT"}, {DnsType::kAaaa, "AAAA"}, {DnsType::kTlsa, "TLSA"}};
constexpr int kLongestChain = 8;

[[noreturn]] void wrong(std::string_view line) { throw std::invalid_argument("not a DNS record: " + std::string(line)); }

std::string canonical(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  return base::to_lower(name);
}

// Takes the first word off `text`.
std::string_view take_word(std::string_view& text) {
  text = base::trim(text);
  const size_t end = std::min(text.find(' '), text.size());
  const auto word = text.substr(0, end);
  text = base::trim(text.substr(end));
  return word;
}

uint64_t take_number(std::string_view& text, std::string_view line) {
  const auto number = base::parse_number(take_word(text));
  if (!number || *number > 65535) wrong(line);
  return *number;
}

std::string unquote(std::string_view data, std::string_view line) {
  if (!data.starts_with('"')) return std::string(data);
  std::string text;
  while (!data.empty()) {
    const size_t end = data.find('"', 1);
    if (data.front() != '"' || end == std::string_view::npos) wrong(line);
    text += data.substr(1, end - 1);
    data = base::trim(data.substr(end + 1));
  }
  return text;
}

DnsType type_of(std::string_view name, std::string_view line) {
  for (const auto& [type, text] : kTypes)
    if (base::iequals(name, text)) return type;
  wrong(line);
}

void add_data(DnsType type, std::string_view data, std::string_view line, DnsAnswer& answer) {
  if (type == DnsType::kA || type == DnsType::kAaaa) {
    const auto address = IpAddress::parse(data);
    if (!address || address->is_v4() != (type == DnsType::kA)) wrong(line);
    answer.addresses.push_back(*address);
  } else if (type == DnsType::kMx) {
    const auto preference = take_number(data, line);
    answer.mx.push_back({static_cast<uint16_t>(preference), canonical(data)});
  } else if (type == DnsType::kTxt) {
    answer.texts.push_back(unquote(data, line));
  } else if (type == DnsType::kTlsa) {
    const auto usage = take_number(data, line), selector = take_number(data, line), matching = take_number(data, line);
    const auto bytes = base::hex_decode(data);
    if (!bytes) wrong(line);
    answer.tlsa.push_back({static_cast<uint8_t>(usage), static_cast<uint8_t>(selector), static_cast<uint8_t>(matching), *bytes});
  } else {
    answer.names.push_back(canonical(data));
  }
}

}  // namespace

const char* to_string(DnsType type) {
  for (const auto& [known, text] : kTypes)
    if (known == type) return text;
  return "?";
}

void ResolverTable::add(std::string_view line) {
  std::string_view rest = line;
  const auto name = canonical(take_word(rest));
  const auto type = type_of(take_word(rest), line);
  std::lock_guard lock(mutex_);
  add_data(type, rest, line, records_[{name, type}]);
}

void ResolverTable::add_text(std::string_view name, std::string text) {
  std::lock_guard lock(mutex_);
  records_[{canonical(name), DnsType::kTxt}].texts.push_back(std::move(text));
}

void ResolverTable::set(std::string_view name, DnsType type, DnsStatus status) {
  std::lock_guard lock(mutex_);
  statuses_[{canonical(name), type}] = status;
}

void ResolverTable::set_all(std::string_view name, DnsStatus status) {
  std::lock_guard lock(mutex_);
  all_types_[canonical(name)] = status;
}

void ResolverTable::set_secure(std::string_view name) {
  std::lock_guard lock(mutex_);
  secure_.insert(canonical(name));
}

void ResolverTable::clear() {
  std::lock_guard lock(mutex_);
  records_.clear();
  statuses_.clear();
  all_types_.clear();
  secure_.clear();
  asked_.clear();
}

size_t ResolverTable::questions() const {
  std::lock_guard lock(mutex_);
  return asked_.size();
}

std::vector<std::string> ResolverTable::asked() const {
  std::lock_guard lock(mutex_);
  return asked_;
}

bool ResolverTable::exists(const std::string& name) const {
  for (const auto& [key, records] : records_)
    if (key.first == name || key.first.ends_with("." + name)) return true;
  return false;
}

bool ResolverTable::secure(const std::string& name) const {
  for (const auto& zone : secure_)
    if (zone.empty() || name == zone || name.ends_with("." + zone)) return true;
  return false;
}

DnsAnswer ResolverTable::answer(const std::string& name, DnsType type) {
  DnsAnswer result;
  result.canonical = name;
  result.secure = true;
  result.ttl = std::chrono::hours(1);
  for (int steps = 0; steps < kLongestChain; ++steps) {
    const auto& at = result.canonical;
    result.secure = result.secure && secure(at);
    std::optional<DnsStatus> status;
    if (auto all = all_types_.find(at); all != all_types_.end()) status = all->second;
    if (auto one = statuses_.find({at, type}); one != statuses_.end()) status = one->second;
    if (status) {
      result.status = *status;
      if (result.temporary()) result.cause = "the table says so";
      if (result.temporary()) result.secure = false;
      return result;
    }
    if (auto found = records_.find({at, type}); found != records_.end()) {
      DnsAnswer records = found->second;
      records.status = DnsStatus::kOk;
      records.secure = result.secure;
      records.ttl = result.ttl;
      records.canonical = at;
      return records;
    }
    const auto alias = records_.find({at, DnsType::kCname});
    if (alias == records_.end()) {
      result.status = exists(at) ? DnsStatus::kNoData : DnsStatus::kNoName;
      return result;
    }
    result.canonical = alias->second.names.front();
  }
  result.secure = false;
  result.cause = "CNAME loop";
  return result;
}

Task<DnsAnswer> ResolverTable::resolve(std::string name, DnsType type, Deadline) {
  const auto wanted = dns_name(name);
  std::lock_guard lock(mutex_);
  DnsAnswer result;
  if (!wanted) {
    result.status = DnsStatus::kNoName;
    result.canonical = base::to_lower(name);
    co_return result;
  }
  asked_.push_back(*wanted + " " + to_string(type));
  result = answer(*wanted, type);
  co_return result;
}

}  // namespace net
