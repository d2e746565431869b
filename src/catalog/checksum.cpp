#include "catalog/checksum.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string_view>
#include <type_traits>

#include "catalog/fields.hpp"
#include "util/sha256.hpp"

namespace migrate::catalog {
namespace {

// Every value in bytes that end where they say: no two values have the same.
class Encoder {
 public:
  template <class T>
  void add(const T& value) {
    if constexpr (Record<T>) {
      add_bytes(names_of_fields<T>());
      T::fields(value, [&](std::string_view, const auto& field) { add(field); });
    } else if constexpr (IsSparse<T>::value || std::is_same_v<T, Interned>) {
      add(value.get());
    } else if constexpr (std::is_same_v<T, std::string>) {
      add_size(value.size());
      add_bytes(value);
    } else if constexpr (std::is_same_v<T, Name>) {
      add(value.schema);
      add(value.name);
    } else if constexpr (std::is_same_v<T, ObjectId>) {
      add(value.kind);
      add(value.name);
      add(value.member);
    } else if constexpr (std::is_same_v<T, StorageParameters>) {
      add_size(value.size());
      for (const auto& [name, text] : value) {
        add(name);
        add(text);
      }
    } else if constexpr (IsOptional<T>::value) {
      add(value.has_value());
      if (value) add(*value);
    } else if constexpr (IsVector<T>::value) {
      add_size(value.size());
      for (const auto& item : value) add(item);
    } else if constexpr (std::is_same_v<T, bool>) {
      add_byte(value ? 1 : 0);
    } else {
      static_assert(std::is_arithmetic_v<T> || std::is_enum_v<T>);
      char raw[sizeof value];
      std::memcpy(raw, &value, sizeof value);
      add_bytes({raw, sizeof value});
    }
  }

  std::string finish() {
    flush();
    return hash_.finish();
  }

 private:
  template <Record T>
  static const std::string& names_of_fields() {
    static const std::string out = [] {
      const T value{};
      std::string names;
      T::fields(value, [&](std::string_view name, const auto&) { names += std::string(name) + "\n"; });
      return sha256(names).substr(0, 8);
    }();
    return out;
  }

  void add_byte(unsigned char byte) {
    if (used_ == sizeof bytes_) flush();
    bytes_[used_++] = byte;
  }
  void add_bytes(std::string_view bytes) {
    if (bytes.size() > sizeof bytes_ - used_) flush();
    if (bytes.size() > sizeof bytes_) return hash_.add(bytes);
    std::copy(bytes.begin(), bytes.end(), bytes_ + used_);
    used_ += bytes.size();
  }
  // In seven bits a byte, the last one without the eighth.
  void add_size(std::size_t size) {
    for (; size >= 0x80; size >>= 7) add_byte(0x80 | (size & 0x7F));
    add_byte(static_cast<unsigned char>(size));
  }
  void flush() {
    hash_.add({reinterpret_cast<const char*>(bytes_), used_});
    used_ = 0;
  }

  Sha256 hash_;
  unsigned char bytes_[16 << 10];
  std::size_t used_ = 0;
};

template <class T>
std::string checksum_of(const T& value) {
  Encoder encoder;
  encoder.add(value);
  return encoder.finish();
}

}  // namespace

std::string checksum(const Database& database) { return checksum_of(database); }
std::string checksum(const Table& table) { return checksum_of(table); }

}  // namespace migrate::catalog
