#include <algorithm>

#include "plan/definition.hpp"
#include "plan/fragments.hpp"
#include "util/quote.hpp"
#include "util/text.hpp"

namespace migrate::plan {
namespace {

using catalog::View;
using catalog::ViewColumn;

std::string create_sql(const View& view, const char* head) {
  const std::string options = view.options.empty() ? "" : " WITH (" + parameters(view.options) + ")";
  return head + view.name.sql() + options + " AS\n" + std::string(trim(view.definition));
}

const ViewColumn* column_of(const View* view, const std::string& name) {
  if (!view) return nullptr;
  const auto found = std::find_if(view->columns.begin(), view->columns.end(),
                                  [&](const ViewColumn& each) { return each.name == name; });
  return found == view->columns.end() ? nullptr : &*found;
}

// Defaults and comments of the columns, where they are not those of `was`. When it is made again its comments
// are preserved: those of `commented` must be taken off.
void set_up_columns(Planner& planner, const View* was, const View* commented, const View& now) {
  for (const auto& column : now.columns) {
    const auto* old = column_of(was, column.name);
    const std::string target = now.name.sql() + "." + quote_identifier(column.name);
    if (const std::string had = old ? old->default_value : ""; had != column.default_value)
      alter_definition(
          planner, now,
          "ALTER VIEW " + now.name.sql() + " ALTER COLUMN " + quote_identifier(column.name) +
              (column.default_value.empty() ? " DROP DEFAULT" : " SET DEFAULT " + column.default_value));
    const auto* noted = column_of(commented, column.name);
    if (const std::string had = noted ? noted->comment : ""; had != column.comment)
      alter_definition(planner, now,
                       "COMMENT ON COLUMN " + target + " IS " +
                           (column.comment.empty() ? std::string("NULL") : quote_literal(column.comment)));
  }
}

void create(Planner& planner, const catalog::ObjectId& id) {
  const View& now = the<View>(planner.after, id);
  create_definition(planner, now, create_sql(now, "CREATE VIEW "));
  set_up_columns(planner, nullptr,
                 planner.fate(id) == Fate::rebuilt ? &the<View>(planner.before, id) : nullptr, now);
  comment_definition(planner, now);
}

// CREATE OR REPLACE VIEW keeps names, types and order of the columns, and takes more at the end.
bool alters_in_place(const Planner& planner, const catalog::ObjectId& id) {
  const View& was = the<View>(planner.before, id);
  const View& now = the<View>(planner.after, id);
  if (now.columns.size() < was.columns.size()) return false;
  if (!differs(planner, id, "definition") && now.columns.size() != was.columns.size()) return false;
  return std::equal(was.columns.begin(), was.columns.end(), now.columns.begin(), same_column);
}

void alter(Planner& planner, const catalog::ObjectId& id, const std::vector<std::string>&) {
  const View& was = the<View>(planner.before, id);
  const View& now = the<View>(planner.after, id);
  if (differs(planner, id, "definition"))
    replace_definition(planner, now, create_sql(now, "CREATE OR REPLACE VIEW "));
  const auto options = parameter_change(was.options, now.options);
  if (!differs(planner, id, "definition"))
    for (const auto& sql : {options.set, options.reset})
      if (!sql.empty()) alter_definition(planner, now, "ALTER VIEW " + now.name.sql() + " " + sql);
  set_up_columns(planner, &was, &was, now);
  comment_definition(planner, now);
}

}  // namespace

const KindPlanner view_planner{create, drop_definition, alter, rename_definition, alters_in_place};

}  // namespace migrate::plan
