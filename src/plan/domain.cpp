#include <algorithm>

#include "catalog/default_name.hpp"
#include "catalog/type_name.hpp"
#include "plan/type_parts.hpp"
#include "util/quote.hpp"
#include "util/text.hpp"

namespace migrate::plan {
namespace {

using catalog::Domain;
using catalog::DomainConstraint;

std::string head(const Domain& domain) { return "ALTER DOMAIN " + domain.name.sql() + " "; }

std::string check_clause(const DomainConstraint& constraint) {
  const std::string name =
      constraint.name.empty() ? "" : "CONSTRAINT " + quote_identifier(constraint.name) + " ";
  return name + "CHECK (" + constraint.expression + ")";
}

std::string not_null_clause(const Domain& domain) {
  return (domain.not_null_constraint.empty()
              ? ""
              : "CONSTRAINT " + quote_identifier(domain.not_null_constraint) + " ") +
         "NOT NULL";
}

std::string create_sql(const Domain& domain) {
  std::string out = "CREATE DOMAIN " + domain.name.sql() + " AS " + domain.type;
  if (!domain.collation.empty()) out += " COLLATE " + domain.collation;
  if (!domain.default_value.empty()) out += " DEFAULT " + domain.default_value;
  if (domain.not_null) out += " " + not_null_clause(domain);
  for (const auto& each : domain.constraints)
    if (!each.not_valid) out += "\n  " + check_clause(each);
  return out;
}

const DomainConstraint* constraint_of(const Domain& domain, const std::string& name) {
  const auto found = std::find_if(domain.constraints.begin(), domain.constraints.end(),
                                  [&](const DomainConstraint& each) { return each.name == name; });
  return found == domain.constraints.end() ? nullptr : &*found;
}

void comment_constraint(Planner& planner, const Domain& now, const DomainConstraint& constraint) {
  alter_definition(planner, now,
                   "COMMENT ON CONSTRAINT " + quote_identifier(constraint.name) + " ON DOMAIN " +
                       now.name.sql() + " IS " +
                       (constraint.comment.empty() ? "NULL" : quote_literal(constraint.comment)));
}

void add_constraint(Planner& planner, const Domain& now, const DomainConstraint& constraint) {
  const auto number = alter_definition(
      planner, now,
      head(now) + "ADD " + check_clause(constraint) + (constraint.not_valid ? " NOT VALID" : ""));
  for (const auto& used : planner.used_after(now.id()))
    if (used.kind == catalog::Kind::composite_type) planner.action(number).needs.push_back(used);
  if (planner.fate(now.id()) == Fate::altered && !constraint.not_valid)
    planner.action(number).statement.notes = {"checks every value of " + now.name.text() +
                                              " in every table; fails if one does not fit"};
  if (!constraint.comment.empty()) comment_constraint(planner, now, constraint);
}

void check_version(const Planner& planner, const Domain& domain) {
  if (!domain.not_null_constraint.empty()) planner.require(170000, "a named NOT NULL", domain.id());
}

// One over another domain begins with that one's default.
bool base_has_default(const Planner& planner, const Domain& domain) {
  const auto type = catalog::parse_type(domain.type);
  const auto has_default = [&](const catalog::Database& database) {
    const auto* base = database.find<Domain>({catalog::Kind::domain, type.name, ""});
    return base && !base->default_value.empty();
  };
  return type.dimensions == 0 && (has_default(planner.after) || has_default(planner.before));
}

void create(Planner& planner, const catalog::ObjectId& id) {
  const Domain& now = the<Domain>(planner.after, id);
  check_version(planner, now);
  create_type(planner, now, create_sql(now));
  if (now.default_value.empty() && base_has_default(planner, now))
    alter_definition(planner, now, head(now) + "DROP DEFAULT");
  for (const auto& each : now.constraints)
    if (each.not_valid)
      add_constraint(planner, now, each);
    else if (!each.comment.empty())
      comment_constraint(planner, now, each);
  comment_definition(planner, now);
}

// PostgreSQL looks at the values that there are.
bool checks_values(const Domain& was, const Domain& now) {
  return (now.not_null && !was.not_null) ||
         std::any_of(now.constraints.begin(), now.constraints.end(), [&](const DomainConstraint& each) {
           const auto same = [&](const DomainConstraint& old) {
             return old.expression == each.expression && !old.not_valid;
           };
           return !each.not_valid && std::none_of(was.constraints.begin(), was.constraints.end(), same);
         });
}

bool alters_in_place(const Planner& planner, const catalog::ObjectId& id) {
  if (differs(planner, id, "type") || differs(planner, id, "collation")) return false;
  return !checks_values(the<Domain>(planner.before, id), the<Domain>(planner.after, id)) ||
         !is_stored_within(planner, id);
}

void alter_not_null(Planner& planner, const Domain& was, const Domain& now) {
  const auto run = [&](const std::string& sql) { return alter_definition(planner, now, head(now) + sql); };
  if (was.not_null && !now.not_null) {
    run("DROP NOT NULL");
  } else if (now.not_null && !was.not_null) {
    const auto number = run(now.not_null_constraint.empty() ? "SET NOT NULL" : "ADD " + not_null_clause(now));
    planner.action(number).statement.notes = {"checks every value of " + now.name.text() +
                                              " in every table; fails if one is NULL"};
  } else if (now.not_null && was.not_null_constraint != now.not_null_constraint) {
    const auto name = [](const Domain& domain) {
      return quote_identifier(domain.not_null_constraint.empty()
                                  ? catalog::default_name(domain.name.name, "", "not_null")
                                  : domain.not_null_constraint);
    };
    run("RENAME CONSTRAINT " + name(was) + " TO " + name(now));
  }
}

// One of equal definition under a name that the new form does not have.
const DomainConstraint* renamed_from(const Domain& was, const Domain& now, const DomainConstraint& wanted,
                                     const std::vector<std::string>& used) {
  for (const auto& each : was.constraints)
    if (each.expression == wanted.expression && each.not_valid == wanted.not_valid &&
        !constraint_of(now, each.name) && std::find(used.begin(), used.end(), each.name) == used.end())
      return &each;
  return nullptr;
}

void alter_constraints(Planner& planner, const Domain& was, const Domain& now) {
  const auto run = [&](const std::string& sql) { return alter_definition(planner, now, head(now) + sql); };
  std::vector<std::string> renamed;
  std::vector<const DomainConstraint*> added, commented, validated;
  std::vector<std::string> statements, dropped;
  for (const auto& each : now.constraints) {
    const auto* old = constraint_of(was, each.name);
    if (!old && (old = renamed_from(was, now, each, renamed))) {
      renamed.push_back(old->name);
      statements.push_back("RENAME CONSTRAINT " + quote_identifier(old->name) + " TO " +
                           quote_identifier(each.name));
    }
    const bool same = old && old->expression == each.expression;
    if (!same || (each.not_valid && !old->not_valid)) {
      if (old) dropped.push_back(old->name);
      added.push_back(&each);
      continue;
    }
    if (old->not_valid && !each.not_valid) validated.push_back(&each);
    if (old->comment != each.comment) commented.push_back(&each);
  }
  for (const auto& each : was.constraints)
    if (!constraint_of(now, each.name) &&
        std::find(renamed.begin(), renamed.end(), each.name) == renamed.end())
      dropped.push_back(each.name);
  for (const auto& name : dropped) {
    Action& drop = planner.action(run("DROP CONSTRAINT " + quote_identifier(name)));
    drop.rank = Rank::release;
    for (const auto& used : planner.used_before(now.id()))
      if (used.kind == catalog::Kind::composite_type) drop.releases.push_back(used);
  }
  for (const auto& sql : statements) run(sql);
  for (const auto* each : validated) run("VALIDATE CONSTRAINT " + quote_identifier(each->name));
  for (const auto* each : added) add_constraint(planner, now, *each);
  for (const auto* each : commented) comment_constraint(planner, now, *each);
}

void alter(Planner& planner, const catalog::ObjectId& id, const std::vector<std::string>&) {
  const Domain& was = the<Domain>(planner.before, id);
  const Domain& now = the<Domain>(planner.after, id);
  check_version(planner, now);
  const auto first = planner.actions().size();
  if (was.default_value != now.default_value)
    alter_definition(planner, now,
                     head(now) + (now.default_value.empty() ? std::string("DROP DEFAULT")
                                                            : "SET DEFAULT " + now.default_value));
  alter_not_null(planner, was, now);
  alter_constraints(planner, was, now);
  // In the order in which they are written: a name must be free before another gets it.
  for (auto n = first + 1; n < planner.actions().size(); ++n) planner.action(n).after = {n - 1};
  comment_definition(planner, now);
}

}  // namespace

const KindPlanner domain_planner{create, drop_type, alter, rename_definition, alters_in_place};

}  // namespace migrate::plan
