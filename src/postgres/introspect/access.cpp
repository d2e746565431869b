#include <algorithm>
#include <map>

#include "postgres/introspect/reader.hpp"
#include "util/text.hpp"

namespace migrate::postgres::introspection {
namespace {

// Everything that has an owner or can be granted: catalogue, oid, column, owner, privileges, and those that
// it has by itself. A sequence that belongs to a column has its table's owner. What initdb granted on the
// schema public is what that has by itself.
constexpr const char* objects_query = R"(
SELECT 1259 AS class, c.oid, ''::name AS sub, CASE WHEN c.relkind = 'S' AND EXISTS (SELECT FROM pg_catalog.pg_depend x
         WHERE x.classid = 1259 AND x.objid = c.oid AND x.refobjsubid > 0 AND x.deptype IN ('a', 'i')) THEN 0::oid
         ELSE c.relowner END AS owner, c.relowner AS holder, c.relacl AS acl,
       pg_catalog.acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", c.relowner) AS usual
FROM pg_catalog.pg_class c WHERE c.relnamespace = ANY ($1::oid[]) AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
UNION ALL
SELECT 1259, a.attrelid, a.attname, 0::oid, c.relowner, a.attacl, NULL
FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
WHERE a.attacl IS NOT NULL AND a.attnum > 0 AND NOT a.attisdropped AND c.relnamespace = ANY ($1::oid[])
UNION ALL
SELECT 1247, t.oid, '', t.typowner, t.typowner, t.typacl, pg_catalog.acldefault('T', t.typowner)
FROM pg_catalog.pg_type t WHERE t.typnamespace = ANY ($1::oid[]) AND t.typtype IN ('d', 'e', 'r', 'c')
UNION ALL
SELECT 1255, p.oid, '', p.proowner, p.proowner, p.proacl, pg_catalog.acldefault('f', p.proowner)
FROM pg_catalog.pg_proc p WHERE p.pronamespace = ANY ($1::oid[])
UNION ALL
SELECT 2615, n.oid, '', n.nspowner, n.nspowner, n.nspacl,
       COALESCE((SELECT i.initprivs FROM pg_catalog.pg_init_privs i WHERE i.classoid = 2615 AND i.objoid = n.oid
                 AND i.objsubid = 0 AND i.privtype = 'i'), pg_catalog.acldefault('n', n.nspowner))
FROM pg_catalog.pg_namespace n WHERE n.oid = ANY ($1::oid[])
UNION ALL
SELECT 3466, e.oid, '', e.evtowner, e.evtowner, NULL, NULL FROM pg_catalog.pg_event_trigger e
)";

// SQL: what is in `acl` and not in `usual`, and the other way round. What an owner was granted is the owner's
// anyway.
std::string deviations(const std::string& acl, const std::string& usual, const std::string& owner) {
  const auto entries = [](const std::string& list) {
    return "(SELECT g.grantor, g.grantee, g.privilege_type, g.is_grantable, g.place FROM "
           "pg_catalog.aclexplode(" +
           list + ") WITH ORDINALITY g (grantor, grantee, privilege_type, is_grantable, place))";
  };
  const auto has = [&](const std::string& list, const std::string& also) {
    return "EXISTS (SELECT FROM " + entries(list) +
           " o WHERE o.grantee = e.grantee AND o.privilege_type = e.privilege_type" + also + ")";
  };
  return "(SELECT e.*, false AS revoked FROM " + entries(acl) + " e WHERE e.grantee <> " + owner +
         " AND NOT " + has(usual, " AND o.is_grantable = e.is_grantable") +
         " UNION ALL SELECT e.*, true FROM " + entries(usual) + " e WHERE NOT " + has(acl, "") + ")";
}

std::string role_name(const std::string& oid) {
  return "CASE " + oid + " WHEN 0 THEN 'public' ELSE pg_catalog.pg_get_userbyid(" + oid + ") END";
}

catalog::ObjectId id_of(Reader& reader, Oid catalogue, Oid oid, const std::string& column) {
  using catalog::Kind;
  if (!column.empty()) {
    const auto relation = id_of(reader, catalogue, oid, "");
    if (relation.name.empty()) return {};
    return {Kind::column, relation.name, column};
  }
  if (const auto found = reader.objects.find({catalogue, oid}); found != reader.objects.end())
    return found->second;
  if (catalogue == in::pg_namespace) {
    const auto found = reader.schema_names.find(oid);
    return found == reader.schema_names.end() ? catalog::ObjectId{}
                                              : catalog::ObjectId{Kind::schema, {"", found->second}, ""};
  }
  if (catalogue == in::pg_type) {
    const auto found = reader.enums.find(oid);
    return found == reader.enums.end() ? catalog::ObjectId{}
                                       : catalog::ObjectId{Kind::enum_type, found->second, ""};
  }
  if (catalogue != in::pg_class) return {};
  if (const auto* table = reader.table(oid)) return {Kind::table, table->name, ""};
  if (const auto found = reader.sequences.find(oid); found != reader.sequences.end())
    return {Kind::sequence, reader.database.sequences[found->second].name, ""};
  if (const auto found = reader.identity_sequences.find(oid); found != reader.identity_sequences.end())
    return {Kind::sequence, found->second, ""};
  return {};
}

// Grants that somebody else than the owner made cannot be told apart in SQL that the owner runs.
void note_other_grantor(Reader& reader, const std::string& object, const catalog::Grant& grant,
                        const std::string& grantor) {
  reader.database.unhandled.push_back(
      {"grant by another role",
       grant.privilege + " on " + object + " to " + grant.grantee + " by " + grantor,
       {}});
}

catalog::Grant read_grant(Cells& cells) {
  catalog::Grant grant;
  grant.grantee = cells.text();
  grant.privilege = to_lower(cells.text());
  grant.grantable = cells.boolean();
  grant.revoked = cells.boolean();
  if (grant.revoked) grant.grantable = false;
  return grant;
}

void add(std::vector<catalog::Grant>& grants, const catalog::Grant& grant) {
  const auto same = std::find_if(grants.begin(), grants.end(), [&](const catalog::Grant& each) {
    return each.grantee == grant.grantee && each.privilege == grant.privilege &&
           each.revoked == grant.revoked;
  });
  if (same == grants.end())
    grants.push_back(grant);
  else
    same->grantable |= grant.grantable;
}

}  // namespace

void read_access(Reader& reader) {
  const auto& options = reader.options;
  if (!options.owners && !options.privileges) return;
  reader.database.role = reader.connection.value("SELECT current_user");
  const std::string grants =
      options.privileges
          ? " LEFT JOIN LATERAL " + deviations("o.acl", "o.usual", "o.holder") + " g ON o.acl IS NOT NULL"
          : " LEFT JOIN LATERAL (SELECT 0::oid AS grantee, NULL::text AS privilege_type, false AS "
            "is_grantable, 0::oid AS grantor, 0 AS place, false AS revoked) g ON false";
  const Rows rows = reader.connection.query(
      "SELECT o.class, o.oid, o.sub, CASE WHEN o.owner <> 0 THEN pg_catalog.pg_get_userbyid(o.owner) END, " +
          role_name("g.grantee") +
          ", g.privilege_type, g.is_grantable, g.revoked, CASE WHEN g.grantor <> o.holder AND NOT g.revoked "
          "THEN "
          "pg_catalog.pg_get_userbyid(g.grantor) END FROM (" +
          objects_query + ") o" + grants + " ORDER BY o.class, o.oid, o.sub, g.place",
      {reader.schemas});
  std::map<catalog::ObjectId, catalog::Access> found;
  for (const Row row : rows) {
    Cells cells(row);
    const Oid catalogue = cells.integer(), oid = cells.integer();
    const auto id = id_of(reader, catalogue, oid, cells.text());
    if (id.name.empty()) continue;
    const std::string owner = cells.text();
    const bool has_grant = !row.null(5);
    if (!has_grant && owner.empty()) continue;
    auto& access = found[id];
    access.object = id;
    access.owner = owner;
    if (!has_grant) continue;
    const auto grant = read_grant(cells);
    if (const std::string grantor = cells.text(); !grantor.empty())
      note_other_grantor(reader, id.text(), grant, grantor);
    add(access.grants, grant);
  }
  for (auto& [id, access] : found) reader.database.access.push_back(std::move(access));
}

void read_default_privileges(Reader& reader) {
  if (!reader.options.privileges) return;
  const Rows rows = reader.connection.query(
      "SELECT pg_catalog.pg_get_userbyid(d.defaclrole), n.nspname, CASE d.defaclobjtype WHEN 'r' THEN "
      "'tables' WHEN "
      "'S' THEN 'sequences' WHEN 'f' THEN 'functions' WHEN 'T' THEN 'types' WHEN 'n' THEN 'schemas' WHEN 'L' "
      "THEN "
      "'large objects' END, " +
          role_name("g.grantee") + ", g.privilege_type, g.is_grantable, g.revoked" +
          " FROM pg_catalog.pg_default_acl d LEFT JOIN pg_catalog.pg_namespace n ON n.oid = "
          "d.defaclnamespace, LATERAL " +
          deviations(
              "d.defaclacl",
              "CASE WHEN d.defaclnamespace = 0 THEN pg_catalog.acldefault(CASE d.defaclobjtype WHEN 'S' THEN "
              "'s' ELSE d.defaclobjtype END, d.defaclrole) ELSE NULL END",
              "d.defaclrole") +
          " g WHERE d.defaclnamespace = 0 OR d.defaclnamespace = ANY ($1::oid[])",
      {reader.schemas});
  for (const Row row : rows) {
    Cells cells(row);
    catalog::DefaultPrivileges found;
    found.role = cells.text();
    found.schema = cells.text();
    found.objects = cells.text();
    const auto grant = read_grant(cells);
    auto& list = reader.database.default_privileges;
    if (auto* known = catalog::find_definition(list, found.id()))
      add(known->grants, grant);
    else {
      found.grants = {grant};
      catalog::put_definition(list, std::move(found));
    }
  }
}

}  // namespace migrate::postgres::introspection
