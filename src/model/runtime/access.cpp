#include "data.hpp"

namespace migrate::detail {
namespace {

// "select, insert" → each of them, without spaces.
template <class Visit>
void each_privilege(std::string_view list, Visit&& visit) {
  while (!list.empty()) {
    const auto comma = list.find(',');
    auto word = list.substr(0, comma);
    list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
    while (!word.empty() && word.front() == ' ') word.remove_prefix(1);
    while (!word.empty() && word.back() == ' ') word.remove_suffix(1);
    std::string privilege(word);
    for (char& letter : privilege)
      if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
    if (!privilege.empty()) visit(privilege);
  }
}

}  // namespace

AccessData& access_of(DefinitionData& data) { return data.access; }

void set_owner(AccessData& data, std::string_view role) { data.owner = role; }

void add_grants(AccessData& data, std::string_view privileges, std::string_view role, bool grantable,
                bool revoked) {
  each_privilege(privileges, [&](const std::string& privilege) {
    data.grants.push_back({std::string(role), privilege, grantable, revoked});
  });
}

}  // namespace migrate::detail

namespace migrate {

Access& Access::owner(std::string_view role) {
  detail::set_owner(*data_, role);
  return *this;
}
Access& Access::grant(std::string_view privileges, std::string_view role) {
  detail::add_grants(*data_, privileges, role, false, false);
  return *this;
}
Access& Access::grant_with_option(std::string_view privileges, std::string_view role) {
  detail::add_grants(*data_, privileges, role, true, false);
  return *this;
}
Access& Access::revoke(std::string_view privileges, std::string_view role) {
  detail::add_grants(*data_, privileges, role, false, true);
  return *this;
}

AnyTable& AnyTable::owner(std::string_view role) {
  detail::set_owner(table_->access, role);
  return *this;
}
AnyTable& AnyTable::grant(std::string_view privileges, std::string_view role) {
  detail::add_grants(table_->access, privileges, role, false, false);
  return *this;
}
Column& Column::grant(std::string_view privileges, std::string_view role) {
  detail::add_grants(data_->access, privileges, role, false, false);
  return *this;
}
EnumType& EnumType::owner(std::string_view role) {
  detail::set_owner(data_->access, role);
  return *this;
}
Sequence& Sequence::owner(std::string_view role) {
  detail::set_owner(data_->access, role);
  return *this;
}
Sequence& Sequence::grant(std::string_view privileges, std::string_view role) {
  detail::add_grants(data_->access, privileges, role, false, false);
  return *this;
}
Described& Described::owner(std::string_view role) {
  detail::set_owner(data_->access, role);
  return *this;
}
Described& Described::grant(std::string_view privileges, std::string_view role) {
  detail::add_grants(data_->access, privileges, role, false, false);
  return *this;
}

Access Model::access(std::string_view object) {
  auto& named = data_->access.emplace_back();
  named.object = object;
  return Access(named.access);
}

DefaultPrivileges Model::default_privileges(std::string_view objects, Where where) {
  auto& data = data_->definitions.emplace_back();
  data.list = "default_privileges";
  data.kind = "default privileges";
  data.where = where;
  data.member = objects;
  detail::member(data.fields, "objects") = std::string(objects);
  return DefaultPrivileges(data);
}

DefaultPrivileges& DefaultPrivileges::for_role(std::string_view role) {
  data_->name.name = role;
  detail::set_text(*data_, "role", role);
  return *this;
}
DefaultPrivileges& DefaultPrivileges::in_schema(std::string_view name) {
  data_->name.schema = name;
  detail::set_text(*data_, "schema", name);
  return *this;
}
DefaultPrivileges& DefaultPrivileges::grant(std::string_view privileges, std::string_view role) {
  return add(privileges, role, false, false);
}
DefaultPrivileges& DefaultPrivileges::grant_with_option(std::string_view privileges, std::string_view role) {
  return add(privileges, role, true, false);
}
DefaultPrivileges& DefaultPrivileges::revoke(std::string_view privileges, std::string_view role) {
  return add(privileges, role, false, true);
}
DefaultPrivileges& DefaultPrivileges::add(std::string_view privileges, std::string_view role, bool grantable,
                                          bool revoked) {
  detail::each_privilege(privileges, [&](const std::string& privilege) {
    detail::add_item(*data_, "grants");
    detail::set_last_text(*data_, "grants", "grantee", role);
    detail::set_last_text(*data_, "grants", "privilege", privilege);
    if (grantable) detail::set_last_flag(*data_, "grants", "grantable", true);
    if (revoked) detail::set_last_flag(*data_, "grants", "revoked", true);
  });
  return *this;
}

}  // namespace migrate
