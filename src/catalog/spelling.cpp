#include "catalog/spelling.hpp"

#include <array>
#include <cstddef>
#include <utility>

#include "util/error.hpp"
#include "util/text.hpp"

namespace migrate::catalog {
namespace {

template <class Enumeration>
struct Spelling;

template <>
struct Spelling<Generation> {
  static constexpr std::array<std::pair<Generation, std::string_view>, 2> list{
      {{Generation::always, "always"}, {Generation::by_default, "by_default"}}};
};
template <>
struct Spelling<ConstraintType> {
  static constexpr std::array<std::pair<ConstraintType, std::string_view>, 5> list{
      {{ConstraintType::primary_key, "primary_key"},
       {ConstraintType::unique, "unique"},
       {ConstraintType::foreign_key, "foreign_key"},
       {ConstraintType::check, "check"},
       {ConstraintType::exclusion, "exclusion"}}};
};
template <>
struct Spelling<ForeignKeyAction> {
  static constexpr std::array<std::pair<ForeignKeyAction, std::string_view>, 5> list{
      {{ForeignKeyAction::no_action, "no_action"},
       {ForeignKeyAction::restrict_, "restrict"},
       {ForeignKeyAction::cascade, "cascade"},
       {ForeignKeyAction::set_null, "set_null"},
       {ForeignKeyAction::set_default, "set_default"}}};
};
template <>
struct Spelling<ForeignKeyMatch> {
  static constexpr std::array<std::pair<ForeignKeyMatch, std::string_view>, 2> list{
      {{ForeignKeyMatch::simple, "simple"}, {ForeignKeyMatch::full, "full"}}};
};

template <class Enumeration>
std::string_view spell(Enumeration value) {
  for (const auto& [each, text] : Spelling<Enumeration>::list)
    if (each == value) return text;
  return "?";
}

// The kind that a key begins with: of "type" and "type of …" the longer.
std::optional<Kind> known_kind(std::string_view key) {
  std::optional<Kind> found;
  for (std::size_t n = 0; n < kind_count; ++n) {
    const auto kind = static_cast<Kind>(n);
    const auto name = kind_name(kind);
    const bool fits = key.starts_with(name) && key.size() > name.size() && key[name.size()] == ' ';
    if (fits && (!found || name.size() > kind_name(*found).size())) found = kind;
  }
  return found;
}

// Where a dotted identifier ends that perhaps is in quotes.
std::size_t name_end(std::string_view text) {
  bool quoted = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '"') quoted = !quoted;
    if (!quoted && text[at] == '(') return at;
  }
  return text.size();
}

}  // namespace

std::string_view spelling(Generation value) { return spell(value); }
std::string_view spelling(ConstraintType value) { return spell(value); }
std::string_view spelling(ForeignKeyAction value) { return spell(value); }
std::string_view spelling(ForeignKeyMatch value) { return spell(value); }

std::string_view sql_words(ForeignKeyAction value) {
  switch (value) {
    case ForeignKeyAction::no_action:
      return "NO ACTION";
    case ForeignKeyAction::restrict_:
      return "RESTRICT";
    case ForeignKeyAction::cascade:
      return "CASCADE";
    case ForeignKeyAction::set_null:
      return "SET NULL";
    case ForeignKeyAction::set_default:
      return "SET DEFAULT";
  }
  return {};
}

template <class Enumeration>
std::optional<Enumeration> spelled(std::string_view text) {
  for (const auto& [each, name] : Spelling<Enumeration>::list)
    if (name == text) return each;
  return std::nullopt;
}
template <>
std::optional<Kind> spelled<Kind>(std::string_view text) {
  for (std::size_t n = 0; n < kind_count; ++n)
    if (kind_name(static_cast<Kind>(n)) == text) return static_cast<Kind>(n);
  return std::nullopt;
}
template std::optional<Generation> spelled<Generation>(std::string_view);
template std::optional<ConstraintType> spelled<ConstraintType>(std::string_view);
template std::optional<ForeignKeyAction> spelled<ForeignKeyAction>(std::string_view);
template std::optional<ForeignKeyMatch> spelled<ForeignKeyMatch>(std::string_view);

std::optional<std::vector<std::string>> split_identifier(std::string_view text) {
  std::vector<std::string> parts;
  for (std::size_t at = 0;;) {
    std::string part;
    if (at < text.size() && text[at] == '"') {
      for (++at;; ++at) {
        if (at >= text.size()) return std::nullopt;
        if (text[at] != '"') {
          part += text[at];
        } else if (at + 1 < text.size() && text[at + 1] == '"') {
          part += text[at++];
        } else {
          break;
        }
      }
      ++at;
    } else {
      const auto end = text.find_first_of(".\"", at);
      part = to_lower(text.substr(at, end == std::string_view::npos ? end : end - at));
      at = end == std::string_view::npos ? text.size() : end;
    }
    if (part.empty()) return std::nullopt;
    parts.push_back(std::move(part));
    if (at == text.size()) return parts;
    if (text[at] != '.') return std::nullopt;
    ++at;
  }
}

bool from_text(std::string_view text, Name& name) {
  name = {};
  if (text.empty()) return true;
  auto parts = split_identifier(text);
  if (!parts || parts->size() > 2) return false;
  name.name = std::move(parts->back());
  if (parts->size() == 2) name.schema = std::move(parts->front());
  return true;
}

bool from_text(std::string_view key, ObjectId& id) {
  const auto kind = known_kind(key);
  if (!kind) return false;
  id = {*kind, {}, ""};
  auto rest = key.substr(kind_name(*kind).size() + 1);
  if (has_parentheses(*kind)) {
    const auto open = rest.find('(', name_end(rest));
    if (open == std::string_view::npos || rest.back() != ')') return false;
    id.member = rest.substr(open + 1, rest.size() - open - 2);
    rest = rest.substr(0, open);
  }
  auto parts = split_identifier(rest);
  const std::size_t most = is_member(*kind) ? 3 : 2;
  if (!parts || parts->size() > most) return false;
  if (is_member(*kind)) {
    if (parts->size() < 2) return false;
    id.member = std::move(parts->back());
    parts->pop_back();
  }
  id.name.name = std::move(parts->back());
  if (parts->size() == 2) id.name.schema = std::move(parts->front());
  return true;
}

}  // namespace migrate::catalog
