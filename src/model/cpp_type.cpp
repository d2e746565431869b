#include "model/cpp_type.hpp"

#include <set>

#include "catalog/type_name.hpp"

namespace migrate::model {
namespace {

const std::map<std::string, std::string>& plain_types() {
  static const std::map<std::string, std::string> types = {
      {"boolean", "bool"},
      {"smallint", "std::int16_t"},
      {"integer", "std::int32_t"},
      {"bigint", "std::int64_t"},
      {"real", "float"},
      {"double precision", "double"},
      {"text", "std::string"},
      {"bytea", "std::vector<std::byte>"},
      {"numeric", "migrate::numeric<>"},
      {"character varying", "migrate::varchar<>"},
      {"bit varying", "migrate::varbit<>"},
      {"timestamp{} with time zone", "migrate::timestamptz"},
      {"timestamp{} without time zone", "migrate::timestamp"},
      {"time{} with time zone", "migrate::timetz"},
      {"time{} without time zone", "migrate::time"}};
  return types;
}

// Those of migrate/types.hpp that are called as in SQL.
const std::set<std::string>& named_types() {
  static const std::set<std::string> types = {
      "uuid",          "json",         "jsonb",          "jsonpath",
      "xml",           "money",        "name",           "oid",
      "pg_lsn",        "date",         "interval",       "inet",
      "cidr",          "macaddr",      "macaddr8",       "tsvector",
      "tsquery",       "point",        "line",           "lseg",
      "box",           "path",         "polygon",        "circle",
      "int4range",     "int8range",    "numrange",       "tsrange",
      "tstzrange",     "daterange",    "int4multirange", "int8multirange",
      "nummultirange", "tsmultirange", "tstzmultirange", "datemultirange"};
  return types;
}

const std::map<std::string, std::string>& sized_types() {
  static const std::map<std::string, std::string> types = {{"numeric", "numeric"},
                                                           {"character varying", "varchar"},
                                                           {"character", "char_"},
                                                           {"bit", "bit"},
                                                           {"bit varying", "varbit"}};
  return types;
}

CppType element_type(const catalog::TypeName& type, const std::map<catalog::Name, std::string>& enums) {
  if (!type.builtin) {
    const auto known = enums.find(type.name);
    if (known != enums.end() && type.modifier.empty()) return {known->second, true};
    return {"std::string", false};
  }
  const auto& name = type.name.name;
  if (!type.modifier.empty()) {
    const auto sized = sized_types().find(name);
    const bool unsigned_modifier = type.modifier.find_first_not_of("0123456789,") == std::string::npos;
    if (sized != sized_types().end() && unsigned_modifier) {
      std::string arguments;
      for (const char c : type.modifier) arguments += c == ',' ? std::string(", ") : std::string(1, c);
      return {"migrate::" + sized->second + "<" + arguments + ">", true};
    }
    const auto plain = plain_types().find(name);
    return {plain == plain_types().end() ? "std::string" : plain->second, false};
  }
  if (const auto plain = plain_types().find(name); plain != plain_types().end()) return {plain->second, true};
  if (named_types().contains(name)) return {"migrate::" + name, true};
  return {"std::string", false};
}

}  // namespace

CppType cpp_type(const std::string& sql_type, const std::map<catalog::Name, std::string>& enums) {
  const auto type = catalog::parse_type(sql_type);
  auto element = element_type(type, enums);
  if (type.dimensions > 0) element.name = "std::vector<" + element.name + ">";
  return element;
}

}  // namespace migrate::model
