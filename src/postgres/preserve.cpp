#include "postgres/preserve.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "catalog/spelling.hpp"
#include "postgres/connection.hpp"
#include "util/error.hpp"
#include "util/quote.hpp"

namespace migrate::postgres {
namespace {

// An object of the catalogue, and its name as ALTER, GRANT and COMMENT take it.
struct Address {
  std::string class_id, object_id, sub_id = "0";
  std::string kind, name;  // "TABLE", "public.users"; a column's is public.users.email
  std::string relation;    // of a column: its table
  std::string column;
  bool has_owner = true, has_grants = true;
};

std::optional<Address> relation(Connection& connection, const std::string& name) {
  const auto rows = connection.query(
      "SELECT c.oid, EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = "
      "'pg_catalog.pg_class'::regclass"
      " AND d.objid = c.oid AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjsubid > 0"
      " AND d.deptype IN ('a', 'i') AND c.relkind = 'S'), CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN "
      "'MATERIALIZED VIEW' WHEN 'S' THEN "
      "'SEQUENCE'"
      " WHEN 'i' THEN 'INDEX' WHEN 'I' THEN 'INDEX' WHEN 'f' THEN 'FOREIGN TABLE' ELSE 'TABLE' END"
      " FROM pg_catalog.pg_class c WHERE c.oid = pg_catalog.to_regclass($1)",
      {name});
  if (rows.empty()) return {};
  Address out;
  out.class_id = "pg_catalog.pg_class";
  out.object_id = rows[0].text(0);
  out.kind = rows[0].text(2);
  out.name = name;
  // A column's sequence belongs to the owner of the table.
  if (rows[0].boolean(1)) out.has_owner = false;
  // An index belongs to its table's owner, and a foreign table is granted as a table.
  if (out.kind == "INDEX") out.has_owner = out.has_grants = false;
  return out;
}

std::optional<Address> column(Connection& connection, const catalog::ObjectId& id) {
  auto out = relation(connection, id.name.sql());
  if (!out) return {};
  const auto rows = connection.query(
      "SELECT attnum FROM pg_catalog.pg_attribute WHERE attrelid = $1::oid AND attname = $2 AND NOT "
      "attisdropped",
      {out->object_id, id.member});
  if (rows.empty()) return {};
  out->relation = std::exchange(out->name, id.sql());
  out->sub_id = rows[0].text(0);
  out->kind = "COLUMN";
  out->column = id.member;
  out->has_owner = false;
  return out;
}

// Where an object that is no relation stands: its catalogue, and the query that finds its oid there.
struct Place {
  std::string catalogue, oid;
  std::vector<std::optional<std::string>> parameters;
};

Place place_of(const catalog::ObjectId& id) {
  using catalog::Kind;
  const auto in_relation = [&](const std::string& catalogue, const std::string& relation,
                               const std::string& name) -> Place {
    return {catalogue,
            "SELECT oid FROM pg_catalog." + catalogue + " WHERE " + relation +
                " = pg_catalog.to_regclass($1) AND " + name + " = $2",
            {id.name.sql(), id.member}};
  };
  switch (id.kind) {
    case Kind::schema:
      return {"pg_namespace", "SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = $1", {id.name.name}};
    case Kind::enum_type:
    case Kind::domain:
    case Kind::composite_type:
    case Kind::range_type:
      return {"pg_type", "SELECT pg_catalog.to_regtype($1)::oid", {id.name.sql()}};
    case Kind::function:
    case Kind::procedure:
    case Kind::aggregate:
      return {
          "pg_proc", "SELECT pg_catalog.to_regprocedure($1)::oid", {id.name.sql() + "(" + id.member + ")"}};
    case Kind::constraint:
      return in_relation("pg_constraint", "conrelid", "conname");
    case Kind::policy:
      return in_relation("pg_policy", "polrelid", "polname");
    case Kind::rule:
      return in_relation("pg_rewrite", "ev_class", "rulename");
    case Kind::trigger:
      return in_relation("pg_trigger", "tgrelid", "tgname");
    case Kind::event_trigger:
      return {"pg_event_trigger",
              "SELECT oid FROM pg_catalog.pg_event_trigger WHERE evtname = $1",
              {id.name.name}};
    default:
      return {};
  }
}

std::optional<Address> find(Connection& connection, const std::string& key) {
  using catalog::Kind;
  catalog::ObjectId id;
  const bool known = catalog::from_text(key, id);
  if (known && id.kind == Kind::column) return column(connection, id);
  for (const auto kind : {Kind::table, Kind::index, Kind::sequence, Kind::view, Kind::materialized_view})
    if (known && id.kind == kind) return relation(connection, id.name.sql());
  const Place place = known ? place_of(id) : Place{};
  if (place.catalogue.empty())
    throw Error(
        ExitCode::failed,
        "preserve: \"" + key + "\" is not an object whose owner, privileges and comment can be kept",
        "schema, table, view, materialized view, column, index, sequence, constraint, type, policy, rule, "
        "function, procedure, aggregate, trigger and event trigger can");
  const auto rows = connection.query(place.oid, place.parameters);
  if (rows.empty() || rows[0].null(0)) return {};
  Address out;
  out.class_id = "pg_catalog." + place.catalogue;
  out.object_id = rows[0].text(0);
  out.kind = catalog::sql_kind(id.kind);
  out.name = id.sql();
  out.has_owner = out.has_grants = !catalog::is_member(id.kind) && id.kind != Kind::event_trigger;
  return out;
}

// The owner, and every privilege of the object (those by default spelt out) and of its columns.
constexpr const char* of_relation = R"(
SELECT pg_catalog.pg_get_userbyid(relowner), '', a.privilege_type, a.grantee::oid::text,
       coalesce(pg_catalog.pg_get_userbyid(nullif(a.grantee, 0)), ''), a.is_grantable
FROM pg_catalog.pg_class LEFT JOIN LATERAL pg_catalog.aclexplode(coalesce(relacl,
  pg_catalog.acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", relowner))) a ON relkind NOT IN ('i', 'I')
WHERE pg_class.oid = $1::oid AND $2::int = 0
UNION ALL
SELECT '', attname, a.privilege_type, a.grantee::oid::text, coalesce(pg_catalog.pg_get_userbyid(nullif(a.grantee, 0)), ''),
       a.is_grantable
FROM pg_catalog.pg_attribute, pg_catalog.aclexplode(attacl) a
WHERE attrelid = $1::oid AND NOT attisdropped AND $2::int IN (0, attnum))";

// The same of what has no columns; `prefix` begins the names of the catalogue's columns.
std::string of_object(const std::string& catalogue, const std::string& prefix, char kind) {
  return "SELECT pg_catalog.pg_get_userbyid(o." + prefix +
         "owner), '', a.privilege_type, a.grantee::oid::text, "
         "coalesce(pg_catalog.pg_get_userbyid(nullif(a.grantee, 0)), ''), a.is_grantable FROM " +
         catalogue + " o LEFT JOIN LATERAL pg_catalog.aclexplode(coalesce(o." + prefix +
         "acl, pg_catalog.acldefault('" + kind + "'::\"char\", o." + prefix +
         "owner))) a ON true WHERE o.oid = $1::oid AND $2::int = 0";
}

std::string access_query(const std::string& catalogue) {
  return catalogue == "pg_catalog.pg_class"       ? of_relation
         : catalogue == "pg_catalog.pg_type"      ? of_object(catalogue, "typ", 'T')
         : catalogue == "pg_catalog.pg_proc"      ? of_object(catalogue, "pro", 'f')
         : catalogue == "pg_catalog.pg_namespace" ? of_object(catalogue, "nsp", 'n')
                                                  : "";
}

constexpr const char* notes_sql = R"(
SELECT '', coalesce(attname, ''), description
FROM pg_catalog.pg_description LEFT JOIN pg_catalog.pg_attribute ON attrelid = objoid AND attnum = objsubid AND objsubid > 0
WHERE classoid = $1::regclass AND objoid = $2::oid AND ($3::int = 0 OR objsubid = $3::int)
UNION ALL
SELECT provider, coalesce(attname, ''), label
FROM pg_catalog.pg_seclabel LEFT JOIN pg_catalog.pg_attribute ON attrelid = objoid AND attnum = objsubid AND objsubid > 0
WHERE classoid = $1::regclass AND objoid = $2::oid AND ($3::int = 0 OR objsubid = $3::int))";

std::string on_clause(const Address& at) {
  // GRANT does not know aggregates by that word.
  if (at.kind == "AGGREGATE")
    return "FUNCTION " + (at.name.ends_with("(*)") ? at.name.substr(0, at.name.size() - 3) + "()" : at.name);
  if (at.kind == "COLUMN") return "TABLE " + at.relation;
  if (at.kind == "VIEW" || at.kind == "MATERIALIZED VIEW" || at.kind == "FOREIGN TABLE")
    return "TABLE " + at.name;
  return at.kind + " " + at.name;
}

std::string grantee(const std::string& role) { return role.empty() ? "PUBLIC" : quote_identifier(role); }

}  // namespace

Preserved::Preserved(Connection& connection, const std::vector<std::string>& keys) {
  for (const auto& key : keys) {
    const auto at = find(connection, key);
    if (!at) continue;
    Object object;
    object.key = key;
    const auto sql = access_query(at->class_id);
    if (!sql.empty() && (at->has_owner || at->has_grants))
      for (const auto row : connection.query(sql, {at->object_id, at->sub_id})) {
        if (at->has_owner && !row.text(0).empty()) object.owner = row.text(0);
        if (!row.null(2))
          object.grants.push_back(
              {std::string(row.text(2)), std::string(row.text(4)), row.boolean(5), std::string(row.text(1))});
      }
    for (const auto row : connection.query(notes_sql, {at->class_id, at->object_id, at->sub_id}))
      object.notes.push_back({std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2))});
    objects_.push_back(std::move(object));
  }
}

void Preserved::put_back(Connection& connection, const std::vector<std::string>& statements) const {
  // A table's owner before the privileges of its columns' sequences.
  std::vector<const Object*> ordered;
  for (const bool sequences : {false, true})
    for (const auto& each : objects_)
      if (each.key.starts_with("sequence ") == sequences) ordered.push_back(&each);
  for (const auto* next : ordered) {
    const auto& object = *next;
    const auto at = find(connection, object.key);
    if (!at) continue;
    const Preserved present(connection, {object.key});
    const auto& now = present.objects_.at(0);
    if (!object.owner.empty() && object.owner != now.owner)
      connection.execute("ALTER " + at->kind + " " + at->name + " OWNER TO " +
                         quote_identifier(object.owner));
    if (at->has_grants) {
      // Read again: a change of owner rewrites the privileges.
      const Preserved owned(connection, {object.key});
      const auto same = [](const Grant& a, const Grant& b) {
        return a.privilege == b.privilege && a.grantee == b.grantee && a.grantable == b.grantable &&
               a.column == b.column;
      };
      const auto has = [&](const std::vector<Grant>& grants, const Grant& wanted) {
        return std::any_of(grants.begin(), grants.end(),
                           [&](const Grant& each) { return same(each, wanted); });
      };
      const auto clause = [](const Grant& grant) {
        return grant.privilege + (grant.column.empty() ? "" : " (" + quote_identifier(grant.column) + ")");
      };
      const auto& after = owned.objects_.at(0).grants;
      for (const auto& grant : after)
        if (!has(object.grants, grant))
          connection.execute("REVOKE " + clause(grant) + " ON " + on_clause(*at) + " FROM " +
                             grantee(grant.grantee));
      for (const auto& grant : object.grants) {
        if (has(after, grant)) continue;
        const auto column = grant.column.empty()   ? std::string()
                            : at->kind == "COLUMN" ? at->relation
                                                   : at->name;
        // A column that the step took away has no privileges to give back.
        if (!grant.column.empty() && connection
                                         .query("SELECT FROM pg_catalog.pg_attribute WHERE attrelid = "
                                                "pg_catalog.to_regclass($1) AND attname = $2 AND NOT"
                                                " attisdropped",
                                                {column, grant.column})
                                         .empty())
          continue;
        connection.execute("GRANT " + clause(grant) + " ON " + on_clause(*at) + " TO " +
                           grantee(grant.grantee) + (grant.grantable ? " WITH GRANT OPTION" : ""));
      }
    }
    for (const auto& note : object.notes) {
      const bool set = std::any_of(now.notes.begin(), now.notes.end(), [&](const Note& each) {
        return each.provider == note.provider && each.column == note.column;
      });
      if (set) continue;
      auto target = at->kind + " " + at->name;
      if (!note.column.empty() && at->kind != "COLUMN") {
        if (connection
                .query("SELECT FROM pg_catalog.pg_attribute WHERE attrelid = $1::oid AND attname = $2 AND "
                       "NOT attisdropped",
                       {at->object_id, note.column})
                .empty())
          continue;
        target = "COLUMN " + at->name + "." + quote_identifier(note.column);
      }
      const auto head = note.provider.empty()
                            ? "COMMENT ON " + target
                            : "SECURITY LABEL FOR " + quote_identifier(note.provider) + " ON " + target;
      if (std::find(statements.begin(), statements.end(), head + " IS NULL") != statements.end()) continue;
      connection.execute(head + " IS " + quote_literal(note.text));
    }
  }
}

}  // namespace migrate::postgres
