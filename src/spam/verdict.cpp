#include "spam/verdict.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/record.h"
#include "base/text.h"
#include "mime/builder.h"

namespace spam {

namespace {

constexpr size_t kHeaderReasons = 10;

// Tags of the record; see doc/formats/verdict.md. DO NOT CHANGE.
enum Tag : uint32_t { kAction = 1, kScore = 2, kReason = 3, kCode = 4, kEnhanced = 5, kReply = 6, kSenderKey = 7, kSender = 8 };
enum ReasonTag : uint32_t { kName = 1, kText = 2, kPoints = 3, kDecisive = 4, kPersonal = 5 };

uint64_t thousandths(double points) { return base::zigzag(std::llround(std::clamp(points, -1e9, 1e9) * 1000)); }
double points_of(std::string_view bytes) { return static_cast<double>(base::unzigzag(base::RecordReader::number(bytes))) / 1000; }

std::string encode_reason(const Reason& reason) {
  base::RecordWriter out(1);
  out.put(kName, reason.name);
  out.put(kText, reason.text);
  out.put_number(kPoints, thousandths(reason.points));
  if (reason.decisive) out.put_number(kDecisive, 1);
  if (reason.personal) out.put_number(kPersonal, 1);
  return out.finish();
}

std::optional<Reason> decode_reason(std::string_view record) {
  base::RecordReader in(record);
  Reason reason;
  uint32_t tag = 0;
  for (std::string_view bytes; in.next(tag, bytes);) {
    if (tag == kName) reason.name = bytes;
    if (tag == kText) reason.text = bytes;
    if (tag == kPoints) reason.points = points_of(bytes);
    if (tag == kDecisive) reason.decisive = base::RecordReader::number(bytes) != 0;
    if (tag == kPersonal) reason.personal = base::RecordReader::number(bytes) != 0;
  }
  if (!in.ok()) return std::nullopt;
  return reason;
}

bool same(const Reason& a, const Reason& b) { return a.name == b.name && a.text == b.text && a.points == b.points; }

// Of all recipients alike, and about none of them.
bool is_shared(const Reason& reason, std::span<const Verdict> verdicts) {
  return !reason.personal && std::ranges::all_of(verdicts, [&](const Verdict& verdict) {
    return std::ranges::any_of(verdict.reasons, [&](const Reason& other) { return same(reason, other); });
  });
}

// Semicolons divide reasons.
std::string header_text(const Reason& reason) {
  auto text = base::printable(reason.text, 200);
  std::ranges::replace(text, ';', ',');
  if (reason.points != 0) text += fmt::format(" ({:+.1f})", reason.points);
  return text;
}

}  // namespace

const char* to_string(Action action) {
  switch (action) {
    case Action::kAccept:
      return "accept";
    case Action::kJunk:
      return "junk";
    case Action::kDefer:
      return "defer";
    case Action::kReject:
      return "reject";
  }
  return "accept";
}

void order_reasons(Verdict& verdict, size_t most) {
  std::ranges::stable_sort(verdict.reasons, [](const Reason& a, const Reason& b) {
    if (a.decisive != b.decisive) return a.decisive;
    return std::abs(a.points) > std::abs(b.points);
  });
  if (verdict.reasons.size() <= most || most == 0) return;
  const auto auth = std::ranges::find(verdict.reasons, kAuthReason, &Reason::name);
  if (auth != verdict.reasons.end() && auth - verdict.reasons.begin() >= static_cast<ptrdiff_t>(most)) verdict.reasons[most - 1] = *auth;
  verdict.reasons.resize(most);
}

std::string verdict_header(std::span<const Verdict> verdicts) {
  if (verdicts.empty()) return {};
  const auto& first = verdicts.front();
  const bool alone = verdicts.size() == 1;
  const bool agreed = std::ranges::all_of(verdicts, [&](const Verdict& verdict) { return verdict.action == first.action; });
  std::string value = agreed ? to_string(first.action) : "by recipient";
  if (alone) value += fmt::format("; score={:.1f}", first.score);
  size_t count = 0;
  for (const auto& reason : first.reasons) {
    if (!alone && !is_shared(reason, verdicts)) continue;
    if (reason.name != kAuthReason && ++count > kHeaderReasons) continue;
    value += "; " + header_text(reason);
  }
  return mime::fold_header(kVerdictHeader, value);
}

std::string encode_verdict(const Verdict& verdict) {
  base::RecordWriter out(1);
  out.put_number(kAction, static_cast<uint64_t>(verdict.action));
  out.put_number(kScore, thousandths(verdict.score));
  for (const auto& reason : verdict.reasons) out.put(kReason, encode_reason(reason));
  if (verdict.code != 0) {
    out.put_number(kCode, static_cast<uint64_t>(verdict.code));
    out.put(kEnhanced, verdict.enhanced);
    out.put(kReply, verdict.reply);
  }
  out.put(kSenderKey, verdict.sender_key);
  out.put(kSender, verdict.sender);
  return out.finish();
}

std::optional<Verdict> decode_verdict(std::string_view record) {
  base::RecordReader in(record);
  Verdict verdict;
  bool has_action = false;
  uint32_t tag = 0;
  for (std::string_view bytes; in.next(tag, bytes);) {
    if (tag == kAction) {
      const auto action = base::RecordReader::number(bytes);
      if (action < 1 || action > 4) return std::nullopt;
      verdict.action = static_cast<Action>(action);
      has_action = true;
    } else if (tag == kReason) {
      auto reason = decode_reason(bytes);
      if (!reason) return std::nullopt;
      verdict.reasons.push_back(std::move(*reason));
    } else if (tag == kScore) {
      verdict.score = points_of(bytes);
    } else if (tag == kCode) {
      verdict.code = static_cast<int>(base::RecordReader::number(bytes));
    } else if (tag == kEnhanced) {
      verdict.enhanced = bytes;
    } else if (tag == kReply) {
      verdict.reply = bytes;
    } else if (tag == kSenderKey) {
      verdict.sender_key = bytes;
    } else if (tag == kSender) {
      verdict.sender = bytes;
    }
  }
  if (!in.ok() || !has_action) return std::nullopt;
  return verdict;
}

void record_verdict(sql::Transaction& tx, sql::AccountScope scope, int64_t email_id, const Verdict& verdict, base::Time now) {
  const auto record = encode_verdict(verdict);
  tx.execute_later(
      "insert into spam_verdict (enterprise_id, account_id, email_id, at, verdict) values (?, ?, ?, ?, ?) "
      "on conflict (enterprise_id, account_id, email_id) do update set at = excluded.at, verdict = excluded.verdict",
      scope.enterprise_id, scope.account_id, email_id, base::to_seconds(now), sql::Blob{record});
}

std::optional<StoredVerdict> find_verdict(sql::Transaction& tx, sql::AccountScope scope, int64_t email_id) {
  auto rows = tx.query("select at, verdict from spam_verdict where enterprise_id = ? and account_id = ? and email_id = ?",
                       scope.enterprise_id, scope.account_id, email_id);
  if (!rows.next()) return std::nullopt;
  auto verdict = decode_verdict(rows.blob(1));
  if (!verdict) return std::nullopt;
  return StoredVerdict{base::from_seconds(rows.number(0)), std::move(*verdict)};
}

int64_t forget_verdicts(sql::Transaction& tx, sql::EnterpriseScope scope, base::Time before) {
  return tx.execute("delete from spam_verdict where enterprise_id = ? and at < ?", scope.enterprise_id, base::to_seconds(before));
}

}  // namespace spam
