#include <algorithm>

#include "data.hpp"

namespace migrate::detail {
namespace {

// What the compiler put in for the (last) template parameter: "… [with auto M = &shop::User::email]".
std::string_view argument_of(Spelling spelling, std::string_view parameter) {
  std::string_view text = *spelling;
  const auto at = text.find(parameter);
  if (at == std::string_view::npos) return text;
  text.remove_prefix(at + parameter.size());
  return text.substr(0, text.rfind(']'));
}

std::string_view last_part(std::string_view name) {
  const auto colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

// "(shop::Role)7" or "7": a value without an enumerator.
bool is_bare_value(std::string_view text) {
  const auto close = text.rfind(')');
  if (close != std::string_view::npos) text.remove_prefix(close + 1);
  return !text.empty() && text.find_first_not_of("0123456789-") == std::string_view::npos;
}

// Cuts at commas outside of brackets.
std::vector<std::string_view> list_items(std::string_view list) {
  std::vector<std::string_view> items;
  int depth = 0;
  std::size_t begin = 0;
  for (std::size_t at = 0; at <= list.size(); ++at) {
    const char c = at < list.size() ? list[at] : ',';
    if (c == '<' || c == '(' || c == '{') ++depth;
    if (c == '>' || c == ')' || c == '}') --depth;
    if (c != ',' || (depth > 0 && at < list.size())) continue;
    auto item = list.substr(begin, at - begin);
    while (!item.empty() && item.front() == ' ') item.remove_prefix(1);
    if (!item.empty()) items.push_back(item);
    begin = at + 1;
  }
  return items;
}

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

}  // namespace

std::string place_text(Where where) { return std::string(where.file) + ":" + std::to_string(where.line); }

std::string member_name(Spelling member) { return std::string(last_part(argument_of(member, "M = "))); }

std::string member_text(Spelling member) {
  auto text = argument_of(member, "M = ");
  if (text.starts_with('&')) text.remove_prefix(1);
  return std::string(text);
}

std::string type_text(Spelling type) { return std::string(argument_of(type, "T = ")); }

std::vector<std::pair<std::int64_t, std::string>> enumerators_in(Spelling spelling) {
  std::vector<std::pair<std::int64_t, std::string>> found;
  if (!spelling) return found;
  auto list = argument_of(spelling, "V = ");
  if (list.size() > 2) list = list.substr(1, list.size() - 2);
  const auto items = list_items(list);
  const auto add = [&](std::size_t at) {
    if (is_bare_value(items[at])) return;
    const std::string name(last_part(items[at]));
    const auto same = [&](const auto& each) { return each.second == name; };
    // An unsigned or narrow enum shows the same enumerator for several candidates.
    if (std::none_of(found.begin(), found.end(), same))
      found.emplace_back(static_cast<std::int64_t>(at) + first_enumerator, name);
  };
  const auto zero = static_cast<std::size_t>(-first_enumerator);
  for (std::size_t at = zero; at < items.size(); ++at) add(at);
  for (std::size_t at = 0; at < zero && at < items.size(); ++at) add(at);
  std::sort(found.begin(), found.end());
  return found;
}

QualifiedName parse_name(std::string_view text) {
  std::vector<std::string> parts(1);
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '"' && parts.back().empty()) {
      for (++at; at < text.size(); ++at) {
        if (text[at] == '"' && (at + 1 >= text.size() || text[at + 1] != '"')) break;
        if (text[at] == '"') ++at;
        parts.back() += text[at];
      }
    } else if (text[at] == '.' && parts.size() == 1) {
      parts.emplace_back();
    } else {
      parts.back() += text[at];
    }
  }
  return parts.size() == 2 ? QualifiedName{parts[0], parts[1]} : QualifiedName{"", parts[0]};
}

std::string quoted(std::string_view name) {
  std::string out = "\"";
  for (char c : name) {
    if (c == '"') out += c;
    out += c;
  }
  return out + '"';
}

std::string quoted(const QualifiedName& name) {
  return name.schema.empty() ? quoted(name.name) : quoted(name.schema) + "." + quoted(name.name);
}

std::string literal(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '\'' || c == '\\') out += c;
    out += c;
  }
  return (text.find('\\') == std::string_view::npos ? "'" : "E'") + out + "'";
}

std::string display(const QualifiedName& name) {
  return name.schema.empty() ? name.name : name.schema + "." + name.name;
}

std::string postgres_name(std::string_view table, std::string_view columns, std::string_view label) {
  const std::size_t overhead = (columns.empty() ? 0 : 1) + 1 + label.size();
  const std::size_t room = 63 - overhead;
  std::size_t table_size = table.size(), columns_size = columns.size();
  while (table_size + columns_size > room) (table_size > columns_size ? table_size : columns_size) -= 1;
  const auto cut = [](std::string_view text, std::size_t size) {  // at a character's border
    while (size > 0 && size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
    return std::string(text.substr(0, size));
  };
  std::string out = cut(table, table_size);
  if (!columns.empty()) out += "_" + cut(columns, columns_size);
  return out + "_" + std::string(label);
}

}  // namespace migrate::detail

namespace migrate {

std::string snake_case(std::string_view name) {
  if (name.starts_with("m_") && name.size() > 2) name.remove_prefix(2);
  while (name.size() > 1 && name.ends_with('_')) name.remove_suffix(1);
  std::string out;
  for (std::size_t at = 0; at < name.size(); ++at) {
    const char c = name[at];
    if (!detail::is_upper(c)) {
      out += c;
      continue;
    }
    const bool after_word = at > 0 && !detail::is_upper(name[at - 1]) && name[at - 1] != '_';
    const bool before_word = at > 0 && detail::is_upper(name[at - 1]) && at + 1 < name.size() &&
                             name[at + 1] >= 'a' && name[at + 1] <= 'z';
    if (after_word || before_word) out += '_';
    out += static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

}  // namespace migrate
