#include <pg_query.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "sql/statement.hpp"
#include "util/quote.hpp"

namespace migrate::sql {
namespace {

using Json = nlohmann::json;

const Json& field(const Json& node, const char* name) {
  static const Json none;
  if (!node.is_object()) return none;
  const auto found = node.find(name);
  return found == node.end() ? none : *found;
}
std::string string_field(const Json& node, const char* name) {
  const auto& value = field(node, name);
  return value.is_string() ? value.get<std::string>() : std::string();
}
bool bool_field(const Json& node, const char* name) { return field(node, name) == Json(true); }

// Of a list of names: [{"String": {"sval": "public"}}, …]; the schema and the name are the last two.
std::string name_of(const Json& object) {
  std::vector<std::string> parts;
  for (const auto& item : field(field(object, "List"), "items"))
    parts.push_back(string_field(field(item, "String"), "sval"));
  if (parts.empty()) return {};
  return qualified(parts.size() > 1 ? parts[parts.size() - 2] : std::string(), parts.back());
}

bool deletes(const Json& statement);

// Rows that WITH takes away, at any depth of the query; a routine's body and a rule's actions are not run.
bool deletes_in_with(const Json& node) {
  if (node.is_array()) {
    for (const auto& item : node)
      if (deletes_in_with(item)) return true;
    return false;
  }
  if (!node.is_object()) return false;
  for (const auto& [key, value] : node.items()) {
    if (key == "ctequery" && deletes(value)) return true;
    if (deletes_in_with(value)) return true;
  }
  return false;
}

bool deletes(const Json& statement) {
  if (statement.contains("DeleteStmt")) return true;
  for (const auto& clause : field(field(statement, "MergeStmt"), "mergeWhenClauses"))
    if (string_field(field(clause, "MergeWhenClause"), "commandType") == "CMD_DELETE") return true;
  for (const char* kind :
       {"SelectStmt", "InsertStmt", "UpdateStmt", "MergeStmt", "CreateTableAsStmt", "CopyStmt"})
    if (statement.contains(kind)) return deletes_in_with(statement);
  return false;
}

void read_drop(const Json& drop, Facts& facts) {
  const auto type = string_field(drop, "removeType");
  const bool cascade = string_field(drop, "behavior") == "DROP_CASCADE";
  const auto& objects = field(drop, "objects");
  facts.loses_data =
      type == "OBJECT_TABLE" || (cascade && (type == "OBJECT_SCHEMA" || type == "OBJECT_TYPE" ||
                                             type == "OBJECT_DOMAIN" || type == "OBJECT_EXTENSION"));
  facts.concurrently = bool_field(drop, "concurrent");
  if (facts.concurrently && objects.size() == 1) facts.concurrent_index = name_of(objects.front());
}

std::string relation_of(const Json& relation) {
  return qualified(string_field(relation, "schemaname"), string_field(relation, "relname"));
}

void read_alter_table(const Json& alter, Facts& facts) {
  const auto object = string_field(alter, "objtype");
  for (const auto& item : field(alter, "cmds")) {
    const auto& command = field(item, "AlterTableCmd");
    const auto subtype = string_field(command, "subtype");
    if (subtype == "AT_DropColumn" && (object == "OBJECT_TABLE" || object == "OBJECT_TYPE"))
      facts.loses_data = true;
    const auto& partition = field(field(command, "def"), "PartitionCmd");
    if (subtype == "AT_DetachPartition" && bool_field(partition, "concurrent")) {
      facts.concurrently = true;
      facts.detached_from = relation_of(field(alter, "relation"));
      facts.detached = relation_of(field(partition, "name"));
    }
  }
}

void read_index(const Json& index, Facts& facts) {
  facts.creates_index = true;
  facts.concurrently = bool_field(index, "concurrent");
  const auto& table = field(index, "relation");
  const auto schema = string_field(table, "schemaname");
  facts.index_table = qualified(schema, string_field(table, "relname"));
  const auto name = string_field(index, "idxname");
  if (facts.concurrently && !name.empty()) facts.concurrent_index = qualified(schema, name);
}

void read_statement(const Json& statement, Facts& facts) {
  if (statement.contains("DropStmt")) read_drop(statement["DropStmt"], facts);
  if (statement.contains("AlterTableStmt")) read_alter_table(statement["AlterTableStmt"], facts);
  if (statement.contains("IndexStmt")) read_index(statement["IndexStmt"], facts);
  for (const auto& parameter : field(field(statement, "ReindexStmt"), "params"))
    if (string_field(field(parameter, "DefElem"), "defname") == "concurrently") facts.concurrently = true;
  for (const char* kind : {"TruncateStmt", "DropOwnedStmt", "DropdbStmt"})
    if (statement.contains(kind)) facts.loses_data = true;
  if (deletes(statement)) facts.loses_data = true;
}

}  // namespace

Facts facts(std::string_view statement) {
  Facts out;
  const auto result = std::unique_ptr<PgQueryParseResult, void (*)(PgQueryParseResult*)>(
      new PgQueryParseResult(pg_query_parse(std::string(statement).c_str())), [](PgQueryParseResult* parsed) {
        pg_query_free_parse_result(*parsed);
        delete parsed;
      });
  if (result->error != nullptr) return out;
  const auto tree = Json::parse(result->parse_tree, nullptr, false);
  if (tree.is_discarded()) return out;
  out.known = true;
  for (const auto& item : field(tree, "stmts")) read_statement(field(item, "stmt"), out);
  return out;
}

}  // namespace migrate::sql
