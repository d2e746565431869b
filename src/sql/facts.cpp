#include <pg_query.h>

#include <algorithm>
#include <array>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "sql/plpgsql.hpp"
#include "sql/roles.hpp"
#include "sql/statement.hpp"
#include "util/quote.hpp"
#include "util/text.hpp"

namespace migrate::sql {
namespace {

using Json = nlohmann::json;

// The last two: a DO block may execute a text in which such a word is written with escapes.
constexpr std::array<std::string_view, 6> words_of_facts{"drop",  "truncate", "delete",
                                                         "value", "\\",       "uescape"};

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

std::string last_name(const Json& list) {
  std::string out;
  for (const auto& item : list) out = string_field(field(item, "String"), "sval");
  return out;
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

void read_reindex(const Json& reindex, Facts& facts) {
  constexpr std::string_view prefix = "REINDEX_OBJECT_";
  for (const auto& parameter : field(reindex, "params"))
    if (string_field(field(parameter, "DefElem"), "defname") == "concurrently") facts.concurrently = true;
  const auto kind = string_field(reindex, "kind");
  if (!facts.concurrently || kind.compare(0, prefix.size(), prefix) != 0) return;
  facts.reindexed_kind = to_lower(kind.substr(prefix.size()));
  const auto& relation = field(reindex, "relation");
  facts.reindexed = relation.is_object() ? relation_of(relation) : string_field(reindex, "name");
}

// Null if the grammar does not know it.
Json parsed(const std::string& text) {
  const auto result = std::unique_ptr<PgQueryParseResult, void (*)(PgQueryParseResult*)>(
      new PgQueryParseResult(pg_query_parse(text.c_str())), [](PgQueryParseResult* parsed) {
        pg_query_free_parse_result(*parsed);
        delete parsed;
      });
  if (result->error != nullptr) return {};
  auto tree = Json::parse(result->parse_tree, nullptr, false);
  return tree.is_discarded() ? Json() : tree;
}

bool loses_data(const std::string& text) { return !text.empty() && facts(text).loses_data; }

// EXECUTE of a text that is written out: what follows it, up to INTO or USING, is one literal.
bool executed_loses_data(const std::string& execute) {
  const auto tree = parsed("SELECT" + execute.substr(std::string_view("execute").size()));
  for (const auto& statement : field(tree, "stmts"))
    for (const auto& target : field(field(field(statement, "stmt"), "SelectStmt"), "targetList")) {
      const auto& constant = field(field(field(target, "ResTarget"), "val"), "A_Const");
      if (loses_data(string_field(field(constant, "sval"), "sval"))) return true;
    }
  return false;
}

// Of a DO block in PL/pgSQL. DELETE … RETURNING … INTO is no statement of SQL, but begins like one.
bool block_loses_data(const Json& block) {
  std::string body, language = "plpgsql";
  for (const auto& argument : field(block, "args")) {
    const auto& option = field(argument, "DefElem");
    const auto value = string_field(field(field(option, "arg"), "String"), "sval");
    (string_field(option, "defname") == "as" ? body : language) = value;
  }
  if (language != "plpgsql") return false;
  for (const auto& text : possible_statements(body)) {
    const auto word = to_lower(text.substr(0, text.find_first_of(" \t\r\n('$")));
    if (word == "delete" || (word == "execute" ? executed_loses_data(text) : loses_data(text))) return true;
  }
  return false;
}

void read_statement(const Json& statement, Facts& facts) {
  if (statement.contains("DropStmt")) read_drop(statement["DropStmt"], facts);
  if (statement.contains("AlterTableStmt")) read_alter_table(statement["AlterTableStmt"], facts);
  if (statement.contains("IndexStmt")) read_index(statement["IndexStmt"], facts);
  if (statement.contains("ReindexStmt")) read_reindex(statement["ReindexStmt"], facts);
  if (const auto& alter = field(statement, "AlterEnumStmt"); string_field(alter, "oldVal").empty()) {
    facts.added_label = string_field(alter, "newVal");
    if (!facts.added_label.empty()) facts.label_type = last_name(field(alter, "typeName"));
  }
  if (statement.contains("DoStmt") && block_loses_data(statement["DoStmt"])) facts.loses_data = true;
  for (const char* kind : {"TruncateStmt", "DropOwnedStmt", "DropdbStmt"})
    if (statement.contains(kind)) facts.loses_data = true;
  if (deletes(statement)) facts.loses_data = true;
}

// Of a list of strings the last two: [{"String": {"sval": "public"}}, …].
UsedName used_name(const Json& list) {
  std::vector<std::string> parts;
  for (const auto& item : list) parts.push_back(string_field(field(item, "String"), "sval"));
  if (parts.empty()) return {};
  return {parts.size() > 1 ? parts[parts.size() - 2] : std::string(), parts.back()};
}

class Collector {
 public:
  void visit(const Json& node) {
    if (node.is_array()) {
      for (const auto& item : node) visit(item);
      return;
    }
    if (!node.is_object()) return;
    if (const auto& name = string_field(node, "relname"); !name.empty())
      relations_.insert({string_field(node, "schemaname"), name});
    if (const auto& name = string_field(node, "ctename"); !name.empty()) with_.insert(name);
    // Of a call, and of CREATE TRIGGER; CREATE FUNCTION says its own name so, too.
    if (const auto& name = field(node, "funcname"); name.is_array() && !node.contains("parameters"))
      functions_.insert(used_name(name));
    if (const auto& name = field(node, "names"); name.is_array()) types_.insert(used_name(name));
    // CREATE AGGREGATE … (SFUNC = f), CREATE TYPE … AS RANGE (CANONICAL = f): the grammar takes f for a type.
    if (const auto& name = field(field(field(field(node, "DefElem"), "arg"), "TypeName"), "names");
        name.is_array())
      functions_.insert(used_name(name));
    for (const auto& [key, value] : node.items()) {
      if (key == "CreateFunctionStmt") {
        const auto own = used_name(field(value, "funcname"));
        const bool called = functions_.contains(own);
        visit(value);
        if (!called) functions_.erase(own);
      } else {
        visit(value);
      }
    }
  }

  UsedNames take() {
    UsedNames out;
    for (const auto& each : relations_)
      if (!each.schema.empty() || !with_.contains(each.name)) out.relations.push_back(each);
    out.functions.assign(functions_.begin(), functions_.end());
    out.types.assign(types_.begin(), types_.end());
    return out;
  }

 private:
  std::set<UsedName> relations_, functions_, types_;
  std::set<std::string> with_;
};

void collect_roles(const Json& node, std::set<std::string>& roles) {
  if (node.is_array())
    for (const auto& item : node) collect_roles(item, roles);
  if (!node.is_object()) return;
  if (string_field(node, "roletype") == "ROLESPEC_CSTRING") roles.insert(string_field(node, "rolename"));
  for (const auto& item : field(field(node, "GrantRoleStmt"), "granted_roles"))
    roles.insert(string_field(field(item, "AccessPriv"), "priv_name"));
  const auto& setting = field(node, "VariableSetStmt");
  if (const auto name = string_field(setting, "name"); name == "role" || name == "session_authorization")
    for (const auto& item : field(setting, "args"))
      roles.insert(string_field(field(field(item, "A_Const"), "sval"), "sval"));
  for (const auto& [key, value] : node.items()) collect_roles(value, roles);
  roles.erase(string_field(field(node, "CreateRoleStmt"), "role"));
}

}  // namespace

Facts facts(std::string_view statement) {
  Facts out;
  const auto tree = parsed(std::string(statement));
  if (!tree.is_object()) return out;
  out.known = true;
  for (const auto& item : field(tree, "stmts")) read_statement(field(item, "stmt"), out);
  return out;
}

// A keyword can be written in no other way, and each of those facts needs one.
bool may_lose_data_or_add_label(std::string_view statement) {
  const auto text = to_lower(statement);
  return std::any_of(words_of_facts.begin(), words_of_facts.end(),
                     [&](std::string_view word) { return text.find(word) != std::string::npos; });
}

UsedNames used_names(std::string_view statement) {
  Collector collector;
  collector.visit(parsed(std::string(statement)));
  return collector.take();
}

std::vector<std::string> named_roles(std::string_view statement) {
  std::set<std::string> roles;
  collect_roles(parsed(std::string(statement)), roles);
  roles.erase("");
  roles.erase("none");
  return {roles.begin(), roles.end()};
}

}  // namespace migrate::sql
