// What `revision --autogenerate`, `check` and `verify` share: the models, a database to hold them against,
// and what comes of it.
#pragma once
#include <cstddef>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "autogenerate/compare.hpp"
#include "cli/context.hpp"
#include "model/document.hpp"
#include "model/source.hpp"
#include "postgres/introspect.hpp"
#include "postgres/scratch.hpp"
#include "run/options.hpp"

namespace migrate::cli {

// [models], compiled and run, or read. Its warnings are printed.
model::Document load_models(Context& context, const model::OnText& on_beginning = {});

postgres::IntrospectOptions in_view(Context& context, const catalog::Database& models,
                                    bool dependencies = true);

// The models, and what of the configured database is in view, without dependencies.
struct BothSides {
  model::Document models;
  catalog::Database live;
};
BothSides read_both_sides(Context& context);

// Where a scratch database can be made: [scratch] url; else the local server, if it is installed in the major
// version of the target (0: any); else beside the target, with [scratch] beside = true. nullopt: nowhere.
std::optional<postgres::ConnectOptions> scratch_server(Context& context, int target_version);
// The same for a command that cannot do without; throws Error(usage).
postgres::ConnectOptions required_scratch_server(Context& context);

// A database that all scripts have built.
std::unique_ptr<postgres::ScratchDatabase> history_database(Context& context);
// One that the scripts of any folder have built up to `targets`: "heads", "base", revisions …
std::unique_ptr<postgres::ScratchDatabase> history_database(Context& context,
                                                            const revision::Directory& directory,
                                                            const revision::Graph& graph,
                                                            const std::vector<std::string>& targets);

autogenerate::Comparison compare(Context& context, const model::Document& models, catalog::Database live,
                                 autogenerate::CompareOptions options);

// Lines for people: what differs, what could not be compared, what is left alone.
std::vector<std::string> difference_lines(const autogenerate::Comparison& comparison);
// And what no revision could make.
std::vector<std::string> all_difference_lines(const model::Document& models,
                                              const autogenerate::Comparison& comparison);
// What this history made of what the database has, up to the heads of the scripts or to where the database
// is.
std::set<catalog::ObjectId> owned_at_heads(Context& context);
std::set<catalog::ObjectId> owned_by_database(Context& context);
// Throws Error(undecided) unless the database has all revisions.
void require_at_head(Context& context);
// Says on stderr, always and by name, what is not handled: `left_out` is what becomes of it ("not compared").
// With `strict` throws Error(failed) instead.
void tell_unhandled(Context& context, const std::vector<catalog::Unhandled>& unhandled,
                    const std::string& left_out, bool strict, const std::string& who = "the database has");
// "3 views: public.a, public.b, public.c; 12 functions: public.f(integer), … and 7 more"
std::string unhandled_text(const std::vector<catalog::Unhandled>& unhandled, std::size_t most_names = 5);
// What a snapshot has of such kinds and the database lacks: it can only be named.
std::vector<catalog::Unhandled> not_made(const model::Document& models, const catalog::Database& live);
void note_left_alone(Context& context, const model::Document& models,
                     const autogenerate::Comparison& comparison, bool strict);
constexpr const char* strict_help = "refuse if there are objects of kinds that migrate does not handle";

}  // namespace migrate::cli
