// What the shop's models share: strong ids, money, and the groups of columns that many tables have.
#pragma once
#include <migrate/model.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace shop {

// A key that cannot be mixed up with another table's.
template <class Row>
struct Id {
  std::int64_t value = 0;
};

struct Money {
  std::int64_t cents = 0;
};

// Mixins: base classes of a row, declared once.
template <class Row>
struct Entity {
  Id<Row> id;

  static void declare(migrate::Columns c) {
    c.column<&Entity::id>().identity();
    c.primary_key<&Entity::id>();
  }
};

struct Timestamps {
  migrate::timestamptz created_at, updated_at;

  static void declare(migrate::Columns c) {
    c.column<&Timestamps::created_at>().default_sql("now()");
    c.column<&Timestamps::updated_at>().default_sql("now()");
  }
};

// A group to embed under a prefix; as std::optional<Address> all of its columns may be NULL.
struct Address {
  std::string street, city, postcode;
  std::string country;

  static void declare(migrate::Columns c) {
    c.columns<&Address::street, &Address::city, &Address::postcode>();
    c.column<&Address::country>().type("character(2)");
  }
};

}  // namespace shop

template <class Row>
struct migrate::sql_type<shop::Id<Row>> : migrate::sql_type<std::int64_t> {};
template <>
struct migrate::sql_type<shop::Money> : migrate::sql_type<migrate::numeric<12, 2>> {};
