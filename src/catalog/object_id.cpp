#include "catalog/object_id.hpp"

#include <array>
#include <utility>

#include "util/error.hpp"
#include "util/quote.hpp"

namespace migrate::catalog {
namespace {
constexpr std::array<std::pair<Kind, std::string_view>, 8> kinds{{{Kind::schema, "schema"},
                                                                  {Kind::extension, "extension"},
                                                                  {Kind::enum_type, "type"},
                                                                  {Kind::sequence, "sequence"},
                                                                  {Kind::table, "table"},
                                                                  {Kind::column, "column"},
                                                                  {Kind::constraint, "constraint"},
                                                                  {Kind::index, "index"}}};
}

std::string Name::sql() const { return qualified(schema, name); }

std::string Name::text() const { return schema == "public" ? quote_identifier(name) : sql(); }

std::string_view kind_name(Kind kind) {
  for (const auto& [each, name] : kinds)
    if (each == kind) return name;
  return "object";
}

Kind kind_of(std::string_view name) {
  for (const auto& [kind, each] : kinds)
    if (each == name) return kind;
  throw Error(ExitCode::failed, "there is no kind of object called " + std::string(name));
}

std::string ObjectId::text() const {
  std::string out = std::string(kind_name(kind)) + " " + name.text();
  return member.empty() ? out : out + "." + quote_identifier(member);
}

std::string ObjectId::key() const {
  std::string out = std::string(kind_name(kind)) + " " + name.sql();
  return member.empty() ? out : out + "." + quote_identifier(member);
}

}  // namespace migrate::catalog
