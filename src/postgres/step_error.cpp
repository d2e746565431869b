#include "postgres/step_error.hpp"

#include <algorithm>

namespace migrate::postgres {
namespace {

Error placed(Error error, const Step& step, const StepStatement& statement, int line) {
  return std::move(error)
      .statement(statement.text)
      .at({step.file, statement.line + std::max(line - 1, 0), 0});
}

}  // namespace

StepFailure::StepFailure(const ServerError& error, const Step& step, const StepStatement& statement)
    : error_(placed(std::move(Error(error.sqlstate() == "55P03" ? ExitCode::lock_timeout : ExitCode::failed,
                                    error.what(), error.hint()))
                        .sqlstate(error.sqlstate()),
                    step, statement, error.server().line)) {}

StepFailure::StepFailure(const Error& error, const Step& step, const StepStatement& statement)
    : error_(placed(error, step, statement, 0)) {}

bool StepFailure::worth_retrying() const {
  return error_.sqlstate() == "55P03" || error_.sqlstate() == "40P01";
}

bool StepFailure::cancelled() const { return error_.sqlstate() == "57014"; }

Error StepFailure::error_after(const std::string& left) const {
  return Error(error_.code(), error_.what(), error_.hint().empty() ? left : error_.hint() + "; " + left)
      .sqlstate(error_.sqlstate())
      .statement(error_.statement())
      .at(error_.location());
}

}  // namespace migrate::postgres
