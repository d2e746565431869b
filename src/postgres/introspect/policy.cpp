#include "postgres/introspect/reader.hpp"

namespace migrate::postgres::introspection {
namespace {

std::string command_name(char command) {
  switch (command) {
    case 'r':
      return "select";
    case 'a':
      return "insert";
    case 'w':
      return "update";
    case 'd':
      return "delete";
    default:
      return {};
  }
}

}  // namespace

void read_policies(Reader& reader) {
  const Rows rows = reader.connection.query(
      "SELECT p.oid, c.oid, n.nspname, c.relname, p.polname, p.polpermissive, p.polcmd, "
      "(SELECT array_agg(r.rolname::text ORDER BY r.rolname) FROM pg_catalog.pg_roles r WHERE r.oid = ANY "
      "(p.polroles)), "
      "pg_catalog.pg_get_expr(p.polqual, p.polrelid), pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid), "
      "d.description FROM pg_catalog.pg_policy p JOIN pg_catalog.pg_class c ON c.oid = p.polrelid "
      "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace" +
          join_comment("pg_policy", "p.oid") + "WHERE c.relnamespace = ANY ($1::oid[])",
      {reader.schemas});
  for (const Row row : rows) {
    Cells cells(row);
    const Oid oid = cells.integer();
    catalog::Policy policy;
    const Oid relation = cells.integer();
    policy.table = cells.name();
    policy.name = cells.text();
    policy.restrictive = !cells.boolean();
    policy.command = command_name(cells.letter());
    policy.roles = cells.array();
    policy.using_expression = without_outer_parentheses(cells.text());
    policy.check_expression = without_outer_parentheses(cells.text());
    policy.comment = cells.text();
    if (!reader.table(relation)) continue;
    reader.objects[{in::pg_policy, oid}] = policy.id();
    reader.database.policies.push_back(std::move(policy));
  }
}

}  // namespace migrate::postgres::introspection
