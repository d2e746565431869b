// What upgrade and downgrade have in common: plan, ask, lock, plan again, run.
#pragma once
#include <functional>
#include <optional>
#include <string>

#include "postgres/executor.hpp"
#include "run/options.hpp"
#include "run/preview.hpp"
#include "run/state.hpp"
#include "run/step_plan.hpp"

namespace migrate::run {

class Runner {
 public:
  Runner(const Target& target, const Options& options, const Events& events);

  using MakePlan = std::function<StepPlan(const State&)>;
  using Confirm = std::function<void(const StepPlan&)>;  // throws to refuse
  Result run(const MakePlan& make_plan, const Confirm& confirm);

  // Reads and plans, and does nothing to the database: no lock, no tables. Throws as run() does before it
  // begins.
  Preview preview(const MakePlan& make_plan) const;

  State state() const { return read_state(bookkeeping_.read(), target_.graph); }

 private:
  const State& first_look(std::optional<State>& own) const;
  bool is_ahead(const State& now) const;
  void check_width(const StepPlan& plan) const;
  void refuse_cut_off(const State& now) const;
  void refuse_pooled(const StepPlan& plan) const;
  void settle_cut_off(postgres::Executor& executor);
  void execute(postgres::Executor& executor, const StepPlan& plan, Result& result);
  using Numbers = std::vector<std::size_t>;  // of steps
  void run_group(postgres::Executor& executor, const StepPlan& plan, const Numbers& numbers,
                 const Numbers& next, Result& result);
  Error with_state(const Error& error, const postgres::Lock& lock) const;
  std::string state_now() const;
  std::string state_after_loss(const postgres::Lock& lock) const;

  const Target& target_;
  const Options& options_;
  const Events& events_;
  postgres::Bookkeeping bookkeeping_;
};

Preview preview_of(const State& state, StepPlan plan, const Options& options);

// The error with `text` at the end of its hint.
Error with_hint(const Error& error, const std::string& text);

}  // namespace migrate::run
