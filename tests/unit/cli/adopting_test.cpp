#include "cli/adopting.hpp"

#include "tests/support/catch.hpp"
#include "util/error.hpp"

using namespace migrate;
using cli::models_place;
using cli::new_config;

TEST_CASE("models are adopted into where the configuration looks for them", "[adopt]") {
  const auto place = [](std::vector<std::string> sources) {
    config::Models settings;
    settings.sources = std::move(sources);
    const auto found = models_place(settings);
    return found.folder.string() + "|" + found.single_file + "|" + (found.configured ? "yes" : "no");
  };
  CHECK(place({}) == "models||no");
  CHECK(place({"models/*.cpp"}) == "models||yes");
  CHECK(place({"src/db models/*.cpp", "other.cpp"}) == "src/db models||yes");
  CHECK(place({"*.cpp"}) == "||yes");
  CHECK(place({"src/größe.cpp"}) == "src|größe.cpp|yes");
  for (const std::string pattern : {"**/*.cpp", "models/db_*.cpp", "models/*"}) {
    try {
      place({pattern});
      FAIL("taken: " << pattern);
    } catch (const Error& error) {
      CHECK(error.code() == ExitCode::usage);
      CHECK(error.text() ==
            "[models] sources begins with " + pattern +
                ", which does not say where adopt can write models\n  hint: let it begin with a "
                "folder, such as \"models/*.cpp\", or a file, such as \"models.cpp\"");
    }
  }
  config::Models settings;
  settings.snapshot = "x.json";
  try {
    models_place(settings);
    FAIL("taken");
  } catch (const Error& error) {
    CHECK(
        error.text() ==
        "[models] has snapshot, but adopt writes sources\n  hint: put sources = [\"models/*.cpp\"] there, or "
        "use migrate inspect");
  }
}

TEST_CASE("a new configuration holds no password", "[adopt]") {
  const std::string top =
      "# Every key is explained in docs/reference/configuration.md of migrate.\n\n[database]\n";
  const std::string models = "\n[models]\nsources = [\"models/*.cpp\"]\n";
  CHECK(new_config("host='/tmp' dbname='a\"b${X}'", {}) ==
        top + "url = \"host='/tmp' dbname='a\\\"b$${X}'\"\n\n[migrations]\ndirectory = \"migrations\"\n" +
            models);
  CHECK(new_config("postgresql://app:secret@db/shop", {"app", "alembic_version"}) ==
        top +
            "# The URL that adopt was given holds a password, which does not belong into a file.\nurl = "
            "\"${DATABASE_URL}\"\n\n[migrations]\ndirectory = \"migrations\"\nversion_table = "
            "\"alembic_version\"\nschema = \"app\"\n" +
            models);
}
