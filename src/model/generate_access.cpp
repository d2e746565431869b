#include "model/generate_access.hpp"

#include <algorithm>

#include "model/cpp_names.hpp"
#include "util/text.hpp"

namespace migrate::model {
namespace {

// ".grant("select, insert", "app")", one call for what a role has in the same way, in the order of the list.
std::string grant_calls(const std::vector<catalog::Grant>& grants) {
  struct Call {
    catalog::Grant how;
    std::string privileges;
  };
  std::vector<Call> calls;
  for (const auto& each : grants) {
    auto how = each;
    how.privilege.clear();
    const auto same =
        std::find_if(calls.begin(), calls.end(), [&](const Call& call) { return call.how == how; });
    if (same == calls.end())
      calls.push_back({how, each.privilege});
    else
      same->privileges += ", " + each.privilege;
  }
  return join_with(calls, "", [](const Call& call) {
    const char* setter = call.how.revoked ? "revoke" : call.how.grantable ? "grant_with_option" : "grant";
    return std::string(".") + setter + "(" + cpp_literal(call.privileges) + ", " +
           cpp_literal(call.how.grantee) + ")";
  });
}

}  // namespace

std::string access_calls(const catalog::Database& database) {
  std::string out;
  for (const auto& each : database.access) {
    out += "  m.access(" + cpp_literal(each.object.key()) + ")";
    if (!each.owner.empty()) out += ".owner(" + cpp_literal(each.owner) + ")";
    out += grant_calls(each.grants) + ";\n";
  }
  for (const auto& each : database.default_privileges) {
    out +=
        "  m.default_privileges(" + cpp_literal(each.objects) + ").for_role(" + cpp_literal(each.role) + ")";
    if (!each.schema.empty()) out += ".in_schema(" + cpp_literal(each.schema) + ")";
    out += grant_calls(each.grants) + ";\n";
  }
  return out;
}

catalog::Name place_of_access(const catalog::Database& database, const catalog::ObjectId& id) {
  if (id.kind == catalog::Kind::schema) return {id.name.name, ""};
  if (id.kind != catalog::Kind::sequence) return id.name;
  if (const auto* sequence = database.sequence(id.name))
    return sequence->owned_by_table.empty() ? id.name : sequence->owned_by_table;
  return catalog::identity_column_of(database, id.name).name;
}

}  // namespace migrate::model
