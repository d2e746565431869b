#include "catalog/spelling.hpp"
#include "diff/kinds.hpp"
#include "util/quote.hpp"
#include "util/text.hpp"

namespace migrate::diff {
namespace {

using catalog::Constraint;

std::string action_of(catalog::ForeignKeyAction value) { return std::string(catalog::sql_words(value)); }

std::string timing(const Constraint& constraint) {
  if (!constraint.deferrable) return "NOT DEFERRABLE";
  return constraint.initially_deferred ? "DEFERRABLE INITIALLY DEFERRED" : "DEFERRABLE";
}

std::string elements(const Constraint& constraint) {
  return "(" +
         join_with(constraint.elements, ", ",
                   [](const catalog::IndexElement& each) { return text_of(each); }) +
         ")";
}

// What the constraint of a partition or a child is called at its parent.
const std::string& name_at_parent(const Constraint& constraint) {
  return constraint.attached_to.empty() ? constraint.name : constraint.attached_to->name;
}

bool follows(const Constraint& constraint) { return constraint.inherited || !constraint.attached_to.empty(); }

bool comes_with_parent(const TablePair& pair, const Constraint& current, const std::string& field) {
  if (field == "comment") return false;
  return any_parent(pair.after_database, pair.after, [&](const catalog::Table& parent) {
    const auto& name = name_at_parent(current);
    const auto* after = parent.constraint(name);
    const auto* old_parent =
        after && pair.before.is_child_of(parent.name) ? pair.before_database.table(parent.name) : nullptr;
    const auto* before = old_parent ? old_parent->constraint(name) : nullptr;
    if (!before) return false;
    const auto changed = catalog::differing_fields(*before, *after);
    return std::find(changed.begin(), changed.end(), field) != changed.end();
  });
}

}  // namespace

void diff_constraints(const TablePair& pair, Changes& changes) {
  const auto id_of = [&](const Constraint& constraint) {
    return catalog::ObjectId{catalog::Kind::constraint, pair.after.name, constraint.name};
  };
  const auto has = [](const Constraint& constraint) {
    return [&constraint](const catalog::Table& parent) {
      return parent.constraint(name_at_parent(constraint)) != nullptr;
    };
  };
  merge(
      pair.before.constraints, pair.after.constraints,
      [&](const Constraint& old) {
        // NO INHERIT leaves a check with the table, whatever becomes of the parent's.
        const auto has_still = [&](const catalog::Table& parent) {
          return has(old)(parent) &&
                 (old.type != catalog::ConstraintType::check || pair.after.is_child_of(parent.name));
        };
        const bool goes_with_parent = follows(old) && only_parent_has(pair.before_database, pair.before,
                                                                      pair.after_database, has_still);
        if (!goes_with_parent) changes.drop(id_of(old));
      },
      [&](const Constraint& current) {
        const bool came_with_parent = follows(current) && only_parent_has(pair.after_database, pair.after,
                                                                          pair.before_database, has(current));
        if (!came_with_parent) changes.create(id_of(current));
      },
      [&](const Constraint& old, const Constraint& current) {
        if (old == current) return;
        auto fields = catalog::differing_fields(old, current);
        std::erase_if(fields, [&](const std::string& field) {
          return field == "inherited" || (follows(current) && comes_with_parent(pair, current, field));
        });
        changes.alter(id_of(current), std::move(fields));
      });
}

std::string_view kind_of_constraint(catalog::ConstraintType type) {
  switch (type) {
    case catalog::ConstraintType::primary_key:
      return "primary key";
    case catalog::ConstraintType::unique:
      return "unique constraint";
    case catalog::ConstraintType::foreign_key:
      return "foreign key";
    case catalog::ConstraintType::check:
      return "check";
    case catalog::ConstraintType::exclusion:
      return "exclusion constraint";
  }
  return "constraint";
}

std::string describe_field(const Constraint& before, const Constraint& after, const std::string& field) {
  const auto quoted = [](const std::string& text) { return text.empty() ? text : quote_literal(text); };
  if (field == "type")
    return from_to("kind", std::string(kind_of_constraint(before.type)),
                   std::string(kind_of_constraint(after.type)));
  if (field == "columns") return from_to("columns", text_of(before.columns), text_of(after.columns));
  if (field == "include") return from_to("INCLUDE", text_of(before.include), text_of(after.include));
  if (field == "nulls_not_distinct") return on_off("NULLS NOT DISTINCT", after.nulls_not_distinct);
  if (field == "without_overlaps") return on_off("WITHOUT OVERLAPS", after.without_overlaps);
  if (field == "expression") return from_to("condition", before.expression, after.expression);
  if (field == "no_inherit") return on_off("NO INHERIT", after.no_inherit);
  if (field == "references") return from_to("target", before.references->text(), after.references->text());
  if (field == "referenced_columns")
    return from_to("columns of the target", text_of(before.referenced_columns),
                   text_of(after.referenced_columns));
  if (field == "period") return on_off("PERIOD", after.period);
  if (field == "match")
    return after.match == catalog::ForeignKeyMatch::full ? "MATCH SIMPLE to MATCH FULL"
                                                         : "MATCH FULL to MATCH SIMPLE";
  if (field == "on_update")
    return from_to("ON UPDATE", action_of(before.on_update), action_of(after.on_update));
  if (field == "on_delete")
    return from_to("ON DELETE", action_of(before.on_delete), action_of(after.on_delete));
  if (field == "on_delete_columns")
    return from_to("columns of ON DELETE", text_of(before.on_delete_columns),
                   text_of(after.on_delete_columns));
  if (field == "method") return from_to("method", before.method, after.method);
  if (field == "elements") return from_to("keys", elements(before), elements(after));
  if (field == "where") return from_to("WHERE", parenthesised(before.where), parenthesised(after.where));
  if (field == "options")
    return from_to("storage parameters", text_of(before.options), text_of(after.options));
  if (field == "tablespace")
    return from_to("tablespace", before.tablespace.empty() ? "the default" : before.tablespace,
                   after.tablespace.empty() ? "the default" : after.tablespace);
  if (field == "deferrable" || field == "initially_deferred")
    return from_to("timing", timing(before), timing(after));
  if (field == "not_valid") return after.not_valid ? "valid to NOT VALID" : "validated";
  if (field == "not_enforced")
    return after.not_enforced ? "enforced to NOT ENFORCED" : "NOT ENFORCED to enforced";
  if (field == "clustered") return on_off("CLUSTER ON", after.clustered);
  if (field == "replica_identity") return on_off("REPLICA IDENTITY", after.replica_identity);
  if (field == "only") return on_off("ONLY", after.only);
  if (field == "attached_to")
    return from_to("attached to", before.attached_to.empty() ? "" : before.attached_to->text(),
                   after.attached_to.empty() ? "" : after.attached_to->text());
  if (field == "comment") return from_to("comment", quoted(before.comment), quoted(after.comment));
  return field;
}

}  // namespace migrate::diff
