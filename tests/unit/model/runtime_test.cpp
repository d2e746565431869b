// What models declare, as the runtime sees it: the document, read as `migrate` reads it, and the problems.
#include "model/runtime/data.hpp"

#include <migrate/chrono.hpp>
#include <migrate/model.hpp>

#include "catalog/database.hpp"
#include "model/document.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/require_error.hpp"

namespace shop {

template <class Row>
struct Id {
  std::int64_t value;
};
template <class Row>
struct Entity {
  Id<Row> id;
  static void declare(migrate::Columns c) {
    c.column<&Entity::id>().identity();
    c.primary_key<&Entity::id>();
  }
};
struct Timestamps {
  migrate::timestamptz created_at, updated_at;
  static void declare(migrate::Columns c) {
    c.column<&Timestamps::created_at>().default_sql("now()");
    c.columns<&Timestamps::updated_at>();
  }
};
struct Address {
  std::string street;
  std::optional<std::string> zip;
  static void declare(migrate::Columns c) { c.columns<&Address::street, &Address::zip>(); }
};
enum class Role { guest, member = 3, delete_, admin = -1 };
enum Plain { one, two };
struct User : Entity<User>, Timestamps {
  std::string email;
  Role role;
  std::optional<Id<User>> invited_by;
  Address home;
  std::optional<Address> billing;
  std::vector<std::string> tags;
  int cache;
};
class Customer {
 public:
  static void declare(migrate::Table<Customer> t) {
    t.column<&Customer::m_displayName>();
    t.column<&Customer::m_id>().identity(migrate::identity::by_default, {.start = 100, .increment = 1});
    t.primary_key<&Customer::m_id>();
  }

 private:
  std::int64_t m_id = 0;
  std::string m_displayName;
};

}  // namespace shop

template <class Row>
struct migrate::sql_type<shop::Id<Row>> : migrate::sql_type<std::int64_t> {};

namespace {

using namespace shop;
using migrate::ExitCode;
using migrate::Model;
namespace catalog = migrate::catalog;

std::string json_of(void (*declare)(Model&)) {
  migrate::detail::ModelData data;
  Model model(data);
  declare(model);
  migrate::detail::resolve(data);
  return migrate::detail::document(data, {"models.cpp"});
}
migrate::model::Document read(void (*declare)(Model&),
                              const std::vector<std::string>& search_path = {"public"}) {
  return migrate::model::read_document(json_of(declare), "models", search_path);
}
std::vector<std::string> problems(void (*declare)(Model&)) {
  migrate::detail::ModelData data;
  Model model(data);
  declare(model);
  migrate::detail::resolve(data);
  std::vector<std::string> texts;
  for (const auto& problem : data.problems) texts.push_back(problem.text);
  return texts;
}
std::vector<std::string> warnings(void (*declare)(Model&)) {
  migrate::detail::ModelData data;
  Model model(data);
  declare(model);
  migrate::detail::resolve(data);
  std::vector<std::string> texts;
  for (const auto& warning : data.warnings) texts.push_back(warning.text);
  return texts;
}
using Texts = std::vector<std::string>;

void declare_user(Model& m) {
  m.enum_type<Role>("role");
  auto t = m.table<User>("users");
  t.include<Entity<User>>();
  t.columns<&User::email, &User::role>();
  t.column<&User::invited_by>().references<User>(migrate::on_delete::set_null).renamed_from("inviter");
  t.embed<&User::home>("home_");
  t.embed<&User::billing>("billing_");
  t.include<Timestamps>();
  t.columns<&User::tags>();
  t.skip<&User::cache>();
  t.unique<&User::email>();
  t.index("users_email_lower_idx").on_sql("lower(email)").where("role <> 'guest'");
}

}  // namespace

TEST_CASE("A struct with mixins, embedded groups, strong ids and an enum becomes a table") {
  const auto document = read(declare_user);
  const auto* table = document.database.table({"public", "users"});
  REQUIRE(table);
  std::string columns;
  for (const auto& column : table->columns)
    columns += column.name + " " + column.type + (column.not_null ? " not null" : "") +
               (column.default_value.empty() ? "" : " default " + column.default_value) +
               (column.identity ? " identity" : "") + "\n";
  CHECK(columns ==
        "id bigint not null identity\n"
        "email text not null\n"
        "role public.role not null\n"
        "invited_by bigint\n"
        "home_street text not null\n"
        "home_zip text\n"
        "billing_street text\n"
        "billing_zip text\n"
        "created_at timestamp with time zone not null default now()\n"
        "updated_at timestamp with time zone not null\n"
        "tags text[] not null\n");
  REQUIRE(table->constraints.size() == 3);
  CHECK(table->primary_key()->columns == Texts{"id"});
  const auto& key = table->constraints[1];
  CHECK(key.type == catalog::ConstraintType::foreign_key);
  CHECK(key.references == catalog::Name{"public", "users"});
  CHECK(key.referenced_columns == Texts{"id"});
  CHECK(key.on_delete == catalog::ForeignKeyAction::set_null);
  REQUIRE(document.renames.size() == 1);
  CHECK(document.renames[0].object.key() == "column public.users.invited_by");
  CHECK(document.renames[0].was == "inviter");
  CHECK(document.warnings.empty());
  CHECK(document.locations.at("index public.users_email_lower_idx").line > 0);
  CHECK(document.files == Texts{"models.cpp"});
}

TEST_CASE("Labels are the enumerators in order of value, without a closing underscore") {
  const auto document = read([](Model& m) {
    m.enum_type<Role>("role").comment("who").label_renamed("staff", "member");
    m.enum_type<Plain>("odd", {"it's", "a \"b\""});
  });
  CHECK(document.database.enum_type({"public", "role"})->labels ==
        Texts{"admin", "guest", "member", "delete"});
  CHECK(document.database.enum_type({"public", "odd"})->labels == Texts{"it's", "a \"b\""});
  REQUIRE(document.renames.size() == 1);
  CHECK(document.renames[0].was == "staff");
  CHECK(document.renames[0].label == "member");
}

TEST_CASE("An attribute of a composite type that was called otherwise") {
  const auto document = read([](Model& m) {
    m.composite_type("app.A d").attribute("Straße x", "text").attribute_renamed("road", "Straße x");
  });
  REQUIRE(document.renames.size() == 1);
  CHECK(document.renames[0].object == catalog::ObjectId{catalog::Kind::composite_type, {"app", "A d"}, ""});
  CHECK(document.renames[0].was == "road");
  CHECK(document.renames[0].label == "Straße x");
}

TEST_CASE("A class with private members declares itself; conventions name columns, constraints and indexes") {
  const auto document = read([](Model& m) {
    m.column_names(migrate::snake_case);
    m.naming({.primary_key = "pk_{table}", .check = "ck_{table}_{name}", .index = "ix_{table}_{columns}"});
    auto t = m.table<Customer>("crm.Customers");
    t.check("named", "m_id > 0");
    t.index().on({"display_name", "id"});
  });
  const auto* table = document.database.table({"crm", "Customers"});
  REQUIRE(table);
  CHECK(table->columns[0].name == "display_name");
  CHECK(table->columns[1].identity->generation == catalog::Generation::by_default);
  CHECK(table->columns[1].identity->options.start == 100);
  CHECK(!table->columns[1].identity->options.increment);
  CHECK(table->constraint("pk_Customers"));
  CHECK(table->constraint("ck_Customers_named"));
  CHECK(table->index("ix_Customers_display_name_id"));
  CHECK(document.database.schema("crm"));
}

TEST_CASE("Snake case") {
  CHECK(migrate::snake_case("m_displayName") == "display_name");
  CHECK(migrate::snake_case("HTTPServer2Name_") == "http_server2_name");
  CHECK(migrate::snake_case("already_there") == "already_there");
}

TEST_CASE("serial is an integer column with a sequence that it owns") {
  const auto document = read(
      [](Model& m) {
        auto t = m.table("Odd Table");
        t.column<int>("n").serial();
        t.column("big", "BIGSERIAL");
      },
      {"app"});
  const auto* table = document.database.table({"app", "Odd Table"});
  REQUIRE(table);
  CHECK(table->columns[0].default_value == "nextval('app.\"Odd Table_n_seq\"'::regclass)");
  CHECK(table->columns[0].type == "integer");
  CHECK(table->columns[1].type == "bigint");
  CHECK(table->columns[1].not_null);
  const auto* sequence = document.database.sequence({"app", "Odd Table_n_seq"});
  REQUIRE(sequence);
  CHECK(sequence->type == "integer");
  CHECK(sequence->owned_by_table == catalog::Name{"app", "Odd Table"});
  CHECK(sequence->owned_by_column == "n");
}

TEST_CASE("Defaults by value are literals that do not depend on the locale") {
  const auto document = read([](Model& m) {
    m.enum_type<Role>("role");
    auto t = m.table("t");
    t.column<Role>("a").default_value(Role::delete_);
    t.column<std::string>("b").default_value("it's \\ it");
    t.column<double>("c").default_value(0.25);
    t.column<bool>("d").default_value(true);
    t.column<int>("e").default_value(-7);
  });
  Texts defaults;
  for (const auto& column : document.database.tables[0].columns) defaults.push_back(column.default_value);
  CHECK(defaults == Texts{"'delete'", "E'it''s \\\\ it'", "0.25", "true", "-7"});
}

TEST_CASE("Everything a table can be told") {
  const auto document = read([](Model& m) {
    m.schema("sales").comment("all of it");
    m.extension("btree_gist");
    m.extension("citext").schema("Ext s").version("1.6").comment("it's");
    m.sequence("sales.no")
        .type("int")
        .options({.start = 5, .increment = 1, .cache = 3, .cycle = true})
        .owned_by("sales.t", "a");
    auto t = m.table("sales.t");
    t.column("a", "int").not_null().comment("first");
    t.column("b", "varchar( 50 )")
        .collation("C")
        .storage("plain")
        .compression("lz4")
        .statistics(500)
        .option("n_distinct", "-0.5");
    t.column("c", "numeric").generated("a * 2");
    t.primary_key({"a"}, "t_pk").include({"b"}).deferrable().comment("key");
    t.unique({"b"}).nulls_not_distinct().initially_deferred().with("fillfactor", "70");
    t.foreign_key({"a"}, "t_fk")
        .references("sales.t", {"a"})
        .on_update(migrate::on_update::cascade)
        .match_full()
        .not_valid();
    t.check("a > 0").no_inherit();
    t.exclusion("t_excl").element("a", "=").element_sql("int4range(a, a + 1)", "&&").where("a > 1");
    t.index("t_idx")
        .unique()
        .on("a")
        .desc()
        .nulls_last()
        .on("b")
        .opclass("text_pattern_ops")
        .collation("de", "app")
        .include({"c"});
    t.unlogged().with("fillfactor", "80").comment("it's");
  });
  const auto& database = document.database;
  CHECK(database.schema("sales")->comment == "all of it");
  CHECK(database.extensions == std::vector<catalog::Extension>{{"btree_gist", "", "", "", ""},
                                                               {"citext", "Ext s", "1.6", "it's", ""}});
  const auto* sequence = database.sequence({"sales", "no"});
  REQUIRE(sequence);
  CHECK(sequence->type == "integer");
  CHECK(sequence->options.start == 5);
  CHECK(!sequence->options.increment);
  CHECK(sequence->options.cycle);
  const auto* table = database.table({"sales", "t"});
  REQUIRE(table);
  CHECK(table->unlogged);
  CHECK(table->options->at("fillfactor") == "80");
  const auto& b = table->columns[1];
  CHECK(b.type == "character varying(50)");
  CHECK(b.collation == "pg_catalog.\"C\"");
  CHECK(b.statistics == 500);
  CHECK(b.options->at("n_distinct") == "-0.5");
  CHECK(table->columns[2].generated->expression == "a * 2");
  CHECK(table->constraint("t_pk")->include == Texts{"b"});
  CHECK(table->constraint("t_pk")->deferrable);
  CHECK(table->constraint("t_fk")->match == catalog::ForeignKeyMatch::full);
  CHECK(table->constraint("t_fk")->not_valid);
  CHECK(table->constraint("t_excl")->method == "gist");
  CHECK(table->constraint("t_excl")->elements->at(1).exclusion_operator == "&&");
  const auto* index = table->index("t_idx");
  REQUIRE(index);
  CHECK(index->unique);
  CHECK(index->elements[0].descending);
  CHECK(index->elements[0].nulls_first == false);
  CHECK(index->elements[1].collation == "app.de");
}

TEST_CASE("A child has its parent's columns and checks") {
  const auto document = read([](Model& m) {
    auto p = m.table("parent");
    p.column("a", "int").not_null();
    p.check("positive", "a > 0");
    p.partition_by("RANGE (a)");
    m.table("part").partition_of("parent", "FOR VALUES FROM (1) TO (9)");
  });
  const auto* part = document.database.table({"public", "part"});
  REQUIRE(part);
  CHECK(part->partition_of == catalog::Name{"public", "parent"});
  REQUIRE(part->columns.size() == 1);
  CHECK(part->columns[0].inherited);
  CHECK(part->constraint("positive")->inherited);
}

TEST_CASE("A child says what is otherwise of its parent's columns") {
  const auto document = read([](Model& m) {
    auto p = m.table("parent");
    p.column("a", "int").not_null().default_sql("7").storage("plain");
    p.column("b", "text").n_distinct(-0.5);
    p.partition_by("RANGE (a)");
    p.replica_identity(migrate::replica_identity::nothing);
    auto c = m.table("part");
    c.partition_of("parent", "FOR VALUES FROM (1) TO (9)");
    c.inherited("a").no_default().comment("here");
    c.inherited("b").not_null().default_sql("'x'").n_distinct_inherited(12);
    c.primary_key({"a"}, "part_key").attached_to("parent_key").clustered();
    c.index("part_idx").on("b").unique().replica_identity();
  });
  const auto* parent = document.database.table({"public", "parent"});
  REQUIRE(parent);
  CHECK(parent->replica_identity == "nothing");
  CHECK(parent->columns[1].options->at("n_distinct") == "-0.5");
  const auto* part = document.database.table({"public", "part"});
  REQUIRE(part);
  REQUIRE(part->columns.size() == 2);
  const auto& a = part->columns[0];
  CHECK((a.inherited && a.not_null && a.default_value.empty() && a.storage == "plain"));
  CHECK((a.type == "integer" && a.comment == "here"));
  const auto& b = part->columns[1];
  CHECK((b.inherited && b.not_null && b.default_value == "'x'" && b.type == "text"));
  CHECK(b.options->at("n_distinct_inherited") == "12");
  const auto* key = part->constraint("part_key");
  REQUIRE(key);
  CHECK((key->inherited && key->clustered && key->attached_to == catalog::Name{"public", "parent_key"}));
  CHECK(part->index("part_idx")->replica_identity);
}

TEST_CASE("A column that no parent has cannot be inherited") {
  const auto found = problems([](Model& m) {
    m.table("parent").column("a", "int");
    auto c = m.table("child");
    c.inherits({"parent"});
    c.inherited("b");
  });
  REQUIRE(found.size() == 1);
  CHECK(found[0].find("column child.b is said to be inherited, but no parent of it declares it") !=
        std::string::npos);
}

namespace {
struct Post {
  std::int64_t id;
  std::int64_t author_id;
  std::optional<std::int64_t> number;
  Role role;
};
}  // namespace

TEST_CASE("What the templates cannot know is reported all at once") {
  const int line = __LINE__;
  const auto found = problems([](Model& m) {
    auto t = m.table<Post>("posts");
    t.columns<&Post::id, &Post::role>();
    t.column<&Post::author_id>().references<User>(migrate::on_delete::set_null);
    t.column<&Post::number>().identity().default_sql("1");
    t.index().on<&User::email>();
    t.unique({"nothing"}, "u");
    t.column<int>("id");
    t.foreign_key<&Post::id>();
    m.table("posts");
  });
  CHECK(found ==
        Texts{"column posts.role: the enum shop::Role is not declared: m.enum_type<shop::Role>(\"…\")",
              "foreign key posts(author_id) is ON DELETE SET NULL but the column author_id is NOT NULL: make "
              "the member std::optional",
              "foreign key posts(author_id): shop::User is the struct of no table",
              "column posts.number: only one of default, identity, serial and generated can be given",
              "column posts.number is an identity and cannot be NULL: take the std::optional off the member",
              "index of posts: shop::User::email is no column of table posts",
              "unique u: table posts has no column nothing",
              "column posts.id is declared twice, first at " + std::string(__FILE__) + ":" +
                  std::to_string(line + 3),
              "foreign key posts(id) references nothing: add references<…>()",
              "table posts is declared twice, first at " + std::string(__FILE__) + ":" +
                  std::to_string(line + 2)});
}

TEST_CASE("A foreign key needs a key to point to") {
  CHECK(problems([](Model& m) {
          m.table("a").column("x", "int");
          auto t = m.table("b");
          t.column("x", "int").references("a");
          t.column("y", "int").references("a", "x");
          t.column("z", "int").references("elsewhere");
        }) == Texts{"foreign key b(x) references table a, which has no primary key",
                    "foreign key b(y) references columns of a that no primary key or unique constraint has",
                    "foreign key b(z) references table elsewhere, which no model declares: if that is meant, "
                    "name the columns too"});
}

TEST_CASE("Bytes that no column covers are a warning") {
  CHECK(warnings([](Model& m) {
          m.enum_type<Role>("role");
          auto t = m.table<Post>("posts");
          t.columns<&Post::id, &Post::role>();
          auto u = m.table<User>("users");
          u.include<Entity<User>>();
          u.columns<&User::email, &User::role, &User::invited_by, &User::tags>();
          u.embed<&User::home>("home_");
          u.skip<&User::billing, &User::cache>();
        }) == Texts{"posts: 24 bytes after 'id' belong to no column: declare the member, or skip<…>() it",
                    "users: 64 bytes after 'id' belong to no column: declare the member, or skip<…>() it"});
}

TEST_CASE("Names of more than 63 bytes and two of the same name are problems") {
  const auto found = problems([](Model& m) {
    auto t = m.table("t");
    t.column("a", "int");
    t.index("same").on("a");
    t.unique({"a"}, "same");
    t.index("n123456789012345678901234567890123456789012345678901234567890123").on("a");
  });
  REQUIRE(found.size() == 2);
  CHECK(found[0].starts_with("the name same is declared twice, first at "));
  CHECK(found[1] ==
        "the index name n123456789012345678901234567890123456789012345678901234567890123 is longer than the "
        "63 bytes that "
        "PostgreSQL keeps");
}
