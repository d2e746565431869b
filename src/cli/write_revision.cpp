#include "cli/write_revision.hpp"

#include <algorithm>

#include "revision/target.hpp"
#include "util/files.hpp"
#include "util/process.hpp"
#include "util/text.hpp"

namespace migrate::cli {
namespace {

// A label as the header takes it, or the full id; what no script has is refused before a file is written.
std::string dependency(const revision::Graph& graph, const std::string& text) {
  const auto target = revision::parse_target(text);
  if (target.is(revision::TargetExpression::Anchor::revision) && target.branch.empty() &&
      graph.find_label(target.revision) != nullptr)
    return target.revision;
  return revision::resolve_one(graph, target);
}

void check_label(const revision::Graph& graph, const std::string& label) {
  revision::check_revision_id(label);
  if (const auto* other = graph.find_label(label))
    throw Error(ExitCode::usage, "the branch label " + label + " is taken by " + display_path(other->path));
  if (graph.contains(label))
    throw Error(ExitCode::usage,
                "the branch label " + label + " is the revision id of " + display_path(graph.at(label).path));
}

}  // namespace

void PlacementArguments::declare_some(Arguments& arguments) {
  arguments.option("--rev-id", rev_id, "its id, instead of 12 random digits");
  arguments.flag("--splice", splice, "on top of a revision that is no head: a new branch begins there");
  arguments.options("--branch-label", branch_labels, "a name for the branch that it begins; may be repeated");
  arguments.option("--version-path", version_path, "the folder it goes to, where there are several");
}

void PlacementArguments::declare(Arguments& arguments) {
  arguments.option("--head", head,
                   "the revision it comes after: LABEL@head, an id or its beginning; base for a new line");
  arguments.options("--depends-on", depends_on,
                    "a revision or a label that must be applied before it; may be repeated");
  declare_some(arguments);
}

revision::Header PlacementArguments::header(Context& context) const {
  const auto& graph = context.graph();
  std::vector<std::string> parents;
  if (head.empty()) {
    if (const auto one = graph.head(); !one.empty()) parents = {one};
  } else {
    const auto target = revision::parse_target(head);
    if (!target.is(revision::TargetExpression::Anchor::base))
      parents = {revision::resolve_one(graph, target)};
  }
  return header(context, std::move(parents));
}

revision::Header PlacementArguments::header(Context& context, std::vector<std::string> parents) const {
  const auto& graph = context.graph();
  for (const auto& parent : parents)
    if (!graph.children(parent).empty() && !splice)
      throw Error(ExitCode::usage,
                  "revision " + parent + " (" + display_path(graph.at(parent).path) +
                      ") is no head: after it comes " + graph.with_files(graph.children(parent)),
                  "add --splice to begin a new branch there");
  revision::Header out;
  if (!rev_id.empty()) revision::check_revision_id(rev_id);
  out.id = rev_id.empty() ? revision::new_revision_id() : rev_id;
  for (const auto& label : branch_labels) {
    check_label(graph, label);
    if (label == out.id)
      throw Error(ExitCode::usage, "the branch label " + label + " is the id of the revision itself");
    out.branch_labels.push_back(label);
  }
  for (const auto& text : depends_on) {
    auto found = dependency(graph, text);
    if (std::find(out.depends_on.begin(), out.depends_on.end(), found) == out.depends_on.end())
      out.depends_on.push_back(std::move(found));
  }
  out.down_revisions = std::move(parents);
  return out;
}

void run_post_write_hooks(Context& context, const std::filesystem::path& script) {
  const auto& config = context.config();
  for (const auto& hook : config.migrations.post_write_hooks) {
    migrate::Command command;
    const auto file = std::filesystem::absolute(script).string();
    bool placed = false;
    for (const auto& part : hook.command) {
      placed = placed || part == "{file}";
      command.arguments.push_back(part == "{file}" ? file : part);
    }
    if (!placed) command.arguments.push_back(file);
    command.directory = config.project;
    const auto failed = [&](const std::string& how) {
      return Error(ExitCode::failed, "the post-write hook " + hook.name + " " + how,
                   display_path(script) + " is written; look at it, and at [[migrations.post_write_hooks]]");
    };
    ProcessResult result;
    try {
      result = run_process(command);
    } catch (const Error& error) {
      throw failed(std::string("could not be run: ") + error.what());
    }
    const auto said = shorten(one_line(result.err.empty() ? result.out : result.err), 300);
    if (result.status != 0)
      throw failed("failed with exit code " + std::to_string(result.status) +
                   (trim(said).empty() ? "" : ": " + said));
    if (!trim(said).empty()) context.out().note(hook.name + ": " + said);
  }
}

}  // namespace migrate::cli
