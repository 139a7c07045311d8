// TLSA against chains of certificates made here: a CA and a server certificate under it.

#include "mailauth/dane.h"

#include <gtest/gtest.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

#include "base/text.h"
#include "net/block_on.h"
#include "net/certificate.h"
#include "net/pem.h"
#include "net/resolver_table.h"

namespace mailauth {
namespace {

std::string der(X509* certificate) {
  unsigned char* out = nullptr;
  const int size = i2d_X509(certificate, &out);
  std::string bytes(reinterpret_cast<char*>(out), static_cast<size_t>(size));
  OPENSSL_free(out);
  return bytes;
}

std::string key_der(X509* certificate) {
  unsigned char* out = nullptr;
  const int size = i2d_PUBKEY(X509_get0_pubkey(certificate), &out);
  std::string bytes(reinterpret_cast<char*>(out), static_cast<size_t>(size));
  OPENSSL_free(out);
  return bytes;
}

std::string sha256(const std::string& bytes) {
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

std::string sha512(const std::string& bytes) {
  std::string digest(SHA512_DIGEST_LENGTH, '\0');
  SHA512(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

class Dane : public testing::Test {
 protected:
  static constexpr int64_t kMade = 1700000000;

  // Certificates for mail.example.com and *.wild.example, of a CA of our own. Valid for a year.
  static std::vector<net::X509Pointer>& chain() {
    static auto made = [] {
      std::string folder = testing::TempDir() + "dane-XXXXXX";
      EXPECT_TRUE(mkdtemp(folder.data()));
      const auto certificate =
          base::value_or_throw(net::own_certificate(folder, {"mail.example.com", "*.wild.example"}, base::from_seconds(kMade)));
      return net::pem_certificates(certificate.chain_pem);
    }();
    return made;
  }
  void SetUp() override {
    ASSERT_EQ(chain().size(), 2u);
    leaf = chain()[0].get();
    ca = chain()[1].get();
    sent = {der(leaf), der(ca)};
  }

  DaneResult match(net::TlsaRecord record, const std::string& name = "mail.example.com", int64_t now = kMade + 86400) {
    EXPECT_TRUE(is_usable(record));
    return match_dane({record}, sent, {name}, now);
  }

  X509* leaf = nullptr;
  X509* ca = nullptr;
  std::vector<std::string> sent;
};

TEST_F(Dane, EndEntity) {
  for (const auto& record : std::vector<net::TlsaRecord>{{3, 1, 1, sha256(key_der(leaf))},
                                                         {3, 1, 2, sha512(key_der(leaf))},
                                                         {3, 0, 1, sha256(der(leaf))},
                                                         {3, 0, 2, sha512(der(leaf))},
                                                         {3, 0, 0, der(leaf)},
                                                         {3, 1, 0, key_der(leaf)}}) {
    const auto label = std::to_string(record.selector) + " " + std::to_string(record.matching);
    EXPECT_TRUE(match(record).matches) << label << " " << match(record).problem;
    // RFC 7672 3.1.1: neither names nor dates
    EXPECT_TRUE(match(record, "other.example").matches) << label;
    EXPECT_TRUE(match(record, "mail.example.com", kMade + 100 * 365 * int64_t{86400}).matches) << label;
    auto wrong = record;
    wrong.data = record.matching == 0 ? (record.selector == 0 ? der(ca) : key_der(ca)) : std::string(record.data.size(), 'x');
    EXPECT_FALSE(match(wrong).matches) << label;
    EXPECT_FALSE(match(wrong).problem.empty());
  }
  // The CA's key as end entity, and the server alone.
  EXPECT_FALSE(match({3, 1, 1, sha256(key_der(ca))}).matches);
  sent.pop_back();
  EXPECT_TRUE(match({3, 1, 1, sha256(key_der(leaf))}).matches);
}

TEST_F(Dane, TrustAnchor) {
  for (const auto& record : std::vector<net::TlsaRecord>{{2, 1, 1, sha256(key_der(ca))},
                                                         {2, 0, 1, sha256(der(ca))},
                                                         {2, 0, 2, sha512(der(ca))},
                                                         {2, 0, 0, der(ca)},
                                                         {2, 1, 0, key_der(ca)}}) {
    const auto label = std::to_string(record.selector) + " " + std::to_string(record.matching);
    EXPECT_TRUE(match(record).matches) << label << " " << match(record).problem;
    EXPECT_TRUE(match(record, "a.wild.example").matches) << label;
    EXPECT_FALSE(match(record, "other.example").matches) << label;
    EXPECT_FALSE(match(record, "a.b.wild.example").matches) << label;
    EXPECT_FALSE(match(record, "mail.example.com", kMade + 3 * 365 * int64_t{86400}).matches) << label << " expired";
    EXPECT_TRUE(match_dane({record}, sent, {"other.example", "mail.example.com"}, kMade + 86400).matches) << "any of the names";
  }
  EXPECT_FALSE(match({2, 1, 1, std::string(32, 'x')}).matches);
  // RFC 7672 3.1.2: a digest cannot stand for a certificate that was not sent; the certificate itself can.
  sent.pop_back();
  EXPECT_FALSE(match({2, 0, 1, sha256(der(ca))}).matches);
  EXPECT_TRUE(match({2, 0, 0, der(ca)}).matches);
  EXPECT_TRUE(match({2, 1, 0, key_der(ca)}).matches);
}

TEST_F(Dane, AnyRecordWillDo) {
  const std::vector<net::TlsaRecord> records = {
      {3, 1, 1, std::string(32, 'x')}, {2, 1, 1, sha256(key_der(ca))}, {3, 1, 1, std::string(32, 'y')}};
  EXPECT_TRUE(match_dane(records, sent, {"mail.example.com"}, kMade + 86400).matches);
  EXPECT_FALSE(match_dane({records[0], records[2]}, sent, {"mail.example.com"}, kMade + 86400).matches);
}

TEST_F(Dane, ForeignBytes) {
  const net::TlsaRecord record{3, 1, 1, sha256(key_der(leaf))};
  EXPECT_FALSE(match_dane({record}, {}, {"mail.example.com"}, kMade).matches);
  EXPECT_FALSE(match_dane({record}, {"not a certificate"}, {"mail.example.com"}, kMade).matches);
  EXPECT_FALSE(match_dane({record}, {sent[0], "x"}, {"mail.example.com"}, kMade).matches);
  EXPECT_FALSE(match_dane({record}, {sent[0] + "x"}, {"mail.example.com"}, kMade).matches);
  EXPECT_FALSE(match_dane({record}, std::vector<std::string>(21, sent[0]), {"mail.example.com"}, kMade).matches);
  EXPECT_FALSE(match_dane({record}, sent, {}, kMade).matches);
  EXPECT_FALSE(match_dane({}, sent, {"mail.example.com"}, kMade).matches);
}

TEST_F(Dane, UsableRecords) {
  const std::string digest(32, 'x'), longer(64, 'x');
  const struct {
    net::TlsaRecord record;
    bool usable;
  } cases[] = {{{3, 1, 1, digest}, true},     {{2, 0, 2, longer}, true},    {{0, 1, 1, digest}, false},      {{1, 1, 1, digest}, false},
               {{4, 1, 1, digest}, false},    {{255, 1, 1, digest}, false}, {{3, 2, 1, digest}, false},      {{3, 1, 3, digest}, false},
               {{3, 1, 1, longer}, false},    {{3, 1, 2, digest}, false},   {{3, 1, 1, ""}, false},          {{3, 0, 0, "junk"}, false},
               {{3, 1, 0, der(leaf)}, false}, {{3, 0, 0, der(leaf)}, true}, {{3, 1, 0, key_der(leaf)}, true}};
  for (const auto& c : cases)
    EXPECT_EQ(is_usable(c.record), c.usable) << int{c.record.usage} << int{c.record.selector} << int{c.record.matching}
                                             << c.record.data.size();
}

class DaneDns : public testing::Test {
 protected:
  DaneLookup find(const std::string& host) {
    auto addresses = net::block_on(net::resolve_addresses(dns, host, net::Deadline::none()));
    return net::block_on(find_tlsa(host, 25, addresses, dns, net::Deadline::none()));
  }
  static std::string tlsa(const std::string& host, const std::string& data = " TLSA 3 1 1 " + std::string(64, 'a')) {
    return "_25._tcp." + host + data;
  }
  using Status = DaneLookup::Status;
  net::ResolverTable dns;
};

TEST_F(DaneDns, SecureRecords) {
  dns.set_secure("safe.example");
  dns.add("mx.safe.example A 192.0.2.1");
  dns.add(tlsa("mx.safe.example"));
  dns.add(tlsa("mx.safe.example", " TLSA 1 1 1 " + std::string(64, 'b')));
  const auto lookup = find("mx.safe.example");
  EXPECT_EQ(lookup.status, Status::kUsable);
  EXPECT_EQ(lookup.records.size(), 1u);
  EXPECT_EQ(lookup.base_domain, "mx.safe.example");
}

TEST_F(DaneDns, NothingPublished) {
  dns.set_secure("safe.example");
  dns.add("mx.safe.example A 192.0.2.1");
  EXPECT_EQ(find("mx.safe.example").status, Status::kNone);
}

TEST_F(DaneDns, NothingUsable) {
  dns.set_secure("safe.example");
  dns.add("mx.safe.example A 192.0.2.1");
  dns.add(tlsa("mx.safe.example", " TLSA 0 0 1 " + std::string(64, 'b')));
  EXPECT_EQ(find("mx.safe.example").status, Status::kUnusable);
}

TEST_F(DaneDns, InsecureAddressesAskNothing) {
  dns.add("mx.plain.example A 192.0.2.1");
  dns.add(tlsa("mx.plain.example"));
  EXPECT_EQ(find("mx.plain.example").status, Status::kNone);
  EXPECT_EQ(dns.questions(), 2u);
}

TEST_F(DaneDns, TroubleForbidsTheHost) {
  dns.set_secure("safe.example");
  dns.add("mx.safe.example A 192.0.2.1");
  dns.set("_25._tcp.mx.safe.example", net::DnsType::kTlsa, net::DnsStatus::kBogus);
  EXPECT_EQ(find("mx.safe.example").status, Status::kTemporary);
  dns.set_all("dead.safe.example", net::DnsStatus::kTemporary);
  EXPECT_EQ(find("dead.safe.example").status, Status::kTemporary);
}

// RFC 7672 2.2.3.
TEST_F(DaneDns, SecureAliases) {
  dns.set_secure("safe.example");
  dns.add("alias.safe.example CNAME mx.safe.example");
  dns.add("mx.safe.example A 192.0.2.1");
  dns.add(tlsa("alias.safe.example"));
  EXPECT_EQ(find("alias.safe.example").base_domain, "alias.safe.example") << "the target has none";
  dns.add(tlsa("mx.safe.example"));
  EXPECT_EQ(find("alias.safe.example").base_domain, "mx.safe.example");
}

// RFC 7672 2.2.2.
TEST_F(DaneDns, SecureAliasOfAnInsecureHost) {
  dns.set_secure("safe.example");
  dns.add("alias.safe.example CNAME mx.plain.example");
  dns.add("mx.plain.example A 192.0.2.1");
  dns.add(tlsa("alias.safe.example"));
  dns.add(tlsa("mx.plain.example"));
  const auto lookup = find("alias.safe.example");
  EXPECT_EQ(lookup.status, Status::kUsable);
  EXPECT_EQ(lookup.base_domain, "alias.safe.example");
  dns.add("alias.plain.example CNAME mx.plain.example");
  dns.add(tlsa("alias.plain.example"));
  EXPECT_EQ(find("alias.plain.example").status, Status::kNone);
}

}  // namespace
}  // namespace mailauth
