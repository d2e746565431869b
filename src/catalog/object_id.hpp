// What names an object of a database: its kind, its qualified name, and the member for what lives inside a
// table.
#pragma once
#include <compare>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace migrate::catalog {

// A schema-qualified name, unquoted. For objects without a schema (schemas, extensions) `schema` is empty.
struct Name {
  std::string schema;
  std::string name;

  auto operator<=>(const Name&) const = default;
  bool operator==(const Name&) const = default;
  bool empty() const { return name.empty(); }
  std::string sql() const;   // quoted: public."Order"
  std::string text() const;  // for people: as sql(), but without "public."
};

// The name of each is its spelling in JSON, in messages and in --drop. In the order in which people are told
// of changes.
enum class Kind {
  schema,
  extension,
  enum_type,
  domain,
  composite_type,
  range_type,
  sequence,
  table,
  column,
  constraint,
  index,
  function,  // window functions too
  procedure,
  aggregate,
  view,
  materialized_view,
  trigger,
  rule,
  policy,
  event_trigger,
  default_privileges,
};
constexpr std::size_t kind_count = static_cast<std::size_t>(Kind::default_privileges) + 1;

std::string_view kind_name(Kind kind);  // "enum type" is printed "type"; see kind_name in object_id.cpp
Kind kind_of(std::string_view name);    // throws Error(failed) for an unknown one
// As COMMENT ON, ALTER and DROP call it: "TYPE", "MATERIALIZED VIEW".
std::string_view sql_kind(Kind kind);
// Lives inside a table or a view and has its name only there: a column, constraint, trigger, rule, policy.
bool is_member(Kind kind);
bool is_routine(Kind kind);
// Whether a key has its member in parentheses: "function f(integer)", "default privileges app(tables)".
bool has_parentheses(Kind kind);

struct ObjectId {
  Kind kind{};
  Name name;           // of the object itself; of its table or view for what is_member(); of default
                       // privileges the role, with the schema
  std::string member;  // its name in there; of a routine the types of its arguments, as
                       // pg_get_function_identity_arguments() without names: "integer, text"; of default
                       // privileges what they are on: "tables"

  auto operator<=>(const ObjectId&) const = default;
  bool operator==(const ObjectId&) const = default;
  std::string text() const;  // for people: "column users.email", "function f(integer, text)"
  // Stable, exact, for files: "column public.users.email"; parts quoted where SQL would need it.
  std::string key() const;
  // The name as ALTER, DROP, COMMENT and GRANT take it: public.users, public.f(integer), t ON public.users.
  std::string sql() const;
};

}  // namespace migrate::catalog
