// JSON written and read as text, without a tree of values in between: a document of 10,000 tables has a
// million.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "util/text.hpp"

namespace migrate::catalog {

// Writes a document as nlohmann::json dumps it: `indent` blanks a level; -1: all in one line.
class JsonWriter {
 public:
  explicit JsonWriter(int indent) : indent_(indent) {}

  template <class Members>
  void object(Members&& members) {
    bracketed('{', '}', members);
  }
  template <class Elements>
  void array(Elements&& elements) {
    bracketed('[', ']', elements);
  }
  void key(std::string_view name);  // before the value of each member
  void element() { separate(); }    // before each element of an array

  void string(std::string_view value);  // bytes that are no UTF-8 become U+FFFD
  void boolean(bool value) { out_ += value ? "true" : "false"; }
  void null() { out_ += "null"; }
  void number(std::int64_t value) { out_ += std::to_string(value); }
  void number(double value);

  std::string take() { return std::move(out_); }

 private:
  template <class Content>
  void bracketed(char open, char close, Content&& content) {
    out_ += open;
    ++depth_;
    first_ = true;
    content();
    --depth_;
    if (!first_) new_line();
    first_ = false;
    out_ += close;
  }
  void separate();
  void new_line();

  std::string out_;
  int indent_, depth_ = 0;
  bool first_ = true;
};

// Reads a document from front to back; `text` must live as long. What is no JSON throws Broken; a value that
// is not what is asked for, Error(failed) with its path: "tables[3].columns[0].type must be a string".
class JsonReader {
 public:
  struct Broken {
    std::size_t at;  // byte in the text
  };

  explicit JsonReader(std::string_view text)
      : text_(text), at_(text.size() - without_byte_order_mark(text).size()) {}

  // Each goes behind the value that begins here. `member(name)` and `element()` must read the value that they
  // are called for.
  template <class Member>
  void object(Member&& member) {
    open('{', "must be an object");
    std::string name;
    while (more('}')) {
      read_string(name);
      expect(':');
      steps_.push_back({name, 0});  // `name` outlives its step
      member(static_cast<const std::string&>(name));
      steps_.pop_back();
    }
  }
  template <class Element>
  void array(Element&& element) {
    open('[', "must be a list");
    for (std::size_t number = 0; more(']'); ++number) {
      steps_.push_back({std::nullopt, number});
      element();
      steps_.pop_back();
    }
  }
  void string(std::string& value);
  std::int64_t integer();
  double number();
  bool boolean();
  bool null();              // goes on only if it is one
  std::string_view skip();  // any value: its text
  void end();               // nothing may follow

  // Error(failed) with the path of this value, or with that of the one that holds it.
  [[noreturn]] void bad(const std::string& what) const { refuse(what, steps_.size()); }
  [[noreturn]] void bad_holder(const std::string& what) const { refuse(what, steps_.size() - 1); }

 private:
  struct Step {
    std::optional<std::string_view> name;  // none: an element
    std::size_t number;
  };

  char peek();
  void expect(char c);
  void open(char bracket, const char* otherwise);
  bool more(char close);
  bool word(std::string_view wanted);
  void read_string(std::string& out);
  void read_escape(std::string& out);
  unsigned read_hex();
  std::string_view number_text();
  [[noreturn]] void refuse(const std::string& what, std::size_t steps) const;

  std::string_view text_;
  std::vector<Step> steps_;
  std::size_t at_ = 0;
  bool first_ = false;  // in its brackets
};

}  // namespace migrate::catalog
