// From changes to the ordered statements that carry them out.
#pragma once
#include <string>
#include <vector>

#include "catalog/database.hpp"
#include "diff/change.hpp"
#include "diff/rename.hpp"

namespace migrate::plan {

// Table locks, weakest first: https://www.postgresql.org/docs/current/explicit-locking.html
enum class Lock {
  none,
  access_share,
  row_exclusive,
  share_update_exclusive,
  share,
  share_row_exclusive,
  access_exclusive
};

struct Statement {
  std::string sql;                 // without semicolon; may be several lines
  std::vector<std::string> notes;  // comment lines above it, for the author and the reviewer
  std::string locks;               // the existing relation that it locks, as people name it; empty: none
  Lock lock = Lock::none;
  bool rewrites_table = false;
  bool scans_table = false;
  bool loses_data = false;
};

// How well a down part gives back what was there; none: there is no way back, and so no down part.
enum class Reversal { exact, rebuild, column_order_lost, data_lost, none };

struct Step {
  bool transactional = true;
  std::vector<Statement> statements;
  std::vector<std::string> notes;  // of a step without statements: why there is nothing to do
  // Keys of objects that are re-created: their owner, privileges, comment, label are put back. "OLD -> NEW"
  // for one that the step renames.
  std::vector<std::string> preserve;
};

struct Plan {
  std::vector<Step> steps;
  std::vector<std::string> summary;  // "creates table orders, index orders_placed_at_idx; locks nothing that
                                     // exists; loses nothing"
};

struct Options {
  int server_version = 150000;
  std::vector<diff::Rename> renames;  // settled ones, in order; `before` is the catalogue without them
};

// `before` + the plan = `after`. Throws Error(undecided) naming what is in the way if a kind that is not
// handled depends on what must be re-created.
Plan make_plan(const catalog::Database& before, const catalog::Database& after, const Options& options);

// A statement that builds a database from nothing, and the object that it is about.
struct BuildStatement {
  std::string sql;
  catalog::ObjectId object;
};

// The statements that build `database`, in an order that works: for scratch databases, `inspect --format sql`
// and tests.
std::vector<BuildStatement> build_statements(const catalog::Database& database, int server_version);

// The two parts of a script: the plan up, and the plan back from the predicted `after`, each down step
// undoing one up step.
struct Migration {
  Plan up;
  Plan down;                // steps in the order in which they run; none if `reversal` is none
  std::vector<int> undoes;  // for each down step: the number, from 1, of the up step that it undoes
  Reversal reversal = Reversal::exact;  // the worst of all
};
Migration make_migration(const catalog::Database& before, const catalog::Database& after,
                         const Options& options);

}  // namespace migrate::plan
