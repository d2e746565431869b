#include "model/generate_definition.hpp"

#include "model/cpp_names.hpp"

namespace migrate::model {
namespace {

// ".name(literal)" where there is something to say.
std::string call(const char* setter, const std::string& text) {
  return text.empty() ? std::string() : std::string(".") + setter + "(" + cpp_text(text) + ")";
}

std::string entries(const char* setter, const catalog::StorageParameters& entries) {
  std::string out;
  for (const auto& [name, value] : entries)
    out += std::string(".") + setter + "(" + cpp_literal(name) + ", " + cpp_literal(value) + ")";
  return out;
}

std::string view_call(const catalog::View& view, const CppNames& names) {
  std::string out = "  m.view(" + cpp_literal(names.text(view.name)) + ")" + call("as", view.definition) +
                    entries("option", view.options);
  for (const auto& column : view.columns) {
    const auto name = cpp_literal(column.name);
    if (!column.default_value.empty())
      out += ".column_default(" + name + ", " + cpp_text(column.default_value) + ")";
    if (!column.comment.empty()) out += ".column_comment(" + name + ", " + cpp_text(column.comment) + ")";
  }
  return out + call("comment", view.comment) + ";\n";
}

}  // namespace

std::string definition_calls(const catalog::Database& database, const CppNames& names) {
  std::string out;
  for (const auto& each : database.views) out += view_call(each, names);
  return out;
}

}  // namespace migrate::model
