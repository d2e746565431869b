#include "revision/history_checksum.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/temporary_folder.hpp"
#include "util/files.hpp"

using namespace migrate;
using namespace migrate::revision;

namespace {

class Scripts {
 public:
  void write(const std::string& id, const std::string& parents, const std::string& more = {}) const {
    write_file(folder_.path() / (id + ".sql"), "-- migrate:revision " + id + "\n-- migrate:down_revision " +
                                                   parents + "\n" + more + "\n-- migrate:up\nSELECT 1;\n");
  }
  std::string checksum(const std::string& id) const {
    const Directory directory(folder_.path());
    const Graph graph(directory.headers());
    return HistoryChecksums(directory, graph).of(id);
  }

 private:
  test::TemporaryFolder folder_;
};

}  // namespace

TEST_CASE("the checksum of a history is that of a script and of all below it, and of nothing else") {
  const Scripts scripts;
  scripts.write("a", "none");
  scripts.write("b", "a");
  scripts.write("c", "a", "-- migrate:depends_on b\n");
  scripts.write("d", "b, c");
  const auto a = scripts.checksum("a"), b = scripts.checksum("b"), c = scripts.checksum("c"),
             d = scripts.checksum("d");
  CHECK(a.size() == 64);
  CHECK(std::set{a, b, c, d}.size() == 4);
  CHECK(scripts.checksum("e").empty());

  scripts.write("e", "d");
  CHECK(scripts.checksum("d") == d);
  // A comment counts as well: nothing has to be taken apart.
  scripts.write("b", "a", "-- a comment\n");
  CHECK(scripts.checksum("a") == a);
  CHECK(scripts.checksum("b") != b);
  CHECK(scripts.checksum("c") != c);
  CHECK(scripts.checksum("d") != d);
  scripts.write("b", "a");
  CHECK(scripts.checksum("d") == d);
  scripts.write("a", "none", "\n");
  CHECK(scripts.checksum("d") != d);
}

TEST_CASE("a history of any length has a checksum, and each script is hashed once") {
  const Scripts scripts;
  scripts.write("r0", "none");
  for (int i = 1; i < 3000; ++i) scripts.write("r" + std::to_string(i), "r" + std::to_string(i - 1));
  CHECK(scripts.checksum("r2999").size() == 64);
  // Without the second half of that, a ladder of merges would take 2^60 steps.
  const Scripts ladder;
  ladder.write("l0", "none");
  ladder.write("m0", "none");
  for (int i = 1; i < 60; ++i) {
    const auto below = "l" + std::to_string(i - 1) + ", m" + std::to_string(i - 1);
    ladder.write("l" + std::to_string(i), below);
    ladder.write("m" + std::to_string(i), below);
  }
  CHECK(ladder.checksum("m59").size() == 64);
}
