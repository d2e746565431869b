#include "tests/crash/look.hpp"

#include <set>
#include <utility>

#include "postgres/bookkeeping.hpp"
#include "postgres/connection.hpp"
#include "postgres/introspect.hpp"
#include "run/state.hpp"
#include "util/quote.hpp"
#include "util/text.hpp"

namespace migrate::test {

Look::Look(const TestDatabase& database, const Scenario& scenario)
    : scenario_(scenario), session_(database.options()) {}

std::string Look::value(const std::string& sql) { return session_.connection().value(sql); }

bool Look::has_log() { return !value("SELECT to_regclass('public.migrate_log')").empty(); }

Outcome Look::outcome() {
  Outcome out;
  postgres::IntrospectOptions options;
  options.bookkeeping = {{"public", "migrate_version"}, {"public", "migrate_log"}};
  out.database = postgres::introspect(session_, options);
  out.rows = value(
      "SELECT string_agg(relname || ': ' || query_to_xml(format('SELECT t::text FROM %s t ORDER BY 1', "
      "c.oid::regclass), false, true, '')::text, E'\\n' ORDER BY relname) FROM pg_class c WHERE relkind = "
      "'r' "
      "AND relnamespace = 'public'::regnamespace AND relname NOT LIKE 'migrate\\_%' AND relname <> 'done'");
  out.rows += value(
      "SELECT string_agg('invalid: ' || indexrelid::regclass::text, ', ') FROM pg_index WHERE NOT "
      "indisvalid");
  if (!has_log()) return out;
  out.versions = value("SELECT string_agg(version_num, ', ' ORDER BY 1) FROM public.migrate_version");
  out.steps = value(
      "SELECT string_agg(concat_ws(' ', revision, kind, step, steps, undone, last, statements_done, "
      "statements_checksum, checksum, down_checksum), E'\\n' ORDER BY id) FROM public.migrate_log WHERE "
      "state = "
      "'done'");
  return out;
}

std::string Look::state(const revision::Graph& graph) {
  return run::describe(run::read_state(postgres::Bookkeeping(session_, {}).read(), graph));
}

std::vector<std::string> Look::check_steps(bool ended) {
  std::vector<std::string> wrong;
  const auto done = value("SELECT string_agg(what, ', ' ORDER BY what) FROM public.done");
  std::string logged;
  if (has_log()) {
    const auto marks = scenario_.marks();
    const auto literals =
        join_with(std::vector<std::string>(marks.begin(), marks.end()), ", ", quote_literal);
    logged = value(
        "SELECT string_agg(what, ', ' ORDER BY what) FROM (SELECT concat_ws(' ', revision, kind, step) AS "
        "what "
        "FROM public.migrate_log WHERE state = 'done') steps WHERE what IN (" +
        literals + ")");
  }
  if (done != logged) wrong.push_back("done is " + done + ", and the log has " + logged);
  if (!has_log()) return wrong;
  std::set<std::pair<std::string, int>> standing;
  for (const auto row : session_.connection().query("SELECT revision, kind, step, undone, last FROM "
                                                    "public.migrate_log WHERE state = 'done' ORDER BY id")) {
    const std::string revision(row.text(0)), kind(row.text(1));
    const int step = static_cast<int>(row.integer(2)), undone = static_cast<int>(row.integer(3));
    if (kind == "up" && !standing.emplace(revision, step).second)
      wrong.push_back(revision + ", step " + std::to_string(step) + " was done twice");
    if (kind == "down" && undone > 0 && standing.erase({revision, undone}) == 0)
      wrong.push_back(revision + ", step " + std::to_string(undone) + " was taken back twice");
    if (kind == "down" && row.boolean(4))
      std::erase_if(standing, [&](const auto& each) { return each.first == revision; });
  }
  const auto running = value("SELECT count(*) FROM public.migrate_log WHERE state = 'running'");
  if (ended && running != "0") wrong.push_back("the log has " + running + " steps as running");
  return wrong;
}

}  // namespace migrate::test
