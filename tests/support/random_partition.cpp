// Partitioned tables and partitions, children that inherit, tables of a type, and settings of tables.
#include "tests/support/random_statements.hpp"
#include "util/quote.hpp"
#include "util/text.hpp"

namespace migrate::test {

using catalog::Kind;
using catalog::Table;

namespace {

const std::vector<std::string>& ranges() {
  static const std::vector<std::string> all{"FOR VALUES FROM (MINVALUE) TO (0)",
                                            "FOR VALUES FROM (0) TO (10)", "FOR VALUES FROM (10) TO (20)",
                                            "FOR VALUES FROM (20) TO (MAXVALUE)", "DEFAULT"};
  return all;
}
const std::vector<std::string>& lists() {
  static const std::vector<std::string> all{"FOR VALUES IN ('a', 'it''s')", "FOR VALUES IN ('b')",
                                            "FOR VALUES IN ('c', NULL)", "DEFAULT"};
  return all;
}
const std::vector<std::string>& hashes() {
  static const std::vector<std::string> all{"FOR VALUES WITH (modulus 3, remainder 0)",
                                            "FOR VALUES WITH (modulus 3, remainder 1)",
                                            "FOR VALUES WITH (modulus 3, remainder 2)"};
  return all;
}

const std::vector<std::string>& bounds(const std::string& key) {
  if (key.compare(0, 5, "RANGE") == 0) return ranges();
  return key.compare(0, 4, "LIST") == 0 ? lists() : hashes();
}

}  // namespace

std::string RandomStatements::create_partitioned(const Database& database) {
  std::vector<const Table*> parents;
  for (const auto& each : database.tables)
    if (!each.partition_key.empty()) parents.push_back(&each);
  if (!parents.empty() && chance(65)) {
    const Table& parent = *any(parents);
    const std::string name = fresh(database), bound = any(bounds(parent.partition_key));
    const std::string part = chance(20) ? one_of({" PARTITION BY RANGE (n)", " PARTITION BY LIST (t)"}) : "";
    switch (below(5)) {
      case 0: {  // with differences of its own
        const auto& column = any(parent.columns);
        return "CREATE TABLE " + name + " PARTITION OF " + parent.name.sql() + " (" +
               quote_identifier(column.name) + " DEFAULT " + value(database, column.type) +
               one_of({"", " NOT NULL"}) + ", CONSTRAINT " + quote_identifier(fresh_name()) +
               " CHECK (n > -99)) " + bound + part;
      }
      case 1:  // with columns in another order
        return "CREATE TABLE " + name + " (LIKE " + parent.name.sql() + "); ALTER TABLE " +
               parent.name.sql() + " ATTACH PARTITION " + name + " " + bound;
      default:
        return "CREATE TABLE " + name + " PARTITION OF " + parent.name.sql() + " " + bound + part;
    }
  }
  const std::string name = fresh(database);
  std::string out = "CREATE TABLE " + name + " (n integer" + one_of({"", " NOT NULL", " DEFAULT 3"}) +
                    ", t text, " + quote_identifier(fresh_name()) + " " + random_type(database);
  const std::string key = one_of({"RANGE (n)", "LIST (t)", "HASH (n)", "RANGE (n)"});
  if (chance(30)) out += key == "LIST (t)" ? ", PRIMARY KEY (t, n)" : ", PRIMARY KEY (n)";
  if (chance(20)) out += ", UNIQUE (n, t)";
  if (chance(20)) out += ", CONSTRAINT " + quote_identifier(fresh_name()) + " CHECK (n < 1000)";
  return out + ") PARTITION BY " + key;
}

std::string RandomStatements::change_partition(const Database& database, Data data) {
  std::vector<const Table*> parents, parts;
  for (const auto& each : database.tables) {
    if (!each.partition_key.empty()) parents.push_back(&each);
    if (!each.partition_of.empty()) parts.push_back(&each);
  }
  if (parts.empty()) return create_partitioned(database);
  const Table& part = *any(parts);
  const Table& parent = *any(parents);
  const std::string name = part.name.sql(), over = parent.name.sql();
  const std::string column = quote_identifier(any(parent.columns).name);
  const std::string own = quote_identifier(any(part.columns).name);
  switch (below(data == Data::kept ? 14 : 18)) {
    case 0:
      return "ALTER TABLE " + part.partition_of->sql() + " DETACH PARTITION " + name;
    case 1:
      return "ALTER TABLE " + part.partition_of->sql() + " DETACH PARTITION " + name + "; ALTER TABLE " +
             part.partition_of->sql() + " ATTACH PARTITION " + name + " " +
             any(bounds(database.table(part.partition_of)->partition_key));
    case 2:
    case 3:
      return "CREATE INDEX " + quote_identifier(fresh_name()) + " ON " + one_of({"", "", "ONLY "}) + over +
             " (" + column + ")";
    case 4:
      return "CREATE INDEX " + quote_identifier(fresh_name()) + " ON " + name + " (" + own + ")";
    case 5:
      return "ALTER TABLE " + over + " ADD CONSTRAINT " + quote_identifier(fresh_name()) +
             one_of({" CHECK (n <> 77)", " UNIQUE (n)", " UNIQUE (n, t)", " CHECK (n <> 76) NO INHERIT"});
    case 6:
      return "ALTER TABLE " + name + " ADD CONSTRAINT " + quote_identifier(fresh_name()) +
             one_of({" CHECK (n <> 78)", " UNIQUE (n)", " PRIMARY KEY (n, t)"});
    case 7:
      return "ALTER TABLE " + over + " ADD " + quote_identifier(fresh_name()) + " " + random_type(database);
    case 8:
      return "ALTER TABLE " + one_of({"", "ONLY "}) + over + " ALTER n" +
             one_of({" SET DEFAULT 5", " DROP DEFAULT", " SET NOT NULL", " DROP NOT NULL"});
    case 9:
      return "ALTER TABLE " + name + " ALTER " + own +
             one_of({" SET NOT NULL", " DROP NOT NULL", " DROP DEFAULT"});
    case 10:
      return "ALTER TABLE " + one_of({"", "ONLY "}) + over + " ALTER t SET " +
             one_of({"STORAGE external", "STATISTICS 55", "(n_distinct=9)"});
    case 11:
      return "ALTER TABLE " + name + " SET (fillfactor=" + std::to_string(50 + below(40)) + ")";
    case 12: {
      const auto* above = database.table(part.partition_of);
      if (above)
        for (const auto& whole : above->indexes)
          for (const auto& each : part.indexes)
            if (whole.only && each.attached_to.empty())
              return "ALTER INDEX " + qualified(above->name.schema, whole.name) + " ATTACH PARTITION " +
                     qualified(part.name.schema, each.name);
      return {};
    }
    case 13:
      return "COMMENT ON TABLE " + name + " IS " + quote_literal(word());
    case 14:
      return "ALTER TABLE " + over + " DROP " + column + one_of({"", " CASCADE"});
    case 15:
      return "ALTER TABLE " + over + " ALTER n TYPE bigint";
    case 16:  // but not what it is partitioned by
      if (column == "n" || column == "t") return {};
      return "ALTER TABLE " + over + " RENAME " + column + " TO " + quote_identifier(fresh_name());
    default:
      return "DROP TABLE " + one_of({"", "IF EXISTS "}) + name;
  }
}

std::string RandomStatements::create_child(const Database& database) {
  std::vector<const Table*> parents;
  for (const auto& each : database.tables)
    if (each.partition_key.empty() && each.partition_of.empty() && each.of_type.empty())
      parents.push_back(&each);
  if (parents.empty()) return {};
  const Table& parent = *any(parents);
  if (parent.columns.empty()) return {};
  const auto& column = any(parent.columns);
  std::vector<std::string> parts;
  if (chance(40))
    parts.push_back(quote_identifier(column.name) + " " + column.type +
                    (chance(50) ? " DEFAULT " + value(database, column.type) : " NOT NULL"));
  if (chance(50)) parts.push_back(quote_identifier(fresh_name()) + " " + random_type(database));
  if (chance(20)) parts.push_back("CHECK (" + quote_identifier(column.name) + " IS NOT NULL OR 3 = 3)");
  std::string from = parent.name.sql();
  if (chance(15)) from += ", " + any(parents)->name.sql();
  return std::string("CREATE ") + (parent.unlogged ? "UNLOGGED " : "") + "TABLE " + fresh(database) + " (" +
         join(parts, ", ") + ") INHERITS (" + from + ")";
}

std::string RandomStatements::change_child(const Database& database, Data data) {
  std::vector<const Table*> children;
  for (const auto& each : database.tables)
    if (!each.inherits.empty()) children.push_back(&each);
  if (children.empty()) return create_child(database);
  const Table& child = *any(children);
  const std::string name = child.name.sql(), parent = any(child.inherits).sql();
  const std::string own = quote_identifier(any(child.columns).name);
  const auto* above = database.table(child.inherits[0]);
  const auto& inherited = any(above ? above->columns : child.columns);
  const std::string column = quote_identifier(inherited.name);
  switch (below(10)) {
    case 0:
      return "ALTER TABLE " + name + " NO INHERIT " + parent;
    case 1:
      return "ALTER TABLE " + name + " NO INHERIT " + parent + "; ALTER TABLE " + name + " INHERIT " + parent;
    case 2:
      return "ALTER TABLE " + name + " ALTER " + own +
             one_of({" SET NOT NULL", " DROP NOT NULL", " DROP DEFAULT"});
    case 3:
      return "ALTER TABLE " + one_of({"", "ONLY "}) + parent + " ALTER " + column +
             one_of({" DROP DEFAULT", " SET NOT NULL", " DROP NOT NULL"});
    case 4:
      return "ALTER TABLE " + one_of({"", "ONLY "}) + parent + " ALTER " + column + " SET DEFAULT " +
             value(database, inherited.type);
    case 5:
      return "ALTER TABLE " + parent + " ADD CONSTRAINT " + quote_identifier(fresh_name()) + " CHECK (" +
             column + " IS NULL OR 4 = 4)" + one_of({"", " NO INHERIT"});
    case 6:
      return "ALTER TABLE " + parent + " ADD " + quote_identifier(fresh_name()) + " " + random_type(database);
    case 7:
      return "ALTER TABLE " + name + " ADD " + quote_identifier(fresh_name()) + " " + random_type(database);
    case 8: {
      // Children of one that is there.
      const auto tables = relations(database, true);
      return "ALTER TABLE " + name + " INHERIT " + any(tables).name.sql();
    }
    default:
      if (data == Data::kept) return {};
      return "ALTER TABLE " + one_of({"", "ONLY "}) + parent + " DROP " + column;
  }
}

std::string RandomStatements::create_typed(const Database& database) {
  if (database.composite_types.empty() || chance(20)) return create_composite(database);
  const auto& type = any(database.composite_types);
  std::string out = "CREATE TABLE " + fresh(database) + " OF " + type.name.sql();
  if (!type.attributes.empty() && chance(50))
    out += " (" + quote_identifier(any(type.attributes).name) + " WITH OPTIONS " +
           one_of({"NOT NULL", "UNIQUE"}) + (chance(20) ? ", CHECK (5 = 5)" : "") + ")";
  return out;
}

std::string RandomStatements::change_settings(const Database& database) {
  if (database.tables.empty()) return {};
  const Table& table = any(database.tables);
  const std::string head = "ALTER TABLE " + table.name.sql() + " ";
  std::vector<std::string> indexes;
  for (const auto& each : table.indexes) indexes.push_back(each.name);
  for (const auto& each : table.constraints)
    if (each.type == catalog::ConstraintType::primary_key || each.type == catalog::ConstraintType::unique)
      indexes.push_back(each.name);
  const std::string column = quote_identifier(any(table.columns).name);
  switch (below(9)) {
    case 0:
    case 1:
      return indexes.empty() ? "" : head + "CLUSTER ON " + quote_identifier(any(indexes));
    case 2:
    case 3:
      return indexes.empty() ? "" : head + "REPLICA IDENTITY USING INDEX " + quote_identifier(any(indexes));
    case 4:
      return head + one_of({"REPLICA IDENTITY FULL", "REPLICA IDENTITY NOTHING", "REPLICA IDENTITY DEFAULT",
                            "SET WITHOUT CLUSTER"});
    case 5:
      return head + one_of({"SET (fillfactor=77)", "RESET (fillfactor)", "SET (autovacuum_enabled=false)",
                            "SET (toast.autovacuum_enabled=false)", "SET (parallel_workers=3)"});
    case 6:
      return head + "ALTER " + column + " SET " +
             one_of({"STORAGE external", "STORAGE plain", "STATISTICS 44"});
    case 7: {
      const std::string name = quote_identifier(fresh_name());
      return "CREATE UNIQUE INDEX " + name + " ON " + table.name.sql() + " (" + column + "); " + head +
             "ALTER " + column + " SET NOT NULL, REPLICA IDENTITY USING INDEX " + name;
    }
    default: {
      if (indexes.empty()) return {};
      const std::string name = any(indexes);
      return "ALTER INDEX " + qualified(table.name.schema, name) + " " +
             one_of({"SET (fillfactor=66)", "RESET (fillfactor)"});
    }
  }
}

}  // namespace migrate::test
