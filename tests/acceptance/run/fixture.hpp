// A database and a folder of scripts, and the verbs of run/ on them, each over a connection of its own.
#pragma once
#include <filesystem>
#include <fstream>
#include <memory>
#include <mutex>
#include <regex>
#include <string>
#include <vector>

#include "postgres/bookkeeping.hpp"
#include "postgres/session.hpp"
#include "run/downgrade.hpp"
#include "run/stamp.hpp"
#include "run/state.hpp"
#include "run/upgrade.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/cluster.hpp"
#include "tests/support/temporary_folder.hpp"
#include "util/error.hpp"

namespace migrate::test {

class Runs {
 public:
  Runs() {
    options.command = "test";
    options.tool_version = "0";
    options.lock_timeout = "200ms";
    options.wait = std::chrono::seconds(20);
  }

  TestDatabase database;
  run::Options options;
  std::vector<std::string> notes, warnings, losses;
  bool allow_losses = false;
  std::string url;  // another way to the database: a pooler's
  bool keeps_sessions = false;

  postgres::ConnectOptions connect_options() const {
    auto out = database.options();
    if (!url.empty()) out.url = url;
    out.keeps_sessions = keeps_sessions;
    return out;
  }

  std::filesystem::path folder() const { return folder_.path(); }

  // NAME.sql, of revision NAME on `parent`.
  void script(const std::string& name, const std::string& parent, const std::string& body) const {
    std::ofstream(folder() / (name + ".sql"))
        << "-- migrate:revision " << name << "\n-- migrate:down_revision " << parent
        << "\n-- migrate:message about " << name << "\n\n"
        << body;
  }
  void forget(const std::string& name) const { std::filesystem::remove(folder() / (name + ".sql")); }

  template <class Verb>
  auto with_target(Verb&& verb) {
    postgres::Session session(connect_options());
    const auto connect = connect_options();
    const revision::Directory directory(folder());
    const revision::Graph graph(directory.headers());
    return verb(run::Target{session, connect, directory, graph});
  }
  run::Result upgrade(const std::string& to = "head") {
    return with_target([&](const run::Target& target) {
      return run::upgrade(target, {revision::parse_target(to)}, options, events());
    });
  }
  run::Result downgrade(const std::string& to = "-1") {
    return with_target([&](const run::Target& target) {
      return run::downgrade(target, revision::parse_target(to), options, events());
    });
  }
  run::Result stamp(const std::string& to, bool purge = false) {
    return with_target([&](const run::Target& target) {
      return run::stamp(target, {revision::parse_target(to)}, purge, options, events());
    });
  }
  std::string state() {
    return with_target([&](const run::Target& target) {
      const postgres::Bookkeeping bookkeeping(target.session, options.names);
      return run::describe(run::read_state(bookkeeping.read(), target.graph));
    });
  }

  // "a up 1/2 done, a up 2/2 done"
  std::string log() {
    return database.value(
        "SELECT string_agg(revision || ' ' || kind || ' ' || step || '/' || steps || ' ' || state, ', ' "
        "ORDER BY id) FROM migrate_log");
  }
  std::string tables() {
    return database.value(
        "SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class WHERE relkind = 'r' AND relnamespace "
        "= "
        "'public'::regnamespace AND relname NOT LIKE 'migrate\\_%'");
  }

  run::Events events() {
    run::Events out;
    out.note = [this](const std::string& text) { keep(notes, text); };
    out.warning = [this](const std::string& text) { keep(warnings, text); };
    out.confirm_data_loss = [this](const std::vector<std::string>& all) {
      losses = all;
      if (!allow_losses) throw Error(ExitCode::undecided, "refused");
    };
    return out;
  }

  // The error's text with folders and process ids taken out.
  static std::string steady(const std::string& text) {
    const auto files = std::regex_replace(text, std::regex("[^ (]*/([a-z0-9_]+\\.sql)"), "$1");
    return std::regex_replace(files, std::regex("process [0-9]+ \\([^\n]*\\)"), "process N");
  }
  bool noted(const std::string& part) const { return any(notes, part); }
  bool warned(const std::string& part) const { return any(warnings, part); }

 private:
  TemporaryFolder folder_;
  std::mutex mutex_;

  void keep(std::vector<std::string>& list, const std::string& text) {
    const std::lock_guard hold(mutex_);
    list.push_back(text);
  }
  static bool any(const std::vector<std::string>& all, const std::string& part) {
    return std::any_of(all.begin(), all.end(),
                       [&](const std::string& one) { return one.find(part) != std::string::npos; });
  }
};

// A session that holds the lock of its version table, which is there.
struct LockedSession {
  explicit LockedSession(const Runs& runs)
      : connect(runs.connect_options()),
        session(connect),
        lock(postgres::take_lock(session, connect, runs.options.names, runs.options.wait, "test")),
        bookkeeping(session, runs.options.names) {
    bookkeeping.ensure();
  }
  postgres::ConnectOptions connect;
  postgres::Session session;
  std::unique_ptr<postgres::Lock> lock;
  postgres::Bookkeeping bookkeeping;
};

struct Refusal {
  int code = 0;
  std::string text;
};
template <class Verb>
Refusal refusal(Verb&& verb) {
  try {
    verb();
  } catch (const Error& error) {
    return {static_cast<int>(error.code()), Runs::steady(error.text())};
  }
  return {};
}

}  // namespace migrate::test
