// PostgreSQL prints an expression from its node tree and the names of the columns in it, for which it opens
// the table: in a new session, which knows none, that costs more than all the rest. Equal trees over equal
// names have equal texts (and those of index keys, under equal operator classes, equal types), and a big
// schema is many tables of few shapes (partitions, tenants): each is printed once.
#include <charconv>
#include <set>

#include "postgres/introspect/reader.hpp"

namespace migrate::postgres::introspection {
namespace {

// What has the expression: an attrdef, a constraint, the predicate or the keys of an index.
enum class Holder { column = 1, check, predicate, keys };

struct Member {
  Oid object, relation;
  std::int64_t number;  // of the column
};

// Those whose text is the same.
struct Group {
  Holder holder = Holder::column;
  std::vector<Member> members;
};

// The columns that a node tree names, with 0 for the whole row: "{VAR :varno 1 :varattno 2 …".
std::set<int> columns_of(std::string_view tree) {
  constexpr std::string_view field = ":varattno ";
  std::set<int> out;
  for (auto at = tree.find(field); at != std::string_view::npos; at = tree.find(field, at)) {
    at += field.size();
    int number = 0;
    std::from_chars(tree.data() + at, tree.data() + tree.size(), number);
    out.insert(number);
  }
  return out;
}

// A whole row is printed with its table's name.
std::string names_of(const Reader& reader, Oid relation, const std::set<int>& columns) {
  std::string out;
  for (const int number : columns) {
    out += number == 0 ? std::to_string(relation) : reader.column(relation, number);
    out += '\0';
  }
  return out;
}

std::vector<Member> read_members(const Reader& reader, Cells& cells) {
  const auto objects = cells.numbers(), relations = cells.numbers(), numbers = cells.numbers();
  std::vector<Member> out;
  out.reserve(objects.size());
  for (std::size_t i = 0; i < objects.size(); ++i)
    if (reader.relations.contains(relations[i])) out.push_back({objects[i], relations[i], numbers[i]});
  return out;
}

std::vector<Group> read_groups(Reader& reader) {
  std::vector<Group> out;
  for (const Row row : reader.rows(expression_query(reader))) {
    Cells cells(row);
    const auto holder = static_cast<Holder>(cells.integer());
    const auto columns = columns_of(cells.text());
    std::map<std::string, Group> by_names;
    for (const auto& member : read_members(reader, cells)) {
      auto& group = by_names[names_of(reader, member.relation, columns)];
      group.holder = holder;
      group.members.push_back(member);
    }
    for (auto& [names, group] : by_names) out.push_back(std::move(group));
  }
  return out;
}

// Of the first member of each group; a key's is as pg_get_indexdef() has it. A default has no column in it,
// and the server is quicker without the relation's.
constexpr const char* text_query = R"(
SELECT 1, x.oid, ARRAY[pg_catalog.pg_get_expr(x.adbin,
    CASE WHEN pg_catalog.strpos(x.adbin::text, '{VAR ') > 0 THEN x.adrelid ELSE 0 END)], NULL::oid[], NULL::oid[]
  FROM pg_catalog.pg_attrdef x WHERE x.oid = ANY ($1::oid[])
UNION ALL SELECT 2, k.oid, ARRAY[pg_catalog.pg_get_expr(k.conbin, k.conrelid)], NULL, NULL
  FROM pg_catalog.pg_constraint k WHERE k.oid = ANY ($2::oid[])
UNION ALL SELECT 3, i.indexrelid, ARRAY[pg_catalog.pg_get_expr(i.indpred, i.indrelid)], NULL, NULL
  FROM pg_catalog.pg_index i WHERE i.indexrelid = ANY ($3::oid[])
UNION ALL SELECT 4, i.indexrelid,
    pg_catalog.array_agg(pg_catalog.pg_get_indexdef(i.indexrelid, a.attnum, false) ORDER BY a.attnum),
    pg_catalog.array_agg(a.atttypid ORDER BY a.attnum), pg_catalog.array_agg(t.typcollation ORDER BY a.attnum)
  FROM pg_catalog.pg_index i
  JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indexrelid AND a.attnum BETWEEN 1 AND i.indnkeyatts
    AND i.indkey[a.attnum - 1] = 0
  JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
  WHERE i.indexrelid = ANY ($4::oid[]) GROUP BY i.indexrelid)";

constexpr std::size_t holders = 4;

// A key's type and collation are with its text.
using Printed = std::map<std::pair<Holder, Oid>, std::vector<Expressions::Key>>;

Printed read_printed(Reader& reader, const std::vector<Group>& groups) {
  std::vector<std::string> oids(holders);
  for (const auto& group : groups) {
    auto& list = oids[static_cast<std::size_t>(group.holder) - 1];
    list += (list.empty() ? "" : ",") + std::to_string(group.members.front().object);
  }
  std::vector<Parameter> parameters;
  for (const auto& list : oids) parameters.emplace_back("{" + list + "}");
  Printed out;
  for (const Row row : reader.connection.query(text_query, parameters)) {
    Cells cells(row);
    const auto holder = static_cast<Holder>(cells.integer());
    const Oid oid = cells.integer();
    auto texts = cells.array();
    const auto types = cells.numbers(), collations = cells.numbers();
    auto& keys = out[{holder, oid}];
    for (std::size_t i = 0; i < texts.size(); ++i) {
      keys.push_back({std::move(texts[i])});
      if (holder != Holder::keys) continue;
      keys.back().type = types.at(i);
      keys.back().collation = collations.at(i);
    }
  }
  return out;
}

void give_to_column(Reader& reader, const Member& member, const std::string& printed,
                    const std::string& bare) {
  auto* table = reader.table(member.relation);
  auto* column = table ? table->column(reader.column(member.relation, member.number)) : nullptr;
  if (!column) return;
  if (column->generated)
    column->generated->expression = bare;
  else
    column->default_value = printed;
}

}  // namespace

// A tree that one object alone has stays where it is.
Query expression_query(const Reader& reader) {
  return {
      "SELECT x.holder, CASE WHEN pg_catalog.count(*) > 1 THEN x.tree END, pg_catalog.array_agg(x.object), "
      "pg_catalog.array_agg(x.relation), pg_catalog.array_agg(x.number) FROM ("
      "SELECT 1 AS holder, e.adbin::text AS tree, e.oid AS object, e.adrelid AS relation, e.adnum AS number "
      "FROM pg_catalog.pg_attrdef e JOIN pg_catalog.pg_class c ON c.oid = e.adrelid "
      "WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND c.relnamespace = ANY ($1::oid[]) "
      "UNION ALL SELECT 2, k.conbin::text, k.oid, k.conrelid, 0 FROM pg_catalog.pg_constraint k "
      "WHERE k.contype = 'c' AND k.conrelid <> 0 AND k.connamespace = ANY ($1::oid[]) "
      "UNION ALL SELECT 3, i.indpred::text, i.indexrelid, i.indrelid, 0 FROM pg_catalog.pg_index i "
      "JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid "
      "WHERE i.indpred IS NOT NULL AND c.relpersistence <> 't' AND c.relnamespace = ANY ($1::oid[]) "
      "UNION ALL SELECT 4, i.indexprs::text || i.indclass::text, i.indexrelid, i.indrelid, 0 FROM "
      "pg_catalog.pg_index i "
      "JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid "
      "WHERE i.indexprs IS NOT NULL AND c.relpersistence <> 't' AND c.relnamespace = ANY ($1::oid[])"
      ") x GROUP BY x.holder, x.tree",
      {reader.schemas}};
}

void read_expressions(Reader& reader) {
  const auto groups = read_groups(reader);
  if (groups.empty()) return;
  const auto all = read_printed(reader, groups);
  auto& out = reader.expressions;
  for (const auto& group : groups) {
    const auto found = all.find({group.holder, group.members.front().object});
    if (found == all.end() || found->second.empty()) continue;  // it went meanwhile
    const auto& printed = found->second;
    auto bare = printed;
    for (auto& each : bare) each.text = without_outer_parentheses(each.text);
    for (const auto& member : group.members) {
      if (group.holder == Holder::column)
        give_to_column(reader, member, printed.front().text, bare.front().text);
      else if (group.holder == Holder::check)
        out.checks[member.object] = bare.front().text;
      else if (group.holder == Holder::predicate)
        out.predicates[member.object] = bare.front().text;
      else
        out.keys[member.object] = bare;
    }
  }
}

}  // namespace migrate::postgres::introspection
