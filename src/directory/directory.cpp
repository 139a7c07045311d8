// Changes and listings. Each change is one transaction: check, write, name the cache keys it makes wrong.

#include "directory/directory.h"

#include <sodium.h>

#include <algorithm>

#include "base/text.h"
#include "directory/address.h"
#include "directory/cache.h"
#include "directory/change.h"
#include "directory/password_hash.h"
#include "directory/rows.h"

namespace directory {

namespace {

using base::ErrorKind;

constexpr size_t kEnterpriseNameBytes = 200;

std::string random_key() {
  std::string key(32, '\0');
  randombytes_buf(key.data(), key.size());
  return key;
}

bool is_display_name(std::string_view name, size_t limit) {
  auto control = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
  return !base::trim(name).empty() && name.size() <= limit && base::is_valid_utf8(name) && std::none_of(name.begin(), name.end(), control);
}

void touch_enterprise(Change& change, int64_t enterprise_id) {
  change.touch('e', enterprise_key(enterprise_id));
  change.touch('e', enterprise_key(0));
}

void touch_member(Change& change, sql::AccountScope scope) { change.touch('m', member_key(scope)); }

Address address_or_refuse(std::string_view text, const Limits& limits) {
  auto address = parse_address(text, limits.local_part_bytes, limits.domain_bytes);
  if (!address || address->domain.starts_with('[')) refuse(ErrorKind::kInvalid, "\"" + base::printable(text) + "\" is not a mail address");
  return *std::move(address);
}

std::string domain_or_refuse(std::string_view text, const Limits& limits) {
  auto name = normalise_domain(base::trim(text), limits.domain_bytes);
  // A last label of digits would be an IP address.
  if (!name || name->find('.') == std::string::npos || base::is_digit(name->back()))
    refuse(ErrorKind::kInvalid, "\"" + base::printable(text) + "\" is not a domain name");
  return *std::move(name);
}

Member member_or_refuse(sql::Transaction& tx, sql::AccountScope scope) {
  auto member = read_member(tx, scope);
  if (!member || member->state == MemberState::kDeleted) refuse(ErrorKind::kNotFound, "there is no such member");
  return *std::move(member);
}

Domain domain_row_or_refuse(sql::Transaction& tx, sql::EnterpriseScope scope, const std::string& name) {
  auto domain = read_domain(tx, scope, name);
  if (!domain || domain->state == DomainState::kRemoved) refuse(ErrorKind::kNotFound, "there is no domain " + show_domain(name));
  return *std::move(domain);
}

void refuse_when_held_elsewhere(sql::Transaction& tx, sql::EnterpriseScope scope, const std::string& name, DomainState state) {
  if (!is_held(state)) return;
  auto holder = read_domain_anywhere(tx, name);
  if (holder && is_held(holder->state) && holder->enterprise_id != scope.enterprise_id)
    refuse(ErrorKind::kExists, "the domain " + show_domain(name) + " belongs to another enterprise");
}

// C4.4.7: by which kind of object an address is taken.
std::string taken_by(sql::Transaction& tx, sql::EnterpriseScope scope, const Holder& holder, const std::string& shown) {
  auto member = read_member(tx, {scope.enterprise_id, holder.account_id});
  std::string owner = member ? member->name + " <" + member->address + ">" : "somebody";
  if (member && member->state == MemberState::kDeleted) return "the address " + shown + " is taken by the deleted member " + owner;
  return "the address " + shown + " is taken: it is " +
         (holder.kind == AddressKind::kAlias ? "an alias of " : "the address of the member ") + owner;
}

void insert_address(Change& change, const Address& address, AddressKind kind, sql::AccountScope scope, int64_t id) {
  auto domain = read_domain(change.tx, scope.enterprise(), address.domain);
  if (!domain || domain->state == DomainState::kRemoved || domain->state == DomainState::kLost)
    refuse(ErrorKind::kNotFound, "the domain " + show_domain(address.domain) + " is not one of this enterprise");
  if (!is_held(domain->state)) refuse(ErrorKind::kDenied, "the domain " + show_domain(address.domain) + " is not active");
  if (auto holder = read_holder(change.tx, scope.enterprise(), address.domain, address.local))
    refuse(ErrorKind::kExists, taken_by(change.tx, scope.enterprise(), *holder, address.shown()));
  change.tx.execute(
      "insert into address (enterprise_id, domain, local_part, kind, account_id, address_id, shown) values (?, ?, ?, ?, ?, ?, ?)",
      scope.enterprise_id, address.domain, address.local, kind, scope.account_id, id, address.shown());
  change.touch('a', address_key(scope.enterprise_id, address.key()));
}

void make_first_administrator(Change& change, sql::AccountScope scope) {
  change.tx.execute("update enterprise set creator_account_id = ? where enterprise_id = ? and creator_account_id is null", scope.account_id,
                    scope.enterprise_id);
  touch_enterprise(change, scope.enterprise_id);  // also when there was a creator: all others may be disabled
}

}  // namespace

base::Result<Enterprise> Directory::create_enterprise(std::string_view name) {
  return change<Enterprise>(db_, cache_->signal, [&](Change& change) {
    if (!is_display_name(name, kEnterpriseNameBytes))
      refuse(ErrorKind::kInvalid, "an enterprise's name has 1 to 200 bytes and no control characters");
    Enterprise enterprise{ids_.next(), std::string(base::trim(name)), random_key()};
    change.tx.execute("insert into enterprise (enterprise_id, name, blob_key, creator_account_id, created_at) values (?, ?, ?, ?, ?)",
                      enterprise.id, enterprise.name, sql::Blob{enterprise.blob_key}, nullptr, base::to_micros(clock_.now()));
    touch_enterprise(change, enterprise.id);
    return enterprise;
  });
}

std::vector<Enterprise> Directory::enterprises() {
  return db_.read([](sql::Transaction& tx) {
    std::vector<int64_t> ids;
    for (const sql::Row& row : tx.query("select enterprise_id from enterprise order by enterprise_id")) ids.push_back(row.number(0));
    std::vector<Enterprise> found;
    for (int64_t id : ids)
      if (auto enterprise = read_enterprise(tx, id)) found.push_back(*std::move(enterprise));
    return found;
  });
}

base::Result<Domain> Directory::add_domain(sql::EnterpriseScope scope, std::string_view name, DomainState state) {
  return change<Domain>(db_, cache_->signal, [&](Change& change) {
    auto domain_name = domain_or_refuse(name, limits_);
    if (!read_enterprise(change.tx, scope.enterprise_id)) refuse(ErrorKind::kNotFound, "there is no such enterprise");
    auto old = read_domain(change.tx, scope, domain_name);
    const bool gone = old && (old->state == DomainState::kRemoved || old->state == DomainState::kLost);
    if (old && !gone) refuse(ErrorKind::kExists, "the domain " + show_domain(domain_name) + " is already one of this enterprise");
    refuse_when_held_elsewhere(change.tx, scope, domain_name, state);
    const auto now = clock_.now();
    Domain domain{gone ? old->id : ids_.next(), scope.enterprise_id, domain_name, state, "", now, std::nullopt};
    if (state == DomainState::kActive) domain.last_active_at = now;
    const auto last_active = domain.last_active_at ? std::optional(base::to_micros(*domain.last_active_at)) : std::nullopt;
    if (gone) change.tx.execute("delete from domain where enterprise_id = ? and domain_id = ?", scope.enterprise_id, domain.id);
    change.tx.execute(
        "insert into domain (enterprise_id, domain_id, name, state, catch_all, added_at, last_active_at) values (?, ?, ?, ?, ?, ?, ?)",
        scope.enterprise_id, domain.id, domain.name, state, "", base::to_micros(now), last_active);
    change.touch('d', domain_name);
    return domain;
  });
}

base::Result<void> Directory::set_domain_state(sql::EnterpriseScope scope, std::string_view name, DomainState state) {
  return change<void>(db_, cache_->signal, [&](Change& change) {
    auto domain = domain_row_or_refuse(change.tx, scope, domain_or_refuse(name, limits_));
    refuse_when_held_elsewhere(change.tx, scope, domain.name, state);
    // "Last active" is when it was last seen active: now, also when that ends now.
    const bool active = state == DomainState::kActive || domain.state == DomainState::kActive;
    const auto seen = active ? std::optional(clock_.now()) : domain.last_active_at;
    change.tx.execute("update domain set state = ?, last_active_at = ? where enterprise_id = ? and domain_id = ?", state,
                      seen ? std::optional(base::to_micros(*seen)) : std::nullopt, scope.enterprise_id, domain.id);
    change.touch('d', domain.name);
  });
}

base::Result<void> Directory::set_catch_all(sql::EnterpriseScope scope, std::string_view name, std::string_view address) {
  return change<void>(db_, cache_->signal, [&](Change& change) {
    auto domain = domain_row_or_refuse(change.tx, scope, domain_or_refuse(name, limits_));
    std::string shown;
    if (!address.empty()) {
      auto target = address_or_refuse(address, limits_);
      if (!read_holder(change.tx, scope, target.domain, target.local))
        refuse(ErrorKind::kNotFound, "nobody in this enterprise has the address " + target.shown());
      shown = target.shown();
    }
    change.tx.execute("update domain set catch_all = ? where enterprise_id = ? and domain_id = ?", shown, scope.enterprise_id, domain.id);
    change.touch('d', domain.name);
  });
}

std::vector<Domain> Directory::domains(sql::EnterpriseScope scope) {
  return db_.read([&](sql::Transaction& tx) { return read_domains(tx, scope); });
}

std::optional<Domain> Directory::find_domain(std::string_view name) {
  auto domain_name = normalise_domain(base::trim(name), limits_.domain_bytes);
  if (!domain_name) return std::nullopt;
  auto found = db_.read([&](sql::Transaction& tx) { return read_domain_anywhere(tx, *domain_name); });
  return found && is_held(found->state) ? found : std::nullopt;
}

base::Result<Member> Directory::add_member(sql::EnterpriseScope scope, const NewMember& wanted,
                                           const std::function<void(sql::Transaction&, sql::AccountScope)>& also) {
  std::optional<PasswordHashes> hashes;  // slow: before the transaction
  if (!wanted.password.empty()) {
    auto made = hash_password(wanted.password, limits_.passwords);
    if (!made.ok()) return made.error();
    hashes = std::move(*made);
  }
  return change<Member>(db_, cache_->signal, [&](Change& change) {
    auto address = address_or_refuse(wanted.address, limits_);
    Member member{ids_.next(), scope.enterprise_id, wanted.name.empty() ? address.written : wanted.name, address.shown()};
    if (!is_display_name(member.name, limits_.name_bytes))
      refuse(ErrorKind::kInvalid, "a member's name has 1 to " + std::to_string(limits_.name_bytes) + " bytes and no control characters");
    if (wanted.quota_bytes < -1) refuse(ErrorKind::kInvalid, "a quota is not negative");
    member.quota_bytes = wanted.quota_bytes < 0 ? limits_.default_quota_bytes : wanted.quota_bytes;
    member.state = hashes ? MemberState::kActive : MemberState::kCreated;
    insert_address(change, address, AddressKind::kMain, member.scope(), ids_.next());
    change.tx.execute(
        "insert into member (enterprise_id, account_id, name, address, state, quota_bytes, created_at) values (?, ?, ?, ?, ?, ?, ?)",
        scope.enterprise_id, member.account_id, member.name, member.address, member.state, member.quota_bytes,
        base::to_micros(clock_.now()));
    if (hashes) write_credential(change.tx, member.scope(), *hashes, clock_.now());
    touch_member(change, member.scope());
    make_first_administrator(change, member.scope());
    if (also) also(change.tx, member.scope());
    return member;
  });
}

base::Result<void> Directory::set_member_state(sql::AccountScope scope, MemberState state) {
  return change<void>(db_, cache_->signal, [&](Change& change) {
    member_or_refuse(change.tx, scope);
    change.tx.execute("update member set state = ? where enterprise_id = ? and account_id = ?", state, scope.enterprise_id,
                      scope.account_id);
    touch_member(change, scope);
    touch_enterprise(change, scope.enterprise_id);  // its administrator may be another now
  });
}

base::Result<void> Directory::set_quota(sql::AccountScope scope, int64_t bytes) {
  return change<void>(db_, cache_->signal, [&](Change& change) {
    if (bytes < 0) refuse(ErrorKind::kInvalid, "a quota is not negative");
    member_or_refuse(change.tx, scope);
    change.tx.execute("update member set quota_bytes = ? where enterprise_id = ? and account_id = ?", bytes, scope.enterprise_id,
                      scope.account_id);
    touch_member(change, scope);
  });
}

base::Result<void> Directory::add_alias(sql::AccountScope scope, std::string_view text) {
  return change<void>(db_, cache_->signal, [&](Change& change) {
    auto address = address_or_refuse(text, limits_);
    auto member = member_or_refuse(change.tx, scope);
    if (member.aliases.size() >= limits_.aliases_per_member)
      refuse(ErrorKind::kLimit,
             member.address + " already has " + std::to_string(member.aliases.size()) + " aliases, the most that are allowed");
    insert_address(change, address, AddressKind::kAlias, scope, ids_.next());
    touch_member(change, scope);
  });
}

base::Result<void> Directory::remove_alias(sql::AccountScope scope, std::string_view text) {
  return change<void>(db_, cache_->signal, [&](Change& change) {
    auto address = address_or_refuse(text, limits_);
    auto member = member_or_refuse(change.tx, scope);
    if (change.tx.execute("delete from address where enterprise_id = ? and domain = ? and local_part = ? and kind = ? and account_id = ?",
                          scope.enterprise_id, address.domain, address.local, AddressKind::kAlias, scope.account_id) == 0)
      refuse(ErrorKind::kNotFound, address.shown() + " is not an alias of " + member.address);
    change.touch('a', address_key(scope.enterprise_id, address.key()));
    touch_member(change, scope);
  });
}

std::vector<Member> Directory::members(sql::EnterpriseScope scope) {
  return db_.read([&](sql::Transaction& tx) { return read_members(tx, scope); });
}

std::optional<Member> Directory::find_member(std::string_view text) {
  auto address = parse_address(text, limits_.local_part_bytes, limits_.domain_bytes);
  if (!address) return std::nullopt;
  return db_.read([&](sql::Transaction& tx) -> std::optional<Member> {
    auto domain = read_domain_anywhere(tx, address->domain);
    auto holder = domain ? read_holder(tx, {domain->enterprise_id}, address->domain, address->local) : std::nullopt;
    return holder ? read_member(tx, {domain->enterprise_id, holder->account_id}) : std::nullopt;
  });
}

}  // namespace directory
