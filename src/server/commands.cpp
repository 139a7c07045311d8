// verify, config and version.

#include "server/commands.h"

#include <fmt/format.h>

#include "queue/verify.h"
#include "server/instance.h"
#include "server/version.h"
#include "store/verify.h"

namespace server {

config::Settings Common::load() const { return base::value_or_throw(config::load(sources)); }

int verify(const Common& common) {
  Instance instance(common.folder, common.load(), Bodies::kRead);
  auto key_of = [&](sql::EnterpriseScope scope) -> std::optional<blob::EnterpriseKey> {
    auto enterprise = instance.directory().enterprise(scope);
    if (!enterprise) return std::nullopt;
    return blob::enterprise_key(enterprise->blob_key);
  };
  auto report = [](const std::string& finding) { fmt::print("{}\n", finding); };
  auto counts = store::verify(instance.store(), key_of, report);
  const auto queued = queue::verify(instance.database(), instance.blobs(), key_of, report);
  const uint64_t findings = counts.findings + queued.findings;
  fmt::print("{} accounts, {} mailboxes, {} messages, {} queued: {}\n", counts.accounts, counts.mailboxes, counts.messages, queued.entries,
             findings == 0 ? "all promises hold" : fmt::format("{} broken promises", findings));
  return findings == 0 ? 0 : 1;
}

int config_reference() {
  fmt::print("{}", config::reference());
  return 0;
}

int config_sample() {
  fmt::print("{}", config::sample());
  return 0;
}

int config_check(const Common& common) {
  fmt::print("{}", config::show(common.load()));
  return 0;
}

int version() {
  fmt::print("posthouse {}\n", kVersion);
  return 0;
}

}  // namespace server
