#pragma once
// What delivery needs to run, in a temporary folder: for the tests of delivery/ and smtp/ alone.

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include "base/ids.h"
#include "base/test_folder.h"
#include "base/time.h"
#include "blob/open.h"
#include "delivery/delivery.h"
#include "directory/directory.h"
#include "journal/journal.h"
#include "sql/open.h"
#include "store/store.h"

namespace delivery {

// Bodies in memory, which can be told to fail.
class FaultyBlobs final : public blob::BlobStore {
 public:
  bool failing = false;

  net::Pending<void> start_put(int64_t enterprise, const blob::BlobId& id, std::string bytes) override {
    if (!failing) return inner_->start_put(enterprise, id, std::move(bytes));
    auto state = std::make_shared<net::PendingState<void>>();
    state->fail(std::make_exception_ptr(base::Failure(base::ErrorKind::kUnavailable, "cannot write", "no space left on device")));
    return net::Pending<void>(state);
  }
  base::Result<std::string> get(int64_t enterprise, const blob::BlobId& id) override { return inner_->get(enterprise, id); }
  std::vector<base::Result<std::string>> multi_get(int64_t enterprise, std::span<const blob::BlobId> ids) override {
    return inner_->multi_get(enterprise, ids);
  }
  base::Result<bool> exists(int64_t enterprise, const blob::BlobId& id) override { return inner_->exists(enterprise, id); }
  base::Result<blob::Removed> remove_unused(int64_t enterprise, base::Time put_before,
                                            const std::function<bool(const blob::BlobId&)>& in_use) override {
    return inner_->remove_unused(enterprise, put_before, in_use);
  }
  base::Result<void> erase_enterprise(int64_t enterprise) override { return inner_->erase_enterprise(enterprise); }
  base::Result<void> for_each(int64_t enterprise, const std::function<bool(const blob::BlobId&, uint64_t)>& visit) override {
    return inner_->for_each(enterprise, visit);
  }
  base::Result<void> checkpoint(const std::string& folder) override { return inner_->checkpoint(folder); }

 private:
  std::unique_ptr<blob::BlobStore> inner_ = blob::open("memory:");
};

struct TestParts {
  boost::asio::io_context loop{1};  // first: what the database's thread resumes must outlive that thread
  base::TestFolder folder;
  base::ManualClock clock{base::from_seconds(1795439731)};  // 2026-11-23 13:15:31 UTC
  base::IdMaker ids{clock, 1};
  store::ChangeFeed feed;
  std::unique_ptr<sql::Database> database = sql::open("sqlite:" + folder / "test.db");
  FaultyBlobs blobs;
  store::Store store{*database, blobs, feed, clock, ids};
  directory::Directory directory{*database, clock, ids, {}, ""};
  journal::Journal journal{*database, clock, ids};
  Delivery delivery{Services{store, journal, directory, clock, "mx.example"}};

  // Turns the loop until the task has ended; its result, or its exception.
  template <typename T>
  T await(net::Task<T> task) {
    using Stored = std::conditional_t<std::is_void_v<T>, std::monostate, T>;
    std::optional<Stored> result;
    bool done = false;
    auto run = [](net::Task<T> inner, std::optional<Stored>& out) -> net::Task<> {
      if constexpr (std::is_void_v<T>) {
        co_await std::move(inner);
        out.emplace();
      } else {
        out.emplace(co_await std::move(inner));
      }
    };
    std::exception_ptr thrown;
    boost::asio::co_spawn(loop, run(std::move(task), result), [&](std::exception_ptr error) {
      thrown = error;
      done = true;
    });
    turn_until(done);
    if (thrown) std::rethrow_exception(thrown);
    if constexpr (!std::is_void_v<T>) return std::move(*result);
  }
  // Throws when nothing that is waited for can come any more.
  void turn_until(const bool& done) {
    loop.restart();
    while (!done) {
      if (loop.run_one_for(std::chrono::seconds(60)) == 0) throw std::logic_error("the task does not end");
    }
  }

  // A domain of an enterprise of its own.
  int64_t add_enterprise(const std::string& domain) {
    const auto made = base::value_or_throw(directory.create_enterprise(domain));
    base::value_or_throw(directory.add_domain({made.id}, domain, directory::DomainState::kActive));
    return made.id;
  }
  directory::Member add_member(int64_t enterprise, const std::string& address, int64_t quota = 0) {
    const directory::NewMember wanted{.address = address, .name = address, .password = "", .quota_bytes = quota};
    return base::value_or_throw(directory.add_member(
        {enterprise}, wanted, [&](sql::Transaction& tx, sql::AccountScope scope) { store.create_account(tx, scope); }));
  }
  Recipient recipient(const std::string& address) {
    const auto route = directory.resolve(address);
    return {.address = address, .member = route.member, .enterprise = route.enterprise};
  }
  // The bytes of the messages in an INBOX, by UID.
  std::vector<std::string> inbox(sql::AccountScope scope) {
    std::vector<blob::BlobId> bodies;
    database->read([&](sql::Transaction& tx) {
      const auto mailbox = store.find_mailbox(tx, scope, "INBOX");
      store.for_each_message(tx, scope, mailbox->id, store::UidSet::of(1, UINT32_MAX), {},
                             [&](const store::MessageRow& row) { bodies.push_back(row.blob); });
      return 0;
    });
    std::vector<std::string> messages;
    for (const auto& body : bodies) messages.push_back(base::value_or_throw(blobs.get(scope.enterprise_id, body)));
    return messages;
  }
};

}  // namespace delivery
