#include <algorithm>

#include "catalog/type_name.hpp"
#include "plan/type_parts.hpp"
#include "util/quote.hpp"
#include "util/text.hpp"

namespace migrate::plan {
namespace {

using catalog::Attribute;
using catalog::CompositeType;

std::string attribute_clause(const Attribute& attribute) {
  return quote_identifier(attribute.name) + " " + attribute.type +
         (attribute.collation.empty() ? "" : " COLLATE " + attribute.collation);
}

const Attribute* attribute_of(const CompositeType& type, const std::string& name) {
  const auto found = std::find_if(type.attributes.begin(), type.attributes.end(),
                                  [&](const Attribute& each) { return each.name == name; });
  return found == type.attributes.end() ? nullptr : &*found;
}

std::size_t comment_attribute(Planner& planner, const CompositeType& now, const Attribute& attribute) {
  return alter_definition(planner, now,
                          "COMMENT ON COLUMN " + now.name.sql() + "." + quote_identifier(attribute.name) +
                              " IS " +
                              (attribute.comment.empty() ? "NULL" : quote_literal(attribute.comment)));
}

void create(Planner& planner, const catalog::ObjectId& id) {
  const CompositeType& now = the<CompositeType>(planner.after, id);
  const std::string attributes =
      now.attributes.empty() ? "" : "\n  " + join_with(now.attributes, ",\n  ", attribute_clause) + "\n";
  create_type(planner, now, "CREATE TYPE " + now.name.sql() + " AS (" + attributes + ")");
  for (const auto& each : now.attributes)
    if (!each.comment.empty()) comment_attribute(planner, now, each);
  comment_definition(planner, now);
}

bool same_type(const Attribute& a, const Attribute& b) {
  return a.type == b.type && a.collation == b.collation;
}

bool alters_in_place(const Planner& planner, const catalog::ObjectId& id) {
  const CompositeType& was = the<CompositeType>(planner.before, id);
  const CompositeType& now = the<CompositeType>(planner.after, id);
  const bool same_form =
      was.attributes.size() == now.attributes.size() &&
      std::equal(was.attributes.begin(), was.attributes.end(), now.attributes.begin(),
                 [](const Attribute& a, const Attribute& b) { return a.name == b.name && same_type(a, b); });
  if (same_form) return true;
  // PostgreSQL changes no attribute's type while a column has the type: what is stored would have to change.
  const bool retyped = std::any_of(now.attributes.begin(), now.attributes.end(), [&](const Attribute& each) {
    const auto* old = attribute_of(was, each.name);
    return old && !same_type(*old, each);
  });
  if (retyped && is_stored(planner, id)) return false;
  // Those that stay keep their order, and what is new comes after them.
  std::size_t at = 0;
  for (const auto& each : was.attributes)
    if (attribute_of(now, each.name) && now.attributes[at++].name != each.name) return false;
  return true;
}

void alter(Planner& planner, const catalog::ObjectId& id, const std::vector<std::string>&) {
  const CompositeType& was = the<CompositeType>(planner.before, id);
  const CompositeType& now = the<CompositeType>(planner.after, id);
  std::vector<std::string> parts;
  const bool typed_tables = std::any_of(
      planner.before.dependencies.begin(), planner.before.dependencies.end(),
      [&](const auto& each) { return each.uses == id && each.object.kind == catalog::Kind::table; });
  const std::string cascade = typed_tables ? " CASCADE" : "";
  for (const auto& each : was.attributes)
    if (!attribute_of(now, each.name))
      parts.push_back("DROP ATTRIBUTE " + quote_identifier(each.name) + cascade);
  const bool drops = !parts.empty();
  for (const auto& each : now.attributes) {
    const auto* old = attribute_of(was, each.name);
    if (!old)
      parts.push_back("ADD ATTRIBUTE " + attribute_clause(each) + cascade);
    else if (!same_type(*old, each))
      parts.push_back("ALTER ATTRIBUTE " + quote_identifier(each.name) + " TYPE " + each.type +
                      (each.collation.empty() ? "" : " COLLATE " + each.collation) + cascade);
  }
  if (!parts.empty()) {
    Action& action = planner.action(
        alter_definition(planner, now, "ALTER TYPE " + now.name.sql() + " " + join(parts, ", ")));
    if (drops && (typed_tables || is_stored(planner, id))) {
      action.statement.loses_data = true;
      action.reversal = Reversal::data_lost;
      action.loss = "values of the dropped attributes of " + id.text() + " are not given back";
    }
    action.creates = {id};
    if (loses_attributes(planner, id)) action.drops = {id};
    action.needs.clear();
  }
  for (const auto& each : now.attributes) {
    const auto* old = attribute_of(was, each.name);
    if ((old ? old->comment : std::string()) != each.comment) comment_attribute(planner, now, each);
  }
  comment_definition(planner, now);
}

void rename(Planner& planner, const diff::Rename& rename) {
  if (rename.from_label.empty()) return rename_definition(planner, rename);
  const bool typed_tables =
      std::any_of(planner.before.tables.begin(), planner.before.tables.end(),
                  [&](const catalog::Table& each) { return each.of_type == rename.to.name; });
  planner.add_rename(rename, "ALTER TYPE " + rename.to.name.sql() + " RENAME ATTRIBUTE " +
                                 quote_identifier(rename.from_label) + " TO " +
                                 quote_identifier(rename.to_label) + (typed_tables ? " CASCADE" : ""));
}

}  // namespace

bool loses_attributes(const Planner& planner, const catalog::ObjectId& id) {
  const auto& now = the<CompositeType>(planner.after, id);
  const auto& attributes = the<CompositeType>(planner.before, id).attributes;
  return std::any_of(attributes.begin(), attributes.end(), [&](const Attribute& each) {
    const auto* there = attribute_of(now, each.name);
    return !there || !same_type(*there, each);
  });
}

void refuse_other_order(const Planner& planner, const catalog::Table& was, const catalog::Table& now) {
  std::vector<std::string> columns;
  const auto stays = [&](const std::string& column) {
    return now.column(column) && planner.fate(column_id(now.name, column)) != Fate::rebuilt;
  };
  for (const auto& column : was.columns)
    if (stays(column.name)) columns.push_back(column.name);
  for (const auto& column : now.columns)
    if (!was.column(column.name) || !stays(column.name)) columns.push_back(column.name);
  const bool same =
      std::equal(columns.begin(), columns.end(), now.columns.begin(), now.columns.end(),
                 [](const std::string& name, const catalog::Column& column) { return name == column.name; });
  if (same) return;
  throw Error(ExitCode::undecided,
              "table " + now.name.text() + " is of type " + now.of_type->text() +
                  ", and its columns cannot get the order that the attributes have",
              "take OF away from the table, or create a new one and copy the rows in a script of your own");
}

void alter_under_type(Planner& planner, const catalog::Table& was, const catalog::Table& now) {
  refuse_other_order(planner, was, now);
  const auto set_type = [&](const catalog::Name& type) {
    Action action;
    // Not the table: each of the two has to do with one form of the type alone.
    action.about = {catalog::Kind::table, now.name, "of " + type.name};
    action.statement.sql =
        "ALTER TABLE " + now.name.sql() + (type.empty() ? std::string(" NOT OF") : " OF " + type.sql());
    action.statement.lock = Lock::access_exclusive;
    action.statement.locks = now.name.text();
    action.needs = {table_id(now.name)};
    action.effect = [name = now.name, type](catalog::Database& database) {
      if (auto* table = database.table(name)) table->of_type = type;
    };
    return action;
  };
  const catalog::ObjectId type{catalog::Kind::composite_type, now.of_type, ""};
  Action off = set_type(catalog::Name());
  off.rank = Rank::release;
  off.releases = {type};
  const std::size_t number = planner.add(std::move(off));
  Action on = set_type(now.of_type);
  on.rank = Rank::drop_table;
  on.after = {number};
  on.needs.push_back(type);
  for (const auto& column : now.columns) on.needs.push_back(column_id(now.name, column.name));
  // What it must not have any more is dropped before.
  for (const auto& column : was.columns)
    if (!now.column(column.name)) on.creates.push_back(column_id(now.name, column.name));
  planner.add(std::move(on));
}

const KindPlanner composite_type_planner{create, drop_type, alter, rename, alters_in_place};

}  // namespace migrate::plan
