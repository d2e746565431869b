#include "autogenerate/compare_whole.hpp"

#include <algorithm>

#include "autogenerate/unmanaged.hpp"
#include "diff/access.hpp"
#include "diff/children.hpp"
#include "diff/prepare.hpp"
#include "util/error.hpp"
#include "util/text.hpp"

namespace migrate::autogenerate {
namespace {

using catalog::Database;
using catalog::Unhandled;

int major(const Database& database) { return database.server_version / 10000; }

// What the one lacks of the other's bookkeeping is not looked for there.
void leave_out_bookkeeping(Database& a, Database& b) {
  const auto leave_out = [](Database& from, const Database& other) {
    leave_out_foreign_bookkeeping(from,
                                  [&](const catalog::Name& name) { return other.table(name) == nullptr; });
  };
  leave_out(a, b);
  leave_out(b, a);
}

// Built on a scratch server, which knows every name and says every text in its own words.
void build(Side& side, CanonicalOptions options) {
  options.locations = side.document.locations;
  const auto server = options.server();
  if (!server)
    throw Error(ExitCode::usage, "neither side comes from a server, and there is none to build one on",
                "set url under [scratch] to any database of a server on which the role may CREATEDB, or "
                "install a PostgreSQL server");
  Database empty;
  empty.server_version = postgres::Session(*server).server_version();
  side.document.database =
      *canonicalize_with(empty, options)(diff::prepare(side.document.database).database, empty);
  side.from_server = true;
}

// With texts as they stand where nobody can be asked and one server's words are the other's.
diff::Canonicalize asking(const Side& declared, const Side& live, const CanonicalOptions& options) {
  auto ask = canonicalize_with(live.document.database, options);
  const bool same_words = declared.from_server && live.from_server &&
                          major(declared.document.database) == major(live.document.database);
  if (!same_words) return ask;
  return [ask = std::move(ask)](const Database& database, const Database& like) -> std::optional<Database> {
    try {
      if (auto printed = ask(database, like)) return printed;
    } catch (const Error& error) {
      // The scratch server may lack an extension, or what is not handled is needed to build the rest.
      if (error.code() != ExitCode::failed && error.code() != ExitCode::no_connection) throw;
    }
    return database;
  };
}

void leave_out_versions(Side& declared, const Side& live) {
  if (major(declared.document.database) == major(live.document.database)) return;
  for (auto& each : declared.document.database.extensions) each.version.clear();
}

// Of a server everything is known, also that it lacks a partition; resolve() has it for the comparison alone.
void drop_undeclared_partitions(Comparison& comparison, const Database& declared) {
  std::erase_if(comparison.target.tables, [&](const catalog::Table& each) {
    return !each.partition_of.empty() && declared.table(each.name) == nullptr &&
           comparison.before.table(each.name) != nullptr;
  });
}

// Of a server it is known, too, that it gives an extension the usual comment.
void take_extension_comments(Comparison& comparison, const Database& declared) {
  for (auto& each : comparison.target.extensions)
    if (const auto* there = declared.extension(each.name)) each.comment = there->comment;
}

// Models leave the partitions of what they declare to others.
void keep_partitions(Comparison& comparison, const Database& declared) {
  diff::add_undeclared_partitions(comparison.target, comparison.before);
  diff::complete_children(comparison.target, comparison.before,
                          [&](const catalog::Name& table) { return declared.table(table) != nullptr; });
}

// `declared` in the words of `live`, and how they differ.
Comparison settle(const Side& declared, const Side& live, const WholeOptions& options) {
  auto canonical = options.canonical;
  canonical.locations = declared.document.locations;
  const auto canonicalize = asking(declared, live, canonical);
  const auto& there = live.document.database;
  Comparison out;
  if (declared.from_server) {
    auto resolved = diff::resolve(declared.document.database, there, canonicalize);
    out.live = out.before = there;
    out.target = std::move(resolved.target);
    take_extension_comments(out, declared.document.database);
    diff::settle_access(out.target, there);
    out.unverified = std::move(resolved.unverified);
  } else {
    CompareOptions whole;
    whole.owners = options.owners;
    whole.privileges = options.privileges;
    whole.drop_unmanaged = whole.no_renames = true;
    whole.keep_partitions = !declared.whole;
    if (!declared.whole) {
      whole.include = options.include;
      whole.exclude = options.exclude;
    }
    out = compare(declared.document, there, whole, canonicalize);
  }
  if (declared.whole)
    drop_undeclared_partitions(out, declared.document.database);
  else
    keep_partitions(out, declared.document.database);
  out.changes = diff::diff(out.before, out.target);
  return out;
}

// Some versions name the schema of a built-in type where others don't.
std::string plain(const Unhandled& object) {
  return object.kind + " " + replace_all(object.identity, "pg_catalog.", "");
}

std::vector<Unhandled> missing(const std::vector<Unhandled>& some, const std::vector<Unhandled>& others) {
  std::vector<Unhandled> out;
  for (const auto& each : some)
    if (std::none_of(others.begin(), others.end(),
                     [&](const Unhandled& other) { return plain(each) == plain(other); }))
      out.push_back(each);
  return out;
}

}  // namespace

WholeComparison compare_whole(Side from, Side to, const WholeOptions& options) {
  leave_out_bookkeeping(from.document.database, to.document.database);
  for (auto* side : {&from, &to})
    catalog::keep_access(side->document.database, options.owners, options.privileges);
  WholeComparison out;
  if (from.from_server && to.from_server) {
    const auto &a = from.document.database.unhandled, &b = to.document.database.unhandled;
    out.only_from = missing(a, b);
    out.only_to = missing(b, a);
  }
  if (!from.from_server && !to.from_server) build(from, options.canonical);
  if (from.from_server) {
    leave_out_versions(to, from);
    out.comparison = settle(to, from, options);
    return out;
  }
  leave_out_versions(from, to);
  from.document.renames.clear();  // said of a way that leads to these models, not away from them
  auto back = settle(from, to, options);
  auto& there = out.comparison;
  there.live = std::move(back.target);
  there.before = there.live;
  there.target = std::move(back.before);
  there.unverified = std::move(back.unverified);
  there.changes = diff::diff(there.before, there.target);
  return out;
}

}  // namespace migrate::autogenerate
