#include <functional>

#include "diff/change.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/diff/builders.hpp"

using namespace migrate;
using namespace migrate::test;
using catalog::Database;
using catalog::Kind;
using diff::Action;
using diff::Change;
using Lines = std::vector<std::string>;

namespace {

Lines described(const Database& before, const Database& after) {
  Lines out;
  for (const auto& change : diff::diff(before, after)) out.push_back(diff::describe(change, before, after));
  return out;
}

Database shop() {
  auto users = table("users", {column("id", "bigint", true), column("email", "text", true)});
  users.constraints = {check("users_email_check", "email <> ''::text"), primary_key("users_pkey", {"id"})};
  users.indexes = {index("users_email_idx", {key("email")})};
  return database({users}, {enum_type("role", {"guest", "admin"})}, {sequence("ticket_seq")});
}

// What is said about shop() when `edit` is applied to it.
Lines after_edit(const std::function<void(Database&)>& edit) {
  auto after = shop();
  edit(after);
  after.sort();
  return described(shop(), after);
}

catalog::Table& users(Database& database) { return *database.table(catalog::Name{"public", "users"}); }

}  // namespace

TEST_CASE("equal catalogues have no changes", "[diff]") { CHECK(diff::diff(shop(), shop()).empty()); }

TEST_CASE("a change names the object, the action and the fields that differ", "[diff]") {
  auto after = shop();
  users(after).columns[1].type = "character varying(50)";
  users(after).columns[1].not_null = false;
  const std::vector<Change> expected{
      {Action::alter, {Kind::column, {"public", "users"}, "email"}, {}, {"type", "not_null"}}};
  CHECK(diff::diff(shop(), after) == expected);
}

TEST_CASE("changes are sorted by kind and name and a whole table is one change", "[diff]") {
  auto before = shop();
  before.tables.push_back(table("zebra", {column("id", "integer")}));
  auto after = shop();
  after.schemas.insert(after.schemas.begin(), {"audit", ""});
  auto log = table("log", {column("id", "integer")}, "audit");
  log.indexes = {index("log_id_idx", {key("id")})};
  after.tables.insert(after.tables.begin(), log);
  users(after).columns.push_back(column("nick", "text"));
  users(after).indexes = {index("users_nick_idx", {key("nick")})};
  users(after).constraints.erase(users(after).constraints.begin());
  CHECK(described(before, after) == Lines{"creates schema audit", "creates table audit.log",
                                          "drops table zebra", "adds column users.nick",
                                          "drops check users.users_email_check",
                                          "drops index users_email_idx", "creates index users_nick_idx"});
}

TEST_CASE("the order of columns is no difference", "[diff]") {
  CHECK(after_edit([](Database& d) { std::swap(users(d).columns[0], users(d).columns[1]); }).empty());
}

TEST_CASE("an index of one name that moves to another table is dropped before it is made", "[diff]") {
  auto before = shop();
  before.tables.push_back(table("z", {column("email", "text")}));
  auto after = before;
  after.tables[1].indexes = std::move(after.tables[0].indexes);
  after.tables[0].indexes.clear();
  CHECK(described(before, after) == Lines{"drops index users_email_idx", "creates index users_email_idx"});
}

TEST_CASE("what changes is said in plain words with old and new value", "[diff]") {
  struct Case {
    const char* says;
    std::function<void(Database&)> edit;
  };
  const auto email = [](Database& d) -> catalog::Column& { return users(d).columns[1]; };
  const std::vector<Case> cases{
      {"changes schema public: comment 'ours' added", [](Database& d) { d.schemas[0].comment = "ours"; }},
      {"changes type role: label 'member' added before 'admin'",
       [](Database& d) {
         d.enums[0].labels = {"guest", "member", "admin"};
       }},
      {"changes type role: label 'guest' dropped, label 'owner' added at the end",
       [](Database& d) {
         d.enums[0].labels = {"admin", "owner"};
       }},
      {"changes type role: order of labels 'guest', 'admin' to 'admin', 'guest'",
       [](Database& d) {
         d.enums[0].labels = {"admin", "guest"};
       }},
      {"changes sequence ticket_seq: type bigint to integer, start the default to 100, CYCLE added",
       [](Database& d) {
         d.sequences[0].type = "integer";
         d.sequences[0].options.start = 100;
         d.sequences[0].options.cycle = true;
       }},
      {"changes sequence ticket_seq: owner none to users.id",
       [](Database& d) {
         d.sequences[0].owned_by_table = {"public", "users"};
         d.sequences[0].owned_by_column = "id";
       }},
      {"changes table users: logged to unlogged, storage parameters fillfactor=70 added",
       [](Database& d) {
         users(d).unlogged = true;
         users(d).options.edit()["fillfactor"] = "70";
       }},
      {"changes column users.email: type text to citext", [&](Database& d) { email(d).type = "citext"; }},
      {"changes column users.email: NOT NULL dropped, default '''x'''::text added",
       [&](Database& d) {
         email(d).not_null = false;
         email(d).default_value = "'''x'''::text";
       }},
      {"changes column users.email: identity added, statistics target the default to 500, comment 'it''s' "
       "added",
       [&](Database& d) {
         email(d).identity.emplace();
         email(d).statistics = 500;
         email(d).comment = "it's";
       }},
      {"changes column users.email: generated as (lower(nick)) added",
       [&](Database& d) {
         email(d).generated = catalog::Generated{"lower(nick)", true};
       }},
      {"changes column users.email: collation the type's to \"C\"",
       [&](Database& d) { email(d).collation = "\"C\""; }},
      {"changes check users.users_email_check: condition email <> ''::text to length(email) > 3, validated",
       [](Database& d) { users(d).constraints[0].expression = "length(email) > 3"; }},
      {"changes primary key users.users_pkey: columns (id) to (id, email), timing NOT DEFERRABLE to "
       "DEFERRABLE "
       "INITIALLY DEFERRED",
       [](Database& d) {
         users(d).constraints[1].columns = {"id", "email"};
         users(d).constraints[1].deferrable = users(d).constraints[1].initially_deferred = true;
       }},
      {"changes index users_email_idx: UNIQUE added, keys (email) to (lower(email) text_pattern_ops DESC), "
       "WHERE "
       "(id > 0) added",
       [](Database& d) {
         auto& changed = users(d).indexes[0];
         changed.elements = {expression_key("lower(email)")};
         changed.elements[0].opclass = "text_pattern_ops";
         changed.elements[0].descending = true;
         changed.unique = true;
         changed.where = "id > 0";
       }},
  };
  for (const auto& each : cases) {
    auto before = shop();
    if (std::string_view(each.says).ends_with("validated")) users(before).constraints[0].not_valid = true;
    auto after = shop();
    each.edit(after);
    CHECK(described(before, after) == Lines{each.says});
  }
}

TEST_CASE("a rename is said with the old and the new name", "[diff]") {
  const auto say = [](catalog::ObjectId was, catalog::ObjectId now) {
    return diff::describe({Action::rename, now, was, {}}, shop(), shop());
  };
  CHECK(say({Kind::column, {"public", "users"}, "mail"}, {Kind::column, {"public", "users"}, "E-Mail"}) ==
        "renames column users.mail to \"E-Mail\"");
  CHECK(say({Kind::table, {"public", "user"}, ""}, {Kind::table, {"public", "users"}, ""}) ==
        "renames table \"user\" to users");
  CHECK(say({Kind::table, {"public", "log"}, ""}, {Kind::table, {"audit", "log"}, ""}) ==
        "renames table log to audit.log");
}

TEST_CASE("what a partition has because of its parent has no change of its own", "[diff]") {
  const auto partitioned = [](bool with_note) {
    auto parent = table("events", {column("id", "bigint", true)});
    parent.partition_key = "RANGE (id)";
    auto child = table("events_1", {column("id", "bigint", true)});
    child.partition_of = parent.name;
    child.partition_bound = "FOR VALUES FROM (1) TO (9)";
    child.columns[0].inherited = true;
    if (with_note) {
      parent.columns.push_back(column("note", "text"));
      parent.indexes = {index("events_note_idx", {key("note")})};
      parent.constraints = {check("events_note_check", "note <> ''::text")};
      child.columns.push_back(column("note", "text"));
      child.columns[1].inherited = true;
      child.indexes = {index("events_1_note_idx", {key("note")})};
      child.indexes[0].attached_to = {"public", "events_note_idx"};
      child.constraints = parent.constraints;
      child.constraints[0].inherited = true;
    }
    return database({parent, child});
  };
  CHECK(described(partitioned(false), partitioned(true)) == Lines{"adds column events.note",
                                                                  "adds check events.events_note_check",
                                                                  "creates index events_note_idx"});
  CHECK(described(partitioned(true), partitioned(false)) == Lines{"drops column events.note",
                                                                  "drops check events.events_note_check",
                                                                  "drops index events_note_idx"});

  auto altered = partitioned(true);
  altered.tables[0].columns[1].type = altered.tables[1].columns[1].type = "character varying(9)";
  altered.tables[1].columns[1].comment = "only here";
  CHECK(described(partitioned(true), altered) ==
        Lines{"changes column events.note: type text to character varying(9)",
              "changes column events_1.note: comment 'only here' added"});

  auto detached = partitioned(true);
  detached.tables[1].partition_of = {};
  detached.tables[1].partition_bound.clear();
  detached.tables[1].indexes.clear();
  for (auto& each : detached.tables[1].columns) each.inherited = false;
  CHECK(
      described(partitioned(true), detached) ==
      Lines{"changes table events_1: partition of events dropped, partition bound FOR VALUES FROM (1) TO (9) "
            "dropped",
            "drops index events_1_note_idx"});
}
