// `posthouse serve`: runs the server until a signal ends it.

#include <sys/resource.h>

#include <csignal>

#include "base/log.h"
#include "server/commands.h"
#include "server/housekeeping.h"
#include "server/server.h"
#include "server/version.h"

namespace server {

namespace {

// Every thread is started with these blocked, so that sigwait in the main thread is the only place where they arrive.
sigset_t block_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (int number : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, number);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

// As many descriptors as the system lets this process have: one a connection.
void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

void set_up_log(const config::Settings& settings) {
  base::LogLevel level = base::LogLevel::kInfo;
  base::parse_log_level(settings.text("log.level"), level);
  base::set_up_log(level, settings.text("log.format") == "json" ? base::LogFormat::kJson : base::LogFormat::kText);
}

}  // namespace

int serve(const Common& common) {
  sigset_t signals = block_signals();
  raise_descriptor_limit();
  std::signal(SIGXFSZ, SIG_IGN);  // a file at its size limit is a failed write, not the end
  config::Settings settings = common.load();
  set_up_log(settings);
  Instance instance(common.folder, std::move(settings), Bodies::kWrite);
  Server server(instance);
  Housekeeping housekeeping(instance, server.outbound().resolver(), server.loops());
  base::log_info("ready", {{"version", kVersion}, {"data", instance.folder()}});
  for (;;) {
    int number = 0;
    sigwait(&signals, &number);
    if (number != SIGHUP) break;
    server.reload();
  }
  base::log_info("stopping");
  server.stop();
  base::log_info("stopped");
  return 0;
}

}  // namespace server
