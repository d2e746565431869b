#include <algorithm>

#include "plan/planner.hpp"
#include "util/quote.hpp"

namespace migrate::plan {
namespace {

void create(Planner& planner, const catalog::ObjectId& id) {
  const catalog::Schema schema = *planner.after.schema(id.name.name);
  Action action;
  action.rank = Rank::schema;
  action.statement.sql = (planner.mode == Mode::build ? "CREATE SCHEMA IF NOT EXISTS " : "CREATE SCHEMA ") +
                         quote_identifier(schema.name);
  action.creates = {id};
  catalog::Schema bare = schema;
  bare.comment.clear();
  action.effect = [bare](catalog::Database& database) { put(database.schemas, bare); };
  planner.add(std::move(action));
  planner.comment(id, "", schema.comment, [schema](catalog::Database& database) {
    for (auto& each : database.schemas)
      if (each.name == schema.name) each.comment = schema.comment;
  });
}

void drop(Planner& planner, const catalog::ObjectId& id) {
  Action action;
  action.rank = Rank::drop_schema;
  action.statement.sql = "DROP SCHEMA " + quote_identifier(id.name.name);
  action.drops = {id};
  action.effect = [id](catalog::Database& database) {
    std::erase_if(database.schemas, [&](const auto& each) { return each.name == id.name.name; });
  };
  planner.add(std::move(action));
}

void alter(Planner& planner, const catalog::ObjectId& id, const std::vector<std::string>&) {
  const auto comment = planner.after.schema(id.name.name)->comment;
  planner.comment(id, planner.before.schema(id.name.name)->comment, comment,
                  [id, comment](catalog::Database& database) {
                    for (auto& each : database.schemas)
                      if (each.name == id.name.name) each.comment = comment;
                  });
}

void rename(Planner& planner, const diff::Rename& rename) {
  planner.add_rename(rename, "ALTER SCHEMA " + quote_identifier(rename.from.name.name) + " RENAME TO " +
                                 quote_identifier(rename.to.name.name));
}

}  // namespace

const KindPlanner schema_planner{create, drop, alter, rename};

}  // namespace migrate::plan
