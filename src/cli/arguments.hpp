// What a command takes, declared without CLI11, which only arguments.cpp includes: it is slow to compile.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace migrate::cli {

class Arguments {
 public:
  explicit Arguments(CLI::App& app) : app_(app) {}

  // `name` as CLI11 takes it: "-m,--message", or "target" for a positional. The variables outlive the parse.
  void flag(const std::string& name, bool& value, const std::string& help);
  void option(const std::string& name, std::string& value, const std::string& help, bool required = false);
  void option(const std::string& name, std::optional<std::string>& value, const std::string& help);
  void option(const std::string& name, int& value, const std::string& help);
  void options(const std::string& name, std::vector<std::string>& values, const std::string& help,
               bool required = false);  // may be repeated
  void choice(const std::string& name, std::string& value, const std::vector<std::string>& choices,
              const std::string& help);

 private:
  CLI::App& app_;
};

}  // namespace migrate::cli
