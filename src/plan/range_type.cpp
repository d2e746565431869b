#include <fmt/format.h>

#include "plan/type_parts.hpp"
#include "util/quote.hpp"
#include "util/text.hpp"

namespace migrate::plan {
namespace {

using catalog::RangeType;

std::string create_sql(const RangeType& range) {
  std::vector<std::string> parts{"SUBTYPE = " + range.subtype};
  const auto part = [&](const char* word, const std::string& text) {
    if (!text.empty()) parts.push_back(word + (" = " + text));
  };
  part("SUBTYPE_OPCLASS", range.opclass);
  part("COLLATION", range.collation);
  part("CANONICAL", range.canonical);
  part("SUBTYPE_DIFF", range.subtype_diff);
  part("MULTIRANGE_TYPE_NAME", range.multirange.empty() ? std::string() : range.multirange.sql());
  return "CREATE TYPE " + range.name.sql() + " AS RANGE (\n  " + join(parts, ",\n  ") + "\n)";
}

// The routine that makes the values of `range` canonical, in a catalogue that has both.
const catalog::Routine* canonical_of(const catalog::Database& database, const RangeType& range) {
  for (const auto& each : database.routines)
    if (range_made_canonical(database, each.id()) == &range) return &each;
  return nullptr;
}

void create_shell(Planner& planner, const RangeType& now) {
  Action shell;
  shell.rank = Rank::type;
  shell.statement.sql = "CREATE TYPE " + now.name.sql();
  shell.creates = {shell_of(now)};
  shell.takes = {now.name};
  shell.needs = {schema_id(now.name.schema)};
  shell.effect = [](catalog::Database&) {};
  planner.add(std::move(shell));
}

void create(Planner& planner, const catalog::ObjectId& id) {
  const RangeType& now = the<RangeType>(planner.after, id);
  if (!now.multirange.empty()) planner.require(140000, "the name of a multirange type", id);
  if (!now.canonical.empty()) create_shell(planner, now);
  const std::size_t number = planner.actions().size();
  create_type(planner, now, create_sql(now));
  Action& action = planner.action(number);
  if (!now.canonical.empty()) {
    action.takes.clear();
    action.needs.push_back(shell_of(now));
  }
  if (!now.multirange.empty()) action.takes.push_back(now.multirange);
  comment_definition(planner, now);
}

// Neither of the two goes before the other, so they go by CASCADE, which must take nothing else along. `own`:
// what comes and goes with the type, such as its constructors.
std::string drop_both_sql(const RangeType& range, const catalog::Routine& canonical) {
  constexpr const char* body = R"(
DECLARE
  others text := (
    WITH RECURSIVE own AS (
      SELECT 'pg_catalog.pg_type'::pg_catalog.regclass::pg_catalog.oid AS class,
        {0}::pg_catalog.regtype::pg_catalog.oid AS object
      UNION SELECT d.classid, d.objid
      FROM own JOIN pg_catalog.pg_depend d ON d.refclassid = own.class AND d.refobjid = own.object
      WHERE d.deptype = 'i')
    SELECT pg_catalog.string_agg(DISTINCT pg_catalog.pg_describe_object(d.classid, d.objid, d.objsubid), ', ')
    FROM own JOIN pg_catalog.pg_depend d ON d.refclassid = own.class AND d.refobjid = own.object
    WHERE (d.classid, d.objid) NOT IN (TABLE own) AND
      (d.classid, d.objid) <> ('pg_catalog.pg_proc'::pg_catalog.regclass, {1}::pg_catalog.regprocedure));
BEGIN
  IF others IS NOT NULL THEN
    RAISE dependent_objects_still_exist USING MESSAGE = 'type ' || {0} || ' is still used by ' || others;
  END IF;
  DROP TYPE {2} CASCADE;
END
)";
  return "DO " + dollar_quote(fmt::format(body, quote_literal(range.name.sql()),
                                          quote_literal(canonical.id().sql()), range.name.sql()));
}

void drop(Planner& planner, const catalog::ObjectId& id) {
  const RangeType& was = the<RangeType>(planner.before, id);
  const std::size_t number = planner.actions().size();
  drop_type(planner, id);
  Action& action = planner.action(number);
  const auto* canonical = canonical_of(planner.before, was);
  if (canonical && planner.is_gone(canonical->id())) action.statement.sql = drop_both_sql(was, *canonical);
  if (!was.multirange.empty()) action.frees.push_back(was.multirange);
}

bool alters_in_place(const Planner& planner, const catalog::ObjectId& id) {
  return only_differs_in(planner, id, {"comment"});
}

void alter(Planner& planner, const catalog::ObjectId& id, const std::vector<std::string>&) {
  comment_definition(planner, the<RangeType>(planner.after, id));
}

}  // namespace

const KindPlanner range_type_planner{create, drop, alter, rename_definition, alters_in_place};

}  // namespace migrate::plan
