#include "util/interned.hpp"

#include <cstddef>
#include <functional>
#include <mutex>
#include <unordered_set>

namespace migrate {
namespace {

struct Hash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};

struct Pool {
  std::mutex mutex;
  std::unordered_set<std::string, Hash, std::equal_to<>> texts;
};

}  // namespace

const std::string* Interned::kept(std::string_view text) {
  if (text.empty()) return nullptr;
  static Pool& pool = *new Pool;  // never freed: objects may outlive whatever is destroyed at the end
  const std::lock_guard hold(pool.mutex);
  auto found = pool.texts.find(text);
  if (found == pool.texts.end()) found = pool.texts.emplace(text).first;
  return &*found;
}

const std::string& Interned::none() {
  static const std::string empty;
  return empty;
}

}  // namespace migrate
