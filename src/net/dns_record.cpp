#include "net/dns_record.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "base/text.h"

namespace net {

namespace {

constexpr size_t kLongestName = 253;  // as text; 255 bytes on the wire (RFC 1035 2.3.4)
constexpr size_t kLongestLabel = 63;

uint8_t byte_at(std::string_view s, size_t at) { return static_cast<uint8_t>(s[at]); }

void append_escaped(std::string& out, char c) {
  char text[5];
  std::snprintf(text, sizeof text, "\\%03u", static_cast<unsigned>(static_cast<uint8_t>(c)));
  out += text;
}

void append_label(std::string& out, std::string_view label) {
  for (char c : label) {
    const bool plain = c > 0x20 && c < 0x7f && c != '.' && c != '\\';
    plain ? void(out += base::ascii_lower(c)) : append_escaped(out, c);
  }
}

// The whole of `wire` is one name. "" is the root.
std::optional<std::string> read_name(std::string_view wire) {
  if (wire.size() > 255) return std::nullopt;
  std::string name;
  while (!wire.empty()) {
    const size_t length = byte_at(wire, 0);
    wire.remove_prefix(1);
    if (length == 0) return wire.empty() ? std::optional(name) : std::nullopt;
    if (length > kLongestLabel || length > wire.size()) return std::nullopt;
    if (!name.empty()) name += '.';
    append_label(name, wire.substr(0, length));
    wire.remove_prefix(length);
  }
  return std::nullopt;  // without the root label
}

// RFC 1035 3.3.14: one or more strings of up to 255 bytes.
std::optional<std::string> read_text(std::string_view rdata) {
  if (rdata.empty()) return std::nullopt;
  std::string text;
  while (!rdata.empty()) {
    const size_t length = byte_at(rdata, 0);
    if (length + 1 > rdata.size()) return std::nullopt;
    text += rdata.substr(1, length);
    rdata.remove_prefix(length + 1);
  }
  return text;
}

template <size_t kSize>
std::array<uint8_t, kSize> bytes_of(std::string_view s) {
  std::array<uint8_t, kSize> bytes;
  std::copy(s.begin(), s.end(), bytes.begin());
  return bytes;
}

bool read_mx(std::string_view rdata, DnsAnswer& answer) {
  if (rdata.size() < 3) return false;
  auto host = read_name(rdata.substr(2));
  if (!host) return false;
  answer.mx.push_back({static_cast<uint16_t>(byte_at(rdata, 0) << 8 | byte_at(rdata, 1)), std::move(*host)});
  return true;
}

bool read_into(std::optional<std::string> value, std::vector<std::string>& list) {
  if (!value) return false;
  list.push_back(std::move(*value));
  return true;
}

}  // namespace

std::optional<std::string> dns_name(std::string_view text) {
  if (text.ends_with('.')) text.remove_suffix(1);
  if (text.empty() || text.size() > kLongestName) return std::nullopt;
  for (const auto label : base::split(text, '.'))
    if (label.empty() || label.size() > kLongestLabel) return std::nullopt;
  return base::to_lower(text);
}

std::string escape_dns_name(std::string_view name) {
  std::string out;
  for (char c : name) {
    const bool plain = base::is_alpha(c) || base::is_digit(c) || c == '-' || c == '_' || c == '.';
    plain ? void(out += c) : append_escaped(out, c);
  }
  return out;
}

bool read_dns_record(DnsType type, std::string_view rdata, DnsAnswer& answer) {
  switch (type) {
    case DnsType::kA:
      if (rdata.size() != 4) return false;
      answer.addresses.push_back(IpAddress::v4(bytes_of<4>(rdata)));
      return true;
    case DnsType::kAaaa:
      if (rdata.size() != 16) return false;
      answer.addresses.push_back(IpAddress::v6(bytes_of<16>(rdata)));
      return true;
    case DnsType::kMx:
      return read_mx(rdata, answer);
    case DnsType::kTxt:
      return read_into(read_text(rdata), answer.texts);
    case DnsType::kNs:
    case DnsType::kPtr:
    case DnsType::kCname:
      return read_into(read_name(rdata), answer.names);
    case DnsType::kTlsa:
      if (rdata.size() < 4) return false;
      answer.tlsa.push_back({byte_at(rdata, 0), byte_at(rdata, 1), byte_at(rdata, 2), std::string(rdata.substr(3))});
      return true;
    case DnsType::kSoa:  // asked for to learn whether a zone is there: its fields have no use
      return !rdata.empty();
  }
  return false;
}

}  // namespace net
