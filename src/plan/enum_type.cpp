#include <algorithm>

#include "plan/planner.hpp"
#include "util/quote.hpp"
#include "util/text.hpp"

namespace migrate::plan {
namespace {

std::string create_sql(const catalog::EnumType& type) {
  return "CREATE TYPE " + type.name.sql() + " AS ENUM (" + join_with(type.labels, ", ", quote_literal) + ")";
}

Effect comment_effect(const catalog::EnumType& now) {
  return [now](catalog::Database& database) {
    if (auto* type = database.enum_type(now.name)) type->comment = now.comment;
  };
}

void create(Planner& planner, const catalog::ObjectId& id) {
  const catalog::EnumType now = *planner.after.enum_type(id.name);
  Action action;
  action.rank = Rank::type;
  action.statement.sql = create_sql(now);
  action.creates = {id};
  action.takes = {now.name};
  action.needs = {schema_id(now.name.schema)};
  catalog::EnumType bare = now;
  bare.comment.clear();
  action.effect = [bare](catalog::Database& database) { put(database.enums, bare); };
  planner.add(std::move(action));
  planner.comment(id, "", now.comment, comment_effect(now));
}

void drop(Planner& planner, const catalog::ObjectId& id) {
  Action action;
  action.rank = Rank::drop_type;
  action.statement.sql = "DROP TYPE " + id.name.sql();
  action.drops = {id};
  action.frees = {id.name};
  action.releases = {schema_id(id.name.schema)};
  action.effect = [id](catalog::Database& database) {
    std::erase_if(database.enums, [&](const auto& each) { return each.name == id.name; });
  };
  planner.add(std::move(action));
}

void add_labels(Planner& planner, const catalog::EnumType& was, const catalog::EnumType& now) {
  std::vector<std::size_t> previous;
  std::vector<std::string> have = was.labels;
  for (std::size_t n = 0; n < now.labels.size(); ++n) {
    const std::string& label = now.labels[n];
    if (std::find(have.begin(), have.end(), label) != have.end()) continue;
    Action action;
    action.rank = Rank::type;
    action.statement.sql = "ALTER TYPE " + now.name.sql() + " ADD VALUE " + quote_literal(label);
    if (n > 0)
      action.statement.sql += " AFTER " + quote_literal(now.labels[n - 1]);
    else if (!have.empty())
      action.statement.sql += " BEFORE " + quote_literal(have.front());
    action.after = previous;
    action.reversal = Reversal::rebuild;
    action.loss = enum_id(now.name).text() + " is replaced: PostgreSQL takes no label away";
    have.insert(have.begin() + static_cast<std::ptrdiff_t>(n), label);
    action.effect = [name = now.name, have](catalog::Database& database) {
      if (auto* type = database.enum_type(name)) type->labels = have;
    };
    const std::size_t number = planner.add(std::move(action));
    planner.new_labels.push_back({label, number});
    previous = {number};
  }
}

// There is no way to take a label away: a new type takes the old one's place, and columns move over.
void replace(Planner& planner, const catalog::EnumType& was, const catalog::EnumType& now) {
  const catalog::ObjectId id = enum_id(now.name);
  const catalog::Name aside = planner.old_types.at(now.name);
  Action put_aside;
  put_aside.rank = Rank::type;
  put_aside.statement.sql = "ALTER TYPE " + now.name.sql() + " RENAME TO " + quote_identifier(aside.name);
  put_aside.drops = {id};
  put_aside.effect = [](catalog::Database&) {};
  const std::size_t first = planner.add(std::move(put_aside));

  Action make;
  make.rank = Rank::type;
  make.statement.sql = create_sql(now);
  make.creates = {id};
  make.after = {first};
  make.preserve = {id};
  make.reversal = Reversal::rebuild;
  make.loss = id.text() + " is replaced again";
  make.effect = [now](catalog::Database& database) {
    if (auto* type = database.enum_type(now.name)) *type = now;
  };
  std::vector<std::string> gone;
  for (const auto& label : was.labels)
    if (std::find(now.labels.begin(), now.labels.end(), label) == now.labels.end())
      gone.push_back(quote_literal(label));
  if (!gone.empty())
    make.statement.notes = {"rows that hold " + join(gone, " or ") + " make the statements below fail:",
                            "decide what becomes of them, with an UPDATE above this line"};
  const std::size_t made = planner.add(std::move(make));
  if (!now.comment.empty()) {
    Action comment;
    comment.rank = Rank::type;
    comment.statement.sql = "COMMENT ON TYPE " + now.name.sql() + " IS " + quote_literal(now.comment);
    comment.after = {made};
    comment.effect = [](catalog::Database&) {};
    planner.add(std::move(comment));
  }
  Action forget;
  forget.rank = Rank::drop_type;
  forget.statement.sql = "DROP TYPE " + aside.sql();
  forget.drops = {enum_id(aside)};
  forget.after = {made};
  forget.effect = [](catalog::Database&) {};
  planner.add(std::move(forget));
}

void alter(Planner& planner, const catalog::ObjectId& id, const std::vector<std::string>&) {
  const catalog::EnumType was = *planner.before.enum_type(id.name);
  const catalog::EnumType now = *planner.after.enum_type(id.name);
  if (planner.old_types.count(now.name) > 0) {
    replace(planner, was, now);
    return;
  }
  if (was.labels != now.labels) add_labels(planner, was, now);
  planner.comment(id, was.comment, now.comment, comment_effect(now));
}

void rename(Planner& planner, const diff::Rename& rename) {
  if (rename.from_label.empty()) {
    planner.add_rename(rename, "ALTER TYPE ", rename.from.name, rename.to.name);
    return;
  }
  planner.add_rename(rename, "ALTER TYPE " + rename.to.name.sql() + " RENAME VALUE " +
                                 quote_literal(rename.from_label) + " TO " + quote_literal(rename.to_label));
}

}  // namespace

bool only_adds_labels(const catalog::EnumType& was, const catalog::EnumType& now) {
  auto at = now.labels.begin();
  for (const std::string& label : was.labels) {
    at = std::find(at, now.labels.end(), label);
    if (at == now.labels.end()) return false;
    ++at;
  }
  return true;
}

const KindPlanner enum_type_planner{create, drop, alter, rename};

}  // namespace migrate::plan
