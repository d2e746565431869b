#include "postgres/introspect/reader.hpp"
#include "util/text.hpp"

namespace migrate::postgres::introspection {

void read_rules(Reader& reader) {
  const Rows rows = reader.connection.query(
      "SELECT r.oid, c.oid, n.nspname, c.relname, r.rulename, pg_catalog.pg_get_ruledef(r.oid), "
      "r.ev_enabled, "
      "d.description FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_class c ON c.oid = r.ev_class "
      "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace" +
          join_comment("pg_rewrite", "r.oid") +
          "WHERE r.rulename <> '_RETURN' AND c.relnamespace = ANY ($1::oid[])",
      {reader.schemas});
  for (const Row row : rows) {
    Cells cells(row);
    const Oid oid = cells.integer();
    const Oid relation = cells.integer();
    catalog::Rule rule;
    rule.table = cells.name();
    rule.name = cells.text();
    rule.definition = std::string(trim(cells.text()));
    if (!rule.definition.empty() && rule.definition.back() == ';') rule.definition.pop_back();
    rule.enabled = enabled_name(cells.letter());
    rule.comment = cells.text();
    if (!reader.table(relation) && !reader.objects.contains({in::pg_class, relation})) continue;
    reader.objects[{in::pg_rewrite, oid}] = rule.id();
    reader.database.rules.push_back(std::move(rule));
  }
}

}  // namespace migrate::postgres::introspection
