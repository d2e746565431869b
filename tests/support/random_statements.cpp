#include "tests/support/random_statements.hpp"

#include <algorithm>
#include <cstdlib>

#include "util/quote.hpp"
#include "util/text.hpp"

namespace migrate::test {
namespace {

using catalog::Database;
using catalog::Kind;
using catalog::Name;
using catalog::ObjectId;

const std::vector<std::string> stems{
    "users", "Order", "select", "naïve",     "two words", "quo\"te",  "日本",        "semi;colon",
    "it's",  "x",     "table",  "CamelCase", "$dollar",   "per%cent", "back\\slash", "a.b"};

bool starts_with(const std::string& text, const std::string& start) {
  return text.compare(0, start.size(), start) == 0;
}

bool is_number(const std::string& type) {
  return type == "smallint" || type == "integer" || type == "bigint" || starts_with(type, "numeric");
}

bool is_text(const std::string& type) { return type == "text" || starts_with(type, "character varying"); }

}  // namespace

const std::vector<std::string>& RandomStatements::kinds() {
  static const std::vector<std::string> all{
      "view",   "materialized_view", "routine", "trigger",   "rule",  "policy", "event_trigger",
      "domain", "composite",         "range",   "partition", "child", "typed",  "settings"};
  return all;
}

RandomStatements::RandomStatements(std::uint64_t seed, int server_version)
    : engine_(seed * 7919), version_(server_version) {
  if (const char* stated = std::getenv("MIGRATE_TEST_KINDS")) {
    for (const auto& each : split(stated, ' ')) chosen_.emplace_back(each);
    return;
  }
  for (int n = 2 + below(3); n > 0; --n) chosen_.push_back(any(kinds()));
}

bool RandomStatements::chosen(const char* kind) const {
  return std::find(chosen_.begin(), chosen_.end(), kind) != chosen_.end();
}

std::string RandomStatements::word() { return any(stems); }

std::string RandomStatements::fresh_name() { return word() + "-" + std::to_string(++counter_); }

std::string RandomStatements::schema(const Database& database) { return any(database.schemas).name; }

std::string RandomStatements::fresh(const Database& database) {
  return qualified(schema(database), fresh_name());
}

std::string RandomStatements::comment(const ObjectId& id) {
  return "COMMENT ON " + std::string(catalog::sql_kind(id.kind)) + " " + id.sql() + " IS " +
         (chance(20) ? "NULL" : quote_literal("about " + any(stems)));
}

std::string RandomStatements::random_type(const Database& database) {
  static const std::vector<std::string> types{"smallint", "integer",   "bigint", "numeric(10,2)",
                                              "numeric",  "text",      "text",   "varchar(40)",
                                              "boolean",  "date",      "uuid",   "timestamp with time zone",
                                              "jsonb",    "integer[]", "text[]", "interval"};
  std::vector<std::string> made;
  for (const auto& each : database.enums) made.push_back(each.name.sql());
  for (const auto& each : database.domains) made.push_back(each.name.sql());
  for (const auto& each : database.composite_types) made.push_back(each.name.sql());
  for (const auto& each : database.range_types) made.push_back(each.name.sql());
  if (chance(5))
    for (const auto& each : database.tables) made.push_back(each.name.sql());
  if (!made.empty() && chance(40)) return any(made) + (chance(15) ? "[]" : "");
  return any(types);
}

std::string RandomStatements::value(const Database& database, const std::string& type) {
  for (const auto& each : database.enums)
    if (type == each.name.sql()) return quote_literal(any(each.labels)) + "::" + type;
  if (is_number(type)) return std::to_string(below(90) + 1);
  if (is_text(type)) return quote_literal(any(stems)) + "::text";
  if (type == "boolean") return chance(50) ? "true" : "false";
  if (type == "date") return "'2020-02-02'::date";
  if (type == "timestamp with time zone") return "now()";
  if (type == "jsonb") return "'{\"a\": [1]}'::jsonb";
  if (type == "integer[]" || type == "text[]") return "'{}'::" + type;
  return "NULL::" + type;
}

std::vector<RandomStatements::Relation> RandomStatements::relations(const Database& database,
                                                                    bool tables_only) const {
  std::vector<Relation> out;
  for (const auto& each : database.tables) {
    Relation made{each.name, Kind::table, {}, {}, !each.partition_key.empty()};
    for (const auto& column : each.columns) {
      made.columns.push_back(column.name);
      made.types.push_back(column.type);
    }
    if (!made.columns.empty()) out.push_back(made);
  }
  const auto add = [&](const auto& list) {
    for (const auto& each : list) {
      Relation made{each.name, each.id().kind, {}, {}, false};
      for (const auto& column : each.columns) {
        made.columns.push_back(column.name);
        made.types.push_back(column.type);
      }
      if (!made.columns.empty()) out.push_back(made);
    }
  };
  if (tables_only) return out;
  add(database.views);
  add(database.materialized_views);
  return out;
}

std::string RandomStatements::condition(const Database& database, const Relation& relation,
                                        const std::string& prefix) {
  const auto at = static_cast<std::size_t>(below(static_cast<int>(relation.columns.size())));
  const std::string name = prefix + quote_identifier(relation.columns[at]);
  const std::string& type = relation.types[at];
  for (const auto& each : database.routines) {
    if (each.returns != "boolean" || each.returns_set || each.kind != Kind::function || each.window) continue;
    if (each.arguments.size() == 1 && each.arguments[0].type == type && chance(50))
      return each.name.sql() + "(" + name + ")";
  }
  for (const auto& each : database.enums)
    if (type == each.name.sql()) return name + " <> " + value(database, type);
  if (is_number(type)) return name + " > " + std::to_string(-1 - below(9));
  if (is_text(type)) return "length(" + name + ") < " + std::to_string(100 + below(9));
  if (type == "date") return name + " > '1999-01-01'";
  return "(" + name + " IS NULL OR " + name + " IS NOT NULL)";
}

const catalog::Routine* RandomStatements::trigger_function(const Database& database,
                                                           const std::string& returns) {
  std::vector<const catalog::Routine*> found;
  for (const auto& each : database.routines)
    if (each.returns == returns) found.push_back(&each);
  return found.empty() ? nullptr : any(found);
}

std::string RandomStatements::creation(const Database& database, const std::string& kind) {
  if (kind == "view") return create_view(database);
  if (kind == "materialized_view") return create_materialized_view(database);
  if (kind == "routine")
    return chance(40)   ? use_routine(database)
           : chance(15) ? create_aggregate(database)
                        : create_routine(database);
  if (kind == "trigger") return create_trigger(database);
  if (kind == "rule") return create_rule(database);
  if (kind == "policy") return create_policy(database);
  if (kind == "event_trigger") return create_event_trigger(database);
  if (kind == "domain") return chance(40) ? use_type(database) : create_domain(database);
  if (kind == "composite") return chance(40) ? use_type(database) : create_composite(database);
  if (kind == "range") return chance(40) ? use_type(database) : create_range(database);
  if (kind == "partition") return create_partitioned(database);
  if (kind == "child") return create_child(database);
  if (kind == "typed") return create_typed(database);
  return change_settings(database);
}

std::string RandomStatements::alteration(const Database& database, const std::string& kind, Data data) {
  if (kind == "view") return change_view(database);
  if (kind == "materialized_view") return change_materialized_view(database);
  if (kind == "routine") return change_routine(database);
  if (kind == "trigger") return change_trigger(database);
  if (kind == "rule") return change_rule(database);
  if (kind == "policy") return change_policy(database);
  if (kind == "event_trigger") return change_event_trigger(database);
  if (kind == "domain") return change_domain(database, data);
  if (kind == "composite") return change_composite(database, data);
  if (kind == "partition") return change_partition(database, data);
  if (kind == "child") return change_child(database, data);
  if (kind == "settings") return change_settings(database);
  return use_type(database);
}

std::vector<std::string> RandomStatements::create(const Database& database, int count) {
  std::vector<std::string> out;
  for (; count > 0; --count) out.push_back(creation(database, any(chosen_)));
  return out;
}

std::vector<std::string> RandomStatements::change(const Database& database, int count, Data data) {
  counter_ += 1000;
  std::vector<std::string> out;
  for (; count > 0; --count) {
    const std::string kind = any(chosen_);
    switch (below(10)) {
      case 0:
      case 1:
        out.push_back(creation(database, kind));
        break;
      case 2:
        out.push_back(drop(database, data));
        break;
      case 3:
        if (data == Data::none) out.push_back(move(database));
        break;
      case 4:
      case 5:
        out.push_back(change_table(database, data));
        break;
      default:
        out.push_back(alteration(database, kind, data));
    }
  }
  std::erase(out, "");
  return out;
}

std::string RandomStatements::drop(const Database& database, Data data) {
  std::vector<ObjectId> ids;
  Database::definitions(database, [&](const auto& list) {
    for (const auto& each : list) ids.push_back(each.id());
  });
  if (data == Data::kept)
    std::erase_if(ids, [](const ObjectId& id) {
      return id.kind == Kind::domain || id.kind == Kind::composite_type || id.kind == Kind::range_type ||
             catalog::is_routine(id.kind);
    });
  if (data == Data::none && chance(30))
    for (const auto& each : database.tables) ids.push_back({Kind::table, each.name, ""});
  if (ids.empty()) return {};
  const ObjectId& id = any(ids);
  return "DROP " + std::string(catalog::sql_kind(id.kind)) + " " + id.sql() +
         (id.kind != Kind::policy && chance(60) ? " CASCADE" : "");
}

std::string RandomStatements::move(const Database& database) {
  auto ids = catalog::object_ids(database);
  std::erase_if(ids, [&](const ObjectId& id) {
    const bool type = id.kind == Kind::enum_type || id.kind == Kind::domain ||
                      id.kind == Kind::composite_type || id.kind == Kind::range_type;
    return type || id.name.schema.empty() || catalog::is_member(id.kind) || id.kind == Kind::index;
  });
  if (ids.empty()) return {};
  const ObjectId& id = any(ids);
  return "ALTER " + std::string(catalog::sql_kind(id.kind)) + " " + id.sql() + " SET SCHEMA " +
         quote_identifier(schema(database));
}

std::vector<RandomStatements::Renaming> RandomStatements::rename(const Database& database, int count) {
  auto ids = catalog::object_ids(database);
  std::vector<Renaming> out;
  for (; count > 0 && !ids.empty(); --count) {
    const auto at = static_cast<std::size_t>(below(static_cast<int>(ids.size())));
    const ObjectId id = ids[at];
    ids.erase(ids.begin() + static_cast<std::ptrdiff_t>(at));
    if (id.kind == Kind::extension || id.name.name == "public") continue;
    const std::string name = fresh_name();
    ObjectId to = id;
    const bool member = catalog::is_member(id.kind);
    (member ? to.member : to.name.name) = name;
    std::string sql = "ALTER " + std::string(catalog::sql_kind(id.kind)) + " " + id.sql() + " RENAME";
    if (id.kind == Kind::column || id.kind == Kind::constraint)
      sql = "ALTER TABLE " + id.name.sql() + " RENAME " + std::string(catalog::sql_kind(id.kind)) + " " +
            quote_identifier(id.member);
    if (id.kind == Kind::schema || id.kind == Kind::event_trigger)
      sql = "ALTER " + std::string(catalog::sql_kind(id.kind)) + " " + quote_identifier(id.name.name) +
            " RENAME";
    out.push_back({sql + " TO " + quote_identifier(name), {id, to, "", ""}});
  }
  return out;
}

}  // namespace migrate::test
