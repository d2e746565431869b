// What says who may see and change which rows, and rules.
#pragma once
#include <migrate/definition.hpp>

namespace migrate {

// https://www.postgresql.org/docs/current/sql-createpolicy.html
class Policy : public Definition<Policy> {
 public:
  using Definition::Definition;

  Policy& restrictive() { return flag_field("restrictive"); }
  // "select", "insert", "update", "delete"; all of them if nothing is said.
  Policy& for_command(std::string_view command) { return text_field("command", command); }
  // Everybody if nothing is said. The roles themselves are not part of a schema.
  Policy& to(std::string_view role) { return to({role}); }
  Policy& to(Names roles) {
    detail::set_texts(*data_, "roles", roles);
    return *this;
  }
  Policy& using_sql(std::string_view expression) { return text_field("using", expression); }
  Policy& with_check(std::string_view expression) { return text_field("check", expression); }
};

// https://www.postgresql.org/docs/current/sql-createrule.html
class Rule : public Definition<Rule> {
 public:
  using Definition::Definition;

  Rule& as(std::string_view create_rule) { return text_field("definition", create_rule); }  // the statement
  Rule& disabled() { return text_field("enabled", "disabled"); }
  Rule& enabled_on_replica() { return text_field("enabled", "replica"); }
  Rule& enabled_always() { return text_field("enabled", "always"); }
};

}  // namespace migrate
