#include "directory/rows.h"

#include <unordered_map>

namespace directory {

namespace {

Member to_member(const sql::Row& row) {
  Member member;
  member.enterprise_id = row.number(0);
  member.account_id = row.number(1);
  member.name = row.text(2);
  member.address = row.text(3);
  member.state = static_cast<MemberState>(row.number(4));
  member.quota_bytes = row.number(5);
  return member;
}
constexpr std::string_view kMember = "select enterprise_id, account_id, name, address, state, quota_bytes from member";

Enterprise to_enterprise(const sql::Row& row) { return {row.number(0), std::string(row.text(1)), std::string(row.blob(2)), row.number(3)}; }

Domain to_domain(const sql::Row& row) {
  Domain domain;
  domain.enterprise_id = row.number(0);
  domain.id = row.number(1);
  domain.name = row.text(2);
  domain.state = static_cast<DomainState>(row.number(3));
  domain.catch_all = row.text(4);
  domain.added_at = base::from_micros(row.number(5));
  if (!row.is_null(6)) domain.last_active_at = base::from_micros(row.number(6));
  return domain;
}
// Whose row speaks for a domain that several enterprises have.
int rank(DomainState state) { return is_held(state) ? 2 : state == DomainState::kLost || state == DomainState::kRemoved ? 0 : 1; }

constexpr std::string_view kDomain = "select enterprise_id, domain_id, name, state, catch_all, added_at, last_active_at from domain";

}  // namespace

std::optional<Member> read_member(sql::Transaction& tx, sql::AccountScope scope) {
  auto rows = tx.query(std::string(kMember) + " where enterprise_id = ? and account_id = ?", scope.enterprise_id, scope.account_id);
  if (!rows.next()) return std::nullopt;
  auto member = to_member(rows.row());
  for (const sql::Row& alias :
       tx.query("select shown from address where enterprise_id = ? and account_id = ? and kind = ? order by address_id",
                scope.enterprise_id, scope.account_id, AddressKind::kAlias))
    member.aliases.emplace_back(alias.text(0));
  return member;
}

std::vector<Member> read_members(sql::Transaction& tx, sql::EnterpriseScope scope) {
  std::vector<Member> members;
  std::unordered_map<int64_t, size_t> places;
  for (const sql::Row& row : tx.query(std::string(kMember) + " where enterprise_id = ? order by account_id", scope.enterprise_id)) {
    places[row.number(1)] = members.size();
    members.push_back(to_member(row));
  }
  for (const sql::Row& alias : tx.query("select account_id, shown from address where enterprise_id = ? and kind = ? order by address_id",
                                        scope.enterprise_id, AddressKind::kAlias))
    if (auto place = places.find(alias.number(0)); place != places.end()) members[place->second].aliases.emplace_back(alias.text(1));
  return members;
}

std::optional<Enterprise> read_enterprise(sql::Transaction& tx, int64_t enterprise_id) {
  auto rows = tx.query("select enterprise_id, name, blob_key, creator_account_id from enterprise where enterprise_id = ?", enterprise_id);
  if (!rows.next()) return std::nullopt;
  return to_enterprise(rows.row());
}

std::vector<Domain> read_domains(sql::Transaction& tx, sql::EnterpriseScope scope) {
  std::vector<Domain> domains;
  for (const sql::Row& row : tx.query(std::string(kDomain) + " where enterprise_id = ? order by domain_id", scope.enterprise_id))
    domains.push_back(to_domain(row));
  return domains;
}

std::optional<Domain> read_domain(sql::Transaction& tx, sql::EnterpriseScope scope, std::string_view name) {
  auto rows = tx.query(std::string(kDomain) + " where enterprise_id = ? and name = ?", scope.enterprise_id, name);
  if (!rows.next()) return std::nullopt;
  return to_domain(rows.row());
}

std::optional<Domain> read_domain_anywhere(sql::Transaction& tx, std::string_view name) {
  std::optional<Domain> found;
  for (const sql::Row& row : tx.query(std::string(kDomain) + " where name = ? order by domain_id", name)) {
    auto domain = to_domain(row);
    if (!found || rank(domain.state) > rank(found->state)) found = std::move(domain);
  }
  return found;
}

std::optional<Holder> read_holder(sql::Transaction& tx, sql::EnterpriseScope scope, std::string_view domain, std::string_view local) {
  auto rows = tx.query("select account_id, kind from address where enterprise_id = ? and domain = ? and local_part = ?",
                       scope.enterprise_id, domain, local);
  if (!rows.next()) return std::nullopt;
  return Holder{rows.number(0), static_cast<AddressKind>(rows.number(1))};
}

}  // namespace directory
