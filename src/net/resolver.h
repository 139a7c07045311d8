#pragma once
// DNS as the rest of the program sees it: one question, one answer, never an exception for what a name server says.
// The real one is net/dns.h (libunbound); tests answer from a table (net/resolver_table.h).

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "net/address.h"
#include "net/deadline.h"
#include "net/task.h"

namespace net {

// Record types by their IANA numbers.
enum class DnsType : uint16_t { kA = 1, kNs = 2, kCname = 5, kSoa = 6, kPtr = 12, kMx = 15, kTxt = 16, kAaaa = 28, kTlsa = 52 };

enum class DnsStatus {
  kOk,         // at least one record of the type asked for
  kNoData,     // the name exists, without such a record
  kNoName,     // NXDOMAIN
  kTemporary,  // SERVFAIL, time-out, no server to ask: the same question may be answered later
  kBogus,      // DNSSEC says the answer is forged; to be treated as kTemporary, and as a reason to say so
};

struct MxRecord {
  uint16_t preference = 0;
  std::string host;  // "" is the null MX (RFC 7505)

  bool operator==(const MxRecord&) const = default;
};

// RFC 6698 2.1.
struct TlsaRecord {
  uint8_t usage = 0;
  uint8_t selector = 0;
  uint8_t matching = 0;
  std::string data;  // bytes

  bool operator==(const TlsaRecord&) const = default;
};

// The records of the type asked for; the other lists are empty. Names are lower case, without the final dot.
struct DnsAnswer {
  DnsStatus status = DnsStatus::kTemporary;
  bool secure = false;  // validated by DNSSEC from the trust anchor, a secure denial included
  std::chrono::seconds ttl{0};
  std::string canonical;  // where CNAMEs led, or the name asked for
  std::string cause;      // for kTemporary and kBogus: for the log

  std::vector<IpAddress> addresses;  // A, AAAA
  std::vector<MxRecord> mx;          // as received: not sorted
  std::vector<std::string> texts;    // TXT: the strings of one record joined without a space
  std::vector<std::string> names;    // NS, PTR, CNAME
  std::vector<TlsaRecord> tlsa;

  bool ok() const { return status == DnsStatus::kOk; }
  bool none() const { return status == DnsStatus::kNoData || status == DnsStatus::kNoName; }
  bool temporary() const { return status == DnsStatus::kTemporary || status == DnsStatus::kBogus; }
};

class Resolver {
 public:
  virtual ~Resolver() = default;
  // `name` in any case, as A-labels, with or without the final dot. A name that DNS cannot carry is answered kNoName without asking. At the
  // deadline the answer is kTemporary. Throws only IoError kCancelled, when the loop ends. Resumes on the caller's loop.
  virtual Task<DnsAnswer> resolve(std::string name, DnsType type, Deadline deadline) = 0;
};

// "4.3.2.1.in-addr.arpa", "…ip6.arpa": the name that PTR is asked for.
std::string reverse_name(const IpAddress& address);

// A and AAAA of one host as one answer. kOk when either has addresses (IPv6 first); otherwise the worse of the two. Secure when both are.
// The other family's trouble does not hide the addresses that were found.
Task<DnsAnswer> resolve_addresses(Resolver& resolver, std::string host, Deadline deadline);

}  // namespace net
