#include "net/name_server.h"

#include <fcntl.h>
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
#include <vector>

namespace net::testing {

namespace {

namespace fs = std::filesystem;

pid_t spawn(const std::vector<std::string>& arguments, const fs::path& folder, const char* output) {
  const pid_t child = fork();
  if (child != 0) return child;
  if (chdir(folder.c_str()) != 0) _exit(126);
  dup2(::open(output, O_WRONLY | O_CREAT | O_APPEND, 0666), 1);
  dup2(::open("log", O_WRONLY | O_CREAT | O_APPEND, 0666), 2);
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  std::vector<char*> list;
  for (const auto& argument : arguments) list.push_back(const_cast<char*>(argument.c_str()));
  list.push_back(nullptr);
  execvp(list[0], list.data());
  _exit(127);
}

std::string read(const fs::path& path) {
  std::ifstream in(path);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

void write(const fs::path& path, const std::string& text, std::ios::openmode mode = std::ios::trunc) {
  std::ofstream(path, std::ios::out | mode) << text;
}

// Runs to its end; what it printed.
std::string run(const std::vector<std::string>& arguments, const fs::path& folder) {
  fs::remove(folder / "output");
  int status = 0;
  const pid_t child = spawn(arguments, folder, "output");
  if (waitpid(child, &status, 0) != child || status != 0) throw std::runtime_error(arguments[0] + ": " + read(folder / "log"));
  auto text = read(folder / "output");
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

// Nobody has it now, for UDP and TCP alike.
unsigned short free_port() {
  for (int attempt = 0; attempt < 20; ++attempt) {
    const int udp = socket(AF_INET, SOCK_DGRAM, 0), tcp = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    bool both = bind(udp, reinterpret_cast<sockaddr*>(&at), size) == 0;
    both = both && getsockname(udp, reinterpret_cast<sockaddr*>(&at), &size) == 0;
    both = both && bind(tcp, reinterpret_cast<sockaddr*>(&at), size) == 0;
    close(udp);
    close(tcp);
    if (both) return ntohs(at.sin_port);
  }
  throw std::runtime_error("no free port");
}

// TCP answers: the zones are loaded by then.
bool answers(unsigned short port) {
  const int tcp = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(port);
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool connected = connect(tcp, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0;
  close(tcp);
  return connected;
}

}  // namespace

NameServer::NameServer(const std::map<std::string, Zone>& zones) {
  std::string pattern = (fs::temp_directory_path() / "posthouse-dns-XXXXXX").string();
  if (!mkdtemp(pattern.data())) throw std::runtime_error("no temporary folder");
  folder_ = pattern;
  write(folder_ / "anchors", "");
  for (const auto& [name, zone] : zones) write_zone(name, zone);
  start();
}

NameServer::~NameServer() {
  kill(server_, SIGTERM);
  waitpid(server_, nullptr, 0);
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

void NameServer::write_zone(const std::string& name, const Zone& zone) {
  const auto file = name + ".zone";
  write(folder_ / file, "$ORIGIN " + name + ".\n$TTL 300\n@ SOA ns hostmaster 1 3600 600 86400 60\n@ NS ns\nns A 127.0.0.1\n" + zone.text);
  auto served = file;
  if (zone.sign) {
    const auto key = run({"ldns-keygen", "-k", "-a", "ECDSAP256SHA256", name}, folder_);
    run({"ldns-signzone", "-n", "-f", file + ".signed", file, key}, folder_);
    served += ".signed";
    write(folder_ / "anchors", read(folder_ / (key + ".key")), std::ios::app);
    if (const size_t arrow = zone.forge.find("=>"); arrow != std::string::npos) {
      auto text = read(folder_ / served);
      const size_t at = text.find(zone.forge.substr(0, arrow));
      if (at == std::string::npos) throw std::runtime_error("nothing to forge in " + name);
      text.replace(at, arrow, zone.forge.substr(arrow + 2));
      write(folder_ / served, text);
    }
  }
  zones_ += "zone:\n  name: \"" + name + "\"\n  zonefile: \"" + served + "\"\n";
}

void NameServer::start() {
  port_ = free_port();
  write(folder_ / "nsd.conf",
        "server:\n  ip-address: 127.0.0.1@" + std::to_string(port_) + "\n  username: \"\"\n  zonesdir: \"" + folder_.string() +
            "\"\n  pidfile: \"\"\n  zonelistfile: \"zone.list\"\n  xfrdfile: \"xfrd.state\"\n  xfrdir: \"" + folder_.string() +
            "\"\n  database: \"\"\n  rrl-ratelimit: 0\nremote-control:\n  control-enable: no\n" + zones_);
  server_ = spawn({"nsd", "-d", "-c", folder_ / "nsd.conf"}, folder_, "log");
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!answers(port_)) {
    const bool dead = waitpid(server_, nullptr, WNOHANG) == server_;
    if (dead || std::chrono::steady_clock::now() > end) throw std::runtime_error("nsd does not start: " + read(folder_ / "log"));
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

}  // namespace net::testing
