#include "transcript/world.h"

#include <gtest/gtest.h>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <fstream>
#include <iterator>

#include "base/test_folder.h"
#include "base/text.h"
#include "blob/open.h"
#include "imap/server.h"
#include "net/pipe_stream.h"
#include "server/limits.h"
#include "smtp/server.h"
#include "sql/testing.h"
#include "store/verify.h"
#include "transcript/script.h"

namespace transcript {
namespace {

constexpr char kHostname[] = "mx.posthouse.test";
constexpr base::Time kStart = base::Time(std::chrono::sys_days(std::chrono::year(2026) / 3 / 2)) + std::chrono::hours(9);  // a Monday

// The certificate of all transcripts: made once, for it takes longer than most of them.
struct Tls {
  base::TestFolder folder;
  std::shared_ptr<net::TlsContext> server;
  std::shared_ptr<net::TlsClientContext> client;

  Tls() {
    const std::string path = folder / "tls";
    const net::Certificate certificate = base::value_or_throw(net::own_certificate(path, {"localhost"}, base::SystemClock().now()));
    server = base::value_or_throw(net::TlsContext::make({certificate}));
    std::ifstream in(path + "/ca.pem");
    const std::string ca((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    client = base::value_or_throw(net::TlsClientContext::make(net::TlsClientContext::Verify::kName, ca));
  }
};

Tls& tls() {
  static Tls made;
  return made;
}

directory::DomainState domain_state(const std::string& name) {
  using enum directory::DomainState;
  constexpr std::pair<std::string_view, directory::DomainState> kStates[] = {
      {"added", kAdded},         {"await_ownership", kAwaitOwnership},
      {"protected", kProtected}, {"await_mx", kAwaitMx},
      {"active", kActive},       {"abnormal", kAbnormal},
      {"lost", kLost},           {"removed", kRemoved},
      {"disputed", kDisputed}};
  for (const auto& [known, state] : kStates)
    if (name == known) return state;
  throw Failed("no such domain state: " + name);
}

store::FlagNames flag_names(const std::string& text) {
  store::FlagNames names;
  for (std::string_view word : base::split(text, ' ')) {
    if (word.empty()) continue;
    if (const store::FlagSet system = store::system_flag(word))
      names.system |= system;
    else
      names.keywords.emplace_back(word);
  }
  return names;
}

net::Endpoint endpoint(const std::string& address, uint16_t port) {
  const auto parsed = net::IpAddress::parse(address);
  if (!parsed) throw Failed("not an address: " + address);
  return net::Endpoint::ip(*parsed, port);
}

std::optional<smtp::Mode> smtp_mode(const std::string& protocol) {
  for (const auto mode : {smtp::Mode::kSmtp, smtp::Mode::kLmtp, smtp::Mode::kSubmission})
    if (protocol == to_string(mode)) return mode;
  return std::nullopt;
}

}  // namespace

// In the order in which the parts depend on each other; the loop outlives all that post to it.
struct World::Parts {
  Parts(const Config& config, const config::Settings& settings)
      : bytewise(config.bytewise),
        database(sql::testing::make(config.database)),
        blobs(blob::open("memory:")),
        store(*database, *blobs, feed, clock, ids, server::store_limits(settings), server::mime_limits(settings)),
        directory(*database, clock, ids, server::directory_limits(settings), ""),
        credentials(directory, clock, server::sign_in_limits(settings)),
        journal(*database, clock, ids, server::journal_limits(settings)),
        queue(clock, ids, journal, 1, server::queue_settings(settings)),
        delivery({.store = store,
                  .journal = journal,
                  .directory = directory,
                  .clock = clock,
                  .hostname = kHostname,
                  .limits = server::delivery_limits(settings),
                  .queue = &queue}),
        imap{store,
             directory,
             credentials,
             journal,
             pool,
             clock,
             user_sessions,
             tls().server.get(),
             server::imap_limits(settings),
             imap_options(settings)},
        sign_in{credentials, pool, settings.flag("submission.allow_plaintext_login"), false},
        smtp{directory, delivery, store, journal, clock, ids, tls().server.get(), kHostname, server::smtp_limits(settings), &sign_in} {}

  static imap::Options imap_options(const config::Settings& settings) {
    imap::Options options;
    options.allow_plaintext_login = settings.flag("imap.allow_plaintext_login");
    options.plaintext_on_loopback = false;
    return options;
  }

  boost::asio::io_context loop{1};
  const bool bytewise;
  base::ManualClock clock{kStart};
  base::IdMaker ids{clock, 1};
  store::ChangeFeed feed;
  std::unique_ptr<sql::Database> database;
  std::unique_ptr<blob::BlobStore> blobs;
  store::Store store;
  directory::Directory directory;
  directory::Credentials credentials;
  journal::Journal journal;
  net::ThreadPool pool{2};
  queue::Queue queue;  // nothing takes from it here
  delivery::Delivery delivery;
  imap::UserSessions user_sessions;
  imap::Services imap;
  smtp::SignIn sign_in;
  smtp::Services smtp;
  int sessions = 0;  // that have not ended
};

World::World(const Config& config, const config::Settings& settings) : parts_(std::make_unique<Parts>(config, settings)) {}

World::~World() {
  if (sessions_end()) return;
  ADD_FAILURE() << parts_->sessions << " sessions did not end when their clients had gone";
  (void)parts_.release();  // they still use it
}

bool World::sessions_end() {
  boost::asio::steady_timer guard(parts_->loop, std::chrono::seconds(20));
  bool late = false;
  guard.async_wait([&](boost::system::error_code error) { late = !error; });
  while (parts_->sessions > 0 && !late) parts_->loop.run_one();
  guard.cancel();
  parts_->loop.poll();
  return parts_->sessions == 0;
}

void World::verify() {
  if (!sessions_end()) return;  // the destructor reports it
  std::string findings;
  const auto key = [this](sql::EnterpriseScope scope) -> std::optional<blob::EnterpriseKey> {
    const auto enterprise = parts_->directory.enterprise(scope);
    return enterprise ? std::optional(blob::enterprise_key(enterprise->blob_key)) : std::nullopt;
  };
  store::verify(parts_->store, key, [&](const std::string& finding) { findings += "\n  " + finding; });
  if (!findings.empty()) throw Failed("the store does not keep its promises:" + findings);
}

boost::asio::io_context& World::loop() { return parts_->loop; }

void World::turn_until(const bool& done) {
  while (!done) {
    if (parts_->loop.run_one() > 0) continue;
    if (!done) throw Failed("everything waits and nothing can come");
  }
}

void World::add_domain(const std::string& name, const std::string& state, const std::string& enterprise) {
  for (const directory::Enterprise& one : parts_->directory.enterprises()) {
    if (one.name != enterprise) continue;
    base::value_or_throw(parts_->directory.add_domain({one.id}, name, domain_state(state)));
    return;
  }
  const directory::Enterprise made = base::value_or_throw(parts_->directory.create_enterprise(enterprise));
  base::value_or_throw(parts_->directory.add_domain({made.id}, name, domain_state(state)));
}

void World::add_account(const NewAccount& account) {
  const std::string name = account.address.substr(account.address.rfind('@') + 1);
  if (!parts_->directory.find_domain(name)) add_domain(name, "active", account.enterprise.empty() ? name : account.enterprise);
  const auto domain = parts_->directory.find_domain(name);
  if (!domain) throw Failed("no active domain " + name);
  const directory::NewMember wanted{account.address, account.address, account.password, account.quota_bytes};
  const auto mailboxes = [this](sql::Transaction& tx, sql::AccountScope scope) { parts_->store.create_account(tx, scope); };
  const directory::Member member = base::value_or_throw(parts_->directory.add_member({domain->enterprise_id}, wanted, mailboxes));
  for (const std::string& alias : account.aliases) base::value_or_throw(parts_->directory.add_alias(member.scope(), alias));
  if (account.disabled) base::value_or_throw(parts_->directory.set_member_state(member.scope(), directory::MemberState::kDisabled));
}

void World::set_catch_all(const std::string& domain, const std::string& address) {
  const auto found = parts_->directory.find_domain(domain);
  if (!found) throw Failed("no active domain " + domain);
  base::value_or_throw(parts_->directory.set_catch_all({found->enterprise_id}, domain, address));
}

sql::AccountScope World::scope_of(const std::string& address) {
  const auto member = parts_->directory.find_member(address);
  if (!member) throw Failed("no account " + address);
  return member->scope();
}

int64_t World::mailbox_id(sql::Transaction& tx, sql::AccountScope scope, const std::string& mailbox) {
  const auto found = parts_->store.find_mailbox(tx, scope, mailbox);
  if (!found) throw Failed("no mailbox " + mailbox);
  return found->id;
}

void World::deliver(const std::string& address, const std::string& mailbox, const std::string& message, const std::string& flags,
                    std::optional<int64_t> date) {
  const sql::AccountScope scope = scope_of(address);
  const auto enterprise = parts_->directory.enterprise(scope.enterprise());
  store::NewMessage prepared =
      parts_->store.prepare(message, blob::enterprise_key(enterprise->blob_key), date ? base::from_seconds(*date) : parts_->clock.now());
  prepared.flags = flag_names(flags);
  parts_->blobs->put(scope.enterprise_id, prepared.blob, message);
  parts_->database->write([&](sql::Transaction& tx) {
    if (!parts_->store.find_mailbox(tx, scope, mailbox)) base::value_or_throw(parts_->store.create_mailbox(tx, scope, mailbox));
    base::value_or_throw(parts_->store.append(tx, scope, mailbox_id(tx, scope, mailbox), {&prepared, 1}, 0));
  });
}

void World::advance(base::Duration by) { parts_->clock.advance(by); }

uint64_t World::message_count(const std::string& address, const std::string& mailbox) {
  const sql::AccountScope scope = scope_of(address);
  return parts_->database->read([&](sql::Transaction& tx) -> uint64_t {
    const auto found = parts_->store.find_mailbox(tx, scope, mailbox);
    if (!found) throw Failed("no mailbox " + mailbox);
    return found->state.exists;
  });
}

std::string World::message(const std::string& address, const std::string& mailbox, uint32_t uid) {
  const sql::AccountScope scope = scope_of(address);
  const auto blob = parts_->database->read([&](sql::Transaction& tx) {
    std::optional<blob::BlobId> id;
    parts_->store.for_each_message(tx, scope, mailbox_id(tx, scope, mailbox), store::UidSet::of(uid), {},
                                   [&](const store::MessageRow& row) { id = row.blob; });
    return id;
  });
  if (!blob) throw Failed("no message with UID " + std::to_string(uid));
  return base::value_or_throw(parts_->blobs->get(scope.enterprise_id, *blob));
}

std::unique_ptr<net::Stream> World::connect(const Connecting& connecting) {
  const bool imap = connecting.protocol == "imap";
  const auto mode = smtp_mode(connecting.protocol);
  if (!imap && !mode) throw Failed("no such protocol: " + connecting.protocol);
  net::PipeOptions options;
  options.capacity = 64u << 20;  // the client never has to read while it writes
  options.one_byte_at_a_time = parts_->bytewise;
  options.client = endpoint(connecting.from, 40000);
  options.server = endpoint("203.0.113.25", imap ? 143 : 25);
  net::PipePair pipe = net::make_pipe(parts_->loop.get_executor(), options);
  ++parts_->sessions;
  net::spawn(parts_->loop.get_executor(), session(std::move(pipe.server), connecting));
  return std::move(pipe.client);
}

net::Task<> World::session(std::unique_ptr<net::Stream> stream, Connecting connecting) {
  Parts& parts = *parts_;
  // After the client's first step: bytes that it sends without waiting for a greeting are there when the session looks for them.
  co_await boost::asio::post(boost::asio::use_awaitable);
  try {
    if (connecting.tls) co_await stream->start_tls(*tls().server, net::Deadline::after(std::chrono::seconds(20)));
    if (connecting.protocol == "imap")
      co_await imap::serve(std::move(stream), parts.imap);
    else
      co_await smtp::serve(std::move(stream), parts.smtp, *smtp_mode(connecting.protocol));
  } catch (const net::IoError&) {
    // The client went during the handshake.
  }
  --parts.sessions;
}

net::TlsClientContext& World::client_tls() { return *tls().client; }

}  // namespace transcript
