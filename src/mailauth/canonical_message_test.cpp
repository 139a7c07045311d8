#include "mailauth/canonical_message.h"

#include <gtest/gtest.h>

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
  const BodyHash hash = hash_body(form, body);
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
  EXPECT_EQ(base::base64_encode(hash_body(kSimple, "").digest), "frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY=");
  EXPECT_EQ(base::base64_encode(hash_body(kRelaxed, "").digest), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
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

TEST(CanonicalMessage, Length) {
  const BodyHash part = hash_body(kRelaxed, "a  b\r\nccc\r\n", 5);
  EXPECT_EQ(part.digest, sha256("a b\r\n"));
  EXPECT_EQ(part.octets, 5u);
  EXPECT_EQ(part.complete, 10u);
  EXPECT_EQ(hash_body(kSimple, "abc", 0).digest, sha256(""));
  const BodyHash beyond = hash_body(kSimple, "abc", 100);
  EXPECT_EQ(beyond.octets, 5u);
  EXPECT_EQ(beyond.complete, 5u);
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

TEST(CanonicalMessage, TooManyFields) {
  std::string bytes;
  for (size_t i = 0; i < CanonicalMessage::kMaxFields; ++i) bytes += "a:\r\n";
  EXPECT_FALSE(CanonicalMessage(bytes).too_many_fields());
  bytes += "a:\r\n";
  CanonicalMessage message(bytes);
  EXPECT_TRUE(message.too_many_fields());
  EXPECT_EQ(message.fields().size(), CanonicalMessage::kMaxFields);
}

}  // namespace
}  // namespace mailauth
