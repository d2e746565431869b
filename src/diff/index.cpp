#include "diff/kinds.hpp"
#include "util/quote.hpp"
#include "util/text.hpp"

namespace migrate::diff {
namespace {

using catalog::Index;

std::string elements(const Index& index) {
  return "(" +
         join_with(index.elements, ", ", [](const catalog::IndexElement& each) { return text_of(each); }) +
         ")";
}

}  // namespace

void diff_indexes(const TablePair& pair, Changes& changes) {
  const auto id_of = [&](const Index& index) {
    return catalog::ObjectId{catalog::Kind::index, {pair.after.name.schema, index.name}, ""};
  };
  const auto has = [](const Index& index) {
    return [&index](const catalog::Table& parent) {
      return !index.attached_to.empty() && parent.index(index.attached_to->name) != nullptr;
    };
  };
  merge(
      pair.before.indexes, pair.after.indexes,
      [&](const Index& old) {
        if (!only_parent_has(pair.before_database, pair.before, pair.after_database, has(old)))
          changes.drop(id_of(old));
      },
      [&](const Index& current) {
        if (!only_parent_has(pair.after_database, pair.after, pair.before_database, has(current)))
          changes.create(id_of(current));
      },
      [&](const Index& old, const Index& current) {
        if (!(old == current)) changes.alter(id_of(current), catalog::differing_fields(old, current));
      });
}

void diff_indexes(const catalog::MaterializedView& before, const catalog::MaterializedView& after,
                  Changes& changes) {
  const auto id_of = [&](const Index& index) {
    return catalog::ObjectId{catalog::Kind::index, {after.name.schema, index.name}, ""};
  };
  merge(
      before.indexes, after.indexes, [&](const Index& old) { changes.drop(id_of(old)); },
      [&](const Index& current) { changes.create(id_of(current)); },
      [&](const Index& old, const Index& current) {
        changes.alter(id_of(current), catalog::differing_fields(old, current));
      });
}

std::string text_of(const catalog::IndexElement& element) {
  std::string out = element.column.empty() ? element.expression.get() : quote_identifier(element.column);
  if (!element.collation.empty()) out += " COLLATE " + element.collation;
  if (!element.opclass.empty()) out += " " + element.opclass;
  if (!element.opclass_options.empty()) out += " (" + text_of(element.opclass_options) + ")";
  if (element.descending) out += " DESC";
  if (element.nulls_first) out += *element.nulls_first ? " NULLS FIRST" : " NULLS LAST";
  if (!element.exclusion_operator.empty()) out += " WITH " + element.exclusion_operator;
  if (element.statistics) out += " (statistics target " + std::to_string(*element.statistics) + ")";
  return out;
}

std::string describe_field(const Index& before, const Index& after, const std::string& field) {
  const auto quoted = [](const std::string& text) { return text.empty() ? text : quote_literal(text); };
  if (field == "unique") return on_off("UNIQUE", after.unique);
  if (field == "nulls_not_distinct") return on_off("NULLS NOT DISTINCT", after.nulls_not_distinct);
  if (field == "method") return from_to("method", before.method, after.method);
  if (field == "elements") return from_to("keys", elements(before), elements(after));
  if (field == "include") return from_to("INCLUDE", text_of(before.include), text_of(after.include));
  if (field == "where") return from_to("WHERE", parenthesised(before.where), parenthesised(after.where));
  if (field == "options")
    return from_to("storage parameters", text_of(before.options), text_of(after.options));
  if (field == "tablespace")
    return from_to("tablespace", before.tablespace.empty() ? "the default" : before.tablespace,
                   after.tablespace.empty() ? "the default" : after.tablespace);
  if (field == "valid") return after.valid ? "invalid to valid" : "valid to invalid";
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
