// What names an object of a database: its kind, its qualified name, and the member for what lives inside a
// table.
#pragma once
#include <compare>
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

// The name of each is its spelling in JSON, in messages and in --drop.
enum class Kind { schema, extension, enum_type, sequence, table, column, constraint, index };

std::string_view kind_name(Kind kind);  // "enum type" is printed "type"; see kind_name in object_id.cpp
Kind kind_of(std::string_view name);    // throws Error(failed) for an unknown one

struct ObjectId {
  Kind kind{};
  Name name;           // of the object itself; of its table for a column or a constraint
  std::string member;  // the column or the constraint; empty otherwise

  auto operator<=>(const ObjectId&) const = default;
  bool operator==(const ObjectId&) const = default;
  std::string text() const;  // for people: "column users.email", "index users_email_idx"
  std::string key()
      const;  // stable, exact, for files: "column public.users.email"; parts quoted where SQL would need it
};

}  // namespace migrate::catalog
