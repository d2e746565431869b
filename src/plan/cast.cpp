#include "plan/cast.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "catalog/type_name.hpp"
#include "util/text.hpp"

namespace migrate::plan {
namespace {

// pg_cast of PostgreSQL 15 without casts of reg… types: source, then targets with i (implicit), a
// (assignment), e (explicit). A column's type changes without USING by an implicit or an assignment cast.
struct Casts {
  std::string_view from;
  std::string_view to;
};
constexpr std::array<Casts, 42> casts{{
    {"\"char\"", "e integer,i text,a character,a character varying"},
    {"bigint", "a smallint,a integer,i oid,i real,i double precision,a money,e bit,i numeric"},
    {"bit varying", "i bit"},
    {"bit", "e bigint,e integer,i bit varying"},
    {"boolean", "e integer,a text,a character,a character varying"},
    {"box", "e point,e lseg,a polygon,e circle"},
    {"character varying", "a \"char\",i name,i text,e xml,i character"},
    {"character", "a \"char\",i name,i text,e xml,i character varying"},
    {"cidr", "a text,i inet,a character,a character varying"},
    {"circle", "e point,e box,e polygon"},
    {"date", "i timestamp without time zone,i timestamp with time zone"},
    {"daterange", "e datemultirange"},
    {"double precision", "a bigint,a smallint,a integer,a real,a numeric"},
    {"inet", "a text,a cidr,a character,a character varying"},
    {"int4range", "e int4multirange"},
    {"int8range", "e int8multirange"},
    {"integer",
     "e boolean,e \"char\",i bigint,a smallint,i oid,i real,i double precision,a money,e bit,i numeric"},
    {"interval", "a time without time zone"},
    {"json", "a jsonb"},
    {"jsonb", "e boolean,e bigint,e smallint,e integer,a json,e real,e double precision,e numeric"},
    {"lseg", "e point"},
    {"macaddr8", "i macaddr"},
    {"macaddr", "i macaddr8"},
    {"money", "a numeric"},
    {"name", "i text,a character,a character varying"},
    {"numeric", "a bigint,a smallint,a integer,i real,i double precision,a money"},
    {"numrange", "e nummultirange"},
    {"oid", "a bigint,a integer"},
    {"path", "a polygon"},
    {"point", "a box"},
    {"polygon", "e point,a path,e box,e circle"},
    {"real", "a bigint,a smallint,a integer,i double precision,a numeric"},
    {"smallint", "i bigint,i integer,i oid,i real,i double precision,i numeric"},
    {"text", "a \"char\",i name,e xml,i character,i character varying"},
    {"time with time zone", "a time without time zone"},
    {"time without time zone", "i interval,i time with time zone"},
    {"timestamp with time zone",
     "a date,a time without time zone,a timestamp without time zone,a time with time zone"},
    {"timestamp without time zone", "a date,a time without time zone,i timestamp with time zone"},
    {"tsrange", "e tsmultirange"},
    {"tstzrange", "e tstzmultirange"},
    {"xid8", "e xid"},
    {"xml", "a text,a character,a character varying"},
}};

// The context of the cast between two built-in types: 'i', 'a', 'e', or 0 for none.
char cast_context(const std::string& from, const std::string& to) {
  for (const Casts& each : casts) {
    if (each.from != from) continue;
    for (const std::string_view entry : split(each.to, ','))
      if (entry.substr(2) == to) return entry[0];
  }
  return 0;
}

bool is_string(const std::string& name) {
  return name == "text" || name == "character varying" || name == "character" || name == "name";
}

int rank_of_number(const std::string& name) {
  static const std::map<std::string, int> ranks{{"smallint", 1}, {"integer", 2}, {"bigint", 3},
                                                {"numeric", 4},  {"real", 5},    {"double precision", 6}};
  const auto found = ranks.find(name);
  return found == ranks.end() ? 0 : found->second;
}

std::pair<int, int> precision_and_scale(const std::string& modifier) {
  const auto parts = split(modifier, ',');
  const int precision = std::atoi(std::string(parts.front()).c_str());
  return {precision, parts.size() > 1 ? std::atoi(std::string(parts[1]).c_str()) : 0};
}

// The same type with another modifier.
Conversion same_type(const catalog::TypeName& from, const catalog::TypeName& to) {
  Conversion result;
  const std::string& name = from.name.name;
  if (from.modifier == to.modifier) {
    result.rewrites = false;
    return result;
  }
  const auto [old_size, old_scale] = precision_and_scale(from.modifier);
  const auto [size, scale] = precision_and_scale(to.modifier);
  const bool wider = to.modifier.empty() || (!from.modifier.empty() && size >= old_size);
  if (name == "numeric") {
    const bool digits =
        to.modifier.empty() || (!from.modifier.empty() && size - scale >= old_size - old_scale);
    const bool fraction = to.modifier.empty() || (!from.modifier.empty() && scale >= old_scale);
    result.rewrites = !(to.modifier.empty() || (wider && !from.modifier.empty() && scale == old_scale));
    result.may_fail = !digits;
    result.lossy = !fraction;
  } else if (name == "character varying" || name == "bit varying") {
    result.rewrites = !wider;
    result.may_fail = !wider;
  } else if (name == "character" || name == "bit") {
    result.may_fail = !wider || name == "bit";
  } else {
    result.rewrites = !wider;  // the precision of times
    result.lossy = !wider;
  }
  return result;
}

bool loses(const std::string& from, const std::string& to) {
  const int a = rank_of_number(from), b = rank_of_number(to);
  if (a > 0 && b > 0) {
    if (b <= 3) return a >= 4;  // a fraction is rounded
    return (b == 5 && (a == 6 || a == 2 || a == 3 || a == 4)) || (b == 6 && (a == 3 || a == 4)) ||
           (b == 4 && a >= 5);
  }
  const auto starts = [](const std::string& text, std::string_view word) {
    return text.compare(0, word.size(), word) == 0;
  };
  if (starts(from, "timestamp")) return to == "date" || starts(to, "time ");
  if (from == "time with time zone" && to == "time without time zone") return true;
  if (from == "interval" && starts(to, "time")) return true;
  if (from == "inet" && to == "cidr") return true;
  if (from == "json" && to == "jsonb") return true;
  return (from == "polygon" || from == "circle" || from == "box" || from == "lseg") && to != "polygon" &&
         !is_string(to);
}

bool may_not_fit(const std::string& from, const std::string& to) {
  const int a = rank_of_number(from), b = rank_of_number(to);
  if (a > 0 && b > 0) return b < a && b <= 3;
  return is_string(from) && !is_string(to);
}

std::string no_cast(const catalog::TypeName& from, const catalog::TypeName& to) {
  return "PostgreSQL has no cast from " + from.sql() + " to " + to.sql() +
         ": decide how values become the other, in the USING below";
}

Conversion between(const std::string& column, const catalog::TypeName& from, const catalog::TypeName& to,
                   const std::string& target) {
  Conversion result;
  const std::string &a = from.name.name, &b = to.name.name;
  result.may_fail = may_not_fit(a, b);
  result.lossy = loses(a, b);
  if (is_string(b) && b != "name") {
    const bool text_like = a == "text" || a == "character varying" || a == "xml";
    result.rewrites = !(text_like && to.modifier.empty() && b != "character");
    result.may_fail = !to.modifier.empty();
    return result;
  }
  const bool binary = (a == "cidr" && b == "inet") ||
                      (a == "bit" && b == "bit varying" && to.modifier.empty()) ||
                      (a == "integer" && b == "oid") || (a == "oid" && b == "integer");
  const char context = from.builtin && to.builtin ? cast_context(a, b) : 0;
  if (context == 'i' || context == 'a') {
    result.rewrites = !binary;
    return result;
  }
  if (context == 'e' || is_string(a)) {
    result.using_expression = column + "::" + target;
    return result;
  }
  if (from.builtin && to.builtin) {
    result.using_expression = column + "::text::" + target;
    result.may_fail = true;
    result.note = no_cast(from, to);
    return result;
  }
  result.using_expression = column + "::" + target;
  result.may_fail = true;
  result.note =
      "migrate does not know a cast from " + from.sql() + " to " + to.sql() + ": look over the USING below";
  return result;
}

}  // namespace

Conversion conversion(const std::string& column, const std::string& from, const std::string& to,
                      bool from_by_text, bool to_by_text) {
  const catalog::TypeName a = catalog::parse_type(from), b = catalog::parse_type(to);
  if (a.dimensions == b.dimensions &&
      ((from_by_text && !is_string(b.name.name)) || (to_by_text && !is_string(a.name.name)))) {
    Conversion result;
    result.using_expression = column + "::text" + (b.dimensions > 0 ? "[]" : "") + "::" + to;
    result.may_fail = true;
    if (!from_by_text || !to_by_text) result.note = no_cast(a, b);
    return result;
  }
  if (a.dimensions > 0 && b.dimensions == 0 && is_string(b.name.name)) {
    Conversion result;
    result.may_fail = !b.modifier.empty();
    return result;
  }
  if ((a.dimensions > 0) != (b.dimensions > 0)) {
    Conversion result;
    const bool into_array = b.dimensions > 0;
    const auto element = [](catalog::TypeName type) {
      type.dimensions = 0;
      return type.sql();
    };
    const auto value = into_array ? column : column + "[1]";
    const auto converted =
        conversion(value, element(a), element(b), from_by_text, to_by_text).using_expression;
    const auto of_it = converted.empty() ? value : converted;
    result.may_fail = true;
    result.using_expression = into_array ? "ARRAY[" + of_it + "]::" + to : of_it;
    if (converted.empty() && !into_array) result.using_expression += "::" + to;
    result.lossy = !into_array;
    result.note = into_array
                      ? "each value becomes an array of one: decide whether that is meant, in the USING below"
                      : "only the first element of each array is kept: decide whether that is meant, in the "
                        "USING below";
    return result;
  }
  Conversion result = a.name == b.name ? same_type(a, b) : between(column, a, b, to);
  return result;
}

std::string default_storage(const std::string& type) {
  const catalog::TypeName name = catalog::parse_type(type);
  if (name.dimensions > 0) return "extended";
  if (!name.builtin) return {};
  static const std::set<std::string> main{"cidr", "inet", "numeric"};
  static const std::set<std::string> extended{"bit",
                                              "character",
                                              "bytea",
                                              "datemultirange",
                                              "daterange",
                                              "int4multirange",
                                              "int4range",
                                              "json",
                                              "jsonb",
                                              "int8multirange",
                                              "int8range",
                                              "nummultirange",
                                              "numrange",
                                              "path",
                                              "polygon",
                                              "text",
                                              "jsonpath",
                                              "tsmultirange",
                                              "tsrange",
                                              "tstzmultirange",
                                              "tstzrange",
                                              "tsvector",
                                              "xml",
                                              "bit varying",
                                              "character varying",
                                              "refcursor",
                                              "txid_snapshot"};
  if (main.count(name.name.name) > 0) return "main";
  return extended.count(name.name.name) > 0 ? "extended" : "plain";
}

}  // namespace migrate::plan
