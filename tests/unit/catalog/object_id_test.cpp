#include "catalog/object_id.hpp"

#include "catalog/spelling.hpp"
#include "tests/support/catch.hpp"

using namespace migrate::catalog;

namespace {

const std::vector<ObjectId> one_of_each{
    {Kind::schema, {"", "sales"}, ""},
    {Kind::extension, {"", "uuid-ossp"}, ""},
    {Kind::enum_type, {"public", "of type"}, ""},
    {Kind::domain, {"public", "email"}, ""},
    {Kind::composite_type, {"public", "Address"}, ""},
    {Kind::range_type, {"public", "span"}, ""},
    {Kind::sequence, {"public", "ids"}, ""},
    {Kind::table, {"public", "order"}, ""},
    {Kind::column, {"public", "a.b"}, "c.d"},
    {Kind::constraint, {"public", "users"}, "users pkey"},
    {Kind::index, {"public", "ü"}, ""},
    {Kind::function, {"public", "f(x)"}, "integer, numeric(3,1)[]"},
    {Kind::function, {"public", "now"}, ""},
    {Kind::procedure, {"Big \"quoted\"", "p"}, "public.\"Odd (type)\""},
    {Kind::aggregate, {"public", "sum"}, "integer"},
    {Kind::view, {"public", "v"}, ""},
    {Kind::materialized_view, {"public", "v"}, ""},
    {Kind::trigger, {"public", "users"}, "audit it"},
    {Kind::rule, {"public", "users"}, "r"},
    {Kind::policy, {"sales", "orders"}, "Only mine"},
    {Kind::event_trigger, {"", "guard"}, ""},
    {Kind::default_privileges, {"Sales", "The (owner)"}, "large objects"},
    {Kind::default_privileges, {"", "app"}, "tables"},
};

}  // namespace

TEST_CASE("A key names its object exactly, whatever the kind") {
  std::vector<bool> seen(kind_count, false);
  for (const auto& id : one_of_each) {
    ObjectId read;
    INFO(id.key());
    REQUIRE(from_text(id.key(), read));
    CHECK(read == id);
    seen[static_cast<std::size_t>(id.kind)] = true;
  }
  for (std::size_t n = 0; n < kind_count; ++n) {
    INFO(kind_name(static_cast<Kind>(n)));
    CHECK(seen[n]);
  }
}

TEST_CASE("Keys are read the way people would expect them to look") {
  CHECK(one_of_each[8].key() == "column public.\"a.b\".\"c.d\"");
  CHECK(one_of_each[11].key() == "function public.\"f(x)\"(integer, numeric(3,1)[])");
  CHECK(one_of_each[16].key() == "materialized view public.v");
  CHECK(one_of_each[17].text() == "trigger users.\"audit it\"");
  ObjectId id;
  CHECK_FALSE(from_text("trigger users", id));
  CHECK_FALSE(from_text("function f", id));
  CHECK_FALSE(from_text("thing public.x", id));
}

TEST_CASE("The SQL name of an object is what ALTER, DROP and COMMENT take") {
  CHECK(one_of_each[7].sql() == "public.\"order\"");
  CHECK(one_of_each[9].sql() == "\"users pkey\" ON public.users");
  CHECK(one_of_each[12].sql() == "public.now()");
  CHECK(one_of_each[17].sql() == "\"audit it\" ON public.users");
  CHECK(ObjectId{Kind::aggregate, {"public", "all_rows"}, ""}.sql() == "public.all_rows(*)");
  CHECK(sql_kind(Kind::composite_type) == "TYPE");
}
