#include "catalog/spelling.hpp"
#include "cli/command.hpp"
#include "cli/comparing.hpp"
#include "plan/plan.hpp"
#include "util/files.hpp"
#include "util/text.hpp"

namespace migrate::cli {
namespace {

std::string column_text(const catalog::Column& column) {
  std::string text = column.name + "  " + column.type;
  if (column.not_null) text += " not null";
  if (!column.default_value.empty()) text += " default " + column.default_value;
  if (column.identity) text += " identity";
  if (column.generated) text += " generated from " + column.generated->expression;
  return text;
}

std::string constraint_text(const catalog::Constraint& constraint) {
  auto text = replace_all(std::string(catalog::spelling(constraint.type)), "_", " ");
  if (!constraint.name.empty()) text += " " + constraint.name;
  if (!constraint.columns.empty()) text += " (" + join(constraint.columns, ", ") + ")";
  if (!constraint.expression.empty()) text += ": " + one_line(constraint.expression);
  if (!constraint.references.empty())
    text += " references " + constraint.references->text() + " (" +
            join(constraint.referenced_columns, ", ") + ")";
  return text;
}

std::string index_text(const catalog::Index& index) {
  auto text = std::string(index.unique ? "unique index" : "index") +
              (index.name.empty() ? "" : " " + index.name) + " on ";
  text += join_with(index.elements, ", ", [](const catalog::IndexElement& each) {
    return each.column.empty() ? one_line(each.expression) : each.column.get();
  });
  if (!index.where.empty()) text += " where " + one_line(index.where);
  return text;
}

std::vector<std::string> describe(const model::Document& models) {
  const auto where = [&](const catalog::ObjectId& id) {
    const auto at = models.locations.find(id.key());
    return at == models.locations.end() ? std::string() : "  (" + at->second.text() + ")";
  };
  std::vector<std::string> lines;
  const auto& database = models.database;
  for (const auto& schema : database.schemas)
    lines.push_back("schema " + schema.name + where({catalog::Kind::schema, {"", schema.name}, ""}));
  for (const auto& each : database.enums)
    lines.push_back("type " + each.name.text() + ": " + join(each.labels, ", ") +
                    where({catalog::Kind::enum_type, each.name, ""}));
  for (const auto& each : database.sequences)
    lines.push_back("sequence " + each.name.text() + where({catalog::Kind::sequence, each.name, ""}));
  for (const auto& table : database.tables) {
    lines.push_back("table " + table.name.text() + where({catalog::Kind::table, table.name, ""}));
    for (const auto& column : table.columns) lines.push_back("  " + column_text(column));
    for (const auto& constraint : table.constraints) lines.push_back("  " + constraint_text(constraint));
    for (const auto& index : table.indexes) lines.push_back("  " + index_text(index));
  }
  catalog::Database::definitions(database, [&](const auto& list) {
    for (const auto& each : list) {
      lines.push_back(each.id().text() + where(each.id()));
      if constexpr (requires { each.indexes; })
        for (const auto& index : each.indexes) lines.push_back("  " + index_text(index));
    }
  });
  return lines;
}

class Models : public Command {
 public:
  std::string name() const override { return "models"; }
  std::string description() const override { return "Show what the models declare, without any server"; }

  void declare(Arguments& arguments) override {
    arguments.choice("--format", format_, {"text", "json", "sql"},
                     "text for people; json, which [models] snapshot reads; sql that builds it all");
    arguments.option("-o,--output", output_, "write to this file instead of stdout");
  }

  ExitCode run(Context& context) override {
    const auto models = load_models(context);
    const auto document = model::write_document(models);
    std::string text = document;
    if (format_ == "text") {
      text = join(describe(models), "\n") + "\n";
    } else if (format_ == "sql") {
      text.clear();
      for (const auto& statement : plan::build_statements(models.database, plan::Options().server_version))
        text += statement.sql + ";\n";
    }
    context.out().json(document);
    if (output_.empty()) {
      context.out().result(trim(text));
      return ExitCode::ok;
    }
    write_file(output_, text);
    context.out().note("wrote " + display_path(output_) + " (" +
                       plural(models.database.tables.size(), "table") + ")");
    return ExitCode::ok;
  }

 private:
  std::string format_ = "text";
  std::string output_;
};

}  // namespace

std::unique_ptr<Command> make_models() { return std::make_unique<Models>(); }

}  // namespace migrate::cli
