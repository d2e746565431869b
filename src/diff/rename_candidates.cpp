#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <type_traits>

#include "catalog/fields.hpp"
#include "diff/rename.hpp"
#include "util/text.hpp"

namespace migrate::diff {
namespace {

using catalog::Database;
using catalog::Kind;
using catalog::ObjectId;

struct Pair {
  double likeness = 0;  // 0 to 1
  Rename rename;
};

// Less than this much in common is another object.
constexpr double alike = 0.6;
constexpr std::size_t most_pairs = 250'000;

template <class T>
bool equal_but_for_name(T a, const T& b) {
  a.name = b.name;
  return a == b;
}

// A constraint or index that only has another name; comments may differ.
template <class T>
double same_definition(T a, T b) {
  a.comment.clear();
  b.comment.clear();
  return equal_but_for_name(a, b) ? 1 : 0;
}

bool mean_the_same(const catalog::Column& a, const catalog::Column& b) {
  return a.type == b.type && a.not_null == b.not_null && a.generated == b.generated &&
         a.identity.has_value() == b.identity.has_value();
}

double likeness(const catalog::Table& a, const catalog::Table& b) {
  std::size_t same = 0;
  for (const auto& column : a.columns) {
    const auto* other = b.column(column.name);
    if (other && other->type == column.type) ++same;
  }
  const auto most = std::max(a.columns.size(), b.columns.size());
  return most == 0 ? 0 : static_cast<double>(same) / static_cast<double>(most);
}

// By how many of the letters stand in both names, in order: "mail" in "email_address".
double name_likeness(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1, 0);
  for (const char c : a) {
    std::size_t diagonal = 0;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const auto above = row[j];
      row[j] = b[j - 1] == c ? diagonal + 1 : std::max(row[j], row[j - 1]);
      diagonal = above;
    }
  }
  return 2.0 * static_cast<double>(row.back()) / static_cast<double>(a.size() + b.size());
}

double likeness(const catalog::Column& a, const catalog::Column& b, std::size_t position_a,
                std::size_t position_b) {
  if (!mean_the_same(a, b)) return 0;
  double out = alike + 0.25 * name_likeness(a.name, b.name);
  if (a.default_value == b.default_value) out += 0.05;
  if (!a.comment.empty() && a.comment == b.comment) out += 0.05;
  if (position_a == position_b) out += 0.05;
  return out;
}

std::size_t position(const catalog::Table& table, const std::string& column) {
  return static_cast<std::size_t>(std::find_if(table.columns.begin(), table.columns.end(),
                                               [&](const auto& each) { return each.name == column; }) -
                                  table.columns.begin());
}

// Indexes have no table in their id.
using IndexesByName = std::map<catalog::Name, std::pair<catalog::Name, const catalog::Index*>>;

IndexesByName indexes_of(const Database& database, const std::vector<Change>& changes, Action action) {
  std::set<catalog::Name> wanted;
  for (const auto& change : changes)
    if (change.object.kind == Kind::index && change.action == action) wanted.insert(change.object.name);
  IndexesByName out;
  if (wanted.empty()) return out;
  const auto look_in = [&](const auto& list) {
    for (const auto& each : list)
      for (const auto& index : each.indexes)
        if (const catalog::Name name{each.name.schema, index.name}; wanted.count(name))
          out[name] = {each.name, &index};
  };
  look_in(database.tables);
  look_in(database.materialized_views);
  return out;
}

class Finder {
 public:
  Finder(const Database& before, const Database& after, const std::vector<Change>& changes)
      : before_(before),
        after_(after),
        dropped_indexes_(indexes_of(before, changes, Action::drop)),
        created_indexes_(indexes_of(after, changes, Action::create)) {
    // What stands in one place: the table for its parts, the schema for the rest.
    using Place = std::tuple<Kind, std::string, std::string>;
    std::map<Place, Group> groups;
    for (const auto& change : changes) {
      const auto& id = change.object;
      if (change.action == Action::alter && id.kind == Kind::enum_type) labels(id);
      if (change.action != Action::drop && change.action != Action::create) continue;
      auto& group = groups[{id.kind, id.name.schema, table_of(change)}];
      (change.action == Action::drop ? group.dropped : group.created).push_back(id);
    }
    for (const auto& [place, group] : groups) compare(group);
  }

  // Best first; of equals the one that comes first by name, so that the same input gives the same answer.
  std::vector<Rename> best() {
    std::stable_sort(pairs_.begin(), pairs_.end(),
                     [](const Pair& a, const Pair& b) { return a.likeness > b.likeness; });
    std::set<std::pair<ObjectId, std::string>> used_from, used_to;
    std::vector<Rename> out;
    for (const auto& [score, rename] : pairs_) {
      const std::pair from{rename.from, rename.from_label};
      const std::pair to{rename.to, rename.to_label};
      if (used_from.count(from) || used_to.count(to)) continue;
      used_from.insert(from);
      used_to.insert(to);
      out.push_back(rename);
    }
    return out;
  }

 private:
  struct Group {
    std::vector<ObjectId> dropped, created;
  };

  // Empty for what does not live inside of a table.
  std::string table_of(const Change& change) const {
    const auto& id = change.object;
    if (catalog::is_member(id.kind)) return id.name.name;
    if (id.kind != Kind::index) return {};
    const auto& indexes = change.action == Action::drop ? dropped_indexes_ : created_indexes_;
    return indexes.at(id.name).first.name;
  }

  void compare(const Group& group) {
    if (group.dropped.size() * group.created.size() > most_pairs) return compare_equal_tables(group);
    for (const auto& from : group.dropped)
      for (const auto& to : group.created) add(from, to);
  }

  void add(const ObjectId& from, const ObjectId& to) {
    if (const double score = likeness_of(from, to); score >= alike)
      pairs_.push_back({score, {from, to, {}, {}}});
  }

  // Of very many, those that have just the same columns, one to one: each with each would take minutes.
  void compare_equal_tables(const Group& group) {
    if (group.dropped.front().kind != Kind::table) return;
    const auto columns = [](const catalog::Table& table) {
      return join_with(table.columns, "\n",
                       [](const catalog::Column& each) { return each.name + "\t" + each.type; });
    };
    std::map<std::string, std::vector<const ObjectId*>> created;
    for (const auto& to : group.created) created[columns(*after_.table(to.name))].push_back(&to);
    for (const auto& from : group.dropped) {
      const auto found = created.find(columns(*before_.table(from.name)));
      if (found == created.end() || found->second.empty()) continue;
      add(from, *found->second.front());
      found->second.erase(found->second.begin());
    }
  }

  double likeness_of(const ObjectId& from, const ObjectId& to) const {
    switch (from.kind) {
      case Kind::table:
        return likeness(*before_.table(from.name), *after_.table(to.name));
      case Kind::column: {
        const auto& before = *before_.table(from.name);
        const auto& after = *after_.table(to.name);
        return likeness(*before.column(from.member), *after.column(to.member), position(before, from.member),
                        position(after, to.member));
      }
      case Kind::constraint:
        return same_definition(*before_.table(from.name)->constraint(from.member),
                               *after_.table(to.name)->constraint(to.member));
      case Kind::index: {
        return same_definition(*dropped_indexes_.at(from.name).second, *created_indexes_.at(to.name).second);
      }
      case Kind::enum_type:
        return before_.enum_type(from.name)->labels == after_.enum_type(to.name)->labels ? 1 : 0;
      case Kind::sequence:
        return same_definition(*before_.sequence(from.name), *after_.sequence(to.name));
      case Kind::schema:
        return likeness_of_schemas(from.name.name, to.name.name);
      default:
        return likeness_of_definitions(from, to);
    }
  }

  // Nothing but the name differs, and perhaps the comment.
  double likeness_of_definitions(const ObjectId& from, const ObjectId& to) const {
    double out = 0;
    Database::definitions(before_, [&](const auto& list) {
      using T = typename std::remove_cvref_t<decltype(list)>::value_type;
      const auto* was = catalog::find_definition(list, from);
      const auto* now = after_.find<T>(to);
      if constexpr (requires { was->comment; })
        if (was && now) out = same_definition(*was, *now);
    });
    return out;
  }

  // How many of the tables of one are in the other by name.
  double likeness_of_schemas(const std::string& from, const std::string& to) const {
    std::size_t count_before = 0, count_after = 0, same = 0;
    for (const auto& table : before_.tables) {
      if (table.name.schema != from) continue;
      ++count_before;
      if (after_.table({to, table.name.name})) ++same;
    }
    for (const auto& table : after_.tables)
      if (table.name.schema == to) ++count_after;
    const auto most = std::max(count_before, count_after);
    return most == 0 ? 0 : static_cast<double>(same) / static_cast<double>(most);
  }

  // A label that goes where another one comes.
  void labels(const ObjectId& id) {
    const auto* before = before_.enum_type(id.name);
    const auto* after = after_.enum_type(id.name);
    if (!before || !after || before->labels.size() != after->labels.size()) return;
    const auto has = [](const std::vector<std::string>& list, const std::string& label) {
      return std::find(list.begin(), list.end(), label) != list.end();
    };
    for (std::size_t i = 0; i < before->labels.size(); ++i) {
      const auto& from = before->labels[i];
      const auto& to = after->labels[i];
      if (!has(after->labels, from) && !has(before->labels, to))
        pairs_.push_back({alike, {id, id, from, to}});
    }
  }

  const Database& before_;
  const Database& after_;
  IndexesByName dropped_indexes_, created_indexes_;
  std::vector<Pair> pairs_;
};

}  // namespace

std::vector<Rename> rename_candidates(const Database& before, const Database& after,
                                      const std::vector<Change>& changes) {
  return Finder(before, after, changes).best();
}

}  // namespace migrate::diff
