#include <algorithm>
#include <limits>
#include <map>
#include <queue>
#include <set>
#include <string>
#include <utility>

#include "plan/action.hpp"
#include "util/text.hpp"
#include "util/topological_sort.hpp"

namespace migrate::plan {
namespace {

struct Facts {
  std::vector<std::size_t> creators, droppers, needers, releasers;
};

struct Graph {
  std::vector<std::vector<std::size_t>> before;         // all that must run earlier
  std::vector<std::vector<std::size_t>> before_commit;  // of these, what must be committed
};

void put_before(Graph& graph, const std::vector<std::size_t>& first, const std::vector<std::size_t>& second) {
  for (const std::size_t a : first)
    for (const std::size_t b : second)
      if (a != b) graph.before[b].push_back(a);
}

Graph graph_of(const std::vector<Action>& actions) {
  std::map<catalog::ObjectId, Facts> objects;
  std::map<catalog::Name, std::pair<std::vector<std::size_t>, std::vector<std::size_t>>> names;
  Graph graph{std::vector<std::vector<std::size_t>>(actions.size()),
              std::vector<std::vector<std::size_t>>(actions.size())};
  for (std::size_t n = 0; n < actions.size(); ++n) {
    const Action& action = actions[n];
    for (const auto& id : action.creates) objects[id].creators.push_back(n);
    for (const auto& id : action.drops) objects[id].droppers.push_back(n);
    for (const auto& id : action.needs) objects[id].needers.push_back(n);
    for (const auto& id : action.wishes) objects[id].needers.push_back(n);
    for (const auto& id : action.releases) objects[id].releasers.push_back(n);
    for (const auto& name : action.frees) names[name].first.push_back(n);
    for (const auto& name : action.takes) names[name].second.push_back(n);
    for (const std::size_t first : action.after) graph.before[n].push_back(first);
    for (const std::size_t first : action.after_commit) {
      graph.before[n].push_back(first);
      graph.before_commit[n].push_back(first);
    }
  }
  for (const auto& [id, facts] : objects) {
    put_before(graph, facts.releasers, facts.droppers);
    // An alteration both drops and creates; two of them on one object wait for each other only as their
    // numbers say.
    for (const std::size_t dropper : facts.droppers)
      for (const std::size_t creator : facts.creators) {
        const bool both = std::count(facts.creators.begin(), facts.creators.end(), dropper) > 0 &&
                          std::count(facts.droppers.begin(), facts.droppers.end(), creator) > 0;
        if (dropper != creator && (!both || dropper < creator)) graph.before[creator].push_back(dropper);
      }
    put_before(graph, facts.creators, facts.needers);
  }
  for (const auto& [name, users] : names) put_before(graph, users.first, users.second);
  for (auto& before : graph.before) {
    std::sort(before.begin(), before.end());
    before.erase(std::unique(before.begin(), before.end()), before.end());
  }
  return graph;
}

void refuse_cycle(const std::vector<Action>& actions, const Graph& graph) {
  const TopologicalOrder order = topological_sort(graph.before);
  if (order.cycle.empty()) return;
  const std::string text = join_with(order.cycle, "; ", [&](std::size_t n) {
    const Action& action = actions[n];
    const std::string table = action.part_of.empty() ? "" : "ALTER TABLE " + action.part_of.sql() + " ";
    return shorten(one_line(table + action.statement.sql), 120);
  });
  std::vector<catalog::ObjectId> objects;
  for (const std::size_t n : order.cycle) objects.push_back(object_of(actions[n]));
  throw Circle("these changes wait for each other in a circle: " + text, std::move(objects));
}

// Wishes that stand in a circle are not granted, one action after the other.
Graph graph_without_circles(std::vector<Action>& actions) {
  for (;;) {
    Graph graph = graph_of(actions);
    const auto cycle = topological_sort(graph.before).cycle;
    const auto made_in_cycle = [&](const catalog::ObjectId& id) {
      return std::any_of(cycle.begin(), cycle.end(), [&](std::size_t n) {
        const auto& creates = actions[n].creates;
        return std::find(creates.begin(), creates.end(), id) != creates.end();
      });
    };
    const auto gives_up = std::find_if(cycle.begin(), cycle.end(), [&](std::size_t n) {
      return std::erase_if(actions[n].wishes, made_in_cycle) > 0;
    });
    if (gives_up == cycle.end()) return graph;
    actions[*gives_up].unchecked_body = true;
  }
}

// All that is reached from `start` along `edges`, without itself.
std::set<std::size_t> reached(const std::vector<std::vector<std::size_t>>& edges, std::size_t start) {
  std::set<std::size_t> found;
  std::vector<std::size_t> open{start};
  while (!open.empty()) {
    const std::size_t n = open.back();
    open.pop_back();
    for (const std::size_t next : edges[n])
      if (next != start && found.insert(next).second) open.push_back(next);
  }
  return found;
}

// What is made again is taken down in the step that makes it: others see it until then, and a step can put
// back only what it finds itself. So what its new form must wait for, beyond the step, its old form does,
// too.
void keep_together(const std::vector<Action>& actions, Graph& graph) {
  const auto ends_step = [](const Action& action) { return action.alone || !action.after_commit.empty(); };
  if (std::none_of(actions.begin(), actions.end(), ends_step)) return;
  std::map<catalog::ObjectId, std::size_t> droppers;
  for (std::size_t n = 0; n < actions.size(); ++n)
    for (const auto& id : actions[n].drops) droppers.emplace(id, n);
  std::vector<std::vector<std::size_t>> following(actions.size());
  for (std::size_t n = 0; n < actions.size(); ++n)
    for (const std::size_t first : graph.before[n]) following[first].push_back(n);
  const auto wait = [&](std::size_t n, std::size_t first) {
    graph.before[n].push_back(first);
    following[first].push_back(n);
  };
  for (std::size_t made = 0; made < actions.size(); ++made)
    for (const auto& id : actions[made].preserve) {
      const auto found = droppers.find(id);
      if (found == droppers.end() || found->second == made) continue;
      const std::size_t dropped = found->second;
      const auto later = reached(following, dropped);
      auto earlier = reached(graph.before, made);
      earlier.insert(made);
      for (const std::size_t n : earlier) {
        const auto possible = [&](std::size_t first) { return first != dropped && later.count(first) == 0; };
        if (actions[n].alone && possible(n)) wait(dropped, n);
        const auto committed = graph.before_commit[n];
        for (const std::size_t first : committed)
          if (possible(first)) {
            wait(dropped, first);
            graph.before_commit[dropped].push_back(first);
          }
      }
    }
}

Action session_setting(const char* sql) {
  Action action;
  action.statement.sql = sql;
  action.effect = [](catalog::Database&) {};
  return action;
}

// Around those, and only those, whose body names what is made later.
std::vector<Action> with_unchecked_bodies(std::vector<Action> actions) {
  std::vector<Action> out;
  bool off = false;
  const auto turn = [&](bool to_off) {
    if (off != to_off)
      out.push_back(
          session_setting(to_off ? "SET LOCAL check_function_bodies = off" : "RESET check_function_bodies"));
    off = to_off;
  };
  for (Action& action : actions) {
    turn(action.unchecked_body);
    out.push_back(std::move(action));
  }
  turn(false);
  return out;
}

constexpr std::size_t unplaced = std::numeric_limits<std::size_t>::max();

// Takes all that can run in the step that is open, then opens the next; `alone_first` says with which sort it
// begins.
std::vector<std::vector<std::size_t>> steps_of(const std::vector<Action>& actions, const Graph& graph,
                                               bool alone_first) {
  const std::size_t count = actions.size();
  std::vector<std::vector<std::size_t>> following(count);
  std::vector<std::size_t> waiting(count, 0), step_of(count, unplaced);
  for (std::size_t n = 0; n < count; ++n)
    for (const std::size_t first : graph.before[n]) {
      following[first].push_back(n);
      ++waiting[n];
    }
  using Entry = std::pair<int, std::size_t>;
  using Queue = std::priority_queue<Entry, std::vector<Entry>, std::greater<>>;
  Queue free[2];  // [1]: those that run alone
  const auto enqueue = [&](std::size_t n) {
    free[actions[n].alone].emplace(static_cast<int>(actions[n].rank), n);
  };
  for (std::size_t n = 0; n < count; ++n)
    if (waiting[n] == 0) enqueue(n);
  std::vector<std::vector<std::size_t>> steps;
  const auto place = [&](std::size_t n) {
    steps.back().push_back(n);
    step_of[n] = steps.size() - 1;
    for (const std::size_t next : following[n])
      if (--waiting[next] == 0) enqueue(next);
  };
  const auto committed = [&](std::size_t n) {
    return std::all_of(graph.before_commit[n].begin(), graph.before_commit[n].end(),
                       [&](std::size_t first) { return step_of[first] + 1 < steps.size(); });
  };
  bool alone = alone_first;
  for (std::size_t placed = 0; placed < count; alone = !alone) {
    if (alone) {
      while (!free[1].empty()) {
        const std::size_t n = free[1].top().second;
        free[1].pop();
        steps.emplace_back();
        place(n);
        ++placed;
      }
      continue;
    }
    std::vector<std::size_t> too_early;
    steps.emplace_back();
    while (!free[0].empty()) {
      const std::size_t n = free[0].top().second;
      free[0].pop();
      if (!committed(n)) {
        too_early.push_back(n);
        continue;
      }
      place(n);
      ++placed;
    }
    if (steps.back().empty()) steps.pop_back();
    for (const std::size_t n : too_early) enqueue(n);
  }
  return steps;
}

std::string part_text(const std::vector<const Action*>& parts) {
  const std::string head = "ALTER TABLE " + parts.front()->part_of.sql();
  if (parts.size() == 1) return head + " " + parts.front()->statement.sql;
  return head + "\n" + join_with(parts, ",\n", [](const Action* part) { return "  " + part->statement.sql; });
}

Statement joined(const std::vector<const Action*>& parts) {
  Statement statement = parts.front()->statement;
  statement.sql = part_text(parts);
  for (std::size_t n = 1; n < parts.size(); ++n) {
    const Statement& other = parts[n]->statement;
    for (const std::string& note : other.notes)
      if (std::find(statement.notes.begin(), statement.notes.end(), note) == statement.notes.end())
        statement.notes.push_back(note);
    statement.lock = std::max(statement.lock, other.lock);
    statement.rewrites_table |= other.rewrites_table;
    statement.scans_table |= other.scans_table;
    statement.loses_data |= other.loses_data;
  }
  return statement;
}

// Within one ALTER TABLE PostgreSQL drops first, whatever the order of the parts; those that drop something
// themselves keep their place among them.
bool would_drop_too_early(const std::vector<const Action*>& parts, const Action& next) {
  const auto drops = [&](const catalog::ObjectId& id) {
    return std::find(next.drops.begin(), next.drops.end(), id) != next.drops.end();
  };
  return std::any_of(parts.begin(), parts.end(), [&](const Action* part) {
    return part->drops.empty() && std::any_of(part->releases.begin(), part->releases.end(), drops);
  });
}

}  // namespace

Circle::Circle(const std::string& text, std::vector<catalog::ObjectId> objects)
    : Error(ExitCode::failed, text, "split the change into two revisions"), objects_(std::move(objects)) {}

std::vector<ActionStep> arrange(std::vector<Action> actions) {
  Graph graph = graph_without_circles(actions);
  refuse_cycle(actions, graph);
  keep_together(actions, graph);
  auto steps = steps_of(actions, graph, false);
  auto other = steps_of(actions, graph, true);
  if (other.size() < steps.size()) steps = std::move(other);
  std::vector<ActionStep> result;
  for (const auto& step : steps) {
    ActionStep& into = result.emplace_back();
    into.transactional = !actions[step.front()].alone;
    for (const std::size_t n : step) into.actions.push_back(std::move(actions[n]));
    into.actions = with_unchecked_bodies(std::move(into.actions));
  }
  return result;
}

catalog::ObjectId object_of(const Action& action) {
  if (!action.about.name.empty()) return action.about;
  if (!action.creates.empty()) return action.creates.front();
  if (!action.drops.empty()) return action.drops.front();
  return action.needs.empty() ? catalog::ObjectId{} : action.needs.front();
}

std::vector<std::pair<Statement, catalog::ObjectId>> statements_of(const ActionStep& step) {
  std::vector<std::pair<Statement, catalog::ObjectId>> result;
  for (std::size_t n = 0; n < step.actions.size();) {
    std::vector<const Action*> parts{&step.actions[n]};
    const auto& table = step.actions[n].part_of;
    while (!table.empty() && n + parts.size() < step.actions.size()) {
      const Action& next = step.actions[n + parts.size()];
      if (next.part_of != table || would_drop_too_early(parts, next)) break;
      parts.push_back(&next);
    }
    result.emplace_back(table.empty() ? parts.front()->statement : joined(parts), object_of(*parts.front()));
    n += parts.size();
  }
  return result;
}

std::vector<diff::Rename> renames_back(const ActionStep& step) {
  std::vector<diff::Rename> back;
  for (auto action = step.actions.rbegin(); action != step.actions.rend(); ++action)
    for (auto rename = action->renames.rbegin(); rename != action->renames.rend(); ++rename)
      back.push_back(diff::inverse(*rename));
  return back;
}

Step written(const ActionStep& step) {
  Step result;
  result.transactional = step.transactional;
  for (auto& [statement, object] : statements_of(step)) result.statements.push_back(std::move(statement));
  const auto back = renames_back(step);
  std::set<std::string> preserve;
  for (const Action& action : step.actions)
    for (const auto& id : action.preserve) {
      const auto was = diff::renamed(id, back).key(), now = id.key();
      preserve.insert(was == now ? now : was + " -> " + now);
    }
  result.preserve.assign(preserve.begin(), preserve.end());
  return result;
}

}  // namespace migrate::plan
