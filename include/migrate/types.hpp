// The SQL types of the standard C++ types, and C++ types for the SQL types that have no counterpart there.
// The table of both is in docs/reference/models.md. Dates and times of <chrono> are in migrate/chrono.hpp.
#pragma once
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include <migrate/detail/type_ref.hpp>

namespace migrate {

namespace detail {

// A value in PostgreSQL's own spelling: what libpq and libpqxx hand over.
struct TextValue {
  std::string text;
  auto operator<=>(const TextValue&) const = default;
};

// "numeric(12,2)", made by the compiler.
struct SpelledType {
  char text[48] = {};
  std::size_t size = 0;
  constexpr std::string_view view() const { return {text, size}; }
  constexpr void add(std::string_view part) {
    for (char c : part) text[size++] = c;
  }
  constexpr void add(unsigned number) {
    char digits[12] = {};
    int count = 0;
    do digits[count++] = static_cast<char>('0' + number % 10);
    while ((number /= 10) != 0);
    while (count > 0) text[size++] = digits[--count];
  }
};
template <unsigned... N>
constexpr SpelledType with_modifier(std::string_view name) {
  SpelledType out;
  out.add(name);
  char before = '(';
  ((out.add(std::string_view(&before, 1)), out.add(N), before = ','), ...);
  out.add(")");
  return out;
}

}  // namespace detail

#define MIGRATE_SQL_TYPE(cpp, sql)                \
  template <>                                     \
  struct sql_type<cpp> {                          \
    static constexpr std::string_view name = sql; \
  };
#define MIGRATE_TEXT_TYPE(cpp, sql)  \
  struct cpp : detail::TextValue {}; \
  MIGRATE_SQL_TYPE(cpp, sql)

MIGRATE_SQL_TYPE(bool, "boolean")
MIGRATE_SQL_TYPE(signed char, "smallint")
MIGRATE_SQL_TYPE(short, "smallint")
MIGRATE_SQL_TYPE(int, "integer")
MIGRATE_SQL_TYPE(long, "bigint")
MIGRATE_SQL_TYPE(long long, "bigint")
MIGRATE_SQL_TYPE(float, "real")
MIGRATE_SQL_TYPE(double, "double precision")
MIGRATE_SQL_TYPE(std::string, "text")
MIGRATE_SQL_TYPE(std::string_view, "text")

MIGRATE_TEXT_TYPE(uuid, "uuid")
MIGRATE_TEXT_TYPE(json, "json")
MIGRATE_TEXT_TYPE(jsonb, "jsonb")
MIGRATE_TEXT_TYPE(jsonpath, "jsonpath")
MIGRATE_TEXT_TYPE(xml, "xml")
MIGRATE_TEXT_TYPE(money, "money")
MIGRATE_TEXT_TYPE(name, "name")
MIGRATE_TEXT_TYPE(oid, "oid")
MIGRATE_TEXT_TYPE(pg_lsn, "pg_lsn")

MIGRATE_TEXT_TYPE(date, "date")
MIGRATE_TEXT_TYPE(time, "time without time zone")
MIGRATE_TEXT_TYPE(timetz, "time with time zone")
MIGRATE_TEXT_TYPE(timestamp, "timestamp without time zone")
MIGRATE_TEXT_TYPE(timestamptz, "timestamp with time zone")
MIGRATE_TEXT_TYPE(interval, "interval")

MIGRATE_TEXT_TYPE(inet, "inet")
MIGRATE_TEXT_TYPE(cidr, "cidr")
MIGRATE_TEXT_TYPE(macaddr, "macaddr")
MIGRATE_TEXT_TYPE(macaddr8, "macaddr8")

MIGRATE_TEXT_TYPE(tsvector, "tsvector")
MIGRATE_TEXT_TYPE(tsquery, "tsquery")

MIGRATE_TEXT_TYPE(point, "point")
MIGRATE_TEXT_TYPE(line, "line")
MIGRATE_TEXT_TYPE(lseg, "lseg")
MIGRATE_TEXT_TYPE(box, "box")
MIGRATE_TEXT_TYPE(path, "path")
MIGRATE_TEXT_TYPE(polygon, "polygon")
MIGRATE_TEXT_TYPE(circle, "circle")

MIGRATE_TEXT_TYPE(int4range, "int4range")
MIGRATE_TEXT_TYPE(int8range, "int8range")
MIGRATE_TEXT_TYPE(numrange, "numrange")
MIGRATE_TEXT_TYPE(tsrange, "tsrange")
MIGRATE_TEXT_TYPE(tstzrange, "tstzrange")
MIGRATE_TEXT_TYPE(daterange, "daterange")
MIGRATE_TEXT_TYPE(int4multirange, "int4multirange")  // multiranges: PostgreSQL 14
MIGRATE_TEXT_TYPE(int8multirange, "int8multirange")
MIGRATE_TEXT_TYPE(nummultirange, "nummultirange")
MIGRATE_TEXT_TYPE(tsmultirange, "tsmultirange")
MIGRATE_TEXT_TYPE(tstzmultirange, "tstzmultirange")
MIGRATE_TEXT_TYPE(datemultirange, "datemultirange")

#undef MIGRATE_TEXT_TYPE
#undef MIGRATE_SQL_TYPE

// numeric without precision, numeric<12>, numeric<12, 2>; varchar<> is without limit. Sizes as PostgreSQL
// counts them: digits, characters, bits.
template <unsigned Precision = 0, unsigned Scale = 0>
struct numeric : detail::TextValue {};
template <unsigned Most = 0>
struct varchar : detail::TextValue {};
template <unsigned Size>
struct char_ : detail::TextValue {};
template <unsigned Size>
struct bit : detail::TextValue {};
template <unsigned Most = 0>
struct varbit : detail::TextValue {};

template <unsigned P, unsigned S>
struct sql_type<numeric<P, S>> {
  static constexpr auto spelled = detail::with_modifier<P, S>("numeric");
  static constexpr std::string_view name = spelled.view();
};
template <>
struct sql_type<numeric<0, 0>> {
  static constexpr std::string_view name = "numeric";
};
template <unsigned N>
struct sql_type<varchar<N>> {
  static constexpr auto spelled = detail::with_modifier<N>("character varying");
  static constexpr std::string_view name = spelled.view();
};
template <>
struct sql_type<varchar<0>> {
  static constexpr std::string_view name = "character varying";
};
template <unsigned N>
struct sql_type<char_<N>> {
  static constexpr auto spelled = detail::with_modifier<N>("character");
  static constexpr std::string_view name = spelled.view();
};
template <unsigned N>
struct sql_type<bit<N>> {
  static constexpr auto spelled = detail::with_modifier<N>("bit");
  static constexpr std::string_view name = spelled.view();
};
template <unsigned N>
struct sql_type<varbit<N>> {
  static constexpr auto spelled = detail::with_modifier<N>("bit varying");
  static constexpr std::string_view name = spelled.view();
};
template <>
struct sql_type<varbit<0>> {
  static constexpr std::string_view name = "bit varying";
};

}  // namespace migrate
