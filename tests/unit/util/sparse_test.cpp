#include "util/sparse.hpp"

#include <map>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"

using migrate::Sparse;

using Names = std::vector<std::string>;

TEST_CASE("a sparse value takes the room of a pointer, and reads as the value") {
  CHECK(sizeof(Sparse<Names>) == sizeof(void*));
  Sparse<Names> names;
  CHECK(names.empty());
  CHECK(names.get().empty());
  names = Names{"a", "b"};
  CHECK(names == Names{"a", "b"});
  const Names& read = names;
  CHECK(read == Names{"a", "b"});
  CHECK(names->size() == 2);
}

TEST_CASE("copies of a sparse value are their own") {
  Sparse<Names> first(Names{"a"});
  auto second = first;
  second.edit().emplace_back("b");
  CHECK(first == Names{"a"});
  CHECK(second == Names{"a", "b"});
  first = second;
  CHECK(first == second);
  first.clear();
  CHECK(first.empty());
  CHECK(second == Names{"a", "b"});
}

TEST_CASE("a sparse value that was emptied equals one that never was") {
  Sparse<Names> emptied(Names{"a"});
  emptied.edit().clear();
  CHECK(emptied.empty());
  CHECK(emptied == Sparse<Names>());
  bool called = false;
  emptied.update([&](Names&) { called = true; });
  CHECK_FALSE(called);
  emptied = Names{"a"};
  emptied.update([&](Names& names) { names.emplace_back("b"); });
  CHECK(emptied == Names{"a", "b"});
}

TEST_CASE("a sparse container is gone through as the container") {
  Sparse<std::map<std::string, std::string>> options;
  for ([[maybe_unused]] const auto& each : options) FAIL();
  options.edit()["a"] = "1";
  std::string all;
  for (const auto& [name, value] : options) all += name + value;
  CHECK(all == "a1");
}
