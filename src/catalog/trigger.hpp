#pragma once
#include <map>
#include <string>
#include <vector>

#include "catalog/definition.hpp"

namespace migrate::catalog {

// https://www.postgresql.org/docs/current/sql-createtrigger.html
// One that a partition has from its parent is the parent's affair and is not here.
struct Trigger {
  Name table;  // or view
  std::string name;
  std::string timing;                // before, after, instead_of
  std::vector<std::string> events;   // insert, update, delete, truncate, in this order
  std::vector<std::string> columns;  // UPDATE OF
  bool for_each_row = false;
  std::string condition;             // WHEN, without outer parentheses
  std::string old_table, new_table;  // REFERENCING
  std::string function;              // quoted and qualified, without arguments
  std::vector<std::string> arguments;
  bool constraint = false, deferrable = false, initially_deferred = false;
  Name from_table;      // of a constraint trigger: FROM
  std::string enabled;  // empty: as created; disabled, replica, always
  // Partitions, as SQL names them, that enable it otherwise: likewise, and "enabled".
  std::map<std::string, std::string> partitions;
  std::string comment;

  ObjectId id() const { return {Kind::trigger, table, name}; }
  bool operator==(const Trigger&) const = default;
  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("name", self.name);
    visit("table", self.table);
    visit("timing", self.timing);
    visit("events", self.events);
    visit("columns", self.columns);
    visit("for_each_row", self.for_each_row);
    visit("condition", self.condition);
    visit("old_table", self.old_table);
    visit("new_table", self.new_table);
    visit("function", self.function);
    visit("arguments", self.arguments);
    visit("constraint", self.constraint);
    visit("deferrable", self.deferrable);
    visit("initially_deferred", self.initially_deferred);
    visit("from_table", self.from_table);
    visit("enabled", self.enabled);
    visit("partitions", self.partitions);
    visit("comment", self.comment);
  }
};

// https://www.postgresql.org/docs/current/sql-createeventtrigger.html
struct EventTrigger {
  std::string name;
  std::string event;              // ddl_command_start, ddl_command_end, table_rewrite, sql_drop, login
  std::vector<std::string> tags;  // WHEN TAG IN
  std::string function;           // quoted and qualified
  std::string enabled;            // empty: as created; disabled, replica, always
  std::string comment;

  ObjectId id() const { return {Kind::event_trigger, {"", name}, ""}; }
  bool operator==(const EventTrigger&) const = default;
  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("name", self.name);
    visit("event", self.event);
    visit("tags", self.tags);
    visit("function", self.function);
    visit("enabled", self.enabled);
    visit("comment", self.comment);
  }
};

}  // namespace migrate::catalog
