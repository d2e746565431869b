#include "diff/kinds.hpp"
#include "util/quote.hpp"
#include "util/text.hpp"

namespace migrate::diff {
namespace {

catalog::ObjectId id_of(const catalog::Table& table) { return {catalog::Kind::table, table.name, ""}; }

std::string or_word(const std::string& text, const char* word) { return text.empty() ? word : text; }

std::string names(const std::vector<catalog::Name>& list) {
  return join_with(list, ", ", [](const catalog::Name& name) { return name.text(); });
}

}  // namespace

void diff_tables(const catalog::Database& before, const catalog::Database& after, Changes& changes) {
  merge(
      before.tables, after.tables, [&](const auto& old) { changes.drop(id_of(old)); },
      [&](const auto& current) { changes.create(id_of(current)); },
      [&](const auto& old, const auto& current) {
        if (old == current) return;
        const TablePair pair{before, after, old, current};
        auto fields = catalog::differing_fields(old, current);
        std::erase_if(fields, [](const std::string& field) {
          return field == "columns" || field == "constraints" || field == "indexes";
        });
        changes.alter(id_of(current), std::move(fields));
        diff_columns(pair, changes);
        diff_constraints(pair, changes);
        diff_indexes(pair, changes);
      });
}

std::string describe_field(const catalog::Table& before, const catalog::Table& after,
                           const std::string& field) {
  const auto quoted = [](const std::string& text) { return text.empty() ? text : quote_literal(text); };
  if (field == "unlogged") return after.unlogged ? "logged to unlogged" : "unlogged to logged";
  if (field == "options")
    return from_to("storage parameters", text_of(before.options), text_of(after.options));
  if (field == "tablespace")
    return from_to("tablespace", or_word(before.tablespace, "the default"),
                   or_word(after.tablespace, "the default"));
  if (field == "access_method")
    return from_to("access method", or_word(before.access_method, "heap"),
                   or_word(after.access_method, "heap"));
  if (field == "partition_key") return from_to("partition key", before.partition_key, after.partition_key);
  if (field == "inherits") return from_to("parents", names(before.inherits), names(after.inherits));
  if (field == "partition_of")
    return from_to("partition of", before.partition_of.empty() ? "" : before.partition_of->text(),
                   after.partition_of.empty() ? "" : after.partition_of->text());
  if (field == "partition_bound")
    return from_to("partition bound", before.partition_bound, after.partition_bound);
  if (field == "row_security") return on_off("row security", after.row_security);
  if (field == "force_row_security") return on_off("row security for the owner", after.force_row_security);
  if (field == "of_type")
    return from_to("of type", before.of_type.empty() ? "" : before.of_type->text(),
                   after.of_type.empty() ? "" : after.of_type->text());
  if (field == "replica_identity")
    return from_to("replica identity", or_word(before.replica_identity, "the default"),
                   or_word(after.replica_identity, "the default"));
  if (field == "comment") return from_to("comment", quoted(before.comment), quoted(after.comment));
  return field;
}

}  // namespace migrate::diff
