#include "resolve.hpp"

namespace migrate {

namespace {

Trigger make_trigger(detail::ModelData& model, detail::TableData* on, detail::QualifiedName table,
                     std::string_view name, Where where) {
  auto& data = model.definitions.emplace_back();
  data.list = "triggers";
  data.kind = "trigger";
  data.where = where;
  data.table = on;
  data.name = std::move(table);
  data.member = name;
  detail::member(data.fields, "table") = detail::quoted(data.name);
  detail::member(data.fields, "name") = std::string(name);
  return Trigger(data);
}

}  // namespace

Trigger AnyTable::trigger(std::string_view name, Where where) {
  return make_trigger(*table_->model, table_, table_->name, name, where);
}

Trigger Model::trigger(std::string_view table, std::string_view name, Where where) {
  return make_trigger(*data_, nullptr, detail::parse_name(table), name, where);
}

EventTrigger Model::event_trigger(std::string_view name, Where where) {
  auto& data = data_->definitions.emplace_back();
  data.list = "event_triggers";
  data.kind = "event trigger";
  data.where = where;
  data.name = {"", std::string(name)};
  detail::member(data.fields, "name") = std::string(name);
  return EventTrigger(data);
}

Trigger& Trigger::update_of_members(detail::Members members) {
  for (const auto member : members) data_->members.emplace_back("columns", member);
  return update();
}

Trigger& Trigger::on_partition(std::string_view table, std::string_view enabled) {
  detail::set_entry(*data_, "partitions", detail::quoted(detail::parse_name(table)), enabled);
  return *this;
}

namespace detail {

void resolve_definitions(ModelData& model) {
  for (auto& each : model.definitions) {
    if (each.members.empty()) continue;
    const std::string what = std::string(each.kind) + " " + each.member;
    TableData* table = each.table ? each.table : find_table(model, each.name);
    if (!table) {
      report(model, each.where, what + ": table " + display(each.name) + " is not declared");
      continue;
    }
    for (const auto& [field, member] : each.members) {
      ColumnRef ref;
      ref.member = member;
      if (const auto* column = find_column(*table, nullptr, ref, each.where, what))
        add_text(each, field, column->name);
    }
  }
}

}  // namespace detail

}  // namespace migrate
