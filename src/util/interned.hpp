// A text that is kept once, however many objects have it: a big schema writes the same few types, defaults
// and predicates over and over.
#pragma once
#include <string>
#include <string_view>
#include <type_traits>

namespace migrate {

// In the room of a pointer, empty or not; a copy costs nothing, and equal texts are equal without being
// looked at. Reads as a std::string wherever one is wanted, and through get() where the compiler cannot tell;
// is written to whole. May be made and read by several threads. Texts are kept until the program ends.
class Interned {
 public:
  Interned() = default;
  template <class Text>
  requires(std::is_convertible_v<Text, std::string_view> &&
           !std::is_same_v<std::remove_cvref_t<Text>, Interned>)
      Interned(Text&& text)  // NOLINT(google-explicit-constructor,bugprone-forwarding-reference-overload)
      : text_(kept(text)) {}

  const std::string& get() const { return text_ ? *text_ : none(); }
  operator const std::string&() const { return get(); }  // NOLINT(google-explicit-constructor)
  operator std::string_view() const { return get(); }    // NOLINT(google-explicit-constructor)
  const std::string* operator->() const { return &get(); }
  bool empty() const { return !text_; }
  void clear() { text_ = nullptr; }

  // Puts what `change` makes of the text in its place, unless that is empty.
  template <class Change>
  void update(Change&& change) {
    if (empty()) return;
    std::string text = get();
    change(text);
    if (text != get()) *this = text;
  }

  friend bool operator==(Interned a, Interned b) { return a.text_ == b.text_; }
  template <class Text>
  requires(std::is_convertible_v<const Text&, std::string_view> &&
           !std::is_same_v<Text, Interned>) friend bool
  operator==(Interned a, const Text& b) {
    return a.get() == std::string_view(b);
  }
  friend std::string operator+(std::string a, Interned b) { return std::move(a) + b.get(); }
  friend std::string operator+(Interned a, std::string_view b) { return a.get() + std::string(b); }

 private:
  static const std::string* kept(std::string_view text);  // nullptr for the empty one
  static const std::string& none();

  const std::string* text_ = nullptr;
};

}  // namespace migrate
