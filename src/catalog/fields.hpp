// Every value of the catalogue says once what its fields are called:
//
//   template <class Self, class Visit> static void fields(Self& self, Visit&& visit) { visit("name",
//   self.name); … }
//
// and everything that must go through all fields (JSON both ways, checksums, which attributes differ) is
// written over that.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

#include "util/boxed.hpp"
#include "util/shared_vector.hpp"
#include "util/sparse.hpp"

namespace migrate::catalog {

template <class T>
concept Record = requires(const T& value) {
  T::fields(value, [](std::string_view, const auto&) {});
};

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};
template <class T>
struct IsOptional<Boxed<T>> : std::true_type {};
template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};
template <class T>
struct IsVector<SharedVector<T>> : std::true_type {};

template <class T>
struct IsSparse : std::false_type {};
template <class T>
struct IsSparse<Sparse<T>> : std::true_type {};

// The names of the fields in which two values of one type differ, in the order in which the type lists them.
template <class T>
std::vector<std::string> differing_fields(const T& a, const T& b) {
  std::vector<const void*> addresses;
  T::fields(a, [&](std::string_view, const auto& field) { addresses.push_back(&field); });
  std::vector<std::string> names;
  std::size_t at = 0;
  T::fields(b, [&](std::string_view name, const auto& field) {
    using Field = std::remove_cvref_t<decltype(field)>;
    if (!(*static_cast<const Field*>(addresses[at++]) == field)) names.emplace_back(name);
  });
  return names;
}

}  // namespace migrate::catalog
