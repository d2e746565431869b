#include "plan/type_parts.hpp"
#include "util/text.hpp"

namespace migrate::plan {
namespace {

using catalog::RangeType;

std::string create_sql(const RangeType& range) {
  std::vector<std::string> parts{"SUBTYPE = " + range.subtype};
  const auto part = [&](const char* word, const std::string& text) {
    if (!text.empty()) parts.push_back(word + (" = " + text));
  };
  part("SUBTYPE_OPCLASS", range.opclass);
  part("COLLATION", range.collation);
  part("CANONICAL", range.canonical);
  part("SUBTYPE_DIFF", range.subtype_diff);
  part("MULTIRANGE_TYPE_NAME", range.multirange.empty() ? std::string() : range.multirange.sql());
  return "CREATE TYPE " + range.name.sql() + " AS RANGE (\n  " + join(parts, ",\n  ") + "\n)";
}

void create(Planner& planner, const catalog::ObjectId& id) {
  const RangeType& now = the<RangeType>(planner.after, id);
  if (!now.multirange.empty()) planner.require(140000, "the name of a multirange type", id);
  const std::size_t number = planner.actions().size();
  create_type(planner, now, create_sql(now));
  if (!now.multirange.empty()) planner.action(number).takes.push_back(now.multirange);
  comment_definition(planner, now);
}

void drop(Planner& planner, const catalog::ObjectId& id) {
  const std::size_t number = planner.actions().size();
  drop_type(planner, id);
  const auto& multirange = the<RangeType>(planner.before, id).multirange;
  if (!multirange.empty()) planner.action(number).frees.push_back(multirange);
}

bool alters_in_place(const Planner& planner, const catalog::ObjectId& id) {
  return only_differs_in(planner, id, {"comment"});
}

void alter(Planner& planner, const catalog::ObjectId& id, const std::vector<std::string>&) {
  comment_definition(planner, the<RangeType>(planner.after, id));
}

}  // namespace

const KindPlanner range_type_planner{create, drop, alter, rename_definition, alters_in_place};

}  // namespace migrate::plan
