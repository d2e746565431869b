// The one place that knows which major version of Catch2 is there (2 on Debian 12, 3 on Debian 13).
#pragma once
#if CATCH2_MAJOR >= 3
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include "util/interned.hpp"
#include "util/sparse.hpp"

// An interned text is shown as the text, a sparse value as the value, and a string not letter by letter.
namespace Catch {
template <>
struct StringMaker<migrate::Interned> {
  static std::string convert(const migrate::Interned& value) {
    return StringMaker<std::string>::convert(value.get());
  }
};
template <class T>
struct is_range<migrate::Sparse<T>> : std::false_type {};
template <class T>
struct StringMaker<migrate::Sparse<T>> {
  static std::string convert(const migrate::Sparse<T>& value) { return StringMaker<T>::convert(value.get()); }
};
}  // namespace Catch
