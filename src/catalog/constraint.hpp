#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "catalog/index.hpp"
#include "catalog/object_id.hpp"
#include "util/interned.hpp"
#include "util/sparse.hpp"

namespace migrate::catalog {

enum class ConstraintType : std::uint8_t { primary_key, unique, foreign_key, check, exclusion };
enum class ForeignKeyAction : std::uint8_t { no_action, restrict_, cascade, set_null, set_default };
enum class ForeignKeyMatch : std::uint8_t { simple, full };

// https://www.postgresql.org/docs/current/ddl-constraints.html. NOT NULL is in Column.
struct Constraint {
  std::string name;  // in a models document empty: any live constraint of equal definition is meant
  std::vector<std::string> columns;          // primary key, unique, foreign key
  Sparse<std::vector<std::string>> include;  // primary key, unique
  Interned expression;                       // check: SQL, without outer parentheses
  Sparse<Name> references;                   // foreign key: the table
  Sparse<std::vector<std::string>>
      referenced_columns;                              // in a models document empty: the target's primary key
  Sparse<std::vector<std::string>> on_delete_columns;  // SET NULL (a, b); PostgreSQL 15
  Interned method;                                     // exclusion: access method
  Sparse<std::vector<IndexElement>> elements;          // exclusion
  Interned where;                                      // exclusion: predicate
  Sparse<StorageParameters> options;                   // of the index behind it
  Interned tablespace;                                 // of the index behind it
  Sparse<Name>
      attached_to;  // on a partition: the parent's index that the one behind this constraint is attached to
  Interned comment;
  ConstraintType type{};
  ForeignKeyMatch match = ForeignKeyMatch::simple;
  ForeignKeyAction on_update = ForeignKeyAction::no_action;
  ForeignKeyAction on_delete = ForeignKeyAction::no_action;
  bool nulls_not_distinct = false;  // unique; PostgreSQL 15
  bool without_overlaps = false;    // primary key, unique: the last column; PostgreSQL 18
  bool no_inherit = false;          // check
  bool period = false;              // foreign key: the last column with PERIOD; PostgreSQL 18
  bool deferrable = false;
  bool initially_deferred = false;
  bool not_valid = false;         // foreign key, check
  bool not_enforced = false;      // foreign key, check; PostgreSQL 18
  bool inherited = false;         // comes from a parent alone: not written in this table's CREATE TABLE
  bool clustered = false;         // CLUSTER ON the index behind it
  bool replica_identity = false;  // REPLICA IDENTITY USING INDEX, of the index behind it
  bool only = false;              // key of a partitioned table: ON ONLY, not (yet) on all partitions

  bool operator==(const Constraint&) const = default;
  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("name", self.name);
    visit("type", self.type);
    visit("columns", self.columns);
    visit("include", self.include);
    visit("nulls_not_distinct", self.nulls_not_distinct);
    visit("without_overlaps", self.without_overlaps);
    visit("expression", self.expression);
    visit("no_inherit", self.no_inherit);
    visit("references", self.references);
    visit("referenced_columns", self.referenced_columns);
    visit("period", self.period);
    visit("match", self.match);
    visit("on_update", self.on_update);
    visit("on_delete", self.on_delete);
    visit("on_delete_columns", self.on_delete_columns);
    visit("method", self.method);
    visit("elements", self.elements);
    visit("where", self.where);
    visit("options", self.options);
    visit("tablespace", self.tablespace);
    visit("deferrable", self.deferrable);
    visit("initially_deferred", self.initially_deferred);
    visit("not_valid", self.not_valid);
    visit("not_enforced", self.not_enforced);
    visit("inherited", self.inherited);
    visit("clustered", self.clustered);
    visit("replica_identity", self.replica_identity);
    visit("only", self.only);
    visit("attached_to", self.attached_to);
    visit("comment", self.comment);
  }
};

}  // namespace migrate::catalog
