#include "cli/side.hpp"

#include <algorithm>
#include <filesystem>

#include "cli/comparing.hpp"
#include "cli/scratch_roles.hpp"
#include "config/url.hpp"
#include "postgres/load_script.hpp"
#include "postgres/local_server.hpp"
#include "sql/statement.hpp"
#include "util/files.hpp"
#include "util/text.hpp"

namespace migrate::cli {
namespace fs = std::filesystem;
namespace {

using Kind = SideName::Kind;

bool has_markers(std::string_view script, const std::string& file) {
  const auto comments = sql::line_comments(script, file);
  return std::any_of(comments.begin(), comments.end(), [](const sql::LineComment& each) {
    return each.first_on_line && each.text.starts_with("-- migrate:");
  });
}

void load(Context& context, postgres::ScratchDatabase& scratch, const fs::path& path) {
  const auto file = display_path(path);
  const auto text = read_file(path);
  if (has_markers(text, file))
    throw Error(ExitCode::usage, "this is a revision with an up and a down part, not a schema",
                "name its folder: all revisions in it are applied then")
        .at({file});
  std::vector<postgres::StepStatement> statements;
  auto parts = sql::split(text, file);
  provide_roles(context, scratch, roles_in(parts));
  for (auto& each : parts) {
    postgres::StepStatement statement;
    statement.text = std::move(each.text);
    statement.line = each.line;
    statement.has_copy_data = each.has_copy_data;
    statement.copy_data = std::move(each.copy_data);
    statements.push_back(std::move(statement));
  }
  const auto skipped = postgres::load_script(scratch.session(), statements, file,
                                             context.config({.models = true}).models.search_path);
  if (!skipped.empty())
    context.out().note("left out, because the scratch server lacks the role: " + skipped.front() +
                       (skipped.size() == 1 ? "" : ", and " + std::to_string(skipped.size() - 1) + " more"));
}

std::vector<fs::path> sql_files(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& each : fs::directory_iterator(folder))
    if (each.is_regular_file() && each.path().extension() == ".sql") files.push_back(each.path());
  std::sort(files.begin(), files.end());
  if (files.empty())
    throw Error(ExitCode::usage, "the folder " + display_path(folder) + " holds no .sql file");
  return files;
}

// One loaded side after the other.
class Loader {
 public:
  Loader(Context& context, postgres::IntrospectOptions view) : context_(context), view_(std::move(view)) {}

  autogenerate::Side load(const SideName& name) {
    switch (name.kind) {
      case Kind::database:
        return read(context_.session());
      case Kind::url:
        return read_url(name.text);
      case Kind::history:
        return read(
            history_database(context_, context_.directory(), context_.graph(), {name.text})->session());
      case Kind::sql_file: {
        postgres::ScratchDatabase scratch(required_scratch_server(context_));
        cli::load(context_, scratch, name.text);
        return read(scratch.session());
      }
      case Kind::sql_folder:
        return read_folder(name.text);
      case Kind::snapshot:
      case Kind::models:
        break;
    }
    autogenerate::Side side;
    side.document = model::read_document(read_file(name.text), display_path(name.text),
                                         context_.config({.models = true}).models.search_path);
    return side;
  }

 private:
  autogenerate::Side read(postgres::Session& session) const {
    autogenerate::Side side;
    side.document.database = postgres::introspect(session, view_);
    side.from_server = true;
    return side;
  }

  autogenerate::Side read_url(const std::string& url) const {
    postgres::ConnectOptions options;
    options.url = url == "local" ? postgres::LocalServer(context_.config().project).ensure_started() : url;
    postgres::Session session(options);
    context_.out().note(context_.out().styled_note(session.description(), report::Style::faint));
    return read(session);
  }

  autogenerate::Side read_folder(const fs::path& folder) const {
    const auto files = sql_files(folder);
    if (has_markers(read_file(files.front()), display_path(files.front()))) {
      const revision::Directory directory(folder);
      const revision::Graph graph(directory.headers());
      return read(history_database(context_, directory, graph, {"heads"})->session());
    }
    postgres::ScratchDatabase scratch(required_scratch_server(context_));
    for (const auto& file : files) cli::load(context_, scratch, file);
    return read(scratch.session());
  }

  Context& context_;
  postgres::IntrospectOptions view_;
};

}  // namespace

SideName parse_side(const std::string& text, const std::string& option) {
  constexpr std::string_view history = "history@";
  if (text == "database") return {Kind::database, ""};
  if (text == "models") return {Kind::models, ""};
  if (text == "history") return {Kind::history, "heads"};
  if (text.starts_with(history) && text.size() > history.size())
    return {Kind::history, text.substr(history.size())};
  const bool is_url = text == "local" || text.starts_with("postgres://") || text.starts_with("postgresql://");
  std::error_code ignored;
  const bool keywords = text.find('=') != std::string::npos && !fs::exists(text, ignored);
  if (is_url || keywords) {
    const auto problem = config::url_problem(text);
    if (!problem.empty()) throw Error(ExitCode::usage, option + ": " + problem);
    return {Kind::url, text};
  }
  if (fs::is_directory(text, ignored)) return {Kind::sql_folder, text};
  if (text.ends_with(".sql")) return {Kind::sql_file, text};
  if (text.ends_with(".json")) return {Kind::snapshot, text};
  throw Error(
      ExitCode::usage, option + " " + text + ": this is nothing that can be compared",
      "give database, models, history, history@REVISION, a URL, a .sql file or a folder of them, or a "
      ".json snapshot");
}

Sides load_sides(Context& context, const SideName& from, const SideName& to, bool owners, bool privileges) {
  const bool beside_models = from.kind == Kind::models || to.kind == Kind::models;
  autogenerate::Side models;
  if (beside_models) models.document = load_models(context);
  models.whole = false;
  auto view = in_view(context, models.document.database);
  if (!beside_models) view.schemas = {"*"};
  view.owners |= owners;
  view.privileges |= privileges;
  Loader loader(context, std::move(view));
  Sides sides;
  sides.from = from.kind == Kind::models ? models : loader.load(from);
  sides.to = to.kind == Kind::models ? models : loader.load(to);
  return sides;
}

}  // namespace migrate::cli
