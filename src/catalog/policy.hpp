#pragma once
#include <string>
#include <vector>

#include "catalog/definition.hpp"

namespace migrate::catalog {

// https://www.postgresql.org/docs/current/sql-createpolicy.html
struct Policy {
  Name table;
  std::string name;
  bool restrictive = false;
  std::string command;             // select, insert, update, delete; empty: all
  std::vector<std::string> roles;  // names; empty: PUBLIC
  std::string using_expression;    // without outer parentheses
  std::string check_expression;
  std::string comment;

  ObjectId id() const { return {Kind::policy, table, name}; }
  bool operator==(const Policy&) const = default;
  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("name", self.name);
    visit("table", self.table);
    visit("restrictive", self.restrictive);
    visit("command", self.command);
    visit("roles", self.roles);
    visit("using", self.using_expression);
    visit("check", self.check_expression);
    visit("comment", self.comment);
  }
};

// https://www.postgresql.org/docs/current/sql-createrule.html
struct Rule {
  Name table;  // or view
  std::string name;
  std::string definition;  // the whole CREATE RULE statement, as pg_get_ruledef() prints it
  std::string enabled;     // empty: as created; disabled, replica, always
  std::string comment;

  ObjectId id() const { return {Kind::rule, table, name}; }
  bool operator==(const Rule&) const = default;
  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("name", self.name);
    visit("table", self.table);
    visit("definition", self.definition);
    visit("enabled", self.enabled);
    visit("comment", self.comment);
  }
};

}  // namespace migrate::catalog
