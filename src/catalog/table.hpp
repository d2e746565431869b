#pragma once
#include <string>
#include <vector>

#include "catalog/column.hpp"
#include "catalog/constraint.hpp"
#include "catalog/index.hpp"
#include "catalog/object_id.hpp"
#include "util/shared_vector.hpp"

namespace migrate::catalog {

// A table: ordinary, partitioned, a partition, or a child by inheritance.
struct Table {
  Name name;
  bool unlogged = false;
  SharedVector<Column> columns;          // in order of attnum
  SharedVector<Constraint> constraints;  // by name
  SharedVector<Index> indexes;           // by name
  Sparse<StorageParameters> options;     // WITH (…)
  Interned tablespace;                   // empty: the database's default
  Interned access_method;                // empty: heap
  Interned partition_key;                // "RANGE (created_at)"; empty: not partitioned
  std::vector<Name> inherits;            // parents, in order; not for a partition
  Sparse<Name> partition_of;             // the parent of a partition
  Interned partition_bound;              // "FOR VALUES FROM (1) TO (9)", "DEFAULT"
  bool row_security = false, force_row_security = false;
  Sparse<Name> of_type;       // OF: the composite type that gives the columns; they are listed, too
  Interned replica_identity;  // full, nothing; empty: the primary key, or the index that says so
  Interned comment;

  bool operator==(const Table&) const = default;
  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("name", self.name);
    visit("unlogged", self.unlogged);
    visit("columns", self.columns);
    visit("constraints", self.constraints);
    visit("indexes", self.indexes);
    visit("options", self.options);
    visit("tablespace", self.tablespace);
    visit("access_method", self.access_method);
    visit("partition_key", self.partition_key);
    visit("inherits", self.inherits);
    visit("partition_of", self.partition_of);
    visit("partition_bound", self.partition_bound);
    visit("row_security", self.row_security);
    visit("force_row_security", self.force_row_security);
    visit("of_type", self.of_type);
    visit("replica_identity", self.replica_identity);
    visit("comment", self.comment);
  }

  const Column* column(const std::string& column_name) const;
  Column* column(const std::string& column_name);
  const Constraint* constraint(const std::string& constraint_name) const;
  Constraint* constraint(const std::string& constraint_name);
  const Index* index(const std::string& index_name) const;
  Index* index(const std::string& index_name);
  const Constraint* primary_key() const;
  bool is_child_of(const Name& parent) const;  // by inheritance, or as a partition
  std::vector<Name> parents() const;           // likewise
};

// The keys and unique indexes of `target` on which a foreign key to it may stand; Dependency says on which of
// several it does.
std::vector<ObjectId> referable_keys(const Table& target, const Constraint& foreign_key);

}  // namespace migrate::catalog
