// Scripts of revisions that a database has and this checkout lacks: the log keeps their text.
#pragma once
#include <optional>

#include "run/options.hpp"

namespace migrate::run {

class LogScripts {
 public:
  // What `target` has, and below each unknown row of the version table and each unknown half-done revision
  // those of the log down to a revision that is here, as far as the log has them; says so in a note. Throws
  // Error(failed) where the text is not what was run, by its checksums.
  LogScripts(const Target& target, const Options& options, const Events& events);
  LogScripts(const LogScripts&) = delete;
  LogScripts& operator=(const LogScripts&) = delete;

  const Target& target() const { return extended_ ? *extended_ : given_; }

 private:
  const Target& given_;
  std::optional<revision::Directory> directory_;
  std::optional<revision::Graph> graph_;
  std::optional<Target> extended_;
};

}  // namespace migrate::run
