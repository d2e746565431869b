// Views, materialized views and what becomes of tables under them.
#include "tests/support/random_statements.hpp"
#include "util/quote.hpp"
#include "util/text.hpp"

namespace migrate::test {

using catalog::Kind;

namespace {

// Which would keep its name, and so come and go with the same name where nobody states the rename.
bool has_sequence(const catalog::Database& database, const catalog::Name& name) {
  const auto* table = database.table(name);
  for (const auto& each : database.sequences)
    if (each.owned_by_table == name) return true;
  for (const auto& each : table->columns)
    if (each.identity) return true;
  return false;
}

}  // namespace

std::string RandomStatements::query(const Database& database) {
  const auto all = relations(database, false);
  if (all.empty()) return "SELECT 1 AS one, 'x'::text AS \"Two\"";
  const Relation& from = any(all);
  const auto column = [&](const Relation& of) {
    return static_cast<std::size_t>(below(static_cast<int>(of.columns.size())));
  };
  const auto name = [&](const Relation& of, std::size_t at) {
    return "s." + quote_identifier(of.columns[at]);
  };
  const std::string source = " FROM " + from.name.sql() + " s";
  switch (below(9)) {
    case 0:
      return "SELECT s.*" + source;
    case 1:
      return "SELECT s AS whole, count(*) OVER () AS n" + source;
    case 2: {
      const auto at = column(from);
      return "SELECT " + name(from, at) + ", count(*) AS " + quote_identifier(fresh_name()) + source +
             " GROUP BY " + name(from, at);
    }
    case 3: {
      const Relation& other = any(all);
      return "SELECT s." + quote_identifier(from.columns[column(from)]) + " AS a, o." +
             quote_identifier(other.columns[column(other)]) + " AS b" + source + " LEFT JOIN " +
             other.name.sql() + " o ON " + condition(database, other, "o.");
    }
    case 4: {
      const auto at = column(from);
      return "SELECT " + name(from, at) + " AS v" + source + " UNION ALL SELECT " + name(from, at) + source;
    }
    case 5: {
      const auto at = column(from);
      return "WITH RECURSIVE w(n, v) AS (SELECT 1, " + name(from, at) + source +
             " UNION ALL SELECT w.n + 1, w.v FROM w WHERE w.n < 3) SELECT w.n, w.v FROM w";
    }
    case 6: {
      // The key's other columns follow from it, so that the view needs the key.
      const auto* table = database.table(from.name);
      const auto* key = table ? table->primary_key() : nullptr;
      if (!key) return "SELECT s.*" + source + " WHERE " + condition(database, from, "s.");
      return "SELECT s.*" + source + " GROUP BY " +
             join_with(key->columns, ", ", [](const auto& each) { return "s." + quote_identifier(each); });
    }
    case 7: {
      if (database.routines.empty()) return "SELECT s.*" + source;
      const auto& routine = any(database.routines);
      if (routine.returns == "trigger" || routine.returns == "event_trigger" ||
          routine.kind != Kind::function)
        return "SELECT s.*" + source;
      std::vector<std::string> values;
      for (const auto& each : routine.arguments)
        if (each.mode.empty() && each.default_value.empty()) values.push_back("NULL::" + each.type);
      const std::string call = routine.name.sql() + "(" + join(values, ", ") + ")";
      return chance(50) ? "SELECT " + call + " AS r" + source : "SELECT f.* FROM " + call + " f";
    }
    default: {
      const auto at = column(from), other = column(from);
      std::string out = "SELECT " + name(from, at);
      if (other != at) out += ", " + name(from, other) + " AS " + quote_identifier(fresh_name());
      out += ", " + value(database, random_type(database)) + " AS " + quote_identifier(fresh_name());
      return out + source + (chance(50) ? " WHERE " + condition(database, from, "s.") : "");
    }
  }
}

std::string RandomStatements::create_view(const Database& database) {
  const std::string name = fresh(database);
  std::string out = "CREATE VIEW " + name;
  if (chance(15))
    out += " WITH (security_barrier=true)";
  else if (chance(10) && version_ >= 150000)
    out += " WITH (security_invoker=true)";
  out += " AS " + query(database);
  if (chance(4)) out += " WITH CASCADED CHECK OPTION";
  if (chance(30)) out += "; COMMENT ON VIEW " + name + " IS " + quote_literal(word());
  return out;
}

std::string RandomStatements::create_materialized_view(const Database& database) {
  const std::string name = fresh(database);
  std::string out = "CREATE MATERIALIZED VIEW " + name;
  if (chance(20)) out += " WITH (fillfactor=60)";
  out += " AS " + query(database);
  if (chance(30)) out += " WITH NO DATA";
  if (chance(30)) out += "; COMMENT ON MATERIALIZED VIEW " + name + " IS " + quote_literal(word());
  return out;
}

std::string RandomStatements::change_view(const Database& database) {
  if (database.views.empty()) return {};
  const auto& view = any(database.views);
  const std::string name = view.name.sql();
  const std::string column = quote_identifier(any(view.columns).name);
  switch (below(10)) {
    case 0:
      return comment(view.id());
    case 1:
      return "COMMENT ON COLUMN " + name + "." + column + " IS 'of a view'";
    case 2:
      return "ALTER VIEW " + name +
             (view.options.empty() ? " SET (security_barrier=true)" : " RESET (security_barrier)");
    case 3: {
      const auto& chosen = any(view.columns);
      return "ALTER VIEW " + name + " ALTER " + quote_identifier(chosen.name) +
             (chosen.default_value.empty() ? " SET DEFAULT " + value(database, chosen.type)
                                           : " DROP DEFAULT");
    }
    case 4:  // a column more
      return "CREATE OR REPLACE VIEW " + name + " AS SELECT q.*, 1 AS " + quote_identifier(fresh_name()) +
             " FROM (" + view.definition + ") q";
    case 5:
      return "CREATE OR REPLACE VIEW " + name + " AS SELECT q.* FROM (" + view.definition + ") q WHERE 1 = 1";
    case 6:
      return "ALTER VIEW " + name + " RENAME COLUMN " + column + " TO " + quote_identifier(fresh_name());
    case 7:  // what uses it is in the way, or goes along
      return "DROP VIEW " + name + (chance(50) ? " CASCADE" : "") + "; CREATE VIEW " + name + " AS " +
             query(database);
    case 8:  // of another kind
      return "DROP VIEW " + name + " CASCADE; CREATE " + one_of({"MATERIALIZED VIEW ", "TABLE "}) + name +
             " AS " + query(database);
    default:
      return "ALTER VIEW " + name + " RENAME TO " + quote_identifier(fresh_name());
  }
}

std::string RandomStatements::change_materialized_view(const Database& database) {
  if (database.materialized_views.empty()) return {};
  const auto& view = any(database.materialized_views);
  const std::string name = view.name.sql(), head = "ALTER MATERIALIZED VIEW " + name + " ";
  const std::string column = quote_identifier(any(view.columns).name);
  switch (below(10)) {
    case 0:
      return comment(view.id());
    case 1:
      return "COMMENT ON COLUMN " + name + "." + column + " IS 'of a materialized view'";
    case 2:
      return head + (view.options.empty() ? "SET (fillfactor=70)" : "RESET (fillfactor)");
    case 3:
      return head + "ALTER " + column + " SET STATISTICS " + std::to_string(below(90) + 10);
    case 4:
    case 5:
      return "CREATE " + one_of({"", "", "UNIQUE "}) + "INDEX " + quote_identifier(fresh_name()) + " ON " +
             name + " (" + column + ")" + one_of({"", " WHERE 1 = 1", " WITH (fillfactor=50)"});
    case 6:
      if (view.indexes.empty()) return {};
      return chance(50) ? head + "CLUSTER ON " + quote_identifier(any(view.indexes).name)
                        : "DROP INDEX " + qualified(view.name.schema, any(view.indexes).name);
    case 7:
      return "DROP MATERIALIZED VIEW " + name + (chance(50) ? " CASCADE" : "") +
             "; CREATE MATERIALIZED VIEW " + name + " AS " + query(database);
    case 8:
      return head + "RENAME COLUMN " + column + " TO " + quote_identifier(fresh_name());
    default:
      return head + "ALTER " + column + " SET STORAGE " + one_of({"EXTERNAL", "MAIN"});
  }
}

// The views over it are made again, as far as they can be.
std::string RandomStatements::change_table(const Database& database, Data data) {
  const auto tables = relations(database, true);
  if (tables.empty()) return {};
  const Relation& table = any(tables);
  const std::string head = "ALTER TABLE " + table.name.sql() + " ";
  const auto at = static_cast<std::size_t>(below(static_cast<int>(table.columns.size())));
  const std::string column = quote_identifier(table.columns[at]);
  const std::string type = random_type(database);
  switch (below(data == Data::kept ? 5 : 9)) {
    case 0:
      return head + "ADD " + quote_identifier(fresh_name()) + " " + type +
             (chance(40) ? " DEFAULT " + value(database, type) : "");
    case 1: {
      std::vector<const catalog::View*> over;
      for (const auto& each : database.dependencies)
        if (each.uses.name == table.name && each.object.kind == Kind::view)
          if (const auto* view = database.find<catalog::View>(each.object))
            if (over.empty() || over.back() != view) over.push_back(view);
      std::string out;
      for (const auto* each : over) out += "DROP VIEW IF EXISTS " + each->name.sql() + "; ";
      out += head + "ALTER " + column + " TYPE text";
      for (const auto* each : over) out += "; CREATE VIEW " + each->name.sql() + " AS " + each->definition;
      return out;
    }
    case 2:
      return head + "ALTER " + column + one_of({" SET NOT NULL", " DROP NOT NULL", " DROP DEFAULT"});
    case 3:
      return head + "ADD CONSTRAINT " + quote_identifier(fresh_name()) + " CHECK (" +
             condition(database, table, "") + ")";
    case 4:
      return "CREATE INDEX " + quote_identifier(fresh_name()) + " ON " + table.name.sql() + " (" + column +
             ")";
    case 5:
      return head + "DROP " + column + one_of({"", " CASCADE"});
    case 6:
      if (has_sequence(database, table.name) || table.partitioned) return {};
      return head + "RENAME " + column + " TO " + quote_identifier(fresh_name());
    case 7:
      return head + "ALTER " + column + " TYPE " + type + " USING NULL";
    default:
      if (has_sequence(database, table.name)) return {};
      return head + "RENAME TO " + quote_identifier(fresh_name());
  }
}

}  // namespace migrate::test
