#include "server/server.h"

#include <filesystem>
#include <fstream>

#include "base/log.h"
#include "base/metrics.h"
#include "http/metrics_page.h"
#include "imap/server.h"
#include "server/certificates.h"
#include "server/limits.h"
#include "server/version.h"

namespace server {

namespace {

size_t loop_threads(const config::Settings& settings) {
  auto wanted = static_cast<size_t>(settings.number("net.threads"));
  return wanted ? wanted : std::max(1u, std::thread::hardware_concurrency());
}

std::shared_ptr<net::ConnectionLimits> limits_of(int64_t most, int64_t most_per_address) {
  return std::make_shared<net::ConnectionLimits>(static_cast<size_t>(most), static_cast<size_t>(most_per_address),
                                                 net::ConnectionLimits::Loopback::kExempt);
}

imap::Options imap_options(const config::Settings& settings) {
  imap::Options options;
  options.allow_plaintext_login = settings.flag("imap.allow_plaintext_login");
  options.version = kVersion;
  return options;
}

}  // namespace

Server::Server(Instance& instance)
    : instance_(instance),
      loops_(loop_threads(instance.settings())),
      pool_(static_cast<size_t>(instance.settings().number("server.worker_threads"))),
      tls_(base::value_or_throw(net::TlsContext::make(load_certificates(instance)))),
      outbound_(instance, loops_, pool_),
      delivery_(outbound_.delivery_services()),
      lessons_(instance.store(), pool_, instance.clock(), spam_settings(instance.settings())),
      imap_{.store = instance.store(),
            .directory = instance.directory(),
            .credentials = instance.credentials(),
            .journal = instance.journal(),
            .pool = pool_,
            .clock = instance.clock(),
            .user_sessions = user_sessions_,
            .tls = tls_.get(),
            .limits = imap_limits(instance.settings()),
            .options = imap_options(instance.settings()),
            .lessons = &lessons_},
      sign_in_{.credentials = instance.credentials(),
               .pool = pool_,
               .allow_plaintext_login = instance.settings().flag("submission.allow_plaintext_login")},
      smtp_{.directory = instance.directory(),
            .delivery = delivery_,
            .store = instance.store(),
            .journal = instance.journal(),
            .clock = instance.clock(),
            .ids = instance.ids(),
            .tls = tls_.get(),
            .hostname = instance.hostname(),
            .limits = smtp_limits(instance.settings()),
            .sign_in = &sign_in_} {
  std::filesystem::remove(instance_.folder() + "/run/listeners.json");
  add_routes();
  outbound_.start(delivery_);
  open_listeners();
  write_addresses();
}

Server::~Server() {
  stop();
  // What runs ends, and what is suspended stays so, before any part of the server is gone.
  pool_.join();
  loops_.stop();
}

void Server::reload() {
  try {
    base::value_or_throw(tls_->reload(load_certificates(instance_)));
    base::log_info("certificates reloaded");
  } catch (const base::Failure& failure) {
    base::log_error("certificates not reloaded; the old ones stay", {{"error", failure.what()}});
  }
}

void Server::stop() {
  const auto grace = millis(instance_.settings().duration("server.shutdown_timeout"));
  for (auto& listener : listeners_) listener->stop(grace);
  listeners_.clear();
  outbound_.stop(net::Deadline::after(grace));
}

void Server::listen(const std::string& name, const std::vector<config::ListenAddress>& addresses, bool implicit_tls,
                    std::shared_ptr<net::ConnectionLimits> limits, const std::string& refusal, net::Listener::Handler handler) {
  if (addresses.empty()) return;
  const config::Settings& settings = instance_.settings();
  net::ListenerSettings wanted;
  wanted.name = name;
  for (const auto& address : addresses) wanted.addresses.push_back(to_string(address));
  wanted.implicit_tls = implicit_tls;
  wanted.handshake_timeout = millis(settings.duration("tls.handshake_timeout"));
  wanted.proxy_timeout = millis(settings.duration("proxy.timeout"));
  for (const std::string& network : settings.list("proxy.trusted")) wanted.trusted_proxies.push_back(*net::Cidr::parse(network));
  wanted.limits = std::move(limits);
  if (!refusal.empty()) wanted.refusal = [refusal](net::ConnectionLimits::Verdict) { return refusal; };
  auto listener = std::make_unique<net::Listener>(loops_, std::move(wanted), tls_, std::move(handler));
  base::value_or_throw(listener->start());
  for (const net::Endpoint& bound : listener->bound()) {
    addresses_.emplace_back(name, bound.to_string());
  }
  listeners_.push_back(std::move(listener));
}

void Server::open_listeners() {
  const config::Settings& settings = instance_.settings();
  auto smtp_limits = limits_of(settings.number("smtp.connections"), settings.number("smtp.connections_per_address"));
  auto imap_limits = limits_of(settings.number("imap.connections"), settings.number("imap.connections_per_address"));
  const std::string smtp_refusal = "421 4.7.0 Too many connections, try again later\r\n",
                    imap_refusal = "* BYE [UNAVAILABLE] Too many connections\r\n";
  auto imap = [this](std::unique_ptr<net::Stream> stream) { return imap::serve(std::move(stream), imap_); };
  auto smtp = [this](delivery::Protocol mode) {
    return [this, mode](std::unique_ptr<net::Stream> stream) { return smtp::serve(std::move(stream), smtp_, mode); };
  };
  listen("smtp", settings.listen("smtp.listen"), false, smtp_limits, smtp_refusal, smtp(delivery::Protocol::kSmtp));
  listen("lmtp", settings.listen("lmtp.listen"), false, smtp_limits, smtp_refusal, smtp(delivery::Protocol::kLmtp));
  auto submission_limits = limits_of(settings.number("submission.connections"), settings.number("submission.connections_per_address"));
  listen("submission", settings.listen("submission.listen"), false, submission_limits, smtp_refusal, smtp(delivery::Protocol::kSubmission));
  listen("submissions", settings.listen("submissions.listen"), true, submission_limits, {}, smtp(delivery::Protocol::kSubmission));
  listen("imap", settings.listen("imap.listen"), false, imap_limits, imap_refusal, imap);
  listen("imaps", settings.listen("imaps.listen"), true, imap_limits, {}, imap);
  listen("http", settings.listen("http.listen"), false, limits_of(1000, 1000), {}, http::server(router_, http_limits(settings)));
}

void Server::add_routes() {
  router_.set_response_hook(http::add_security_fields);
  router_.add("GET", "/metrics", http::metrics_page());
  // Healthy: the database answers.
  router_.add("GET", "/healthz", [this](const http::Request&) -> net::Task<http::Response> {
    try {
      co_await instance_.database().async_read([](sql::Transaction& tx) { tx.query("select 1").next(); });
    } catch (const base::Failure& failure) {
      base::log_error("not healthy", {{"error", failure.what()}});
      co_return http::Response::text(503, "the database does not answer\n");
    }
    co_return http::Response::text(200, "ok\n");
  });
}

void Server::write_addresses() {
  std::string json;
  for (const auto& [name, address] : addresses_) json += fmt::format("{}  \"{}\": \"{}\"", json.empty() ? "" : ",\n", name, address);
  std::string path = instance_.folder() + "/run/listeners.json";
  std::ofstream(path + ".new") << "{\n" << json << "\n}\n";
  std::filesystem::rename(path + ".new", path);
}

}  // namespace server
