#pragma once
// A real authoritative name server (nsd) for tests, on a free loopback port, serving zones from a temporary folder. It is stopped and
// everything is deleted with the object; it also dies with the process.

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <string>

namespace net::testing {

struct Zone {
  std::string text;   // records in zone file form; SOA, NS and $TTL are added
  bool sign = false;  // with a key made for it (ldns-keygen, ldns-signzone)
  std::string forge;  // "this=>that": replaced in the zone after it was signed, so that its signatures no longer hold
};

class NameServer {
 public:
  // By zone name, without the final dot. Throws std::runtime_error when nsd does not come up.
  explicit NameServer(const std::map<std::string, Zone>& zones);
  ~NameServer();
  NameServer(const NameServer&) = delete;
  NameServer& operator=(const NameServer&) = delete;

  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  std::string trust_anchor() const { return folder_ / "anchors"; }  // DNSKEY of every signed zone
  std::filesystem::path folder() const { return folder_; }

 private:
  void write_zone(const std::string& name, const Zone& zone);
  void start();

  std::filesystem::path folder_;
  std::string zones_;  // of nsd.conf
  unsigned short port_ = 0;
  pid_t server_ = 0;
};

}  // namespace net::testing
