#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "catalog/definition.hpp"

namespace migrate::catalog {

struct Argument {
  std::string mode;  // empty for IN; "out", "inout", "variadic", "table"
  std::string name;  // empty: none
  std::string type;  // as format_type() prints it
  std::string default_value;

  bool operator==(const Argument&) const = default;
  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("mode", self.mode);
    visit("name", self.name);
    visit("type", self.type);
    visit("default_value", self.default_value);
  }
};

// What an aggregate has instead of a body: https://www.postgresql.org/docs/current/sql-createaggregate.html
// Functions and operators are quoted and qualified names unless in pg_catalog; an empty text is the default.
struct Aggregate {
  std::string state_function, state_type, initial_value;
  std::string final_function, combine_function, serial_function, deserial_function;
  std::string moving_state_function, moving_inverse_function, moving_state_type, moving_initial_value,
      moving_final_function;
  std::string sort_operator;
  std::optional<std::int64_t> state_space, moving_state_space;
  bool final_extra = false, moving_final_extra = false;
  std::string final_modify, moving_final_modify;  // read_only, shareable, read_write; empty: the default
  bool has_initial_value = false, has_moving_initial_value = false;  // an empty text is a value, too
  bool ordered_set = false, hypothetical = false;
  int direct_arguments = 0;  // of an ordered set

  bool operator==(const Aggregate&) const = default;
  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("state_function", self.state_function);
    visit("state_type", self.state_type);
    visit("initial_value", self.initial_value);
    visit("has_initial_value", self.has_initial_value);
    visit("state_space", self.state_space);
    visit("final_function", self.final_function);
    visit("final_extra", self.final_extra);
    visit("final_modify", self.final_modify);
    visit("combine_function", self.combine_function);
    visit("serial_function", self.serial_function);
    visit("deserial_function", self.deserial_function);
    visit("moving_state_function", self.moving_state_function);
    visit("moving_inverse_function", self.moving_inverse_function);
    visit("moving_state_type", self.moving_state_type);
    visit("moving_state_space", self.moving_state_space);
    visit("moving_final_function", self.moving_final_function);
    visit("moving_final_extra", self.moving_final_extra);
    visit("moving_final_modify", self.moving_final_modify);
    visit("moving_initial_value", self.moving_initial_value);
    visit("has_moving_initial_value", self.has_moving_initial_value);
    visit("sort_operator", self.sort_operator);
    visit("ordered_set", self.ordered_set);
    visit("hypothetical", self.hypothetical);
    visit("direct_arguments", self.direct_arguments);
  }
};

// A function, procedure or aggregate: https://www.postgresql.org/docs/current/sql-createfunction.html
struct Routine {
  Kind kind = Kind::function;
  Name name;
  std::vector<Argument> arguments;  // those of RETURNS TABLE too, with the mode "table"
  std::string returns;              // a type; empty for a procedure, and where OUT arguments say it
  bool returns_set = false;
  std::string language;
  bool window = false;
  std::string volatility;  // immutable, stable; empty: volatile
  std::string parallel;    // safe, restricted; empty: unsafe
  bool strict = false, security_definer = false, leakproof = false;
  std::optional<double> cost, rows;     // absent: the language's default
  std::string support;                  // a quoted and qualified function
  std::vector<std::string> transforms;  // types
  std::vector<std::string> settings;    // "work_mem=64MB": SET, in the order in which they are made
  std::string body;                     // prosrc, byte for byte; of a C function its symbol
  std::string library;                  // of a C function: probin
  bool sql_body = false;                // `body` is SQL: RETURN …, or BEGIN ATOMIC … END
  std::optional<Aggregate> aggregate;
  std::string comment;

  // The types of the arguments that a call gives, as in ObjectId::member.
  std::string signature() const;
  ObjectId id() const { return {kind, name, signature()}; }
  bool operator==(const Routine&) const = default;
  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("name", self.name);
    visit("kind", self.kind);
    visit("arguments", self.arguments);
    visit("returns", self.returns);
    visit("returns_set", self.returns_set);
    visit("language", self.language);
    visit("window", self.window);
    visit("volatility", self.volatility);
    visit("parallel", self.parallel);
    visit("strict", self.strict);
    visit("security_definer", self.security_definer);
    visit("leakproof", self.leakproof);
    visit("cost", self.cost);
    visit("rows", self.rows);
    visit("support", self.support);
    visit("transforms", self.transforms);
    visit("settings", self.settings);
    visit("body", self.body);
    visit("library", self.library);
    visit("sql_body", self.sql_body);
    visit("aggregate", self.aggregate);
    visit("comment", self.comment);
  }
};

}  // namespace migrate::catalog
