#include <algorithm>
#include <utility>

#include "tests/support/random_catalog.hpp"

namespace migrate::test {
namespace {

using catalog::Kind;
using catalog::ObjectId;
using diff::Rename;

// Everything that can be renamed by itself; labels as a rename of their own.
std::vector<Rename> nameable(const catalog::Database& database) {
  std::vector<Rename> out;
  const auto add = [&](Kind kind, catalog::Name name, std::string member, std::string label = {}) {
    const ObjectId id{kind, std::move(name), std::move(member)};
    out.push_back({id, id, label, label});
  };
  for (const auto& schema : database.schemas)
    if (schema.name != "public") add(Kind::schema, {"", schema.name}, "");
  for (const auto& type : database.enums) {
    add(Kind::enum_type, type.name, "");
    for (const auto& label : type.labels) add(Kind::enum_type, type.name, "", label);
  }
  for (const auto& sequence : database.sequences) add(Kind::sequence, sequence.name, "");
  for (const auto& table : database.tables) {
    add(Kind::table, table.name, "");
    for (const auto& column : table.columns)
      if (!column.inherited) add(Kind::column, table.name, column.name);
    for (const auto& constraint : table.constraints)
      if (!constraint.inherited) add(Kind::constraint, table.name, constraint.name);
    for (const auto& index : table.indexes) add(Kind::index, {table.name.schema, index.name}, "");
  }
  return out;
}

std::string& end(Rename& rename) {
  if (!rename.to_label.empty()) return rename.to_label;
  return rename.to.member.empty() ? rename.to.name.name : rename.to.member;
}

bool beside(const Rename& a, const Rename& b) {
  return a.from.kind == b.from.kind && a.from_label.empty() == b.from_label.empty() &&
         a.from.name.schema == b.from.name.schema && a.from != b.from &&
         ((a.from.member.empty() && a.from_label.empty()) || a.from.name == b.from.name);
}

}  // namespace

std::vector<Rename> RandomCatalog::renames(const catalog::Database& database) {
  auto left = nameable(database);
  std::vector<Rename> out;
  for (int n = 1 + below(5); n > 0 && !left.empty(); --n) {
    const auto take = [&](std::size_t at) {
      auto taken = left[at];
      left.erase(left.begin() + static_cast<std::ptrdiff_t>(at));
      return taken;
    };
    auto first = take(static_cast<std::size_t>(below(static_cast<int>(left.size()))));
    // A ring of two or three, or a new name.
    std::vector<Rename> ring{first};
    for (std::size_t at = 0, most = chance(40) ? static_cast<std::size_t>(1 + below(2)) : 0;
         ring.size() <= most && at < left.size();)
      if (beside(first, left[at]))
        ring.push_back(take(at));
      else
        ++at;
    if (ring.size() == 1) end(ring.front()) = fresh_name();
    for (std::size_t at = 0; ring.size() > 1 && at < ring.size(); ++at) {
      auto next = at + 1 < ring.size() ? ring[at + 1] : first;
      end(ring[at]) = next.from_label.empty()
                          ? (next.from.member.empty() ? next.from.name.name : next.from.member)
                          : next.from_label;
    }
    out.insert(out.end(), ring.begin(), ring.end());
  }
  return out;
}

}  // namespace migrate::test
