#include "sql/testing.h"

#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <stdexcept>
#include <thread>

#include "base/test_folder.h"
#include "sql/postgres_connection.h"

namespace sql::testing {

namespace {

namespace fs = std::filesystem;
using Arguments = std::vector<std::string>;

constexpr const char* kPrograms = "/usr/lib/postgresql/15/bin/";

class SharedFolder : public base::TestFolder {
 public:
  SharedFolder() { fs::permissions(path(), fs::perms::all); }  // the server's user makes its folders here
};

SharedFolder& folder() {
  static SharedFolder made;
  return made;
}

// Becomes nobody when root, ends when its parent does, writes to `log`, and runs the program.
[[noreturn]] void become(const Arguments& arguments, const std::string& log) {
  const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0666);
  dup2(out, 1);
  dup2(out, 2);
  if (geteuid() == 0) {
    const passwd* nobody = getpwnam("nobody");
    if (!nobody || setgid(nobody->pw_gid) != 0 || setuid(nobody->pw_uid) != 0) _exit(126);
  }
  prctl(PR_SET_PDEATHSIG, SIGINT);  // after setuid, which clears it; PostgreSQL's fast shutdown
  std::vector<char*> list;
  for (const auto& argument : arguments) list.push_back(const_cast<char*>(argument.c_str()));
  list.push_back(nullptr);
  execv(list[0], list.data());
  _exit(127);
}

pid_t spawn(const Arguments& arguments, const std::string& log) {
  const pid_t child = fork();
  if (child == 0) become(arguments, log);
  return child;
}

class Server {
 public:
  Server() {
    const auto data = folder() / "data", log = folder() / "postgres.log", socket = folder() / "";
    int status = 0;
    const pid_t made = spawn({std::string(kPrograms) + "initdb", "-D", data, "-U", "posthouse", "-A", "trust", "-E", "UTF8", "--no-locale",
                              "--no-sync", "--no-instructions"},
                             log);
    if (waitpid(made, &status, 0) != made || status != 0) throw std::runtime_error("initdb failed, see " + log);
    server_ = spawn({std::string(kPrograms) + "postgres", "-D", data, "-k", socket, "-c", "listen_addresses=", "-c", "fsync=off", "-c",
                     "synchronous_commit=off", "-c", "full_page_writes=off", "-c", "max_connections=200", "-c", "shared_buffers=32MB"},
                    log);
    url_ = "postgres:///postgres?user=posthouse&host=" + socket;
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (PQping(url_.c_str()) != PQPING_OK) {
      if (std::chrono::steady_clock::now() > end) throw std::runtime_error("PostgreSQL does not start, see " + log);
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }
  ~Server() {
    if (getpid() != owner_) return;
    kill(server_, SIGQUIT);  // at once: nothing is kept
    waitpid(server_, nullptr, 0);
  }
  const std::string& url() const { return url_; }

 private:
  std::string url_;
  pid_t server_ = 0;
  const pid_t owner_ = getpid();
};

std::string server_url() {
  if (const char* given = getenv("POSTHOUSE_TEST_POSTGRES"); given && *given) return given;
  folder();  // made before the server, so that it goes after it
  static Server server;
  return server.url();
}

std::string fresh_schema() {
  static std::atomic<int> count{0};
  const auto name = "test_" + std::to_string(getpid()) + "_" + std::to_string(++count);
  const auto url = server_url();
  PostgresConnection(url, {}).script("drop schema if exists " + name + " cascade; create schema " + name);
  return url + (url.find('?') == std::string::npos ? "?" : "&") + "options=-csearch_path%3D" + name;
}

}  // namespace

std::vector<Kind> drivers() {
  const char* chosen = getenv("POSTHOUSE_TEST_DRIVERS");
  if (chosen && std::string_view(chosen) == "sqlite") return {Kind::kSqlite};
  return {Kind::kSqlite, Kind::kPostgres};
}

std::string fresh_url(Kind kind) {
  static std::atomic<int> count{0};
  if (kind == Kind::kPostgres) return fresh_schema();
  return "sqlite:" + (folder() / (std::to_string(++count) + ".db"));
}

std::unique_ptr<Database> make(Kind kind, const Settings& settings, std::span<const Migration> migrations) {
  return open(fresh_url(kind), settings, migrations);
}

}  // namespace sql::testing
