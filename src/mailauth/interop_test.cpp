// Against two other implementations, dkimpy and Mail::DKIM (test/harness/*_peer.*): what we sign they verify, what dkimpy signs we verify,
// and what was changed on the way nobody passes.

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <cstdio>
#include <filesystem>

#include "base/text.h"
#include "mailauth/arc.h"
#include "mailauth/dkim_testing.h"

namespace mailauth {
namespace {

const std::string kMessage =
    "Received: from here\r\nFrom: Alice <alice@a.example>\r\nTo: bob@b.example,\r\n\tcarol@c.example\r\nSubject:  one   two \r\n"
    "Date: Mon, 1 Jan 2024 00:00:00 +0000\r\nMessage-ID: <1@a.example>\r\nMIME-Version: 1.0\r\nX-Empty:\r\n\r\n"
    "Hello  \tBob \r\n\r\n trailing\t\r\n\r\n\r\n";

class Interop : public ::testing::Test {
 protected:
  Interop() {
    std::string pattern = (std::filesystem::temp_directory_path() / "posthouse-dkim-XXXXXX").string();
    if (!mkdtemp(pattern.data())) throw std::runtime_error("no temporary folder");
    folder_ = pattern;
    publish("rsa.example", testing::rsa_pem());
    publish("ed.example", testing::ed25519_pem());
    write("rsa.key", testing::rsa_pem());
    write("ed.key", base::base64_encode(ed25519_seed()));
  }
  ~Interop() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  // The seed ends a PKCS#8 Ed25519 key (RFC 8410 7).
  static std::string ed25519_seed() {
    std::string der;
    for (const auto line : base::split(testing::ed25519_pem(), '\n'))
      if (!line.empty() && line.front() != '-') der += line;
    der = *base::base64_decode(der);
    return der.substr(der.size() - 32);
  }

  void publish(const std::string& domain, const std::string& pem) {
    keys_.records["s._domainkey." + domain] = {PrivateKey::from_pem(pem)->record()};
  }

  std::string write(const std::string& name, const std::string& bytes) {
    std::ofstream(folder_ + "/" + name, std::ios::binary) << bytes;
    return folder_ + "/" + name;
  }
  std::string keys_file() {
    std::string text;
    for (const auto& [name, records] : keys_.records) text += name + "\t" + records.front() + "\n";
    return write("keys", text);
  }

  // What a peer prints. Its complaints go to the test's own standard error.
  static std::string run(const std::string& command) {
    FILE* pipe = popen(command.c_str(), "r");
    if (!pipe) return "no pipe";
    std::string out;
    char buffer[4096];
    for (size_t got; (got = fread(buffer, 1, sizeof buffer, pipe)) > 0;) out.append(buffer, got);
    const int status = pclose(pipe);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return "failed: " + command;
    return out;
  }
  static std::string dkimpy(const std::string& arguments) {
    return run("/usr/bin/python3 " POSTHOUSE_SOURCE_DIR "/test/harness/dkimpy_peer.py " + arguments);
  }
  static std::string mail_dkim(const std::string& arguments) {
    return run("/usr/bin/perl " POSTHOUSE_SOURCE_DIR "/test/harness/mail_dkim_peer.pl " + arguments);
  }
  // Both peers' verdicts, which must agree.
  std::string peers(const std::string& what, const std::string& bytes) {
    const std::string arguments = what + " " + keys_file() + " " + write("message", bytes);
    const std::string one = dkimpy(arguments), other = mail_dkim(arguments);
    return one == other ? one : "dkimpy says " + one + "Mail::DKIM says " + other;
  }

  ArcChain chain_of(const std::string& bytes) {
    CanonicalMessage message(bytes);
    return net::block_on(verify_arc(message, keys_, now_, net::Deadline::none()));
  }
  std::string sealed(const std::string& bytes, const std::string& domain) {
    const auto sealer =
        ArcSealer::make({.domain = domain, .selector = "s"}, domain == "rsa.example" ? testing::rsa_pem() : testing::ed25519_pem());
    CanonicalMessage message(bytes);
    const ArcChain chain = chain_of(bytes);
    return *sealer->seal(message, chain, {.authserv_id = "mx." + domain, .results = {arc_auth_result(chain, "")}}, now_) + bytes;
  }

  std::string folder_;
  testing::KeyTable keys_;
  const base::Time now_ = base::SystemClock().now();  // the peers know no other
};

TEST_F(Interop, OursIsVerifiedByOthers) {
  const auto signer = DkimSigner::make({.domain = "rsa.example", .selector = "s", .identity = "x@mail.rsa.example"}, testing::rsa_pem());
  const std::string signed_message = testing::sign(kMessage, {&*signer}) + kMessage;
  EXPECT_EQ(peers("verify", signed_message), "pass\n");
  EXPECT_EQ(peers("verify", signed_message + "more\r\n"), "fail\n");
  EXPECT_EQ(peers("verify", "Subject: added\r\n" + signed_message), "fail\n");
}

// Debian's Mail::DKIM knows no Ed25519.
TEST_F(Interop, OurEd25519IsVerifiedByDkimpy) {
  const auto rsa = DkimSigner::make({.domain = "rsa.example", .selector = "s"}, testing::rsa_pem());
  const auto ed25519 = DkimSigner::make({.domain = "ed.example", .selector = "s"}, testing::ed25519_pem());
  const std::string signed_message = testing::sign(kMessage, {&*rsa, &*ed25519}) + kMessage;
  EXPECT_EQ(dkimpy("verify " + keys_file() + " " + write("message", signed_message)), "pass\npass\n");
  EXPECT_EQ(dkimpy("verify " + keys_file() + " " + write("message", "Subject: added\r\n" + signed_message)), "fail\nfail\n");
}

TEST_F(Interop, OursOnOddBodies) {
  const auto rsa = DkimSigner::make({.domain = "rsa.example", .selector = "s"}, testing::rsa_pem());
  for (const char* body : {"", "\r\n", " \t\r\n \r\n", "no line end", "  two  \t spaces\r\n\r\n\r\n"}) {
    const std::string message = "From: a@rsa.example\r\nSubject: \r\n \t x\r\n\r\n" + std::string(body);
    EXPECT_EQ(peers("verify", testing::sign(message, {&*rsa}) + message), "pass\n") << base::printable(body);
  }
}

TEST_F(Interop, TheirsIsVerifiedByUs) {
  for (const char* domain : {"rsa", "ed"})
    for (const char* canon : {"simple/simple", "simple/relaxed", "relaxed/simple", "relaxed/relaxed"}) {
      const std::string field =
          dkimpy("sign " + folder_ + "/" + domain + ".key " + domain + ".example " + canon + " " + write("message", kMessage));
      const auto results = testing::verify(field + kMessage, keys_, now_);
      ASSERT_EQ(results.size(), 1u) << field;
      EXPECT_EQ(results[0].result, DkimResult::kPass) << canon << ": " << results[0].reason;
      EXPECT_EQ(testing::verify(field + kMessage + "more\r\n", keys_, now_).at(0).result, DkimResult::kFail);
    }
}

TEST_F(Interop, OurArcSetsAreVerifiedByOthers) {
  EXPECT_EQ(peers("arc-verify", kMessage), "none\n");
  std::string bytes = sealed(kMessage, "rsa.example");
  EXPECT_EQ(peers("arc-verify", bytes), "pass\n");
  bytes = sealed(sealed(bytes, "rsa.example"), "rsa.example");
  EXPECT_EQ(peers("arc-verify", bytes), "pass\n");
  EXPECT_EQ(peers("arc-verify", bytes + "more\r\n"), "fail\n");
}

TEST_F(Interop, TheirArcSetsAreVerifiedByUs) {
  const auto add = [&](const std::string& bytes, const std::string& status) {
    const std::string with_results = "Authentication-Results: mx.example; arc=" + status + "\r\n" + bytes;
    return dkimpy("arc-sign " + folder_ + "/rsa.key rsa.example mx.example " + write("message", with_results)) + with_results;
  };
  const std::string one = add(kMessage, "none");
  const ArcChain first = chain_of(one);
  EXPECT_EQ(first.status, ArcStatus::kPass) << first.reason << one;
  // Ours on theirs, in the eyes of both.
  const std::string two = sealed(one, "rsa.example");
  const ArcChain second = chain_of(two);
  EXPECT_EQ(second.status, ArcStatus::kPass) << second.reason;
  EXPECT_EQ(second.highest, 2u);
  EXPECT_EQ(peers("arc-verify", two), "pass\n");
}

}  // namespace
}  // namespace mailauth
