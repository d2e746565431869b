#include "model/qualify.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <type_traits>

#include "catalog/spelling.hpp"
#include "catalog/type_name.hpp"
#include "util/error.hpp"
#include "util/quote.hpp"
#include "util/text.hpp"

namespace migrate::model {
namespace {

using catalog::Name;

bool contains(const std::vector<Name>& names, const Name& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// `"pg_catalog"."C"` → pg_catalog."C"
void requote(std::string& text) {
  Name name;
  if (!text.empty() && catalog::from_text(text, name)) text = name.sql();
}

// What PostgreSQL calls the sequence behind table.column: makeObjectName in its sources.
Name usual_sequence(const Name& table, const std::string& column) {
  auto table_size = table.name.size(), column_size = column.size();
  while (table_size + column_size > 63 - 5) (table_size > column_size ? table_size : column_size) -= 1;
  return {table.schema, table.name.substr(0, table_size) + "_" + column.substr(0, column_size) + "_seq"};
}

std::string nextval(const Name& sequence) {
  return "nextval(" + quote_literal(sequence.sql()) + "::regclass)";
}

// A name of one of those that models leave to be found: in quotes always, whatever the server would do.
std::string always_quoted(const Name& name) {
  std::string out = "\"";
  for (const char c : name.name) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + "\"";
}

}  // namespace

Qualifier::Qualifier(const catalog::Database& declared, std::vector<std::string> search_path)
    : declared_(declared), search_path_(std::move(search_path)) {
  if (search_path_.empty()) search_path_.emplace_back("public");
  const auto add = [&](std::vector<Name>& to, const auto& list) {
    for (const auto& each : list) {
      to.push_back(each.name);
      declare(to.back());
    }
  };
  add(tables_, declared.tables);
  add(tables_, declared.views);
  add(tables_, declared.materialized_views);
  add(types_, declared.enums);
  add(types_, declared.domains);
  add(types_, declared.composite_types);
  add(types_, declared.range_types);
  add(routines_, declared.routines);
}

void Qualifier::declare(Name& name) const {
  if (!name.empty() && name.schema.empty()) name.schema = search_path_.front();
}

void Qualifier::find_table(Name& name) const {
  if (name.empty() || !name.schema.empty()) return;
  for (const auto& schema : search_path_)
    if (contains(tables_, {schema, name.name})) {
      name.schema = schema;
      return;
    }
  declare(name);
}

void Qualifier::qualify(catalog::ObjectId& id) const {
  if (id.kind == catalog::Kind::schema || id.kind == catalog::Kind::extension ||
      id.kind == catalog::Kind::event_trigger || id.kind == catalog::Kind::default_privileges)
    return;
  if (catalog::is_member(id.kind))
    find_table(id.name);
  else
    declare(id.name);
  if (catalog::is_routine(id.kind)) id.member = signature(id.member);
}

// What is said of an object in several places is said of one.
void Qualifier::qualify_access(catalog::Database& database) const {
  std::map<catalog::ObjectId, catalog::Access> found;
  for (auto& each : database.access) {
    qualify(each.object);
    auto& access = found[each.object];
    access.object = each.object;
    if (!each.owner.empty()) access.owner = each.owner;
    access.grants.insert(access.grants.end(), each.grants.begin(), each.grants.end());
  }
  database.access.clear();
  for (auto& [id, access] : found) database.access.push_back(std::move(access));
}

void Qualifier::qualify(catalog::Column& column, const Name& table) const {
  column.type.update([&](std::string& type) { qualify_type(type); });
  column.collation.update(requote);
  if (!column.identity) return;
  auto& identity = *column.identity;
  identity.options = catalog::without_defaults(identity.options, column.type);
  if (!identity.sequence.empty() && identity.sequence.schema.empty()) identity.sequence.schema = table.schema;
  if (identity.sequence == usual_sequence(table, column.name)) identity.sequence = {};
}

void Qualifier::qualify(catalog::Table& table) const {
  declare(table.name);
  for (auto& column : table.columns) qualify(column, table.name);
  const auto requote_elements = [](std::vector<catalog::IndexElement>& elements) {
    for (auto& element : elements) element.collation.update(requote);
  };
  const auto qualify_like_table = [&](Name& name) {
    if (name.schema.empty()) name.schema = table.name.schema;
  };
  for (auto& constraint : table.constraints) {
    constraint.references.update([&](Name& name) { find_table(name); });
    constraint.elements.update(requote_elements);
    constraint.attached_to.update(qualify_like_table);
  }
  for (auto& index : table.indexes) {
    requote_elements(index.elements);
    index.attached_to.update(qualify_like_table);
  }
  for (auto& parent : table.inherits) find_table(parent);
  table.partition_of.update([&](Name& name) { find_table(name); });
  table.of_type.update([&](Name& type) {
    if (!type.schema.empty()) return;
    const auto schema = std::find_if(search_path_.begin(), search_path_.end(), [&](const auto& each) {
      return contains(types_, {each, type.name});
    });
    type.schema = schema == search_path_.end() ? search_path_.front() : *schema;
  });
}

void Qualifier::qualify_type(std::string& type) const {
  if (type.empty()) return;
  const auto [known, is_new] = canonical_types_.try_emplace(type);
  if (is_new) known->second = catalog::canonical_type(type, types_, search_path_);
  type = known->second;
}

// Of a table or a composite type: as it was written, or qualified by now.
const std::string* Qualifier::find_column_type(const Name& relation, const std::string& column) const {
  const auto is_meant = [&](Name name) {
    declare(name);
    return name == relation;
  };
  for (const auto& table : declared_.tables)
    if (is_meant(table.name))
      if (const auto* found = table.column(column)) return &found->type.get();
  for (const auto& type : declared_.composite_types)
    if (is_meant(type.name))
      for (const auto& attribute : type.attributes)
        if (attribute.name == column) return &attribute.type;
  return nullptr;
}

void Qualifier::look_up_column_type(std::string& type) const {
  constexpr std::string_view end = "%type";
  const std::string lower = to_lower(trim(type));
  if (!lower.ends_with(end)) return;
  const std::string_view text = trim(type);
  catalog::ObjectId column;
  if (catalog::from_text("column " + std::string(trim(text.substr(0, text.size() - end.size()))), column)) {
    for (const auto& schema : column.name.schema.empty() ? search_path_ : std::vector{column.name.schema})
      if (const auto* found = find_column_type({schema, column.name.name}, column.member)) {
        static const std::map<std::string, std::string> serial{
            {"smallserial", "smallint"}, {"serial", "integer"}, {"bigserial", "bigint"}};
        const auto whole = serial.find(to_lower(*found));
        type = whole == serial.end() ? *found : whole->second;
        return;
      }
  }
  throw Error(ExitCode::failed, std::string(text) + ": the models declare no such column",
              "declare it, or say the type itself");
}

// Of an argument the server forgets length and precision.
void Qualifier::qualify_argument(std::string& type) const {
  look_up_column_type(type);
  qualify_type(type);
  auto parsed = catalog::parse_type(type);
  if (parsed.verbatim || parsed.modifier.empty()) return;
  parsed.modifier.clear();
  type = parsed.sql();
}

void Qualifier::find_routine(std::string& name) const {
  Name given;
  if (name.ends_with("()")) name.resize(name.size() - 2);
  if (name.empty() || !catalog::from_text(name, given)) return;
  if (given.schema.empty())
    for (const auto& schema : search_path_)
      if (contains(routines_, {schema, given.name})) {
        given.schema = schema;
        break;
      }
  name = given.schema == "pg_catalog" ? quote_identifier(given.name) : given.sql();
}

void Qualifier::qualify(catalog::Routine& routine) const {
  bool said_by_arguments = false;
  for (auto& argument : routine.arguments) {
    qualify_argument(argument.type);
    said_by_arguments |= argument.mode == "out" || argument.mode == "inout" || argument.mode == "table";
  }
  if (constexpr std::string_view set = "setof "; to_lower(routine.returns).starts_with(set)) {
    routine.returns = trim(std::string_view(routine.returns).substr(set.size()));
    routine.returns_set = true;
  }
  qualify_argument(routine.returns);
  if (said_by_arguments || routine.kind != catalog::Kind::function) routine.returns.clear();
  for (auto& type : routine.transforms) qualify_argument(type);
  find_routine(routine.support);
  if (routine.volatility == "volatile") routine.volatility.clear();
  if (routine.parallel == "unsafe") routine.parallel.clear();
  if (!routine.aggregate) {
    if (routine.language.empty()) routine.language = "sql";
    return;
  }
  auto& aggregate = *routine.aggregate;
  for (auto* function :
       {&aggregate.state_function, &aggregate.final_function, &aggregate.combine_function,
        &aggregate.serial_function, &aggregate.deserial_function, &aggregate.moving_state_function,
        &aggregate.moving_inverse_function, &aggregate.moving_final_function})
    find_routine(*function);
  qualify_argument(aggregate.state_type);
  qualify_argument(aggregate.moving_state_type);
}

void Qualifier::qualify(catalog::Trigger& trigger) const {
  static const std::vector<std::string> order{"insert", "update", "delete", "truncate"};
  std::vector<std::string> events;
  for (const auto& each : order)
    if (std::find(trigger.events.begin(), trigger.events.end(), each) != trigger.events.end())
      events.push_back(each);
  trigger.events = std::move(events);
  if (trigger.timing.empty()) trigger.timing = "after";
  if (trigger.constraint) trigger.for_each_row = true;
  find_routine(trigger.function);
  std::map<std::string, std::string> partitions;
  for (const auto& [name, enabled] : trigger.partitions) {
    Name partition;
    if (catalog::from_text(name, partition)) find_table(partition);
    partitions[partition.empty() ? name : partition.sql()] = enabled;
  }
  trigger.partitions = std::move(partitions);
}

// "int, text" as it is in the id of the routine that was declared so.
std::string Qualifier::signature(const std::string& types) const {
  std::vector<std::string> out(1);
  int depth = 0;
  bool quoted = false;
  for (const char c : types) {
    if (c == '"') quoted = !quoted;
    if (!quoted) depth += c == '(' ? 1 : c == ')' ? -1 : 0;
    if (c == ',' && depth == 0 && !quoted)
      out.emplace_back();
    else
      out.back() += c;
  }
  for (auto& type : out) {
    type = std::string(trim(type));
    qualify_argument(type);
  }
  return join(out, ", ");
}

void Qualifier::qualify_definitions(catalog::Database& database) const {
  catalog::Database::definitions(database, [&](auto& list) {
    using T = typename std::remove_cvref_t<decltype(list)>::value_type;
    for (auto& each : list)
      T::fields(each, [&](std::string_view field, auto& value) {
        if constexpr (std::is_same_v<std::remove_cvref_t<decltype(value)>, Name>) {
          if (field == "name" || field == "multirange")
            declare(value);
          else
            find_table(value);
        }
      });
  });
  for (auto& each : database.domains) {
    qualify_type(each.type);
    requote(each.collation);
  }
  for (auto& each : database.composite_types)
    for (auto& attribute : each.attributes) {
      qualify_type(attribute.type);
      requote(attribute.collation);
    }
  for (auto& each : database.range_types) {
    qualify_type(each.subtype);
    requote(each.collation);
  }
  for (auto& each : database.routines) qualify(each);
  for (auto& each : database.triggers) qualify(each);
  for (auto& each : database.event_triggers) find_routine(each.function);
  for (auto& each : database.materialized_views)
    for (auto& index : each.indexes)
      for (auto& element : index.elements) element.collation.update(requote);
  for (auto& each : database.dependencies) {
    qualify(each.object);
    qualify(each.uses);
  }
  qualify_access(database);
}

void Qualifier::qualify(catalog::Database& database) const {
  std::set<std::string> schemas;
  for (auto& enumeration : database.enums) {
    declare(enumeration.name);
    schemas.insert(enumeration.name.schema);
  }
  for (auto& table : database.tables) {
    qualify(table);
    schemas.insert(table.name.schema);
  }
  qualify_definitions(database);
  catalog::Database::definitions(database, [&](const auto& list) {
    for (const auto& each : list) schemas.insert(each.id().name.schema);
  });
  schemas.erase("");
  qualify_serial(database);
  for (auto& sequence : database.sequences) {
    sequence.type = catalog::canonical_type(sequence.type, {}, {});
    sequence.options = catalog::without_defaults(sequence.options, sequence.type);
    schemas.insert(sequence.name.schema);
  }
  // A schema that something is declared in is declared by that; public is there in every database.
  for (const auto& schema : database.schemas) schemas.erase(schema.name);
  schemas.erase("public");
  for (const auto& name : schemas) database.schemas.push_back({name, ""});
  database.sort();
}

// serial's default and its sequence were written before the schema was known.
void Qualifier::qualify_serial(catalog::Database& database) const {
  if (database.sequences.empty()) return;
  database.sort();
  for (auto& sequence : database.sequences) {
    auto declared = sequence.name;
    declare(sequence.name);
    find_table(sequence.owned_by_table);
    auto* table = database.table(sequence.owned_by_table);
    auto* column = table ? table->column(sequence.owned_by_column) : nullptr;
    if (!column) continue;
    const auto written =
        (declared.schema.empty() ? "" : always_quoted({"", declared.schema}) + ".") + always_quoted(declared);
    if (column->default_value == "nextval(" + quote_literal(written) + "::regclass)")
      column->default_value = nextval(sequence.name);
  }
}

void add_inherited(catalog::Database& database) {
  std::set<Name> done;
  const auto visit = [&](const auto& self, catalog::Table& table) -> void {
    if (!done.insert(table.name).second) return;
    const auto parents = table.parents();
    if (parents.empty()) return;
    std::vector<catalog::Column> columns;
    for (const auto& parent_name : parents) {
      auto* parent = database.table(parent_name);
      if (!parent) continue;
      self(self, *parent);
      for (const auto& theirs : parent->columns) {
        const auto same = [&](const catalog::Column& each) { return each.name == theirs.name; };
        if (std::any_of(columns.begin(), columns.end(), same)) continue;
        if (const auto own = std::find_if(table.columns.begin(), table.columns.end(), same);
            own != table.columns.end()) {
          columns.push_back(*own);
          continue;
        }
        auto inherited = theirs;
        inherited.inherited = true;
        inherited.comment.clear();
        inherited.statistics.reset();
        inherited.options.clear();
        inherited.identity.reset();
        columns.push_back(std::move(inherited));
      }
      for (const auto& theirs : parent->constraints) {
        if (theirs.type != catalog::ConstraintType::check || theirs.no_inherit || theirs.name.empty() ||
            table.constraint(theirs.name))
          continue;
        auto inherited = theirs;
        inherited.inherited = true;
        inherited.comment.clear();
        table.constraints.push_back(std::move(inherited));
      }
    }
    for (const auto& own : table.columns) {
      const auto same = [&](const catalog::Column& each) { return each.name == own.name; };
      if (std::none_of(columns.begin(), columns.end(), same)) columns.push_back(own);
    }
    table.columns = std::move(columns);
  };
  for (auto& table : database.tables) visit(visit, table);
}

}  // namespace migrate::model
