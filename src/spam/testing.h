#pragma once
// A real clamd and a real rspamd for tests, each with its own temporary folder, on loopback. They stop with the object and die with the
// process. Started as an unprivileged user when we are root.

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "net/address.h"

namespace spam::testing {

// A child process in a folder of its own; its output goes to "log" there.
class Program {
 public:
  Program();
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  const std::filesystem::path& folder() const { return folder_; }
  void write(const std::string& name, const std::string& text) const;
  // Returns when `up` accepts connections; throws std::runtime_error with the log when it does not.
  void start(const std::vector<std::string>& arguments, const net::Endpoint& up);
  void stop();

 private:
  bool comes_up(const net::Endpoint& up);

  std::filesystem::path folder_;
  pid_t child_ = 0;
};

net::Endpoint free_endpoint();

inline constexpr size_t kClamdStream = 1 << 20;  // its StreamMaxLength
extern const std::string_view kEicar;            // the test file of eicar.org, which is no virus
extern const std::string_view kGtube;            // the text that every spam filter rejects (spamassassin.apache.org/gtube)

// Knows one signature: the EICAR file, as "Test.Eicar.Body.UNOFFICIAL".
struct Clamd {
  Clamd();
  Program program;
  net::Endpoint tcp, local;
};
struct Rspamd {
  Rspamd();
  Program program;
  net::Endpoint tcp;
  std::string url() const { return "http://" + tcp.to_string(); }
};

}  // namespace spam::testing
