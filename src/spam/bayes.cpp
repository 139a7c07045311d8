#include "spam/bayes.h"

#include <sodium.h>

#include <algorithm>
#include <cmath>

namespace spam {

namespace {

constexpr int64_t kWholeEnterprise = 0;
constexpr size_t kChunk = 50;  // tokens of one statement: a fixed number, so that it is prepared once

sql::AccountScope whole(sql::EnterpriseScope scope) { return {scope.enterprise_id, kWholeEnterprise}; }

Corpus corpus_of(sql::Transaction& tx, sql::AccountScope scope) {
  auto rows =
      tx.query("select spam, ham from spam_corpus where enterprise_id = ? and account_id = ?", scope.enterprise_id, scope.account_id);
  if (!rows.next()) return {};
  return {rows.number(0), rows.number(1)};
}

struct Change {
  int64_t spam = 0, ham = 0;
};
Change change_of(Lesson lesson, int64_t by) { return lesson == Lesson::kSpam ? Change{by, 0} : Change{0, by}; }

// "insert ... values (..), (..) on conflict add": `rows` tokens at once.
std::string count_statement(size_t rows) {
  std::string text = "insert into spam_token (enterprise_id, account_id, token, spam, ham, seen_at) values ";
  for (size_t i = 0; i < rows; ++i) text += i == 0 ? "(?, ?, ?, ?, ?, ?)" : ", (?, ?, ?, ?, ?, ?)";
  return text +
         " on conflict (enterprise_id, account_id, token) do update set spam = spam_token.spam + excluded.spam, ham = spam_token.ham + "
         "excluded.ham, seen_at = excluded.seen_at";
}

void count_tokens(sql::Transaction& tx, sql::AccountScope scope, std::span<const int64_t> tokens, Change change, int64_t now) {
  static const std::string many = count_statement(kChunk), one = count_statement(1);
  std::vector<sql::Value> values;
  auto run = [&](std::span<const int64_t> some, const std::string& statement) {
    values.clear();
    for (const int64_t token : some) {
      for (const int64_t value : {scope.enterprise_id, scope.account_id, token, change.spam, change.ham, now}) values.emplace_back(value);
    }
    tx.execute_later_with(statement, values);
  };
  size_t at = 0;
  for (; at + kChunk <= tokens.size(); at += kChunk) run(tokens.subspan(at, kChunk), many);
  for (; at < tokens.size(); ++at) run(tokens.subspan(at, 1), one);
}

// Taking back never makes a token: it may have expired meanwhile.
void uncount_tokens(sql::Transaction& tx, sql::AccountScope scope, std::span<const int64_t> tokens, Change change) {
  static const std::string statement = [] {
    std::string text =
        "update spam_token set spam = case when spam > ? then spam - ? else 0 end, ham = case when ham > ? then ham - ? else 0 end "
        "where enterprise_id = ? and account_id = ? and token in (?";
    for (size_t i = 1; i < kChunk; ++i) text += ", ?";
    return text + ")";
  }();
  for (size_t at = 0; at < tokens.size(); at += kChunk) {
    std::vector<sql::Value> values{change.spam, change.spam, change.ham, change.ham, scope.enterprise_id, scope.account_id};
    for (size_t i = 0; i < kChunk; ++i) values.emplace_back(tokens[std::min(at + i, tokens.size() - 1)]);
    tx.execute_later_with(statement, values);
  }
}

// The corpus row is changed first: its lock puts teachers of one filter into a line. Returns the lessons so far.
int64_t count_message(sql::Transaction& tx, sql::AccountScope scope, Change change) {
  auto rows = tx.query(
      "insert into spam_corpus (enterprise_id, account_id, spam, ham, lessons) values (?, ?, ?, ?, 1) "
      "on conflict (enterprise_id, account_id) do update set spam = spam_corpus.spam + excluded.spam, ham = spam_corpus.ham + "
      "excluded.ham, "
      "lessons = spam_corpus.lessons + 1 returning lessons",
      scope.enterprise_id, scope.account_id, change.spam, change.ham);
  rows.next();
  return rows.number(0);
}

void take_back(sql::Transaction& tx, sql::AccountScope scope, std::span<const int64_t> tokens, Lesson lesson) {
  const auto change = change_of(lesson, 1);
  tx.execute(
      "update spam_corpus set spam = case when spam > ? then spam - ? else 0 end, ham = case when ham > ? then ham - ? else 0 end "
      "where enterprise_id = ? and account_id = ?",
      change.spam, change.spam, change.ham, change.ham, scope.enterprise_id, scope.account_id);
  uncount_tokens(tx, scope, tokens, change);
}

std::optional<Lesson> find_lesson(sql::Transaction& tx, sql::AccountScope scope, std::string_view key) {
  auto rows = tx.query("select is_spam from spam_lesson where enterprise_id = ? and account_id = ? and message = ?", scope.enterprise_id,
                       scope.account_id, sql::Blob{key});
  if (!rows.next()) return std::nullopt;
  return rows.number(0) != 0 ? Lesson::kSpam : Lesson::kHam;
}

int64_t expire(sql::Transaction& tx, sql::AccountScope scope, base::Time now, size_t most, const BayesSettings& settings) {
  const int64_t at = base::to_seconds(now);
  int64_t gone = tx.execute(
      "delete from spam_token where enterprise_id = ? and account_id = ? and (spam + ham = 0 or (spam + ham <= 2 and seen_at < ?))",
      scope.enterprise_id, scope.account_id, at - settings.keep.count());
  int64_t left = 0;
  {
    auto rows =
        tx.query("select count(*) from spam_token where enterprise_id = ? and account_id = ?", scope.enterprise_id, scope.account_id);
    if (rows.next()) left = rows.number(0);
  }
  if (left > static_cast<int64_t>(most)) {
    gone += tx.execute(
        "delete from spam_token where enterprise_id = ? and account_id = ? and token in (select token from spam_token where enterprise_id "
        "= ? "
        "and account_id = ? order by seen_at, spam + ham limit ?)",
        scope.enterprise_id, scope.account_id, scope.enterprise_id, scope.account_id, left - static_cast<int64_t>(most));
  }
  gone += tx.execute("delete from spam_lesson where enterprise_id = ? and account_id = ? and learned_at < ?", scope.enterprise_id,
                     scope.account_id, at - settings.lesson_keep.count());
  return gone;
}

std::optional<BayesAnswer> ask(sql::Transaction& tx, sql::AccountScope scope, std::span<const int64_t> tokens,
                               const BayesSettings& settings) {
  const auto corpus = corpus_of(tx, scope);
  if (corpus.spam < settings.minimum || corpus.ham < settings.minimum) return std::nullopt;
  static const std::string statement = [] {
    std::string text = "select spam, ham from spam_token where enterprise_id = ? and account_id = ? and token in (?";
    for (size_t i = 1; i < kChunk; ++i) text += ", ?";
    return text + ")";
  }();
  std::vector<double> telling;
  for (size_t at = 0; at < tokens.size(); at += kChunk) {
    std::vector<sql::Value> values{scope.enterprise_id, scope.account_id};
    for (size_t i = 0; i < kChunk; ++i) values.emplace_back(tokens[std::min(at + i, tokens.size() - 1)]);
    for (const auto& row : tx.query_with(statement, values)) {
      const double probability = word_probability(row.number(0), row.number(1), corpus, settings.strength);
      if (std::abs(probability - 0.5) >= settings.least_distance) telling.push_back(probability);
    }
  }
  if (telling.size() < 3) return std::nullopt;
  std::ranges::sort(telling, [](double a, double b) { return std::abs(a - 0.5) > std::abs(b - 0.5); });
  if (telling.size() > settings.significant) telling.resize(settings.significant);
  return BayesAnswer{combine(telling), scope.account_id != kWholeEnterprise, telling.size()};
}

}  // namespace

std::string message_key(std::string_view bytes) {
  std::string key(16, '\0');
  crypto_generichash(reinterpret_cast<unsigned char*>(key.data()), key.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                     bytes.size(), nullptr, 0);
  return key;
}

bool learn(sql::Transaction& tx, sql::AccountScope scope, std::span<const int64_t> tokens, std::string_view key, Lesson lesson,
           base::Time now, const BayesSettings& settings) {
  // The enterprise's row first, always: the order in which rows are locked.
  const auto both = {std::pair(whole(scope.enterprise()), settings.enterprise_tokens), std::pair(scope, settings.member_tokens)};
  const auto known = find_lesson(tx, scope, key);
  if (known == lesson) return false;
  const int64_t at = base::to_seconds(now);
  for (const auto& [filter, most] : both) {
    const int64_t lessons = count_message(tx, filter, change_of(lesson, 1));
    if (known) take_back(tx, filter, tokens, *known);
    count_tokens(tx, filter, tokens, change_of(lesson, 1), at);
    if (settings.expire_every > 0 && lessons % settings.expire_every == 0) expire(tx, filter, now, most, settings);
  }
  tx.execute(
      "insert into spam_lesson (enterprise_id, account_id, message, is_spam, learned_at) values (?, ?, ?, ?, ?) "
      "on conflict (enterprise_id, account_id, message) do update set is_spam = excluded.is_spam, learned_at = excluded.learned_at",
      scope.enterprise_id, scope.account_id, sql::Blob{key}, lesson, at);
  return true;
}

bool unlearn(sql::Transaction& tx, sql::AccountScope scope, std::span<const int64_t> tokens, std::string_view key, base::Time,
             const BayesSettings&) {
  const auto known = find_lesson(tx, scope, key);
  if (!known) return false;
  take_back(tx, whole(scope.enterprise()), tokens, *known);
  take_back(tx, scope, tokens, *known);
  tx.execute("delete from spam_lesson where enterprise_id = ? and account_id = ? and message = ?", scope.enterprise_id, scope.account_id,
             sql::Blob{key});
  return true;
}

std::optional<BayesAnswer> classify(sql::Transaction& tx, sql::AccountScope scope, std::span<const int64_t> tokens,
                                    const BayesSettings& settings) {
  if (tokens.empty()) return std::nullopt;
  if (auto own = ask(tx, scope, tokens, settings)) return own;
  return ask(tx, whole(scope.enterprise()), tokens, settings);
}

Corpus member_corpus(sql::Transaction& tx, sql::AccountScope scope) { return corpus_of(tx, scope); }
Corpus enterprise_corpus(sql::Transaction& tx, sql::EnterpriseScope scope) { return corpus_of(tx, whole(scope)); }

void forget_bayes(sql::Transaction& tx, sql::AccountScope scope) {
  for (const auto* table : {"spam_token", "spam_corpus", "spam_lesson"}) {
    tx.execute(std::string("delete from ") + table + " where enterprise_id = ? and account_id = ?", scope.enterprise_id, scope.account_id);
  }
}

int64_t expire_bayes(sql::Transaction& tx, sql::AccountScope scope, base::Time now, const BayesSettings& settings) {
  return expire(tx, scope, now, settings.member_tokens, settings);
}
int64_t expire_bayes(sql::Transaction& tx, sql::EnterpriseScope scope, base::Time now, const BayesSettings& settings) {
  return expire(tx, whole(scope), now, settings.enterprise_tokens, settings);
}

double word_probability(int64_t spam, int64_t ham, const Corpus& corpus, double strength) {
  // A word that a taken-back lesson left without counts is as good as unknown.
  const auto seen = static_cast<double>(spam + ham);
  if (spam + ham <= 0) return 0.5;
  const double of_spam = std::min(1.0, static_cast<double>(spam) / static_cast<double>(std::max<int64_t>(1, corpus.spam)));
  const double of_ham = std::min(1.0, static_cast<double>(ham) / static_cast<double>(std::max<int64_t>(1, corpus.ham)));
  const double probability = of_spam / (of_spam + of_ham);
  return (strength * 0.5 + seen * probability) / (strength + seen);
}

double chi_square_tail(double x, size_t n) {
  // e^-m * sum of m^i / i!, i < n, with the terms as logarithms: m may be in the thousands.
  const double m = x / 2;
  if (m <= 0) return 1;
  double log_term = -m, sum = std::exp(log_term);
  for (size_t i = 1; i < n; ++i) {
    log_term += std::log(m / static_cast<double>(i));
    sum += std::exp(log_term);
  }
  return std::min(sum, 1.0);
}

double combine(std::span<const double> probabilities) {
  if (probabilities.empty()) return 0.5;
  double log_spam = 0, log_ham = 0;
  for (const double p : probabilities) {
    const double bounded = std::clamp(p, 1e-6, 1 - 1e-6);
    log_spam += std::log(bounded);
    log_ham += std::log(1 - bounded);
  }
  // How surprising so many low (high) values would be, were the words without meaning.
  const double not_spam = chi_square_tail(-2 * log_spam, probabilities.size());
  const double not_ham = chi_square_tail(-2 * log_ham, probabilities.size());
  return (1 + not_spam - not_ham) / 2;
}

}  // namespace spam
