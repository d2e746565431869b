#include "config/url.hpp"

#include <algorithm>

#include "util/text.hpp"

namespace migrate::config {
namespace {

constexpr auto npos = std::string_view::npos;
constexpr std::string_view hint_encoding =
    "; in a user name or password write @ as %40, : as %3A, / as %2F, ? as %3F, # as %23 and % as %25";

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}
bool is_hexadecimal(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (is_word(c) || c == '-' || c == '.' || c == '~') {
      out += c;
      continue;
    }
    out += '%';
    out += digits[static_cast<unsigned char>(c) >> 4];
    out += digits[static_cast<unsigned char>(c) & 0xF];
  }
  return out;
}

// Within quotes and without, libpq takes the character after a backslash as it is.
std::string backslashed(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (!is_word(c)) out += '\\';
    out += c;
  }
  return out;
}

bool is_keywords(std::string_view text) {
  const auto equals = text.find('=');
  if (equals == npos) return false;
  const auto word = trim(text.substr(0, equals));
  return !word.empty() && std::all_of(word.begin(), word.end(), is_word);
}

std::string_view without_scheme(std::string_view url) {
  for (const std::string_view scheme : {"postgresql://", "postgres://"})
    if (url.starts_with(scheme)) return url.substr(scheme.size());
  return {};
}

std::string host_problem(std::string_view host) {
  std::string_view port;
  if (host.starts_with('[')) {
    const auto end = host.find(']');
    if (end == npos) return "the IPv6 address is not closed by ]";
    port = host.substr(end + 1);
    if (!port.empty() && port.front() != ':')
      return "after the IPv6 address in [ ] comes : and the port, or nothing";
  } else if (const auto colon = host.find(':'); colon != npos) {
    port = host.substr(colon);
  }
  if (port.size() <= 1) return {};
  port.remove_prefix(1);
  const bool digits =
      port.size() <= 5 && std::all_of(port.begin(), port.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (digits && std::stoi(std::string(port)) >= 1 && std::stoi(std::string(port)) <= 65535) return {};
  // What stands there may be a part of a password with an unencoded / or : in it.
  return "the port is not a number from 1 to 65535" + std::string(hint_encoding);
}

}  // namespace

std::string url_problem(std::string_view url) {
  if (url == "local" || (without_scheme(url).data() == nullptr && is_keywords(url))) return {};
  const auto rest = without_scheme(url);
  if (rest.data() == nullptr) return "a database's URL begins with postgresql://, or is \"local\"";
  for (std::size_t i = 0; i < rest.size(); ++i) {
    const auto byte = static_cast<unsigned char>(rest[i]);
    if (byte <= 0x20 || byte == 0x7F) return "it holds a space or a control character; write a space as %20";
    if (rest[i] == '%' &&
        (i + 2 >= rest.size() || !is_hexadecimal(rest[i + 1]) || !is_hexadecimal(rest[i + 2])))
      return "a % is not followed by two hexadecimal digits; write a % itself as %25";
  }
  const auto authority = rest.substr(0, rest.find_first_of("/?"));
  const auto at = authority.find('@');
  const auto hosts = at == npos ? authority : authority.substr(at + 1);
  if (hosts.find('@') != npos) return "it has more than one @ before the host" + std::string(hint_encoding);
  for (const auto host : split(hosts, ',')) {
    auto problem = host_problem(host);
    if (!problem.empty()) return problem;
  }
  const auto after = rest.substr(authority.size());
  if (after.find('@') != npos && at == npos && authority.find(':') != npos &&
      after.find('?') > after.find('@'))
    return "it has an @ after the host" + std::string(hint_encoding);
  if (const auto query = after.find('?'); query != npos && query + 1 < after.size())
    for (const auto parameter : split(after.substr(query + 1), '&'))
      if (parameter.starts_with('=') || std::count(parameter.begin(), parameter.end(), '=') != 1)
        return "what follows ? is not key=value&key=value";
  return {};
}

std::string expand(std::string_view text, Encoding encoding, const Environ& variable, const std::string& key,
                   const Location& where) {
  const auto failed = [&](const std::string& what, const std::string& hint = {}) {
    return Error(ExitCode::usage, key + ": " + what, hint).at(where);
  };
  const bool whole = text.starts_with("${") && text.find('}') == text.size() - 1;
  const bool keywords = without_scheme(text).data() == nullptr && is_keywords(text);
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    if (text.substr(i).starts_with("$${")) {
      out += "${";
      i += 3;
    } else if (text.substr(i).starts_with("${")) {
      const auto end = text.find('}', i);
      if (end == npos) throw failed("${ is not closed by }", "write $${ for ${ itself");
      const std::string name(text.substr(i + 2, end - i - 2));
      if (name.empty() || !std::all_of(name.begin(), name.end(), is_word))
        throw failed("'" + name + "' is not the name of a variable", "write $${ for ${ itself");
      const auto found = variable(name);
      if (!found)
        throw failed("the environment variable " + name + " is not set",
                     "set it, or give the value another way");
      if (found->empty())
        throw failed("the environment variable " + name + " is empty",
                     "set it, or give the value another way");
      if (encoding == Encoding::none || whole)
        out += *found;
      else
        out += keywords ? backslashed(*found) : percent_encoded(*found);
      i = end + 1;
    } else {
      out += text[i++];
    }
  }
  return out;
}

}  // namespace migrate::config
