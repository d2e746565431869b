#include <algorithm>
#include <cmath>

#include "data.hpp"

namespace migrate::detail {
namespace {

Value& as(Value::Kind kind, Value& value) {
  if (value.kind != kind) value = Value(kind);
  return value;
}
ValueList& as_list(Value& value) { return as(Value::Kind::list, value).list; }
ValueObject& as_object(Value& value) { return as(Value::Kind::object, value).object; }

ValueObject& item(DefinitionData& data, std::string_view list, std::string_view name) {
  auto& items = as_list(member(data.fields, list));
  for (auto& each : items)
    if (member(as_object(each), "name").text == name) return as_object(each);
  auto& made = as_object(items.emplace_back());
  member(made, "name") = std::string(name);
  return made;
}

ValueObject& last_item(DefinitionData& data, std::string_view list) {
  auto& items = as_list(member(data.fields, list));
  if (items.empty()) items.emplace_back();
  return as_object(items.back());
}

void set_number(Value& value, double number) {
  if (number == std::floor(number) && std::abs(number) < 1e15)
    value = static_cast<std::int64_t>(number);
  else
    value = number;
}

// The types of the arguments that a call gives, as the models spell them.
std::string signature(const DefinitionData& data) {
  std::string out;
  for (const auto& [name, value] : data.fields) {
    if (name != "arguments") continue;
    for (const auto& item : value.list) {
      auto argument = item.object;
      const auto mode = member(argument, "mode").text;
      if (mode == "out" || mode == "table") continue;
      out += (out.empty() ? "" : ", ") + member(argument, "type").text;
    }
  }
  return out;
}

}  // namespace

Value::Value() = default;
Value::Value(Kind is) : kind(is) {}
Value::Value(bool yes) : kind(Kind::boolean), boolean(yes) {}
Value::Value(std::int64_t value) : kind(Kind::integer), integer(value) {}
Value::Value(double value) : kind(Kind::number), number(value) {}
Value::Value(std::string value) : kind(Kind::text), text(std::move(value)) {}

Value& member(ValueObject& object, std::string_view name) {
  const auto found =
      std::find_if(object.begin(), object.end(), [&](const auto& each) { return each.name == name; });
  if (found != object.end()) return found->value;
  object.push_back({std::string(name), {}});
  return object.back().value;
}

void set_text(DefinitionData& data, std::string_view field, std::string_view text) {
  member(data.fields, field) = std::string(text);
}
void set_flag(DefinitionData& data, std::string_view field, bool yes) { member(data.fields, field) = yes; }
void set_number(DefinitionData& data, std::string_view field, double number) {
  set_number(member(data.fields, field), number);
}
void set_texts(DefinitionData& data, std::string_view field, Names texts) {
  auto& list = as_list(member(data.fields, field));
  list.clear();
  for (const auto& text : texts) list.emplace_back(std::string(text));
}
void set_name(DefinitionData& data, std::string_view field, std::string_view name) {
  member(data.fields, field) = quoted(parse_name(name));
}
void set_entry(DefinitionData& data, std::string_view field, std::string_view key, std::string_view text) {
  member(as_object(member(data.fields, field)), key) = std::string(text);
}
void set_entry_flag(DefinitionData& data, std::string_view field, std::string_view key, bool yes) {
  member(as_object(member(data.fields, field)), key) = yes;
}
void set_entry_number(DefinitionData& data, std::string_view field, std::string_view key, double number) {
  set_number(member(as_object(member(data.fields, field)), key), number);
}
void add_text(DefinitionData& data, std::string_view field, std::string_view text) {
  as_list(member(data.fields, field)).emplace_back(std::string(text));
}
void set_item_text(DefinitionData& data, std::string_view list, std::string_view name, std::string_view field,
                   std::string_view text) {
  member(item(data, list, name), field) = std::string(text);
}
void set_item_flag(DefinitionData& data, std::string_view list, std::string_view name, std::string_view field,
                   bool yes) {
  member(item(data, list, name), field) = yes;
}
void set_item_number(DefinitionData& data, std::string_view list, std::string_view name,
                     std::string_view field, int number) {
  member(item(data, list, name), field) = std::int64_t{number};
}
void set_item_entry(DefinitionData& data, std::string_view list, std::string_view name,
                    std::string_view field, std::string_view key, std::string_view text) {
  member(as_object(member(item(data, list, name), field)), key) = std::string(text);
}
void add_item(DefinitionData& data, std::string_view list) {
  as_object(as_list(member(data.fields, list)).emplace_back());
}
void set_last_text(DefinitionData& data, std::string_view list, std::string_view field,
                   std::string_view text) {
  member(last_item(data, list), field) = std::string(text);
}
void set_last_flag(DefinitionData& data, std::string_view list, std::string_view field, bool yes) {
  member(last_item(data, list), field) = yes;
}
void add_rename(DefinitionData& data, std::string_view name) {
  data.renamed_from.push_back(data.member.empty() ? quoted(parse_name(name)) : std::string(name));
}
void add_part_rename(DefinitionData& data, std::string_view from, std::string_view to) {
  data.renamed_labels.emplace_back(from, to);
}
void add_dependency(DefinitionData& data, std::string_view object) { data.depends_on.emplace_back(object); }

std::string key_of(const DefinitionData& data) {
  if (data.list == std::string_view("default_privileges"))
    return std::string(data.kind) + " " + quoted(data.name) + "(" + data.member + ")";
  if (data.list == std::string_view("routines"))
    return std::string(data.kind) + " " + quoted(data.name) + "(" + signature(data) + ")";
  return std::string(data.kind) + " " + quoted(data.name) +
         (data.member.empty() ? "" : "." + quoted(data.member));
}

}  // namespace migrate::detail

namespace migrate {

Domain Model::domain(std::string_view name, Where where) {
  return Domain(add("domains", "domain", name, where));
}
CompositeType Model::composite_type(std::string_view name, Where where) {
  return CompositeType(add("composite_types", "composite type", name, where));
}
RangeType Model::range_type(std::string_view name, Where where) {
  return RangeType(add("range_types", "range type", name, where));
}
Policy Model::policy(std::string_view table, std::string_view name, Where where) {
  return Policy(add_to("policies", "policy", table, name, where));
}
Rule Model::rule(std::string_view table, std::string_view name, Where where) {
  return Rule(add_to("rules", "rule", table, name, where));
}
Policy AnyTable::policy(std::string_view name, Where where) {
  auto& data = table_->model->definitions.emplace_back();
  data.list = "policies";
  data.kind = "policy";
  data.where = where;
  data.name = table_->name;
  data.member = name;
  detail::member(data.fields, "table") = detail::quoted(data.name);
  detail::member(data.fields, "name") = std::string(name);
  return Policy(data);
}
View Model::view(std::string_view name, Where where) { return View(add("views", "view", name, where)); }

MaterializedView Model::materialized_view(std::string_view name, Where where) {
  auto& data = add("materialized_views", "materialized view", name, where);
  auto& indexed = data_->indexed_views.emplace_back();
  indexed.model = data_;
  indexed.where = where;
  indexed.name = data.name;
  indexed.is_view = true;
  data.indexed = &indexed;
  return MaterializedView(data);
}

Index MaterializedView::index(std::string_view name, Where where) {
  auto& index = data_->indexed->indexes.emplace_back();
  index.table = data_->indexed;
  index.where = where;
  index.name = name;
  return Index(index);
}

detail::DefinitionData& Model::add(const char* list, const char* kind, std::string_view name, Where where) {
  auto& data = data_->definitions.emplace_back();
  data.list = list;
  data.kind = kind;
  data.where = where;
  data.name = detail::parse_name(name);
  detail::member(data.fields, "name") = detail::quoted(data.name);
  return data;
}

detail::DefinitionData& Model::add_to(const char* list, const char* kind, std::string_view table,
                                      std::string_view name, Where where) {
  auto& data = add(list, kind, table, where);
  data.member = name;
  detail::member(data.fields, "table") = detail::quoted(data.name);
  detail::member(data.fields, "name") = std::string(name);
  return data;
}

}  // namespace migrate
