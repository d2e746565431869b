#include "cli/cli.hpp"
#include "util/memory.hpp"

int main(int argc, char** argv) {
  migrate::use_large_pages();
  return migrate::cli::run(argc, argv);
}
