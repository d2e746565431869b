// The one way to the terminal. Results go to stdout, notes and progress to stderr; with --json stdout has one
// document and nothing else.
#pragma once
#include <chrono>
#include <mutex>
#include <string>
#include <string_view>

#include "util/error.hpp"

namespace migrate::report {

enum class Style { plain, good, warning, bad, strong, faint };

class Output {
 public:
  struct Options {
    bool json = false;
    bool quiet = false;    // no notes, no progress
    bool verbose = false;  // the SQL as it runs
  };
  explicit Output(Options options);  // colour if the stream is a terminal and NO_COLOR is not set

  const Options& options() const { return options_; }
  void result(std::string_view text);    // a line or more on stdout, unless --json
  void json(std::string_view document);  // on stdout, with --json only
  void note(std::string_view text);      // a line on stderr, unless --quiet
  void warn(std::string_view text);      // "warning: …" on stderr, always
  // What goes on, unless --quiet: on a terminal a line that the next one overwrites, elsewhere a note every
  // ten seconds at most. May be called from another thread.
  void progress(std::string_view text);
  void sql(std::string_view statement);  // on stderr with --verbose
  void error(const Error& error);        // "error: …" on stderr; with --json {"error": …} on stdout
  std::string styled(std::string_view text, Style style) const;       // for stdout
  std::string styled_note(std::string_view text, Style style) const;  // for stderr

 private:
  Options options_;
  bool colour_out_, colour_err_, terminal_;
  std::mutex mutex_;
  bool open_line_ = false;  // a line of progress stands on the terminal
  std::chrono::steady_clock::time_point told_;

  void line(bool on_stderr, std::string_view text);
};

// Asks on the terminal; false (or the default) where there is none: check interactive() first.
bool interactive();
bool ask_yes_no(const std::string& question);  // [y/N]
std::string ask(const std::string& question);  // a line

}  // namespace migrate::report
