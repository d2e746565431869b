#pragma once
#include <map>
#include <optional>
#include <string>

#include "catalog/sequence.hpp"
#include "util/boxed.hpp"
#include "util/interned.hpp"
#include "util/sparse.hpp"

namespace migrate::catalog {

// WITH (…) and SET (…) parameters, name to value as the catalogue stores them. Names of the toast table's are
// "toast.…".
using StorageParameters = std::map<std::string, std::string>;

enum class Generation { always, by_default };

// GENERATED … AS IDENTITY. The name of the sequence behind it is PostgreSQL's affair, unless it is not the
// one it would choose.
struct Identity {
  Generation generation = Generation::always;
  SequenceOptions options;
  Name sequence;  // empty: PostgreSQL's choice, table_column_seq in the table's schema

  bool operator==(const Identity&) const = default;
  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("generation", self.generation);
    visit("options", self.options);
    visit("sequence", self.sequence);
  }
};

// GENERATED ALWAYS AS (expression) STORED, or VIRTUAL since PostgreSQL 18.
struct Generated {
  std::string expression;
  bool stored = true;

  bool operator==(const Generated&) const = default;
  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("expression", self.expression);
    visit("stored", self.stored);
  }
};

// A column. Texts are SQL; from a live server as it prints them with an empty search_path.
struct Column {
  std::string name;
  Interned type;           // as format_type() prints it: "character varying(50)", "public.role", "text[]"
  Interned default_value;  // expression, empty for none
  Boxed<Identity> identity;
  Boxed<Generated> generated;
  Interned collation;                 // quoted and qualified; empty: the type's own
  Interned storage;                   // plain, main, external, extended; empty: the type's own
  Interned compression;               // pglz, lz4; empty: the server's default
  Sparse<StorageParameters> options;  // n_distinct, n_distinct_inherited
  Interned not_null_constraint;       // PostgreSQL 18: its name where it is not table_column_not_null
  std::optional<int> statistics;      // target; absent: the server's default
  bool not_null = false;
  bool not_null_no_inherit = false;  // PostgreSQL 18
  bool not_null_not_valid = false;   // PostgreSQL 18
  bool inherited = false;            // comes from a parent alone: not written in this table's CREATE TABLE
  Interned comment;

  bool operator==(const Column&) const = default;
  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("name", self.name);
    visit("type", self.type);
    visit("not_null", self.not_null);
    visit("default_value", self.default_value);
    visit("identity", self.identity);
    visit("generated", self.generated);
    visit("collation", self.collation);
    visit("storage", self.storage);
    visit("compression", self.compression);
    visit("statistics", self.statistics);
    visit("options", self.options);
    visit("not_null_constraint", self.not_null_constraint);
    visit("not_null_no_inherit", self.not_null_no_inherit);
    visit("not_null_not_valid", self.not_null_not_valid);
    visit("inherited", self.inherited);
    visit("comment", self.comment);
  }
};

}  // namespace migrate::catalog
