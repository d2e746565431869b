#include "plan/type_parts.hpp"

#include <algorithm>

#include "catalog/type_name.hpp"
#include "util/error.hpp"
#include "util/quote.hpp"
#include "util/text.hpp"

namespace migrate::plan {

std::string base_type(const catalog::Database& database, const std::string& type) {
  auto name = catalog::parse_type(type);
  int dimensions = 0;
  for (;;) {
    if (name.name.schema.empty() && !name.builtin) name.name.schema = "public";
    const auto* domain =
        name.builtin ? nullptr : database.find<catalog::Domain>({catalog::Kind::domain, name.name, ""});
    if (!domain) break;
    dimensions = std::max(dimensions, name.dimensions);
    name = catalog::parse_type(domain->type);
  }
  if (dimensions == 0 && name.sql() == catalog::parse_type(type).sql()) return type;
  name.dimensions = std::max(name.dimensions, dimensions);
  return name.sql();
}

bool is_type(catalog::Kind kind) {
  return kind == catalog::Kind::enum_type || kind == catalog::Kind::domain ||
         kind == catalog::Kind::composite_type || kind == catalog::Kind::range_type;
}

catalog::ObjectId type_id(catalog::Kind kind, const catalog::Name& name) { return {kind, name, ""}; }

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

Conversion recomposed(const Planner& planner, const std::string& column, const catalog::CompositeType& was,
                      const catalog::CompositeType& now, const std::string& type) {
  if (catalog::parse_type(type).dimensions > 0)
    throw Error(ExitCode::undecided,
                now.id().text() + " must be made again, and column " + column + " has arrays of it",
                "move the values of " + column + " to another column in a script of your own first");
  Conversion out;
  out.may_fail = true;
  out.lossy = std::any_of(was.attributes.begin(), was.attributes.end(), [&](const auto& old) {
    return std::none_of(now.attributes.begin(), now.attributes.end(),
                        [&](const auto& each) { return each.name == old.name; });
  });
  std::vector<std::string> values;
  for (const auto& attribute : now.attributes) {
    const auto old = std::find_if(was.attributes.begin(), was.attributes.end(),
                                  [&](const auto& each) { return each.name == attribute.name; });
    if (old == was.attributes.end()) {
      values.emplace_back("NULL");
      continue;
    }
    const std::string value = "(" + column + ")." + quote_identifier(attribute.name);
    const auto how =
        conversion(value, base_type(planner.before, old->type), base_type(planner.after, attribute.type));
    out.lossy |= how.lossy;
    values.push_back(how.using_expression.empty() ? value : how.using_expression);
  }
  out.using_expression =
      "CASE WHEN " + column + " IS DISTINCT FROM NULL THEN ROW(" + join(values, ", ") + ")::" + type + " END";
  return out;
}

}  // namespace migrate::plan
