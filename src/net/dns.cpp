#include "net/dns.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unbound.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/this_coro.hpp>
#include <cerrno>
#include <fstream>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "base/text.h"
#include "net/dns_record.h"
#include "net/timer.h"

namespace net {

namespace {

constexpr int kClassIn = 1;
constexpr const char* kDebianRootKey = "/usr/share/dns/root.key";

struct ContextDelete {
  void operator()(ub_ctx* context) const { ub_ctx_delete(context); }
};
struct ResultFree {
  void operator()(ub_result* result) const { ub_resolve_free(result); }
};
using Context = std::unique_ptr<ub_ctx, ContextDelete>;
using ResultPointer = std::unique_ptr<ub_result, ResultFree>;

DnsAnswer temporary(std::string cause) {
  DnsAnswer answer;
  answer.cause = std::move(cause);
  return answer;
}

DnsStatus status_of(const ub_result& result) {
  if (result.bogus) return DnsStatus::kBogus;
  if (result.havedata) return DnsStatus::kOk;
  if (result.nxdomain) return DnsStatus::kNoName;
  return result.rcode == 0 ? DnsStatus::kNoData : DnsStatus::kTemporary;
}

void read_result(const ub_result& result, DnsType type, DnsAnswer& answer) {
  answer.status = status_of(result);
  answer.secure = result.secure && !result.bogus;
  answer.ttl = std::chrono::seconds(std::max(0, result.ttl));
  if (result.canonname)
    if (auto name = dns_name(result.canonname)) answer.canonical = std::move(*name);
  if (answer.status == DnsStatus::kBogus) answer.cause = result.why_bogus ? base::printable(result.why_bogus) : "DNSSEC validation failed";
  if (answer.status == DnsStatus::kTemporary) answer.cause = "name server failure, RCODE " + std::to_string(result.rcode);
  if (!answer.ok()) return;
  for (int i = 0; result.data[i]; ++i) {
    if (read_dns_record(type, {result.data[i], static_cast<size_t>(result.len[i])}, answer)) continue;
    answer = temporary("malformed record in the answer");
    return;
  }
}

base::Error invalid(std::string text) { return {base::ErrorKind::kInvalid, std::move(text), {}}; }

base::Result<void> set_servers(ub_ctx* context, const std::vector<std::string>& servers) {
  for (const auto& server : servers) {
    const auto endpoint = Endpoint::parse(server);
    if (!endpoint || endpoint->is_unix || endpoint->port == 0 || endpoint->address.is_unspecified())
      return invalid("not a name server's address:port: \"" + base::printable(server) + "\"");
    const auto text = endpoint->address.to_string() + "@" + std::to_string(endpoint->port);
    if (ub_ctx_set_fwd(context, text.c_str()) != 0) return invalid("name server refused: " + text);
  }
  if (servers.empty()) ub_ctx_resolvconf(context, nullptr);  // unreadable or empty: the root servers are asked
  return {};
}

base::Result<void> set_anchor(ub_ctx* context, const std::string& given) {
  if (given == "none") return {};
  const std::string file = given.empty() ? kDebianRootKey : given;
  if (!std::ifstream(file)) {
    if (given.empty()) return {};
    return invalid("cannot read the trust anchor file " + base::printable(file));
  }
  if (ub_ctx_add_ta_file(context, file.c_str()) != 0) return invalid("trust anchor file refused: " + base::printable(file));
  if (given.empty()) ub_ctx_set_option(context, "harden-dnssec-stripped:", "no");
  return {};
}

void set_options(ub_ctx* context, const DnsSettings& settings) {
  const auto half = std::to_string(std::max<size_t>(settings.cache / 3, 1u << 16));
  const auto rest = std::to_string(std::max<size_t>(settings.cache / 3 * 2, 1u << 17));
  const std::pair<const char*, std::string> options[] = {
      {"do-not-query-localhost:", "no"},  // a resolver on the same machine is the usual set-up
      {"unblock-lan-zones:", "yes"},      // reverse names of private networks are the site's own
      {"insecure-lan-zones:", "yes"},    {"msg-cache-size:", half}, {"rrset-cache-size:", rest}, {"outgoing-range:", "256"},  // sockets
      {"outgoing-num-tcp:", "32"},       {"infra-host-ttl:", "60"},  // a name server that was down is asked again soon
      {"infra-keep-probing:", "yes"},    {"tcp-upstream:", "no"},
  };
  for (const auto& [name, value] : options) ub_ctx_set_option(context, name, value.c_str());
  ub_ctx_debugout(context, nullptr);
  ub_ctx_async(context, 1);
}

}  // namespace

// One question and its place to wait. The answer is written before notify() and read after the wait.
struct DnsResolver::Question {
  Service* service;
  DnsType type;
  DnsAnswer answer;
  Notifier notifier;
};

struct DnsResolver::Service {
  Service(Context made, const DnsSettings& given)
      : context(std::move(made)), settings(given), stop_event(eventfd(0, EFD_CLOEXEC)), collector([this] { collect(); }) {}
  ~Service();

  // Null, and `problem` set, when it cannot be asked.
  std::shared_ptr<Question> ask(const std::string& name, DnsType type, std::string& problem);
  void collect();
  std::shared_ptr<Question> take(Question* question);
  static void on_result(void* question, int error, ub_result* result);

  Context context;
  const DnsSettings settings;
  std::mutex mutex;                                                  // guards `waiting`
  std::unordered_map<Question*, std::shared_ptr<Question>> waiting;  // shared: the coroutine may have gone, or may be slower than we
  const int stop_event;
  std::thread collector;  // last: it uses all of the above
};

DnsResolver::Service::~Service() {
  eventfd_write(stop_event, 1);
  collector.join();
  context.reset();  // kills what is in flight; no callback comes any more
  for (const auto& [key, question] : waiting) {
    question->answer.cause = "the resolver has stopped";
    question->notifier.notify();
  }
  ::close(stop_event);
}

void DnsResolver::Service::collect() {
  pollfd sources[] = {{ub_fd(context.get()), POLLIN, 0}, {stop_event, POLLIN, 0}};
  for (;;) {
    if (poll(sources, 2, -1) < 0 && errno != EINTR) return;
    if (sources[1].revents) return;
    if (sources[0].revents) ub_process(context.get());
  }
}

std::shared_ptr<DnsResolver::Question> DnsResolver::Service::ask(const std::string& name, DnsType type, std::string& problem) {
  auto question = std::make_shared<Question>();
  question->service = this;
  question->type = type;
  question->answer.canonical = name;
  // Held to the end, so that a question which is counted has been asked. libunbound calls back without a lock of its own.
  std::lock_guard lock(mutex);
  if (waiting.size() >= settings.questions) {
    problem = "too many DNS questions in flight";
    return nullptr;
  }
  waiting.emplace(question.get(), question);
  const auto text = escape_dns_name(name);
  const int error = ub_resolve_async(context.get(), text.c_str(), static_cast<int>(type), kClassIn, question.get(), on_result, nullptr);
  if (error == 0) return question;
  problem = ub_strerror(error);
  waiting.erase(question.get());
  return nullptr;
}

std::shared_ptr<DnsResolver::Question> DnsResolver::Service::take(Question* question) {
  std::lock_guard lock(mutex);
  const auto node = waiting.extract(question);
  return node.empty() ? nullptr : node.mapped();
}

// On the collector's thread.
void DnsResolver::Service::on_result(void* asked, int error, ub_result* result) {
  const ResultPointer owned(result);
  auto* key = static_cast<Question*>(asked);
  const auto question = key->service->take(key);
  if (!question) return;
  if (error != 0 || !owned)
    question->answer.cause = ub_strerror(error);
  else
    read_result(*owned, question->type, question->answer);
  question->notifier.notify();
}

DnsResolver::DnsResolver(std::unique_ptr<Service> service) : service_(std::move(service)) {}

DnsResolver::~DnsResolver() = default;

base::Result<std::unique_ptr<DnsResolver>> DnsResolver::open(const DnsSettings& settings) {
  Context context(ub_ctx_create());
  if (!context) return base::Error{base::ErrorKind::kUnavailable, "libunbound does not start", {}};
  set_options(context.get(), settings);
  auto servers = set_servers(context.get(), settings.servers);
  if (!servers.ok()) return servers.error();
  auto anchor = set_anchor(context.get(), settings.trust_anchor);
  if (!anchor.ok()) return anchor.error();
  // libunbound reads its files when it is first used; this is a use that asks nothing.
  if (ub_ctx_data_remove(context.get(), "posthouse.invalid.") != 0) return invalid("no usable trust anchor in " + settings.trust_anchor);
  return std::unique_ptr<DnsResolver>(new DnsResolver(std::make_unique<Service>(std::move(context), settings)));
}

size_t DnsResolver::in_flight() const {
  std::lock_guard lock(service_->mutex);
  return service_->waiting.size();
}

Task<DnsAnswer> DnsResolver::resolve(std::string name, DnsType type, Deadline deadline) {
  const auto wanted = dns_name(name);
  if (!wanted) {
    DnsAnswer none;
    none.status = DnsStatus::kNoName;
    none.canonical = std::move(name);
    co_return none;
  }
  const auto longest = Deadline::after(service_->settings.timeout);
  if (longest.when() < deadline.when()) deadline = longest;
  std::string problem;
  const auto question = service_->ask(*wanted, type, problem);
  if (!question) co_return temporary(problem);
  const bool answered = co_await wait_notified(question->notifier, deadline);
  if (!answered) co_return temporary("no answer from DNS in time");
  co_return std::move(question->answer);
}

}  // namespace net
