// A step's failure on its way to the reader: at the place in the script, with what is left behind.
#pragma once
#include <optional>
#include <string>

#include "postgres/executor.hpp"
#include "postgres/server_message.hpp"
#include "util/error.hpp"

namespace migrate::postgres {

class StepFailure : public std::exception {
 public:
  StepFailure(const ServerError& error, const Step& step, const StepStatement& statement);
  StepFailure(const Error& error, const Step& step, const StepStatement& statement);

  const char* what() const noexcept override { return error_.what(); }
  const Error& error() const { return error_; }
  bool worth_retrying() const;  // lock_timeout, deadlock
  bool cancelled() const;       // query_canceled, by us or by somebody else; a statement_timeout too
  // The error with `left`, "the step was rolled back", in its hint.
  Error error_after(const std::string& left) const;

 private:
  Error error_;
};

// A statement outside of a transaction failed, and something of it is there: `what` says what the next run
// does about it; empty: nobody knows what is there.
struct LeftBehind {
  StepFailure failure;
  std::string what;
};

}  // namespace migrate::postgres
