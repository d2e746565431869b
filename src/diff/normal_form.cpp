#include "diff/normal_form.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>
#include <vector>

#include "catalog/spelling.hpp"
#include "catalog/type_name.hpp"
#include "diff/sql_tokens.hpp"
#include "util/quote.hpp"
#include "util/text.hpp"

namespace migrate::diff {
namespace {

enum class ItemKind { word, identifier, string, number, symbol, type };

struct Item {
  ItemKind kind{};
  std::string text;

  bool is(std::string_view wanted) const {
    return text == wanted && (kind == ItemKind::word || kind == ItemKind::symbol);
  }
  bool operator==(const Item&) const = default;
};
using Items = std::vector<Item>;

bool opens(const Item& item) { return item.is("(") || item.is("["); }
bool closes(const Item& item) { return item.is(")") || item.is("]"); }

// The place of the bracket that closes the one at `open`; the end if there is none.
std::size_t closing(const Items& items, std::size_t open) {
  int depth = 0;
  for (auto i = open; i < items.size(); ++i) {
    if (opens(items[i])) ++depth;
    if (closes(items[i]) && --depth == 0) return i;
  }
  return items.size();
}

Item item_of(const Token& token) {
  switch (token.kind) {
    case TokenKind::word:
      return {ItemKind::word, to_lower(token.text)};
    case TokenKind::quoted_identifier: {
      if (token.text.front() != '"') return {ItemKind::identifier, std::string(token.text)};
      auto quoted = quote_identifier(token.identifier());
      const bool plain = quoted.front() != '"';
      return {plain ? ItemKind::word : ItemKind::identifier, std::move(quoted)};
    }
    case TokenKind::string: {
      const auto value = token.literal();
      return {ItemKind::string, value ? quote_literal(*value) : std::string(token.text)};
    }
    case TokenKind::number:
      return {ItemKind::number, to_lower(token.text)};
    case TokenKind::symbol:
      return {ItemKind::symbol, token.is("!=") ? "<>" : std::string(token.text)};
  }
  return {};
}

bool is_name(const Item& item) { return item.kind == ItemKind::word || item.kind == ItemKind::identifier; }

// The end of the type name that begins at `at`; `at` if there is none.
std::size_t type_end(const Items& items, std::size_t at) {
  const auto is = [&](std::size_t place, std::string_view text) {
    return place < items.size() && items[place].is(text);
  };
  auto end = at;
  if (end >= items.size() || !is_name(items[end])) return at;
  ++end;
  while (is(end, ".") && end + 1 < items.size() && is_name(items[end + 1])) end += 2;
  if (is(end - 1, "double") && is(end, "precision")) ++end;
  if ((is(end - 1, "character") || is(end - 1, "char") || is(end - 1, "bit") || is(end - 1, "nchar")) &&
      is(end, "varying"))
    ++end;
  const bool time = is(end - 1, "timestamp") || is(end - 1, "time");
  if (is(end, "(")) end = std::min(closing(items, end) + 1, items.size());
  if (time && (is(end, "with") || is(end, "without")) && is(end + 1, "time") && is(end + 2, "zone")) end += 3;
  while (is(end, "[")) end = std::min(closing(items, end) + 1, items.size());
  return end;
}

Item type_item(const Items& items, std::size_t begin, std::size_t end) {
  std::string text;
  for (auto i = begin; i < end; ++i) {
    const bool gap = i > begin && is_name(items[i]) && (is_name(items[i - 1]) || items[i - 1].is(")"));
    text += (gap ? " " : "") + items[i].text;
  }
  return {ItemKind::type, catalog::parse_type(text).sql()};
}

// cast(x as t) → (x)::t, and every type after :: as one item.
Items with_types(const Items& items) {
  Items out;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const bool is_call = i + 1 < items.size() && items[i + 1].is("(");
    if (items[i].is("cast") && is_call && (i == 0 || !items[i - 1].is("."))) {
      const auto end = closing(items, i + 1);
      std::size_t as = end;
      int depth = 0;
      for (auto j = i + 2; j < end; ++j) {
        if (opens(items[j])) ++depth;
        if (closes(items[j])) --depth;
        if (depth == 0 && items[j].is("as")) as = j;
      }
      if (as < end && type_end(items, as + 1) == end) {
        const auto place = [&](std::size_t at) { return items.begin() + static_cast<std::ptrdiff_t>(at); };
        const auto argument = with_types(Items(place(i + 2), place(as)));
        out.push_back({ItemKind::symbol, "("});
        out.insert(out.end(), argument.begin(), argument.end());
        out.push_back({ItemKind::symbol, ")"});
        out.push_back({ItemKind::symbol, "::"});
        out.push_back(type_item(items, as + 1, end));
        i = end;
        continue;
      }
    }
    out.push_back(items[i]);
    if (!items[i].is("::")) continue;
    if (const auto end = type_end(items, i + 1); end > i + 1) {
      out.push_back(type_item(items, i + 1, end));
      i = end - 1;
    }
  }
  return out;
}

// The type that PostgreSQL gives to a number as it stands in SQL.
std::optional<std::string> type_of_number(std::string_view text) {
  if (text.empty() || text.find_first_not_of("0123456789.") != std::string_view::npos) return std::nullopt;
  if (text.front() == '.' || text.back() == '.' || std::count(text.begin(), text.end(), '.') > 1)
    return std::nullopt;
  if (text.size() > 1 && text[0] == '0' && text[1] != '.') return std::nullopt;
  if (text.find('.') != std::string_view::npos) return "numeric";
  long long value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc()) return "numeric";
  return value <= 2147483647 ? "integer" : "bigint";
}

// '-5'::integer → -5, as the server prints a negative number in the other form.
Items with_numbers(const Items& items) {
  Items out;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const bool is_cast = i + 2 < items.size() && items[i].kind == ItemKind::string && items[i + 1].is("::") &&
                         items[i + 2].kind == ItemKind::type;
    if (is_cast && items[i].text.front() == '\'') {
      std::string_view value(items[i].text);
      value = value.substr(1, value.size() - 2);
      const bool negative = value.starts_with('-');
      if (negative) value.remove_prefix(1);
      const bool cast_again = i + 3 < items.size() && items[i + 3].is("::");  // -5::text would be -(5::text)
      if (type_of_number(value) == items[i + 2].text && !(negative && cast_again)) {
        if (negative) out.push_back({ItemKind::symbol, "-"});
        out.push_back({ItemKind::number, std::string(value)});
        i += 2;
        continue;
      }
    }
    out.push_back(items[i]);
  }
  return out;
}

const std::set<std::string_view>& connectives() {
  static const std::set<std::string_view> words{"and", "or", "not", "when", "then", "else", "case"};
  return words;
}

// Whether a parenthesis after this item only groups: it does not call, list or subscript.
bool groups_after(const Item* before) {
  if (!before) return true;
  if (before->kind == ItemKind::word) return connectives().count(before->text) > 0;
  return before->kind == ItemKind::symbol && !before->is(")") && !before->is("]") && !before->is(".");
}

struct Contents {
  bool has_or = false, has_and = false, has_not = false, has_comma = false, has_other_words = false;
};

Contents contents(const Items& items, std::size_t begin, std::size_t end) {
  Contents out;
  for (auto i = begin; i < end; ++i) {
    if (opens(items[i])) {
      i = closing(items, i);
      continue;
    }
    out.has_or |= items[i].is("or");
    out.has_and |= items[i].is("and");
    out.has_not |= items[i].is("not");
    out.has_comma |= items[i].is(",");
    out.has_other_words |= items[i].is("case");
  }
  return out;
}

// One value that no operator can take apart: a token, a call, or such a value with casts.
bool is_atom(const Items& items, std::size_t begin, std::size_t end) {
  if (begin >= end) return false;
  const auto& first = items[begin];
  auto at = begin + 1;
  if (first.kind == ItemKind::symbol || (first.kind == ItemKind::word && connectives().count(first.text) > 0))
    return false;
  while (at + 1 < end && items[at].is(".") && is_name(items[at + 1])) at += 2;
  if (at < end && items[at].is("(") && is_name(first)) at = closing(items, at) + 1;
  while (at + 1 < end && items[at].is("::") && items[at + 1].kind == ItemKind::type) at += 2;
  return at == end;
}

// Whether the group at `open` … `close` means the same without its parentheses.
bool is_needless(const Items& items, std::size_t open, std::size_t close, bool only_atoms) {
  const Item* before = open > 0 ? &items[open - 1] : nullptr;
  const Item* after = close + 1 < items.size() ? &items[close + 1] : nullptr;
  if (close == open + 1) return false;
  if (!before && !after) return !contents(items, open + 1, close).has_comma;
  if (!groups_after(before)) return false;
  if (after && (after->is(".") || after->is("["))) return false;
  if (is_atom(items, open + 1, close)) {
    const bool cast = after && after->is("::");
    return !(cast && items[close - 1].kind == ItemKind::number && before && before->is("-"));
  }
  if (only_atoms) return false;
  const auto inside = contents(items, open + 1, close);
  if (inside.has_comma || inside.has_other_words) return false;
  // ((…)): the inner pair groups enough. A call's own pair stays, its arguments are none of our business.
  const bool alone =
      before && before->is("(") && after && after->is(")") && !(open >= 2 && is_name(items[open - 2]));
  if (alone) return true;
  const bool ends_here = !after || after->is(")") || after->is("and") || after->is("or");
  const bool begins_here = !before || before->is("(") || before->is("and") || before->is("or");
  if (!ends_here) return false;
  if (inside.has_or) return false;
  if (inside.has_and) return begins_here;               // a and (b and c); (a and b) or c
  if (inside.has_not) return begins_here;               // not binds tighter than and
  return begins_here || (before && before->is("not"));  // and everything else tighter than not
}

Items without_needless_parentheses(Items items) {
  // The AND of BETWEEN is not the AND between conditions.
  const bool only_atoms = std::any_of(
      items.begin(), items.end(), [](const Item& item) { return item.is("between") || item.is("select"); });
  for (bool again = true; again;) {
    again = false;
    for (std::size_t open = 0; open < items.size(); ++open) {
      if (!items[open].is("(")) continue;
      const auto close = closing(items, open);
      if (close == items.size() || !items[close].is(")") || !is_needless(items, open, close, only_atoms))
        continue;
      items.erase(items.begin() + static_cast<std::ptrdiff_t>(close));
      items.erase(items.begin() + static_cast<std::ptrdiff_t>(open));
      again = true;
      break;
    }
  }
  return items;
}

Items normal_items(std::string_view expression) {
  Items items;
  for (const auto& token : tokenize(expression)) items.push_back(item_of(token));
  return without_needless_parentheses(with_numbers(with_types(items)));
}

std::string text_of(const Items& items) {
  return join_with(items, " ", [](const Item& item) -> const std::string& { return item.text; });
}

// A type for which x::type with no modifier is the same as x assigned to a column of it, whatever the
// column's modifier.
bool keeps_literals(const catalog::TypeName& type) {
  const auto& name = type.name.name;
  return !type.verbatim && type.modifier.empty() &&
         !(type.builtin &&
           (name == "character" || name == "bit" || name == "bpchar" || name.starts_with("interval ")));
}

}  // namespace

std::string normal_form(std::string_view expression) { return text_of(normal_items(expression)); }

std::string normal_default(std::string_view expression, std::string_view column_type) {
  auto items = normal_items(expression);
  const auto is_literal_cast = [&] {
    return items.size() == 3 && items[1].is("::") && items[2].kind == ItemKind::type;
  };
  if (is_literal_cast() && items[0].is("null")) return {};
  if (is_literal_cast() && items[0].kind == ItemKind::string) {
    const auto cast = catalog::parse_type(items[2].text);
    const auto column = catalog::parse_type(column_type);
    if (keeps_literals(cast) && cast.name == column.name && cast.builtin == column.builtin &&
        cast.dimensions == column.dimensions)
      items.resize(1);
  }
  if (items.size() == 1 && items[0].is("null")) return {};
  return text_of(items);
}

std::string normal_name(std::string_view name) {
  const auto parts = catalog::split_identifier(trim(name));
  if (!parts || parts->empty()) return std::string(name);
  if (parts->size() == 2 && parts->front() == "pg_catalog") return quote_identifier(parts->back());
  return join_with(*parts, ".", [](const std::string& part) { return quote_identifier(part); });
}

}  // namespace migrate::diff
