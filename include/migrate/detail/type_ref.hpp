// From a C++ type to what the runtime is told of it: an SQL name or an enum to be looked up, nullability,
// array dimensions.
#pragma once
#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <type_traits>
#include <vector>

#include <migrate/detail/reflect.hpp>

namespace migrate {

// The SQL type of a C++ type. Specialise it for types of your own, either with a name
//   template <> struct migrate::sql_type<Uuid> { static constexpr std::string_view name = "uuid"; };
// or as another type:
//   template <class T> struct migrate::sql_type<Id<T>> : migrate::sql_type<std::int64_t> {};
template <class T>
struct sql_type;

namespace detail {

struct TypeRef {
  std::string_view sql;  // empty: the enum that `type` names
  Spelling type = nullptr;
  bool nullable = false;
  int dimensions = 0;
};

template <class T>
concept HasSqlType = requires {
  std::string_view(sql_type<T>::name);
};

template <class T>
inline constexpr bool is_character =
    std::is_same_v<T, char> || std::is_same_v<T, wchar_t> || std::is_same_v<T, char8_t> ||
    std::is_same_v<T, char16_t> || std::is_same_v<T, char32_t>;

template <class T>
constexpr TypeRef scalar_type() {
  if constexpr (HasSqlType<T>) {
    return {sql_type<T>::name, &type_spelling<T>, false, 0};
  } else if constexpr (std::is_enum_v<T>) {
    return {{}, &type_spelling<T>, false, 0};
  } else if constexpr (is_character<T>) {
    static_assert(never<T>, "a character type has no SQL type: use std::string, or migrate::char_<1>");
    return {};
  } else if constexpr (std::is_unsigned_v<T>) {
    static_assert(never<T>,
                  "PostgreSQL has no unsigned types: use a signed type that is wide enough, or "
                  "column_as<…>(\"numeric(20)\")");
    return {};
  } else if constexpr (std::is_pointer_v<T>) {
    static_assert(never<T>,
                  "a pointer has no SQL type: use std::optional for a column that may be NULL, or skip<…>() "
                  "the member");
    return {};
  } else {
    static_assert(never<T>,
                  "this C++ type has no SQL type: specialise migrate::sql_type<T> for it, or use "
                  "column_as<…>(\"type\")");
    return {};
  }
}

template <class T>
struct Describe {
  static constexpr TypeRef type = scalar_type<T>();
};
template <class T>
struct Describe<std::optional<T>> {
  static constexpr TypeRef type = {Describe<T>::type.sql, Describe<T>::type.type, true,
                                   Describe<T>::type.dimensions};
};
template <class T>
struct Array {
  static constexpr TypeRef type = {Describe<T>::type.sql, Describe<T>::type.type, false,
                                   Describe<T>::type.dimensions + 1};
};
template <class T, class A>
struct Describe<std::vector<T, A>> : Array<T> {};
template <class T, std::size_t N>
struct Describe<std::array<T, N>> : Array<T> {};

struct Bytes {
  static constexpr TypeRef type = {"bytea", nullptr, false, 0};
};
template <class A>
struct Describe<std::vector<std::byte, A>> : Bytes {};
template <class A>
struct Describe<std::vector<unsigned char, A>> : Bytes {};
template <std::size_t N>
struct Describe<std::array<std::byte, N>> : Bytes {};
template <std::size_t N>
struct Describe<std::array<unsigned char, N>> : Bytes {};

// A type of one's own that happens to be a vector, an array or an optional is what its sql_type says.
template <class T>
constexpr TypeRef describe() {
  if constexpr (HasSqlType<T>) {
    return {sql_type<T>::name, &type_spelling<T>, false, 0};
  } else {
    return Describe<T>::type;
  }
}
template <class T>
inline constexpr TypeRef type_of = describe<T>();

// A member that is a column, for many of them in one call.
struct MemberColumn {
  Spelling member;
  const TypeRef* type;
  Place place;
};

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

}  // namespace detail
}  // namespace migrate
