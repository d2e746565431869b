#include "revision/layout.hpp"

#include <array>
#include <map>

#include "util/files.hpp"
#include "util/local_time.hpp"
#include "util/text.hpp"

namespace migrate::revision {
namespace {

std::map<std::string, std::string> name_tokens(const Layout& layout, const Header& header) {
  const auto at = parse_time(header.created);
  if (!at)
    throw Error(ExitCode::failed,
                "the time of creation '" + header.created + "' is not of the form 2026-11-22T10:15:00Z");
  const auto& text = header.created;
  const auto part = [&](std::size_t from, std::size_t count) { return text.substr(from, count); };
  return {{"rev", header.id},
          {"slug", slug(header.message, layout.slug_length)},
          {"year", part(0, 4)},
          {"month", part(5, 2)},
          {"day", part(8, 2)},
          {"hour", part(11, 2)},
          {"minute", part(14, 2)},
          {"second", part(17, 2)},
          {"date", part(0, 4) + part(5, 2) + part(8, 2)},
          {"time", part(11, 2) + part(14, 2) + part(17, 2)},
          {"epoch", std::to_string(*at)}};
}

Error bad_name(const std::string& what, const std::string& hint = {}) {
  return {ExitCode::usage, "migrations.file_name: " + what, hint};
}

}  // namespace

std::filesystem::path file_name(const Layout& layout, const Header& header) {
  const auto tokens = name_tokens(layout, header);
  std::string name;
  std::string_view rest = layout.file_name;
  while (!rest.empty()) {
    const auto open = std::min(rest.find('{'), rest.size());
    name += rest.substr(0, open);
    rest.remove_prefix(open);
    if (rest.empty()) break;
    const auto close = rest.find('}');
    if (close == std::string_view::npos) throw bad_name("a { has no } after it");
    const std::string token(rest.substr(1, close - 1));
    const auto found = tokens.find(token);
    if (found == tokens.end()) {
      std::vector<std::string> known;
      for (const auto& [each, unused] : tokens) known.push_back("{" + each + "}");
      throw bad_name("unknown token {" + token + "}", "known are " + join(known, ", "));
    }
    // Without a message nothing is set apart from it.
    if (found->second.empty())
      while (name.ends_with('_') || name.ends_with('-')) name.pop_back();
    name += found->second;
    rest.remove_prefix(close + 1);
  }
  const std::filesystem::path path(name + ".sql");
  if (path.is_absolute()) throw bad_name("'" + path.string() + "' begins with /");
  for (const auto& part : path)
    if (part.string().starts_with('.'))
      throw bad_name("'" + path.string() + "' would not be read: a part of it begins with a dot");
  if (path.has_parent_path() && !layout.recursive)
    throw bad_name("'" + path.string() + "' stands in a folder, which is not read",
                   "set recursive = true beside it");
  return path;
}

std::string script_text(const Layout& layout, const Script& script) {
  if (layout.script_template.empty()) return format_script(script);
  const auto& header = script.header;
  std::string text = read_file(layout.script_template);
  const auto file = display_path(layout.script_template);
  for (const char* needed : {"{header}", "{up}"})
    if (text.find(needed) == std::string::npos)
      throw Error(ExitCode::usage, file + ": a template of scripts needs the token " + needed);
  const std::array<std::pair<const char*, std::string>, 6> tokens{{
      {"{revision}", header.id},
      {"{message}", one_line(header.message)},
      {"{created}", header.created},
      {"{header}", format_header(script)},
      {"{up}", format_sections(script.up)},
      {"{down}", format_sections(script.down)},
  }};
  // From left to right, so that what stands in a message or in SQL is no token.
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    bool replaced = false;
    for (const auto& [token, value] : tokens)
      if (text.compare(at, std::string_view(token).size(), token) == 0) {
        out += trim(value);
        at += std::string_view(token).size();
        replaced = true;
        break;
      }
    if (!replaced) out += text[at++];
  }
  if (!out.ends_with('\n')) out += '\n';
  auto read_back = parse_script(out, header.path).header;
  auto wanted = header;
  wanted.path = read_back.path;
  wanted.down_revision_line = read_back.down_revision_line;
  if (!(read_back == wanted))
    throw Error(ExitCode::failed,
                file + ": what comes of this template does not read back to the same revision",
                "leave the lines of {header} as they are");
  return out;
}

}  // namespace migrate::revision
