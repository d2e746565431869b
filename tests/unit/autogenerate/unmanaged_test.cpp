#include "autogenerate/unmanaged.hpp"

#include "tests/support/catch.hpp"
#include "util/error.hpp"

using namespace migrate;
using namespace migrate::autogenerate;
using catalog::Database;
using catalog::Kind;
using catalog::Name;
using catalog::ObjectId;
using catalog::Table;

namespace {

Table table(const std::string& name, const std::vector<std::string>& columns) {
  Table out;
  out.name = {"public", name};
  for (const auto& each : columns) {
    out.columns.emplace_back();
    out.columns.back().name = each;
    out.columns.back().type = "integer";
  }
  return out;
}

catalog::Constraint foreign_key(const std::string& name, const std::string& column, const std::string& to) {
  catalog::Constraint out;
  out.name = name;
  out.type = catalog::ConstraintType::foreign_key;
  out.columns = {column};
  out.references = {"public", to};
  out.referenced_columns = {"id"};
  return out;
}

catalog::Index index(const std::string& name, const std::string& column) {
  catalog::Index out;
  out.name = name;
  out.elements.resize(1);
  out.elements[0].column = column;
  return out;
}

}  // namespace

TEST_CASE("a schema stays as long as there is something in it of a kind that is not handled") {
  Database before;
  before.schemas = {{"kept", ""}, {"left", ""}};
  before.unhandled = {{"operator", "kept.===(integer,integer)", {{Kind::schema, {"", "kept"}, ""}}}};
  Database target;
  keep_unmanaged(target, before, [](const ObjectId&) { return Fate::dropped; });
  REQUIRE(target.schemas.size() == 1);
  CHECK(target.schemas.front().name == "kept");
}

TEST_CASE("what nobody owns stays, at its place, and is named") {
  Database before;
  before.tables = {table("others", {"id"}), table("users", {"id", "legacy", "name"})};
  before.tables[1].indexes = {index("hand_made", "name")};
  Database target;
  target.tables = {table("users", {"id", "name", "added"})};
  const auto unmanaged = keep_unmanaged(target, before, [](const ObjectId&) { return Fate::unmanaged; });
  CHECK(unmanaged == std::vector<ObjectId>{{Kind::table, {"public", "others"}, ""},
                                           {Kind::column, {"public", "users"}, "legacy"},
                                           {Kind::index, {"public", "hand_made"}, ""}});
  REQUIRE(target.tables.size() == 2);
  CHECK(target.tables[0] == before.tables[0]);
  CHECK(target.tables[1].columns[1].name == "legacy");
  CHECK(target.tables[1].indexes == before.tables[1].indexes);
}

TEST_CASE("a schema stays as long as something in it does") {
  Database before;
  before.schemas = {{"auth", "logins"}};
  before.tables = {table("schema_migrations", {"version"}), table("users", {"id"})};
  for (auto& each : before.tables) each.name.schema = "auth";
  const auto keep = [&](bool all_gone) {
    Database target;
    keep_unmanaged(target, before, [&](const ObjectId& id) {
      return !all_gone && is_foreign_bookkeeping(id, before) ? Fate::left_alone : Fate::dropped;
    });
    return target;
  };
  CHECK(keep(true).schemas.empty());
  const auto kept = keep(false);
  CHECK(kept.schemas == before.schemas);
  REQUIRE(kept.tables.size() == 1);
  CHECK(kept.tables[0].name == Name{"auth", "schema_migrations"});
}

TEST_CASE("an index goes with the column that it stands on, whoever made it") {
  Database before;
  before.tables = {table("users", {"id", "legacy"})};
  before.tables[0].indexes = {index("hand_made", "legacy")};
  Database target;
  target.tables = {table("users", {"id"})};
  const auto unmanaged = keep_unmanaged(target, before, [](const ObjectId& id) {
    return id.kind == Kind::column ? Fate::dropped : Fate::unmanaged;
  });
  CHECK(unmanaged.empty());
  CHECK(target.tables[0].indexes.empty());
}

TEST_CASE("a foreign key of an unmanaged table that points at what goes is refused by name") {
  Database before;
  before.tables = {table("orders", {"id"}), table("users", {"id"})};
  before.tables[0].constraints = {foreign_key("orders_user_fkey", "id", "users")};
  Database target;
  const auto fate = [](const ObjectId& id) {
    return id.name.name == "users" ? Fate::dropped : Fate::unmanaged;
  };
  CHECK_THROWS_WITH(keep_unmanaged(target, before, fate),
                    "foreign keys are in the way of what would be dropped:\n"
                    "  constraint orders.orders_user_fkey, which references users");
}

TEST_CASE("partitions of a declared parent are its affair") {
  Database before;
  before.tables = {table("events", {"at"}), table("events_2026", {"at"})};
  before.tables[1].partition_of = {"public", "events"};
  Database target;
  target.tables = {table("events", {"at"})};
  const auto unmanaged = keep_unmanaged(target, before, [](const ObjectId&) { return Fate::unmanaged; });
  CHECK(unmanaged.empty());
  CHECK(target.tables.size() == 2);
}

TEST_CASE("filters are patterns over qualified names, and exclude wins") {
  const Filter filter({"public.*", "audit"}, {"*_tmp"});
  CHECK(filter.in_view({Kind::table, {"public", "users"}, ""}));
  CHECK(filter.in_view({Kind::table, {"other", "audit"}, ""}));
  CHECK_FALSE(filter.in_view({Kind::table, {"other", "users"}, ""}));
  CHECK_FALSE(filter.in_view({Kind::table, {"public", "load_tmp"}, ""}));
}

TEST_CASE("other tools' tables are left out with their sequences") {
  catalog::Database there;
  there.tables = {table("django_migrations", {"id"}), table("schema_migrations", {"v"}), table("t", {"id"})};
  there.tables[1].name.schema = "other";
  catalog::Sequence sequence;
  sequence.name = {"public", "django_migrations_id_seq"};
  sequence.owned_by_table = {"public", "django_migrations"};
  sequence.owned_by_column = "id";
  there.sequences = {sequence};
  there.sort();
  CHECK(autogenerate::is_foreign_bookkeeping({catalog::Kind::sequence, sequence.name, ""}, there));
  CHECK_FALSE(autogenerate::is_foreign_bookkeeping({catalog::Kind::table, {"public", "t"}, ""}, there));
  auto none = there;
  CHECK(
      autogenerate::leave_out_foreign_bookkeeping(none, [](const catalog::Name&) { return false; }).empty());
  CHECK(none == there);
  const auto names =
      autogenerate::leave_out_foreign_bookkeeping(there, [](const catalog::Name&) { return true; });
  CHECK(names == std::vector<catalog::Name>{{"other", "schema_migrations"}, {"public", "django_migrations"}});
  CHECK(there.tables.size() == 1);
  CHECK(there.sequences.empty());
}

TEST_CASE("what a table has of a parent is its own once it is a child no longer") {
  Database before;
  before.tables = {table("parent", {"id"}), table("part", {"id", "extra"})};
  auto& part = before.tables[1];
  part.partition_of = {"public", "parent"};
  for (auto& column : part.columns) column.inherited = true;
  part.indexes = {index("part_id_idx", "id")};
  part.indexes[0].attached_to = {"public", "parent_id_idx"};
  before.sort();
  const auto keep_in = [&](const Table& wanted, Fate fate) {
    Database target;
    target.tables = {table("parent", {"id"}), wanted};
    target.sort();
    keep_unmanaged(target, before, [&](const ObjectId&) { return fate; });
    return *target.table({"public", "part"});
  };
  Table alone = table("part", {"id"});
  CHECK(keep_in(alone, Fate::dropped) == alone);
  const Table kept = keep_in(alone, Fate::unmanaged);
  CHECK(kept.columns.at(1).name == "extra");
  CHECK_FALSE(kept.columns.at(1).inherited);
  CHECK(kept.indexes == std::vector<catalog::Index>{index("part_id_idx", "id")});
  Table child = table("part", {"id"});
  child.partition_of = {"public", "parent"};
  CHECK(keep_in(child, Fate::dropped).indexes == before.table({"public", "part"})->indexes);
}
