// The models against a live catalogue: what would have to change, and what is left alone.
#pragma once
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "catalog/database.hpp"
#include "diff/change.hpp"
#include "diff/rename.hpp"
#include "diff/resolve.hpp"
#include "model/document.hpp"

namespace migrate::autogenerate {

struct CompareOptions {
  std::set<catalog::ObjectId> owned;
  std::vector<std::string> include, exclude;  // patterns over names: "public.audit_*"; exclude wins
  std::vector<std::string> renames;           // --rename users.nick=handle, --rename users=people
  bool no_renames = false;                    // a likely rename is what it looks like: a drop and an add
  std::vector<std::string> drop;              // --drop NAME: an object that is unmanaged, by key() or by name
  bool drop_unmanaged = false;
  bool keep_partitions = false;             // not those of a declared parent: whoever makes them keeps them
  bool owners = false, privileges = false;  // are compared
  bool identities = true;                   // Comparison::declared is wanted
  std::function<bool(const diff::Rename&)> ask;  // on a terminal; empty: a likely rename stops the command
};

struct Comparison {
  catalog::Database live;                   // as it is
  catalog::Database before;                 // as it is after the renames
  catalog::Database target;                 // what the models ask for, and what is left alone
  std::vector<diff::Rename> renames;        // settled, in order
  std::vector<diff::Change> changes;        // from `before` to `target`; renames are not among them
  std::vector<catalog::ObjectId> declared;  // what the models name, under its final name: Identities::objects
  std::vector<catalog::ObjectId> unverified;
  std::vector<catalog::ObjectId> unmanaged;  // in the database, not in the models, not of this history
  bool empty() const { return changes.empty() && renames.empty() && unverified.empty(); }
};

// Throws Error(undecided) for likely renames that nobody settled, Error(usage) for a --rename or --drop that
// names nothing.
Comparison compare(const model::Document& models, catalog::Database live, const CompareOptions& options,
                   const diff::Canonicalize& canonicalize);

// The schemas to introspect: as configured, else those that the models name.
std::vector<std::string> schemas_in_view(const std::vector<std::string>& configured,
                                         const catalog::Database& models,
                                         const std::vector<std::string>& search_path);

}  // namespace migrate::autogenerate
