#pragma once
// DKIM signatures for what leaves, with each domain's keys ready for use.

#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "directory/dkim_keys.h"
#include "mailauth/dkim_sign.h"
#include "net/loop.h"
#include "net/task.h"

namespace delivery {

// Thread-safe. Keys are looked at again after `remember`, so that a rotation is seen by all nodes while both keys are published.
class Signers {
 public:
  Signers(directory::DkimKeys& keys, net::ThreadPool& pool, const base::Clock& clock, base::Duration remember = std::chrono::minutes(1))
      : keys_(keys), pool_(pool), clock_(clock), remember_(remember) {}

  // DKIM-Signature fields of `domain` (canonical) for the message, each with its line end; empty when its header is too large to be signed.
  // Throws what the database throws. Shared: the pool may outlive the caller.
  net::Task<std::string> sign(sql::EnterpriseScope scope, std::string domain, std::shared_ptr<const std::string> message);

 private:
  struct Set {
    std::vector<mailauth::DkimSigner> signers;
    base::Time made_at{};
  };
  std::string sign_now(sql::EnterpriseScope scope, const std::string& domain, const std::string& message);
  std::shared_ptr<const Set> set_of(sql::EnterpriseScope scope, const std::string& domain);

  directory::DkimKeys& keys_;
  net::ThreadPool& pool_;
  const base::Clock& clock_;
  const base::Duration remember_;
  std::mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<const Set>> sets_;  // by enterprise and domain
};

}  // namespace delivery
