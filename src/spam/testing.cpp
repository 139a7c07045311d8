#include "spam/testing.h"

#include <fcntl.h>
#include <grp.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "base/text.h"

namespace spam::testing {

namespace {

namespace fs = std::filesystem;

constexpr uid_t kNobody = 65534;

bool accepts(const net::Endpoint& endpoint) {
  sockaddr_storage storage{};
  const auto size = static_cast<socklen_t>(endpoint.to_sockaddr(&storage));
  const int fd = socket(storage.ss_family, SOCK_STREAM, 0);
  const bool connected = connect(fd, reinterpret_cast<sockaddr*>(&storage), size) == 0;
  close(fd);
  return connected;
}

std::string read(const fs::path& path) {
  std::ifstream in(path);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

void run(const std::vector<std::string>& arguments, const fs::path& folder) {
  if (chdir(folder.c_str()) != 0) _exit(126);
  const int log = open("log", O_WRONLY | O_CREAT | O_APPEND, 0666);
  dup2(log, 1);
  dup2(log, 2);
  if (geteuid() == 0 && (setgroups(0, nullptr) != 0 || setgid(kNobody) != 0 || setuid(kNobody) != 0)) _exit(126);
  prctl(PR_SET_PDEATHSIG, SIGKILL);  // after setuid, which clears it
  std::vector<char*> list;
  for (const auto& argument : arguments) list.push_back(const_cast<char*>(argument.c_str()));
  list.push_back(nullptr);
  setenv("PATH", "/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin", 1);
  execvp(list[0], list.data());
  _exit(127);
}

}  // namespace

const std::string_view kEicar = "X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*";
const std::string_view kGtube = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X";

Program::Program() {
  std::string pattern = (fs::temp_directory_path() / "posthouse-spam-XXXXXX").string();
  if (!mkdtemp(pattern.data())) throw std::runtime_error("no temporary folder");
  folder_ = pattern;
  fs::permissions(folder_, fs::perms::all);
}

Program::~Program() {
  stop();
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

void Program::write(const std::string& name, const std::string& text) const {
  fs::create_directories((folder_ / name).parent_path());
  std::ofstream(folder_ / name) << text;
  fs::permissions((folder_ / name).parent_path(), fs::perms::all);
}

// rspamd sometimes hangs while it starts, in about one of fifty times: then it is started again.
void Program::start(const std::vector<std::string>& arguments, const net::Endpoint& up) {
  constexpr int kTimes = 6;
  for (int times = 0; times < kTimes; ++times) {
    child_ = fork();
    if (child_ == 0) run(arguments, folder_);
    if (comes_up(up)) return;
    if (child_ == 0) break;
    kill(child_, SIGKILL);
    waitpid(child_, nullptr, 0);
    child_ = 0;
  }
  throw std::runtime_error(arguments[0] + " does not start: " + read(folder_ / "log"));
}

// False when it ended, or has not come up after a while.
bool Program::comes_up(const net::Endpoint& up) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(45);
  while (!accepts(up)) {
    if (waitpid(child_, nullptr, WNOHANG) == child_) {
      child_ = 0;
      return false;
    }
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return true;
}

void Program::stop() {
  if (child_ == 0) return;
  kill(child_, SIGTERM);
  waitpid(child_, nullptr, 0);
  child_ = 0;
}

net::Endpoint free_endpoint() {
  const auto any = *net::Endpoint::parse("127.0.0.1:0");
  sockaddr_storage storage{};
  auto size = static_cast<socklen_t>(any.to_sockaddr(&storage));
  const int fd = socket(storage.ss_family, SOCK_STREAM, 0);
  const bool bound = bind(fd, reinterpret_cast<sockaddr*>(&storage), size) == 0;
  size = sizeof storage;
  getsockname(fd, reinterpret_cast<sockaddr*>(&storage), &size);
  close(fd);
  if (!bound) throw std::runtime_error("no free port");
  return net::Endpoint::from_sockaddr(reinterpret_cast<sockaddr*>(&storage), size);
}

Clamd::Clamd() : tcp(free_endpoint()), local(net::Endpoint::unix_socket(program.folder() / "clamd.sock")) {
  program.write("db/test.ndb", "Test.Eicar.Body:0:*:" + base::hex_encode(kEicar) + "\n");
  const auto folder = program.folder().string();
  program.write("clamd.conf", "LocalSocket " + local.unix_path + "\nTCPSocket " + std::to_string(tcp.port) +
                                  "\nTCPAddr 127.0.0.1\nForeground yes\nDatabaseDirectory " + folder +
                                  "/db\nOfficialDatabaseOnly no\nStreamMaxLength " + std::to_string(kClamdStream) +
                                  "\nTemporaryDirectory " + folder + "\n");
  program.start({"clamd", "-c", folder + "/clamd.conf"}, tcp);
}

Rspamd::Rspamd() : tcp(free_endpoint()) {
  const auto folder = program.folder().string();
  program.write("db/.keep", "");
  // Its rules and nothing that wants a network: no DNS, no lists fetched by HTTP (minutes where there is none), no regular expression
  // compiler (seconds), no learning store.
  program.write("rspamd.conf",
                "options { pidfile = \"" + folder +
                    "/pid\"; dns { nameserver = [\"127.0.0.1:1\"]; timeout = 0.1s; retransmits = 1; } hs_cache_dir = \"" + folder +
                    "/db\"; history_file = \"" + folder + "/db/history\"; control_socket = \"" + folder +
                    "/control mode=0600\"; filters = \"regexp\"; disable_hyperscan = true; }\nlogging { type = \"file\"; filename = \"" +
                    folder +
                    "/rspamd.log\"; }\nactions { reject = 15; add_header = 6; greylist = 4; }\n"
                    "group \"headers\" { symbols { \"MISSING_DATE\" { weight = 1.0; description = \"Message date is missing\"; } } }\n"
                    "lua = \"/usr/share/rspamd/rules/rspamd.lua\"\nworker \"normal\" { bind_socket = \"" +
                    tcp.to_string() + "\"; count = 1; }\n");
  program.start(
      {"rspamd", "-f", "-c", folder + "/rspamd.conf", "--var=DBDIR=" + folder + "/db", "--var=RUNDIR=" + folder, "--var=LOGDIR=" + folder},
      tcp);
}

}  // namespace spam::testing
