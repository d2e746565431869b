#include <algorithm>

#include "catalog/type_name.hpp"
#include "plan/cast.hpp"
#include "plan/definition.hpp"
#include "plan/fragments.hpp"
#include "plan/table_parts.hpp"
#include "util/quote.hpp"
#include "util/text.hpp"

namespace migrate::plan {
namespace {

using catalog::MaterializedView;
using catalog::ViewColumn;

constexpr int access_method_in_place = 150000;  // ALTER MATERIALIZED VIEW … SET ACCESS METHOD

// There is no OR REPLACE.
bool alters_in_place(const Planner& planner, const catalog::ObjectId& id) {
  const auto& was = the<MaterializedView>(planner.before, id);
  const auto& now = the<MaterializedView>(planner.after, id);
  if (differs(planner, id, "definition")) return false;
  if (differs(planner, id, "access_method") && planner.server_version < access_method_in_place) return false;
  return std::equal(was.columns.begin(), was.columns.end(), now.columns.begin(), now.columns.end(),
                    same_column);
}

// ALTER MATERIALIZED VIEW, with what it locks and rewrites.
void step(Planner& planner, const MaterializedView& now, const std::string& part, Lock lock, bool rewrites) {
  Action& action = planner.action(
      alter_definition(planner, now, "ALTER MATERIALIZED VIEW " + now.name.sql() + " " + part));
  if (!planner.in_use(now.name)) return;
  action.statement.lock = lock;
  action.statement.locks = now.name.text();
  action.statement.rewrites_table = rewrites;
}

void set_up_column(Planner& planner, const MaterializedView& view, const ViewColumn& was,
                   const ViewColumn& now) {
  const std::string head = "ALTER COLUMN " + quote_identifier(now.name) + " ";
  if (was.storage != now.storage) {
    std::string storage = now.storage.empty() ? default_storage(now.type) : now.storage;
    if (storage.empty()) storage = planner.server_version >= 160000 ? "default" : "extended";
    step(planner, view, head + "SET STORAGE " + storage, Lock::access_exclusive, false);
  }
  if (was.compression != now.compression) {
    planner.require(140000, "COMPRESSION", view.id());
    step(
        planner, view,
        head + "SET COMPRESSION " + (now.compression.empty() ? "DEFAULT" : quote_identifier(now.compression)),
        Lock::access_exclusive, false);
  }
  if (was.statistics != now.statistics)
    step(planner, view, head + "SET STATISTICS " + std::to_string(now.statistics.value_or(-1)),
         Lock::share_update_exclusive, false);
  const auto change = parameter_change(was.options, now.options);
  for (const auto& part : {change.set, change.reset})
    if (!part.empty()) step(planner, view, head + part, Lock::share_update_exclusive, false);
  if (was.comment != now.comment)
    alter_definition(planner, view,
                     "COMMENT ON COLUMN " + view.name.sql() + "." + quote_identifier(now.name) + " IS " +
                         (now.comment.empty() ? std::string("NULL") : quote_literal(now.comment)));
}

// `made`: it is made again, and only its comments are preserved.
void set_up_columns(Planner& planner, const MaterializedView* was, const MaterializedView& now, bool made) {
  for (const auto& column : now.columns) {
    ViewColumn before;
    if (was)
      for (const auto& each : was->columns) {
        if (each.name != column.name) continue;
        if (!made) before = each;
        before.comment = each.comment;
      }
    set_up_column(planner, now, before, column);
  }
}

void create(Planner& planner, const catalog::ObjectId& id) {
  const auto& now = the<MaterializedView>(planner.after, id);
  std::string sql = "CREATE MATERIALIZED VIEW " + now.name.sql();
  if (!now.access_method.empty()) sql += " USING " + quote_identifier(now.access_method);
  if (!now.options.empty()) sql += " WITH (" + parameters(now.options) + ")";
  if (!now.tablespace.empty()) sql += " TABLESPACE " + quote_identifier(now.tablespace);
  sql += " AS\n" + std::string(trim(now.definition));
  if (!now.populated) sql += "\nWITH NO DATA";
  Action& action = planner.action(create_definition(planner, now, sql));
  for (const auto& column : now.columns)
    action.needs.push_back(row_form(catalog::parse_type(column.type).name));
  set_up_columns(planner,
                 planner.fate(id) == Fate::rebuilt ? &the<MaterializedView>(planner.before, id) : nullptr,
                 now, true);
  comment_definition(planner, now);
  const auto bearer = catalog::bearer_of(now);
  for (const auto& index : bearer.indexes) create_index(planner, bearer, index);
}

void drop(Planner& planner, const catalog::ObjectId& id) {
  const auto& was = the<MaterializedView>(planner.before, id);
  const std::size_t number = planner.actions().size();
  drop_definition(planner, id);
  Action& action = planner.action(number);
  for (const auto& index : was.indexes) {
    const auto index_of = index_id(was.name, index.name);
    action.drops.push_back(index_of);
    action.frees.push_back(index_of.name);
  }
  for (const auto& column : was.columns)
    action.releases.push_back(old_row_form(catalog::parse_type(column.type).name));
  action.reversal = Reversal::rebuild;
  action.loss = id.text() + " is computed again";
}

void alter(Planner& planner, const catalog::ObjectId& id, const std::vector<std::string>&) {
  const auto& was = the<MaterializedView>(planner.before, id);
  const auto& now = the<MaterializedView>(planner.after, id);
  const auto options = parameter_change(was.options, now.options);
  for (const auto& part : {options.set, options.reset})
    if (!part.empty()) step(planner, now, part, Lock::share_update_exclusive, false);
  if (was.access_method != now.access_method)
    step(planner, now,
         "SET ACCESS METHOD " + quote_identifier(now.access_method.empty() ? "heap" : now.access_method),
         Lock::access_exclusive, true);
  if (was.tablespace != now.tablespace)
    step(planner, now,
         "SET TABLESPACE " + quote_identifier(now.tablespace.empty() ? "pg_default" : now.tablespace),
         Lock::access_exclusive, true);
  set_up_columns(planner, &was, now, false);
  if (was.populated != now.populated) {
    Action& action = planner.action(alter_definition(
        planner, now,
        "REFRESH MATERIALIZED VIEW " + now.name.sql() + (now.populated ? "" : " WITH NO DATA")));
    action.statement.lock = Lock::access_exclusive;
    action.statement.locks = now.name.text();
    action.statement.rewrites_table = true;
  }
  comment_definition(planner, now);
}

}  // namespace

const KindPlanner materialized_view_planner{create, drop, alter, rename_definition, alters_in_place};

}  // namespace migrate::plan
