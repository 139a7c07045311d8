#include "smtp/route.h"

#include <algorithm>
#include <random>

#include "base/text.h"
#include "mailauth/domain.h"
#include "smtp/client_message.h"

namespace smtp {

using queue::Disposition;
using queue::Extent;
using queue::Outcome;
using queue::Phase;

namespace {

Outcome no_route(Disposition disposition, std::string enhanced, std::string reason) {
  return own_outcome(disposition, Extent::kDestination, Phase::kResolve, std::move(enhanced), std::move(reason));
}

Route failed(Outcome outcome) {
  Route route;
  route.failure = std::move(outcome);
  return route;
}

// DNS gave no answer, or a forged one.
Outcome no_answer(const std::string& what, const net::DnsAnswer& answer) {
  const char* how = answer.status == net::DnsStatus::kBogus ? "DNSSEC says the answer is forged" : "no answer from DNS";
  return no_route(Disposition::kTemporary, "4.4.3", what + ": " + how + (answer.cause.empty() ? "" : " (" + answer.cause + ")"));
}

RouteHost make_host(std::string name, uint16_t port) {
  RouteHost host{base::to_lower(name), net::IpAddress::parse(name), port};
  if (host.address) host.name = host.address->to_string();
  return host;
}

// A host name or address with what brackets and tag may be around it.
std::optional<std::string> bare_host(std::string_view text) {
  if (text.starts_with('[')) {
    if (!text.ends_with(']')) return std::nullopt;
    text = text.substr(1, text.size() - 2);
    if (base::istarts_with(text, "IPv6:")) text.remove_prefix(5);
    if (!net::IpAddress::parse(text)) return std::nullopt;
    return std::string(text);
  }
  if (net::IpAddress::parse(text)) return std::string(text);
  return mailauth::canonical_domain(text);
}

bool is_private(const net::IpAddress& address) {
  static const std::vector<net::Cidr> networks = [] {
    std::vector<net::Cidr> made;
    for (const char* text : {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "fc00::/7", "fe80::/10"})
      made.push_back(*net::Cidr::parse(text));
    return made;
  }();
  return net::contains(networks, address);
}

bool allowed(const net::IpAddress& address, bool from_dns, const RouteSettings& settings) {
  if (!(address.is_v6() ? settings.ipv6 : settings.ipv4)) return false;
  if (!from_dns) return true;
  if (settings.refuse_loopback && (address.is_loopback() || address.is_unspecified())) return false;
  return !(settings.refuse_private && is_private(address));
}

std::vector<net::IpAddress> interleave(const std::vector<net::IpAddress>& addresses, size_t most) {
  std::vector<net::IpAddress> six, four, mixed;
  for (const auto& address : addresses) (address.is_v6() ? six : four).push_back(address);
  for (size_t i = 0; i < std::max(six.size(), four.size()); ++i) {
    if (i < six.size()) mixed.push_back(six[i]);
    if (i < four.size()) mixed.push_back(four[i]);
  }
  mixed.resize(std::min(mixed.size(), most));
  return mixed;
}

// Sorted by preference, equal ones shuffled (RFC 5321 5.1).
void order(std::vector<net::MxRecord>& records, const Random& random) {
  for (size_t i = records.size(); i > 1; --i) std::swap(records[i - 1], records[random(i)]);
  std::stable_sort(records.begin(), records.end(), [](const auto& a, const auto& b) { return a.preference < b.preference; });
}

// RFC 5321 5.1: when we are among the hosts, only better ones are tried.
bool drop_own(std::vector<net::MxRecord>& records, const std::set<std::string>& own_names) {
  const auto own = std::find_if(records.begin(), records.end(), [&](const auto& r) { return own_names.count(r.host) != 0; });
  if (own == records.end()) return false;
  const uint16_t preference = own->preference;
  std::erase_if(records, [&](const auto& r) { return r.preference >= preference; });
  return true;
}

Route route_by_mx(std::vector<net::MxRecord> records, const std::string& domain, const RouteSettings& settings, const Random& random) {
  std::erase_if(records, [](const auto& r) { return r.host.empty(); });
  // RFC 7505 3. One beside others is a mistake of theirs, and means nothing.
  if (records.empty()) return failed(no_route(Disposition::kPermanent, "5.1.10", domain + " does not take mail (null MX)"));
  order(records, random);
  if (drop_own(records, settings.own_names) && records.empty())
    return failed(no_route(Disposition::kPermanent, "5.4.6", "the MX records of " + domain + " lead back to this server"));
  Route route;
  for (const auto& record : records) {
    if (route.hosts.size() == settings.hosts) break;
    auto host = make_host(record.host, settings.port);
    const auto same = [&](const RouteHost& other) { return other.name == host.name; };
    if (std::none_of(route.hosts.begin(), route.hosts.end(), same)) route.hosts.push_back(std::move(host));
  }
  return route;
}

Route route_to_operator(const std::string& text, const RouteSettings& settings) {
  const auto parsed = parse_host_and_port(text);
  if (!parsed) return failed(no_route(Disposition::kTemporary, "4.3.5", "the route \"" + base::printable(text) + "\" names no host"));
  Route route;
  route.hosts.push_back(make_host(parsed->host, parsed->port.value_or(settings.port)));
  route.secure = true;
  return route;
}

net::Task<Route> route_to_domain(std::string domain, const RouteSettings& settings, net::Resolver& resolver, Random random,
                                 net::Deadline deadline) {
  const net::DnsAnswer answer = co_await resolver.resolve(domain, net::DnsType::kMx, deadline);
  if (answer.temporary()) co_return failed(no_answer("MX of " + domain, answer));
  if (answer.status == net::DnsStatus::kNoName) co_return failed(no_route(Disposition::kPermanent, "5.1.2", "no such domain: " + domain));
  Route route;
  if (answer.ok()) {
    route = route_by_mx(answer.mx, domain, settings, random);
  } else if (settings.own_names.count(domain) != 0) {
    co_return failed(no_route(Disposition::kPermanent, "5.4.6", domain + " has no MX record and is this server"));
  } else {
    route.hosts.push_back(make_host(domain, settings.port));  // the implicit MX
  }
  route.from_mx = true;
  route.secure = answer.secure;
  co_return route;
}

}  // namespace

std::optional<HostAndPort> parse_host_and_port(std::string_view text) {
  text = base::trim(text);
  HostAndPort result;
  std::string_view host = text;
  const size_t colon = text.rfind(':');
  const size_t bracket = text.rfind(']');
  const bool has_port = colon != std::string_view::npos && (bracket != std::string_view::npos ? colon > bracket : text.find(':') == colon);
  if (has_port) {
    const auto port = base::parse_number(text.substr(colon + 1));
    if (!port || *port == 0 || *port > 65535) return std::nullopt;
    result.port = static_cast<uint16_t>(*port);
    host = text.substr(0, colon);
  }
  auto bare = bare_host(host);
  if (!bare || bare->empty()) return std::nullopt;
  result.host = *std::move(bare);
  return result;
}

size_t any_random(size_t n) {
  thread_local std::minstd_rand engine(std::random_device{}());
  return std::uniform_int_distribution<size_t>(0, n - 1)(engine);
}

net::Task<Route> find_route(queue::NextHop hop, const RouteSettings& settings, net::Resolver& resolver, Random random,
                            net::Deadline deadline) {
  if (!hop.route.empty()) co_return route_to_operator(hop.route, settings);
  if (hop.key.starts_with('[')) {
    const auto literal = bare_host(hop.key);
    if (!literal) co_return failed(no_route(Disposition::kPermanent, "5.1.2", "not an address: " + base::printable(hop.key)));
    Route route;
    route.hosts.push_back(make_host(*literal, settings.port));
    route.from_mx = true;
    co_return route;
  }
  Route route = co_await route_to_domain(hop.key, settings, resolver, std::move(random), deadline);
  co_return route;
}

net::Task<HostAddresses> find_addresses(RouteHost host, bool from_dns, const RouteSettings& settings, net::Resolver& resolver,
                                        net::Deadline deadline) {
  HostAddresses found;
  if (host.address) {
    found.answer.status = net::DnsStatus::kOk;
    found.answer.addresses = {*host.address};
  } else {
    found.answer = co_await net::resolve_addresses(resolver, host.name, deadline);
  }
  const auto& answer = found.answer;
  if (answer.temporary()) found.failure = no_answer("address of " + host.name, answer);
  if (answer.none()) found.failure = no_route(Disposition::kPermanent, "5.4.4", host.name + " has no address");
  if (found.failure) co_return found;
  std::vector<net::IpAddress> usable;
  std::copy_if(answer.addresses.begin(), answer.addresses.end(), std::back_inserter(usable),
               [&](const net::IpAddress& address) { return allowed(address, from_dns, settings); });
  found.addresses = interleave(usable, settings.addresses);
  if (found.addresses.empty()) found.failure = no_route(Disposition::kPermanent, "5.4.4", host.name + " has no address that may be used");
  co_return found;
}

}  // namespace smtp
