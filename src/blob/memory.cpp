#include "blob/memory.h"

#include <map>
#include <mutex>

namespace blob {

namespace {

using base::Error;
using base::ErrorKind;
using base::Result;

class MemoryStore final : public BlobStore {
 public:
  net::Pending<void> start_put(int64_t enterprise, const BlobId& id, std::string bytes) override {
    {
      std::lock_guard hold(mutex_);
      bodies_[{enterprise, id}] = {std::move(bytes), now()};
    }
    auto done = std::make_shared<net::PendingState<void>>();
    done->set({});
    return net::Pending<void>(done);
  }
  Result<std::string> get(int64_t enterprise, const BlobId& id) override {
    std::lock_guard hold(mutex_);
    const auto found = bodies_.find({enterprise, id});
    if (found == bodies_.end()) return Error{ErrorKind::kNotFound, "no such message body"};
    return found->second.bytes;
  }
  std::vector<Result<std::string>> multi_get(int64_t enterprise, std::span<const BlobId> ids) override {
    std::vector<Result<std::string>> out;
    for (const BlobId& id : ids) out.push_back(get(enterprise, id));
    return out;
  }
  Result<bool> exists(int64_t enterprise, const BlobId& id) override {
    std::lock_guard hold(mutex_);
    return bodies_.contains({enterprise, id});
  }
  Result<Removed> remove_unused(int64_t enterprise, base::Time put_before, const std::function<bool(const BlobId&)>& in_use) override {
    std::lock_guard hold(mutex_);
    Removed removed;
    std::erase_if(bodies_, [&](const auto& one) {
      if (one.first.first != enterprise || in_use(one.first.second)) return false;
      const bool old = one.second.put_at < put_before;
      removed.bodies += old;
      (old ? removed.bytes : removed.young_bytes) += one.second.bytes.size();
      return old;
    });
    return removed;
  }
  Result<void> erase_enterprise(int64_t enterprise) override {
    std::lock_guard hold(mutex_);
    std::erase_if(bodies_, [&](const auto& one) { return one.first.first == enterprise; });
    return {};
  }
  Result<void> for_each(int64_t enterprise, const std::function<bool(const BlobId&, uint64_t)>& visit) override {
    std::lock_guard hold(mutex_);
    for (auto one = bodies_.lower_bound({enterprise, BlobId{}}); one != bodies_.end() && one->first.first == enterprise; ++one) {
      if (!visit(one->first.second, one->second.bytes.size())) break;
    }
    return {};
  }
  Result<void> checkpoint(const std::string&) override { return Error{ErrorKind::kDenied, "bodies in memory have no folder"}; }

 private:
  struct Body {
    std::string bytes;
    base::Time put_at;
  };
  std::mutex mutex_;
  std::map<std::pair<int64_t, BlobId>, Body> bodies_;
};

}  // namespace

std::unique_ptr<BlobStore> open_memory() { return std::make_unique<MemoryStore>(); }

}  // namespace blob
