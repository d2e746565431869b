#include "util/sparse.hpp"

#include <map>
#include <string>

#include "tests/support/catch.hpp"

using migrate::Sparse;

TEST_CASE("a sparse value takes the room of a pointer, and reads as the value") {
  CHECK(sizeof(Sparse<std::string>) == sizeof(void*));
  Sparse<std::string> text;
  CHECK(text.empty());
  CHECK(text.get().empty());
  text = "abc";
  CHECK(text == "abc");
  CHECK(text == std::string("abc"));
  CHECK("<" + text + ">" == "<abc>");
  const std::string& read = text;
  const std::string_view viewed = text;
  CHECK(read == "abc");
  CHECK(viewed == "abc");
  CHECK(text->size() == 3);
}

TEST_CASE("copies of a sparse value are their own") {
  Sparse<std::string> first("abc");
  auto second = first;
  second.edit() += "d";
  CHECK(first == "abc");
  CHECK(second == "abcd");
  first = second;
  CHECK(first == second);
  first.clear();
  CHECK(first.empty());
  CHECK(second == "abcd");
}

TEST_CASE("a sparse value that was emptied equals one that never was") {
  Sparse<std::string> emptied("a");
  emptied.edit().clear();
  CHECK(emptied.empty());
  CHECK(emptied == Sparse<std::string>());
  bool called = false;
  emptied.update([&](std::string&) { called = true; });
  CHECK_FALSE(called);
  emptied = "a";
  emptied.update([&](std::string& text) { text += "b"; });
  CHECK(emptied == "ab");
}

TEST_CASE("a sparse container is gone through as the container") {
  Sparse<std::map<std::string, std::string>> options;
  for ([[maybe_unused]] const auto& each : options) FAIL();
  options.edit()["a"] = "1";
  std::string all;
  for (const auto& [name, value] : options) all += name + value;
  CHECK(all == "a1");
}
