#include <algorithm>

#include "plan/planner.hpp"
#include "util/error.hpp"
#include "util/quote.hpp"

namespace migrate::plan {
namespace {

const catalog::Extension& find(const catalog::Database& database, const catalog::ObjectId& id) {
  return *std::find_if(database.extensions.begin(), database.extensions.end(),
                       [&](const catalog::Extension& each) { return each.name == id.name.name; });
}

void comment(Planner& planner, const std::string& was, const catalog::Extension& now) {
  const auto shown = [&](const std::string& text) { return text.empty() ? now.usual_comment : text; };
  planner.comment({catalog::Kind::extension, {"", now.name}, ""}, shown(was), shown(now.comment),
                  [now](catalog::Database& database) {
                    for (auto& each : database.extensions)
                      if (each.name == now.name) each.comment = now.comment;
                  });
}

// IF NOT EXISTS: another role may have to install it beforehand.
void create(Planner& planner, const catalog::ObjectId& id) {
  const catalog::Extension extension = find(planner.after, id);
  Action action;
  action.rank = Rank::extension;
  action.statement.sql = "CREATE EXTENSION IF NOT EXISTS " + quote_identifier(extension.name);
  if (!extension.schema.empty()) {
    action.statement.sql += " WITH SCHEMA " + quote_identifier(extension.schema);
    action.needs = {schema_id(extension.schema)};
  }
  if (!extension.version.empty() && planner.mode == Mode::online)
    action.statement.sql += " VERSION " + quote_literal(extension.version);
  action.creates = {id};
  catalog::Extension bare = extension;
  bare.comment.clear();
  action.effect = [bare](catalog::Database& database) { put(database.extensions, bare); };
  planner.add(std::move(action));
  comment(planner, "", extension);
}

void drop(Planner& planner, const catalog::ObjectId& id) {
  const catalog::Extension extension = find(planner.before, id);
  Action action;
  action.rank = Rank::drop_extension;
  action.statement.sql = "DROP EXTENSION " + quote_identifier(id.name.name);
  action.drops = {id};
  if (!extension.schema.empty()) action.releases = {schema_id(extension.schema)};
  action.effect = [id](catalog::Database& database) {
    std::erase_if(database.extensions, [&](const auto& each) { return each.name == id.name.name; });
  };
  planner.add(std::move(action));
}

void alter(Planner& planner, const catalog::ObjectId& id, const std::vector<std::string>& fields) {
  const catalog::Extension extension = find(planner.after, id);
  const std::string head = "ALTER EXTENSION " + quote_identifier(extension.name);
  for (const auto& field : fields) {
    if (field == "comment") {
      comment(planner, find(planner.before, id).comment, extension);
      continue;
    }
    Action action;
    action.rank = Rank::extension;
    if (field == "schema") {
      action.statement.sql = head + " SET SCHEMA " + quote_identifier(extension.schema);
      action.needs = {schema_id(extension.schema)};
      action.releases = {schema_id(find(planner.before, id).schema)};
    } else {
      action.statement.sql = head + " UPDATE TO " + quote_literal(extension.version);
      action.statement.notes = {"the extension must bring an update path between the two versions"};
      action.reversal = Reversal::none;
      action.loss = extension.name + " cannot go back from version " + extension.version + " to " +
                    find(planner.before, id).version +
                    ": PostgreSQL knows no way, unless the extension brings one";
    }
    action.effect = [extension, field](catalog::Database& database) {
      for (auto& each : database.extensions)
        if (each.name == extension.name)
          (field == "schema" ? each.schema : each.version) =
              field == "schema" ? extension.schema : extension.version;
    };
    planner.add(std::move(action));
  }
}

void rename(Planner&, const diff::Rename& rename) {
  throw Error(ExitCode::failed, rename.from.text() + " cannot be renamed: PostgreSQL has no such statement");
}

}  // namespace

const KindPlanner extension_planner{create, drop, alter, rename};

}  // namespace migrate::plan
