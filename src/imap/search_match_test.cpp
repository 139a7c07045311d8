#include "imap/search_match.h"

#include <gtest/gtest.h>

#include "mime/structure.h"

namespace imap {
namespace {

using Kind = SearchKey::Kind;

SearchTerm term(Kind kind, uint64_t number = 0) {
  SearchTerm out;
  out.kind = kind;
  out.number = number;
  return out;
}
SearchTerm flag(Kind kind, store::FlagSet flags) {
  SearchTerm out = term(kind);
  out.flags = flags;
  return out;
}
SearchTerm text(Kind kind, std::string field, std::string_view needle) {
  SearchTerm out = term(kind);
  out.field = std::move(field);
  if (!needle.empty()) out.text = std::make_unique<mime::TextSearch>(needle);
  return out;
}
template <typename... Terms>
SearchTerm combine(Kind kind, Terms... terms) {
  SearchTerm out = term(kind);
  (out.children.push_back(std::move(terms)), ...);
  return out;
}

constexpr std::string_view kBytes =
    "From: Bob <b@x>\r\nSubject: =?utf-8?Q?caf=C3=A9?=\r\nX-Tag: blue\r\nDate: Tue, 3 Mar 2026 23:30:00 -0800\r\n\r\nneedle\r\n";

class SearchTest : public testing::Test {
 protected:
  SearchTest() {
    row_.size = 100;
    row_.received_at = base::from_seconds(1772668800);  // 2026-03-05
    row_.envelope = envelope_;
  }
  enum class Depth { kList, kRow, kBody };
  Verdict match(SearchTerm root, Depth depth) {
    SearchMatch search(std::move(root), {nullptr, store::UidSet::of(5), {}});
    SearchMessage message{{5, store::kSeen, 40}};
    if (depth != Depth::kList) message.row = &row_;
    if (depth == Depth::kBody) message.body = &parsed_;
    return search.match(message);
  }
  mime::Message parsed_ = mime::parse(kBytes);
  std::string envelope_ = mime::encode_envelope(parsed_.envelope);
  store::MessageRow row_;
};

TEST_F(SearchTest, TheListDecidesFlags) {
  EXPECT_EQ(match(flag(Kind::kFlagSet, store::kSeen), Depth::kList), Verdict::kYes);
  EXPECT_EQ(match(flag(Kind::kFlagClear, store::kSeen), Depth::kList), Verdict::kNo);
  EXPECT_EQ(match(flag(Kind::kKeyword, 0), Depth::kList), Verdict::kNo);
  EXPECT_EQ(match(flag(Kind::kUnkeyword, 0), Depth::kList), Verdict::kYes);
  EXPECT_EQ(match(term(Kind::kRecent), Depth::kList), Verdict::kYes);
  EXPECT_EQ(match(term(Kind::kNew), Depth::kList), Verdict::kNo);
  EXPECT_EQ(match(term(Kind::kModSeq, 40), Depth::kList), Verdict::kYes);
  EXPECT_EQ(match(term(Kind::kModSeq, 41), Depth::kList), Verdict::kNo);
}

TEST_F(SearchTest, UnknownWaitsForTheNextStage) {
  EXPECT_EQ(match(term(Kind::kLarger, 50), Depth::kList), Verdict::kUnknown);
  EXPECT_EQ(match(combine(Kind::kNot, term(Kind::kLarger, 50)), Depth::kList), Verdict::kUnknown);
  EXPECT_EQ(match(combine(Kind::kOr, flag(Kind::kFlagSet, store::kSeen), term(Kind::kLarger, 50)), Depth::kList), Verdict::kYes);
  EXPECT_EQ(match(combine(Kind::kAnd, term(Kind::kLarger, 50), flag(Kind::kFlagClear, store::kSeen)), Depth::kList), Verdict::kNo);
  EXPECT_EQ(match(combine(Kind::kAnd), Depth::kList), Verdict::kYes);
}

TEST_F(SearchTest, RowsDecideDatesAndEnvelopes) {
  EXPECT_EQ(match(term(Kind::kLarger, 100), Depth::kRow), Verdict::kNo);
  EXPECT_EQ(match(term(Kind::kSmaller, 101), Depth::kRow), Verdict::kYes);
  EXPECT_EQ(match(term(Kind::kOn, 20517), Depth::kRow), Verdict::kYes);
  EXPECT_EQ(match(term(Kind::kSentOn, 20515), Depth::kRow), Verdict::kYes);  // its own zone's day
  EXPECT_EQ(match(text(Kind::kHeader, "from", "bob"), Depth::kRow), Verdict::kYes);
  EXPECT_EQ(match(text(Kind::kHeader, "from", "b@x"), Depth::kRow), Verdict::kYes);
  EXPECT_EQ(match(text(Kind::kHeader, "subject", "CAF\xc3\x89"), Depth::kRow), Verdict::kYes);
  EXPECT_EQ(match(text(Kind::kHeader, "to", ""), Depth::kRow), Verdict::kNo);
  EXPECT_EQ(match(text(Kind::kHeader, "x-tag", "blue"), Depth::kRow), Verdict::kUnknown);
}

TEST_F(SearchTest, BodiesDecideTheRest) {
  EXPECT_EQ(match(text(Kind::kHeader, "x-tag", "blue"), Depth::kBody), Verdict::kYes);
  EXPECT_EQ(match(text(Kind::kHeader, "x-tag", ""), Depth::kBody), Verdict::kYes);
  EXPECT_EQ(match(text(Kind::kHeader, "x-none", ""), Depth::kBody), Verdict::kNo);
  EXPECT_EQ(match(text(Kind::kBody, "", "NEEDLE"), Depth::kBody), Verdict::kYes);
  EXPECT_EQ(match(text(Kind::kBody, "", "blue"), Depth::kBody), Verdict::kNo);
  EXPECT_EQ(match(text(Kind::kText, "", "blue"), Depth::kBody), Verdict::kYes);
}

TEST_F(SearchTest, KnowsWhetherEnvelopesAreNeeded) {
  EXPECT_TRUE(SearchMatch(combine(Kind::kNot, text(Kind::kHeader, "from", "x")), {}).needs_envelope());
  EXPECT_TRUE(SearchMatch(term(Kind::kSentOn), {}).needs_envelope());
  EXPECT_FALSE(SearchMatch(text(Kind::kHeader, "x-tag", "x"), {}).needs_envelope());
}

}  // namespace
}  // namespace imap
