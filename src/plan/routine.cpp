#include <algorithm>
#include <map>

#include "plan/type_parts.hpp"
#include "util/quote.hpp"
#include "util/text.hpp"

namespace migrate::plan {
namespace {

using catalog::Aggregate;
using catalog::Argument;
using catalog::Kind;
using catalog::Routine;

bool is_input(const Argument& each) {
  return each.mode.empty() || each.mode == "inout" || each.mode == "variadic";
}
bool is_result(const Argument& each) {
  return each.mode == "out" || each.mode == "inout" || each.mode == "table";
}

std::string to_upper(std::string text) {
  for (char& c : text)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return text;
}

std::string number_text(double number) {
  std::string text = std::to_string(number);
  if (text.find('.') != std::string::npos) {
    while (text.back() == '0') text.pop_back();
    if (text.back() == '.') text.pop_back();
  }
  return text;
}

std::string argument_sql(const Argument& each) {
  std::string out;
  if (!each.mode.empty() && each.mode != "table") out = to_upper(each.mode) + " ";
  if (!each.name.empty()) out += quote_identifier(each.name) + " ";
  out += each.type;
  if (!each.default_value.empty()) out += " DEFAULT " + each.default_value;
  return out;
}

std::string arguments_sql(const Routine& routine, bool of_table) {
  std::vector<std::string> parts;
  for (const auto& each : routine.arguments)
    if ((each.mode == "table") == of_table) parts.push_back(argument_sql(each));
  return join(parts, ", ");
}

std::string returns_sql(const Routine& routine) {
  if (routine.kind == Kind::procedure) return "";
  std::vector<const Argument*> results;
  for (const auto& each : routine.arguments)
    if (is_result(each)) results.push_back(&each);
  if (!results.empty() && results.front()->mode != "out" && results.front()->mode != "inout")
    return "\nRETURNS TABLE(" + arguments_sql(routine, true) + ")";
  if (results.empty())
    return std::string("\nRETURNS ") + (routine.returns_set ? "SETOF " : "") + routine.returns;
  if (!routine.returns_set) return "";
  return "\nRETURNS SETOF " + (results.size() == 1 ? results.front()->type : std::string("record"));
}

// A list is kept as it is to be read back: each name in it perhaps in double quotes.
bool is_list_setting(const std::string& name) {
  static const std::vector<std::string> names{"search_path",
                                              "temp_tablespaces",
                                              "local_preload_libraries",
                                              "session_preload_libraries",
                                              "shared_preload_libraries",
                                              "unix_socket_directories"};
  return std::find(names.begin(), names.end(), to_lower(name)) != names.end();
}

std::vector<std::string> list_items(const std::string& text) {
  std::vector<std::string> out(1);
  bool quoted = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '"') {
      if (quoted && at + 1 < text.size() && text[at + 1] == '"') {
        out.back() += text[at++];
        continue;
      }
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      out.emplace_back();
    } else if (quoted || (c != ' ' && c != '\t' && c != '\n')) {
      out.back() += c;
    }
  }
  return out;
}

std::string setting_sql(const std::string& name, const std::string& value) {
  const std::string items =
      is_list_setting(name)
          ? join_with(list_items(value), ", ", [](const auto& each) { return quote_literal(each); })
          : quote_literal(value);
  return "SET " + quote_identifier(name) + " TO " + items;
}

// Line ends of a script may be changed on its way; in an escaped literal they stay.
std::string body_literal(const std::string& body) {
  if (body.find('\r') == std::string::npos) return dollar_quote(body);
  std::string out = "E'";
  for (const char c : body) {
    if (c == '\r')
      out += "\\r";
    else if (c == '\'' || c == '\\')
      (out += c) += c;
    else
      out += c;
  }
  return out + "'";
}

std::string body_sql(const Routine& routine) {
  if (routine.sql_body) return "\n" + routine.body;
  if (!routine.library.empty())
    return "\nAS " + quote_literal(routine.library) + ", " + quote_literal(routine.body);
  return "\nAS " + body_literal(routine.body);
}

std::string create_sql(const Planner& planner, const Routine& routine, const char* head) {
  const bool is_function = routine.kind == Kind::function;
  if (routine.sql_body) planner.require(140000, "a body of SQL that is no text", routine.id());
  std::string out = std::string(head) + (is_function ? "FUNCTION " : "PROCEDURE ") + routine.name.sql() +
                    "(" + arguments_sql(routine, false) + ")" + returns_sql(routine);
  std::vector<std::string> words;
  for (const auto& type : routine.transforms) words.push_back("FOR TYPE " + type);
  if (!words.empty()) out += "\nTRANSFORM " + join(words, ", ");
  out += "\nLANGUAGE " + quote_identifier(routine.language);
  words.clear();
  if (routine.window) words.emplace_back("WINDOW");
  if (!routine.volatility.empty()) words.push_back(to_upper(routine.volatility));
  if (routine.strict) words.emplace_back("STRICT");
  if (routine.leakproof) words.emplace_back("LEAKPROOF");
  if (routine.security_definer) words.emplace_back("SECURITY DEFINER");
  if (!routine.parallel.empty()) words.push_back("PARALLEL " + to_upper(routine.parallel));
  if (routine.cost) words.push_back("COST " + number_text(*routine.cost));
  if (routine.rows) words.push_back("ROWS " + number_text(*routine.rows));
  if (!routine.support.empty()) words.push_back("SUPPORT " + routine.support);
  if (!words.empty()) out += "\n" + join(words, " ");
  for (const auto& setting : routine.settings) {
    const auto equals = setting.find('=');
    out += "\n" + setting_sql(setting.substr(0, equals), setting.substr(equals + 1));
  }
  return out + body_sql(routine);
}

// https://www.postgresql.org/docs/current/sql-createaggregate.html
std::string aggregate_arguments(const Routine& routine) {
  const Aggregate& aggregate = *routine.aggregate;
  if (routine.arguments.empty()) return "*";
  if (!aggregate.ordered_set) return arguments_sql(routine, false);
  std::vector<std::string> direct, ordered;
  for (std::size_t n = 0; n < routine.arguments.size(); ++n)
    (static_cast<int>(n) < aggregate.direct_arguments ? direct : ordered)
        .push_back(argument_sql(routine.arguments[n]));
  // A VARIADIC direct argument stands for the ordered one, too.
  if (ordered.empty()) ordered.push_back(direct.back());
  return join(direct, ", ") + (direct.empty() ? "" : " ") + "ORDER BY " + join(ordered, ", ");
}

std::string aggregate_sql(const Routine& routine, const char* head) {
  const Aggregate& of = *routine.aggregate;
  std::vector<std::string> lines;
  const auto say = [&](const char* option, const std::string& value) {
    if (!value.empty()) lines.push_back(std::string(option) + " = " + value);
  };
  const auto say_number = [&](const char* option, const std::optional<std::int64_t>& value) {
    if (value) say(option, std::to_string(*value));
  };
  const auto flag = [&](const char* option, bool on) {
    if (on) lines.emplace_back(option);
  };
  say("SFUNC", of.state_function);
  say("STYPE", of.state_type);
  say_number("SSPACE", of.state_space);
  say("FINALFUNC", of.final_function);
  flag("FINALFUNC_EXTRA", of.final_extra);
  say("FINALFUNC_MODIFY", to_upper(of.final_modify));
  say("COMBINEFUNC", of.combine_function);
  say("SERIALFUNC", of.serial_function);
  say("DESERIALFUNC", of.deserial_function);
  if (of.has_initial_value) say("INITCOND", quote_literal(of.initial_value));
  say("MSFUNC", of.moving_state_function);
  say("MINVFUNC", of.moving_inverse_function);
  say("MSTYPE", of.moving_state_type);
  say_number("MSSPACE", of.moving_state_space);
  say("MFINALFUNC", of.moving_final_function);
  flag("MFINALFUNC_EXTRA", of.moving_final_extra);
  say("MFINALFUNC_MODIFY", to_upper(of.moving_final_modify));
  if (of.has_moving_initial_value) say("MINITCOND", quote_literal(of.moving_initial_value));
  say("SORTOP", of.sort_operator);
  say("PARALLEL", to_upper(routine.parallel));
  flag("HYPOTHETICAL", of.hypothetical);
  return head + ("AGGREGATE " + routine.name.sql()) + "(" + aggregate_arguments(routine) + ") (\n  " +
         join(lines, ",\n  ") + "\n)";
}

std::string statement(const Planner& planner, const Routine& routine, const char* head) {
  return routine.aggregate ? aggregate_sql(routine, head) : create_sql(planner, routine, head);
}

// All that go by a name go before others come by it: a call with default arguments could mean either.
catalog::Name shared_name(const catalog::ObjectId& id) { return {id.name.schema, id.name.name + "()"}; }

void create(Planner& planner, const catalog::ObjectId& id) {
  const Routine& now = the<Routine>(planner.after, id);
  const auto number = create_definition(planner, now, statement(planner, now, "CREATE "));
  if (planner.fate(id) == Fate::created) planner.action(number).takes.push_back(shared_name(id));
  comment_definition(planner, now);
}

void drop(Planner& planner, const catalog::ObjectId& id) {
  if (const auto* range = range_made_canonical(planner.before, id); range && planner.is_gone(range->id())) {
    planner.goes_with(range->id(), id,
                      [id](catalog::Database& database) { catalog::erase_definition(database, id); });
    return;
  }
  drop_definition(planner, id);
  if (has_successor(planner, id)) planner.actions().back().frees.push_back(shared_name(id));
}

// What decides which type an aggregate returns, and what it is: CREATE OR REPLACE changes neither.
bool keeps_result(const Aggregate& was, const Aggregate& now) {
  return was.state_type == now.state_type && was.final_function == now.final_function &&
         was.final_extra == now.final_extra && was.ordered_set == now.ordered_set &&
         was.hypothetical == now.hypothetical && was.direct_arguments == now.direct_arguments;
}

// https://www.postgresql.org/docs/current/sql-createfunction.html, "Notes" and "Overloading": the result
// stays as it is, with the names of what it is made of; the names of arguments too, once they have one;
// defaults come but do not go.
bool alters_in_place(const Planner& planner, const catalog::ObjectId& id) {
  if (only_differs_in(planner, id, {"comment"})) return true;
  const Routine& was = the<Routine>(planner.before, id);
  const Routine& now = the<Routine>(planner.after, id);
  if (was.aggregate.has_value() != now.aggregate.has_value()) return false;
  if (was.aggregate && !keeps_result(*was.aggregate, *now.aggregate)) return false;
  if (was.returns != now.returns || was.returns_set != now.returns_set || was.window != now.window)
    return false;
  if (was.arguments.size() != now.arguments.size()) return false;
  for (std::size_t n = 0; n < was.arguments.size(); ++n) {
    const Argument& a = was.arguments[n];
    const Argument& b = now.arguments[n];
    if (a.type != b.type || a.mode != b.mode) return false;
    if (a.name != b.name && (is_result(a) || (is_input(a) && !a.name.empty()))) return false;
    if (!a.default_value.empty() && b.default_value.empty()) return false;
  }
  return true;
}

void alter(Planner& planner, const catalog::ObjectId& id, const std::vector<std::string>&) {
  const Routine& now = the<Routine>(planner.after, id);
  if (!only_differs_in(planner, id, {"comment"}))
    replace_definition(planner, now, statement(planner, now, "CREATE OR REPLACE "));
  comment_definition(planner, now);
}

}  // namespace

bool has_successor(const Planner& planner, const catalog::ObjectId& routine) {
  const auto& routines = planner.after.routines;
  return catalog::is_routine(routine.kind) && planner.fate(routine) == Fate::dropped &&
         std::any_of(routines.begin(), routines.end(), [&](const Routine& each) {
           return each.name == routine.name && planner.fate(each.id()) == Fate::created;
         });
}

const KindPlanner routine_planner{create, drop, alter, rename_definition, alters_in_place};

}  // namespace migrate::plan
