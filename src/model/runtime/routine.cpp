#include "data.hpp"

namespace migrate {

namespace {

std::size_t argument_count(const detail::DefinitionData& data) {
  for (const auto& [name, value] : data.fields)
    if (name == "arguments") return value.list.size();
  return 0;
}

}  // namespace

Function Model::function(std::string_view name, Where where) {
  return Function(add("routines", "function", name, where));
}

Procedure Model::procedure(std::string_view name, Where where) {
  auto& data = add("routines", "procedure", name, where);
  detail::set_text(data, "kind", "procedure");
  return Procedure(data);
}

Aggregate Model::aggregate(std::string_view name, Where where) {
  auto& data = add("routines", "aggregate", name, where);
  detail::set_text(data, "kind", "aggregate");
  detail::set_entry_flag(data, "aggregate", "ordered_set", false);
  return Aggregate(data);
}

Aggregate& Aggregate::add(std::string_view mode, std::string_view name, std::string_view type) {
  detail::add_item(*data_, "arguments");
  if (!mode.empty()) detail::set_last_text(*data_, "arguments", "mode", mode);
  if (!name.empty()) detail::set_last_text(*data_, "arguments", "name", name);
  detail::set_last_text(*data_, "arguments", "type", type);
  return *this;
}

Aggregate& Aggregate::order_by() {
  part_flag("ordered_set");
  return part_number("direct_arguments", static_cast<double>(argument_count(*data_)));
}

}  // namespace migrate
