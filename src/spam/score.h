#pragma once
// The points of each check, with their reasons. Inside spam/ only.

#include <vector>

#include "spam/judge.h"

namespace spam {

// DMARC failed and somebody whose word we take saw it pass (ARC).
bool is_trusted_arc(const Facts& facts, const Settings& settings);
// From's domain asks to act on such mail, and nobody vouches for it: the names in it are not to be believed.
bool is_forged(const Facts& facts, const Settings& settings);

// "SPF pass, DKIM none, DMARC fail": what mailauth/ found, in every verdict.
Reason describe(const Authentication& auth);

// Each adds its reasons to the verdict and returns the points.
double add_rspamd(const RspamdAnswer& answer, Verdict& verdict);  // its score, explained by its symbols
double add_built_in(const Facts& facts, const Scan& scan, const Settings& settings, Verdict& verdict);
double add_history(sql::Transaction& tx, sql::AccountScope scope, const Facts& facts, const Settings& settings, Verdict& verdict);
double add_bayes(sql::Transaction& tx, sql::AccountScope scope, const std::vector<int64_t>& tokens, const Settings& settings,
                 Verdict& verdict);

}  // namespace spam
