// Parts of the program alone, in memory: no server, no files.
#include <benchmark/benchmark.h>

#include <string>

#include "catalog/checksum.hpp"
#include "catalog/database.hpp"
#include "catalog/json.hpp"
#include "diff/change.hpp"
#include "revision/path.hpp"
#include "sql/statement.hpp"

namespace {

using namespace migrate;

constexpr int tables = 10000;

catalog::Column column(const std::string& name, const std::string& type, bool not_null,
                       const std::string& value = {}) {
  catalog::Column out;
  out.name = name;
  out.type = type;
  out.not_null = not_null;
  out.default_value = value;
  return out;
}

catalog::Constraint constraint(const std::string& name, catalog::ConstraintType type,
                               const std::string& of_column) {
  catalog::Constraint out;
  out.name = name;
  out.type = type;
  out.columns = {of_column};
  return out;
}

catalog::Index index(const std::string& name, const std::string& of_column) {
  catalog::Index out;
  out.name = name;
  out.elements.emplace_back().column = of_column;
  return out;
}

// Twelve columns, four constraints, four indexes. With `variant` a table has no equal part.
catalog::Table table(int number, bool variant) {
  catalog::Table out;
  const std::string name = "item_" + std::to_string(100000 + number);
  out.name = {"public", name};
  const std::string type = variant ? "character varying(50)" : "text";
  for (int i = 0; i < 12; ++i)
    out.columns.push_back(
        column("column_" + std::to_string(i), type, !variant, i % 3 == 0 ? "'new'::text" : ""));
  out.constraints = {constraint(name + "_pkey", catalog::ConstraintType::primary_key, "column_0"),
                     constraint(name + "_column_1_key", catalog::ConstraintType::unique, "column_1"),
                     constraint(name + "_column_2_fkey", catalog::ConstraintType::foreign_key, "column_2"),
                     constraint(name + "_column_3_check", catalog::ConstraintType::check, "")};
  out.constraints[2].references = out.name;
  out.constraints[2].referenced_columns = {"column_0"};
  out.constraints[3].expression = "column_3 > 'a'::text";
  for (int i = 4; i < 8; ++i)
    out.indexes.push_back(
        index(name + "_column_" + std::to_string(i) + "_idx", "column_" + std::to_string(i)));
  if (variant) {
    for (auto& each : out.constraints) each.deferrable = true;
    for (auto& each : out.indexes) each.elements[0].descending = true;
  }
  return out;
}

catalog::Database database(bool variant) {
  catalog::Database out;
  out.server_version = 150000;
  out.schemas.push_back({"public", ""});
  for (int number = 0; number < tables; ++number) out.tables.push_back(table(number, variant));
  out.sort();
  return out;
}

void diff_nothing(benchmark::State& state) {
  const auto before = database(false), after = database(false);
  for (auto _ : state) benchmark::DoNotOptimize(diff::diff(before, after));
}
BENCHMARK(diff_nothing)->Name("diff/nothing")->Unit(benchmark::kMillisecond);

void diff_everything(benchmark::State& state) {
  const auto before = database(false), after = database(true);
  for (auto _ : state) benchmark::DoNotOptimize(diff::diff(before, after));
}
BENCHMARK(diff_everything)->Name("diff/everything")->Unit(benchmark::kMillisecond);

void read_json(benchmark::State& state) {
  const auto text = catalog::to_json(database(false));
  for (auto _ : state) benchmark::DoNotOptimize(catalog::from_json(text));
}
BENCHMARK(read_json)->Name("json/read")->Unit(benchmark::kMillisecond);

void write_json(benchmark::State& state) {
  const auto written = database(false);
  for (auto _ : state) benchmark::DoNotOptimize(catalog::to_json(written, -1));
}
BENCHMARK(write_json)->Name("json/write")->Unit(benchmark::kMillisecond);

void checksum(benchmark::State& state) {
  const auto hashed = database(false);
  for (auto _ : state) benchmark::DoNotOptimize(catalog::checksum(hashed));
}
BENCHMARK(checksum)->Name("checksum")->Unit(benchmark::kMillisecond);

std::string id_of(int number) { return std::to_string(100000000000 + number); }

void graph(benchmark::State& state) {
  std::vector<revision::Header> headers(10000);
  for (int number = 0; number < 10000; ++number) {
    auto& header = headers[static_cast<std::size_t>(number)];
    header.id = id_of(number);
    if (number > 0) header.down_revisions = {id_of(number - 1)};
    header.path = "migrations/" + header.id + ".sql";
    header.written = true;
  }
  for (auto _ : state) {
    const revision::Graph made(headers);
    benchmark::DoNotOptimize(revision::upgrade_path(made, {}, {revision::parse_target("head")}));
  }
}
BENCHMARK(graph)->Name("graph/10,000 revisions and the path to head")->Unit(benchmark::kMillisecond);

void split(benchmark::State& state) {
  std::string script;
  while (script.size() < (1U << 20)) {
    script += "CREATE TABLE item (id bigint PRIMARY KEY, name text NOT NULL DEFAULT 'it''s; new');\n";
    script += "-- a comment; with a semicolon\nCREATE FUNCTION f() RETURNS text LANGUAGE plpgsql AS $$\n";
    script += "BEGIN\n  RETURN 'a;b';\nEND $$;\n";
  }
  for (auto _ : state) benchmark::DoNotOptimize(sql::split(script, "script.sql"));
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) *
                          static_cast<std::int64_t>(script.size()));
}
BENCHMARK(split)->Name("split/1 MiB of statements")->Unit(benchmark::kMillisecond);

}  // namespace
