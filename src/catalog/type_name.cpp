#include "catalog/type_name.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "catalog/spelling.hpp"
#include "util/text.hpp"

namespace migrate::catalog {
namespace {

// Types of pg_catalog that format_type() prints as pg_type has them (PostgreSQL 13 to 18). Sorted.
constexpr auto plain_types = std::to_array<std::string_view>({
    "aclitem",
    "anyarray",
    "anycompatible",
    "anycompatiblearray",
    "anycompatiblemultirange",
    "anycompatiblenonarray",
    "anycompatiblerange",
    "anyelement",
    "anyenum",
    "anymultirange",
    "anynonarray",
    "anyrange",
    "box",
    "bytea",
    "cid",
    "cidr",
    "circle",
    "cstring",
    "date",
    "datemultirange",
    "daterange",
    "event_trigger",
    "fdw_handler",
    "gtsvector",
    "index_am_handler",
    "inet",
    "int2vector",
    "int4multirange",
    "int4range",
    "int8multirange",
    "int8range",
    "internal",
    "json",
    "jsonb",
    "jsonpath",
    "language_handler",
    "line",
    "lseg",
    "macaddr",
    "macaddr8",
    "money",
    "name",
    "nummultirange",
    "numrange",
    "oid",
    "oidvector",
    "path",
    "pg_brin_bloom_summary",
    "pg_brin_minmax_multi_summary",
    "pg_ddl_command",
    "pg_dependencies",
    "pg_lsn",
    "pg_mcv_list",
    "pg_ndistinct",
    "pg_node_tree",
    "pg_snapshot",
    "point",
    "polygon",
    "record",
    "refcursor",
    "regclass",
    "regcollation",
    "regconfig",
    "regdictionary",
    "regnamespace",
    "regoper",
    "regoperator",
    "regproc",
    "regprocedure",
    "regrole",
    "regtype",
    "table_am_handler",
    "text",
    "tid",
    "trigger",
    "tsm_handler",
    "tsmultirange",
    "tsquery",
    "tsrange",
    "tstzmultirange",
    "tstzrange",
    "tsvector",
    "txid_snapshot",
    "unknown",
    "uuid",
    "void",
    "xid",
    "xid8",
    "xml",
});
static_assert(std::is_sorted(plain_types.begin(), plain_types.end()));

// What the grammar and pg_type call a type, and what format_type() prints for it. Where the modifier stands
// inside of the printed name ("timestamp(3) with time zone"), {} marks the place.
struct Alias {
  std::string_view spelled, printed;
};
constexpr std::array<Alias, 40> aliases{{{"bool", "boolean"},
                                         {"boolean", "boolean"},
                                         {"int", "integer"},
                                         {"int4", "integer"},
                                         {"integer", "integer"},
                                         {"int2", "smallint"},
                                         {"smallint", "smallint"},
                                         {"int8", "bigint"},
                                         {"bigint", "bigint"},
                                         {"float4", "real"},
                                         {"real", "real"},
                                         {"float8", "double precision"},
                                         {"double precision", "double precision"},
                                         {"float", "double precision"},
                                         {"numeric", "numeric"},
                                         {"decimal", "numeric"},
                                         {"dec", "numeric"},
                                         {"varchar", "character varying"},
                                         {"character varying", "character varying"},
                                         {"char varying", "character varying"},
                                         {"national character varying", "character varying"},
                                         {"national char varying", "character varying"},
                                         {"nchar varying", "character varying"},
                                         {"character", "character"},
                                         {"char", "character"},
                                         {"national character", "character"},
                                         {"national char", "character"},
                                         {"nchar", "character"},
                                         {"bpchar", "bpchar"},
                                         {"varbit", "bit varying"},
                                         {"bit varying", "bit varying"},
                                         {"bit", "bit"},
                                         {"timestamptz", "timestamp{} with time zone"},
                                         {"timestamp with time zone", "timestamp{} with time zone"},
                                         {"timestamp", "timestamp{} without time zone"},
                                         {"timestamp without time zone", "timestamp{} without time zone"},
                                         {"timetz", "time{} with time zone"},
                                         {"time with time zone", "time{} with time zone"},
                                         {"time", "time{} without time zone"},
                                         {"time without time zone", "time{} without time zone"}}};

std::optional<std::string_view> printed_name(std::string_view spelled) {
  const auto found = std::find_if(aliases.begin(), aliases.end(),
                                  [&](const Alias& each) { return each.spelled == spelled; });
  if (found != aliases.end()) return found->printed;
  const auto plain = std::lower_bound(plain_types.begin(), plain_types.end(), spelled);
  if (plain != plain_types.end() && *plain == spelled) return *plain;
  return std::nullopt;
}

// "timestamp (3) with time zone" → words around, and what stood in the parentheses. False for unbalanced
// text.
struct Parts {
  std::string words, modifier;
  int dimensions = 0;
};

std::optional<Parts> take_apart(std::string_view text) {
  Parts parts;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == '"') {
      auto end = at + 1;
      while (end < text.size() && (text[end] != '"' || (end + 1 < text.size() && text[end + 1] == '"')))
        end += text[end] == '"' ? 2 : 1;
      if (end >= text.size()) return std::nullopt;
      parts.words += text.substr(at, end - at + 1);
      at = end + 1;
    } else if (c == '(') {
      const auto end = text.find(')', at);
      if (end == std::string_view::npos || !parts.modifier.empty()) return std::nullopt;
      for (const char m : text.substr(at + 1, end - at - 1))
        if (m != ' ' && m != '\t' && m != '\n') parts.modifier += m;
      at = end + 1;
    } else if (c == '[') {
      const auto end = text.find(']', at);
      if (end == std::string_view::npos) return std::nullopt;
      ++parts.dimensions;
      at = end + 1;
    } else {
      parts.words += to_lower(text.substr(at, 1));
      ++at;
    }
  }
  parts.words = one_line(parts.words);
  if (parts.words.ends_with(" array")) {
    parts.words.resize(parts.words.size() - 6);
    parts.dimensions = std::max(parts.dimensions, 1);
  }
  return parts;
}

// What a type means that is written without its modifier, or with one that is printed in another way.
void settle_modifier(TypeName& type, std::string_view spelled) {
  auto& name = type.name.name;
  if (spelled == "float" && !type.modifier.empty()) {
    if (type.modifier.size() < 3 && std::stoi(type.modifier) <= 24) name = "real";
    type.modifier.clear();
  } else if (type.modifier.empty() && (name == "character" || name == "bit")) {
    type.modifier = "1";
  } else if (name == "numeric" && !type.modifier.empty() && type.modifier.find(',') == std::string::npos) {
    type.modifier += ",0";
  } else if (name == "bpchar" && !type.modifier.empty()) {
    name = "character";
  }
}

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789,-") == std::string_view::npos;
}

}  // namespace

std::string TypeName::sql() const {
  const std::string brackets = dimensions > 0 ? "[]" : "";  // format_type() does not say how many
  const std::string parentheses = modifier.empty() ? "" : "(" + modifier + ")";
  if (!builtin) return (verbatim ? name.name : name.sql()) + parentheses + brackets;
  const auto hole = name.name.find("{}");
  if (hole == std::string::npos) return name.name + parentheses + brackets;
  return name.name.substr(0, hole) + parentheses + name.name.substr(hole + 2) + brackets;
}

TypeName parse_type(std::string_view text) {
  TypeName type;
  const auto parts = take_apart(trim(text));
  const auto unknown = [&] {
    TypeName as_is;
    as_is.name.name = std::string(trim(text));
    as_is.verbatim = true;
    return as_is;
  };
  if (!parts || parts->words.empty()) return unknown();
  type.modifier = parts->modifier;
  type.dimensions = parts->dimensions;

  auto words = std::string_view(parts->words);
  const bool qualified_builtin = words.starts_with("pg_catalog.");
  if (qualified_builtin) words.remove_prefix(11);
  if (words == "\"char\"" || (qualified_builtin && words == "char")) {
    type.name.name = "\"char\"";
    type.builtin = true;
    return type;
  }
  if (words == "interval" ||
      words.starts_with("interval ")) {  // interval day to second(3): the words belong to the modifier
    type.name.name = std::string(words);
    type.builtin = true;
    return type;
  }
  if (const auto printed = printed_name(words);
      printed && (type.modifier.empty() || is_number(type.modifier))) {
    type.name.name = std::string(*printed);
    type.builtin = true;
    settle_modifier(type, words);
    return type;
  }
  const auto identifiers = split_identifier(words);
  if (!identifiers || identifiers->size() > 2 ||
      (identifiers->size() == 1 && words.find(' ') != std::string_view::npos && words[0] != '"'))
    return unknown();
  type.name.name = identifiers->back();
  if (identifiers->size() == 2) type.name.schema = identifiers->front();
  return type;
}

TypeName parse_type_in_public(std::string_view text) {
  auto type = parse_type(text);
  if (!type.builtin && type.name.schema.empty()) type.name.schema = "public";
  return type;
}

std::string canonical_type(std::string_view text, const std::vector<Name>& known,
                           const std::vector<std::string>& search_path) {
  auto type = parse_type(text);
  if (type.builtin || type.verbatim || !type.name.schema.empty()) return type.sql();
  for (const auto& schema : search_path) {
    const Name candidate{schema, type.name.name};
    if (std::find(known.begin(), known.end(), candidate) == known.end()) continue;
    type.name = candidate;
    break;
  }
  return type.sql();
}

}  // namespace migrate::catalog
