#include "catalog/object_id.hpp"

#include <array>
#include <utility>

#include "util/error.hpp"
#include "util/quote.hpp"

namespace migrate::catalog {
namespace {
struct Words {
  Kind kind;
  std::string_view name, sql;
};
constexpr std::array<Words, kind_count> kinds{{
    {Kind::schema, "schema", "SCHEMA"},
    {Kind::extension, "extension", "EXTENSION"},
    {Kind::enum_type, "type", "TYPE"},
    {Kind::domain, "domain", "DOMAIN"},
    {Kind::composite_type, "composite type", "TYPE"},
    {Kind::range_type, "range type", "TYPE"},
    {Kind::sequence, "sequence", "SEQUENCE"},
    {Kind::table, "table", "TABLE"},
    {Kind::column, "column", "COLUMN"},
    {Kind::constraint, "constraint", "CONSTRAINT"},
    {Kind::index, "index", "INDEX"},
    {Kind::function, "function", "FUNCTION"},
    {Kind::procedure, "procedure", "PROCEDURE"},
    {Kind::aggregate, "aggregate", "AGGREGATE"},
    {Kind::view, "view", "VIEW"},
    {Kind::materialized_view, "materialized view", "MATERIALIZED VIEW"},
    {Kind::trigger, "trigger", "TRIGGER"},
    {Kind::rule, "rule", "RULE"},
    {Kind::policy, "policy", "POLICY"},
    {Kind::event_trigger, "event trigger", "EVENT TRIGGER"},
    {Kind::default_privileges, "default privileges", "DEFAULT PRIVILEGES"},
}};

const Words& words(Kind kind) { return kinds.at(static_cast<std::size_t>(kind)); }

std::string with_member(const ObjectId& id, const std::string& name) {
  const std::string start = std::string(kind_name(id.kind)) + " " + name;
  if (has_parentheses(id.kind)) return start + "(" + id.member + ")";
  return id.member.empty() ? start : start + "." + quote_identifier(id.member);
}
}  // namespace

std::string Name::sql() const { return qualified(schema, name); }

std::string Name::text() const { return schema == "public" ? quote_identifier(name) : sql(); }

std::string_view kind_name(Kind kind) { return words(kind).name; }
std::string_view sql_kind(Kind kind) { return words(kind).sql; }

Kind kind_of(std::string_view name) {
  for (const auto& each : kinds)
    if (each.name == name) return each.kind;
  throw Error(ExitCode::failed, "there is no kind of object called " + std::string(name));
}

bool is_member(Kind kind) {
  return kind == Kind::column || kind == Kind::constraint || kind == Kind::trigger || kind == Kind::rule ||
         kind == Kind::policy;
}

bool is_routine(Kind kind) {
  return kind == Kind::function || kind == Kind::procedure || kind == Kind::aggregate;
}

bool has_parentheses(Kind kind) { return is_routine(kind) || kind == Kind::default_privileges; }

std::string ObjectId::text() const {
  if (kind == Kind::default_privileges)
    return "default privileges on " + member + " of " + quote_identifier(name.name) +
           (name.schema.empty() ? "" : " in schema " + quote_identifier(name.schema));
  return with_member(*this, name.text());
}
std::string ObjectId::key() const { return with_member(*this, name.sql()); }

std::string ObjectId::sql() const {
  if (kind == Kind::column) return name.sql() + "." + quote_identifier(member);
  if (is_member(kind)) return quote_identifier(member) + " ON " + name.sql();
  if (kind == Kind::aggregate && member.empty()) return name.sql() + "(*)";
  if (is_routine(kind)) return name.sql() + "(" + member + ")";
  return name.sql();
}

}  // namespace migrate::catalog
