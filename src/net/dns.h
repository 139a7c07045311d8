#pragma once
// The Resolver of a running server: libunbound, which caches, follows CNAMEs and validates DNSSEC.
//
// libunbound works on a thread of its own. A second thread here collects its results and wakes the coroutines that asked, each on its own
// loop. A coroutine that gives up (deadline, end of its loop) leaves its question behind: the answer still fills the cache, and the
// question counts against Limits::questions until then, so that dead name servers cannot pile up work without bound.

#include <memory>

#include "base/error.h"
#include "net/resolver.h"

namespace net {

struct DnsSettings {
  // Recursive resolvers as "address:port" ("[v6]:port"). Empty: those of /etc/resolv.conf, or the root servers when it names none.
  std::vector<std::string> servers;
  // File with DS or DNSKEY records. Empty: Debian's root key (package dns-root-data) when it is there, and then a resolver that strips
  // signatures makes names insecure instead of bogus. "none": no validation, nothing is ever secure.
  std::string trust_anchor;
  std::chrono::milliseconds timeout{20000};  // one question at most, whatever its caller's deadline
  size_t questions = 5000;                   // in flight; beyond it the answer is kTemporary
  size_t cache = 32u << 20;                  // bytes, roughly
};

// Thread-safe. When it is destroyed while coroutines wait, they are answered kTemporary; nobody may ask any more then.
class DnsResolver : public Resolver {
 public:
  // kInvalid: a server's address or the trust anchor file is wrong.
  static base::Result<std::unique_ptr<DnsResolver>> open(const DnsSettings& settings);
  ~DnsResolver() override;

  Task<DnsAnswer> resolve(std::string name, DnsType type, Deadline deadline) override;
  size_t in_flight() const;

 private:
  struct Question;
  struct Service;
  explicit DnsResolver(std::unique_ptr<Service> service);
  std::unique_ptr<Service> service_;
};

}  // namespace net
