// Where an envelope recipient leads: from the cache, and on a miss from the database.

#include "base/text.h"
#include "directory/address.h"
#include "directory/cache.h"
#include "directory/directory.h"
#include "directory/rows.h"

namespace directory {

namespace {

constexpr auto kGracePeriod = std::chrono::hours(72);  // B5.13

enum class DomainUse { kOurs, kInactive, kForeign };

DomainUse use_of(const DomainEntry& domain, base::Time now) {
  switch (domain.state) {
    case DomainState::kActive:
      return DomainUse::kOurs;
    case DomainState::kAbnormal:
      return domain.last_active_at && now - *domain.last_active_at < kGracePeriod ? DomainUse::kOurs : DomainUse::kInactive;
    case DomainState::kLost:
    case DomainState::kRemoved:
      return DomainUse::kForeign;
    default:
      return DomainUse::kInactive;
  }
}

DomainEntry load_domain(sql::Transaction& tx, std::string_view name) {
  auto domain = read_domain_anywhere(tx, name);
  if (!domain) return {};
  return {domain->enterprise_id, domain->state, domain->catch_all, domain->last_active_at};
}

// Without an enterprise's id: the oldest one that has an administrator, which answers for the bare postmaster.
EnterpriseEntry load_enterprise(sql::Transaction& tx, int64_t enterprise_id) {
  if (enterprise_id == 0) {
    auto oldest = tx.query("select min(enterprise_id) from enterprise where creator_account_id is not null");
    if (oldest.next()) enterprise_id = oldest.number(0);
  }
  auto enterprise = read_enterprise(tx, enterprise_id);
  if (!enterprise) return {};
  // The creator, or when that one is gone the oldest member who is not.
  auto rows = tx.query(
      "select account_id from member where enterprise_id = ? and state in (?, ?) order by case when account_id = ? then 0 else 1 end, "
      "account_id limit 1",
      enterprise_id, MemberState::kCreated, MemberState::kActive, enterprise->creator_account_id);
  const int64_t administrator = rows.next() ? rows.number(0) : 0;
  return {std::make_shared<const Enterprise>(*std::move(enterprise)), administrator};
}

// RFC 5321 4.5.1, RFC 2142
bool is_always_reachable(std::string_view local) { return local == "postmaster" || local == "abuse"; }

bool takes_mail(const Member& member) { return member.state == MemberState::kCreated || member.state == MemberState::kActive; }

}  // namespace

Directory::Directory(sql::Database& db, const base::Clock& clock, base::IdMaker& ids, Limits limits, const std::string& version_file)
    : db_(db), clock_(clock), ids_(ids), limits_(limits), cache_(std::make_unique<Cache>(db, clock, limits.cache_entries, version_file)) {}

Directory::~Directory() = default;

std::shared_ptr<const Member> Directory::member(sql::AccountScope scope) {
  cache_->sync();
  return cached_member(scope);
}

std::shared_ptr<const Member> Directory::cached_member(sql::AccountScope scope) {
  auto load = [&](sql::Transaction& tx) {
    auto member = read_member(tx, scope);
    return MemberEntry{member ? std::make_shared<const Member>(*std::move(member)) : nullptr};
  };
  return cache_->get(cache_->members, member_key(scope), load)->member;
}

std::shared_ptr<const EnterpriseEntry> Directory::cached_enterprise(int64_t enterprise_id) {
  return cache_->get(cache_->enterprises, enterprise_key(enterprise_id),
                     [&](sql::Transaction& tx) { return load_enterprise(tx, enterprise_id); });
}

std::shared_ptr<const DomainEntry> Directory::cached_domain(const std::string& name) {
  return cache_->get(cache_->domains, name, [&](sql::Transaction& tx) { return load_domain(tx, name); });
}

std::shared_ptr<const Enterprise> Directory::enterprise(sql::EnterpriseScope scope) {
  cache_->sync();
  return scope.enterprise_id == 0 ? nullptr : cached_enterprise(scope.enterprise_id)->enterprise;
}

std::shared_ptr<const Member> Directory::holder(int64_t enterprise_id, std::string_view local, std::string_view domain) {
  auto load = [&](sql::Transaction& tx) {
    auto found = read_holder(tx, {enterprise_id}, domain, local);
    return AddressEntry{found ? found->account_id : 0};
  };
  std::string address = std::string(local) + "@" + std::string(domain);
  auto entry = cache_->get(cache_->addresses, address_key(enterprise_id, address), load);
  auto found = entry->account_id == 0 ? nullptr : cached_member({enterprise_id, entry->account_id});
  return found && found->state != MemberState::kDeleted ? found : nullptr;
}

std::shared_ptr<const Member> Directory::administrator(int64_t enterprise_id) {
  auto entry = cached_enterprise(enterprise_id);
  return entry->enterprise && entry->administrator != 0 ? cached_member({entry->enterprise->id, entry->administrator}) : nullptr;
}

std::shared_ptr<const Member> Directory::member_of(std::string_view text) {
  auto address = parse_address(text, limits_.local_part_bytes, limits_.domain_bytes);
  if (!address) return nullptr;
  cache_->sync();
  auto domain = cached_domain(address->domain);
  return is_held(domain->state) ? holder(domain->enterprise_id, address->local, address->domain) : nullptr;
}

bool Directory::may_send_as(const Member& member, std::string_view address) {
  const Route route = resolve(address);
  return route.member && !route.via_catch_all && route.member->scope() == member.scope();
}

Route Directory::route_to(std::shared_ptr<const Member> member, std::string detail) {
  Route route{takes_mail(*member) ? RouteKind::kMailbox : RouteKind::kDisabled};
  route.enterprise = cached_enterprise(member->enterprise_id)->enterprise;
  route.member = std::move(member);
  route.detail = std::move(detail);
  return route;
}

// The address itself, or for postmaster and abuse whoever answers for them. Null: nobody there.
std::shared_ptr<const Member> Directory::reach(int64_t enterprise_id, std::string_view local, std::string_view domain) {
  auto found = holder(enterprise_id, local, domain);
  const bool reached = found && takes_mail(*found);
  if (reached || !is_always_reachable(local)) return found;
  auto stand_in = administrator(enterprise_id);
  return stand_in ? stand_in : found;
}

Route Directory::unknown_user(const DomainEntry& domain) {
  return {.kind = RouteKind::kUnknownUser, .enterprise = cached_enterprise(domain.enterprise_id)->enterprise};
}

Route Directory::route_to_catch_all(const DomainEntry& domain) {
  auto address = parse_address(domain.catch_all, limits_.local_part_bytes, limits_.domain_bytes);
  auto found = address ? holder(domain.enterprise_id, address->local, address->domain) : nullptr;
  if (!found || !takes_mail(*found)) return unknown_user(domain);
  auto route = route_to(std::move(found), "");
  route.via_catch_all = true;
  return route;
}

Route Directory::resolve(std::string_view text) {
  cache_->sync();
  if (base::iequals(text, "postmaster")) {
    auto found = administrator(0);
    return found ? route_to(std::move(found), "") : Route{RouteKind::kUnknownUser};
  }
  auto address = parse_address(text, limits_.local_part_bytes, limits_.domain_bytes);
  if (!address) return {RouteKind::kBadAddress};
  auto domain = cached_domain(address->domain);
  const auto use = use_of(*domain, clock_.now());
  if (use != DomainUse::kOurs) return {use == DomainUse::kInactive ? RouteKind::kDomainInactive : RouteKind::kForeignDomain};

  if (auto found = reach(domain->enterprise_id, address->local, address->domain)) return route_to(std::move(found), "");
  const auto plus = limits_.plus_separator == 0 ? std::string::npos : address->local.find(limits_.plus_separator, 1);
  if (plus != std::string::npos) {
    auto detail = address->written.substr(address->written.find(limits_.plus_separator, 1) + 1);
    if (auto found = reach(domain->enterprise_id, std::string_view(address->local).substr(0, plus), address->domain))
      return route_to(std::move(found), std::move(detail));
  }
  return domain->catch_all.empty() ? unknown_user(*domain) : route_to_catch_all(*domain);
}

}  // namespace directory
