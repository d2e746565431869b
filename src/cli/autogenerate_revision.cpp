#include "cli/autogenerate_revision.hpp"

#include <chrono>

#include "autogenerate/ownership.hpp"
#include "autogenerate/write.hpp"
#include "cli/comparing.hpp"
#include "util/files.hpp"
#include "util/json.hpp"
#include "util/text.hpp"

namespace migrate::cli {
namespace {

bool ask_rename(const diff::Rename& rename) {
  return report::ask_yes_no("Was " + rename.from.text() + " renamed to " +
                            (rename.to.member.empty() ? rename.to.name.text() : rename.to.member) + "?");
}

// What the script does to data and to a busy database, for whoever runs the command; the script says it in
// full.
void tell_hazards(Context& context, const autogenerate::Draft& draft) {
  bool loses = false;
  for (const auto& step : draft.migration.up.steps)
    for (const auto& statement : step.statements) loses = loses || statement.loses_data;
  if (loses)
    context.out().warn(
        "this revision loses data on the way up: upgrade will ask, or needs --allow data-loss, or -- "
        "migrate:allow data-loss in the script");
}

}  // namespace

ExitCode print_revision(Context& context, const revision::Script& script,
                        const std::filesystem::path& folder) {
  const auto prepared = context.directory().prepare(script, folder);
  nlohmann::ordered_json document;
  document["revision"] = prepared.header.id;
  document["down_revisions"] = prepared.header.down_revisions;
  document["path"] = display_path(prepared.header.path);
  document["script"] = prepared.text;
  context.out().result(trim(prepared.text));
  context.out().json(document.dump(2));
  return ExitCode::ok;
}

ExitCode autogenerate_revision(Context& context, const AutogenerateArguments& arguments) {
  auto& directory = context.directory();
  const auto& graph = context.graph();
  const auto placed = arguments.placement.header(context);
  if (arguments.drop_unmanaged) context.confirm_protected("--drop-unmanaged");
  const auto models = load_models(context);

  std::unique_ptr<postgres::ScratchDatabase> history;
  if (arguments.from_history)
    history = history_database(context);
  else
    require_at_head(context);
  auto& session = arguments.from_history ? history->session() : context.session();
  auto view = in_view(context, models.database);
  // The way down makes again what is there now, also a body that the server would refuse today.
  view.check_bodies_with = context.config().models.search_path;
  auto live = postgres::introspect(session, view);

  autogenerate::CompareOptions options;
  options.owned = autogenerate::owned_objects(directory.models_folder(), graph, graph.heads());
  options.renames = arguments.renames;
  options.no_renames = arguments.no_renames;
  options.drop = arguments.drop;
  options.drop_unmanaged = arguments.drop_unmanaged;
  if (report::interactive()) options.ask = ask_rename;
  if (arguments.drop_unmanaged && !live.unhandled.empty())
    throw Error(ExitCode::failed,
                "--drop-unmanaged cannot drop objects of kinds that migrate does not handle yet: " +
                    unhandled_text(live.unhandled),
                "drop them by hand, or name what is to go: --drop NAME");
  const auto comparison = compare(context, models, std::move(live), options);
  note_left_alone(context, models, comparison, arguments.strict);
  for (const auto& id : comparison.unverified)
    context.out().warn(
        "cannot compare " + id.text() +
        " with the models, because there is no scratch database to ask: set [scratch] in the configuration");

  nlohmann::ordered_json document;
  document["revision"] = nullptr;
  document["path"] = nullptr;
  document["changes"] = difference_lines(comparison);
  if (comparison.changes.empty() && comparison.renames.empty()) {
    context.out().result("Nothing to write: the database is as the models say.");
    context.out().json(document.dump(2));
    return ExitCode::ok;
  }

  auto draft = autogenerate::write_script(comparison, comparison.live.server_version);
  auto& header = draft.script.header;
  header = placed;
  header.message = arguments.message;
  if (arguments.print) return print_revision(context, draft.script, arguments.placement.folder());
  const auto path = directory.write(draft.script, arguments.placement.folder());
  write_file(directory.models_folder() / (header.id + ".json"),
             autogenerate::to_json({comparison.declared, comparison.renames}, header.id));
  run_post_write_hooks(context, path);

  for (const auto& line : difference_lines(comparison)) context.out().note("  " + line);
  tell_hazards(context, draft);
  document["revision"] = header.id;
  document["path"] = display_path(path);
  context.out().result("Wrote " + display_path(path));
  context.out().json(document.dump(2));
  return ExitCode::ok;
}

}  // namespace migrate::cli
