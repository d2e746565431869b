#include "diff/kinds.hpp"
#include "util/quote.hpp"
#include "util/text.hpp"

namespace migrate::diff {
namespace {

using catalog::Column;

std::string generation(const catalog::Identity& identity) {
  return identity.generation == catalog::Generation::always ? "always" : "by default";
}

std::string describe_identity(const Boxed<catalog::Identity>& before, const Boxed<catalog::Identity>& after) {
  if (!before || !after) return on_off("identity", after.has_value());
  std::vector<std::string> parts;
  if (before->generation != after->generation)
    parts.push_back("identity " + generation(*before) + " to " + generation(*after));
  if (before->options != after->options)
    parts.push_back("identity " + describe_options(before->options, after->options));
  if (before->sequence != after->sequence)
    parts.push_back("identity sequence " +
                    (before->sequence.empty() ? "PostgreSQL's choice" : before->sequence.text()) + " to " +
                    (after->sequence.empty() ? "PostgreSQL's choice" : after->sequence.text()));
  return join(parts, ", ");
}

std::string describe_generated(const Boxed<catalog::Generated>& before,
                               const Boxed<catalog::Generated>& after) {
  const auto text = [](const Boxed<catalog::Generated>& generated) {
    return generated ? "(" + generated->expression + ")" + (generated->stored ? "" : " virtual")
                     : std::string();
  };
  return from_to("generated as", text(before), text(after));
}

// ALTER TABLE on a parent takes its children along, except for these.
bool stays_with_its_table(const std::string& field) {
  return field == "options" || field == "compression" || field == "comment";
}

// A field that an inherited column gets from the same change of its parent's, if that is its parent already.
bool comes_with_parent(const TablePair& pair, const Column& current, const std::string& field) {
  if (stays_with_its_table(field)) return false;
  // PostgreSQL 18: the child's had the parent's name, which is the server's choice there and a stated one
  // here.
  if (field == "not_null_constraint" && !current.not_null)
    return comes_with_parent(pair, current, "not_null");
  return any_parent(pair.after_database, pair.after, [&](const catalog::Table& parent) {
    const auto* after = parent.column(current.name);
    const auto* old_parent =
        after && pair.before.is_child_of(parent.name) ? pair.before_database.table(parent.name) : nullptr;
    const auto* before = old_parent ? old_parent->column(current.name) : nullptr;
    const auto has = [&](const std::vector<std::string>& fields) {
      return std::find(fields.begin(), fields.end(), field) != fields.end();
    };
    return before && has(catalog::differing_fields(*before, *after)) &&
           !has(catalog::differing_fields(*after, current));
  });
}

}  // namespace

void diff_columns(const TablePair& pair, Changes& changes) {
  const auto id_of = [&](const Column& column) {
    return catalog::ObjectId{catalog::Kind::column, pair.after.name, column.name};
  };
  // What a parent has comes and goes with it while the table is its child, which it is neither before INHERIT
  // nor after NO INHERIT.
  const auto has_in = [&](const catalog::Table& child, const Column& column) {
    return [&](const catalog::Table& parent) {
      return child.is_child_of(parent.name) && parent.column(column.name) != nullptr;
    };
  };
  merge(
      pair.before.columns, pair.after.columns,
      [&](const Column& old) {
        const bool goes_with_parent =
            old.inherited &&
            only_parent_has(pair.before_database, pair.before, pair.after_database, has_in(pair.after, old));
        if (!goes_with_parent) changes.drop(id_of(old));
      },
      [&](const Column& current) {
        const bool came_with_parent =
            current.inherited && only_parent_has(pair.after_database, pair.after, pair.before_database,
                                                 has_in(pair.before, current));
        if (!came_with_parent) changes.create(id_of(current));
      },
      [&](const Column& old, const Column& current) {
        if (old == current) return;
        auto fields = catalog::differing_fields(old, current);
        // Whether a column is inherited follows from its table's parents.
        std::erase_if(fields, [&](const std::string& field) {
          return field == "inherited" || (current.inherited && comes_with_parent(pair, current, field));
        });
        changes.alter(id_of(current), std::move(fields));
      });
}

std::string describe_field(const Column& before, const Column& after, const std::string& field) {
  const auto quoted = [](const std::string& text) { return text.empty() ? text : quote_literal(text); };
  const auto or_word = [](const std::string& text, const char* word) { return text.empty() ? word : text; };
  const auto target = [](const std::optional<int>& value) {
    return value ? std::to_string(*value) : "the default";
  };
  if (field == "type") return from_to("type", before.type, after.type);
  if (field == "not_null") return on_off("NOT NULL", after.not_null);
  if (field == "default_value") return from_to("default", before.default_value, after.default_value);
  if (field == "identity") return describe_identity(before.identity, after.identity);
  if (field == "generated") return describe_generated(before.generated, after.generated);
  if (field == "collation")
    return from_to("collation", or_word(before.collation, "the type's"),
                   or_word(after.collation, "the type's"));
  if (field == "storage")
    return from_to("storage", or_word(before.storage, "the type's"), or_word(after.storage, "the type's"));
  if (field == "compression")
    return from_to("compression", or_word(before.compression, "the default"),
                   or_word(after.compression, "the default"));
  if (field == "statistics")
    return from_to("statistics target", target(before.statistics), target(after.statistics));
  if (field == "options") return from_to("options", text_of(before.options), text_of(after.options));
  if (field == "not_null_constraint")
    return from_to("name of NOT NULL", or_word(before.not_null_constraint, "PostgreSQL's choice"),
                   or_word(after.not_null_constraint, "PostgreSQL's choice"));
  if (field == "not_null_no_inherit") return on_off("NO INHERIT of NOT NULL", after.not_null_no_inherit);
  if (field == "not_null_not_valid")
    return after.not_null_not_valid ? "NOT NULL to not valid" : "NOT NULL validated";
  if (field == "comment") return from_to("comment", quoted(before.comment), quoted(after.comment));
  return field;
}

}  // namespace migrate::diff
