#include "autogenerate/compare.hpp"

#include <algorithm>

#include "tests/support/require_error.hpp"
#include "tests/unit/diff/builders.hpp"

using namespace migrate;
using namespace migrate::test;
using catalog::Kind;
using catalog::Name;
using catalog::ObjectId;

namespace {

const auto never_asked = [](const catalog::Database&,
                            const catalog::Database&) -> std::optional<catalog::Database> {
  return std::nullopt;
};

catalog::Table parent() {
  auto out = table("Events", {column("id", "bigint", true)});
  out.partition_key = "RANGE (id)";
  out.constraints = {primary_key("Events_pkey", {"id"})};
  return out;
}

catalog::Table partition(const std::string& name, const std::string& bound) {
  auto out = table(name, {column("id", "bigint", true)});
  out.columns[0].inherited = true;
  out.partition_of = {"public", "Events"};
  out.partition_bound = bound;
  out.constraints = {primary_key(name + "_pkey", {"id"})};
  out.constraints[0].inherited = true;
  out.constraints[0].attached_to = {"public", "Events_pkey"};
  return out;
}

model::Document declares(std::vector<catalog::Table> tables) {
  model::Document out;
  out.database = database(std::move(tables));
  return out;
}

const auto first = "FOR VALUES FROM ('1') TO ('9')";
const auto second = "FOR VALUES FROM ('9') TO ('99')";
const ObjectId second_table{Kind::table, {"public", "events 2"}, ""};

std::vector<std::string> changes(const autogenerate::Comparison& comparison) {
  std::vector<std::string> out;
  for (const auto& each : comparison.changes)
    out.push_back(diff::describe(each, comparison.before, comparison.target));
  return out;
}

}  // namespace

TEST_CASE("partitions that the models don't speak of are not theirs") {
  const auto live = database({parent(), partition("events 1", first), partition("events 2", second)});
  const auto some =
      autogenerate::compare(declares({parent(), partition("events 1", first)}), live, {}, never_asked);
  CHECK(some.changes.empty());
  CHECK(some.unmanaged.empty());
  CHECK(some.declared == catalog::object_ids(database({parent(), partition("events 1", first)})));
  CHECK(std::count(some.declared.begin(), some.declared.end(), second_table) == 0);
  const auto none = autogenerate::compare(declares({parent()}), live, {}, never_asked);
  CHECK(none.changes.empty());
  CHECK(none.target.tables.size() == 3);
}

TEST_CASE("a partition that was declared once, or is asked for, goes; and all go with their parent") {
  const auto live = database({parent(), partition("events 1", first), partition("events 2", second)});
  const auto models = declares({parent(), partition("events 1", first)});
  const std::vector<std::string> dropped{"drops table \"events 2\""};
  autogenerate::CompareOptions owned;
  owned.owned = {second_table};
  CHECK(changes(autogenerate::compare(models, live, owned, never_asked)) == dropped);
  autogenerate::CompareOptions asked;
  asked.drop = {"\"events 2\""};
  CHECK(changes(autogenerate::compare(models, live, asked, never_asked)) == dropped);
  autogenerate::CompareOptions all;
  all.drop_unmanaged = true;
  CHECK(changes(autogenerate::compare(models, live, all, never_asked)) == dropped);
  all.exclude = {"events*"};
  CHECK(changes(autogenerate::compare(models, live, all, never_asked)).empty());
  all.exclude.clear();
  all.keep_partitions = true;
  CHECK(changes(autogenerate::compare(models, live, all, never_asked)).empty());
  autogenerate::CompareOptions parent_owned;
  parent_owned.owned = {{Kind::table, {"public", "Events"}, ""}};
  parent_owned.no_renames = true;
  CHECK(changes(autogenerate::compare(declares({}), live, parent_owned, never_asked)) ==
        std::vector<std::string>{"drops table \"Events\"", "drops table \"events 1\"",
                                 "drops table \"events 2\""});
}

TEST_CASE("owners and privileges count where that is asked for, and of what is declared alone") {
  const ObjectId users{Kind::table, {"public", "users"}, ""}, other{Kind::table, {"public", "other"}, ""};
  const auto models = [&](std::vector<catalog::Access> access) {
    auto out = declares({table("users", {column("id", "bigint", true)})});
    out.database.access = std::move(access);
    return out;
  };
  auto live = database(
      {table("other", {column("id", "bigint", true)}), table("users", {column("id", "bigint", true)})});
  live.access = {{other, "boss", {{"app", "select", false, false}}},
                 {users, "boss", {{"app", "insert", false, false}}}};
  autogenerate::CompareOptions both;
  both.owners = both.privileges = true;
  const auto wanted = models({{users, "app", {{"public", "select", false, false}}}});
  CHECK(changes(autogenerate::compare(wanted, live, both, never_asked)) ==
        std::vector<std::string>{
            "changes table users: owner boss to app, revokes insert from app, grants select to public"});
  const auto silent = autogenerate::compare(models({}), live, both, never_asked);
  CHECK(changes(silent) == std::vector<std::string>{"changes table users: revokes insert from app"});
  REQUIRE(silent.target.access.size() == 2);
  CHECK(silent.target.access[0] == live.access[0]);
  auto unread = live;
  unread.access.clear();
  CHECK(changes(autogenerate::compare(wanted, unread, {}, never_asked)).empty());
  REQUIRE_ERROR(autogenerate::compare(models({{{Kind::table, {"public", "user"}, ""}, "app", {}}}), live,
                                      both, never_asked),
                ExitCode::failed,
                "the models say who may use table \"user\", which is not there\n"
                "  hint: correct the name in m.access(…), or take the call out");
}
