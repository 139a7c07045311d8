#pragma once
// A Bayes filter (Robinson's combination with Fisher's chi-square) for each enterprise and each member, taught by moves into and out of
// Junk. A member's own filter speaks when it has seen enough; otherwise the enterprise's; otherwise none.
//
//   learn(tx, scope, tokens_of(...), message_key(bytes), Lesson::kSpam, now, settings);      // moved into Junk
//   learn(tx, scope, tokens_of(...), message_key(bytes), Lesson::kHam, now, settings);       // and out again: the first is taken back

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "sql/scope.h"
#include "sql/transaction.h"

namespace spam {

struct BayesSettings {
  int64_t minimum = 30;           // messages of each kind before a filter speaks
  size_t significant = 150;       // tokens that are combined: those farthest from 1/2
  double strength = 0.45;         // Robinson's s: how much an unknown word weighs
  double least_distance = 0.1;    // from 1/2; nearer words say nothing
  size_t member_tokens = 50'000;  // kept at most
  size_t enterprise_tokens = 500'000;
  std::chrono::seconds keep{180 * 86'400};        // tokens seen once or twice, not seen again
  std::chrono::seconds lesson_keep{90 * 86'400};  // how long a lesson can be taken back, and is not repeated
  int64_t expire_every = 50;                      // lessons between two clean-ups
};

enum class Lesson : uint8_t { kHam = 0, kSpam = 1 };  // stored numbers: DO NOT CHANGE

// Names a message's bytes among the lessons: 16 bytes.
std::string message_key(std::string_view bytes);

// Teaches the member's filter and the enterprise's. The same lesson again changes nothing; the opposite one takes the first back. False
// when nothing was changed. `tokens` sorted, without repeats (tokens_of).
bool learn(sql::Transaction& tx, sql::AccountScope scope, std::span<const int64_t> tokens, std::string_view key, Lesson lesson,
           base::Time now, const BayesSettings& settings);
// Takes the lesson back without another (the message was deleted from Junk and was no lesson after all). False when there was none.
bool unlearn(sql::Transaction& tx, sql::AccountScope scope, std::span<const int64_t> tokens, std::string_view key, base::Time now,
             const BayesSettings& settings);

struct BayesAnswer {
  double spam = 0.5;      // 0: surely wanted, 1: surely not
  bool personal = false;  // the member's own filter said so
  size_t tokens = 0;      // that it rests on
};
// nullopt: neither filter has learned enough, or no word is known well enough.
std::optional<BayesAnswer> classify(sql::Transaction& tx, sql::AccountScope scope, std::span<const int64_t> tokens,
                                    const BayesSettings& settings);

struct Corpus {
  int64_t spam = 0, ham = 0;
};
Corpus member_corpus(sql::Transaction& tx, sql::AccountScope scope);
Corpus enterprise_corpus(sql::Transaction& tx, sql::EnterpriseScope scope);

// Makes the member's own filter empty; the enterprise's keeps what it learned.
void forget_bayes(sql::Transaction& tx, sql::AccountScope scope);
// Drops rare old tokens, then the longest unseen above the limits, and old lessons. learn() does it by itself now and then.
int64_t expire_bayes(sql::Transaction& tx, sql::AccountScope scope, base::Time now, const BayesSettings& settings);
int64_t expire_bayes(sql::Transaction& tx, sql::EnterpriseScope scope, base::Time now, const BayesSettings& settings);

// Pure: Robinson's f(w), and Fisher's combination of many, in 0..1.
double word_probability(int64_t spam, int64_t ham, const Corpus& corpus, double strength);
double combine(std::span<const double> probabilities);
// The chance that a chi-square of 2n degrees is at least `x`. REQUIRES: x >= 0.
double chi_square_tail(double x, size_t n);

}  // namespace spam
