// What the database has and the models lack: dropped, or copied into the target so that nothing is done to
// it.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "catalog/database.hpp"

namespace migrate::autogenerate {

// [autogenerate] include and exclude: patterns with * and ? over "schema.name"; a pattern without a dot is
// about any schema.
class Filter {
 public:
  Filter(std::vector<std::string> include, std::vector<std::string> exclude);
  bool in_view(const catalog::ObjectId& id) const;  // what lives inside a table goes with the table
  void remove_from(catalog::Database& models) const;

 private:
  std::vector<std::string> include_, exclude_;
};

// The tables in which Alembic, Flyway, Liquibase and others keep their versions, by name: never proposed to
// be dropped.
bool is_foreign_bookkeeping(const catalog::ObjectId& id);
// The same, and the sequences of such tables' columns.
bool is_foreign_bookkeeping(const catalog::ObjectId& id, const catalog::Database& database);
// Takes the tables out for which `which` holds, with their sequences. Returns their names.
std::vector<catalog::Name> leave_out_foreign_bookkeeping(
    catalog::Database& database, const std::function<bool(const catalog::Name&)>& which);

enum class Fate {
  dropped,
  unmanaged,   // left alone, and said so
  left_alone,  // outside of what was asked for: nothing is said
};

// Copies into `target` whatever of `before` it lacks and `fate` does not drop. Returns what is unmanaged.
// What cannot stay because the column or table that it stands on goes is left out, as PostgreSQL would drop
// it with them; a foreign key of an unmanaged table that points at something that goes throws
// Error(undecided).
std::vector<catalog::ObjectId> keep_unmanaged(catalog::Database& target, const catalog::Database& before,
                                              const std::function<Fate(const catalog::ObjectId&)>& fate);

}  // namespace migrate::autogenerate
