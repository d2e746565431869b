// The words for a change; what a single field says is with its kind.
#include "diff/access.hpp"
#include "diff/kinds.hpp"
#include "util/error.hpp"
#include "util/quote.hpp"
#include "util/text.hpp"

namespace migrate::diff {
namespace {

using catalog::Kind;

// An index's id does not name its table. Most are called after it, so that the tables next before it in the
// order of names are looked at first.
const catalog::Index* find_index(const catalog::Database& database, const catalog::Name& name) {
  const auto& tables = database.tables;
  const auto less = [](const catalog::Name& wanted, const catalog::Table& each) {
    return wanted < each.name;
  };
  const auto after = std::upper_bound(tables.begin(), tables.end(), name, less);
  constexpr int most_tries = 8;
  int tries = 0;
  for (auto table = after; table != tables.begin() && tries < most_tries; ++tries) {
    --table;
    if (table->name.schema != name.schema) break;
    if (const auto* index = table->index(name.name)) return index;
  }
  for (const auto& table : tables)
    if (table.name.schema == name.schema)
      if (const auto* index = table.index(name.name)) return index;
  for (const auto& view : database.materialized_views)
    if (view.name.schema == name.schema)
      if (const auto* index = view.index(name.name)) return index;
  return nullptr;
}

const catalog::Column* find_column(const catalog::Database& database, const catalog::ObjectId& id) {
  const auto* table = database.table(id.name);
  return table ? table->column(id.member) : nullptr;
}

const catalog::Constraint* find_constraint(const catalog::Database& database, const catalog::ObjectId& id) {
  const auto* table = database.table(id.name);
  return table ? table->constraint(id.member) : nullptr;
}

template <class T>
std::string fields_of(const T* before, const T* after, const std::vector<std::string>& fields) {
  if (!before || !after) return join(fields, ", ");
  std::vector<std::string> parts;
  for (const auto& field : fields) {
    auto part = describe_field(*before, *after, field);
    if (std::find(parts.begin(), parts.end(), part) == parts.end()) parts.push_back(std::move(part));
  }
  return join(parts, ", ");
}

std::string describe_access(const Change& change, const catalog::Database& before,
                            const catalog::Database& after) {
  static const catalog::Access nothing;
  const auto* old = catalog::find_access(before, change.object);
  const auto* current = catalog::find_access(after, change.object);
  if (!old) old = &nothing;
  if (!current) current = &nothing;
  std::vector<std::string> parts;
  for (const auto& field : change.fields) {
    if (field == "owner") parts.push_back(from_to("owner", old->owner, current->owner));
    if (field == "grants") parts.push_back(describe(grant_changes(old->grants, current->grants)));
  }
  return join(parts, ", ");
}

std::string describe_fields(const Change& all, const catalog::Database& before,
                            const catalog::Database& after) {
  if (const auto access = describe_access(all, before, after); !access.empty()) {
    Change rest = all;
    std::erase_if(rest.fields,
                  [](const std::string& field) { return field == "owner" || field == "grants"; });
    return rest.fields.empty() ? access : describe_fields(rest, before, after) + ", " + access;
  }
  const Change& change = all;
  const auto& id = change.object;
  switch (id.kind) {
    case Kind::schema:
      return fields_of(before.schema(id.name.name), after.schema(id.name.name), change.fields);
    case Kind::enum_type:
      return fields_of(before.enum_type(id.name), after.enum_type(id.name), change.fields);
    case Kind::sequence:
      return fields_of(before.sequence(id.name), after.sequence(id.name), change.fields);
    case Kind::table:
      return fields_of(before.table(id.name), after.table(id.name), change.fields);
    case Kind::column:
      return fields_of(find_column(before, id), find_column(after, id), change.fields);
    case Kind::constraint:
      return fields_of(find_constraint(before, id), find_constraint(after, id), change.fields);
    case Kind::index:
      return fields_of(find_index(before, id.name), find_index(after, id.name), change.fields);
    case Kind::extension:
      return fields_of(before.extension(id.name.name), after.extension(id.name.name), change.fields);
    default:
      return join_with(change.fields, ", ", [&](const std::string& field) {
        return describe_definition_field(id, before, after, field);
      });
  }
}

// "primary key users.users_pkey" says more than "constraint users.users_pkey".
std::string named(const catalog::ObjectId& id, const catalog::Database& database) {
  if (id.kind != Kind::constraint) return id.text();
  const auto* constraint = find_constraint(database, id);
  if (!constraint) return id.text();
  return std::string(kind_of_constraint(constraint->type)) + " " + id.name.text() + "." +
         quote_identifier(id.member);
}

std::string new_name(const catalog::ObjectId& was, const catalog::ObjectId& now) {
  if (catalog::is_member(now.kind)) return quote_identifier(now.member);
  return was.name.schema == now.name.schema ? quote_identifier(now.name.name) : now.name.text();
}

}  // namespace

std::string describe(const Change& change, const catalog::Database& before, const catalog::Database& after) {
  switch (change.action) {
    case Action::create:
      return (change.object.kind == Kind::column || change.object.kind == Kind::constraint ? "adds "
                                                                                           : "creates ") +
             named(change.object, after);
    case Action::drop:
      return "drops " + named(change.object, before);
    case Action::rename:
      return "renames " + change.was.text() + " to " + new_name(change.was, change.object);
    case Action::alter:
      return "changes " + named(change.object, after) + ": " + describe_fields(change, before, after);
  }
  return {};
}

}  // namespace migrate::diff
