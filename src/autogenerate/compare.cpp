#include "autogenerate/compare.hpp"

#include <algorithm>

#include "autogenerate/unmanaged.hpp"
#include "catalog/spelling.hpp"
#include "diff/access.hpp"
#include "diff/children.hpp"
#include "plan/rename.hpp"
#include "util/error.hpp"
#include "util/quote.hpp"
#include "util/text.hpp"

namespace migrate::autogenerate {
namespace {

using catalog::Database;
using catalog::Kind;
using catalog::Name;
using catalog::ObjectId;

// The schemas of what the models declare are meant by them, as they are if they are there. Returns those that
// are.
std::set<std::string> imply_schemas(Database& models, const Database& live) {
  std::set<std::string> there_already;
  for (const auto& name : catalog::named_schemas(models)) {
    if (models.schema(name) != nullptr) continue;
    const auto* there = live.schema(name);
    if (there != nullptr) there_already.insert(name);
    models.schemas.push_back(there != nullptr ? *there : catalog::Schema{name, ""});
    models.sort();
  }
  return there_already;
}

// "users", "sales.users", "users.nick", "sales.users.nick" as the user wrote it on the command line →
// candidates.
std::vector<ObjectId> meanings(const std::string& text, const Database& database) {
  const auto parts = catalog::split_identifier(text);
  std::vector<ObjectId> out;
  if (!parts || parts->size() > 3) return out;
  for (const auto& id : catalog::object_ids(database)) {
    std::vector<std::string> full{id.name.schema, id.name.name};
    if (id.name.schema.empty()) full = {id.name.name};
    if (catalog::is_member(id.kind)) full.push_back(id.member);
    const bool whole = full == *parts;
    const bool in_public =
        full.front() == "public" && std::equal(full.begin() + 1, full.end(), parts->begin(), parts->end());
    if (whole || in_public) out.push_back(id);
  }
  return out;
}

diff::Rename parse_rename(const std::string& text, const Database& live) {
  const auto equals = text.find('=');
  if (equals == std::string::npos)
    throw Error(ExitCode::usage,
                "--rename " + text + ": there is no =", "write --rename OLD=NEW, such as users.nick=handle");
  const auto found = meanings(text.substr(0, equals), live);
  if (found.empty())
    throw Error(ExitCode::usage, "--rename " + text + ": the database has no " + text.substr(0, equals),
                "the old name stands before the =");
  if (found.size() > 1)
    throw Error(ExitCode::usage,
                "--rename " + text + " can mean " +
                    join_with(found, " or ", [](const ObjectId& id) { return id.text(); }),
                "name it with its schema");
  diff::Rename rename{found.front(), found.front(), "", ""};
  auto parts = catalog::split_identifier(text.substr(equals + 1));
  if (!parts)
    throw Error(ExitCode::usage, "--rename " + text + ": " + text.substr(equals + 1) + " is not a name");
  // The new name may be given alone or with what the old one was given with.
  const bool is_member = catalog::is_member(rename.to.kind);
  auto& last = is_member ? rename.to.member : rename.to.name.name;
  last = parts->back();
  if (!is_member && parts->size() == 2) rename.to.name.schema = parts->front();
  return rename;
}

diff::Rename stated(const model::Rename& said) {
  diff::Rename rename{said.object, said.object, "", ""};
  if (!said.label.empty()) {
    rename.from_label = said.was;
    rename.to_label = said.label;
    return rename;
  }
  if (catalog::is_member(said.object.kind)) {
    rename.from.member = said.was;
    return rename;
  }
  Name was;
  if (!catalog::from_text(said.was, was)) was.name = said.was;
  if (was.schema.empty()) was.schema = said.object.name.schema;
  rename.from.name = was;
  return rename;
}

// " --rename users.nick=handle", for a shell.
std::string rename_flag(const diff::Rename& rename) {
  const auto& from = rename.from;
  const auto& to = rename.to;
  const bool is_member = catalog::is_member(from.kind);
  const auto text = from.name.text() + (is_member ? "." + quote_identifier(from.member) : "") + "=" +
                    (is_member                            ? quote_identifier(to.member)
                     : from.name.schema != to.name.schema ? to.name.text()
                                                          : quote_identifier(to.name.name));
  const bool plain = text.find_first_of("\" $'\\&;()<>|*?") == std::string::npos;
  return " --rename " + (plain ? text : "'" + replace_all(text, "'", "'\\''") + "'");
}

// What the models say of a swap looks the same before it and after.
void refuse_ring(const std::vector<diff::Rename>& ring) {
  if (ring.empty()) return;
  throw Error(ExitCode::undecided,
              "the models say that names were swapped: " + join_with(ring, ", ", plan::describe) +
                  "; whether that was done already cannot be seen",
              ring.front().from_label.empty()
                  ? "take these renames out of the models; if it is still to be done, say so once with" +
                        join_with(ring, "", rename_flag)
                  : "take these renames out of the models, and rename the labels or attributes in a script "
                    "of your own");
}

// Tables and types first: a column's rename names its table as it is called afterwards.
std::vector<diff::Rename> settled_renames(const model::Document& models, const Database& live,
                                          const CompareOptions& options) {
  std::vector<diff::Rename> all;
  for (const auto& text : options.renames) all.push_back(parse_rename(text, live));
  std::vector<diff::Rename> said_by_models;
  for (const auto& said : models.renames)
    if (auto rename = stated(said); std::find(all.begin(), all.end(), rename) == all.end())
      said_by_models.push_back(std::move(rename));
  std::erase_if(said_by_models, [&](const diff::Rename& each) {
    return each.from_label.empty() && !catalog::contains(live, each.from) && catalog::contains(live, each.to);
  });
  refuse_ring(diff::rename_ring(said_by_models));
  all.insert(all.end(), said_by_models.begin(), said_by_models.end());
  std::stable_sort(all.begin(), all.end(), [](const diff::Rename& a, const diff::Rename& b) {
    return catalog::is_member(a.from.kind) < catalog::is_member(b.from.kind);
  });
  if (!all.empty()) diff::apply_renames(live, all);
  return all;
}

bool comes_with_every_database(const ObjectId& id) {
  return id == ObjectId{Kind::schema, {"", "public"}, ""} ||
         id == ObjectId{Kind::extension, {"", "plpgsql"}, ""};
}

// Partitions, and what hangs on them, are the affair of a declared parent, whoever makes them.
bool belongs_to_partition_of(const ObjectId& id, const Database& database,
                             const std::function<bool(const Name&)>& is_declared) {
  const auto* sequence = id.kind == Kind::sequence ? database.sequence(id.name) : nullptr;
  for (const auto* table = database.table(sequence ? sequence->owned_by_table : id.name);
       table && !is_declared(table->name); table = database.table(table->partition_of))
    if (is_declared(table->partition_of)) return true;
  return false;
}

[[noreturn]] void refuse(const std::vector<diff::Rename>& likely) {
  std::string list, flags;
  for (const auto& rename : likely) {
    list += "\n  " + rename.from.text() + " may have become " + rename.to.text();
    flags += rename_flag(rename);
  }
  throw Error(ExitCode::undecided, "there may be a rename here, and a guess could lose data:" + list,
              "say so with" + flags +
                  ", or in the model with .renamed_from(…); if they are different things, --no-renames");
}

void refuse_unknown_access(const Database& declared, const Database& target, const Filter& filter) {
  for (const auto& each : declared.access)
    if (!catalog::bears_access(target, each.object) && filter.in_view(each.object))
      throw Error(ExitCode::failed,
                  "the models say who may use " + each.object.text() + ", which is not there",
                  "correct the name in m.access(…), or take the call out");
}

}  // namespace

std::vector<std::string> schemas_in_view(const std::vector<std::string>& configured, const Database& models,
                                         const std::vector<std::string>& search_path) {
  if (!configured.empty()) return configured;
  auto named = catalog::named_schemas(models);
  named.insert(search_path.begin(), search_path.end());
  return {named.begin(), named.end()};
}

Comparison compare(const model::Document& models, Database live, const CompareOptions& options,
                   const diff::Canonicalize& canonicalize) {
  auto declared = models.database;
  catalog::keep_access(declared, options.owners, options.privileges);
  catalog::spell_out_all(declared, live.server_version);
  const auto implied = imply_schemas(declared, live);
  const Filter filter(options.include, options.exclude);
  filter.remove_from(declared);
  std::set<ObjectId> to_drop;
  for (const auto& name : options.drop) {
    const auto found = meanings(name, live);
    if (found.empty())
      throw Error(ExitCode::usage, "--drop " + name + ": the database has no such object in view",
                  "name it as NAME, SCHEMA.NAME or TABLE.COLUMN");
    to_drop.insert(found.begin(), found.end());
  }

  std::set<Name> declared_tables;
  for (const auto& each : declared.tables) declared_tables.insert(each.name);
  const auto is_declared = [&](const Name& table) { return declared_tables.contains(table); };

  Comparison out;
  out.live = std::move(live);
  out.renames = settled_renames(models, out.live, options);
  std::vector<diff::Rename> refused;
  for (;;) {
    out.before = diff::apply_renames(out.live, out.renames);
    auto resolved = diff::resolve(declared, out.before, canonicalize);
    out.target = std::move(resolved.target);
    out.unverified = std::move(resolved.unverified);
    // Partitions that the models don't speak of are there for the comparison alone.
    std::erase_if(out.target.tables, [&](const catalog::Table& each) { return !is_declared(each.name); });
    diff::settle_access(out.target, out.before);
    if (options.identities) out.declared = catalog::object_ids(out.target);
    std::erase_if(out.declared, [&](const ObjectId& id) {
      return id.kind == Kind::schema && implied.contains(id.name.name);
    });
    out.unmanaged = keep_unmanaged(out.target, out.before, [&](const ObjectId& id) {
      if (!filter.in_view(id)) return Fate::left_alone;
      if (options.owned.contains(id) || to_drop.contains(id)) return Fate::dropped;
      if (is_foreign_bookkeeping(id, out.before) || comes_with_every_database(id)) return Fate::left_alone;
      if (!options.drop_unmanaged) return Fate::unmanaged;
      const bool kept = options.keep_partitions && belongs_to_partition_of(id, out.before, is_declared);
      return kept ? Fate::left_alone : Fate::dropped;
    });
    refuse_unknown_access(declared, out.target, filter);
    catalog::forget_lost_access(out.target);
    // Children that were left alone follow their parents all the same.
    diff::complete_children(out.target, out.before, is_declared);
    out.changes = diff::diff(out.before, out.target);
    if (options.no_renames) return out;
    auto likely = diff::rename_candidates(out.before, out.target, out.changes);
    std::erase_if(likely, [&](const diff::Rename& each) {
      return std::find(refused.begin(), refused.end(), each) != refused.end();
    });
    if (likely.empty()) return out;
    if (!options.ask) refuse(likely);
    if (options.ask(likely.front()))
      out.renames.push_back(likely.front());
    else
      refused.push_back(likely.front());
  }
}

}  // namespace migrate::autogenerate
