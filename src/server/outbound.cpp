#include "server/outbound.h"

#include <fstream>
#include <iterator>
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "server/limits.h"

namespace server {

namespace {

// The CAs that vouch for other servers; empty: those of the system.
std::string ca_pem(const config::Settings& settings) {
  const std::string& path = settings.text("queue.ca_file");
  if (path.empty()) return {};
  std::ifstream file(path, std::ios::binary);
  if (!file) throw base::Failure(base::ErrorKind::kInvalid, "cannot read " + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

smtp::TransportSettings transport_settings(const Instance& instance) {
  const config::Settings& settings = instance.settings();
  smtp::TransportSettings out;
  out.client.hello_name = instance.hostname();
  out.route.port = static_cast<uint16_t>(settings.number("queue.remote_port"));
  out.route.own_names = {base::to_lower(instance.hostname())};
  out.route.refuse_loopback = !settings.flag("queue.loopback");
  out.route.refuse_private = !settings.flag("queue.private_networks");
  out.ca_pem = ca_pem(settings);
  return out;
}

smtp::StsSettings sts_settings(const Instance& instance) {
  smtp::StsSettings out;
  out.ca_pem = ca_pem(instance.settings());
  return out;
}

}  // namespace

Outbound::Outbound(Instance& instance, net::IoLoops& loops, net::ThreadPool& pool)
    : instance_(instance),
      loops_(loops),
      pool_(pool),
      resolver_(base::value_or_throw(net::DnsResolver::open(dns_settings(instance.settings())))),
      keys_(instance.database(), instance.clock()),
      signers_(keys_, pool, instance.clock()),
      authenticator_(*resolver_, pool,
                     base::value_or_throw(mailauth::PublicSuffixList::open(instance.settings().text("mailauth.suffixes"))),
                     authentication_settings(instance.settings())),
      judge_(instance.database(), spam_engines(instance.settings(), *resolver_), spam_settings(instance.settings())),
      queue_(instance.clock(), instance.ids(), instance.journal(), instance.settings().number("server.node"),
             queue_settings(instance.settings())),
      policies_(base::value_or_throw(smtp::StsPolicies::make(sts_settings(instance), *resolver_, instance.clock()))),
      network_(base::value_or_throw(smtp::Transport::make(
          transport_settings(instance), {.resolver = *resolver_, .clock = instance.clock(), .policies = policies_.get()}))) {}

delivery::Services Outbound::delivery_services() {
  return {.store = instance_.store(),
          .journal = instance_.journal(),
          .directory = instance_.directory(),
          .clock = instance_.clock(),
          .hostname = instance_.hostname(),
          .limits = delivery_limits(instance_.settings()),
          .queue = &queue_,
          .signers = instance_.settings().flag("dkim.sign") ? &signers_ : nullptr,
          .authenticator = &authenticator_,
          .judge = &judge_,
          .brakes = brake_limits(instance_.settings(), instance_.clock().now())};
}

void Outbound::start(delivery::Delivery& delivery) {
  transport_ = std::make_unique<delivery::LocalTransport>(delivery, instance_.directory(), instance_.clock(), instance_.ids(),
                                                          instance_.hostname(), *network_);
  postmaster_ = std::make_unique<delivery::Postmaster>(delivery_services(), instance_.ids());
  const queue::Services services{queue_, instance_.database(), instance_.blobs(), pool_, *transport_, *postmaster_, instance_.hostname()};
  std::vector<net::Executor> executors;
  for (size_t i = 0; i < loops_.size(); ++i) executors.push_back(loops_.executor(i));
  scheduler_ = std::make_unique<queue::Scheduler>(services, std::move(executors));
  scheduler_->start();
}

void Outbound::stop(net::Deadline deadline) {
  if (!scheduler_ || std::exchange(stopped_, true)) return;
  loops_.run(scheduler_->stop(deadline));
}

}  // namespace server
