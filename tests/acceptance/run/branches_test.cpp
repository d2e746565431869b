// Branches, merges, dependencies and squashes on a server: what runs, and the rows of the version table.
#include "run/runner.hpp"
#include "tests/acceptance/run/fixture.hpp"

using namespace migrate;
using namespace migrate::test;

namespace {

using Ids = std::vector<std::string>;

struct Branches : Runs {
  void revision(const std::string& name, const std::string& parents, const std::string& more = {}) const {
    std::ofstream(folder() / (name + ".sql"))
        << "-- migrate:revision " << name << "\n-- migrate:down_revision " << parents << "\n"
        << more << "\n-- migrate:up\nCREATE TABLE " << name << " ();\n\n-- migrate:down\nDROP TABLE " << name
        << ";\n";
  }
  // a b, then c1 d1 and c2 d2
  void branched() const {
    revision("a", "none");
    revision("b", "a");
    revision("c1", "b", "-- migrate:branch_labels c1branch\n");
    revision("c2", "b", "-- migrate:branch_labels c2branch\n");
    revision("d1", "c1");
    revision("d2", "c2");
  }
  run::Result up(const Ids& targets) {
    return with_target([&](const run::Target& target) {
      return run::upgrade(target, revision::parse_targets(targets), options, events());
    });
  }
  run::Result stamp_all(const Ids& targets, bool purge = false) {
    return with_target([&](const run::Target& target) {
      return run::stamp(target, revision::parse_targets(targets), purge, options, events());
    });
  }
  std::string rows() {
    return database.value(
        "SELECT coalesce(string_agg(version_num, ' ' ORDER BY version_num), '') FROM "
        "migrate_version");
  }
};

}  // namespace

TEST_CASE("scenarios 9 to 16 on a server: branches up, down one by one, and across a merge") {
  Branches runs;
  runs.allow_losses = true;
  runs.branched();
  CHECK(runs.up({"heads"}).after == Ids{"d1", "d2"});
  CHECK(runs.tables() == "a b c1 c2 d1 d2");
  CHECK(refusal([&] { runs.downgrade(); }).text ==
        "-1 does not say which branch to go back on: it is at d1, d2\n"
        "  hint: name the revision to go back to, or a branch: d1@-1");
  runs.downgrade("c1branch@-1");
  CHECK(runs.rows() == "c1 d2");
  runs.downgrade("c2branch@base+2");
  CHECK(runs.rows() == "c1");
  CHECK(runs.tables() == "a b c1");
  runs.up({"c2branch@+1"});
  CHECK(runs.rows() == "c1 c2");
  CHECK(refusal([&] { runs.up({"+1"}); }).code == 9);
  runs.up({"d1", "d2"});
  runs.revision("e", "d1 d2");
  runs.up({"head"});
  CHECK(runs.rows() == "e");
  runs.downgrade();
  CHECK(runs.rows() == "d1 d2");
  runs.up({"head"});
  runs.downgrade("a");
  CHECK(runs.rows() == "a");
  CHECK(runs.tables() == "a");
  CHECK(runs.downgrade("a").nothing_to_do());
  runs.downgrade("base");
  CHECK(runs.rows().empty());
}

TEST_CASE("scenarios 20 to 25 on a server: dependencies have no rows of their own") {
  Branches runs;
  runs.allow_losses = true;
  runs.revision("x1", "none", "-- migrate:branch_labels x\n");
  runs.revision("y1", "none");
  runs.revision("y2", "y1", "-- migrate:depends_on x\n");
  runs.up({"heads"});
  CHECK(runs.rows() == "y2");
  CHECK(runs.state() == "y2");
  runs.downgrade("x@base");
  CHECK(runs.rows() == "y1");
  CHECK(runs.tables() == "y1");
  runs.revision("m", "x1 y2");
  runs.up({"head"});
  CHECK(runs.rows() == "m");
  runs.downgrade();
  CHECK(runs.rows() == "y2");
}

TEST_CASE("scenario 34: a row that went missing, or is there twice, stops the step") {
  Branches runs;
  runs.branched();
  runs.up({"b"});
  const auto connect = runs.database.options();
  postgres::Session session(connect);
  const postgres::Bookkeeping bookkeeping(session, runs.options.names);
  CHECK(refusal([&] { bookkeeping.change(session.connection(), {{"gone"}, {"c1"}}); }).code == 1);
  CHECK(runs.rows() == "b");
  CHECK(refusal([&] { bookkeeping.change(session.connection(), {{"gone"}, {}}); }).code == 1);
  CHECK(runs.rows() == "b");
}

TEST_CASE("scenario 35: the primary key stops a second row of one revision") {
  Branches runs;
  runs.branched();
  runs.up({"b"});
  CHECK_THROWS(runs.database.value("INSERT INTO migrate_version VALUES ('b') RETURNING 1"));
  CHECK(runs.rows() == "b");
}

TEST_CASE("scenario 36: a stamp twice is one, and the row follows up and down") {
  Branches runs;
  runs.branched();
  CHECK(runs.stamp_all({"d1", "d2"}).after == Ids{"d1", "d2"});
  CHECK(runs.stamp_all({"d1", "d2"}).nothing_to_do());
  CHECK(runs.stamp_all({"heads"}).nothing_to_do());
  runs.stamp_all({"c1branch@base"});
  CHECK(runs.rows() == "d2");
  runs.stamp_all({"c1"});
  CHECK(runs.rows() == "c1 d2");
  runs.stamp_all({"b"});
  CHECK(runs.rows() == "b");
  runs.stamp_all({"a"});
  CHECK(runs.rows() == "a");
  runs.stamp_all({"base"});
  CHECK(runs.rows().empty());
  CHECK(runs.tables().empty());
}

TEST_CASE("scenario 37: a row that no script has gives way to --purge alone") {
  Branches runs;
  runs.branched();
  runs.stamp_all({"b"});
  runs.database.value("UPDATE migrate_version SET version_num = 'elsewhere' RETURNING 1");
  const auto refused = refusal([&] { runs.stamp_all({"b"}); });
  CHECK(refused.code == 1);
  CHECK(refused.text.starts_with("the database is at revision elsewhere, which no script here has"));
  CHECK(runs.stamp_all({"c1", "c2"}, true).after == Ids{"c1", "c2"});
  CHECK(runs.rows() == "c1 c2");
}

TEST_CASE("scenario 38: looking creates no tables, a stamp and an upgrade do") {
  Branches runs;
  runs.branched();
  const auto tables = [&] {
    return runs.database.value(
        "SELECT count(*) FROM pg_class WHERE relname IN ('migrate_version', 'migrate_log')");
  };
  CHECK(runs.state() == "base");
  CHECK(refusal([&] { runs.stamp_all({"zz"}); }).code == 2);
  CHECK(refusal([&] { runs.stamp_all({"head"}); }).code == 9);
  CHECK(tables() == "0");
  runs.stamp_all({"a"});
  CHECK(tables() == "2");
}

TEST_CASE("scenario 39: a stamp of a revision and of what comes after it is refused") {
  Branches runs;
  runs.branched();
  const auto refused = refusal([&] { runs.stamp_all({"b", "c1", "c2"}); });
  CHECK(refused.code == 2);
  CHECK(refused.text ==
        "of the targets c1 and b one comes after the other: b (b.sql), c1 (c1.sql)\n  hint: c1 alone says "
        "the same");
}

TEST_CASE("trap: rows of which one implies the other are put right by the next step") {
  Branches runs;
  runs.allow_losses = true;
  runs.branched();
  runs.up({"c2"});
  runs.database.value("INSERT INTO migrate_version VALUES ('a') RETURNING 1");
  runs.downgrade();
  CHECK(runs.rows() == "b");
  CHECK(runs.tables() == "a b");
  runs.database.value("INSERT INTO migrate_version VALUES ('a') RETURNING 1");
  runs.up({"c1"});
  CHECK(runs.rows() == "c1");
}

TEST_CASE("trap: a branch that shares its root goes back alone") {
  Branches runs;
  runs.allow_losses = true;
  runs.branched();
  runs.up({"heads"});
  runs.downgrade("c1branch@base");
  CHECK(runs.rows() == "d2");
  CHECK(runs.tables() == "a b c2 d2");
}

TEST_CASE("a database at the last of what a squash replaces goes on, up and down") {
  Branches runs;
  runs.allow_losses = true;
  runs.branched();
  runs.up({"b"});
  runs.forget("a");
  runs.forget("b");
  std::ofstream(runs.folder() / "s.sql")
      << "-- migrate:revision s\n-- migrate:down_revision none\n-- migrate:replaces a b\n\n-- "
         "migrate:up\nCREATE "
         "TABLE a ();\n\n-- migrate:up\nCREATE TABLE b ();\n\n-- migrate:down undoes:2\nDROP TABLE b;\n\n-- "
         "migrate:down undoes:1\nDROP TABLE a;\n";
  CHECK(runs.state() == "b");
  CHECK(runs.up({"s"}).nothing_to_do());
  runs.up({"heads"});
  CHECK(runs.rows() == "d1 d2");
  runs.downgrade("s");
  CHECK(runs.rows() == "s");
  runs.downgrade("base");
  CHECK(runs.tables().empty());
  runs.up({"d1"});
  CHECK(runs.rows() == "d1");
}

TEST_CASE("a database in the middle of what a squash replaces is told what to do") {
  Branches runs;
  runs.revision("a", "none");
  runs.revision("b", "a");
  runs.up({"a"});
  runs.forget("a");
  runs.forget("b");
  runs.revision("s", "none", "-- migrate:replaces a b\n");
  const auto refused = refusal([&] { runs.up({"head"}); });
  CHECK(refused.code == 1);
  CHECK(refused.text ==
        "the database is at revision a, which s (s.sql) replaces together with later ones: it has a part of "
        "that\n"
        "  hint: take the scripts from before the squash, which version control has, run migrate upgrade b "
        "with "
        "them, then go on with these");
  CHECK(runs.rows() == "a");
}
