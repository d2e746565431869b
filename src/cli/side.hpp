// What `diff --from X --to Y` takes for X and Y, and how each becomes a catalogue.
#pragma once
#include <string>

#include "autogenerate/compare_whole.hpp"
#include "cli/context.hpp"

namespace migrate::cli {

struct SideName {
  enum class Kind {
    database,  // the configured one
    url,       // text: postgresql://…, key=value …, or local
    models,
    history,     // text: the target, "heads" if none is said
    sql_file,    // text: the path
    sql_folder,  // text: the path
    snapshot,    // text: the path of a .json
  };
  Kind kind{};
  std::string text;

  bool operator==(const SideName&) const = default;
};

// "database", "models", "history", "history@REV", a URL, else a path: of a folder, or by its ending.
// `option` ("--from") names it in errors. Throws Error(usage) for what is none of these, naming no password.
SideName parse_side(const std::string& text, const std::string& option);

struct Sides {
  autogenerate::Side from, to;
};

// Connects, compiles, applies or loads; notes and warnings are printed. Beside models only the schemas that
// check looks at are read, otherwise all. What needs a scratch database throws Error(usage) if there is
// nowhere to make one. Owners and privileges are read where the configuration, or the argument, says so.
Sides load_sides(Context& context, const SideName& from, const SideName& to, bool owners, bool privileges);

}  // namespace migrate::cli
