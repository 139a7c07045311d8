#include "net/certificate.h"

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

#include "base/text.h"
#include "net/address.h"
#include "net/pem.h"
#include "net/socket.h"
#include "net/tls.h"

namespace net {

namespace {

constexpr int64_t kDay = 24 * 3600;
constexpr int64_t kAuthorityDays = 3652;
constexpr int64_t kServerDays = 365;
constexpr int64_t kRenewDays = 30;
constexpr int64_t kBackdate = 3600;  // clients' clocks may be behind

base::Error wrong(const std::string& text) { return {base::ErrorKind::kInvalid, text, tls_error_text()}; }

base::Result<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return base::Error{base::ErrorKind::kNotFound, "cannot read " + path, std::generic_category().message(errno)};
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

base::Time to_time(const ASN1_TIME* time) {
  std::tm parts{};
  ASN1_TIME_to_tm(time, &parts);
  return base::from_seconds(timegm(&parts));
}

std::string text_of(const ASN1_STRING* string) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(string)), static_cast<size_t>(ASN1_STRING_length(string))};
}

std::string address_text(const std::string& bytes) {
  if (bytes.size() == 4) {
    std::array<uint8_t, 4> four;
    std::copy(bytes.begin(), bytes.end(), four.begin());
    return IpAddress::v4(four).to_string();
  }
  if (bytes.size() != 16) return {};
  std::array<uint8_t, 16> sixteen;
  std::copy(bytes.begin(), bytes.end(), sixteen.begin());
  return IpAddress::v6(sixteen).to_string();
}

std::vector<std::string> alternative_names(X509* certificate) {
  std::vector<std::string> names;
  auto* found = static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  for (int i = 0; i < sk_GENERAL_NAME_num(found); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(found, i);
    if (name->type == GEN_DNS) names.push_back(text_of(name->d.dNSName));
    if (name->type == GEN_IPADD) names.push_back(address_text(text_of(name->d.iPAddress)));
  }
  GENERAL_NAMES_free(found);
  return names;
}

std::string common_name(const X509_NAME* name) {
  const int index = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
  return index < 0 ? std::string() : text_of(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, index)));
}

// A new certificate for `key`, unsigned and without extensions.
X509Pointer blank_certificate(EVP_PKEY* key, const std::string& name, base::Time now, int64_t days) {
  X509Pointer made(X509_new());
  X509_set_version(made.get(), X509_VERSION_3);
  unsigned char serial[16];
  RAND_bytes(serial, sizeof serial);
  serial[0] &= 0x7f;  // RFC 5280 4.1.2.2: positive
  BIGNUM* number = BN_bin2bn(serial, sizeof serial, nullptr);
  BN_to_ASN1_INTEGER(number, X509_get_serialNumber(made.get()));
  BN_free(number);
  ASN1_TIME_set(X509_getm_notBefore(made.get()), base::to_seconds(now) - kBackdate);
  ASN1_TIME_set(X509_getm_notAfter(made.get()), base::to_seconds(now) + days * kDay);
  X509_set_pubkey(made.get(), key);
  const auto short_name = name.substr(0, 64);  // RFC 5280 ub-common-name
  X509_NAME_add_entry_by_txt(X509_get_subject_name(made.get()), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(short_name.data()), static_cast<int>(short_name.size()), -1, 0);
  return made;
}

bool add_extension(X509* certificate, X509* issuer, int id, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str());
  if (!extension) return false;
  const bool added = X509_add_ext(certificate, extension, -1) == 1;
  X509_EXTENSION_free(extension);
  return added;
}

struct Issued {
  X509Pointer certificate;
  KeyPointer key;
};

base::Result<Issued> make_authority(base::Time now) {
  Issued made;
  made.key.reset(EVP_EC_gen("P-256"));
  made.certificate = blank_certificate(made.key.get(), "Posthouse own CA", now, kAuthorityDays);
  X509* ca = made.certificate.get();
  X509_set_issuer_name(ca, X509_get_subject_name(ca));
  const bool complete = add_extension(ca, ca, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
                        add_extension(ca, ca, NID_key_usage, "critical,keyCertSign,cRLSign") &&
                        add_extension(ca, ca, NID_subject_key_identifier, "hash");
  if (!complete || X509_sign(ca, made.key.get(), EVP_sha256()) == 0) return wrong("cannot make a CA certificate");
  return made;
}

std::string alternative_names_value(const std::vector<std::string>& names) {
  std::string value;
  for (const auto& name : names) {
    if (!value.empty()) value += ',';
    value += IpAddress::parse(name) ? "IP:" : "DNS:";
    value += name;
  }
  return value;
}

// Names go into OpenSSL's little extension language: only what a host name can have.
bool plausible_name(const std::string& name) {
  const auto allowed = [](char c) { return base::is_alpha(c) || base::is_digit(c) || c == '.' || c == '-' || c == '_' || c == '*'; };
  return IpAddress::parse(name) || (!name.empty() && name.size() <= 253 && std::all_of(name.begin(), name.end(), allowed));
}

base::Result<Issued> make_server(const Issued& authority, const std::vector<std::string>& names, base::Time now) {
  Issued made;
  made.key.reset(EVP_EC_gen("P-256"));
  made.certificate = blank_certificate(made.key.get(), names.front(), now, kServerDays);
  X509* server = made.certificate.get();
  X509* ca = authority.certificate.get();
  X509_set_issuer_name(server, X509_get_subject_name(ca));
  const bool complete =
      add_extension(server, ca, NID_basic_constraints, "critical,CA:FALSE") &&
      add_extension(server, ca, NID_key_usage, "critical,digitalSignature") && add_extension(server, ca, NID_ext_key_usage, "serverAuth") &&
      add_extension(server, ca, NID_subject_key_identifier, "hash") && add_extension(server, ca, NID_authority_key_identifier, "keyid") &&
      add_extension(server, ca, NID_subject_alt_name, alternative_names_value(names));
  if (!complete || X509_sign(server, authority.key.get(), EVP_sha256()) == 0) return wrong("cannot make a server certificate");
  return made;
}

base::Error cannot_write(const std::string& path) {
  return {base::ErrorKind::kUnavailable, "cannot write " + path, std::generic_category().message(errno)};
}

bool write_all(int fd, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(fd, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    content.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

// Whole or not at all: a new file, synced, takes the name.
base::Result<void> write_file(const std::string& path, const std::string& content, mode_t mode) {
  const std::string fresh = path + ".new";
  ::unlink(fresh.c_str());
  const Fd fd(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
  if (!fd || !write_all(fd.get(), content) || ::fsync(fd.get()) != 0) return cannot_write(fresh);
  if (::rename(fresh.c_str(), path.c_str()) != 0) return cannot_write(path);
  return {};
}

base::Result<void> write_pair(const std::string& base_path, const std::string& chain_pem, const std::string& key_pem) {
  // The key goes first: with a crash between the two the pair does not match, and is made again.
  auto key = write_file(base_path + ".key", key_pem, 0600);
  if (!key.ok()) return key;
  return write_file(base_path + ".pem", chain_pem, 0644);
}

base::Result<Issued> parse_pair(const Certificate& pair) {
  ERR_clear_error();
  Issued parsed;
  auto chain = pem_certificates(pair.chain_pem);
  if (chain.empty()) return wrong(pair.label + ": no certificate in PEM form");
  parsed.certificate = std::move(chain.front());
  parsed.key = pem_private_key(pair.key_pem);
  if (!parsed.key) return wrong(pair.label + ": no private key in PEM form, or it has a password");
  if (X509_check_private_key(parsed.certificate.get(), parsed.key.get()) != 1)
    return wrong(pair.label + ": the key is not the certificate's");
  return parsed;
}

bool long_enough(const CertificateFacts& facts, base::Time now) {
  return facts.not_before <= now && facts.not_after >= now + std::chrono::days(kRenewDays);
}

base::Result<Certificate> load_pair(const std::string& base_path) { return load_certificate(base_path + ".pem", base_path + ".key"); }

// The CA in the folder, or a new one.
base::Result<Issued> own_authority(const std::string& folder, base::Time now) {
  const auto loaded = load_pair(folder + "/ca");
  if (loaded.ok()) {
    const auto facts = certificate_facts(*loaded);
    if (facts.ok() && facts->not_after >= now + std::chrono::days(kServerDays)) return parse_pair(*loaded);
  }
  auto made = make_authority(now);
  if (!made.ok()) return made;
  auto written = write_pair(folder + "/ca", to_pem(made->certificate.get()), to_pem(made->key.get()));
  if (!written.ok()) return written.error();
  return made;
}

bool issued_by(const Certificate& certificate, const Issued& authority) {
  const auto chain = pem_certificates(certificate.chain_pem);
  return !chain.empty() && X509_verify(chain.front().get(), authority.key.get()) == 1;
}

// Whether the pair in the folder still serves.
bool still_good(const Certificate& found, const Issued& authority, const std::vector<std::string>& names, base::Time now) {
  const auto facts = certificate_facts(found);
  return facts.ok() && facts->names == names && long_enough(*facts, now) && issued_by(found, authority);
}

// As they come back from a certificate: lower case, addresses in one form.
std::vector<std::string> canonical(const std::vector<std::string>& names) {
  std::vector<std::string> result;
  for (const auto& name : names) {
    const auto address = IpAddress::parse(name);
    auto form = address ? address->to_string() : base::to_lower(name);
    if (std::find(result.begin(), result.end(), form) == result.end()) result.push_back(std::move(form));
  }
  return result;
}

}  // namespace

base::Result<Certificate> load_certificate(const std::string& chain_file, const std::string& key_file) {
  auto chain = read_file(chain_file);
  if (!chain.ok()) return chain.error();
  auto key = read_file(key_file);
  if (!key.ok()) return key.error();
  Certificate certificate{std::move(*chain), std::move(*key), chain_file};
  auto checked = parse_pair(certificate);
  if (!checked.ok()) return checked.error();
  return certificate;
}

base::Result<CertificateFacts> certificate_facts(const Certificate& certificate) {
  ERR_clear_error();
  const auto chain = pem_certificates(certificate.chain_pem);
  if (chain.empty()) return wrong(certificate.label + ": no certificate in PEM form");
  X509* leaf = chain.front().get();
  CertificateFacts facts;
  facts.names = alternative_names(leaf);
  const auto subject = common_name(X509_get_subject_name(leaf));
  if (facts.names.empty() && !subject.empty()) facts.names.push_back(subject);
  facts.issuer = common_name(X509_get_issuer_name(leaf));
  facts.not_before = to_time(X509_get0_notBefore(leaf));
  facts.not_after = to_time(X509_get0_notAfter(leaf));
  return facts;
}

base::Result<Certificate> own_certificate(const std::string& folder, const std::vector<std::string>& names, base::Time now) {
  if (names.empty()) return wrong("no name for the server's certificate");
  for (const auto& name : names) {
    if (!plausible_name(name)) return wrong("not a host name or address: " + base::printable(name));
  }
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  ::chmod(folder.c_str(), 0700);
  const auto authority = own_authority(folder, now);
  if (!authority.ok()) return authority.error();
  const auto wanted = canonical(names);
  const auto path = folder + "/server";
  auto found = load_pair(path);
  if (found.ok() && still_good(*found, *authority, wanted, now)) return found;
  const auto made = make_server(*authority, wanted, now);
  if (!made.ok()) return made.error();
  auto written = write_pair(path, to_pem(made->certificate.get()) + to_pem(authority->certificate.get()), to_pem(made->key.get()));
  if (!written.ok()) return written.error();
  return load_pair(path);
}

}  // namespace net
