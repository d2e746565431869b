#include "catalog/json_text.hpp"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "util/error.hpp"
#include "util/text.hpp"

namespace migrate::catalog {
namespace {

// Stands in a JSON string as it is.
bool is_plain(char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; }

// A catalogue is some ten levels deep; this is where the stack is safe.
constexpr std::size_t deepest = 500;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

// ---- writing

void JsonWriter::new_line() {
  if (indent_ < 0) return;
  out_ += '\n';
  out_.append(static_cast<std::size_t>(indent_) * static_cast<std::size_t>(depth_), ' ');
}

void JsonWriter::separate() {
  if (!first_) out_ += ',';
  first_ = false;
  new_line();
}

void JsonWriter::key(std::string_view name) {
  separate();
  string(name);
  out_ += indent_ < 0 ? ":" : ": ";
}

void JsonWriter::string(std::string_view value) {
  if (std::all_of(value.begin(), value.end(), is_plain)) {
    out_ += '"';
    out_ += value;
    out_ += '"';
    return;
  }
  out_ += nlohmann::json(value).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void JsonWriter::number(double value) { out_ += nlohmann::json(value).dump(); }

// ---- reading

char JsonReader::peek() {
  while (at_ < text_.size() &&
         (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t' || text_[at_] == '\r'))
    ++at_;
  if (at_ == text_.size()) throw Broken{at_};
  return text_[at_];
}

void JsonReader::expect(char c) {
  if (peek() != c) throw Broken{at_};
  ++at_;
}

void JsonReader::open(char bracket, const char* otherwise) {
  if (peek() != bracket) {
    skip();
    bad(otherwise);
  }
  if (steps_.size() > deepest) throw Broken{at_};
  ++at_;
  first_ = true;
}

bool JsonReader::more(char close) {
  if (peek() == close) {
    ++at_;
    first_ = false;
    return false;
  }
  if (!first_) expect(',');
  first_ = false;
  return true;
}

bool JsonReader::word(std::string_view wanted) {
  peek();
  if (text_.substr(at_, wanted.size()) != wanted) return false;
  at_ += wanted.size();
  return true;
}

unsigned JsonReader::read_hex() {
  unsigned code = 0;
  const auto digits = text_.substr(at_, 4);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
  if (digits.size() != 4 || error != std::errc{} || end != digits.data() + 4) throw Broken{at_};
  at_ += 4;
  return code;
}

void JsonReader::read_escape(std::string& out) {
  if (at_ == text_.size()) throw Broken{at_};
  const char letter = text_[at_++];
  constexpr std::string_view letters = "\"\\/bfnrt", meanings = "\"\\/\b\f\n\r\t";
  if (const auto place = letters.find(letter); place != std::string_view::npos) {
    out += meanings[place];
    return;
  }
  if (letter != 'u') throw Broken{at_ - 1};
  unsigned code = read_hex();
  if (code >= 0xDC00 && code < 0xE000) throw Broken{at_};
  if (code >= 0xD800 && code < 0xDC00) {
    if (text_.substr(at_, 2) != "\\u") throw Broken{at_};
    at_ += 2;
    const unsigned low = read_hex();
    if (low < 0xDC00 || low >= 0xE000) throw Broken{at_};
    code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
  }
  const auto byte = [&](unsigned value) { out += static_cast<char>(value); };
  const auto rest = [&](int shift) { byte(0x80 | ((code >> shift) & 0x3F)); };
  if (code < 0x80) {
    byte(code);
  } else if (code < 0x800) {
    byte(0xC0 | (code >> 6)), rest(0);
  } else if (code < 0x10000) {
    byte(0xE0 | (code >> 12)), rest(6), rest(0);
  } else {
    byte(0xF0 | (code >> 18)), rest(12), rest(6), rest(0);
  }
}

void JsonReader::read_string(std::string& out) {
  expect('"');
  out.clear();
  for (;;) {
    const auto start = at_;
    while (at_ < text_.size() && text_[at_] != '"' && text_[at_] != '\\' &&
           static_cast<unsigned char>(text_[at_]) >= ' ')
      ++at_;
    out.append(text_, start, at_ - start);
    if (at_ == text_.size() || static_cast<unsigned char>(text_[at_]) < ' ') throw Broken{at_};
    if (text_[at_++] == '"') break;
    read_escape(out);
  }
  if (!is_utf8(out)) throw Broken{at_ - 1};
}

std::string_view JsonReader::number_text() {
  peek();
  const auto start = at_;
  const auto digits = [&] {
    const auto first = at_;
    while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
    if (at_ == first) throw Broken{at_};
  };
  const auto is = [&](char c) { return at_ < text_.size() && text_[at_] == c; };
  if (is('-')) ++at_;
  if (is('0'))
    ++at_;
  else
    digits();
  if (is('.')) ++at_, digits();
  if (is('e') || is('E')) {
    ++at_;
    if (is('+') || is('-')) ++at_;
    digits();
  }
  return text_.substr(start, at_ - start);
}

void JsonReader::string(std::string& value) {
  if (peek() != '"') {
    skip();
    bad("must be a string");
  }
  read_string(value);
}

std::int64_t JsonReader::integer() {
  const auto text = skip();
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) bad("must be an integer");
  return value;
}

double JsonReader::number() {
  const auto text = skip();
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) bad("must be a number");
  return value;
}

bool JsonReader::boolean() {
  const auto text = skip();
  if (text != "true" && text != "false") bad("must be true or false");
  return text == "true";
}

bool JsonReader::null() { return word("null"); }

std::string_view JsonReader::skip() {
  const char c = peek();
  const auto start = at_;
  if (c == '{')
    object([this](const std::string&) { skip(); });
  else if (c == '[')
    array([this] { skip(); });
  else if (std::string ignored; c == '"')
    read_string(ignored);
  else if (c == '-' || is_digit(c))
    number_text();
  else if (!word("true") && !word("false") && !word("null"))
    throw Broken{at_};
  return text_.substr(start, at_ - start);
}

void JsonReader::end() {
  while (at_ < text_.size() && std::string_view(" \n\t\r").find(text_[at_]) != std::string_view::npos) ++at_;
  if (at_ < text_.size()) throw Broken{at_};
}

void JsonReader::refuse(const std::string& what, std::size_t steps) const {
  std::string where;
  for (std::size_t i = 0; i < steps; ++i) {
    const auto& step = steps_[i];
    if (step.name)
      where += (where.empty() ? "" : ".") + std::string(*step.name);
    else
      where += "[" + std::to_string(step.number) + "]";
  }
  throw Error(ExitCode::failed, (where.empty() ? "the document" : where) + " " + what);
}

}  // namespace migrate::catalog
