#include "plan/type_parts.hpp"

#include <algorithm>

#include "catalog/type_name.hpp"
#include "plan/column_parts.hpp"
#include "util/error.hpp"
#include "util/quote.hpp"
#include "util/text.hpp"

namespace migrate::plan {

std::string base_type(const catalog::Database& database, const std::string& type) {
  auto name = catalog::parse_type_in_public(type);
  int dimensions = 0;
  for (;;) {
    const auto* domain =
        name.builtin ? nullptr : database.find<catalog::Domain>({catalog::Kind::domain, name.name, ""});
    if (!domain) break;
    dimensions = std::max(dimensions, name.dimensions);
    name = catalog::parse_type_in_public(domain->type);
  }
  if (dimensions == 0 && name.sql() == catalog::parse_type(type).sql()) return type;
  name.dimensions = std::max(name.dimensions, dimensions);
  return name.sql();
}

bool is_type(catalog::Kind kind) {
  return kind == catalog::Kind::enum_type || kind == catalog::Kind::domain ||
         kind == catalog::Kind::composite_type || kind == catalog::Kind::range_type;
}

const catalog::RangeType* range_made_canonical(const catalog::Database& database,
                                               const catalog::ObjectId& routine) {
  const auto found = std::find_if(
      database.range_types.begin(), database.range_types.end(), [&](const catalog::RangeType& each) {
        return each.canonical == routine.name.sql() && each.name.sql() == routine.member;
      });
  return catalog::is_routine(routine.kind) && found != database.range_types.end() ? &*found : nullptr;
}

catalog::ObjectId shell_of(const catalog::RangeType& range) {
  return {catalog::Kind::range_type, range.name, "shell"};
}

catalog::ObjectId type_id(catalog::Kind kind, const catalog::Name& name) { return {kind, name, ""}; }

namespace {

// `what` of each column's type that is this one, or an array of it, and of the relation that stores it.
template <class What>
bool any_column(const Planner& planner, const catalog::Name& type, const What& what) {
  const auto has_one = [&](const auto& relation) {
    return std::any_of(relation.columns.begin(), relation.columns.end(), [&](const auto& column) {
      const auto stored = catalog::parse_type_in_public(column.type);
      return stored.name == type && what(relation.name, stored);
    });
  };
  const auto& before = planner.before;
  return std::any_of(before.tables.begin(), before.tables.end(), has_one) ||
         std::any_of(before.materialized_views.begin(), before.materialized_views.end(), has_one);
}

// `what` of each type that is made of this one.
template <class What>
bool any_type_of(const Planner& planner, const catalog::ObjectId& id, const What& what) {
  return std::any_of(
      planner.before.dependencies.begin(), planner.before.dependencies.end(), [&](const auto& each) {
        return each.uses == id && is_type(each.object.kind) && each.object != id && what(each.object);
      });
}

}  // namespace

bool is_stored(const Planner& planner, const catalog::ObjectId& id) {
  return any_column(planner, id.name, [](const auto&, const auto&) { return true; }) ||
         any_type_of(planner, id, [&](const auto& type) { return is_stored(planner, type); });
}

bool is_stored_within(const Planner& planner, const catalog::ObjectId& domain) {
  const auto within_column = [&](const catalog::Name& relation, const catalog::TypeName& type) {
    return type.dimensions > 0 || is_stored(planner, table_id(relation));
  };
  const auto within_type = [&](const catalog::ObjectId& type) {
    const auto* over = planner.before.find<catalog::Domain>(type);
    return over && catalog::parse_type(over->type).dimensions == 0 ? is_stored_within(planner, type)
                                                                   : is_stored(planner, type);
  };
  return any_column(planner, domain.name, within_column) || any_type_of(planner, domain, within_type);
}

void drop_type(Planner& planner, const catalog::ObjectId& id) {
  const auto aside = planner.old_types.find(id.name);
  if (planner.fate(id) != Fate::rebuilt || aside == planner.old_types.end())
    return drop_definition(planner, id);
  Action action;
  action.rank = Rank::type;
  action.statement.sql = "ALTER " + std::string(catalog::sql_kind(id.kind)) + " " + id.sql() + " RENAME TO " +
                         quote_identifier(aside->second.name);
  action.drops = {id};
  action.effect = [](catalog::Database&) {};
  planner.add(std::move(action));
}

void drop_old_type(Planner& planner, const catalog::ObjectId& id, std::size_t made) {
  const auto aside = planner.old_types.find(id.name);
  if (planner.fate(id) != Fate::rebuilt || aside == planner.old_types.end()) return;
  const catalog::ObjectId old{id.kind, aside->second, ""};
  planner.action(made).reversal = Reversal::rebuild;
  planner.action(made).loss = id.text() + " is replaced again";
  Action forget;
  forget.rank = Rank::drop_type;
  forget.statement.sql = "DROP " + std::string(catalog::sql_kind(id.kind)) + " " + old.sql();
  forget.drops = {old};
  forget.releases = planner.used_before(id);
  forget.after = {made};
  forget.effect = [](catalog::Database&) {};
  planner.add(std::move(forget));
}

namespace {

// The attribute of the old type that becomes this one: the one of its name, and of another type of the same
// shape the one in its place.
const catalog::Attribute* origin_of(const catalog::CompositeType& was, const catalog::CompositeType& now,
                                    std::size_t at, bool by_place) {
  if (by_place) return &was.attributes[at];
  const auto old = std::find_if(was.attributes.begin(), was.attributes.end(),
                                [&](const auto& each) { return each.name == now.attributes[at].name; });
  return old == was.attributes.end() ? nullptr : &*old;
}

template <class Same>
bool match(const catalog::CompositeType& was, const catalog::CompositeType& now, const Same& same) {
  return std::equal(was.attributes.begin(), was.attributes.end(), now.attributes.begin(),
                    now.attributes.end(), same);
}

}  // namespace

Conversion recomposed(const Planner& planner, const std::string& column, const catalog::CompositeType& was,
                      const catalog::CompositeType& now, const std::string& type) {
  const bool by_place =
      was.name != now.name && match(was, now, [](const auto& a, const auto& b) { return a.type == b.type; });
  const bool in_order =
      by_place || match(was, now, [](const auto& a, const auto& b) { return a.name == b.name; });
  const bool array = catalog::parse_type(type).dimensions > 0;
  if (array && !in_order)
    throw Error(ExitCode::undecided,
                was.name == now.name
                    ? now.id().text() + " must be made again with other attributes, and column " + column +
                          " has arrays of it"
                    : "column " + column + " has arrays of " + was.id().text() + ", which become arrays of " +
                          now.id().text() + " with other attributes",
                "move the values of " + column + " to another column in a script of your own first");
  Conversion out;
  out.may_fail = true;
  std::vector<std::string> values;
  std::size_t kept = 0;
  for (std::size_t at = 0; at < now.attributes.size(); ++at) {
    const auto* old = origin_of(was, now, at, by_place);
    if (!old) {
      values.emplace_back("NULL");
      continue;
    }
    ++kept;
    const std::string value = "(" + column + ")." + quote_identifier(old->name);
    const std::string& wanted = now.attributes[at].type;
    if (old->type == wanted && planner.old_types.count(catalog::parse_type(wanted).name) == 0) {
      values.push_back(value);
      continue;
    }
    const auto how = conversion_of(planner, value, old->type, wanted);
    out.lossy |= how.lossy;
    values.push_back(how.using_expression.empty() ? value : how.using_expression);
  }
  if (kept == 0 && !was.attributes.empty())
    throw Error(ExitCode::undecided,
                "column " + column + " changes from " + was.id().text() + " to " + now.id().text() +
                    ", which has none of its attributes",
                "move the values of " + column + " to another column in a script of your own first");
  out.lossy |= kept < was.attributes.size();
  // An array's elements cannot be taken apart here, but written out they fit.
  out.using_expression = array ? column + "::text::" + type
                               : "CASE WHEN " + column + " IS DISTINCT FROM NULL THEN ROW(" +
                                     join(values, ", ") + ")::" + type + " END";
  return out;
}

}  // namespace migrate::plan
