#include <unordered_map>

#include "postgres/introspect/reader.hpp"

namespace migrate::postgres::introspection {
namespace {

using catalog::EventTrigger;
using catalog::Trigger;

// Bits of tgtype: src/include/catalog/pg_trigger.h of PostgreSQL.
enum Type : std::int64_t {
  row = 1,
  before = 2,
  on_insert = 4,
  on_delete = 8,
  on_update = 16,
  on_truncate = 32,
  instead = 64
};

std::string trigger_query() {
  return "SELECT t.oid, n.nspname, c.relname, t.tgname, t.tgtype, "
         "(SELECT pg_catalog.array_agg(a.attname::text ORDER BY u.at) FROM "
         "pg_catalog.unnest(t.tgattr::int2[]) WITH ORDINALITY AS u (number, at) JOIN "
         "pg_catalog.pg_attribute a ON a.attrelid = t.tgrelid AND a.attnum = u.number), "
         "CASE WHEN t.tgqual IS NOT NULL THEN pg_catalog.pg_get_triggerdef(t.oid) END, t.tgoldtable, "
         "t.tgnewtable, " +
         function_name("t.tgfoid") +
         ", pg_catalog.encode(t.tgargs, 'hex'), t.tgconstraint <> 0, t.tgdeferrable, t.tginitdeferred, "
         "fn.nspname, f.relname, t.tgenabled, d.description "
         "FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid JOIN "
         "pg_catalog.pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_catalog.pg_class f ON f.oid = "
         "t.tgconstrrelid LEFT JOIN pg_catalog.pg_namespace fn ON fn.oid = f.relnamespace" +
         join_comment("pg_trigger", "t.oid") +
         "WHERE NOT t.tgisinternal AND t.tgparentid = 0 AND c.relkind IN ('r', 'p', 'v') AND "
         "c.relpersistence <> 't' AND c.relnamespace = ANY ($1::oid[]) AND " +
         not_in_extension("pg_trigger", "t.oid") + " AND " + not_in_extension("pg_class", "c.oid");
}

// What partitions have of a trigger of their parent, where they enable it otherwise.
constexpr const char* partition_query =
    "WITH RECURSIVE cloned AS (SELECT t.oid, t.oid AS root, t.tgenabled AS usual, t.tgenabled, t.tgrelid "
    "FROM pg_catalog.pg_trigger t WHERE t.tgparentid = 0 AND NOT t.tgisinternal "
    "UNION ALL SELECT t.oid, c.root, c.usual, t.tgenabled, t.tgrelid FROM pg_catalog.pg_trigger t JOIN "
    "cloned c ON t.tgparentid = c.oid) "
    "SELECT x.root, n.nspname, c.relname, x.tgenabled FROM cloned x JOIN pg_catalog.pg_class c ON c.oid = "
    "x.tgrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE x.tgenabled <> x.usual";

// "… FOR EACH ROW WHEN ((a > 0)) EXECUTE FUNCTION f()" → "a > 0".
std::string condition_in(const std::string& definition) {
  constexpr std::string_view word = " WHEN (";
  char quote = 0;
  int depth = 0;
  std::size_t start = std::string::npos;
  for (std::size_t at = 0; at < definition.size(); ++at) {
    const char c = definition[at];
    if (quote != 0) {
      if (c == quote) quote = 0;
      continue;
    }
    if (c == '"' || c == '\'') quote = c;
    if (start == std::string::npos) {
      if (definition.compare(at, word.size(), word) == 0) start = at + word.size() - 1;
      continue;
    }
    if (c == '(' && at >= start) ++depth;
    if (c == ')' && --depth == 0) return without_outer_parentheses(definition.substr(start, at + 1 - start));
  }
  return "";
}

// Texts one after the other, each with a zero byte behind it.
std::vector<std::string> arguments_in(const std::string& hex) {
  std::vector<std::string> out;
  std::string text;
  for (std::size_t at = 0; at + 1 < hex.size(); at += 2) {
    const auto byte = static_cast<char>(std::stoi(hex.substr(at, 2), nullptr, 16));
    if (byte != 0) {
      text += byte;
      continue;
    }
    out.push_back(std::move(text));
    text.clear();
  }
  return out;
}

Trigger trigger_of(Cells& cells) {
  Trigger trigger;
  trigger.table = cells.name();
  trigger.name = cells.text();
  const std::int64_t type = cells.integer();
  trigger.timing = type & before ? "before" : type & instead ? "instead_of" : "after";
  trigger.for_each_row = type & row;
  if (type & on_insert) trigger.events.emplace_back("insert");
  if (type & on_update) trigger.events.emplace_back("update");
  if (type & on_delete) trigger.events.emplace_back("delete");
  if (type & on_truncate) trigger.events.emplace_back("truncate");
  trigger.columns = cells.array();
  trigger.condition = condition_in(cells.text());
  trigger.old_table = cells.text();
  trigger.new_table = cells.text();
  trigger.function = cells.text();
  trigger.arguments = arguments_in(cells.text());
  trigger.constraint = cells.boolean();
  trigger.deferrable = cells.boolean();
  trigger.initially_deferred = cells.boolean();
  trigger.from_table = cells.name();
  trigger.enabled = enabled_name(cells.letter());
  trigger.comment = cells.text();
  return trigger;
}

}  // namespace

void read_triggers(Reader& reader) {
  std::unordered_map<Oid, std::size_t> places;
  for (const Row each : reader.connection.query(trigger_query(), {reader.schemas})) {
    Cells cells(each);
    const Oid oid = cells.integer();
    Trigger trigger = trigger_of(cells);
    if (reader.is_bookkeeping(trigger.table)) continue;
    reader.objects[{in::pg_trigger, oid}] = trigger.id();
    places[oid] = reader.database.triggers.size();
    reader.database.triggers.push_back(std::move(trigger));
  }
  if (places.empty()) return;
  for (const Row each : reader.connection.query(partition_query)) {
    Cells cells(each);
    const auto place = places.find(cells.integer());
    const catalog::Name partition = cells.name();
    const std::string enabled = enabled_name(cells.letter());
    if (place != places.end())
      reader.database.triggers[place->second].partitions[partition.sql()] =
          enabled.empty() ? "enabled" : enabled;
  }
}

void read_event_triggers(Reader& reader) {
  const Rows rows = reader.connection.query(
      "SELECT t.oid, t.evtname, t.evtevent, t.evttags, " + function_name("t.evtfoid") +
      ", t.evtenabled, d.description FROM pg_catalog.pg_event_trigger t" +
      join_comment("pg_event_trigger", "t.oid") + "WHERE t.oid >= 16384 AND " +
      not_in_extension("pg_event_trigger", "t.oid"));
  for (const Row each : rows) {
    Cells cells(each);
    const Oid oid = cells.integer();
    EventTrigger trigger;
    trigger.name = cells.text();
    trigger.event = cells.text();
    trigger.tags = cells.array();
    trigger.function = cells.text();
    trigger.enabled = enabled_name(cells.letter());
    trigger.comment = cells.text();
    reader.objects[{in::pg_event_trigger, oid}] = trigger.id();
    reader.database.event_triggers.push_back(std::move(trigger));
  }
}

}  // namespace migrate::postgres::introspection
