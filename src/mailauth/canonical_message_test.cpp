#include "mailauth/canonical_message.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/text.h"
#include "mailauth/sha256.h"

namespace mailauth {
namespace {

constexpr auto kSimple = Canonicalization::kSimple;
constexpr auto kRelaxed = Canonicalization::kRelaxed;

std::string canonical(Canonicalization form, std::string_view field) {
  std::string out;
  append_canonical(form, field, out);
  return out;
}

// Expects the body to hash as `expected` does.
void expect_body(Canonicalization form, std::string_view body, std::string_view expected) {
  const BodyHash hash = hash_body(form, body).back();
  EXPECT_EQ(hash.complete, expected.size()) << base::printable(body);
  EXPECT_EQ(hash.octets, expected.size());
  EXPECT_EQ(base::hex_encode(hash.digest), base::hex_encode(sha256(expected))) << base::printable(body);
}

// RFC 6376 3.4.5, the second example.
TEST(CanonicalMessage, HeadersOfTheRfc) {
  EXPECT_EQ(canonical(kRelaxed, "A: X"), "a:X");
  EXPECT_EQ(canonical(kRelaxed, "B : Y\t\r\n\tZ  "), "b:Y Z");
  EXPECT_EQ(canonical(kSimple, "B : Y\t\r\n\tZ  "), "B : Y\t\r\n\tZ  ");
}

TEST(CanonicalMessage, RelaxedHeaderEdges) {
  EXPECT_EQ(canonical(kRelaxed, "Subject:"), "subject:");
  EXPECT_EQ(canonical(kRelaxed, "Subject: \t \r\n \t"), "subject:");  // only white space
  EXPECT_EQ(canonical(kRelaxed, "SUBJECT \t:a"), "subject:a");
  EXPECT_EQ(canonical(kRelaxed, "S: a\r\n b\r\n\t\tc"), "s:a b c");
  EXPECT_EQ(canonical(kRelaxed, "S: a\n b"), "s:a b");  // folded with LF
  EXPECT_EQ(canonical(kRelaxed, "S: a\rb"), "s:a\rb");  // a lone CR is a byte
  EXPECT_EQ(canonical(kRelaxed, "S: a:b : c"), "s:a:b : c");
}

// RFC 6376 3.4.5.
TEST(CanonicalMessage, BodiesOfTheRfc) {
  const std::string_view body = " C \r\nD \t E\r\n\r\n\r\n";
  expect_body(kRelaxed, body, " C\r\nD E\r\n");
  expect_body(kSimple, body, " C \r\nD \t E\r\n");
}

TEST(CanonicalMessage, EmptyBodies) {
  expect_body(kSimple, "", "\r\n");
  expect_body(kSimple, "\r\n", "\r\n");
  expect_body(kSimple, "\r\n\r\n\r\n", "\r\n");
  expect_body(kRelaxed, "", "");
  expect_body(kRelaxed, "\r\n", "");
  expect_body(kRelaxed, " \t\r\n \r\n\r\n", "");
  // RFC 6376 3.4.3, 3.4.4: the hashes as printed there.
  EXPECT_EQ(base::base64_encode(hash_body(kSimple, "").back().digest), "frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY=");
  EXPECT_EQ(base::base64_encode(hash_body(kRelaxed, "").back().digest), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
}

TEST(CanonicalMessage, LineEndsOfBodies) {
  expect_body(kSimple, "a", "a\r\n");
  expect_body(kRelaxed, "a", "a\r\n");
  expect_body(kRelaxed, "a \t", "a\r\n");
  expect_body(kSimple, "\r\n\r\na\r\n\r\nb\r\n\r\n", "\r\n\r\na\r\n\r\nb\r\n");
  expect_body(kRelaxed, "\r\n \r\na\r\n\t\r\nb\r\n\r\n", "\r\n\r\na\r\n\r\nb\r\n");
  // Lone CR and LF are bytes.
  expect_body(kSimple, "a\nb\rc\n", "a\nb\rc\n\r\n");
  expect_body(kRelaxed, "a \nb \r c", "a \nb \r c\r\n");
  expect_body(kRelaxed, "a\r\r\n", "a\r\r\n");
  expect_body(kSimple, "a\n\r\n\r\n", "a\n\r\n");
}

TEST(CanonicalMessage, WhiteSpaceRuns) {
  expect_body(kRelaxed, "a  b\tc \t d\r\n  e\r\n", "a b c d\r\n e\r\n");
  expect_body(kRelaxed, std::string(20'000, ' ') + "x" + std::string(20'000, '\t') + "y" + std::string(9000, 'z') + " \r\n",
              " x y" + std::string(9000, 'z') + "\r\n");
}

TEST(CanonicalMessage, Lengths) {
  const std::string_view body = "a  b\r\nccc\r\n";  // "a b\r\nccc\r\n", 10 octets
  const std::vector<uint64_t> lengths = {0, 1, 1, 5, 9, 10, 11, UINT64_MAX};
  const auto found = hash_body(kRelaxed, body, lengths);
  ASSERT_EQ(found.size(), lengths.size() + 1);
  const std::string whole = "a b\r\nccc\r\n";
  for (size_t i = 0; i < found.size(); ++i) {
    const size_t octets = i < lengths.size() ? std::min<uint64_t>(lengths[i], 10) : 10;
    EXPECT_EQ(found[i].digest, sha256(whole.substr(0, octets))) << i;
    EXPECT_EQ(found[i].octets, octets);
    EXPECT_EQ(found[i].complete, 10u);
  }
  EXPECT_EQ(hash_body(kSimple, "abc", {4}).front().digest, sha256("abc\r"));
  EXPECT_EQ(hash_body(kRelaxed, "", {0, 3}).front().digest, sha256(""));
}

TEST(CanonicalMessage, FieldsAndBody) {
  const std::string bytes = "A: 1\r\nb: 2\r\n\t3\r\na: 4 \r\n\r\nbody\r\n";
  CanonicalMessage message(bytes);
  ASSERT_EQ(message.fields().size(), 3u);
  EXPECT_EQ(message.fields()[1].text, "b: 2\r\n\t3");
  EXPECT_EQ(message.fields()[1].value, " 2\r\n\t3");
  EXPECT_EQ(message.fields()[2].text, "a: 4 ");
  EXPECT_EQ(message.named("a"), (std::vector<uint32_t>{0, 2}));
  EXPECT_TRUE(message.named("c").empty());
  EXPECT_EQ(message.body(), "body\r\n");
  EXPECT_EQ(message.body_hash(kSimple).digest, sha256("body\r\n"));
  EXPECT_EQ(message.body_hash(kSimple, 2).digest, sha256("bo"));
  EXPECT_EQ(&message.body_hash(kSimple), &message.body_hash(kSimple));
}

TEST(CanonicalMessage, NoBodyAndNoHeader) {
  CanonicalMessage headers_only("A: 1\r\n");
  EXPECT_EQ(headers_only.fields().size(), 1u);
  EXPECT_EQ(headers_only.body(), "");
  CanonicalMessage empty("");
  EXPECT_TRUE(empty.fields().empty());
  CanonicalMessage body_only("\r\nbody");
  EXPECT_TRUE(body_only.fields().empty());
  EXPECT_EQ(body_only.body(), "body");
}

TEST(CanonicalMessage, TooLargeAHeader) {
  const auto header_of = [](size_t bytes) { return "a: " + std::string(bytes - 5, 'x') + "\r\n"; };
  EXPECT_FALSE(CanonicalMessage(header_of(CanonicalMessage::kMaxHeaderBytes) + "\r\nbody").header_too_large());
  const std::string bytes = header_of(CanonicalMessage::kMaxHeaderBytes + 1) + "b: 1\r\n\r\nbody";
  CanonicalMessage message(bytes);
  EXPECT_TRUE(message.header_too_large());
  EXPECT_TRUE(message.fields().empty());
  EXPECT_EQ(message.body(), "body");
}

TEST(CanonicalMessage, TooManyFields) {
  std::string bytes;
  for (size_t i = 0; i < CanonicalMessage::kMaxFields; ++i) bytes += "a:\r\n";
  EXPECT_FALSE(CanonicalMessage(bytes).header_too_large());
  bytes += "a:\r\n";
  CanonicalMessage message(bytes);
  EXPECT_TRUE(message.header_too_large());
  EXPECT_EQ(message.fields().size(), CanonicalMessage::kMaxFields);
}

}  // namespace
}  // namespace mailauth
