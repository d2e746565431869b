#include "run/step_plan.hpp"

#include <algorithm>
#include <array>

#include "revision/directory.hpp"
#include "revision/history_checksum.hpp"
#include "revision/path.hpp"
#include "run/edited.hpp"
#include "run/who.hpp"
#include "sql/statement.hpp"
#include "util/duration.hpp"
#include "util/error.hpp"
#include "util/files.hpp"
#include "util/sha256.hpp"
#include "util/text.hpp"

namespace migrate::run {
namespace {

using postgres::Concurrent;
using revision::Direction;
using revision::Script;
using revision::Section;

std::string first_word(std::string_view statement) {
  const auto end = std::find_if(statement.begin(), statement.end(),
                                [](char c) { return !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')); });
  return to_lower(statement.substr(0, static_cast<std::size_t>(end - statement.begin())));
}

postgres::StepStatement make_statement(const sql::Statement& from, bool transactional) {
  postgres::StepStatement out;
  out.text = from.text;
  out.line = from.line;
  out.has_copy_data = from.has_copy_data;
  out.copy_data = from.copy_data;
  if (transactional) return out;
  const auto word = first_word(from.text);
  static constexpr std::array<std::string_view, 4> again{"vacuum", "analyze", "reindex", "cluster"};
  out.repeatable = std::find(again.begin(), again.end(), word) != again.end();
  out.may_commit = word == "call" || word == "do";
  const auto facts = sql::facts(from.text);
  if (!facts.concurrently) return out;
  out.index = facts.concurrent_index;
  out.concurrent = Concurrent::other;
  if (facts.creates_index) {
    out.concurrent = Concurrent::create_index;
    out.table = facts.index_table;
  } else if (!facts.detached.empty()) {
    out.concurrent = Concurrent::detach_partition;
    out.table = facts.detached_from;
    out.partition = facts.detached;
  } else if (!facts.reindexed_kind.empty()) {
    out.concurrent = Concurrent::reindex;
    out.reindexed_kind = facts.reindexed_kind;
    out.reindexed = facts.reindexed;
  } else if (word == "drop") {
    out.concurrent = Concurrent::drop_index;
  }
  return out;
}

void check_statement(const postgres::StepStatement& statement, const Section& section,
                     const std::string& file) {
  const auto use = sql::transaction_use(statement.text);
  if (use == sql::TransactionUse::control)
    throw std::move(
        Error(ExitCode::failed,
              to_lower(first_word(statement.text)) == "savepoint"
                  ? "a savepoint has no place here"
                  : "a script must not begin or end transactions itself",
              "each section is a transaction of its own: make another section, or take this statement out")
            .statement(statement.text))
        .at({file, statement.line, 0});
  if (use == sql::TransactionUse::forbidden && section.transactional)
    throw std::move(Error(ExitCode::failed, "this statement cannot run inside a transaction",
                          "put it into a section of its own, `-- migrate:" +
                              std::string(section.direction == Direction::up ? "up" : "down") +
                              " transaction:false`")
                        .statement(statement.text))
        .at({file, statement.line, 0});
}

// What stands in comments above the first statement.
std::vector<std::string> leading_comments(std::string_view sql) {
  std::vector<std::string> out;
  for (const auto line : lines(sql)) {
    const auto text = trim(line);
    if (text.empty()) continue;
    if (!text.starts_with("--")) break;
    const auto comment = trim(text.substr(2));
    if (!comment.empty() && !comment.starts_with("migrate:")) out.emplace_back(comment);
  }
  return out;
}

// The up steps that each down section undoes.
std::vector<std::vector<int>> undone_by(const Script& script) {
  const int ups = static_cast<int>(script.up.size()), downs = static_cast<int>(script.down.size());
  std::vector<std::vector<int>> out;
  for (int i = 0; i < downs; ++i) {
    const int said = script.down[static_cast<std::size_t>(i)].undoes;
    if (said > 0)
      out.push_back({said});
    else if (ups == downs)
      out.push_back({ups - i});
    else {
      out.emplace_back();
      for (int step = 1; step <= ups; ++step) out.back().push_back(step);
    }
  }
  return out;
}

postgres::Step step_of(const revision::Header& header, const Section* section,
                       const std::vector<sql::Statement>& statements, int number, int of) {
  postgres::Step out;
  out.file = display_path(header.path);
  out.label =
      header.id + ", " + step_name(section == nullptr ? Direction::up : section->direction, number, of);
  out.checksums.push_back(sha256(""));
  if (section == nullptr) return out;
  out.line = section->line;
  out.transactional = section->transactional;
  out.preserve = section->preserve;
  for (const auto& statement : statements) {
    out.statements.push_back(make_statement(statement, section->transactional));
    out.checksums.push_back(
        sha256(out.checksums.back() + "\n" + sql::normalized(statement.text) + "\n" + statement.copy_data));
  }
  return out;
}

std::vector<sql::Statement> statements_of(const revision::Header& header, const Section* section) {
  return section == nullptr ? std::vector<sql::Statement>()
                            : revision::statements(*section, display_path(header.path));
}

// Builds the plan revision by revision, keeping what the version table will say.
class Planner {
 public:
  Planner(const Scripts& scripts, const State& state, const Options& options)
      : scripts_(scripts),
        state_(state),
        options_(options),
        rows_(state.versions),
        standing_(scripts.graph, state.rows),
        half_done_(state.half_done.begin(), state.half_done.end()),
        own_checksums_(scripts.directory, scripts.graph),
        checksums_(scripts.checksums != nullptr ? *scripts.checksums : own_checksums_),
        run_(revision::new_revision_id()) {}

  void up(const std::string& id);
  void down(const std::string& id);
  void check_applied() {
    auto edited = find_edited(scripts_, state_, {state_.applied.begin(), state_.applied.end()});
    unedited_ = edited.warnings.empty() && !state_.assumed;
    settle(std::move(edited), "upgrade");
  }
  StepPlan finish() {
    for (std::size_t i = 0; i < plan_.steps.size(); ++i) {
      plan_.steps[i].info.number = i + 1;
      plan_.steps[i].info.total = plan_.steps.size();
    }
    plan_.rows = rows_;
    return std::move(plan_);
  }

 private:
  void settle(Edited edited, const std::string& verb);
  PlannedStep make(const Script& script, const Section* section, Direction direction, int number, int of);
  void add(PlannedStep step, const Script& script, const Section* section);
  void resume(PlannedStep& step, const Script& script) const;
  const Progress* progress_of(const std::string& id) const {
    if (!state_.is_half_done(id)) return nullptr;
    return &state_.progress.at(id);
  }
  postgres::VersionChange change_rows();
  void end_revision(PlannedStep& step, const postgres::VersionChange& change);

  const Scripts scripts_;
  const State& state_;
  const Options& options_;
  std::vector<std::string> rows_;  // as the version table has them
  revision::Rows standing_;
  std::set<std::string> half_done_;
  revision::HistoryChecksums own_checksums_;
  revision::HistoryChecksums& checksums_;
  bool unedited_ = false;  // what is applied is as the scripts are, or was accepted
  std::string run_;
  StepPlan plan_;
};

void Planner::settle(Edited edited, const std::string& verb) {
  for (auto& warning : edited.warnings) plan_.warnings.push_back(std::move(warning));
  if (edited.up.empty()) return;
  if (!options_.accept_edited) throw edited_error(edited, verb);
  for (auto& entry : edited.accepted) {
    entry.run = run_;
    sign(entry, options_);
    plan_.accepted.push_back(std::move(entry));
  }
}

PlannedStep Planner::make(const Script& script, const Section* section, Direction direction, int number,
                          int of) {
  PlannedStep out;
  const auto& header = script.header;
  out.info = {
      header.id, header.message, direction, number, of, 0, 0, section == nullptr || section->transactional,
      0};
  const auto statements = statements_of(header, section);
  out.step = step_of(header, section, statements, number, of);
  out.settings = settings_of(section, options_);
  auto& entry = out.entry;
  entry.run = run_;
  entry.revision = header.id;
  entry.parents = header.down_revisions;
  entry.kind = direction == Direction::up ? postgres::LogKind::up : postgres::LogKind::down;
  entry.step = number;
  entry.steps = of;
  entry.checksum = section == nullptr ? std::string() : revision::checksum(statements);
  entry.down_checksum = direction == Direction::up ? down_checksum(script) : std::string();
  sign(entry, options_);
  return out;
}

// Where the log has this step as begun, its first statements need not be done again.
void Planner::resume(PlannedStep& step, const Script& script) const {
  const auto* progress = progress_of(script.header.id);
  if (progress == nullptr || !progress->open) return;
  const auto& open = *progress->open;
  if (open.kind != step.entry.kind || open.step != step.entry.step || open.statements_done == 0) return;
  const auto done = static_cast<std::size_t>(open.statements_done);
  if (step.step.transactional || done >= step.step.checksums.size() ||
      step.step.checksums[done] != open.statements_checksum)
    throw Error(
        ExitCode::half_done,
        step.step.label + ": its first " + plural(done, "statement") + (done == 1 ? " was" : " were") +
            " done by an earlier run, and the script has others now",
        "put the script back as it was, or finish or undo the step by hand and say so with `migrate resolve`")
        .at({step.step.file, step.step.line, 0});
  step.first = done;
}

void Planner::add(PlannedStep step, const Script& script, const Section* section) {
  resume(step, script);
  if (plan_.steps.empty() || plan_.steps.back().entry.revision != step.entry.revision) {
    step.entry.script = scripts_.directory.text(script.header);
    if (step.entry.kind == postgres::LogKind::up) step.notes = script.comments;
  }
  if (section != nullptr)
    for (auto& note : leading_comments(section->sql)) step.notes.push_back(std::move(note));
  for (std::size_t i = step.first; i < step.step.statements.size(); ++i) {
    const auto& statement = step.step.statements[i];
    check_statement(statement, *section, step.step.file);
    if (!sql::may_lose_data_or_add_label(statement.text)) continue;
    const auto facts = sql::facts(statement.text);
    if (!facts.added_label.empty()) step.new_labels.push_back({facts.label_type, facts.added_label});
    // Nobody is asked about a downgrade, an explicit act, so its script's word does not count.
    const bool allowed = section->direction == Direction::up && script.allows_data_loss;
    if (!allowed && facts.loses_data)
      plan_.losses.push_back(Location{step.step.file, statement.line, 0}.text() + ": " +
                             shorten(one_line(statement.text), 100));
  }
  plan_.steps.push_back(std::move(step));
}

// From what the table has to the rows that stand for what is applied; ones that no script has stay.
postgres::VersionChange Planner::change_rows() {
  auto rows = standing_.list();
  rows.insert(rows.end(), state_.unknown.begin(), state_.unknown.end());
  const auto lacks = [](const std::vector<std::string>& all, const std::string& row) {
    return std::find(all.begin(), all.end(), row) == all.end();
  };
  postgres::VersionChange change;
  for (const auto& row : rows_)
    if (lacks(rows, row)) change.remove.push_back(row);
  for (const auto& row : rows)
    if (lacks(rows_, row)) change.add.push_back(row);
  rows_ = std::move(rows);
  return change;
}

void Planner::end_revision(PlannedStep& step, const postgres::VersionChange& change) {
  auto& entry = step.entry;
  entry.last = true;
  step.change = change;
  half_done_.erase(entry.revision);
  if (unedited_ && half_done_.empty() && entry.kind == postgres::LogKind::up &&
      rows_ == std::vector{entry.revision})
    entry.history_checksum = checksums_.of(entry.revision);
}

void Planner::up(const std::string& id) {
  const auto script = scripts_.directory.load(scripts_.graph.at(id));
  const auto* progress = progress_of(id);
  const int steps = static_cast<int>(script.up.size());
  std::vector<int> needed;
  if (progress != nullptr) settle(find_edited(scripts_, state_, {id}), "go on with");
  for (int step = 1; step <= steps; ++step) {
    const bool stands = progress == nullptr           ? false
                        : state_.applied.contains(id) ? !progress->undone.contains(step)
                                                      : progress->up.contains(step);
    if (!stands) needed.push_back(step);
  }
  if (progress != nullptr) {
    const bool prefix = needed.empty() || needed.front() + static_cast<int>(needed.size()) == steps + 1;
    const bool half_down = progress->open && progress->open->kind == postgres::LogKind::down;
    if (!prefix || half_down || (!progress->downs_done.empty() && progress->undone.empty()))
      throw Error(ExitCode::half_done,
                  "revision " + describe_progress(state_, id) +
                      ": it is partly taken back, and its up part cannot begin there",
                  "finish with `migrate downgrade`");
  }
  standing_.up(id);
  const auto change = change_rows();
  if (needed.empty()) {  // a merge, or a row that went missing
    auto step = make(script, nullptr, Direction::up, std::max(steps, 1), std::max(steps, 1));
    end_revision(step, change);
    add(std::move(step), script, nullptr);
    return;
  }
  for (const int number : needed) {
    const auto* section = &script.up[static_cast<std::size_t>(number - 1)];
    auto step = make(script, section, Direction::up, number, steps);
    if (number == steps) end_revision(step, change);
    add(std::move(step), script, section);
  }
}

void Planner::down(const std::string& id) {
  const auto& header = scripts_.graph.at(id);
  const auto script = scripts_.directory.load(header);
  const auto file = display_path(header.path);
  const auto* progress = progress_of(id);
  settle(find_edited(scripts_, state_, {id}), "downgrade");
  const int ups = static_cast<int>(script.up.size());
  std::set<int> standing;
  for (int step = 1; step <= ups; ++step)
    if (progress == nullptr ||
        (state_.applied.contains(id) ? !progress->undone.contains(step) : progress->up.contains(step)))
      standing.insert(step);
  const bool whole =
      static_cast<int>(standing.size()) == ups && (progress == nullptr || progress->downs_done.empty());
  if (script.down.empty() && ups > 0 && !standing.empty())
    throw Error(ExitCode::failed, "revision " + id + " cannot be taken back: its script has no down part",
                "write a `-- migrate:down` section into it")
        .at({file, 0, 0});
  if (progress != nullptr && progress->open && progress->open->kind == postgres::LogKind::up &&
      progress->open->statements_done > 0)
    throw Error(
        ExitCode::half_done,
        "revision " + describe_progress(state_, id) + ": what a step did in part has no down part of its own",
        "finish the step with `migrate upgrade`, or undo it by hand and say so with `migrate resolve --undo`")
        .at({file, 0, 0});

  const auto undoes = undone_by(script);
  std::vector<int> chosen;
  std::set<int> covered;
  for (int number = 1; number <= static_cast<int>(script.down.size()); ++number) {
    const auto& steps = undoes[static_cast<std::size_t>(number - 1)];
    for (const int step : steps) covered.insert(step);
    if (progress != nullptr && progress->downs_done.contains(number)) continue;
    const auto standing_ones =
        std::count_if(steps.begin(), steps.end(), [&](int step) { return standing.contains(step); });
    if (!whole && standing_ones == 0) continue;
    if (!whole && standing_ones < static_cast<long>(steps.size()))
      throw Error(
          ExitCode::half_done,
          "revision " + describe_progress(state_, id) + ": its down part undoes all steps at once",
          "finish it with `migrate upgrade`, or say with undoes:K which step each down section undoes")
          .at({file, script.down[static_cast<std::size_t>(number - 1)].line, 0});
    chosen.push_back(number);
  }
  for (const int step : standing)
    if (!whole && !covered.contains(step))
      throw Error(ExitCode::half_done,
                  "revision " + describe_progress(state_, id) + ": no down section undoes step " +
                      std::to_string(step),
                  "say with undoes:K which step each down section undoes")
          .at({file, 0, 0});

  postgres::VersionChange change;
  if (standing_.has(id)) {
    standing_.down(id);
    change = change_rows();
  }
  const int downs = static_cast<int>(script.down.size());
  if (chosen.empty()) {
    auto step = make(script, nullptr, Direction::down, std::max(downs, 1), std::max(downs, 1));
    end_revision(step, change);
    add(std::move(step), script, nullptr);
    return;
  }
  for (const int number : chosen) {
    const auto* section = &script.down[static_cast<std::size_t>(number - 1)];
    auto step = make(script, section, Direction::down, number, downs);
    if (number == chosen.back()) end_revision(step, change);
    // The step is undone by the last of the sections that undo it.
    const auto& steps = undoes[static_cast<std::size_t>(number - 1)];
    const bool later = std::any_of(chosen.begin(), chosen.end(), [&](int other) {
      return other > number && undoes[static_cast<std::size_t>(other - 1)] == steps;
    });
    if (steps.size() == 1 && !later) step.entry.undone = steps.front();
    add(std::move(step), script, section);
  }
}

}  // namespace

std::string step_name(Direction direction, int number, int of) {
  return std::string(direction == Direction::up ? "step " : "down step ") + std::to_string(number) + " of " +
         std::to_string(of);
}

postgres::Step make_step(const revision::Header& header, const Section* section, int number, int of) {
  return step_of(header, section, statements_of(header, section), number, of);
}

postgres::StepSettings settings_of(const Section* section, const Options& options) {
  postgres::StepSettings out;
  out.lock_timeout = options.lock_timeout;
  out.statement_timeout = options.statement_timeout;
  out.lock_retries = options.lock_retries;
  out.concurrent_wait = options.wait;
  out.search_path = options.search_path;
  out.variables = options.variables;
  out.variables.push_back({"migrate.tag", options.tag});
  if (section == nullptr) return out;
  if (section->lock_timeout) out.lock_timeout = *section->lock_timeout;
  if (section->statement_timeout) out.statement_timeout = *section->statement_timeout;
  if (section->lock_retries) out.lock_retries = *section->lock_retries;
  // Where no lock_timeout can be in force, it says how long to wait; 0 is no limit.
  const auto& wait = section->wait ? section->wait : section->lock_timeout;
  if (wait && !section->transactional)
    if (const auto time = parse_duration(*wait))
      out.concurrent_wait = time->count() == 0 ? std::chrono::hours(24 * 365) : *time;
  return out;
}

StepPlan plan_upgrade(const Scripts& scripts, const State& state, const std::vector<std::string>& path,
                      const Options& options) {
  Planner planner(scripts, state, options);
  planner.check_applied();
  for (const auto& id : path) planner.up(id);
  return planner.finish();
}

StepPlan plan_downgrade(const Scripts& scripts, const State& state, const std::vector<std::string>& path,
                        const Options& options) {
  Planner planner(scripts, state, options);
  for (const auto& id : path) planner.down(id);
  return planner.finish();
}

}  // namespace migrate::run
