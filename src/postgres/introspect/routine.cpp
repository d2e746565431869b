#include <unordered_map>

#include "postgres/introspect/reader.hpp"
#include "util/quote.hpp"
#include "util/text.hpp"

namespace migrate::postgres::introspection {
namespace {

using catalog::Aggregate;
using catalog::Argument;
using catalog::Kind;
using catalog::Routine;

// What a range type or another object brings with it is a part of that.
std::string own_routines(const std::string& kinds) {
  return "p.prokind IN (" + kinds +
         ") AND p.pronamespace = ANY ($1::oid[]) AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE "
         "e.classid = 1255 AND e.objid = p.oid AND e.deptype IN ('e', 'i'))";
}

std::string routine_query(const Reader& reader) {
  return "SELECT p.oid, n.nspname, p.proname, p.prokind, "
         "(SELECT pg_catalog.array_agg(pg_catalog.format_type(a.type, NULL) ORDER BY a.at) FROM "
         "pg_catalog.unnest(COALESCE(p.proallargtypes, p.proargtypes::oid[])) WITH ORDINALITY AS a (type, "
         "at)), "
         "p.proargmodes, p.proargnames, "
         "CASE WHEN p.pronargdefaults > 0 THEN (SELECT "
         "pg_catalog.array_agg(pg_catalog.pg_get_function_arg_default(p.oid, a.at) ORDER BY a.at) FROM "
         "pg_catalog.generate_series(1, pg_catalog.cardinality(COALESCE(p.proallargtypes, "
         "p.proargtypes::oid[]))) AS a (at)) END, "
         "CASE WHEN p.prokind <> 'p' THEN pg_catalog.format_type(p.prorettype, NULL) END, p.proretset, "
         "l.lanname, p.provolatile, p.proparallel, p.proisstrict, p.prosecdef, p.proleakproof, p.procost, "
         "p.prorows, " +
         function_name("p.prosupport") +
         ", (SELECT pg_catalog.array_agg(pg_catalog.format_type(t.type, NULL) ORDER BY t.at) FROM "
         "pg_catalog.unnest(p.protrftypes) WITH ORDINALITY AS t (type, at)), p.proconfig, p.prosrc, "
         "p.probin, " +
         since(reader, 140000, "pg_catalog.pg_get_function_sqlbody(p.oid)", "NULL") +
         ", d.description FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = "
         "p.pronamespace JOIN pg_catalog.pg_language l ON l.oid = p.prolang" +
         join_comment("pg_proc", "p.oid") + "WHERE " + own_routines("'f', 'p', 'w', 'a'") + " ORDER BY p.oid";
}

std::string aggregate_query() {
  return "SELECT p.oid, a.aggkind, a.aggnumdirectargs, " + function_name("a.aggtransfn") +
         ", pg_catalog.format_type(a.aggtranstype, NULL), a.aggtransspace, " + function_name("a.aggfinalfn") +
         ", a.aggfinalextra, a.aggfinalmodify, " + function_name("a.aggcombinefn") + ", " +
         function_name("a.aggserialfn") + ", " + function_name("a.aggdeserialfn") + ", " +
         function_name("a.aggmtransfn") + ", " + function_name("a.aggminvtransfn") +
         ", CASE WHEN a.aggmtranstype <> 0 THEN pg_catalog.format_type(a.aggmtranstype, NULL) END, "
         "a.aggmtransspace, " +
         function_name("a.aggmfinalfn") +
         ", a.aggmfinalextra, a.aggmfinalmodify, a.agginitval, a.aggminitval, "
         "(SELECT CASE o.nspname WHEN 'pg_catalog' THEN s.oprname ELSE 'OPERATOR(' || "
         "pg_catalog.quote_ident(o.nspname) || '.' || s.oprname || ')' END FROM pg_catalog.pg_operator s "
         "JOIN "
         "pg_catalog.pg_namespace o ON o.oid = s.oprnamespace WHERE s.oid = a.aggsortop) "
         "FROM pg_catalog.pg_aggregate a JOIN pg_catalog.pg_proc p ON p.oid = a.aggfnoid WHERE " +
         own_routines("'a'");
}

std::string mode_name(const std::string& letter) {
  if (letter == "o") return "out";
  if (letter == "b") return "inout";
  if (letter == "v") return "variadic";
  if (letter == "t") return "table";
  return "";
}

std::vector<Argument> arguments_of(Cells& cells) {
  const auto types = cells.array();
  const auto modes = cells.array();
  const auto names = cells.array();
  const auto defaults = cells.array();
  std::vector<Argument> out(types.size());
  for (std::size_t n = 0; n < types.size(); ++n) {
    out[n].type = types[n];
    if (n < modes.size()) out[n].mode = mode_name(modes[n]);
    if (n < names.size()) out[n].name = names[n];
    if (n < defaults.size()) out[n].default_value = defaults[n];
  }
  return out;
}

// What OUT arguments, or the columns of RETURNS TABLE, say already.
bool arguments_say_result(const Routine& routine) {
  for (const auto& each : routine.arguments)
    if (each.mode == "out" || each.mode == "inout" || each.mode == "table") return true;
  return false;
}

std::string volatility_name(char letter) {
  return letter == 'i' ? "immutable" : letter == 's' ? "stable" : "";
}
std::string parallel_name(char letter) { return letter == 's' ? "safe" : letter == 'r' ? "restricted" : ""; }
std::string modify_name(char letter, bool ordered_set) {
  if (letter == (ordered_set ? 'w' : 'r')) return "";
  return letter == 'r' ? "read_only" : letter == 's' ? "shareable" : "read_write";
}

std::optional<std::int64_t> unless_zero(std::int64_t number) {
  return number == 0 ? std::nullopt : std::optional(number);
}

Routine routine_of(Cells& cells) {
  Routine routine;
  routine.name = cells.name();
  const char kind = cells.letter();
  routine.kind = kind == 'p' ? Kind::procedure : kind == 'a' ? Kind::aggregate : Kind::function;
  routine.window = kind == 'w';
  routine.arguments = arguments_of(cells);
  routine.returns = cells.text();
  if (arguments_say_result(routine) || kind == 'a') routine.returns.clear();
  routine.returns_set = cells.boolean();
  routine.language = cells.text();
  routine.volatility = volatility_name(cells.letter());
  routine.parallel = parallel_name(cells.letter());
  routine.strict = cells.boolean();
  routine.security_definer = cells.boolean();
  routine.leakproof = cells.boolean();
  const double cost = std::stod(cells.text());
  const double rows = std::stod(cells.text());
  // https://www.postgresql.org/docs/current/sql-createfunction.html on COST and ROWS
  const bool compiled = routine.language == "c" || routine.language == "internal";
  if (cost != (compiled ? 1 : 100)) routine.cost = cost;
  if (routine.returns_set && rows != 1000) routine.rows = rows;
  routine.support = cells.text();
  routine.transforms = cells.array();
  routine.settings = cells.array();
  routine.body = cells.text();
  routine.library = cells.text();
  if (const auto body = cells.text(); !body.empty()) {
    routine.body = body;
    routine.sql_body = true;
  }
  routine.comment = cells.text();
  return routine;
}

Aggregate aggregate_of(Cells& cells) {
  Aggregate out;
  const char kind = cells.letter();
  out.ordered_set = kind != 'n';
  out.hypothetical = kind == 'h';
  out.direct_arguments = static_cast<int>(cells.integer());
  out.state_function = cells.text();
  out.state_type = cells.text();
  out.state_space = unless_zero(cells.integer());
  out.final_function = cells.text();
  out.final_extra = cells.boolean();
  out.final_modify = modify_name(cells.letter(), out.ordered_set);
  out.combine_function = cells.text();
  out.serial_function = cells.text();
  out.deserial_function = cells.text();
  out.moving_state_function = cells.text();
  out.moving_inverse_function = cells.text();
  out.moving_state_type = cells.text();
  out.moving_state_space = unless_zero(cells.integer());
  out.moving_final_function = cells.text();
  out.moving_final_extra = cells.boolean();
  out.moving_final_modify = modify_name(cells.letter(), out.ordered_set);
  out.has_initial_value = !cells.null();
  out.initial_value = cells.text();
  out.has_moving_initial_value = !cells.null();
  out.moving_initial_value = cells.text();
  out.sort_operator = cells.text();
  return out;
}

}  // namespace

void read_routines(Reader& reader) {
  std::unordered_map<Oid, std::size_t> aggregates;
  for (const Row row : reader.connection.query(routine_query(reader), {reader.schemas})) {
    Cells cells(row);
    const Oid oid = cells.integer();
    Routine routine = routine_of(cells);
    if (routine.kind == Kind::aggregate) {
      // What pg_proc has of it follows from the aggregate.
      Routine bare;
      bare.kind = routine.kind;
      bare.name = routine.name;
      bare.arguments = routine.arguments;
      bare.parallel = routine.parallel;
      bare.comment = routine.comment;
      routine = std::move(bare);
      aggregates[oid] = reader.database.routines.size();
    }
    reader.objects[{in::pg_proc, oid}] = routine.id();
    reader.database.routines.push_back(std::move(routine));
  }
  if (aggregates.empty()) return;
  for (const Row row : reader.connection.query(aggregate_query(), {reader.schemas})) {
    Cells cells(row);
    const auto place = aggregates.find(cells.integer());
    if (place != aggregates.end()) reader.database.routines[place->second].aggregate = aggregate_of(cells);
  }
}

// A validator raises an error, so each runs in a block of its own; the result comes back as a setting of this
// transaction, which is all that a read-only one can leave.
void read_refused_bodies(Reader& reader) {
  const auto& path = reader.options.check_bodies_with;
  if (path.empty() || reader.database.routines.empty()) return;
  const std::string schemas =
      join_with(path, ", ", [](const std::string& each) { return quote_identifier(each); });
  reader.connection.execute(
      "DO $check$ DECLARE r record; refused text := ''; BEGIN "
      "PERFORM pg_catalog.set_config('search_path', " +
      quote_literal(schemas) +
      ", true); PERFORM pg_catalog.set_config('check_function_bodies', 'on', true); "
      "FOR r IN SELECT p.oid, l.lanvalidator FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_language l ON "
      "l.oid = "
      "p.prolang WHERE l.lanvalidator <> 0 AND p.oid >= 16384 AND p.prokind <> 'a' LOOP "
      "BEGIN EXECUTE pg_catalog.format('SELECT %s(%s)', r.lanvalidator::pg_catalog.regproc, r.oid); "
      "EXCEPTION WHEN OTHERS THEN refused := refused || ' ' || r.oid; END; END LOOP; "
      "PERFORM pg_catalog.set_config('migrate.refused_bodies', refused, true); "
      "PERFORM pg_catalog.set_config('search_path', '', true); END $check$");
  const auto rows = reader.connection.query("SELECT pg_catalog.current_setting('migrate.refused_bodies')");
  for (const Oid oid : Cells(rows[0]).numbers())
    if (const auto found = reader.objects.find({in::pg_proc, oid}); found != reader.objects.end())
      reader.database.refused_bodies.push_back(found->second);
}

}  // namespace migrate::postgres::introspection
