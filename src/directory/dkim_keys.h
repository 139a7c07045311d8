#pragma once
// The keys that sign a domain's mail (RFC 6376). A domain gets its first pair, RSA and Ed25519, when it is first asked for; later pairs
// take their place without a gap:
//
//   kWaiting   made, to be published; signs nothing until DNS shows it
//   kActive    signs
//   kRetiring  signs no more and stays published, for mail that is on its way; then it is gone
//
// The first pair is active at once: nothing better could sign, and a signature without a published key does no harm (RFC 6376 6.1).

#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "sql/database.h"
#include "sql/scope.h"

namespace directory {

// Stored numbers: DO NOT CHANGE.
enum class DkimKeyState { kWaiting = 1, kActive = 2, kRetiring = 3 };

struct DkimKey {
  sql::EnterpriseScope scope;
  std::string domain;    // canonical, A-labels
  std::string selector;  // "ph20261123r"
  std::string pem;       // PKCS#8
  DkimKeyState state = DkimKeyState::kActive;
  base::Time created_at{}, changed_at{};

  std::string record_name() const { return selector + "._domainkey." + domain; }
};

// Thread-safe; all calls block.
class DkimKeys {
 public:
  DkimKeys(sql::Database& db, const base::Clock& clock) : db_(db), clock_(clock) {}

  // Of one domain, oldest first; the first pair is made when there is none (a tenth of a second). REQUIRES: the scope holds the domain.
  std::vector<DkimKey> ensure(sql::EnterpriseScope scope, std::string_view domain);
  std::vector<DkimKey> list(sql::EnterpriseScope scope, std::string_view domain);
  // A new pair in state kWaiting, unless one waits already.
  std::vector<DkimKey> begin_rotation(sql::EnterpriseScope scope, std::string_view domain);
  // The waiting pair signs from now on, and the active one retires.
  void complete_rotation(sql::EnterpriseScope scope, std::string_view domain);

  // Of all enterprises, for housekeeping: in `state` since before `before`, at most `most`, oldest first.
  std::vector<DkimKey> older_than(DkimKeyState state, base::Time before, size_t most);
  void remove(const DkimKey& key);

 private:
  std::vector<DkimKey> make_pair(sql::EnterpriseScope scope, std::string_view domain, DkimKeyState state);

  sql::Database& db_;
  const base::Clock& clock_;
};

}  // namespace directory
