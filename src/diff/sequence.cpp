#include <optional>

#include "diff/kinds.hpp"
#include "util/quote.hpp"
#include "util/text.hpp"

namespace migrate::diff {
namespace {

catalog::ObjectId id_of(const catalog::Sequence& sequence) {
  return {catalog::Kind::sequence, sequence.name, ""};
}

std::string owner(const catalog::Sequence& sequence) {
  if (sequence.owned_by_table.empty()) return "none";
  return sequence.owned_by_table.text() + "." + quote_identifier(sequence.owned_by_column);
}

std::string value(const std::optional<std::int64_t>& option) {
  return option ? std::to_string(*option) : "the default";
}

}  // namespace

void diff_sequences(const catalog::Database& before, const catalog::Database& after, Changes& changes) {
  merge(
      before.sequences, after.sequences, [&](const auto& old) { changes.drop(id_of(old)); },
      [&](const auto& current) { changes.create(id_of(current)); },
      [&](const auto& old, const auto& current) {
        auto fields = catalog::differing_fields(old, current);
        // Two fields that are one thing in SQL and to people.
        if (std::erase(fields, "owned_by_column") > 0 &&
            std::find(fields.begin(), fields.end(), "owned_by_table") == fields.end())
          fields.push_back("owned_by_table");
        changes.alter(id_of(current), std::move(fields));
      });
}

std::string describe_options(const catalog::SequenceOptions& before, const catalog::SequenceOptions& after) {
  std::vector<std::string> parts;
  const auto compare = [&](std::string_view word, const auto& old, const auto& current) {
    if (old != current) parts.push_back(std::string(word) + " " + value(old) + " to " + value(current));
  };
  compare("start", before.start, after.start);
  compare("increment", before.increment, after.increment);
  compare("minimum", before.min, after.min);
  compare("maximum", before.max, after.max);
  compare("cache", before.cache, after.cache);
  if (before.cycle != after.cycle) parts.push_back(on_off("CYCLE", after.cycle));
  return join(parts, ", ");
}

std::string describe_field(const catalog::Sequence& before, const catalog::Sequence& after,
                           const std::string& field) {
  const auto quoted = [](const std::string& text) { return text.empty() ? text : quote_literal(text); };
  if (field == "type") return from_to("type", before.type, after.type);
  if (field == "options") return describe_options(before.options, after.options);
  if (field == "owned_by_table") return from_to("owner", owner(before), owner(after));
  if (field == "unlogged") return after.unlogged ? "logged to unlogged" : "unlogged to logged";
  if (field == "comment") return from_to("comment", quoted(before.comment), quoted(after.comment));
  return field;
}

}  // namespace migrate::diff
