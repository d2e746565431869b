#include "util/shared_vector.hpp"

#include <string>

#include "tests/support/catch.hpp"

using migrate::SharedVector;

namespace {

// Counts how often it was copied.
struct Counted {
  int value = 0;
  int* copies = nullptr;
  Counted(int number, int* counter) : value(number), copies(counter) {}
  Counted(const Counted& other) : value(other.value), copies(other.copies) { ++*copies; }
  Counted(Counted&&) noexcept = default;
  Counted& operator=(const Counted&) = delete;
  Counted& operator=(Counted&&) noexcept = default;
  ~Counted() = default;
  bool operator==(const Counted& other) const { return value == other.value; }
};

}  // namespace

TEST_CASE("copies of a shared vector have their elements in common until one is changed") {
  int copies = 0;
  SharedVector<Counted> first;
  first.reserve(3);
  for (int i = 0; i < 3; ++i) first.emplace_back(i, &copies);
  auto second = first;
  const auto& read = second;
  CHECK(&read[0] == &std::as_const(first)[0]);
  CHECK(read == first);
  CHECK(copies == 0);

  second[1].value = 7;
  CHECK(copies == 3);
  CHECK(read[1].value == 7);
  CHECK(std::as_const(first)[1].value == 1);
  CHECK_FALSE(read == first);
  second[2].value = 8;  // has them alone by now
  CHECK(copies == 3);
}

TEST_CASE("a shared vector is changed as a vector is, and no copy of it") {
  const SharedVector<std::string> kept{"a", "b", "c", "d"};
  auto vector = kept;
  SECTION("insert") {
    CHECK(*vector.insert(vector.begin() + 1, "x") == "x");
    CHECK(vector == SharedVector<std::string>{"a", "x", "b", "c", "d"});
  }
  SECTION("insert at a place that was found before it had elements of its own") {
    const auto& read = vector;
    vector.insert(read.end(), "e");
    CHECK(vector == SharedVector<std::string>{"a", "b", "c", "d", "e"});
  }
  SECTION("erase") {
    CHECK(*vector.erase(vector.begin()) == "b");
    vector.erase(vector.begin() + 1, vector.end());
    CHECK(vector == SharedVector<std::string>{"b"});
  }
  SECTION("erase_if") {
    CHECK(erase_if(vector, [](const auto& each) { return each < "c"; }) == 2);
    CHECK(vector == SharedVector<std::string>{"c", "d"});
  }
  SECTION("push_back, pop_back, clear") {
    vector.push_back("e");
    vector.pop_back();
    CHECK(vector == kept);
    vector.clear();
    CHECK(vector.empty());
    CHECK(vector == SharedVector<std::string>());
    vector.push_back("f");
    CHECK(vector.back() == "f");
  }
  CHECK(kept == SharedVector<std::string>{"a", "b", "c", "d"});
}

TEST_CASE("an empty shared vector is equal to another one, however it became so") {
  SharedVector<int> emptied{1};
  emptied.erase(emptied.begin());
  CHECK(emptied == SharedVector<int>());
}

TEST_CASE("a shared vector stays shared where an update changes nothing") {
  const SharedVector<int> kept{1, 2, 3};
  const auto shared = [&](const SharedVector<int>& other) { return &other[0] == &kept[0]; };
  auto vector = kept;
  vector.update([](int& each) { each = each > 3 ? 0 : each; });
  CHECK(erase_if(vector, [](int each) { return each > 3; }) == 0);
  CHECK(shared(vector));
  vector.update([](int& each) { each = each > 2 ? 0 : each; });
  CHECK_FALSE(shared(vector));
  CHECK(vector == SharedVector<int>{1, 2, 0});
  CHECK(erase_if(vector, [](int each) { return each == 0; }) == 1);
  CHECK(kept == SharedVector<int>{1, 2, 3});
}
