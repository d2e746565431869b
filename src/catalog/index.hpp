#pragma once
#include <optional>
#include <string>
#include <vector>

#include "catalog/column.hpp"
#include "catalog/object_id.hpp"
#include "util/interned.hpp"
#include "util/sparse.hpp"

namespace migrate::catalog {

// One key of an index or of an exclusion constraint: a column or an expression, never both.
struct IndexElement {
  Interned column;      // its name, unquoted
  Interned expression;  // SQL, without outer parentheses
  Interned collation;   // quoted and qualified; empty: the column's own
  Interned opclass;     // quoted and qualified unless in pg_catalog; empty: the default of type and method
  Sparse<StorageParameters> opclass_options;
  bool descending = false;
  std::optional<bool> nulls_first;  // absent: as the direction has it (first for DESC, last for ASC)
  Interned exclusion_operator;      // only in an exclusion constraint: "&&", "OPERATOR(public.=)"
  std::optional<int> statistics;    // target of an expression key

  bool operator==(const IndexElement&) const = default;
  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("column", self.column);
    visit("expression", self.expression);
    visit("collation", self.collation);
    visit("opclass", self.opclass);
    visit("opclass_options", self.opclass_options);
    visit("descending", self.descending);
    visit("nulls_first", self.nulls_first);
    visit("exclusion_operator", self.exclusion_operator);
    visit("statistics", self.statistics);
  }
};

// An index that no constraint owns. It lives in its table's schema.
struct Index {
  std::string name;  // in a models document empty: any live index of equal definition is meant
  Interned method = "btree";
  std::vector<IndexElement> elements;
  Sparse<std::vector<std::string>> include;  // columns
  Interned where;                            // SQL, without outer parentheses
  Sparse<StorageParameters> options;         // WITH (…)
  Interned tablespace;
  Sparse<Name> attached_to;  // on a partition: the parent's index it is attached to
  Interned comment;
  bool unique = false;
  bool nulls_not_distinct = false;  // PostgreSQL 15
  bool valid = true;                // false: left over from a failed CONCURRENTLY; models never say false
  bool clustered = false;           // CLUSTER ON: at most one of a table
  bool replica_identity = false;    // REPLICA IDENTITY USING INDEX: at most one of a table
  bool only = false;                // on a partitioned table: ON ONLY, not (yet) on all partitions

  bool operator==(const Index&) const = default;
  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("name", self.name);
    visit("unique", self.unique);
    visit("nulls_not_distinct", self.nulls_not_distinct);
    visit("method", self.method);
    visit("elements", self.elements);
    visit("include", self.include);
    visit("where", self.where);
    visit("options", self.options);
    visit("tablespace", self.tablespace);
    visit("valid", self.valid);
    visit("clustered", self.clustered);
    visit("replica_identity", self.replica_identity);
    visit("only", self.only);
    visit("attached_to", self.attached_to);
    visit("comment", self.comment);
  }
};

}  // namespace migrate::catalog
