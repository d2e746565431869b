#pragma once
#include <memory>
#include <string>
#include <string_view>

namespace migrate {

// 64 lower-case hexadecimal digits.
std::string sha256(std::string_view bytes);

// The same of what comes piece by piece.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;
  void add(std::string_view bytes);
  std::string finish();  // once, at the end

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace migrate
