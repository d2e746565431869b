// A catalogue after apply_renames() must be the one that the server has after ALTER … RENAME.
#include "diff/rename.hpp"

#include "catalog/json.hpp"
#include "postgres/introspect.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/cluster.hpp"

using namespace migrate;
using catalog::Database;
using catalog::Kind;
using diff::Rename;

namespace {

const char* schema = R"(
  CREATE SCHEMA shop;
  CREATE TYPE role AS ENUM ('guest', 'admin');
  CREATE TYPE shop.colour AS ENUM ('red', 'blue');
  CREATE SEQUENCE ticket;
  CREATE TABLE users (
    id serial PRIMARY KEY, number bigint GENERATED ALWAYS AS IDENTITY, email text NOT NULL, role role DEFAULT 'guest',
    roles role[] DEFAULT '{guest,admin}', year int DEFAULT 2000, zone text, ticket int DEFAULT nextval('ticket'),
    lower text GENERATED ALWAYS AS (lower(email)) STORED, at timestamptz,
    CHECK (email <> '' AND lower(email) <> 'email'), CHECK (role = 'guest' OR role IN ('guest', 'admin')),
    CHECK (EXTRACT(year FROM at) > year), CHECK (zone <> '' OR at < '2020-01-01 00:00+00'::timestamp with time zone),
    UNIQUE (email) INCLUDE (year));
  CREATE INDEX users_lower ON users (lower(email), year) INCLUDE (zone) WHERE zone IS NOT NULL;
  CREATE TABLE shop.orders (id int PRIMARY KEY, user_id int REFERENCES users (id), email text REFERENCES users (email) ON DELETE SET NULL,
    colour shop.colour DEFAULT 'red'::shop.colour);
  CREATE TABLE parent (email text, kind role) PARTITION BY LIST (kind);
  CREATE TABLE part_guest PARTITION OF parent FOR VALUES IN ('guest');
  CREATE INDEX parent_email ON parent (email);
  CREATE TABLE base (id int, CONSTRAINT positive CHECK (id > 0));
  CREATE TABLE child (more int) INHERITS (base);
)";

Database introspected(test::TestDatabase& database) {
  postgres::Session session(database.options());
  return postgres::introspect(session);
}

void check(const std::string& sql, std::vector<Rename> renames) {
  INFO(sql);
  test::TestDatabase database;
  database.execute(schema);
  const auto before = introspected(database);
  database.execute(sql);
  const auto stated = renames.size();
  const auto predicted = diff::apply_renames(before, renames);
  CHECK(renames.size() == stated);
  CHECK(catalog::to_json(predicted) == catalog::to_json(introspected(database)));
}

Rename column(catalog::Name table, std::string from, std::string to) {
  return {{Kind::column, table, std::move(from)}, {Kind::column, table, std::move(to)}, {}, {}};
}

Rename object(Kind kind, catalog::Name from, catalog::Name to) {
  return {{kind, std::move(from), {}}, {kind, std::move(to), {}}, {}, {}};
}

const catalog::Name users{"public", "users"};

}  // namespace

TEST_CASE("a renamed column is followed by all that names it", "[acceptance][diff]") {
  check("ALTER TABLE users RENAME email TO \"E-Mail\"", {column(users, "email", "E-Mail")});
  check("ALTER TABLE users RENAME year TO zones", {column(users, "year", "zones")});
  check("ALTER TABLE users RENAME zone TO year2", {column(users, "zone", "year2")});
  check("ALTER TABLE users RENAME lower TO upper", {column(users, "lower", "upper")});
  check("ALTER TABLE users RENAME id TO key; ALTER TABLE users RENAME number TO no",
        {column(users, "id", "key"), column(users, "number", "no")});
  check("ALTER TABLE parent RENAME email TO mail; ALTER TABLE parent RENAME kind TO sort",
        {column({"public", "parent"}, "email", "mail"), column({"public", "parent"}, "kind", "sort")});
  check("ALTER TABLE base RENAME id TO key", {column({"public", "base"}, "id", "key")});
}

TEST_CASE("a renamed table is followed by all that names it", "[acceptance][diff]") {
  check("ALTER TABLE users RENAME TO people", {object(Kind::table, users, {"public", "people"})});
  check("ALTER TABLE parent RENAME TO eltern; ALTER TABLE base RENAME TO ground",
        {object(Kind::table, {"public", "parent"}, {"public", "eltern"}),
         object(Kind::table, {"public", "base"}, {"public", "ground"})});
  check("ALTER TABLE users SET SCHEMA shop", {object(Kind::table, users, {"shop", "users"})});
  check("ALTER TABLE parent SET SCHEMA shop",
        {object(Kind::table, {"public", "parent"}, {"shop", "parent"})});
  check("ALTER TABLE users RENAME TO people; ALTER TABLE people RENAME email TO mail",
        {column({"public", "people"}, "email", "mail"), object(Kind::table, users, {"public", "people"})});
}

TEST_CASE("a renamed schema, type, label or sequence is followed by all that names it",
          "[acceptance][diff]") {
  check("ALTER SCHEMA shop RENAME TO \"Shop 2\"", {object(Kind::schema, {"", "shop"}, {"", "Shop 2"})});
  check("ALTER TYPE role RENAME TO \"Rolle\"",
        {object(Kind::enum_type, {"public", "role"}, {"public", "Rolle"})});
  check("ALTER TYPE role SET SCHEMA shop", {object(Kind::enum_type, {"public", "role"}, {"shop", "role"})});
  const catalog::ObjectId role{Kind::enum_type, {"public", "role"}, {}};
  check("ALTER TYPE role RENAME VALUE 'guest' TO 'visitor'", {{role, role, "guest", "visitor"}});
  check("ALTER SEQUENCE ticket RENAME TO tickets; ALTER SEQUENCE users_id_seq RENAME TO ids",
        {object(Kind::sequence, {"public", "ticket"}, {"public", "tickets"}),
         object(Kind::sequence, {"public", "users_id_seq"}, {"public", "ids"})});
}

TEST_CASE("a renamed constraint or index is followed by all that names it", "[acceptance][diff]") {
  const auto constraint = [](catalog::Name table, std::string from, std::string to) {
    return Rename{
        {Kind::constraint, table, std::move(from)}, {Kind::constraint, table, std::move(to)}, {}, {}};
  };
  check("ALTER TABLE users RENAME CONSTRAINT users_pkey TO users_key",
        {constraint(users, "users_pkey", "users_key")});
  check("ALTER TABLE base RENAME CONSTRAINT positive TO \"Positive\"",
        {constraint({"public", "base"}, "positive", "Positive")});
  check("ALTER INDEX users_lower RENAME TO users_by_lower; ALTER INDEX parent_email RENAME TO by_email",
        {object(Kind::index, {"public", "users_lower"}, {"public", "users_by_lower"}),
         object(Kind::index, {"public", "parent_email"}, {"public", "by_email"})});
}
