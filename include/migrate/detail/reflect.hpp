// What the templates of the models' interface compute: an identity for each member and type, and no more. The
// names are cut out of the compiler's spelling when the program runs (src/model/runtime/names.cpp): that
// costs no time to compile.
#pragma once
#include <cstddef>
#include <initializer_list>
#include <string_view>
#include <type_traits>
#include <utility>

namespace migrate {

// The place in the models' source that declared something. Passed by default arguments; nobody needs to write
// one.
struct Where {
  const char* file = "";
  int line = 0;
  // clang 14 with libstdc++ 12 has no std::source_location.
  static constexpr Where here(const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
    return {file, line};
  }
};

namespace detail {

// The variable's address says which member, type or list of enumerators is meant; its value is how the
// compiler spells it. Variables, since a function for each would take a compiler several times as long.
using Spelling = const char* const*;

template <auto M>
constexpr const char* spell_member() {
  return __PRETTY_FUNCTION__;
}
template <class T>
constexpr const char* spell_type() {
  return __PRETTY_FUNCTION__;
}
template <class E, E... V>
constexpr const char* spell_enumerators() {
  return __PRETTY_FUNCTION__;
}
template <auto M>
inline constexpr const char* member_spelling = spell_member<M>();
template <class T>
inline constexpr const char* type_spelling = spell_type<T>();
template <class E, E... V>
inline constexpr const char* enumerators_spelling = spell_enumerators<E, V...>();

struct SpellingTest {
  int member;
};
static_assert(
    std::string_view(member_spelling<&SpellingTest::member>).find("M = &") != std::string_view::npos &&
        std::string_view(member_spelling<&SpellingTest::member>).ends_with("SpellingTest::member]"),
    "this compiler spells member pointers in a way that migrate does not know: use g++ 12, clang++ 14 or "
    "newer");

using Members = std::initializer_list<Spelling>;

template <class T>
struct MemberPointer {
  static_assert(std::is_member_object_pointer_v<T>, "give a pointer to a data member, such as &User::email");
};
template <class C, class T>
requires(!std::is_function_v<T>) struct MemberPointer<T C::*> {
  using Owner = C;
  using Type = std::remove_cv_t<T>;
  template <class Row>
  using In = T Row::*;
};
template <class P>
using MemberOwner = typename MemberPointer<P>::Owner;
template <class P>
using MemberType = typename MemberPointer<P>::Type;
template <class Row, class P>
using MemberIn = typename MemberPointer<P>::template In<Row>;

// Where the bytes of a member are in its row struct: for the warning about bytes that belong to no column.
struct Place {
  std::ptrdiff_t offset = 0;
  std::size_t size = 0;
  std::size_t align = 0;
  std::size_t owner_align = 0;  // of the class that declares the member
};
// Itanium C++ ABI, 2.3: a pointer to a data member is the member's offset.
template <class Row, auto M>
[[gnu::always_inline]] inline Place place_of() {
  using Pointer = decltype(M);
  return {__builtin_bit_cast(std::ptrdiff_t, static_cast<MemberIn<Row, Pointer>>(M)),
          sizeof(MemberType<Pointer>), alignof(MemberType<Pointer>), alignof(MemberOwner<Pointer>)};
}

// Enumerators are looked for among these values.
inline constexpr int first_enumerator = -8, last_enumerator = 255;

template <class E, int... I>
constexpr Spelling enumerators_among(std::integer_sequence<int, I...>) {
  return &enumerators_spelling<E, static_cast<E>(I + first_enumerator)...>;
}
template <class E>
constexpr Spelling enumerators_of() {
  return enumerators_among<E>(std::make_integer_sequence<int, last_enumerator - first_enumerator + 1>{});
}

// Only of an enum class is it known that it can hold all of these values; of others the labels must be given.
template <class E>
inline constexpr bool is_scoped_enum = std::is_enum_v<E> && !std::is_convertible_v<E, long long>;
template <class E>
constexpr Spelling enumerators_if_scoped() {
  if constexpr (is_scoped_enum<E>) {
    return enumerators_of<E>();
  } else {
    return nullptr;
  }
}

template <class T>
inline constexpr bool never = false;

}  // namespace detail
}  // namespace migrate
