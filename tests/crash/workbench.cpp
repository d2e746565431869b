#include "tests/crash/workbench.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <optional>
#include <set>
#include <stdexcept>
#include <thread>

#include "postgres/connection.hpp"
#include "run/downgrade.hpp"
#include "run/resolve.hpp"
#include "run/upgrade.hpp"
#include "tests/support/paths.hpp"
#include "util/error.hpp"
#include "util/files.hpp"
#include "util/text.hpp"

namespace migrate::test {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view claim = "the database is at ";

template <class Verb>
auto with_target(const postgres::ConnectOptions& connect, const std::filesystem::path& folder, Verb&& verb) {
  postgres::Session session(connect);
  const revision::Directory directory(folder);
  const revision::Graph graph(directory.headers());
  return verb(run::Target{session, connect, directory, graph});
}

// Until the server has no session in the database any more but those that look at it.
void wait_for_sessions(const TestDatabase& database) {
  for (int i = 0; i < 2000; ++i) {
    if (Cluster::instance().connection().value("SELECT count(*) FROM pg_stat_activity WHERE datname = $1",
                                               {database.name()}) == "0")
      return;
    std::this_thread::sleep_for(5ms);
  }
  throw std::runtime_error("a session does not end");
}

// `bystander`: a session from before the crash, which ends with the server. Until then a new one may be let
// in.
void wait_for_restart(postgres::Connection& bystander) {
  for (int i = 0; i < 3000 && bystander.alive(); ++i) std::this_thread::sleep_for(10ms);
  for (int i = 0; i < 3000; ++i) {
    try {
      Cluster::instance().connection();
      return;
    } catch (const Error&) {
      std::this_thread::sleep_for(10ms);
    }
  }
  throw std::runtime_error("the server does not come back");
}

}  // namespace

std::string name_of(Trouble trouble) {
  switch (trouble) {
    case Trouble::network:
      return "network cut";
    case Trouble::connection:
      return "connection cut";
    case Trouble::backend:
      return "backend terminated";
    case Trouble::process:
      return "program killed";
    case Trouble::outlived:
      return "program killed, unnoticed by the server";
    case Trouble::crash:
      return "server crashed";
  }
  return {};
}

std::string Tally::text() const {
  std::string out = plural(points, "point") + "; runs ended with";
  for (const auto& [code, count] : ended) out += " " + std::to_string(code) + " x" + std::to_string(count);
  out += "; then";
  for (const auto& [how, count] : cleared) out += " " + how + " x" + std::to_string(count);
  for (const auto& each : wrong) out += "\n" + each;
  return out;
}

Workbench::Workbench(const Scenario& scenario, Way way)
    : scenario_(scenario), way_(way), proxy_(Cluster::instance().folder()) {
  for (const auto& script : scenario.scripts)
    write_file(scripts_.path() / (script.id + ".sql"), "-- migrate:revision " + script.id +
                                                           "\n-- migrate:down_revision " + script.parent +
                                                           "\n" + script.body);
  write_file(scripts_.path() / "config.toml",
             "[migrations]\ndirectory = \".\"\nlock_timeout = \"200ms\"\nwait = \"20s\"\n");
  base_ = std::make_unique<TestDatabase>();
  base_->execute("CREATE TABLE public.done (what text); " + scenario.before);
  TestDatabase undisturbed(TestDatabase::Copy::of, *base_);
  const auto up = migrate(undisturbed.options(), Way::upgrade);
  if (up.code != 0) throw std::runtime_error("the undisturbed run fails: " + up.text);
  goal_ = Look(undisturbed, scenario_).outcome();
  begin_ = std::make_unique<TestDatabase>(TestDatabase::Copy::of, way == Way::upgrade ? *base_ : undisturbed);
  TestDatabase counted(TestDatabase::Copy::of, *begin_);
  proxy_.begin({});
  const auto through = migrate(through_proxy(counted), way);
  messages_ = proxy_.end();
  if (through.code != 0) throw std::runtime_error("the run through the proxy fails: " + through.text);
}

std::vector<Spot> Workbench::spots(bool all) const {
  std::vector<Spot> out;
  std::set<std::size_t> answering;
  for (std::size_t i = 0; i < messages_.size(); ++i) {
    const auto& message = messages_[i];
    const bool first = !message.from_client && answering.erase(message.connection) > 0;
    if (message.is_request()) answering.insert(message.connection);
    const bool request = message.is_request(), last = !message.from_client && message.type == 'Z';
    if (all || request || first || last) out.push_back({i + 1, false});
    if (all || request) out.push_back({i + 1, true});
  }
  return out;
}

std::vector<Spot> Workbench::spots_for(std::size_t count) const {
  const auto all = spots(false);
  std::vector<Spot> out;
  for (std::size_t i = 0; i < count && count > 0; ++i) out.push_back(all[i * all.size() / count]);
  return out;
}

Tally Workbench::run(Trouble trouble, const std::vector<Spot>& spots) {
  Tally tally;
  for (std::size_t i = 0; i < spots.size(); ++i) one(trouble, spots[i], i, tally);
  return tally;
}

void Workbench::one(Trouble trouble, const Spot& spot, std::size_t number, Tally& tally) {
  TestDatabase database(TestDatabase::Copy::of, *begin_);
  std::vector<std::string> wrong;
  std::atomic<int> process{0};
  Point point{spot.message, spot.forwarded, Drop::network, {}};
  if (trouble == Trouble::connection) point.drop = Drop::connection;
  if (trouble == Trouble::backend || trouble == Trouble::crash) point.drop = Drop::nothing;
  if (trouble == Trouble::outlived) point.drop = Drop::clients;
  if (trouble == Trouble::backend)
    point.action = [](int backend) {
      Cluster::instance().connection().query("SELECT pg_terminate_backend($1)", {std::to_string(backend)});
    };
  std::optional<postgres::Connection> bystander;
  std::atomic<bool> killed{false};
  if (trouble == Trouble::crash) {
    bystander.emplace(postgres::Connection::parse(database.url()));
    point.action = [&](int backend) { killed = backend > 0 && ::kill(backend, SIGKILL) == 0; };
  }
  const bool kills = trouble == Trouble::process || trouble == Trouble::outlived;
  if (kills) point.action = [&](int) { ::kill(process, SIGKILL); };

  proxy_.begin(std::move(point));
  const auto end =
      kills ? migrate_in_process(through_proxy(database), process) : migrate(through_proxy(database), way_);
  const bool hit = proxy_.hit();
  std::future<void> releasing;  // also when something below throws
  if (trouble == Trouble::outlived)
    releasing = std::async(std::launch::async, [this] {
      std::this_thread::sleep_for(100ms);
      proxy_.release();
    });
  else
    proxy_.end();
  if (hit) ++tally.points;
  ++tally.ended[end.code];
  const std::set<int> allowed = kills ? std::set{0, 128 + SIGKILL} : std::set{0, 5};
  if (killed) wait_for_restart(*bystander);
  bystander.reset();

  // Every other time somebody looks first; else the next run comes at once.
  if (number % 2 == 0 && trouble != Trouble::outlived) {
    wait_for_sessions(database);
    Look look(database, scenario_);
    wrong = look.check_steps(false);
    const auto said = end.text.rfind(claim);
    const auto stands = look.state(revision::Graph(revision::Directory(scripts_.path()).headers()));
    if (said != std::string::npos && end.text.substr(said + claim.size()) != stands)
      wrong.push_back("it said that " + end.text.substr(said) + ", and that is " + stands);
    if (end.code == 0 && stands != (way_ == Way::upgrade ? scenario_.head() : "base"))
      wrong.push_back("it ended well, and the database is at " + stands);
  }
  const auto cleared = clear_up(database, tally);
  if (releasing.valid()) {
    releasing.get();
    proxy_.end();
  }
  if (!allowed.contains(end.code)) wrong.push_back("the run ended so: " + end.text);
  if (cleared.code != 0) wrong.push_back("the next run ended so: " + cleared.text);
  Look look(database, scenario_);
  if (cleared.text.empty())
    for (auto& each : look.check_steps(true)) wrong.push_back(std::move(each));
  const auto reached = look.outcome();
  if (reached.database != goal_.database) wrong.emplace_back("the catalogue is another one");
  if (reached.rows != goal_.rows)
    wrong.push_back("the rows are " + reached.rows + "\ninstead of " + goal_.rows);
  if (reached.versions != goal_.versions) wrong.push_back("the version is " + reached.versions);
  if (way_ == Way::upgrade && cleared.text.empty() && reached.steps != goal_.steps)
    wrong.push_back("the log has " + reached.steps + "\ninstead of " + goal_.steps);
  for (const auto& each : wrong) {
    const auto& message = messages_.at(spot.message - 1);
    tally.wrong.push_back(scenario_.name + ", " + name_of(trouble) + (spot.forwarded ? " after" : " at") +
                          " message " + std::to_string(spot.message) + " of connection " +
                          std::to_string(message.connection) + " (" + message.type + " " +
                          shorten(one_line(message.text), 80) + "): " + each);
  }
}

postgres::ConnectOptions Workbench::through_proxy(const TestDatabase& database) const {
  postgres::ConnectOptions out;
  out.url = replace_all(database.url(), replace_all(Cluster::instance().folder().string(), "/", "%2F"),
                        replace_all(proxy_.folder().string(), "/", "%2F"));
  return out;
}

run::Options Workbench::options() const {
  run::Options out;
  out.patience = std::chrono::milliseconds(300);  // the network stays cut until the run ends
  out.lock_timeout = "200ms";
  out.wait = 20s;
  out.command = "test";
  out.tool_version = "0";
  return out;
}

Workbench::End Workbench::migrate(const postgres::ConnectOptions& connect, Way way) const {
  try {
    with_target(connect, scripts_.path(), [&](const run::Target& target) {
      return way == Way::upgrade ? run::upgrade(target, {revision::parse_target("head")}, options(), {})
                                 : run::downgrade(target, revision::parse_target("base"), options(), {});
    });
  } catch (const Error& error) {
    return {static_cast<int>(error.code()), error.text()};
  } catch (const std::exception& error) {
    return {-1, error.what()};
  }
  return {};
}

Workbench::End Workbench::migrate_in_process(const postgres::ConnectOptions& connect,
                                             std::atomic<int>& process) const {
  const auto folder = scripts_.path().string();
  const auto output = folder + "/output.txt", migrate = program().string();
  int ready[2];
  if (::pipe(ready) != 0) throw std::runtime_error("no pipe");
  const pid_t child = ::fork();
  if (child == 0) {
    char byte = 0;
    // Not before our process id is known to who is to kill us.
    if (::read(ready[0], &byte, 1) != 1 || ::chdir(folder.c_str()) != 0 ||
        ::freopen(output.c_str(), "w", stderr) == nullptr || ::dup2(2, 1) < 0)
      ::_exit(126);
    const bool up = way_ == Way::upgrade;
    ::execl(migrate.c_str(), "migrate", up ? "upgrade" : "downgrade", up ? "head" : "base", "--url",
            connect.url.c_str(), static_cast<char*>(nullptr));
    ::_exit(127);
  }
  process = child;
  if (::write(ready[1], "x", 1) != 1) throw std::runtime_error("no pipe");
  int status = 0;
  ::waitpid(child, &status, 0);
  for (const int end : ready) ::close(end);
  const int code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  return {code, code == 0 ? std::string() : read_file(output)};
}

// `upgrade head`, and what its errors say is to be done first. A text without a code: somebody decided.
Workbench::End Workbench::clear_up(TestDatabase& database, Tally& tally) const {
  std::string how;
  auto end = go_on(database, how);
  if (end.code == static_cast<int>(ExitCode::half_done) && &scenario_ == &unknowable() &&
      end.text.find("cannot be told from the catalogue") != std::string::npos) {
    end = decide(database);
    if (end.code == 0) end = go_on(database, how);
    if (end.code == 0) end.text = "decided";
    how = "decision, " + how;
  }
  ++tally.cleared[how];
  return end;
}

Workbench::End Workbench::go_on(TestDatabase& database, std::string& how) const {
  how = "upgrade";
  auto end = migrate(database.options(), Way::upgrade);
  if (end.code == static_cast<int>(ExitCode::half_done) &&
      end.text.find("finish with `migrate downgrade`") != std::string::npos) {
    how = "downgrade, upgrade";
    end = migrate(database.options(), Way::downgrade);
    if (end.code == 0) end = migrate(database.options(), Way::upgrade);
  }
  return end;
}

// As a person would: looks for the effect of the statement that was cut off, finishes what is there in part,
// and says what is.
Workbench::End Workbench::decide(TestDatabase& database) const {
  const auto open =
      database.value("SELECT kind || ' ' || statements_done FROM migrate_log WHERE state = 'running'");
  const auto told = [&](const std::string& condition) {
    return database.value("SELECT count(*) FROM told WHERE " + condition);
  };
  bool done = false;
  if (open == "up 0") {
    done = told("what = 'inserted'") == "1";
  } else if (open == "up 2") {
    if (told("what = 'called'") == "1" && told("what = 'again'") == "0")
      database.execute("INSERT INTO told VALUES ('again')");
    done = told("what = 'again'") == "1";
  } else if (open == "down 0") {
    done = told("true") == "0";
  } else {
    return {-1, "nobody has to decide about " + open};
  }
  try {
    with_target(database.options(), scripts_.path(), [&](const run::Target& target) {
      return run::resolve(target, "u1", 0, done ? run::Decision::done : run::Decision::undone, options(), {});
    });
  } catch (const Error& error) {
    return {static_cast<int>(error.code()), error.text()};
  }
  return {};
}

}  // namespace migrate::test
