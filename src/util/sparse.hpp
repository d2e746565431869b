// A value that is as T() in most objects, in the room of a pointer while it is.
#pragma once
#include <type_traits>
#include <utility>

#include "util/boxed.hpp"

namespace migrate {

// Reads as a T wherever one is wanted, and through get() where the compiler cannot tell; is written to whole,
// or in place through edit(). For containers and whatever else has empty(); texts are Interned.
template <class T>
class Sparse {
 public:
  Sparse() = default;
  Sparse(T value) {  // NOLINT(google-explicit-constructor): it is one
    if (!value.empty()) value_.emplace(std::move(value));
  }
  template <class Value>
  requires(!std::is_same_v<std::remove_cvref_t<Value>, T> &&
           !std::is_same_v<std::remove_cvref_t<Value>, Sparse> && std::is_constructible_v<T, Value>)
      Sparse(Value&& value)  // NOLINT(google-explicit-constructor,bugprone-forwarding-reference-overload)
      : Sparse(T(std::forward<Value>(value))) {}

  template <class Value = T>
  requires(!std::is_same_v<std::remove_cvref_t<Value>, Sparse> && std::is_constructible_v<T, Value>) Sparse&
  operator=(Value&& value) {
    *this = Sparse(std::forward<Value>(value));
    return *this;
  }

  const T& get() const {
    static const T none{};
    return value_ ? *value_ : none;
  }
  operator const T&() const { return get(); }  // NOLINT(google-explicit-constructor)
  const T* operator->() const { return &get(); }
  bool empty() const { return !value_ || value_->empty(); }
  auto begin() const requires requires(const T& value) { value.begin(); }
  { return get().begin(); }
  auto end() const requires requires(const T& value) { value.end(); }
  { return get().end(); }

  T& edit() { return value_ ? *value_ : value_.emplace(); }
  // Lets `change` at the value, if there is one.
  template <class Change>
  void update(Change&& change) {
    if (!empty()) change(*value_);
  }
  void clear() { value_.reset(); }

  friend bool operator==(const Sparse& a, const Sparse& b) { return a.get() == b.get(); }
  friend bool operator==(const Sparse& a, const T& b) { return a.get() == b; }

 private:
  Boxed<T> value_;
};

}  // namespace migrate
