#pragma once

namespace migrate::cli {

// Reads the command line, runs the command, prints the result or the error. Returns the exit code.
int run(int argc, char** argv);

}  // namespace migrate::cli
