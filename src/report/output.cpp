#include "report/output.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <iostream>

#include "util/json.hpp"
#include "util/text.hpp"

namespace migrate::report {
namespace {

std::string_view code_of(Style style) {
  switch (style) {
    case Style::plain:
      return "";
    case Style::good:
      return "\033[32m";
    case Style::warning:
      return "\033[33m";
    case Style::bad:
      return "\033[31m";
    case Style::strong:
      return "\033[1m";
    case Style::faint:
      return "\033[2m";
  }
  return "";
}

std::string paint(std::string_view text, Style style, bool colour) {
  if (!colour || style == Style::plain) return std::string(text);
  return std::string(code_of(style)) + std::string(text) + "\033[0m";
}

bool wants_colour(int fd) {
  const char* refused = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  return ::isatty(fd) == 1 && (refused == nullptr || *refused == '\0') &&
         (terminal == nullptr || std::string_view(terminal) != "dumb");
}

int columns_of_terminal() {
  winsize size = {};
  return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

void write_line(std::FILE* stream, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stream);
  if (!text.ends_with('\n')) std::fputc('\n', stream);
  std::fflush(stream);
}

}  // namespace

Output::Output(Options options)
    : options_(options),
      colour_out_(wants_colour(STDOUT_FILENO)),
      colour_err_(wants_colour(STDERR_FILENO)),
      terminal_(::isatty(STDERR_FILENO) == 1) {}

void Output::line(bool on_stderr, std::string_view text) {
  const std::lock_guard hold(mutex_);
  if (open_line_) std::fputs("\r\033[K", stderr);
  open_line_ = false;
  write_line(on_stderr ? stderr : stdout, text);
}

void Output::progress(std::string_view text) {
  if (options_.quiet) return;
  if (!terminal_) {
    const auto now = std::chrono::steady_clock::now();
    {
      const std::lock_guard hold(mutex_);
      if (now - told_ < std::chrono::seconds(10)) return;
      told_ = now;
    }
    line(true, text);
    return;
  }
  const std::lock_guard hold(mutex_);
  const auto fits = shorten(text, static_cast<std::size_t>(columns_of_terminal() - 1));
  std::fputs(("\r\033[K" + fits).c_str(), stderr);
  std::fflush(stderr);
  open_line_ = true;
}

void Output::result(std::string_view text) {
  if (!options_.json) line(false, text);
}

void Output::json(std::string_view document) {
  if (options_.json) line(false, document);
}

void Output::note(std::string_view text) {
  if (!options_.quiet) line(true, text);
}

void Output::warn(std::string_view text) {
  line(true, styled_note("warning: ", Style::warning) + std::string(text));
}

void Output::sql(std::string_view statement) {
  if (options_.verbose) line(true, styled_note(statement, Style::faint));
}

void Output::error(const Error& error) {
  line(true, styled_note("error: ", Style::bad) + error.text());
  if (!options_.json) return;
  nlohmann::ordered_json inner;
  inner["exit_code"] = static_cast<int>(error.code());
  inner["message"] = error.what();
  inner["hint"] = error.hint().empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(error.hint());
  inner["location"] =
      error.location().empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(error.location().text());
  inner["sqlstate"] =
      error.sqlstate().empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(error.sqlstate());
  inner["statement"] =
      error.statement().empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(error.statement());
  nlohmann::ordered_json document;
  document["error"] = std::move(inner);
  line(false, document.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

std::string Output::styled(std::string_view text, Style style) const {
  return paint(text, style, colour_out_);
}
std::string Output::styled_note(std::string_view text, Style style) const {
  return paint(text, style, colour_err_);
}

bool interactive() { return ::isatty(STDIN_FILENO) == 1 && ::isatty(STDERR_FILENO) == 1; }

std::string ask(const std::string& question) {
  std::fputs((question + " ").c_str(), stderr);
  std::fflush(stderr);
  std::string answer;
  std::getline(std::cin, answer);
  return std::string(trim(answer));
}

bool ask_yes_no(const std::string& question) {
  const auto answer = to_lower(ask(question + " [y/N]"));
  return answer == "y" || answer == "yes";
}

}  // namespace migrate::report
