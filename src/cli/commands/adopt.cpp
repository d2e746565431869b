#include <algorithm>

#include "autogenerate/ownership.hpp"
#include "autogenerate/unmanaged.hpp"
#include "autogenerate/write.hpp"
#include "cli/adopting.hpp"
#include "cli/command.hpp"
#include "cli/comparing.hpp"
#include "cli/project_files.hpp"
#include "cli/running.hpp"
#include "model/generate_cpp.hpp"
#include "model/glob.hpp"
#include "postgres/bookkeeping.hpp"
#include "run/stamp.hpp"
#include "util/files.hpp"
#include "util/json.hpp"
#include "util/text.hpp"

namespace migrate::cli {
namespace fs = std::filesystem;
namespace {

using catalog::Kind;
using catalog::Name;
using catalog::ObjectId;

constexpr const char* alembic_table = "alembic_version";

struct Adoption {
  bool new_config = false;
  ModelsPlace place;
  postgres::BookkeepingNames names;  // where the stamp goes
  catalog::Database database;        // what is adopted
  std::vector<Name> bookkeeping;     // other tools'
  std::string alembic_id;            // that the baseline takes over
  std::string alembic_schema;
  revision::Script script;
  std::vector<model::SourceFile> models;
  std::vector<std::string> advice;  // lines to add to the configuration
};

bool same(const postgres::BookkeepingNames& a, const postgres::BookkeepingNames& b) {
  return a.schema == b.schema && a.version_table == b.version_table;
}

class Adopt : public Command {
 public:
  std::string name() const override { return "adopt"; }
  std::string description() const override {
    return "Take over a database as it is: models, a first revision that builds it all, and its stamp";
  }

  void declare(Arguments& arguments) override {
    arguments.option("-m,--message", message_, "of the first revision; default: baseline");
    arguments.option("--rev-id", rev_id_, "its id, instead of Alembic's or 12 random digits");
    arguments.flag("--force", force_, "write over models that are there");
    arguments.flag("--dry-run", dry_run_, "say what would be written; write nothing");
    arguments.flag("--strict", strict_, strict_help);
  }

  ExitCode run(Context& context) override {
    if (!rev_id_.empty()) revision::check_revision_id(rev_id_);
    Adoption adoption;
    prepare(context, adoption);
    read_database(context, adoption);
    find_alembic(context, adoption);
    refuse_known(context, adoption);
    draft(context, adoption);
    refuse_overwriting(context, adoption);
    if (dry_run_) {
      report(context, adoption, "migrations/…_" + adoption.script.header.id + "_….sql");
      return ExitCode::ok;
    }
    const auto script = write(context, adoption);
    stamp(context, adoption);
    report(context, adoption, script);
    return ExitCode::ok;
  }

 private:
  static void prepare(Context& context, Adoption& adoption) {
    const auto& settings = context.config({.models = true, .without_file = true});
    std::error_code ignored;
    adoption.new_config = !fs::exists(settings.file, ignored);
    adoption.place = models_place(settings.models);
    if (!adoption.place.configured && !adoption.new_config)
      adoption.advice.emplace_back("[models] sources = [\"models/*.cpp\"]");
    const auto& headers = context.directory().headers();
    if (!headers.empty())
      throw Error(ExitCode::usage,
                  display_path(context.directory().path()) + " has " + plural(headers.size(), "revision") +
                      " already: adopt begins a history",
                  "to bring models and database together in one that is there, use revision --autogenerate");
  }

  void read_database(Context& context, Adoption& adoption) const {
    const auto& settings = context.config();
    auto view = in_view(context, {});
    if (settings.autogenerate.schemas.empty()) view.schemas = {"*"};
    auto& database = adoption.database;
    database = postgres::introspect(context.session(), view);
    catalog::keep_access(database, view.owners, view.privileges);
    adoption.bookkeeping =
        autogenerate::leave_out_foreign_bookkeeping(database, [](const Name&) { return true; });
    autogenerate::Filter(settings.autogenerate.include, settings.autogenerate.exclude).remove_from(database);
    catalog::forget_lost_access(database);
    // Another server may have another one; models don't say it either.
    for (auto& each : database.extensions) each.version.clear();
    tell_unhandled(context, database.unhandled, "left unmanaged", strict_);
    const auto ids = catalog::object_ids(database);
    if (std::all_of(ids.begin(), ids.end(), [](const ObjectId& id) {
          return id == ObjectId{Kind::schema, {"", "public"}, ""};
        }))
      throw Error(ExitCode::failed,
                  "there is nothing to adopt: the " + context.session().description() + " is empty" +
                      (adoption.bookkeeping.empty() ? "" : " but for other tools' tables"),
                  "for a new database declare models and use revision --autogenerate");
  }

  // Where Alembic has brought the database, the baseline stands for it.
  void find_alembic(Context& context, Adoption& adoption) const {
    const auto& settings = context.config().migrations;
    adoption.names = {settings.schema, settings.version_table};
    std::vector<Name> tables;
    for (const auto& name : adoption.bookkeeping)
      if (name.name == alembic_table) tables.push_back(name);
    // As version table it is ours, and not among the others.
    if (settings.version_table == alembic_table) tables = {{settings.schema, alembic_table}};
    if (tables.empty()) return;
    if (tables.size() > 1) {
      if (!rev_id_.empty()) return;
      throw Error(ExitCode::undecided,
                  "Alembic has several version tables here: " +
                      join_with(tables, ", ", [](const Name& name) { return name.text(); }),
                  "name the one to go on with under [migrations]: schema and version_table; or give the "
                  "baseline an id of its own: --rev-id");
    }
    const postgres::BookkeepingNames theirs{tables.front().schema, alembic_table};
    const auto heads = postgres::Bookkeeping(context.session(), theirs).versions();
    if (heads.empty()) return;
    if (heads.size() > 1)
      throw Error(ExitCode::undecided, "the database has several Alembic heads: " + join(heads, ", "),
                  "bring them together first: alembic merge heads, alembic upgrade head");
    if (!rev_id_.empty() && rev_id_ != heads.front()) {
      if (!same(theirs, adoption.names)) return;
      throw Error(ExitCode::usage,
                  "--rev-id " + rev_id_ + ": the configured version table " + alembic_table +
                      " has the database at " + heads.front(),
                  "leave out --rev-id: the baseline takes that id");
    }
    adoption.alembic_id = heads.front();
    adoption.alembic_schema = theirs.schema;
    if (adoption.new_config)
      adoption.names = theirs;
    else if (!same(theirs, adoption.names))
      adoption.advice.push_back("[migrations] version_table = \"" + std::string(alembic_table) + "\"" +
                                (theirs.schema == "public" ? "" : ", schema = \"" + theirs.schema + "\""));
  }

  static void refuse_known(Context& context, const Adoption& adoption) {
    if (!adoption.alembic_id.empty() && same(adoption.names, {adoption.alembic_schema, alembic_table}))
      return;
    const auto rows = postgres::Bookkeeping(context.session(), adoption.names).versions();
    if (!rows.empty())
      throw Error(ExitCode::failed,
                  "migrate keeps this database already: " + adoption.names.version_table + " has it at " +
                      join(rows, ", "),
                  "use the folder of scripts that it was made with; migrate stamp base --purge forgets it");
  }

  void draft(Context& context, Adoption& adoption) const {
    autogenerate::Comparison comparison;
    auto& empty = comparison.live;
    empty.server_version = adoption.database.server_version;
    for (const auto& each : adoption.database.schemas)
      if (each.name == "public") empty.schemas.push_back({each.name, ""});
    comparison.before = empty;
    comparison.target = adoption.database;
    comparison.target.unhandled.clear();
    adoption.script = autogenerate::write_script(comparison, empty.server_version).script;
    auto& header = adoption.script.header;
    header.id = !rev_id_.empty() ? rev_id_ : adoption.alembic_id;
    if (header.id.empty()) header.id = revision::new_revision_id();
    revision::check_revision_id(header.id);
    header.message = message_;
    const auto& search_path = context.config().models.search_path;
    if (adoption.place.single_file.empty())
      adoption.models = model::generate_cpp_files(adoption.database, search_path);
    else
      adoption.models = {{adoption.place.single_file, model::generate_cpp(adoption.database, search_path)}};
  }

  // Files of the same name, and others that would be read as models beside ours.
  void refuse_overwriting(Context& context, const Adoption& adoption) const {
    const auto& settings = context.config();
    auto patterns = settings.models.sources;
    if (patterns.empty()) patterns.emplace_back("models/*.cpp");
    std::vector<std::string> there;
    for (const auto& pattern : patterns)
      for (auto& file : model::glob(settings.project, pattern)) there.push_back(std::move(file));
    std::error_code ignored;
    for (const auto& file : adoption.models) {
      const auto path = (adoption.place.folder / file.name).string();
      const bool found = std::find(there.begin(), there.end(), path) != there.end();
      if (!found && fs::exists(settings.project / path, ignored)) there.push_back(path);
    }
    if (there.empty() || force_) return;
    throw Error(ExitCode::usage,
                join(there, ", ") + (there.size() == 1 ? " is" : " are") +
                    " there already, and adopt writes all models: nothing was written",
                "move them away; --force writes over those of the same name and leaves the others");
  }

  std::string write(Context& context, Adoption& adoption) const {
    const auto& settings = context.config();
    auto& directory = context.directory();
    for (const auto& file : adoption.models)
      write_file(settings.project / adoption.place.folder / file.name, file.text);
    const auto path = directory.write(adoption.script);
    auto owned = catalog::object_ids(adoption.database);
    std::erase(owned, ObjectId{Kind::schema, {"", "public"}, ""});
    const auto& id = adoption.script.header.id;
    write_file(directory.models_folder() / (id + ".json"), autogenerate::to_json({owned, {}}, id));
    if (adoption.new_config) {
      write_file(settings.file, new_config(settings.database.url, adoption.names));
      write_editor_files(settings.project);
    }
    return display_path(path);
  }

  static void stamp(Context& context, const Adoption& adoption) {
    const revision::Directory directory(context.directory().layout());
    const revision::Graph graph(directory.headers());
    auto options = running_options(context, {}, "migrate adopt");
    options.names = adoption.names;
    const auto connect = context.connect_options();
    try {
      run::stamp({context.session(), connect, directory, graph},
                 {revision::parse_target(adoption.script.header.id)}, false, options,
                 running_events(context));
    } catch (const Error& error) {
      throw Error(
          error.code(),
          std::string("all files are written, but the database could not be stamped: ") + error.what(),
          (error.hint().empty() ? "" : error.hint() + "; ") + "then run migrate stamp head");
    }
  }

  void report(Context& context, const Adoption& adoption, const std::string& script) const {
    auto& out = context.out();
    const auto& settings = context.config();
    const auto& id = adoption.script.header.id;
    nlohmann::ordered_json document;
    document["revision"] = id;
    document["path"] = dry_run_ ? nlohmann::ordered_json() : nlohmann::ordered_json(script);
    document["models"] = nlohmann::ordered_json::array();
    for (const auto& file : adoption.models)
      document["models"].push_back((adoption.place.folder / file.name).string());
    document["config"] =
        adoption.new_config ? nlohmann::ordered_json(display_path(settings.file)) : nlohmann::ordered_json();
    document["add_to_config"] = adoption.advice;
    document["stamped"] = !dry_run_;
    document["bookkeeping"] = nlohmann::ordered_json::array();
    for (const auto& each : adoption.bookkeeping) document["bookkeeping"].push_back(each.sql());
    document["unhandled"] = nlohmann::ordered_json::array();
    for (const auto& each : adoption.database.unhandled)
      document["unhandled"].push_back(each.kind + " " + each.identity);
    out.json(document.dump(2));

    const std::string verb = dry_run_ ? "Would write " : "Wrote ";
    for (const auto& file : adoption.models)
      out.result(verb + (adoption.place.folder / file.name).string() + " (" +
                 plural(lines(file.text).size(), "line") + ")");
    out.result(verb + script + ", which builds " + plural(adoption.database.tables.size(), "table") +
               " and what goes with them");
    if (adoption.new_config) out.result(verb + display_path(settings.file));
    out.result(std::string(dry_run_ ? "Would stamp" : "Stamped") + " the database with " + id + " in " +
               Name{adoption.names.schema, adoption.names.version_table}.text());
    if (!adoption.bookkeeping.empty())
      out.note("left alone, because other tools keep their versions there: " +
               join_with(adoption.bookkeeping, ", ", [](const Name& name) { return name.text(); }));
    if (!adoption.alembic_id.empty())
      out.result("The baseline has the id that Alembic has the database at: others at " + id +
                 " need no stamp where " + alembic_table + " is the version table.");
    if (!adoption.advice.empty()) {
      out.result("Add to " + display_path(settings.file) + ":");
      for (const auto& line : adoption.advice) out.result("  " + line);
    }
    if (!dry_run_) out.result("Next: migrate check, which should find that nothing differs.");
  }

  std::string message_ = "baseline", rev_id_;
  bool force_ = false, dry_run_ = false, strict_ = false;
};

}  // namespace

std::unique_ptr<Command> make_adopt() { return std::make_unique<Adopt>(); }

}  // namespace migrate::cli
