#include "postgres/preserve.hpp"

#include "catalog/object_id.hpp"
#include "catalog/spelling.hpp"
#include "util/error.hpp"
#include "util/quote.hpp"
#include "util/text.hpp"

namespace migrate::postgres {
namespace {

using catalog::Kind;
using catalog::ObjectId;

// How an object is found, and what statements call it; all but the catalogue are SQL expressions.
struct Address {
  std::string catalogue, object, sub = "0";
  std::string kind,
      name;  // as ALTER and COMMENT take them: TABLE and public.users, COLUMN and public.users.email
  std::string granted;                // what GRANT takes
  std::string has_owner, has_grants;  // of its own
  std::string from;
};

std::string text(std::string_view literal) { return quote_literal(literal) + "::text"; }

std::string select(std::size_t number, const Address& at) {
  return "SELECT " + std::to_string(number) + " AS number, 'pg_catalog." + at.catalogue +
         "'::pg_catalog.regclass AS class, " + at.object + " AS object, " + at.sub + " AS sub, " + at.kind +
         " AS kind, " + at.name + " AS name, " + at.granted + " AS granted, " + at.has_owner +
         " AS has_owner, " + at.has_grants + " AS has_grants FROM " + at.from;
}

// An index belongs to its table's owner, a column's sequence to that of the table, and a foreign table is
// granted as a table.
Address of_relation(const ObjectId& id) {
  const auto name = text(id.name.sql());
  const std::string bears_access = "c.relkind NOT IN ('i', 'I')";
  return {.catalogue = "pg_class",
          .object = "c.oid",
          .kind =
              "CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE'"
              " WHEN 'i' THEN 'INDEX' WHEN 'I' THEN 'INDEX' WHEN 'f' THEN 'FOREIGN TABLE' ELSE 'TABLE' END",
          .name = name,
          .granted = "CASE c.relkind WHEN 'S' THEN 'SEQUENCE ' ELSE 'TABLE ' END || " + name,
          .has_owner = bears_access +
                       " AND NOT (c.relkind = 'S' AND EXISTS (SELECT FROM pg_catalog.pg_depend d"
                       " WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid"
                       " AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjsubid > 0"
                       " AND d.deptype IN ('a', 'i')))",
          .has_grants = bears_access,
          .from = "pg_catalog.pg_class c WHERE c.oid = pg_catalog.to_regclass(" + name + ")"};
}

Address of_column(const ObjectId& id) {
  const auto relation = id.name.sql();
  return {
      .catalogue = "pg_class",
      .object = "c.oid",
      .sub = "t.attnum::int",
      .kind = "'COLUMN'::text",
      .name = text(id.sql()),
      .granted = text("TABLE " + relation),
      .has_owner = "false",
      .has_grants = "c.relkind NOT IN ('i', 'I')",
      .from = "pg_catalog.pg_class c JOIN pg_catalog.pg_attribute t ON t.attrelid = c.oid AND t.attname = " +
              quote_literal(id.member) + " AND NOT t.attisdropped WHERE c.oid = pg_catalog.to_regclass(" +
              quote_literal(relation) + ")"};
}

// Where an object that is no relation stands: its catalogue, and an expression of its oid there.
struct Place {
  std::string catalogue, oid;
};

Place place_of(const ObjectId& id) {
  const auto in_relation = [&](const std::string& catalogue, const std::string& relation,
                               const std::string& name) -> Place {
    return {catalogue, "(SELECT p.oid FROM pg_catalog." + catalogue + " p WHERE p." + relation +
                           " = pg_catalog.to_regclass(" + quote_literal(id.name.sql()) + ") AND p." + name +
                           " = " + quote_literal(id.member) + ")"};
  };
  const auto named = [&](const std::string& catalogue, const std::string& column) -> Place {
    return {catalogue, "(SELECT p.oid FROM pg_catalog." + catalogue + " p WHERE p." + column + " = " +
                           quote_literal(id.name.name) + ")"};
  };
  switch (id.kind) {
    case Kind::schema:
      return named("pg_namespace", "nspname");
    case Kind::event_trigger:
      return named("pg_event_trigger", "evtname");
    case Kind::enum_type:
    case Kind::domain:
    case Kind::composite_type:
    case Kind::range_type:
      return {"pg_type", "pg_catalog.to_regtype(" + quote_literal(id.name.sql()) + ")::oid"};
    case Kind::function:
    case Kind::procedure:
    case Kind::aggregate:
      return {"pg_proc", "pg_catalog.to_regprocedure(" +
                             quote_literal(id.name.sql() + "(" + id.member + ")") + ")::oid"};
    case Kind::constraint:
      return in_relation("pg_constraint", "conrelid", "conname");
    case Kind::policy:
      return in_relation("pg_policy", "polrelid", "polname");
    case Kind::rule:
      return in_relation("pg_rewrite", "ev_class", "rulename");
    case Kind::trigger:
      return in_relation("pg_trigger", "tgrelid", "tgname");
    default:
      return {};
  }
}

// GRANT does not know aggregates by that word.
std::string granted(const ObjectId& id) {
  const auto name = id.sql();
  if (id.kind != Kind::aggregate) return std::string(catalog::sql_kind(id.kind)) + " " + name;
  return "FUNCTION " + (name.ends_with("(*)") ? name.substr(0, name.size() - 3) + "()" : name);
}

Address address_of(const std::string& key) {
  ObjectId id;
  const bool known = catalog::from_text(key, id);
  if (known && id.kind == Kind::column) return of_column(id);
  for (const auto kind : {Kind::table, Kind::index, Kind::sequence, Kind::view, Kind::materialized_view})
    if (known && id.kind == kind) return of_relation(id);
  const Place place = known ? place_of(id) : Place{};
  if (place.catalogue.empty())
    throw Error(
        ExitCode::failed,
        "preserve: \"" + key + "\" is not an object whose owner, privileges and comment can be kept",
        "schema, table, view, materialized view, column, index, sequence, constraint, type, policy, rule, "
        "function, procedure, aggregate, trigger and event trigger can");
  const std::string bears_access =
      catalog::is_member(id.kind) || id.kind == Kind::event_trigger ? "false" : "true";
  return {.catalogue = place.catalogue,
          .object = "o.oid",
          .kind = text(catalog::sql_kind(id.kind)),
          .name = text(id.sql()),
          .granted = text(granted(id)),
          .has_owner = bears_access,
          .has_grants = bears_access,
          .from = "(SELECT " + place.oid + " AS oid) o WHERE o.oid IS NOT NULL"};
}

enum class When { begin, end };

// "OLD -> NEW" names an object at the step's begin and at its end.
std::string key_at(When when, const std::string& preserved) {
  constexpr std::string_view arrow = " -> ";
  bool quoted = false;
  for (std::size_t at = 0; at < preserved.size(); ++at) {
    if (preserved[at] == '"') quoted = !quoted;
    if (!quoted && preserved.compare(at, arrow.size(), arrow) == 0)
      return when == When::begin ? preserved.substr(0, at) : preserved.substr(at + arrow.size());
  }
  return preserved;
}

std::string addresses(const Step& step, When when) {
  std::vector<std::string> all;
  for (std::size_t number = 0; number < step.preserve.size(); ++number)
    all.push_back(select(number, address_of(key_at(when, step.preserve[number]))));
  return "(" + join(all, "\n    UNION ALL ") + ") a";
}

// The following are about the object of the row `at`, which has an address' columns.

struct Catalogue {
  std::string name, prefix, kind;  // kind: for acldefault()
};
const std::vector<Catalogue>& with_owners() {
  static const std::vector<Catalogue> all{
      {"pg_class", "rel", "CASE r.relkind WHEN 'S' THEN 's' ELSE 'r' END"},
      {"pg_type", "typ", "'T'"},
      {"pg_proc", "pro", "'f'"},
      {"pg_namespace", "nsp", "'n'"}};
  return all;
}

std::string is_in(const std::string& at, const std::string& catalogue) {
  return at + ".class = 'pg_catalog." + catalogue + "'::pg_catalog.regclass";
}

std::string owner(const std::string& at) {
  return "(" +
         join_with(with_owners(), " UNION ALL ",
                   [&](const Catalogue& each) {
                     return "SELECT pg_catalog.pg_get_userbyid(r." + each.prefix +
                            "owner)::text FROM pg_catalog." + each.name + " r WHERE " + is_in(at, each.name) +
                            " AND r.oid = " + at + ".object";
                   }) +
         ")";
}

// Every privilege of the object, those by default spelt out, and of its columns.
std::string grants(const std::string& at) {
  const std::string fields =
      ", x.privilege_type AS privilege, CASE x.grantee WHEN 0 THEN '' ELSE "
      "pg_catalog.pg_get_userbyid(x.grantee)::text END AS grantee, "
      "x.is_grantable AS grantable FROM pg_catalog.";
  return "SELECT t.attname::text AS \"column\"" + fields +
         "pg_attribute t, pg_catalog.aclexplode(t.attacl) x WHERE " + is_in(at, "pg_class") +
         " AND t.attrelid = " + at + ".object AND NOT t.attisdropped AND " + at + ".sub IN (0, t.attnum)" +
         join_with(with_owners(), "", [&](const Catalogue& each) {
           return " UNION ALL SELECT ''" + fields + each.name + " r, pg_catalog.aclexplode(coalesce(r." +
                  each.prefix + "acl, pg_catalog.acldefault((" + each.kind + ")::\"char\", r." + each.prefix +
                  "owner))) x WHERE " + is_in(at, each.name) + " AND r.oid = " + at + ".object AND " + at +
                  ".sub = 0 AND " + at + ".has_grants";
         });
}

// Comments, without a provider, and security labels.
std::string notes(const std::string& at) {
  const auto from = [&](const std::string& catalogue, const std::string& provider, const std::string& text) {
    return "SELECT " + provider + " AS provider, coalesce(t.attname::text, '') AS \"column\", d." + text +
           " AS text FROM pg_catalog." + catalogue +
           " d LEFT JOIN pg_catalog.pg_attribute t ON t.attrelid = d.objoid AND t.attnum = d.objsubid AND "
           "d.objsubid > 0 WHERE d.classoid = " +
           at + ".class AND d.objoid = " + at + ".object AND (" + at + ".sub = 0 OR d.objsubid = " + at +
           ".sub)";
  };
  return from("pg_description", "''::text", "description") + " UNION ALL " +
         from("pg_seclabel", "d.provider", "label");
}

std::string list_of(const std::string& what) {
  return "CASE pg_catalog.jsonb_typeof(object.kept -> '" + what + "') WHEN 'array' THEN object.kept -> '" +
         what + "' ELSE '[]' END";
}

std::string has_column(const std::string& name) {
  return "EXISTS (SELECT FROM pg_catalog.pg_attribute t WHERE t.attrelid = object.object AND t.attname = " +
         name + " AND NOT t.attisdropped)";
}

// A change of owner has rewritten the privileges by now. What a column that the step took away had is gone.
std::string access_statements() {
  const auto clause = [](const std::string& of) {
    return of + ".privilege || CASE " + of + ".\"column\" WHEN '' THEN '' ELSE pg_catalog.format(' (%I)', " +
           of + ".\"column\") END, object.granted, CASE " + of +
           ".grantee WHEN '' THEN 'PUBLIC' ELSE pg_catalog.quote_ident(" + of + ".grantee) END";
  };
  const std::string same =
      " WHERE n.\"column\" = w.\"column\" AND n.privilege = w.privilege AND n.grantee = w.grantee"
      " AND n.grantable = w.grantable)";
  return "WITH n AS MATERIALIZED (" + grants("object") +
         "),\n        w AS (SELECT * FROM pg_catalog.jsonb_to_recordset(" + list_of("grants") +
         ") AS g(\"column\" text, privilege text, grantee text, grantable boolean))\n"
         "      SELECT s.text FROM (\n"
         "        SELECT 1 AS turn, pg_catalog.format('REVOKE %s ON %s FROM %s', " +
         clause("n") + ") AS text FROM n WHERE NOT EXISTS (SELECT FROM w" + same +
         "\n        UNION ALL SELECT 2, pg_catalog.format('GRANT %s ON %s TO %s', " + clause("w") +
         ") || CASE WHEN w.grantable THEN ' WITH GRANT OPTION' ELSE '' END FROM w"
         " WHERE NOT EXISTS (SELECT FROM n" +
         same + " AND (w.\"column\" = '' OR " + has_column("w.\"column\"") + ")\n      ) s ORDER BY s.turn";
}

std::string note_statements(const std::vector<StepStatement>& statements) {
  std::vector<std::string> taken_off;
  for (const auto& each : statements)
    if (each.text.ends_with(" IS NULL")) taken_off.push_back(quote_literal(each.text));
  return "SELECT s.head || ' IS ' || pg_catalog.quote_literal(w.text) FROM pg_catalog.jsonb_to_recordset(" +
         list_of("notes") +
         ") AS w(provider text, \"column\" text, text text), LATERAL (SELECT\n"
         "        CASE w.provider WHEN '' THEN 'COMMENT ON ' ELSE"
         " pg_catalog.format('SECURITY LABEL FOR %I ON ', w.provider) END ||\n"
         "        CASE WHEN w.\"column\" = '' OR object.kind = 'COLUMN' THEN object.kind || ' ' || "
         "object.name"
         " ELSE pg_catalog.format('COLUMN %s.%I', object.name, w.\"column\") END AS head) s\n"
         "      WHERE NOT EXISTS (SELECT FROM (" +
         notes("object") +
         ") n WHERE n.provider = w.provider AND n.\"column\" = w.\"column\")\n"
         "      AND (w.\"column\" = '' OR object.kind = 'COLUMN' OR " +
         has_column("w.\"column\"") + ")" +
         (taken_off.empty()
              ? ""
              : "\n      AND s.head || ' IS NULL' <> ALL (ARRAY[" + join(taken_off, ", ") + "])");
}

}  // namespace

std::string preserve_sql(const Step& step) {
  return "SELECT coalesce(pg_catalog.json_agg(pg_catalog.json_build_object(\n"
         "    'number', a.number,\n    'owner', CASE WHEN a.has_owner THEN " +
         owner("a") + " END,\n    'grants', (SELECT pg_catalog.json_agg(g) FROM (" + grants("a") +
         ") g),\n    'notes', (SELECT pg_catalog.json_agg(n) FROM (" + notes("a") +
         ") n))), '[]')::text\n  FROM " + addresses(step, When::begin);
}

std::string put_back_sql(const Step& step, const std::string& preserved) {
  const auto execute_all = [](const std::string& query) {
    return "    FOREACH statement IN ARRAY ARRAY(\n      " + query +
           ") LOOP\n      EXECUTE statement;\n    END LOOP;\n";
  };
  // A table's owner before the privileges of its columns' sequences.
  return "DO " + dollar_quote(
                     "\nDECLARE\n  object record;\n  statement text;\nBEGIN\n"
                     "  FOR object IN SELECT a.*, k.value AS kept\n  FROM " +
                     addresses(step, When::end) + "\n  JOIN pg_catalog.jsonb_array_elements(" + preserved +
                     "::pg_catalog.jsonb) k ON (k.value ->> 'number')::int = a.number\n"
                     "  ORDER BY a.kind = 'SEQUENCE', a.number LOOP\n"
                     "    IF object.has_owner AND object.kept ->> 'owner' <> " +
                     owner("object") +
                     " THEN\n      EXECUTE pg_catalog.format('ALTER %s %s OWNER TO %I', object.kind, "
                     "object.name, object.kept ->> 'owner');\n    END IF;\n" +
                     execute_all(access_statements()) + execute_all(note_statements(step.statements)) +
                     "  END LOOP;\nEND ");
}

}  // namespace migrate::postgres
