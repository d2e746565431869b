#include "catalog/sequence.hpp"

#include <limits>
#include <utility>

namespace migrate::catalog {
namespace {

template <class Integer>
constexpr std::pair<std::int64_t, std::int64_t> range() {
  return {std::numeric_limits<Integer>::min(), std::numeric_limits<Integer>::max()};
}

std::pair<std::int64_t, std::int64_t> range_of(const std::string& type) {
  if (type == "smallint") return range<std::int16_t>();
  if (type == "integer") return range<std::int32_t>();
  return range<std::int64_t>();
}

}  // namespace

// https://www.postgresql.org/docs/current/sql-createsequence.html
SequenceOptions with_defaults(SequenceOptions options, const std::string& type) {
  const auto [least, most] = range_of(type);
  if (!options.increment) options.increment = 1;
  const bool ascending = *options.increment > 0;
  if (!options.min) options.min = ascending ? 1 : least;
  if (!options.max) options.max = ascending ? most : -1;
  if (!options.start) options.start = ascending ? options.min : options.max;
  if (!options.cache) options.cache = 1;
  return options;
}

SequenceOptions without_defaults(SequenceOptions options, const std::string& type) {
  SequenceOptions bare;
  bare.increment = options.increment;
  auto usual = with_defaults(bare, type);
  if (options.min == usual.min) options.min.reset();
  if (options.max == usual.max) options.max.reset();
  bare.min = options.min;
  bare.max = options.max;
  usual = with_defaults(bare, type);
  if (options.start == usual.start) options.start.reset();
  if (options.increment == 1) options.increment.reset();
  if (options.cache == 1) options.cache.reset();
  return options;
}

}  // namespace migrate::catalog
