// Compiling and running models programs, the good and the bad. All cases share one project folder, so that
// the runtime is compiled once.
#include "model/source.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "catalog/json.hpp"
#include "model/build.hpp"
#include "model/compile_commands.hpp"
#include "model/generate_cpp.hpp"
#include "model/glob.hpp"
#include "model/manifest.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/require_error.hpp"
#include "util/files.hpp"
#include "util/process.hpp"

namespace {

namespace fs = std::filesystem;
using migrate::Error;
using migrate::ExitCode;
using migrate::write_file;
using migrate::model::Document;
using migrate::model::load;
using migrate::model::Source;
using Texts = std::vector<std::string>;

struct Project {
  Project() : path(fs::temp_directory_path() / ("migrate models " + std::to_string(::getpid()))) {
    fs::create_directories(path);
  }
  ~Project() { fs::remove_all(path); }
  fs::path path;
};

const fs::path& project() {
  static const Project folder;
  return folder.path;
}

Source source(const std::string& file, const std::string& text) {
  write_file(project() / file, text);
  Source out;
  out.project = project();
  out.sources = {file};
  return out;
}

std::string error_of(const Source& from) {
  try {
    load(from);
  } catch (const Error& error) {
    return error.text();
  }
  return "no error";
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

const std::string one_table =
    "#include <migrate/model.hpp>\nMIGRATE_MODELS(m) {\n  m.table(\"t\").column(\"a\", \"int\");\n}\n";

}  // namespace

TEST_CASE("Models are compiled, run and read; what has not changed is not compiled again") {
  const auto from = source("good/a.cpp", one_table);
  const auto document = load(from);
  REQUIRE(document.database.table({"public", "t"}));
  CHECK(document.locations.at("column public.t.a").text() == "good/a.cpp:3");

  const auto program = migrate::model::build(from);
  const auto built = fs::last_write_time(program.path);
  const auto begin = std::chrono::steady_clock::now();
  CHECK(load(from).database == document.database);
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::milliseconds(500));
  CHECK(fs::last_write_time(program.path) == built);

  write_file(project() / "good/a.cpp", one_table + "// changed\n");
  CHECK(load(from).database == document.database);
  CHECK(fs::last_write_time(program.path) != built);
}

TEST_CASE("A header of the models that changes is seen") {
  write_file(project() / "header/n.hpp", "#define NAME \"a\"\n");
  const auto from = source("header/a.cpp",
                           "#include <migrate/model.hpp>\n#include \"n.hpp\"\nMIGRATE_MODELS(m) { "
                           "m.table(NAME).column(\"a\", \"int\"); }\n");
  CHECK(load(from).database.table({"public", "a"}));
  write_file(project() / "header/n.hpp", "#define NAME \"bb\"\n");
  CHECK(load(from).database.table({"public", "bb"}));
}

TEST_CASE("Models that do not compile are the compiler's own words") {
  const auto text =
      error_of(source("bad.cpp", "#include <migrate/model.hpp>\nMIGRATE_MODELS(m) { nonsense; }\n"));
  CHECK(first_line(text) == "bad.cpp does not compile:");
  CHECK(text.find("bad.cpp:2:") != std::string::npos);
  CHECK(text.find("nonsense") != std::string::npos);
}

TEST_CASE("A file that declares nothing is an error, and an empty MIGRATE_MODELS is none") {
  auto from = source("silent/a.cpp", one_table);
  source("silent/b.cpp", "int unused_models_file = 1;\n");
  from.sources = {"silent/*.cpp"};
  CHECK(error_of(from) ==
        "silent/b.cpp declares no models\n  hint: a file of [models] sources has a MIGRATE_MODELS(m) { … }, "
        "which may be empty");
  source("silent/b.cpp", "#include <migrate/model.hpp>\nMIGRATE_MODELS(m) {}\n");
  CHECK(load(from).files.size() == 2);
}

TEST_CASE("Programs that crash, fail, hang, stay silent or print rubbish are one clear error") {
  const std::string head =
      "#include <migrate/model.hpp>\n#include <csignal>\n#include <cstdio>\n#include <cstdlib>\n#include "
      "<stdexcept>\n";
  CHECK(error_of(source("crash.cpp", head + "MIGRATE_MODELS(m) { std::raise(SIGSEGV); }\n")) ==
        "the models program was killed by signal 11 (Segmentation fault) while it declared its models");
  CHECK(error_of(
            source("throw.cpp", head + "MIGRATE_MODELS(m) { throw std::runtime_error(\"no luck\"); }\n")) ==
        "the models program failed with status 1:\n  the models threw an exception: no luck");
  CHECK(error_of(source("quiet.cpp", head + "MIGRATE_MODELS(m) { std::exit(0); }\n")) ==
        "the models program ended without a document\n"
        "  hint: a program with a main() of its own ends it with: return migrate::write_models(argc, argv);");
  CHECK(error_of(source("rubbish.cpp",
                        head + "MIGRATE_MODELS(m) { std::puts(\"{\\\"a\\\": 1\"); std::exit(0); }\n")) ==
        "the models program: the document is cut off: it ends after 8 bytes");
  auto hangs = source("hang.cpp", head + "MIGRATE_MODELS(m) { for (volatile int on = 1; on;) {} }\n");
  hangs.timeout_ms = 1000;
  CHECK(error_of(hangs) ==
        "the models program gave no answer within 1 s\n  hint: [models] timeout says how long to wait");
  const auto noisy =
      source("noisy.cpp",
             head + "MIGRATE_MODELS(m) { std::puts(\"noise\"); m.table(\"t\").column(\"a\", \"int\"); }\n");
  CHECK(load(noisy).database.tables.size() == 1);
}

TEST_CASE("Models compile with clang++ and sanitizers to the same document") {
  auto from = source(
      "san.cpp",
      "#include <migrate/model.hpp>\nstruct Base { long a; };\nstruct Row : Base { int b; double c; };\n"
      "MIGRATE_MODELS(m) {\n  auto t = m.table<Row>(\"rows\");\n  t.columns<&Row::b, &Row::a, &Row::c>();\n"
      "  t.column<int>(\"d\").default_value(1.5);\n}\n");
  const auto plain = load(from);
  CHECK(plain.warnings.empty());
  from.flags = {"-fsanitize=address,undefined", "-fno-sanitize-recover=all"};
  CHECK(load(from).database == plain.database);
  if (migrate::find_program("clang++").empty()) return;
  from.flags.clear();
  from.compiler = "clang++";
  CHECK(load(from).database == plain.database);
}

TEST_CASE("Problems of the models name file and line") {
  CHECK(error_of(source("problem.cpp",
                        "#include <migrate/model.hpp>\nMIGRATE_MODELS(m) {\n  "
                        "m.table(\"t\").index(\"i\").on(\"b\");\n}\n")) ==
        "problem.cpp:3: index i: table t has no column b");
}

TEST_CASE("Exactly one of sources, program and snapshot") {
  Source from;
  from.project = project();
  const std::string hint =
      "\n  hint: give one of sources = [\"models/*.cpp\"], program = \"build/my_models\", snapshot = "
      "\"schema.json\"";
  REQUIRE_ERROR(load(from), ExitCode::usage, "[models] names no models" + hint);
  from.snapshot = "a.json";
  from.program = "b";
  REQUIRE_ERROR(load(from), ExitCode::usage,
                "[models] has more than one of sources, program and snapshot" + hint);
  from.program.clear();
  write_file(project() / "a.json",
             R"({"format":"migrate.models","version":1,"database":{"tables":[{"name":"t"}]},"end":true})");
  CHECK(load(from).database.tables.size() == 1);
  from.snapshot.clear();
  from.sources = {"none/*.cpp"};
  CHECK(first_line(error_of(from)).starts_with("no file matches none/*.cpp of [models] sources in "));
  from.sources = {"good/a.cpp"};
  from.compiler = "no-such-compiler";
  CHECK(error_of(from) ==
        "the compiler no-such-compiler for the models is not there\n  hint: [models] compiler names it");
}

TEST_CASE("Patterns find files, also in folders of any depth") {
  for (const char* file :
       {"glob/a.cpp", "glob/b.hpp", "glob/x/c.cpp", "glob/x/y/d.cpp", "glob/.hidden/e.cpp"})
    write_file(project() / file, "");
  CHECK(migrate::model::glob(project(), "glob/*.cpp") == Texts{"glob/a.cpp"});
  CHECK(migrate::model::glob(project(), "glob/**/*.cpp") ==
        Texts{"glob/a.cpp", "glob/x/c.cpp", "glob/x/y/d.cpp"});
  CHECK(migrate::model::glob(project(), "glob/[ab].?pp") == Texts{"glob/a.cpp", "glob/b.hpp"});
}

TEST_CASE("Rules and command lines are taken apart as make and the shell do") {
  CHECK(migrate::model::rule_prerequisites("a.o: a.cpp \\\n b\\ c.hpp \\\n  d$$.hpp\n") ==
        Texts{"a.cpp", "b c.hpp", "d$.hpp"});
  CHECK(migrate::model::shell_words("c++ -DA=\\\"x\\\" '-I a b' \"c d\"") ==
        Texts{"c++", "-DA=\"x\"", "-I a b", "c d"});
}

TEST_CASE("Flags come from compile_commands.json") {
  const auto file = project() / "flags/a.cpp";
  write_file(file, "");
  const auto database = project() / "flags/compile_commands.json";
  write_file(database, R"([{"directory":")" + (project() / "flags").string() +
                           R"(","file":"a.cpp","command":"c++ -DX=1 -Werror -MD -MF a.d -o a.o -c a.cpp"}])");
  const auto found = migrate::model::compile_command(database, file);
  CHECK(found.flags == Texts{"-DX=1"});
  CHECK(found.directory == project() / "flags");
}

TEST_CASE("Generated models declare the catalogue that they were made from, odd names and all") {
  const auto before = migrate::catalog::from_json(R"json({
    "enums": [{"name": "public.state", "labels": ["new", "delete", "done"], "comment": "it's"},
              {"name": "odd.\"Kind of\"", "labels": ["in progress", "", "a_", "é"]}],
    "schemas": [{"name": "odd", "comment": "say \"hi\"\n\\"}],
    "sequences": [{"name": "public.t_id_seq", "type": "integer", "owned_by_table": "public.t", "owned_by_column": "id"},
                  {"name": "public.free", "options": {"start": 7, "min": -9223372036854775808, "cycle": true}}],
    "tables": [
      {"name": "public.t", "columns": [
         {"name": "id", "type": "integer", "not_null": true, "default_value": "nextval('public.t_id_seq'::regclass)"},
         {"name": "class", "type": "public.state[]"}, {"name": "State", "type": "public.state", "not_null": true, "default_value": "'new'::public.state"},
         {"name": "a b", "type": "numeric(12,2)", "comment": "x"}, {"name": "std", "type": "timestamp(3) with time zone"},
         {"name": "ты", "type": "character varying(7)", "collation": "pg_catalog.\"C\""}, {"name": "g", "type": "integer", "generated": {"expression": "id * 2"}}],
       "constraints": [{"name": "t_pkey", "type": "primary_key", "columns": ["id"]},
         {"name": "t_check", "type": "check", "expression": "id > 0 AND \"a b\" <> '\"'", "not_valid": true},
         {"name": "t_u", "type": "unique", "columns": ["a b", "class"], "include": ["std"], "deferrable": true, "initially_deferred": true},
         {"name": "t_x", "type": "exclusion", "method": "gist", "elements": [{"column": "id", "exclusion_operator": "="}, {"expression": "point(1, 2)", "exclusion_operator": "~="}], "where": "id > 3"}],
       "indexes": [{"name": "T idx", "unique": true, "method": "btree", "elements": [{"column": "ты", "collation": "odd.c", "opclass": "text_pattern_ops", "descending": true, "nulls_first": false}, {"expression": "lower((\"ты\")::text)"}], "include": ["id"], "where": "id > 1", "options": {"fillfactor": "70"}}],
       "options": {"toast.autovacuum_enabled": "false"}, "comment": "c"},
      {"name": "odd.\"T.x\"", "unlogged": true, "columns": [
         {"name": "id", "type": "bigint", "not_null": true, "identity": {"generation": "by_default", "options": {"start": 5}}},
         {"name": "t_id", "type": "integer"}, {"name": "k", "type": "odd.\"Kind of\""}, {"name": "c", "type": "public.citext"}],
       "constraints": [{"name": "fk", "type": "foreign_key", "columns": ["t_id"], "references": "public.t", "referenced_columns": ["id"], "on_delete": "set_null", "on_update": "restrict", "deferrable": true}]}]
  })json");
  write_file(project() / "generated/m.cpp", migrate::model::generate_cpp(before));
  Source from;
  from.project = project();
  from.sources = {"generated/m.cpp"};
  from.flags = {"-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror"};
  const auto document = load(from);
  CHECK(document.warnings.empty());
  CHECK(migrate::catalog::to_json(document.database) == migrate::catalog::to_json(before));
}
