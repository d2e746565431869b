#include "catalog/checksum.hpp"

#include <set>
#include <string>
#include <type_traits>

#include "catalog/fields.hpp"
#include "tests/support/catch.hpp"

using namespace migrate;
using namespace migrate::catalog;

namespace {

template <class T>
void change(T& value) {
  if constexpr (IsSparse<T>::value) {
    change(value.edit());
  } else if constexpr (std::is_same_v<T, bool>) {
    value = !value;
  } else if constexpr (IsOptional<T>::value) {
    value.emplace();
  } else if constexpr (std::is_same_v<T, Name>) {
    value.name += "x";
  } else if constexpr (std::is_same_v<T, StorageParameters>) {
    value["x"] = "y";
  } else if constexpr (IsVector<T>::value) {
    value.emplace_back();
  } else if constexpr (std::is_same_v<T, std::string> || std::is_same_v<T, migrate::Interned>) {
    value = value + "x";
  } else {
    value = static_cast<T>(static_cast<int>(value) + 1);
  }
}

// That of a table with one column, constraint and index, and of the same with one field of `part` changed.
template <class Part>
std::set<std::string> checksums(Part&& part) {
  const auto made = [] {
    Table out;
    out.columns.emplace_back();
    out.constraints.emplace_back();
    out.indexes.emplace_back().elements.emplace_back();
    return out;
  };
  auto table = made();
  using T = std::remove_cvref_t<decltype(part(table))>;
  std::size_t fields = 0;
  T::fields(part(table), [&](std::string_view, auto&) { ++fields; });
  std::set<std::string> out{checksum(made())};
  for (std::size_t changed = 0; changed < fields; ++changed) {
    auto another = made();
    std::size_t at = 0;
    T::fields(part(another), [&](std::string_view, auto& field) {
      if (at++ == changed) change(field);
    });
    out.insert(checksum(another));
  }
  CHECK(out.size() == fields + 1);
  return out;
}

Table with_columns(const std::string& name, const std::string& type) {
  Table out;
  auto& column = out.columns.emplace_back();
  column.name = name;
  column.type = type;
  return out;
}

}  // namespace

TEST_CASE("each field of a table's parts has its say in the checksum") {
  checksums([](Table& table) -> Table& { return table; });
  checksums([](Table& table) -> Column& { return table.columns[0]; });
  checksums([](Table& table) -> Constraint& { return table.constraints[0]; });
  checksums([](Table& table) -> Index& { return table.indexes[0]; });
  checksums([](Table& table) -> IndexElement& { return table.indexes[0].elements[0]; });
}

TEST_CASE("where one value ends and the next begins is in the checksum") {
  CHECK(checksum(with_columns("ab", "c")) != checksum(with_columns("a", "bc")));
  CHECK(checksum(with_columns(std::string(1, '\0'), "")) != checksum(with_columns("", std::string(1, '\0'))));
  CHECK(checksum(with_columns(std::string(127, 'a'), "")) !=
        checksum(with_columns(std::string(128, 'a'), "")));
  Table one, two;
  one.constraints.emplace_back().columns = {"a", "b"};
  two.constraints.emplace_back().columns = {"a"};
  two.constraints[0].include = {"b"};
  CHECK(checksum(one) != checksum(two));
  Database tables, more;
  tables.tables = {one, two};
  more.tables = {two, one};
  CHECK(checksum(tables) != checksum(more));
}

TEST_CASE("equal tables have equal checksums, whatever room their parts take") {
  auto one = with_columns("a", "text");
  auto two = one;
  two.comment = "said";
  CHECK(checksum(one) != checksum(two));
  two.comment = "";
  two.columns.reserve(100);
  CHECK(one == two);
  CHECK(checksum(one) == checksum(two));
  CHECK(checksum(one).size() == 64);
  Database small, big;
  for (int i = 0; i < 2000; ++i) small.tables.push_back(with_columns(std::string(100, 'a'), "text"));
  big = small;
  CHECK(checksum(small) == checksum(big));
  big.tables[1999].columns[0].not_null = true;
  CHECK(checksum(small) != checksum(big));
}
