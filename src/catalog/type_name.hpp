// Names of types: the local part of what the server's format_type() does.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "catalog/object_id.hpp"

namespace migrate::catalog {

// A type's text taken apart: "numeric(12,2)[]" → numeric, "12,2", 1 dimension.
struct TypeName {
  Name name;             // schema empty: a built-in type or one that search_path must find
  std::string modifier;  // inside the parentheses, without spaces
  int dimensions = 0;
  bool verbatim = false;  // the text was no type name: `name.name` is all of it
  bool builtin =
      false;  // `name.name` is format_type()'s spelling: "character varying", "timestamp with time zone"

  bool operator==(const TypeName&) const = default;
  std::string sql() const;  // format_type()'s spelling: "timestamp(3) with time zone[]"
};

// Reads any spelling that PostgreSQL takes: "INT", "varchar( 50 )", "timestamptz(3)", "public.\"Role\"[]",
// "char", "bit varying". A text that is not a type name comes back as an unknown name with the text as it
// stands.
TypeName parse_type(std::string_view text);
// As parse_type(); a type that is not built in and of which no schema is said is one of public.
TypeName parse_type_in_public(std::string_view text);

// The canonical spelling of `text`: built-in aliases resolved; an unqualified name that is not built in is
// looked for in `known` through `search_path` and qualified if found there, else left as it stands.
std::string canonical_type(std::string_view text, const std::vector<Name>& known,
                           const std::vector<std::string>& search_path);

}  // namespace migrate::catalog
