// What resolve() says that partitions and children will have must be what the server gives them.
#include "diff/children.hpp"

#include "catalog/json.hpp"
#include "diff/resolve.hpp"
#include "postgres/introspect.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/cluster.hpp"

using namespace migrate;
using namespace migrate::test;

namespace {

catalog::Database introspected(TestDatabase& database) {
  postgres::Session session(database.options());
  return postgres::introspect(session);
}

// The models have what `parents` has after `sql`; the database that has children, too, must become what was
// predicted.
void check(const std::string& parents, const std::string& children, const std::string& sql) {
  INFO(sql);
  TestDatabase declared, live;
  declared.execute(parents + sql);
  live.execute(parents + children);
  const auto before = introspected(live);
  const auto models = introspected(declared);
  const auto never = [](const catalog::Database&,
                        const catalog::Database&) -> std::optional<catalog::Database> {
    return std::nullopt;
  };
  auto target = diff::resolve(models, before, never).target;
  for (const auto& table : before.tables)
    if (!table.inherits.empty()) target.tables.push_back(table);  // as ones that are left alone
  target.sort();
  diff::complete_children(target, before,
                          [&](const catalog::Name& name) { return models.table(name) != nullptr; });
  live.execute(sql);
  CHECK(catalog::to_json(target) == catalog::to_json(introspected(live)));
}

}  // namespace

TEST_CASE("partitions that nobody declared follow their parent", "[acceptance][diff]") {
  const std::string parents = R"(
    CREATE TABLE users (id int PRIMARY KEY);
    CREATE TABLE events (id int NOT NULL, at date NOT NULL, note text, old int, CONSTRAINT small CHECK (id < 1000),
                         PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
    CREATE INDEX events_note ON events (note);
  )";
  const std::string children = R"(
    CREATE TABLE events_a PARTITION OF events FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
    CREATE TABLE "Events B" PARTITION OF events FOR VALUES FROM ('2021-01-01') TO ('2022-01-01') PARTITION BY LIST (id);
    CREATE TABLE events_b1 PARTITION OF "Events B" FOR VALUES IN (1, 2);
    CREATE INDEX only_here ON events_a (id);
  )";
  check(parents, children, "");
  check(parents, children, "ALTER TABLE events ADD more int NOT NULL DEFAULT 7;");
  check(parents, children, "ALTER TABLE events DROP old;");
  check(parents, children, "ALTER TABLE events ALTER note TYPE varchar(9), ALTER note SET NOT NULL;");
  check(parents, children, "ALTER TABLE events ADD CONSTRAINT positive CHECK (id > 0);");
  check(parents, children, "ALTER TABLE events DROP CONSTRAINT small;");
  check(parents, children, "CREATE INDEX ON events (lower(note), id);");
  check(parents, children, "DROP INDEX events_note;");
  check(parents, children, "ALTER TABLE events DROP CONSTRAINT events_pkey;");
  check(parents, children, "ALTER TABLE events ADD UNIQUE (at, id, note);");
  check(parents, children,
        "ALTER TABLE events ADD CONSTRAINT to_users FOREIGN KEY (old) REFERENCES users (id);");
}

TEST_CASE("children that are left alone follow their parents", "[acceptance][diff]") {
  const std::string parents =
      "CREATE TABLE base (id int, note text, CONSTRAINT positive CHECK (id > 0), CONSTRAINT here CHECK (id < "
      "9) NO INHERIT);";
  const std::string children =
      "CREATE TABLE child (more int) INHERITS (base); CREATE TABLE grandchild () INHERITS (child);";
  check(parents, children, "");
  check(parents, children, "ALTER TABLE base ADD extra text DEFAULT 'x';");
  check(parents, children, "ALTER TABLE base DROP note;");
  check(parents, children, "ALTER TABLE base ALTER note TYPE varchar(9), ALTER id SET NOT NULL;");
  check(parents, children,
        "ALTER TABLE base DROP CONSTRAINT positive; ALTER TABLE base ADD CONSTRAINT odd CHECK (id % 2 = 1);");
  check(parents, children, "CREATE INDEX ON base (id);");
}
