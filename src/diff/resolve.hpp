// From what the models say to a target that can be compared field by field: unnamed constraints and indexes
// get their names, defaults of the server are left out, and every text that means the same as the live one
// becomes the live one.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "catalog/database.hpp"

namespace migrate::diff {

// N(x): the catalogue that a server has after building `database`; nullopt where no scratch database is to be
// had. It may share parts of tables with `like`.
using Canonicalize = std::function<std::optional<catalog::Database>(const catalog::Database& database,
                                                                    const catalog::Database& like)>;

struct Resolved {
  catalog::Database target;
  // Objects whose text could not be compared because no scratch database was to be had: reported, and counted
  // as differences.
  std::vector<catalog::ObjectId> unverified;
};

// `live` has had the renames applied. A text M of the models equals the live text L if M = L, or their local
// normal forms are equal, or N(M) = L, or N(M) = N(L), or N(N(M)) = L. `canonicalize` is called only if the
// first two leave something in doubt.
Resolved resolve(const catalog::Database& models, const catalog::Database& live,
                 const Canonicalize& canonicalize);

}  // namespace migrate::diff
