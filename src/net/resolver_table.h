#pragma once
// DNS from a table: for tests. Answers at once, follows CNAMEs, and counts what was asked.
//
//   net::ResolverTable dns;
//   dns.add("example.com TXT v=spf1 mx -all");
//   dns.add("example.com MX 10 mail.example.com");
//   dns.set("broken.example", net::DnsType::kTxt, net::DnsStatus::kTemporary);

#include <map>
#include <mutex>
#include <set>
#include <utility>

#include "net/resolver.h"

namespace net {

// Thread-safe. A name exists when it, or a name below it, has a record (RFC 8020).
class ResolverTable : public Resolver {
 public:
  // "name TYPE data", with the data as a zone file has it, without escapes: A, AAAA, MX, NS, PTR, CNAME, TXT, TLSA (its data in hex).
  // TXT data in quotes is one or more strings; without quotes it is the rest of the line. Throws std::invalid_argument.
  void add(std::string_view line);
  void add_text(std::string_view name, std::string text);  // TXT of any bytes
  // The question is answered with this status, whatever records are there.
  void set(std::string_view name, DnsType type, DnsStatus status);
  void set_all(std::string_view name, DnsStatus status);  // questions of every type
  // Answers for this name and all names below it are secure, denials included. "" is every name.
  void set_secure(std::string_view name);
  void clear();

  size_t questions() const;                // since the last clear()
  std::vector<std::string> asked() const;  // "name TYPE", in order

  Task<DnsAnswer> resolve(std::string name, DnsType type, Deadline deadline) override;

 private:
  using Key = std::pair<std::string, DnsType>;
  DnsAnswer answer(const std::string& name, DnsType type);
  bool exists(const std::string& name) const;
  bool secure(const std::string& name) const;

  mutable std::mutex mutex_;
  std::map<Key, DnsAnswer> records_;
  std::map<Key, DnsStatus> statuses_;
  std::map<std::string, DnsStatus> all_types_;
  std::set<std::string> secure_;
  std::vector<std::string> asked_;
};

const char* to_string(DnsType type);

}  // namespace net
