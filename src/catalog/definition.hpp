// What the kinds share whose objects are compared, made and taken away as a whole: views, routines, triggers,
// policies, domains … Each is a value with `fields()` and `id()`, in a list of its own of the Database,
// sorted by id; what goes through all of these kinds is written once over Database::definitions().
#pragma once
#include <algorithm>
#include <concepts>
#include <string_view>
#include <type_traits>
#include <vector>

#include "catalog/object_id.hpp"

namespace migrate::catalog {

template <class T>
concept Definition = requires(const T& value) {
  { value.id() } -> std::same_as<ObjectId>;
};

// By binary search: the list must be sorted.
template <class List>
auto find_definition(List& list, const ObjectId& id) -> decltype(list.data()) {
  const auto at =
      std::lower_bound(list.begin(), list.end(), id,
                       [](const auto& each, const ObjectId& wanted) { return each.id() < wanted; });
  return at != list.end() && at->id() == id ? &*at : nullptr;
}

// In its place, or instead of the one that has its id.
template <Definition T>
void put_definition(std::vector<T>& list, T value) {
  const auto id = value.id();
  const auto at = std::lower_bound(list.begin(), list.end(), id,
                                   [](const T& each, const ObjectId& wanted) { return each.id() < wanted; });
  if (at != list.end() && at->id() == id)
    *at = std::move(value);
  else
    list.insert(at, std::move(value));
}

template <Definition T>
void sort_definitions(std::vector<T>& list) {
  const auto less = [](const T& a, const T& b) { return a.id() < b.id(); };
  if (!std::is_sorted(list.begin(), list.end(), less)) std::stable_sort(list.begin(), list.end(), less);
}

}  // namespace migrate::catalog
