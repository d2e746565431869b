#include <algorithm>

#include "plan/fragments.hpp"
#include "plan/planner.hpp"
#include "util/quote.hpp"

namespace migrate::plan {
namespace {

std::string owner_sql(const catalog::Sequence& sequence) {
  if (sequence.owned_by_table.empty()) return "NONE";
  return sequence.owned_by_table.sql() + "." + quote_identifier(sequence.owned_by_column);
}

Effect owner_effect(const catalog::Name& sequence, const catalog::Name& table, const std::string& column) {
  return [=](catalog::Database& database) {
    if (auto* found = database.sequence(sequence)) {
      found->owned_by_table = table;
      found->owned_by_column = column;
    }
  };
}

// The column that has it goes before the one that gets it can come: to PostgreSQL 18 the NOT NULL of both may
// have one name.
bool changes_hands_late(const Planner& planner, const catalog::Sequence& was, const catalog::Sequence& now) {
  return planner.server_version >= 180000 && was.owned_by_table == now.owned_by_table &&
         planner.is_gone(column_id(was.owned_by_table, was.owned_by_column)) &&
         planner.is_made(column_id(now.owned_by_table, now.owned_by_column));
}

void set_owner(Planner& planner, const catalog::ObjectId& id, const catalog::Sequence& was,
               const catalog::Sequence& now) {
  // A table that stands aside goes in this step, and the new one gets its owner at the end of it. Until then
  // it is of whoever runs the script, and of nobody else can it own a sequence.
  const bool aside = planner.aside.find_aside(was.owned_by_table) && !now.owned_by_table.empty();
  std::vector<std::string> parts;
  if (aside || changes_hands_late(planner, was, now)) parts.emplace_back("OWNED BY NONE");
  if (aside) parts.emplace_back("OWNER TO CURRENT_USER");
  std::vector<catalog::ObjectId> releases;
  if (!was.owned_by_table.empty())
    releases = {column_id(was.owned_by_table, was.owned_by_column), table_id(was.owned_by_table)};
  std::optional<std::size_t> freed;
  for (const std::string& part : parts) {
    Action free;
    free.rank = Rank::release;
    free.statement.sql = "ALTER SEQUENCE " + now.name.sql() + " " + part;
    free.about = id;
    if (freed) free.after = {*freed};
    free.needs = {table_id(now.owned_by_table)};
    free.releases = releases;
    free.effect = owner_effect(now.name, {}, "");
    freed = planner.add(std::move(free));
  }
  Action action;
  if (freed) action.after = {*freed};
  action.rank = Rank::after_column;
  action.statement.sql = "ALTER SEQUENCE " + now.name.sql() + " OWNED BY " + owner_sql(now);
  action.needs = {id};
  if (!now.owned_by_table.empty()) action.needs.push_back(column_id(now.owned_by_table, now.owned_by_column));
  if (!freed && !releases.empty()) {
    action.releases = releases;
    action.rank = Rank::release;
  }
  action.effect = owner_effect(now.name, now.owned_by_table, now.owned_by_column);
  planner.add(std::move(action));
}

Effect comment_effect(const catalog::Sequence& now) {
  return [now](catalog::Database& database) {
    if (auto* sequence = database.sequence(now.name)) sequence->comment = now.comment;
  };
}

void create(Planner& planner, const catalog::ObjectId& id) {
  const catalog::Sequence now = *planner.after.sequence(id.name);
  if (now.unlogged) planner.require(150000, "an unlogged sequence", id);
  const bool serial = planner.is_serial(now);
  if (!serial) {
    Action action;
    action.rank = Rank::sequence;
    action.statement.sql = std::string("CREATE ") + (now.unlogged ? "UNLOGGED " : "") + "SEQUENCE " +
                           now.name.sql() + (now.type == "bigint" ? "" : " AS " + now.type) +
                           sequence_options({}, now.options, now.type, now.type);
    action.creates = {id};
    action.takes = {now.name};
    action.needs = {schema_id(now.name.schema)};
    catalog::Sequence bare = now;
    bare.comment.clear();
    bare.owned_by_table = {};
    bare.owned_by_column.clear();
    action.effect = [bare](catalog::Database& database) { put(database.sequences, bare); };
    planner.add(std::move(action));
    if (!now.owned_by_table.empty()) set_owner(planner, id, {}, now);
  }
  planner.comment(id, "", now.comment, comment_effect(now));
}

void drop(Planner& planner, const catalog::ObjectId& id) {
  const catalog::Sequence was = *planner.before.sequence(id.name);
  // With its table or column it goes by itself.
  if (!was.owned_by_table.empty() && (planner.fate(table_id(was.owned_by_table)) == Fate::dropped ||
                                      planner.is_gone(column_id(was.owned_by_table, was.owned_by_column))))
    return;
  Action action;
  action.rank = Rank::drop_sequence;
  action.statement.sql = "DROP SEQUENCE " + was.name.sql();
  action.drops = {id};
  action.frees = {was.name};
  action.releases = {schema_id(was.name.schema)};
  action.reversal = Reversal::data_lost;
  action.loss = "sequence " + was.name.text() + " begins anew: its position is not given back";
  action.effect = [id](catalog::Database& database) {
    std::erase_if(database.sequences, [&](const auto& each) { return each.name == id.name; });
  };
  planner.add(std::move(action));
}

void alter(Planner& planner, const catalog::ObjectId& id, const std::vector<std::string>&) {
  const catalog::Sequence was = *planner.before.sequence(id.name);
  const catalog::Sequence now = *planner.after.sequence(id.name);
  const std::string head = "ALTER SEQUENCE " + now.name.sql();
  if (was.type != now.type || was.options != now.options) {
    const auto moved = planner.move_into_bounds(now.name, was.type, was.options, now.options);
    Action action;
    if (moved) action.after = {*moved};
    action.rank = Rank::sequence;
    action.statement.sql = head + (was.type == now.type ? "" : " AS " + now.type) +
                           sequence_options(was.options, now.options, was.type, now.type);
    action.needs = {id};
    action.effect = [now](catalog::Database& database) {
      if (auto* sequence = database.sequence(now.name)) {
        sequence->type = now.type;
        sequence->options = now.options;
      }
    };
    planner.add(std::move(action));
  }
  const auto* owner = planner.before.table(was.owned_by_table);
  const auto* owner_now = planner.after.table(was.owned_by_table);
  const bool with_owner = owner && owner_now && owner->unlogged != owner_now->unlogged &&
                          was.owned_by_table == now.owned_by_table;
  if (was.unlogged != now.unlogged && !with_owner) {
    planner.require(150000, "an unlogged sequence", id);
    Action action;
    action.rank = Rank::sequence;
    action.statement.sql = head + (now.unlogged ? " SET UNLOGGED" : " SET LOGGED");
    action.needs = {id};
    action.effect = [now](catalog::Database& database) {
      if (auto* sequence = database.sequence(now.name)) sequence->unlogged = now.unlogged;
    };
    planner.add(std::move(action));
  }
  if (was.owned_by_table != now.owned_by_table || was.owned_by_column != now.owned_by_column)
    set_owner(planner, id, was, now);
  planner.comment(id, was.comment, now.comment, comment_effect(now));
}

void rename(Planner& planner, const diff::Rename& rename) {
  planner.add_rename(rename, "ALTER SEQUENCE ", rename.from.name, rename.to.name);
}

}  // namespace

std::optional<std::size_t> Planner::move_into_bounds(const catalog::Name& sequence, const std::string& type,
                                                     const catalog::SequenceOptions& was,
                                                     const catalog::SequenceOptions& now) {
  const auto a = catalog::with_defaults(was, type), b = catalog::with_defaults(now, type);
  if (*b.min <= *a.min && *b.max >= *a.max) return std::nullopt;
  std::optional<std::size_t> last;
  const auto step = [&](const std::string& sql) {
    Action action;
    action.rank = Rank::sequence;
    action.statement.sql = sql;
    action.needs = {sequence_id(sequence)};
    if (last) action.after = {*last};
    action.effect = [](catalog::Database&) {};
    last = add(std::move(action));
  };
  const std::string name = quote_literal(sequence.sql());
  const std::string low = std::to_string(*b.min), high = std::to_string(*b.max);
  if (*b.min > *a.max || *b.max < *a.min)
    step("ALTER SEQUENCE " + sequence.sql() + " MINVALUE " + std::to_string(std::min(*a.min, *b.min)) +
         " MAXVALUE " + std::to_string(std::max(*a.max, *b.max)));
  step("SELECT pg_catalog.setval(" + name + ", greatest(least(last_value, " + high + "), " + low +
       "), is_called AND last_value >= " + low + ") FROM " + sequence.sql() + " WHERE last_value < " + low +
       " OR last_value > " + high);
  return last;
}

const KindPlanner sequence_planner{create, drop, alter, rename};

}  // namespace migrate::plan
