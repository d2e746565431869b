// Every value of the catalogue says once what its fields are called:
//
//   template <class Self, class Visit> static void fields(Self& self, Visit&& visit) { visit("name",
//   self.name); … }
//
// and everything that must go through all fields (JSON both ways, which attributes differ) is written over
// that.
#pragma once
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

namespace migrate::catalog {

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
