// What upgrade and downgrade say with --dry-run and --sql.
#pragma once
#include <string>

#include "cli/context.hpp"
#include "run/preview.hpp"
#include "util/error.hpp"

namespace migrate::cli {

// `done`: "upgraded". With -v the statements, too.
ExitCode print_preview(Context& context, const run::Preview& preview, const std::string& done);

// The script, and on stderr what it loses.
ExitCode print_script(Context& context, const run::Preview& preview, const run::Options& options);

}  // namespace migrate::cli
