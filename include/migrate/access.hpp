// Who owns an object, and who else may do what with it; compared only where [autogenerate] owners and
// privileges say so. Of an object that is declared, all grants are: whoever has more loses it.
// https://www.postgresql.org/docs/current/ddl-priv.html
#pragma once
#include <string_view>

namespace migrate {

namespace detail {

struct AccessData;
struct DefinitionData;

AccessData& access_of(DefinitionData& data);
void set_owner(AccessData& data, std::string_view role);
// `privileges`: "select, insert", or "all". `role`: "public" is everybody.
void add_grants(AccessData& data, std::string_view privileges, std::string_view role, bool grantable,
                bool revoked);

}  // namespace detail

// Of any object by its kind and name: Model::access("sequence orders_id_seq").
class Access {
 public:
  explicit Access(detail::AccessData& data) : data_(&data) {}

  Access& owner(std::string_view role);
  Access& grant(std::string_view privileges, std::string_view role);
  Access& grant_with_option(std::string_view privileges, std::string_view role);
  // What PostgreSQL gives by itself: "execute" of a function to "public", everything to the owner.
  Access& revoke(std::string_view privileges, std::string_view role);

 private:
  detail::AccessData* data_;
};

// What a role's new objects are granted when they are made.
// https://www.postgresql.org/docs/current/sql-alterdefaultprivileges.html
class DefaultPrivileges {
 public:
  explicit DefaultPrivileges(detail::DefinitionData& data) : data_(&data) {}

  DefaultPrivileges& for_role(std::string_view role);  // the one who makes them; must be said
  DefaultPrivileges& in_schema(std::string_view name);
  DefaultPrivileges& grant(std::string_view privileges, std::string_view role);
  DefaultPrivileges& grant_with_option(std::string_view privileges, std::string_view role);
  DefaultPrivileges& revoke(std::string_view privileges, std::string_view role);

 private:
  DefaultPrivileges& add(std::string_view privileges, std::string_view role, bool grantable, bool revoked);

  detail::DefinitionData* data_;
};

}  // namespace migrate
