#include "util/error.hpp"

#include "util/text.hpp"

namespace migrate {

std::string Location::text() const {
  std::string out = file;
  if (line > 0) out += ":" + std::to_string(line);
  if (line > 0 && column > 0) out += ":" + std::to_string(column);
  return out;
}

Error::Error(ExitCode code, const std::string& what, std::string hint)
    : std::runtime_error(what), code_(code), hint_(std::move(hint)) {}

Error& Error::at(Location where) & {
  location_ = std::move(where);
  return *this;
}
Error&& Error::at(Location where) && {
  location_ = std::move(where);
  return std::move(*this);
}
Error& Error::sqlstate(std::string state) & {
  sqlstate_ = std::move(state);
  return *this;
}
Error& Error::statement(std::string sql) & {
  statement_ = std::move(sql);
  return *this;
}
Error&& Error::sqlstate(std::string state) && {
  sqlstate_ = std::move(state);
  return std::move(*this);
}
Error&& Error::statement(std::string sql) && {
  statement_ = std::move(sql);
  return std::move(*this);
}

std::string Error::text() const {
  std::string out;
  if (!location_.empty()) out += location_.text() + ": ";
  out += what();
  if (!sqlstate_.empty()) out += " (SQLSTATE " + sqlstate_ + ")";
  if (!statement_.empty()) out += "\n  in: " + shorten(one_line(statement_), 200);
  if (!hint_.empty()) out += "\n  hint: " + hint_;
  return out;
}

}  // namespace migrate
