// quickstart, domain and member: they write the directory, also while a server runs on the same folder.

#include <fmt/format.h>
#include <sodium.h>

#include <iostream>

#include "base/text.h"
#include "config/value.h"
#include "server/commands.h"
#include "server/dns_records.h"
#include "server/instance.h"

namespace server {

namespace {

std::string read_password() {
  std::string password;
  std::getline(std::cin, password);
  if (!password.empty() && password.back() == '\r') password.pop_back();
  if (password.empty()) throw base::Failure(base::ErrorKind::kInvalid, "the password on standard input is empty");
  return password;
}

// 20 characters of 31: 99 bits. Without letters that are taken for others.
std::string make_password() {
  constexpr std::string_view kLetters = "abcdefghjkmnpqrstuvwxyz23456789";
  if (sodium_init() < 0) throw base::Failure(base::ErrorKind::kUnavailable, "no source of randomness");
  std::string password;
  for (int i = 0; i < 20; ++i) {
    if (i > 0 && i % 5 == 0) password += '-';
    password += kLetters[randombytes_uniform(kLetters.size())];
  }
  return password;
}

int64_t parse_quota(const std::string& text) {
  auto bytes = config::parse_bytes(text);
  if (!bytes) throw base::Failure(base::ErrorKind::kInvalid, fmt::format("not a size: {:?}; write for example 500MB or 2GB", text));
  return *bytes;
}

std::function<void(sql::Transaction&, sql::AccountScope)> make_mailboxes(Instance& instance) {
  return [&instance](sql::Transaction& tx, sql::AccountScope scope) { instance.store().create_account(tx, scope); };
}

directory::Member find_member(Instance& instance, const std::string& address) {
  auto member = instance.directory().find_member(address);
  if (!member) throw base::Failure(base::ErrorKind::kNotFound, fmt::format("no member has the address {}", address));
  return *member;
}

sql::EnterpriseScope scope_of_address(Instance& instance, const std::string& address) {
  size_t at = address.rfind('@');
  if (at == std::string::npos) throw base::Failure(base::ErrorKind::kInvalid, fmt::format("not an address: {}", address));
  auto domain = instance.directory().find_domain(address.substr(at + 1));
  if (!domain)
    throw base::Failure(base::ErrorKind::kNotFound,
                        fmt::format("the domain of {} is not here; add it with: posthouse domain add", address));
  return {domain->enterprise_id};
}

// The enterprise that is named, a new one of that name, or the only one there is.
sql::EnterpriseScope enterprise_for(Instance& instance, const std::string& wanted) {
  auto all = instance.directory().enterprises();
  for (const auto& enterprise : all)
    if (!wanted.empty() && (enterprise.name == wanted || std::to_string(enterprise.id) == wanted)) return {enterprise.id};
  if (!wanted.empty()) return {base::value_or_throw(instance.directory().create_enterprise(wanted)).id};
  if (all.size() == 1) return {all.front().id};
  throw base::Failure(base::ErrorKind::kInvalid, all.empty() ? "there is no enterprise yet; begin with: posthouse quickstart DOMAIN"
                                                             : "there are several enterprises; name one with --enterprise");
}

const char* to_text(directory::DomainState state) {
  using enum directory::DomainState;
  switch (state) {
    case kAdded:
      return "added";
    case kAwaitOwnership:
      return "awaiting proof of ownership";
    case kProtected:
      return "protected";
    case kAwaitMx:
      return "awaiting MX";
    case kActive:
      return "active";
    case kAbnormal:
      return "abnormal";
    case kLost:
      return "lost";
    case kRemoved:
      return "removed";
    case kDisputed:
      return "disputed";
  }
  return "?";
}

const char* to_text(directory::MemberState state) {
  using enum directory::MemberState;
  switch (state) {
    case kCreated:
      return "created";
    case kActive:
      return "active";
    case kDisabled:
      return "disabled";
    case kDeleted:
      return "deleted";
  }
  return "?";
}

std::string needed_records(Instance& instance, const directory::Domain& domain) {
  directory::DkimKeys keys(instance.database(), instance.clock());
  return dns_records(domain.name, instance.hostname(), keys.ensure({domain.enterprise_id}, domain.name));
}

int set_state(const Common& common, const MemberOptions& options, directory::MemberState state) {
  Instance instance(common.folder, common.load(), Bodies::kNone);
  base::value_or_throw(instance.directory().set_member_state(find_member(instance, options.address).scope(), state));
  fmt::print("{} is {}\n", options.address, to_text(state));
  return 0;
}

}  // namespace

int quickstart(const Common& common, const QuickstartOptions& options) {
  Instance instance(common.folder, common.load(), Bodies::kNone);
  if (instance.directory().find_domain(options.domain))
    throw base::Failure(base::ErrorKind::kExists, fmt::format("the domain {} is here already", options.domain));
  std::string password = options.password_stdin ? read_password() : make_password();
  std::string address = options.admin + "@" + options.domain;
  auto enterprise = base::value_or_throw(instance.directory().create_enterprise(options.name.empty() ? options.domain : options.name));
  sql::EnterpriseScope scope{enterprise.id};
  auto domain = base::value_or_throw(instance.directory().add_domain(scope, options.domain, directory::DomainState::kActive));
  base::value_or_throw(instance.directory().add_member(scope, {.address = address, .name = "Administrator", .password = password},
                                                       make_mailboxes(instance)));

  fmt::print("Enterprise     {} (number {})\nDomain         {}\nAdministrator  {}\n", enterprise.name, enterprise.id, domain.name, address);
  if (!options.password_stdin) fmt::print("Password       {}   (shown only now)\n", password);
  fmt::print("\nAdd these records to the DNS of {}:\n\n{}\n", domain.name, needed_records(instance, domain));
  fmt::print(
      "Then start the server:  posthouse serve --data {}\nand add people:         posthouse member add someone@{} --password-stdin --data "
      "{}\n",
      common.folder, options.domain, common.folder);
  return 0;
}

int domain_add(const Common& common, const DomainOptions& options) {
  Instance instance(common.folder, common.load(), Bodies::kNone);
  auto scope = enterprise_for(instance, options.enterprise);
  auto domain = base::value_or_throw(instance.directory().add_domain(scope, options.domain, directory::DomainState::kActive));
  fmt::print("{} added. Add these records to its DNS:\n\n{}", domain.name, needed_records(instance, domain));
  return 0;
}

int domain_list(const Common& common) {
  Instance instance(common.folder, common.load(), Bodies::kNone);
  for (const auto& enterprise : instance.directory().enterprises())
    for (const auto& domain : instance.directory().domains({enterprise.id}))
      fmt::print("{}\t{}\t{}\t{}\n", domain.name, to_text(domain.state), enterprise.name,
                 domain.catch_all.empty() ? "-" : domain.catch_all);
  return 0;
}

int domain_check(const Common& common, const DomainOptions& options) {
  Instance instance(common.folder, common.load(), Bodies::kNone);
  auto domain = instance.directory().find_domain(options.domain);
  if (!domain) throw base::Failure(base::ErrorKind::kNotFound, fmt::format("the domain {} is not here", options.domain));
  fmt::print("{} is {}. Its DNS needs:\n\n{}", domain->name, to_text(domain->state), needed_records(instance, *domain));
  return 0;
}

int domain_catch_all(const Common& common, const DomainOptions& options) {
  Instance instance(common.folder, common.load(), Bodies::kNone);
  auto domain = instance.directory().find_domain(options.domain);
  if (!domain) throw base::Failure(base::ErrorKind::kNotFound, fmt::format("the domain {} is not here", options.domain));
  base::value_or_throw(instance.directory().set_catch_all({domain->enterprise_id}, domain->name, options.catch_all));
  fmt::print("Mail for unknown addresses of {} {}\n", domain->name,
             options.catch_all.empty() ? "is refused" : "goes to " + options.catch_all);
  return 0;
}

int member_add(const Common& common, const MemberOptions& options) {
  Instance instance(common.folder, common.load(), Bodies::kNone);
  directory::NewMember wanted{.address = options.address, .name = options.name};
  if (!options.quota.empty()) wanted.quota_bytes = parse_quota(options.quota);
  auto scope = scope_of_address(instance, options.address);
  if (options.password_stdin) wanted.password = read_password();
  auto member = base::value_or_throw(instance.directory().add_member(scope, wanted, make_mailboxes(instance)));
  fmt::print("{} added{}\n", member.address, wanted.password.empty() ? "; set a password with: posthouse member password" : "");
  return 0;
}

int member_list(const Common& common, const MemberOptions& options) {
  Instance instance(common.folder, common.load(), Bodies::kNone);
  std::optional<int64_t> only;
  if (!options.address.empty())
    only =
        scope_of_address(instance, options.address.find('@') == std::string::npos ? "@" + options.address : options.address).enterprise_id;
  for (const auto& enterprise : instance.directory().enterprises()) {
    if (only && enterprise.id != *only) continue;
    for (const auto& member : instance.directory().members({enterprise.id}))
      fmt::print("{}\t{}\t{}\t{}\t{}\n", member.address, member.name.empty() ? "-" : member.name, to_text(member.state),
                 member.quota_bytes == 0 ? "unlimited" : std::to_string(member.quota_bytes), fmt::join(member.aliases, ","));
  }
  return 0;
}

int member_password(const Common& common, const MemberOptions& options) {
  Instance instance(common.folder, common.load(), Bodies::kNone);
  auto member = find_member(instance, options.address);
  std::string password = options.password_stdin ? read_password() : make_password();
  base::value_or_throw(instance.credentials().set_password(member.scope(), password));
  fmt::print("{}: password set{}\n", member.address, options.password_stdin ? "" : " to " + password + "   (shown only now)");
  return 0;
}

int member_disable(const Common& common, const MemberOptions& options) {
  return set_state(common, options, directory::MemberState::kDisabled);
}
int member_enable(const Common& common, const MemberOptions& options) {
  return set_state(common, options, directory::MemberState::kActive);
}

int member_alias(const Common& common, const MemberOptions& options) {
  Instance instance(common.folder, common.load(), Bodies::kNone);
  base::value_or_throw(instance.directory().add_alias(find_member(instance, options.address).scope(), options.alias));
  fmt::print("{} also gets mail for {}\n", options.address, options.alias);
  return 0;
}

int member_quota(const Common& common, const MemberOptions& options) {
  Instance instance(common.folder, common.load(), Bodies::kNone);
  base::value_or_throw(instance.directory().set_quota(find_member(instance, options.address).scope(), parse_quota(options.quota)));
  fmt::print("{} has {}\n", options.address, parse_quota(options.quota) == 0 ? "no limit" : options.quota);
  return 0;
}

}  // namespace server
