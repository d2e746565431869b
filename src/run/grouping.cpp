#include "run/grouping.hpp"

#include <map>
#include <optional>

#include "sql/statement.hpp"
#include "util/error.hpp"
#include "util/text.hpp"

namespace migrate::run {
namespace {

struct Label {
  std::string type, added_by;  // the step's name
};

// The enum labels that a transaction has added so far.
class NewLabels {
 public:
  void begin() { labels_.clear(); }
  void add(const PlannedStep& step) {
    for (const auto& added : step.new_labels) labels_[added.label] = {added.type, step.step.label};
  }
  // The first that the step speaks of: in a literal, a routine's body, rows of COPY.
  std::optional<std::pair<std::string, Label>> used_by(const PlannedStep& step) const {
    for (const auto& statement : step.step.statements)
      for (const auto& [label, from] : labels_)
        if (sql::has_literal(statement.text, label) || sql::has_copied_value(statement.copy_data, label))
          return std::pair{label, from};
    return {};
  }

 private:
  std::map<std::string, Label> labels_;
};

std::string use_of_label(const PlannedStep& step, const std::pair<std::string, Label>& used) {
  return step.step.label + " uses the label '" + used.first + "' of enum type " + used.second.type +
         ", which " + used.second.added_by +
         " adds, and PostgreSQL takes it only after a commit (SQLSTATE 55P04)";
}

std::vector<std::vector<std::size_t>> as_one(const StepPlan& plan, const Options& options) {
  std::vector<std::string> obstacles;
  NewLabels labels;
  std::vector<std::size_t> all;
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    const auto& step = plan.steps[i];
    all.push_back(i);
    if (!step.step.transactional)
      obstacles.push_back(Location{step.step.file, step.step.line, 0}.text() + ": " + step.step.label +
                          " is a section with transaction:false");
    if (const auto used = labels.used_by(step)) obstacles.push_back(use_of_label(step, *used));
    labels.add(step);
  }
  if (!obstacles.empty())
    throw Error(ExitCode::undecided,
                std::string(options.rollback ? "--rollback" : "transaction = \"all\"") +
                    " makes everything one transaction, and that is not possible here:\n  " +
                    join(obstacles, "\n  "),
                options.rollback ? "try it on a copy of the database, or roll back to a revision before that"
                                 : "run it with --transaction revision, or step");
  if (all.empty()) return {};
  return {all};
}

}  // namespace

std::vector<std::vector<std::size_t>> group_steps(const StepPlan& plan, const Options& options) {
  if (options.rollback || options.transaction == Transaction::all) return as_one(plan, options);
  std::vector<std::vector<std::size_t>> out;
  NewLabels labels;
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    const auto& step = plan.steps[i];
    const auto* before = i == 0 ? nullptr : &plan.steps[i - 1];
    const bool together = options.transaction == Transaction::revision && before != nullptr &&
                          step.step.transactional && before->step.transactional &&
                          step.entry.revision == before->entry.revision && !labels.used_by(step);
    if (!together) {
      out.emplace_back();
      labels.begin();
    }
    out.back().push_back(i);
    if (options.transaction == Transaction::revision) labels.add(step);
  }
  return out;
}

}  // namespace migrate::run
