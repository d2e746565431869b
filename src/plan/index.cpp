#include <algorithm>

#include "catalog/fields.hpp"
#include "plan/fragments.hpp"
#include "plan/planner.hpp"
#include "plan/table_parts.hpp"
#include "plan/type_parts.hpp"
#include "plan/words.hpp"
#include "util/quote.hpp"

namespace migrate::plan {
namespace {

using catalog::Index;
using catalog::Table;

void on_table(const Planner& planner, const Table& table, Lock lock, Action& action) {
  if (!planner.in_use(table.name)) return;
  action.statement.lock = lock;
  action.statement.locks = table.name.text();
}

Effect put_index(const catalog::Name& table, Index index) {
  index.comment.clear();
  return [table, index](catalog::Database& database) {
    if (auto* into = catalog::indexes_on(database, table)) put(*into, index);
  };
}

// A materialized view takes its indexes along when it goes, and brings them when it is made.
bool goes_with_view(const Planner& planner, const Table& table) {
  const catalog::ObjectId view{catalog::Kind::materialized_view, table.name, ""};
  return planner.is_gone(view) || planner.is_made(view);
}

template <class Member>
Effect set_member(const catalog::Name& table, const Index& now, Member member) {
  return [table, name = now.name, value = now.*member, member](catalog::Database& database) {
    if (auto* into = catalog::indexes_on(database, table))
      for (auto& index : *into)
        if (index.name == name) index.*member = value;
  };
}

void comment_index(Planner& planner, const Table& table, const std::string& was, const Index& index) {
  planner.comment(index_id(table.name, index.name), was, index.comment,
                  set_member(table.name, index, &Index::comment));
}

// A column under the index changes, so that the old index cannot stay until the new one is there.
bool stands_on_change(const Planner& planner, const Table& table, const Index& index) {
  for (const auto& used : planner.used_before(index_id(table.name, index.name)))
    if (used.kind == catalog::Kind::composite_type && planner.fate(used) == Fate::altered &&
        loses_attributes(planner, used))
      return true;
  return std::any_of(table.columns.begin(), table.columns.end(), [&](const catalog::Column& column) {
    if (!relies_on(index, column.name)) return false;
    const auto id =
        deciding_column(planner, planner.after.table(table.name) == &table ? planner.after : planner.before,
                        table, column.name);
    const auto fields = planner.fields.find(id);
    const Fate fate = planner.fate(id);
    return fate == Fate::created || fate == Fate::dropped || fate == Fate::rebuilt ||
           (fate == Fate::altered && fields != planner.fields.end() &&
            std::count(fields->second.begin(), fields->second.end(), "type") > 0);
  });
}

bool built_aside(const Planner& planner, const Table& table, const Index& index) {
  const Table* old = planner.bearer(planner.before, {table.name.schema, index.name});
  return planner.online(table.name) && table.partition_key.empty() && index.attached_to.empty() &&
         planner.goes_with_whole.count(index_id(table.name, index.name)) == 0 &&
         planner.fate(index_id(table.name, index.name)) == Fate::rebuilt &&
         !stands_on_change(planner, table, index) && old && old->name == table.name &&
         !stands_on_change(planner, *old, *old->index(index.name));
}

void set_statistics(Planner& planner, const Table& table, const Index& was, const Index& now) {
  for (std::size_t n = 0; n < now.elements.size(); ++n) {
    const auto old = n < was.elements.size() ? was.elements[n].statistics : std::nullopt;
    if (old == now.elements[n].statistics) continue;
    Action action;
    on_table(planner, table, Lock::share_update_exclusive, action);
    action.rank = planner.in_use(table.name) ? Rank::index : Rank::table;
    action.statement.sql = "ALTER INDEX " + catalog::Name{table.name.schema, now.name}.sql() +
                           " ALTER COLUMN " + std::to_string(n + 1) + " SET STATISTICS " +
                           std::to_string(now.elements[n].statistics.value_or(-1));
    action.needs = {index_id(table.name, now.name)};
    action.effect = set_member(table.name, now, &Index::elements);
    planner.add(std::move(action));
  }
}

// The new one is built under another name while the old one still serves, and takes its name in the end.
void replace(Planner& planner, const Table& table, const Index& index) {
  const catalog::ObjectId id = index_id(table.name, index.name);
  Index aside = index;
  aside.name = planner.free_name(table.name, index.name, "_new");
  Action build;
  on_table(planner, table, Lock::share_update_exclusive, build);
  build.rank = Rank::index;
  build.alone = true;
  build.statement.sql = index_definition(index, table.name, aside.name, true);
  build.statement.scans_table = true;
  build.takes = {{table.name.schema, aside.name}};
  build.needs = needs_of(planner, table, index);
  build.effect = put_index(table.name, aside);
  planner.built_aside[id] = planner.add(std::move(build));

  Action swap;
  on_table(planner, table, Lock::share_update_exclusive, swap);
  swap.rank = Rank::index;
  swap.statement.sql = "ALTER INDEX " + catalog::Name{table.name.schema, aside.name}.sql() + " RENAME TO " +
                       quote_identifier(index.name);
  swap.creates = {id};
  swap.takes = {{table.name.schema, index.name}};
  swap.after = {planner.built_aside[id]};
  swap.renames = {{index_id(table.name, aside.name), id, "", ""}};
  swap.effect = [rename = swap.renames.front()](catalog::Database& database) {
    std::vector<diff::Rename> one{rename};
    database = renamed(std::move(database), one);
  };
  planner.add(std::move(swap));
}

}  // namespace

bool relies_on(const Index& index, const std::string& column) {
  return std::find(index.include.begin(), index.include.end(), column) != index.include.end() ||
         mentions_identifier(index.where, column) ||
         std::any_of(index.elements.begin(), index.elements.end(), [&](const catalog::IndexElement& element) {
           return element.column == column || mentions_identifier(element.expression, column);
         });
}

std::vector<catalog::ObjectId> needs_of(const Planner& planner, const Table& table, const Index& index) {
  const catalog::ObjectId view{catalog::Kind::materialized_view, table.name, ""};
  const bool on_view = catalog::contains(planner.before, view) || catalog::contains(planner.after, view);
  std::vector<catalog::ObjectId> needs{on_view ? view : table_id(table.name)};
  for (const auto& column : table.columns)
    if (relies_on(index, column.name)) needs.push_back(column_id(table.name, column.name));
  std::string texts = index.where;
  for (const auto& element : index.elements) texts += " " + element.expression;
  for (auto& id : planner.mentioned(texts)) needs.push_back(std::move(id));
  return needs;
}

void create_index(Planner& planner, const Table& table, const Index& wanted) {
  const catalog::ObjectId id = index_id(table.name, wanted.name);
  if (wanted.nulls_not_distinct) planner.require(150000, "NULLS NOT DISTINCT", id);
  const bool online = planner.online(table.name);
  Index index = wanted;
  index.valid = true;
  if (built_aside(planner, table, index)) {
    replace(planner, table, index);
  } else {
    const bool partitioned = !table.partition_key.empty();
    Index shape = index;
    shape.only = index.only || (partitioned && has_parts(planner, table, index.name));
    std::vector<catalog::ObjectId> children;
    if (partitioned) children = create_parts(planner, table, index.name);
    Action action;
    on_table(planner, table, online && !partitioned ? Lock::share_update_exclusive : Lock::share, action);
    action.rank = planner.in_use(table.name) ? Rank::index : Rank::table;
    action.alone = online && !partitioned;
    action.statement.sql = index_definition(shape, table.name, index.name, action.alone);
    action.statement.scans_table = planner.in_use(table.name) && !shape.only;
    if (index.unique && action.statement.scans_table)
      action.statement.notes = {"fails if rows of " + table.name.text() + " are not unique in it"};
    action.creates = {id};
    if (!index.name.empty()) action.takes = {{table.name.schema, index.name}};
    action.needs = needs_of(planner, table, index);
    action.needs.insert(action.needs.end(), children.begin(), children.end());
    if (index.only) {
      wait_for_partitions(planner, table, action);
      action.rank = Rank::index;
    }
    action.absorbs = children;
    if (!index.attached_to.empty() && online) action.transient = {id};
    Index made = shape;
    made.attached_to = {};
    made.clustered = false;
    made.replica_identity = false;
    for (auto& element : made.elements) element.statistics.reset();
    action.effect = put_index(table.name, made);
    planner.add(std::move(action));
    set_statistics(planner, table, made, index);
    if (!index.attached_to.empty())
      attach_part(planner, table, {table.name, index.name, false}, index.attached_to);
  }
  if (planner.fate(id) != Fate::rebuilt) planner.set_fate(id, Fate::created);
  comment_index(planner, table, "", index);
}

bool alters_in_place(const Index& was, const Index& now) {
  for (const auto& field : catalog::differing_fields(was, now)) {
    if (field == "elements") {
      auto a = was.elements, b = now.elements;
      for (auto* list : {&a, &b})
        for (auto& element : *list) element.statistics.reset();
      if (a == b) continue;
    }
    if (field != "options" && field != "tablespace" && field != "comment" && field != "clustered" &&
        field != "replica_identity" && !(field == "only" && was.only) &&
        !(field == "attached_to" && was.attached_to.empty()))
      return false;
  }
  return true;
}

namespace {

void create(Planner& planner, const catalog::ObjectId& id) {
  const Table& table = *planner.bearer(planner.after, id.name);
  if (goes_with_view(planner, table)) return;
  create_index(planner, table, *table.index(id.name.name));
}

void drop(Planner& planner, const catalog::ObjectId& id) {
  if (planner.goes_with_whole.count(id) > 0) return;
  const Table& table = *planner.bearer(planner.before, id.name);
  if (goes_with_view(planner, table)) return;
  const Index& index = *table.index(id.name.name);
  const bool with_column = stands_on_change(planner, table, index);
  const bool rebuilt = planner.fate(id) == Fate::rebuilt;
  Action action;
  action.alone = planner.online(table.name) && table.partition_key.empty() && index.attached_to.empty() &&
                 !with_column && (!rebuilt || built_aside(planner, table, index));
  on_table(planner, table, action.alone ? Lock::share_update_exclusive : Lock::access_exclusive, action);
  action.rank = rebuilt ? Rank::release : Rank::drop;
  action.statement.sql = std::string("DROP INDEX ") + (action.alone ? "CONCURRENTLY " : "") +
                         (planner.if_exists.count(id) > 0 ? "IF EXISTS " : "") + id.name.sql();
  action.about = id;
  action.drops = {id};
  action.creates = {without(id)};
  drop_while_detached(planner, table.name, id.name, action);
  action.frees = {id.name};
  action.releases = needs_of(planner, table, index);
  action.reversal = Reversal::rebuild;
  action.loss = id.text() + " is built again";
  const auto parts = droppable_parts(planner, id.name);
  for (const Part& part : parts) {
    action.drops.push_back(part.id());
    action.frees.push_back({part.table.schema, part.name});
  }
  action.effect = [name = table.name, index = index.name, parts](catalog::Database& database) {
    erase_parts(database, parts);
    if (auto* from = catalog::indexes_on(database, name))
      erase_if(*from, [&](const Index& each) { return each.name == index; });
  };
  planner.drop_actions[id] = planner.add(std::move(action));
}

void alter(Planner& planner, const catalog::ObjectId& id, const std::vector<std::string>&) {
  const Table& table = *planner.bearer(planner.after, id.name);
  if (goes_with_view(planner, table)) return;
  const Index& was = *planner.bearer(planner.before, id.name)->index(id.name.name);
  const Index& now = *table.index(id.name.name);
  const auto step = [&](const std::string& part, Lock lock, bool rewrites, const Effect& effect) {
    Action action;
    on_table(planner, table, lock, action);
    action.rank = Rank::index;
    action.statement.sql = "ALTER INDEX " + id.name.sql() + " " + part;
    action.statement.rewrites_table = rewrites;
    action.effect = effect;
    planner.add(std::move(action));
  };
  const ParameterChange change = parameter_change(was.options, now.options);
  for (const std::string& part : {change.set, change.reset})
    if (!part.empty())
      step(part, Lock::share_update_exclusive, false, set_member(table.name, now, &Index::options));
  if (was.tablespace != now.tablespace)
    step("SET TABLESPACE " + quote_identifier(now.tablespace.empty() ? "pg_default" : now.tablespace),
         Lock::access_exclusive, true, set_member(table.name, now, &Index::tablespace));
  set_statistics(planner, table, was, now);
  if (was.attached_to != now.attached_to && !now.attached_to.empty())
    attach_part(planner, table, {table.name, now.name, false}, now.attached_to);
  comment_index(planner, table, was.comment, now);
}

void rename(Planner& planner, const diff::Rename& rename) {
  planner.add_rename(rename, "ALTER INDEX ", rename.from.name, rename.to.name);
}

}  // namespace

const KindPlanner index_planner{create, drop, alter, rename};

}  // namespace migrate::plan
