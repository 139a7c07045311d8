#include "spam/dnsbl.h"

#include <boost/asio/this_coro.hpp>
#include <charconv>
#include <cmath>

#include "base/text.h"
#include "net/start.h"
#include "spam/sender.h"

namespace spam {

namespace {

struct Answer {
  bool listed = false;
  DnsblHit hit;
};

bool counts(const DnsblZone& zone, const net::IpAddress& code) {
  // RFC 5782 2.1: codes are in 127.0.0.0/8, and 127.0.0.1 is none. 127.255.255.0/24 is how large lists say "you may not ask".
  static const net::Cidr kCodes = *net::Cidr::parse("127.0.0.0/8"), kErrors = *net::Cidr::parse("127.255.255.0/24");
  static const net::IpAddress kNone = *net::IpAddress::parse("127.0.0.1");
  if (!kCodes.contains(code) || kErrors.contains(code) || code == kNone) return false;
  return zone.answers.empty() || net::contains(zone.answers, code);
}

bool is_public(const net::IpAddress& address) {
  static const std::vector<net::Cidr> kPrivate = [] {
    std::vector<net::Cidr> out;
    for (const auto* text : {"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16",
                             "224.0.0.0/3", "::/128", "::1/128", "fc00::/7", "fe80::/10", "ff00::/8"}) {
      out.push_back(*net::Cidr::parse(text));
    }
    return out;
  }();
  return !net::contains(kPrivate, address);
}

net::Task<Answer> ask(std::string name, DnsblZone zone, net::Resolver& resolver, net::Deadline deadline) {
  Answer answer;
  const auto codes = co_await resolver.resolve(name, net::DnsType::kA, deadline);
  if (!codes.ok()) co_return answer;
  for (const auto& code : codes.addresses) {
    if (!counts(zone, code)) continue;
    answer.listed = true;
    answer.hit = {zone.name, zone.weight, code.to_string(), {}};
    break;
  }
  if (!answer.listed) co_return answer;
  const auto words = co_await resolver.resolve(name, net::DnsType::kTxt, deadline);
  if (words.ok() && !words.texts.empty()) answer.hit.text = base::printable(words.texts.front(), 200);
  co_return answer;
}

}  // namespace

base::Result<DnsblZone> parse_dnsbl_zone(std::string_view text) {
  const auto wrong = [&] {
    return base::Error{
        base::ErrorKind::kInvalid,
        "\"" + base::printable(text) + "\" is no list: write zone=points, as in bl.example.org=3.5, and /code for certain answers",
        {}};
  };
  const size_t equals = text.find('=');
  if (equals == std::string_view::npos) return wrong();
  DnsblZone zone;
  zone.name = compared_domain(base::trim(text.substr(0, equals)));
  if (zone.name.find('.') == std::string::npos || zone.name.size() > 200) return wrong();
  const auto parts = base::split(base::trim(text.substr(equals + 1)), '/');
  const auto* end = parts[0].data() + parts[0].size();
  const auto read = std::from_chars(parts[0].data(), end, zone.weight);
  if (read.ec != std::errc() || read.ptr != end || !std::isfinite(zone.weight) || std::abs(zone.weight) > 1000) return wrong();
  for (size_t i = 1; i < parts.size(); ++i) {
    std::string network(parts[i]);
    if (const size_t colon = network.find(':'); colon != std::string::npos) network[colon] = '/';
    auto code = net::Cidr::parse(network);
    if (!code) return wrong();
    zone.answers.push_back(*code);
  }
  return zone;
}

std::string dnsbl_name(const net::IpAddress& client, std::string_view zone) {
  auto name = net::reverse_name(client);
  const std::string_view arpa = client.is_v4() ? "in-addr.arpa" : "ip6.arpa";
  name.resize(name.size() - arpa.size());
  return name + std::string(zone);
}

net::Task<std::vector<DnsblHit>> ask_dnsbls(net::IpAddress client, std::vector<DnsblZone> zones, net::Resolver& resolver,
                                            net::Deadline deadline) {
  std::vector<DnsblHit> hits;
  if (!is_public(client)) co_return hits;
  const net::Executor executor = co_await boost::asio::this_coro::executor;
  std::vector<net::Pending<Answer>> answers;
  for (const auto& zone : zones) answers.push_back(net::start(executor, ask(dnsbl_name(client, zone.name), zone, resolver, deadline)));
  for (auto& pending : answers) {
    auto answer = co_await pending.wait();
    if (answer.listed) hits.push_back(std::move(answer.hit));
  }
  co_return hits;
}

}  // namespace spam
