#include "smtp/sending.h"

#include <algorithm>
#include <boost/asio/this_coro.hpp>

#include "net/tcp_stream.h"

namespace smtp {

using queue::Disposition;
using queue::Extent;
using queue::Outcome;
using queue::Phase;

// --- the transport ---

base::Result<std::unique_ptr<Transport>> Transport::make(TransportSettings settings, TransportParts parts) {
  auto tls = net::TlsClientContext::make(net::TlsClientContext::Verify::kRecord, settings.ca_pem);
  if (!tls.ok()) return tls.error();
  return std::unique_ptr<Transport>(new Transport(std::move(settings), std::move(parts), std::move(*tls)));
}

Transport::Transport(TransportSettings settings, TransportParts parts, std::shared_ptr<net::TlsClientContext> tls)
    : settings_(std::move(settings)), parts_(std::move(parts)), tls_(std::move(tls)), kept_(settings_.kept) {}

net::Task<std::vector<Outcome>> Transport::send(queue::Batch batch) {
  Sending sending(*this, std::move(batch));
  auto outcomes = co_await sending.run();
  co_return outcomes;
}

net::Task<> Transport::close_kept() {
  const net::Executor executor = co_await boost::asio::this_coro::executor;
  co_await kept_.close(executor);
}

// --- outcomes ---

Sending::Sending(Transport& transport, queue::Batch batch)
    : transport_(transport),
      settings_(transport.settings_),
      parts_(transport.parts_),
      until_(net::Deadline::after(transport.settings_.attempt)),
      batch_(std::move(batch)),
      outcomes_(batch_.recipients.size()) {
  for (size_t i = 0; i < outcomes_.size(); ++i) waiting_.push_back(i);
}

// Temporary before permanent: the mail is given up only when every host says so. Then what came further tells more.
void Sending::note(Outcome failure) {
  const bool temporary = failure.disposition == Disposition::kTemporary;
  const bool noted_temporary = noted_ && noted_->disposition == Disposition::kTemporary;
  if (noted_ && noted_temporary != temporary && noted_temporary) return;
  if (noted_ && noted_temporary == temporary && noted_->attempt.phase > failure.attempt.phase) return;
  noted_ = std::move(failure);
}

void Sending::finish(const Outcome& outcome) {
  for (const size_t index : waiting_) outcomes_[index] = outcome;
  waiting_.clear();
}

net::Task<std::vector<Outcome>> Sending::run() {
  co_await work();
  if (!done()) {
    if (!noted_)
      noted_ = own_outcome(Disposition::kTemporary, Extent::kDestination, Phase::kConnect, "4.4.1", "no host could be tried in time");
    finish(*noted_);
  }
  std::vector<Outcome> result;
  for (auto& outcome : outcomes_) result.push_back(std::move(*outcome));
  co_return result;
}

// --- hosts and addresses ---

net::Task<> Sending::work() {
  const auto pool = settings_.pools.find(batch_.hop.source_pool);
  if (pool != settings_.pools.end()) {
    pool_ = pool->second;
  } else if (batch_.hop.source_pool.empty()) {
    pool_.hello_name = settings_.client.hello_name;
  } else {
    note(own_outcome(Disposition::kTemporary, Extent::kDestination, Phase::kPolicy, "4.3.5",
                     "there is no source pool \"" + batch_.hop.source_pool + "\""));
    co_return;
  }
  if (parts_.smarthosts != nullptr && batch_.hop.route.empty()) {
    auto asking = parts_.smarthosts->smarthost_for(batch_.enterprise_id, batch_.hop.key);
    smarthost_ = co_await std::move(asking);
  }
  co_await use_kept();
  if (done()) co_return;
  noted_.reset();  // a kept connection that has gone away says nothing about the host

  queue::NextHop hop = batch_.hop;
  if (smarthost_) hop.route = smarthost_->host;
  const net::Deadline resolve = net::Deadline::after(settings_.resolve);
  auto routing = find_route(std::move(hop), settings_.route, parts_.resolver, parts_.random, resolve);
  route_ = co_await std::move(routing);
  if (route_.failure) {
    note(*route_.failure);
    co_return;
  }
  co_await try_hosts();
}

std::string Sending::key() const {
  std::string key = batch_.hop.source_pool + '\n';
  if (smarthost_)
    key += "smarthost " + smarthost_->host + '\n' + (smarthost_->credentials ? smarthost_->credentials->user : "");
  else
    key += batch_.hop.key;
  return key + (requires_tls() ? "\nREQUIRETLS" : "");
}

net::Task<> Sending::use_kept() {
  const net::Executor executor = co_await boost::asio::this_coro::executor;
  auto client = transport_.kept_.take(executor, key());
  if (!client) co_return;
  co_await deliver(*client);
  if (client->usable()) keep(std::move(client));
}

bool Sending::exhausted() const { return done() || connections_ >= settings_.connections || until_.expired(); }

net::Task<> Sending::try_hosts() {
  const bool literal = batch_.hop.key.starts_with('[');
  if (parts_.policies != nullptr && route_.from_mx && !literal) {
    const net::Deadline resolve = net::Deadline::after(settings_.resolve);
    auto asking = parts_.policies->policy_for(batch_.hop.key, resolve);
    policy_ = co_await std::move(asking);
    if (!policy_.sts_problem.empty()) {
      TlsPlan plan;
      plan.policy = TlsPolicyType::kSts;
      observe(plan, policy_.sts_result, nullptr, policy_.sts_problem);
    }
  }
  for (const RouteHost& host : route_.hosts) {
    if (exhausted()) co_return;
    co_await try_host(host);
  }
}

net::Task<TlsPlan> Sending::find_plan(RouteHost host, net::DnsAnswer addresses) {
  mailauth::DaneLookup dane;
  if (route_.secure && !host.address) {
    const net::Deadline resolve = net::Deadline::after(settings_.resolve);
    auto asking = mailauth::find_tlsa(host.name, host.port, std::move(addresses), parts_.resolver, resolve);
    dane = co_await std::move(asking);
  }
  const TlsQuestion question{batch_.hop.key, host.name, route_.secure, route_.from_mx, requires_tls()};
  TlsPlan plan = plan_tls(question, policy_, std::move(dane));
  if (smarthost_ && plan.level < smarthost_->least_tls) plan.level = smarthost_->least_tls;
  co_return plan;
}

net::Task<> Sending::try_host(RouteHost host) {
  const net::Deadline resolve = net::Deadline::after(settings_.resolve);
  auto asking = find_addresses(host, route_.from_mx, settings_.route, parts_.resolver, resolve);
  HostAddresses found = co_await std::move(asking);
  if (found.failure) {
    note(*found.failure);
    co_return;
  }
  auto planning = find_plan(host, std::move(found.answer));
  const TlsPlan plan = co_await std::move(planning);
  if (plan.failed_as) observe(plan, *plan.failed_as, nullptr, plan.failure ? plan.failure->attempt.reason : "");
  if (plan.failure) {
    auto failure = *plan.failure;
    failure.attempt.remote_name = host.name;
    note(std::move(failure));
    co_return;
  }
  for (const auto& address : found.addresses) {
    if (exhausted()) co_return;
    co_await try_address(host, plan, address);
  }
}

net::Task<> Sending::try_address(RouteHost host, TlsPlan plan, net::IpAddress address) {
  auto client = co_await connect(host, address);
  if (!client) co_return;
  auto conversing = converse(std::move(client), plan, false);
  const Next next = co_await std::move(conversing);
  if (next != Next::kPlainText || exhausted()) co_return;
  auto again = co_await connect(host, address);
  if (!again) co_return;
  auto plainly = converse(std::move(again), plan, true);
  co_await std::move(plainly);
}

net::Task<std::unique_ptr<Client>> Sending::connect(RouteHost host, net::IpAddress address) {
  ++connections_;
  std::vector<net::IpAddress> sources;
  for (const auto& source : pool_.addresses)
    if (source.is_v6() == address.is_v6()) sources.push_back(source);
  std::string problem = "the source pool has no address of this family";
  if (pool_.addresses.empty() || !sources.empty()) {
    const auto to = net::Endpoint::ip(address, host.port);
    const net::Deadline until = net::Deadline::after(settings_.connect);
    try {
      std::unique_ptr<net::Stream> stream;
      if (sources.empty()) {
        stream = co_await net::connect(to, until);
      } else {
        const net::IpAddress source = sources[parts_.random(sources.size())];
        stream = co_await net::connect(to, source, until);
      }
      ClientSettings client = settings_.client;
      client.hello_name = pool_.hello_name;
      co_return std::make_unique<Client>(std::move(stream), host.name, std::move(client), parts_.clock);
    } catch (const net::IoError& error) {
      problem = error.kind() == net::IoError::Kind::kTimeout ? "no connection in time" : error.error().cause;
    }
  }
  auto failure = own_outcome(Disposition::kTemporary, Extent::kDestination, Phase::kConnect, "4.4.1", problem);
  failure.attempt.remote_name = host.name;
  failure.attempt.remote_address = address.to_string();
  note(std::move(failure));
  co_return nullptr;
}

}  // namespace smtp
