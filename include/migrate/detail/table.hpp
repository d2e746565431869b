// The longer templates of migrate::Table.
#pragma once
#include <migrate/table.hpp>

namespace migrate {

namespace detail {

template <class T>
concept DeclaresColumns = requires(Columns c) {
  T::declare(c);
};

template <class T>
concept DeclaresItself = requires {
  static_cast<void (*)(Table<T>)>(&T::declare);
};

template <class T>
struct Unwrapped {
  using Type = T;
};
template <class T>
struct Unwrapped<std::optional<T>> {
  using Type = T;
};

// Address arithmetic only: nothing is constructed there.
template <class Row>
union Unmade {
  Unmade() {}
  ~Unmade() {}
  char first;
  Row row;
};

template <class Base, class Row>
std::ptrdiff_t offset_of_base() {
  static Unmade<Row> storage;
  return reinterpret_cast<const char*>(static_cast<Base*>(&storage.row)) -
         reinterpret_cast<const char*>(&storage.row);
}

}  // namespace detail

template <class Row>
template <class Mixin>
void Table<Row>::include() {
  static_assert(std::is_convertible_v<Row*, Mixin*>,
                "include<M>(): M is not a public base class of the table's struct");
  static_assert(detail::DeclaresColumns<Mixin>,
                "include<M>(): M has no public static void declare(migrate::Columns)");
  if constexpr (std::is_convertible_v<Row*, Mixin*> && detail::DeclaresColumns<Mixin>)
    Mixin::declare(base(detail::offset_of_base<Mixin, Row>()));
}

template <class Row>
template <auto M>
void Table<Row>::embed(std::string_view prefix, Where where) {
  using Type = detail::MemberType<decltype(M)>;
  using Group = typename detail::Unwrapped<Type>::Type;
  check_owner<detail::MemberOwner<decltype(M)>>();
  static_assert(detail::DeclaresColumns<Group>,
                "embed<M>(): the member's struct has no public static void declare(migrate::Columns)");
  if constexpr (detail::DeclaresColumns<Group>)
    Group::declare(embedded(&detail::member_spelling<M>, detail::place_of<Row, M>(), sizeof(Group), prefix,
                            detail::is_optional<Type>, &detail::type_spelling<Group>, where));
}

}  // namespace migrate
