#include "plan/rename.hpp"

#include "plan/planner.hpp"
#include "util/error.hpp"
#include "util/quote.hpp"

namespace migrate::plan {

catalog::Database renamed(catalog::Database database, std::vector<diff::Rename>& renames) {
  std::vector<diff::Rename> done;
  for (const diff::Rename& rename : renames) {
    const bool label = !rename.from_label.empty();
    if (!label && rename.from != rename.to && catalog::contains(database, rename.to) &&
        catalog::contains(database, rename.from))
      throw Error(ExitCode::undecided,
                  rename.from.text() + " cannot be renamed to " + rename.to.text() +
                      ": there is one of that name already",
                  "drop or rename that one in a revision before this one");
    std::vector<diff::Rename> one{rename};
    database = diff::apply_renames(std::move(database), one);
    if (one.empty()) continue;
    done.push_back(one.front());
  }
  renames = std::move(done);
  return database;
}

std::string describe(const diff::Rename& rename) {
  if (!rename.from_label.empty() && rename.from.kind == catalog::Kind::composite_type)
    return "attribute " + quote_identifier(rename.from_label) + " of " + rename.to.text() + " to " +
           quote_identifier(rename.to_label);
  if (!rename.from_label.empty())
    return "label " + quote_literal(rename.from_label) + " of " + rename.to.text() + " to " +
           quote_literal(rename.to_label);
  const std::string to =
      catalog::is_member(rename.to.kind) ? quote_identifier(rename.to.member) : rename.to.name.text();
  return rename.from.text() + " to " + to;
}

}  // namespace migrate::plan
