#include <map>
#include <utility>

#include "plan/planner.hpp"
#include "util/text.hpp"

namespace migrate::plan {
namespace {

// "table a, b, column c.d": objects of a kind share its word.
std::string listed(const std::vector<catalog::ObjectId>& objects) {
  std::string out;
  std::string_view kind;
  for (const auto& id : objects) {
    if (!out.empty()) out += ", ";
    if (catalog::kind_name(id.kind) != kind) {
      kind = catalog::kind_name(id.kind);
      out += id.text();
    } else {
      out += id.text().substr(kind.size() + 1);
    }
  }
  return out;
}

}  // namespace

std::string_view lock_name(Lock lock) {
  switch (lock) {
    case Lock::none:
      return "";
    case Lock::access_share:
      return "ACCESS SHARE";
    case Lock::row_exclusive:
      return "ROW EXCLUSIVE";
    case Lock::share_update_exclusive:
      return "SHARE UPDATE EXCLUSIVE";
    case Lock::share:
      return "SHARE";
    case Lock::share_row_exclusive:
      return "SHARE ROW EXCLUSIVE";
    case Lock::access_exclusive:
      return "ACCESS EXCLUSIVE";
  }
  return "";
}

std::vector<std::string> summary_of(const PlannedSteps& planned, const std::vector<Step>& steps,
                                    const catalog::Database& after,
                                    const std::vector<diff::Rename>& renames) {
  std::vector<std::string> lines;
  if (!renames.empty()) lines.push_back("renames " + join_with(renames, ", ", describe));
  std::vector<catalog::ObjectId> created, changed, dropped;
  for (const auto& change : planned.changes) {
    auto& list = change.action == diff::Action::create ? created
                 : change.action == diff::Action::drop ? dropped
                                                       : changed;
    list.push_back(change.object);
    if (change.action != diff::Action::create || change.object.kind != catalog::Kind::table) continue;
    if (const auto* table = after.table(change.object.name))
      for (const auto& index : table->indexes) created.push_back(index_id(table->name, index.name));
  }
  if (!created.empty()) lines.push_back("creates " + listed(created));
  if (!changed.empty()) lines.push_back("changes " + listed(changed));
  if (!dropped.empty()) lines.push_back("drops " + listed(dropped));

  struct Held {
    Lock lock = Lock::none;
    bool scans = false, rewrites = false;
  };
  std::map<std::string, Held> held;
  bool loses = false;
  for (const Step& step : steps)
    for (const Statement& statement : step.statements) {
      loses |= statement.loses_data;
      if (statement.locks.empty()) continue;
      Held& each = held[statement.locks];
      each.lock = std::max(each.lock, statement.lock);
      each.scans |= statement.scans_table && statement.lock >= Lock::share;
      each.rewrites |= statement.rewrites_table;
    }
  if (held.empty())
    lines.emplace_back("locks nothing that exists");
  else
    lines.push_back("locks " + join_with(held, ", ", [](const auto& entry) {
                      const Held& each = entry.second;
                      return entry.first + " (" + std::string(lock_name(each.lock)) +
                             (each.rewrites ? ", rewrites it"
                              : each.scans  ? ", reads all of it"
                                            : "") +
                             ")";
                    }));
  lines.emplace_back(loses ? "loses data" : "loses nothing");
  return lines;
}

}  // namespace migrate::plan
