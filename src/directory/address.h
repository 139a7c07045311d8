#pragma once
// An address taken apart and brought into the form that is compared: so that Tom@例子.CN, "tom"@xn--fsqu00a.cn and tom@例子.cn are one.

#include <optional>
#include <string>
#include <string_view>

namespace directory {

struct Address {
  std::string local;    // compared form: NFC, case-folded, without quotes (RFC 6531 3.3)
  std::string domain;   // compared form: A-labels in lower case (RFC 5891 4), or a literal like "[192.0.2.1]"
  std::string written;  // local part as written, without quotes: letters in their own case

  std::string key() const { return local + "@" + domain; }
  // For people: the local part as written (in quotes where it needs them), the domain in U-labels.
  std::string shown() const;
};

// A mailbox of RFC 5321 4.1.2 with the additions of RFC 6531 3.3; no source route, no angle brackets. nullopt: not an address, or longer.
std::optional<Address> parse_address(std::string_view text, size_t local_bytes = 64, size_t domain_bytes = 255);

// A-labels in lower case; nullopt when `name` is no host name of RFC 5321 4.1.2.
std::optional<std::string> normalise_domain(std::string_view name, size_t domain_bytes = 255);
std::string show_domain(const std::string& a_labels);  // in U-labels where they are valid

}  // namespace directory
