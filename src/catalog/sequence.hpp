#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "catalog/object_id.hpp"

namespace migrate::catalog {

// What CREATE SEQUENCE and an identity column can be told. An absent value is the one that PostgreSQL takes
// by default for the type and the direction (min 1 and max of the type for ascending, …), so that two ways to
// say the same compare equal: introspection and the models reader leave out what equals the default
// (catalog::without_defaults).
struct SequenceOptions {
  std::optional<std::int64_t> start, increment, min, max, cache;
  bool cycle = false;

  bool operator==(const SequenceOptions&) const = default;
  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("start", self.start);
    visit("increment", self.increment);
    visit("min", self.min);
    visit("max", self.max);
    visit("cache", self.cache);
    visit("cycle", self.cycle);
  }
};

// The options with everything absent that is the default for a sequence of this type ("smallint", "integer",
// "bigint").
SequenceOptions without_defaults(SequenceOptions options, const std::string& type);
// The options with every value filled in.
SequenceOptions with_defaults(SequenceOptions options, const std::string& type);

// A sequence of its own, or one that a serial column owns. The hidden sequence of an identity column is in
// Column::identity.
struct Sequence {
  Name name;
  std::string type = "bigint";
  SequenceOptions options;
  Name owned_by_table;  // OWNED BY: empty for none
  std::string owned_by_column;
  bool unlogged = false;  // PostgreSQL 15
  std::string comment;

  bool operator==(const Sequence&) const = default;
  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("name", self.name);
    visit("type", self.type);
    visit("options", self.options);
    visit("owned_by_table", self.owned_by_table);
    visit("owned_by_column", self.owned_by_column);
    visit("unlogged", self.unlogged);
    visit("comment", self.comment);
  }
};

}  // namespace migrate::catalog
