// What a routine's body says as a text, which no server tells before the routine is made.
#include <algorithm>
#include <set>

#include "catalog/default_name.hpp"
#include "diff/sql_tokens.hpp"
#include "plan/planner.hpp"
#include "plan/used_objects.hpp"
#include "plan/words.hpp"
#include "util/text.hpp"

namespace migrate::plan {
namespace {

using catalog::Kind;
using catalog::ObjectId;

// Of PL/pgSQL the server looks only for the types of variables.
std::set<std::string> declared_names(const std::string& body) {
  std::set<std::string> found;
  bool declaring = false;
  for (const auto& token : diff::tokenize(body)) {
    if (!token.is_identifier()) continue;
    const std::string word = token.kind == diff::TokenKind::word ? to_lower(token.text) : std::string();
    if (word == "declare" || word == "begin")
      declaring = word == "declare";
    else if (declaring)
      found.insert(token.identifier());
  }
  return found;
}

bool is_type_or_relation(Kind kind) {
  return kind == Kind::table || kind == Kind::view || kind == Kind::materialized_view ||
         kind == Kind::enum_type || kind == Kind::domain || kind == Kind::composite_type ||
         kind == Kind::range_type;
}

// The sequences behind identity columns, which have no statement of their own.
std::map<catalog::Name, ObjectId> identity_sequences(const catalog::Database& database) {
  std::map<catalog::Name, ObjectId> found;
  for (const auto& table : database.tables)
    for (const auto& column : table.columns) {
      if (!column.identity) continue;
      const auto& named = column.identity->sequence;
      found[named.empty()
                ? catalog::Name{table.name.schema, catalog::default_name(table.name.name, column.name, "seq")}
                : named] = table_id(table.name);
    }
  return found;
}

}  // namespace

void add_wishes(Planner& planner, std::size_t first) {
  if (planner.after.routines.empty()) return;
  const UsedObjects known(planner.after);
  std::map<catalog::Name, std::vector<ObjectId>> new_columns;
  for (const auto& [id, fate] : planner.fates())
    if (id.kind == Kind::column && fate != Fate::dropped && fate != Fate::untouched)
      new_columns[id.name].push_back(id);
  const auto behind_columns = identity_sequences(planner.after);
  for (std::size_t n = first; n < planner.actions().size(); ++n) {
    Action& action = planner.action(n);
    if (action.creates.empty() || !catalog::is_routine(action.creates.front().kind)) continue;
    const ObjectId own = action.creates.front();
    const auto* routine = planner.after.find<catalog::Routine>(own);
    if (!routine || routine->sql_body) continue;
    const auto& refused = planner.after.refused_bodies;
    action.unchecked_body = std::find(refused.begin(), refused.end(), own) != refused.end();
    std::set<ObjectId> wishes;
    const auto wish = [&](const ObjectId& id) {
      if (id != own && planner.fate(id) != Fate::untouched) wishes.insert(id);
      if (id.kind != Kind::table) return;
      if (const auto found = new_columns.find(id.name); found != new_columns.end())
        wishes.insert(found->second.begin(), found->second.end());
    };
    if (routine->language == "sql") {
      for (const auto& id : known.in(routine->body)) wish(id);
      // nextval('ids') is looked up when the body is checked, too.
      for (const auto& name : names_in(routine->body)) {
        wish(sequence_id(name));
        if (const auto table = behind_columns.find(name); table != behind_columns.end()) wish(table->second);
      }
    } else if (routine->language == "plpgsql") {
      const auto names = declared_names(routine->body);
      for (const auto& [id, fate] : planner.fates())
        if (is_type_or_relation(id.kind) && names.count(id.name.name) > 0) wish(id);
    }
    action.wishes.assign(wishes.begin(), wishes.end());
  }
}

}  // namespace migrate::plan
