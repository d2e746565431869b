#include "cli/comparing.hpp"

#include <algorithm>
#include <future>
#include <map>

#include "autogenerate/canonical.hpp"
#include "autogenerate/ownership.hpp"
#include "cli/running.hpp"
#include "cli/scratch_roles.hpp"
#include "postgres/bookkeeping.hpp"
#include "postgres/local_server.hpp"
#include "run/state.hpp"
#include "run/upgrade.hpp"
#include "util/text.hpp"

namespace migrate::cli {

model::Document load_models(Context& context, const model::OnText& on_beginning) {
  const auto& settings = context.config({.models = true});
  model::Source source;
  source.project = settings.project;
  source.sources = settings.models.sources;
  source.program = settings.models.program;
  source.snapshot = settings.models.snapshot;
  source.compiler = settings.models.compiler;
  source.flags = settings.models.flags;
  source.include = settings.models.include;
  source.link = settings.models.link;
  source.compile_commands = settings.models.compile_commands;
  source.timeout_ms = static_cast<int>(settings.models.timeout.count());
  source.search_path = settings.models.search_path;
  auto document = model::load(source, on_beginning);
  for (const auto& warning : document.warnings) context.out().warn(warning);
  return document;
}

postgres::IntrospectOptions in_view(Context& context, const catalog::Database& models, bool dependencies) {
  const auto& settings = context.config();
  postgres::IntrospectOptions options;
  options.schemas =
      autogenerate::schemas_in_view(settings.autogenerate.schemas, models, settings.models.search_path);
  const auto names = context.bookkeeping_names();
  options.dependencies = dependencies;
  options.owners = settings.autogenerate.owners;
  options.privileges = settings.autogenerate.privileges;
  options.bookkeeping = {{names.schema, names.version_table},
                         {names.schema, names.log_table()},
                         {names.schema, names.lease_table()}};
  return options;
}

// The database is read while the models' text is taken apart: both take long for a big schema. What is in
// view depends on the models; it is guessed, and read again where the guess was wrong.
BothSides read_both_sides(Context& context) {
  BothSides out;
  std::vector<std::string> guessed;
  std::future<catalog::Database> ahead;
  out.models = load_models(context, [&](std::string_view text) {
    catalog::Database likely;
    for (auto& name : model::likely_schemas(text)) likely.schemas.emplace_back().name = std::move(name);
    auto view = in_view(context, likely, false);
    guessed = view.schemas;
    ahead = std::async(std::launch::async, [connection = context.connection(), view = std::move(view)] {
      return postgres::introspect(*connection.get(), view);
    });
  });
  const auto view = in_view(context, out.models.database, false);
  if (ahead.valid()) ahead.wait();
  auto& session = context.session();
  out.live = view.schemas == guessed ? ahead.get() : postgres::introspect(session, view);
  return out;
}

std::optional<postgres::ConnectOptions> scratch_server(Context& context, int target_version) {
  const auto& settings = context.config({.scratch = true});
  postgres::ConnectOptions options;
  if (!settings.scratch.url.empty() && settings.scratch.url != "local") {
    options.url = settings.scratch.url;
    return options;
  }
  const auto installed = postgres::installed_servers();
  const bool same_major =
      !installed.empty() && (target_version == 0 || installed.front().major == target_version / 10000);
  if (settings.scratch.url == "local" || settings.database.url == "local" || same_major) {
    options.url = postgres::LocalServer(settings.project).ensure_started();
    return options;
  }
  if (settings.scratch.beside) return context.connect_options();
  return std::nullopt;
}

postgres::ConnectOptions required_scratch_server(Context& context) {
  if (auto server = scratch_server(context, 0)) return *server;
  throw Error(ExitCode::usage, "this needs a scratch database, and there is no server to make one on",
              "set url under [scratch] to any database of a server on which the role may CREATEDB, or "
              "install a PostgreSQL server");
}

std::unique_ptr<postgres::ScratchDatabase> history_database(Context& context) {
  return history_database(context, context.directory(), context.graph(), {"heads"});
}

std::unique_ptr<postgres::ScratchDatabase> history_database(Context& context,
                                                            const revision::Directory& directory,
                                                            const revision::Graph& graph,
                                                            const std::vector<std::string>& targets) {
  const auto to = revision::parse_targets(targets);
  std::vector<std::string> goals;
  for (const auto& each : to)
    for (auto& goal : revision::resolve(graph, each).revisions) goals.push_back(std::move(goal));
  auto database = std::make_unique<postgres::ScratchDatabase>(required_scratch_server(context));
  if (goals.empty()) return database;
  require_roles(context, *database, roles_in(directory, graph, goals));
  run::Events events;
  events.confirm_data_loss = [](const std::vector<std::string>&) {};  // there is nothing in it to lose
  run::upgrade({database->session(), database->options(), directory, graph}, to,
               running_options(context, {}, "migrate"), events);
  return database;
}

std::set<catalog::ObjectId> owned_at_heads(Context& context) {
  const auto& graph = context.graph();
  return autogenerate::owned_objects(context.directory().models_folder(), graph, graph.heads());
}

std::set<catalog::ObjectId> owned_by_database(Context& context) {
  const auto& state = context.database_state();
  return autogenerate::owned_objects(context.directory().models_folder(), context.graph(),
                                     {state.applied.begin(), state.applied.end()});
}

void require_at_head(Context& context) {
  const auto& state = context.database_state();
  run::refuse_unknown(state, context.graph());
  const auto& graph = context.graph();
  if (state.half_done.empty() && state.applied.size() == graph.size()) return;
  const auto heads = graph.effective_heads();
  throw Error(ExitCode::failed,
              "the database is at " + run::describe(state) + ", but the scripts lead to " + rows_text(heads),
              "run migrate upgrade " + std::string(heads.size() > 1 ? "heads" : "head") +
                  " first, or compare with the scripts alone: --from-history");
}

autogenerate::Comparison compare(Context& context, const model::Document& models, catalog::Database live,
                                 autogenerate::CompareOptions options) {
  const auto& settings = context.config();
  options.include = settings.autogenerate.include;
  options.exclude = settings.autogenerate.exclude;
  options.owners = settings.autogenerate.owners;
  options.privileges = settings.autogenerate.privileges;
  autogenerate::CanonicalOptions canonical;
  canonical.cache = settings.project / ".migrate" / "cache";
  canonical.search_path = settings.models.search_path;
  canonical.locations = models.locations;
  canonical.server = [&context, version = live.server_version] { return scratch_server(context, version); };
  const auto canonicalize = autogenerate::canonicalize_with(live, std::move(canonical));
  return autogenerate::compare(models, std::move(live), options, canonicalize);
}

std::vector<std::string> difference_lines(const autogenerate::Comparison& comparison) {
  std::vector<std::string> lines;
  for (const auto& rename : comparison.renames) {
    if (rename.from_label.empty())
      lines.push_back("renames " + rename.from.text() + " to " +
                      (catalog::is_member(rename.to.kind) ? rename.to.member : rename.to.name.text()));
    else if (rename.from.kind == catalog::Kind::composite_type)
      lines.push_back("renames attribute " + rename.from_label + " of " + rename.from.text() + " to " +
                      rename.to_label);
    else
      lines.push_back("renames label '" + rename.from_label + "' of " + rename.from.text() + " to '" +
                      rename.to_label + "'");
  }
  for (const auto& change : comparison.changes)
    lines.push_back(diff::describe(change, comparison.before, comparison.target));
  for (const auto& id : comparison.unverified)
    lines.push_back("cannot compare " + id.text() +
                    ": its text differs from the live one, and there is no scratch database to ask");
  return lines;
}

namespace {

std::string several(const std::string& kind) {
  if (const auto by = kind.find(" by "); by != std::string::npos)
    return several(kind.substr(0, by)) + kind.substr(by);
  if (kind.ends_with("security")) return kind;
  if (kind.ends_with("y")) return kind.substr(0, kind.size() - 1) + "ies";
  return kind + (kind.ends_with("s") ? "es" : "s");
}

}  // namespace

std::string unhandled_text(const std::vector<catalog::Unhandled>& unhandled, std::size_t most) {
  std::map<std::string, std::vector<std::string>> by_kind;
  for (const auto& each : unhandled) by_kind[each.kind].push_back(each.identity);
  return join_with(by_kind, "; ", [most](const auto& kind) {
    auto names = kind.second;
    const std::size_t rest = names.size() > most ? names.size() - most : 0;
    names.resize(names.size() - rest);
    return plural(kind.second.size(), kind.first, several(kind.first)) + ": " + join(names, ", ") +
           (rest == 0 ? "" : ", … and " + std::to_string(rest) + " more");
  });
}

void tell_unhandled(Context& context, const std::vector<catalog::Unhandled>& unhandled,
                    const std::string& left_out, bool strict, const std::string& who) {
  if (unhandled.empty()) return;
  if (strict)
    throw Error(ExitCode::failed,
                who + " objects of kinds that migrate does not handle: " + unhandled_text(unhandled),
                "without --strict they are " + left_out + " and only named");
  const auto text =
      context.globals().verbose ? unhandled_text(unhandled, unhandled.size()) : unhandled_text(unhandled);
  context.out().warn(left_out + ", because migrate does not handle their kinds: " + text);
}

std::vector<catalog::Unhandled> not_made(const model::Document& models, const catalog::Database& live) {
  auto missing = models.database.unhandled;
  std::erase_if(missing, [&](const catalog::Unhandled& each) {
    return std::any_of(live.unhandled.begin(), live.unhandled.end(), [&](const catalog::Unhandled& other) {
      return other.kind == each.kind && other.identity == each.identity;
    });
  });
  return missing;
}

std::vector<std::string> all_difference_lines(const model::Document& models,
                                              const autogenerate::Comparison& comparison) {
  auto lines = difference_lines(comparison);
  for (const auto& each : not_made(models, comparison.live))
    lines.push_back("lacks " + each.kind + " " + each.identity + ", a kind that migrate does not handle");
  return lines;
}

void note_left_alone(Context& context, const model::Document& models,
                     const autogenerate::Comparison& comparison, bool strict) {
  if (!comparison.unmanaged.empty())
    context.out().note(
        "left alone, because neither the models nor this history know them (--drop NAME or --drop-unmanaged "
        "drops them): " +
        join_with(comparison.unmanaged, ", ", [](const catalog::ObjectId& id) { return id.text(); }));
  tell_unhandled(context, comparison.before.unhandled, "not compared", strict);
  tell_unhandled(context, not_made(models, comparison.live), "not made", strict, "the models have");
}

}  // namespace migrate::cli
