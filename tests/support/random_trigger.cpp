// Triggers, rules, policies and event triggers.
#include "tests/support/random_statements.hpp"
#include "util/quote.hpp"
#include "util/text.hpp"

namespace migrate::test {

using catalog::Kind;

std::string RandomStatements::create_trigger(const Database& database) {
  const auto all = relations(database, false);
  if (all.empty()) return {};
  const Relation& on = any(all);
  std::string function, start;
  const auto* found = trigger_function(database, "trigger");
  if (found && chance(80)) {
    function = found->name.sql();
  } else {
    function = fresh(database);
    start = "CREATE FUNCTION " + function +
            "() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$; ";
  }
  const std::string call = " EXECUTE FUNCTION " + function + "(" + one_of({"", "", "'it''s', 'b'"}) + ")";
  const std::string name = quote_identifier(fresh_name()), target = " ON " + on.name.sql();
  const auto at = static_cast<std::size_t>(below(static_cast<int>(on.columns.size())));
  const std::string column = quote_identifier(on.columns[at]);
  if (on.kind == Kind::view)
    return start + "CREATE TRIGGER " + name + " INSTEAD OF " +
           one_of({"INSERT", "UPDATE", "INSERT OR DELETE"}) + target + " FOR EACH ROW" + call;
  switch (below(6)) {
    case 0:
      return start + "CREATE TRIGGER " + name + " " + one_of({"BEFORE", "AFTER"}) + " INSERT OR UPDATE" +
             target + " FOR EACH ROW" + call;
    case 1:
      return start + "CREATE TRIGGER " + name + " BEFORE UPDATE OF " + column + target +
             " FOR EACH ROW WHEN (NEW." + column + " IS NULL)" + call;
    case 2:
      return start + "CREATE TRIGGER " + name + " AFTER " +
             one_of({"DELETE", "TRUNCATE", "INSERT OR UPDATE"}) + target + " FOR EACH STATEMENT" + call;
    case 3:
      return start + "CREATE TRIGGER " + name + " AFTER UPDATE" + target +
             " REFERENCING OLD TABLE AS \"Old\" NEW TABLE AS fresh FOR EACH STATEMENT" + call;
    case 4:
      return start + "CREATE CONSTRAINT TRIGGER " + name + " AFTER INSERT" + target +
             (chance(20) ? " FROM " + any(all).name.sql() : "") +
             one_of({" DEFERRABLE", " DEFERRABLE INITIALLY DEFERRED", ""}) + " FOR EACH ROW" + call;
    default:
      return start + "CREATE TRIGGER " + name + " BEFORE INSERT" + target + " FOR EACH ROW WHEN (" +
             condition(database, on, "NEW.") + ")" + call + "; ALTER TABLE " + on.name.sql() + " " +
             one_of({"DISABLE", "ENABLE ALWAYS", "ENABLE REPLICA"}) + " TRIGGER " + name;
  }
}

std::string RandomStatements::change_trigger(const Database& database) {
  if (database.triggers.empty()) return {};
  const auto& trigger = any(database.triggers);
  const std::string name = quote_identifier(trigger.name);
  switch (below(7)) {
    case 0:
      return comment(trigger.id());
    case 1:
    case 2:
      return "ALTER TABLE " + trigger.table.sql() + " " +
             one_of({"DISABLE", "ENABLE ALWAYS", "ENABLE REPLICA", "ENABLE"}) + " TRIGGER " + name;
    case 3:
      return "ALTER TRIGGER " + name + " ON " + trigger.table.sql() + " RENAME TO " +
             quote_identifier(fresh_name());
    case 4:
      return "DROP TRIGGER " + trigger.id().sql() + "; CREATE TRIGGER " + name + " AFTER DELETE ON " +
             trigger.table.sql() + " FOR EACH STATEMENT EXECUTE FUNCTION " + trigger.function + "('other')";
    case 5:
      return "DROP TRIGGER " + trigger.id().sql() + "; CREATE CONSTRAINT TRIGGER " + name +
             " AFTER DELETE ON " + trigger.table.sql() + " DEFERRABLE FOR EACH ROW EXECUTE FUNCTION " +
             trigger.function + "()";
    default:
      return create_trigger(database);
  }
}

std::string RandomStatements::create_rule(const Database& database) {
  const auto all = relations(database, false);
  if (all.empty()) return {};
  const Relation& on = any(all);
  if (on.kind == Kind::materialized_view) return {};
  const std::string start = "CREATE RULE " + quote_identifier(fresh_name()) + " AS ON ";
  const std::string target = " TO " + on.name.sql();
  switch (below(5)) {
    case 0:
      return start + "INSERT" + target + " DO ALSO NOTIFY \"Some thing\"";
    case 1:
      return start + "DELETE" + target + " DO INSTEAD NOTHING";
    case 2:
      return start + "UPDATE" + target + " WHERE " + condition(database, on, "OLD.") + " DO INSTEAD NOTHING";
    case 3: {
      const Relation& other = any(all);
      return start + "DELETE" + target + " WHERE " + condition(database, on, "OLD.") +
             " DO ALSO DELETE FROM " + other.name.sql() + " WHERE " + condition(database, other, "");
    }
    default: {
      const Relation& other = any(all);
      return start + "UPDATE" + target + " DO ALSO SELECT o.* FROM " + other.name.sql() + " o";
    }
  }
}

std::string RandomStatements::change_rule(const Database& database) {
  if (database.rules.empty()) return {};
  const auto& rule = any(database.rules);
  const std::string name = quote_identifier(rule.name), table = rule.table.sql();
  switch (below(5)) {
    case 0:
      return comment(rule.id());
    case 1:
      return "ALTER TABLE " + table + " " + one_of({"DISABLE", "ENABLE ALWAYS", "ENABLE REPLICA", "ENABLE"}) +
             " RULE " + name;
    case 2:
      return "ALTER RULE " + name + " ON " + table + " RENAME TO " + quote_identifier(fresh_name());
    case 3:
      return "CREATE OR REPLACE RULE " + name + " AS ON DELETE TO " + table + " DO ALSO NOTIFY \"other's\"";
    default:
      return create_rule(database);
  }
}

std::string RandomStatements::create_policy(const Database& database) {
  const auto all = relations(database, true);
  if (all.empty()) return {};
  const Relation& on = any(all);
  if (chance(25))
    return "ALTER TABLE " + on.name.sql() + " " +
           one_of({"ENABLE", "ENABLE", "FORCE", "NO FORCE", "DISABLE"}) + " ROW LEVEL SECURITY";
  std::string start = "CREATE POLICY " + quote_identifier(fresh_name()) + " ON " + on.name.sql() +
                      one_of({"", "", " AS RESTRICTIVE"});
  const std::string roles = one_of({"", " TO PUBLIC", " TO pg_monitor", " TO pg_monitor, pg_signal_backend"});
  std::string test = condition(database, on, "");
  if (chance(25)) {
    const Relation& other = any(all);
    test = "EXISTS (SELECT 1 FROM " + other.name.sql() + " o WHERE " + condition(database, other, "o.") + ")";
  }
  switch (below(4)) {
    case 0:
      return start + " FOR INSERT" + roles + " WITH CHECK (" + test + ")";
    case 1:
      return start + " FOR " + one_of({"SELECT", "DELETE"}) + roles + " USING (" + test + ")";
    case 2:
      return start + one_of({" FOR ALL", " FOR UPDATE"}) + roles + " USING (" + test + ") WITH CHECK (" +
             condition(database, on, "") + ")";
    default:
      return start + roles + " USING (" + test + ")";
  }
}

std::string RandomStatements::change_policy(const Database& database) {
  if (database.policies.empty()) return {};
  const auto& policy = any(database.policies);
  const auto* table = database.table(policy.table);
  const std::string head = "ALTER POLICY " + policy.id().sql();
  if (!table) return {};
  Relation on{policy.table, Kind::table, {}, {}, false};
  for (const auto& each : table->columns) {
    on.columns.push_back(each.name);
    on.types.push_back(each.type);
  }
  switch (below(7)) {
    case 0:
      return comment(policy.id());
    case 1:
      return head + " TO " + one_of({"PUBLIC", "pg_monitor", "pg_signal_backend"});
    case 2:
      return head + " USING (" + condition(database, on, "") + ")";
    case 3:
      return head + " WITH CHECK (" + condition(database, on, "") + ")";
    case 4:
      return head + " RENAME TO " + quote_identifier(fresh_name());
    case 5:
      return "DROP POLICY " + policy.id().sql() + "; CREATE POLICY " + quote_identifier(policy.name) +
             " ON " + policy.table.sql() + " AS RESTRICTIVE USING (true)";
    default:
      return create_policy(database);
  }
}

std::string RandomStatements::create_event_trigger(const Database& database) {
  std::string function, start;
  const auto* found = trigger_function(database, "event_trigger");
  if (found && chance(70)) {
    function = found->name.sql();
  } else {
    function = fresh(database);
    start = "CREATE FUNCTION " + function + "() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$; ";
  }
  const std::string event = one_of({"ddl_command_start", "ddl_command_end", "sql_drop", "table_rewrite"});
  const std::string tags =
      event == "table_rewrite" || chance(50)
          ? ""
          : " WHEN TAG IN ('CREATE TABLE', " + one_of({"'DROP TABLE'", "'ALTER VIEW'"}) + ")";
  return start + "CREATE EVENT TRIGGER " + quote_identifier(fresh_name()) + " ON " + event + tags +
         " EXECUTE FUNCTION " + function + "()";
}

std::string RandomStatements::change_event_trigger(const Database& database) {
  if (database.event_triggers.empty()) return {};
  const auto& trigger = any(database.event_triggers);
  const std::string name = quote_identifier(trigger.name);
  switch (below(5)) {
    case 0:
      return "COMMENT ON EVENT TRIGGER " + name + " IS 'what happens'";
    case 1:
    case 2:
      return "ALTER EVENT TRIGGER " + name + " " +
             one_of({"DISABLE", "ENABLE ALWAYS", "ENABLE REPLICA", "ENABLE"});
    case 3:
      return "ALTER EVENT TRIGGER " + name + " RENAME TO " + quote_identifier(fresh_name());
    default:
      return "DROP EVENT TRIGGER " + name + "; CREATE EVENT TRIGGER " + name +
             " ON ddl_command_end WHEN TAG IN ('CREATE INDEX') EXECUTE FUNCTION " + trigger.function + "()";
  }
}

}  // namespace migrate::test
