// Two databases side by side, whatever they come from: what has to change to get from one to the other. Here
// nothing is left alone because nobody owns it: what only the first one has goes.
#pragma once
#include "autogenerate/canonical.hpp"
#include "autogenerate/compare.hpp"
#include "model/document.hpp"

namespace migrate::autogenerate {

struct Side {
  model::Document document;
  bool from_server = false;  // read from a server: every name is known, texts are as a server prints them
  bool whole = true;  // false: models, which need not speak of partitions, or of what every database has
};

// What has to be done to `from` so that it becomes `to`. The tables in which other tools keep their versions
// count only where both have them. The versions of extensions count only between servers of one major
// version, since each brings its own. Kinds that are not handled are compared by name where both sides come
// from servers: only_from and only_to.
struct WholeComparison {
  Comparison comparison;  // `live` and `before` are `from`; nothing is unmanaged
  std::vector<catalog::Unhandled> only_from, only_to;
  bool equal() const { return comparison.empty() && only_from.empty() && only_to.empty(); }
};

struct WholeOptions {
  CanonicalOptions canonical;
  std::vector<std::string> include, exclude;  // as CompareOptions has them; only where a side is not whole
  bool owners = false, privileges = false;    // are compared
};

// Texts are compared as check does, with what a server makes of them. Without a scratch database texts of two
// servers of one major version are compared as they stand. Throws Error(usage) if neither side comes from a
// server and there is none to build one on.
WholeComparison compare_whole(Side from, Side to, const WholeOptions& options);

}  // namespace migrate::autogenerate
