#include "cli/arguments.hpp"

#include <CLI/CLI.hpp>

namespace migrate::cli {

void Arguments::flag(const std::string& name, bool& value, const std::string& help) {
  app_.add_flag(name, value, help);
}

void Arguments::option(const std::string& name, std::string& value, const std::string& help, bool required) {
  app_.add_option(name, value, help)->required(required);
}

void Arguments::option(const std::string& name, std::optional<std::string>& value, const std::string& help) {
  app_.add_option_function<std::string>(
      name, [&value](const std::string& text) { value = text; }, help);
}

void Arguments::option(const std::string& name, int& value, const std::string& help) {
  app_.add_option(name, value, help);
}

void Arguments::options(const std::string& name, std::vector<std::string>& values, const std::string& help,
                        bool required) {
  // An option takes one value each time it is given, so that a positional after it stays one; a positional
  // takes all.
  auto* option = app_.add_option(name, values, help)->required(required);
  if (name.starts_with("-")) option->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

void Arguments::choice(const std::string& name, std::string& value, const std::vector<std::string>& choices,
                       const std::string& help) {
  app_.add_option(name, value, help)->check(CLI::IsMember(choices));
}

}  // namespace migrate::cli
